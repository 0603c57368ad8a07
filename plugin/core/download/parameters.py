"""The parameters of a download job, and the author's defaults.

They mirror the parameters of the ArcGIS preplanned workflow: a job
without parameters behaves exactly as one with the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

from ..errors import BadInput
from ..json_value import text_of
from ..offline_map.layout import TILE_SUFFIXES
from ..offline_map.update_mode import UpdateMode
from ..untrusted.path import is_plain_name
from ..web_map import OfflineSettings

if TYPE_CHECKING:
    from ..portal.map_areas import UpdateCapabilities


@dataclass(frozen=True)
class Overrides:
    """What the user chose; None everywhere means the author's default.

    `reference_basemap_directory` is absolute, or relative to the parent of the offline map.
    """

    update_mode: Optional[UpdateMode] = None
    continue_on_errors: Optional[bool] = None
    include_basemap: Optional[bool] = None
    reference_basemap_directory: Optional[str] = None
    reference_basemap_filename: Optional[str] = None

    def as_json(self) -> dict[str, Any]:
        """What was chosen of that which shapes the result, as `DownloadParameters.as_json` spells it."""
        values = {
            "updateMode": self.update_mode.value if self.update_mode else None,
            "includeBasemap": self.include_basemap,
            "referenceBasemapDirectory": self.reference_basemap_directory or None,
            "referenceBasemapFilename": self.reference_basemap_filename or None,
        }
        return {name: value for name, value in values.items() if value is not None}

    def chosen(self) -> dict[str, Any]:
        """All that was chosen, for `from_chosen`: the `chosen` object of job.json."""
        if self.continue_on_errors is None:
            return self.as_json()
        return {**self.as_json(), "continueOnErrors": self.continue_on_errors}

    @classmethod
    def from_chosen(cls, values: Mapping[str, Any]) -> Overrides:
        """What `chosen` made; what is no usable value counts as not chosen."""
        modes = {mode.value: mode for mode in UpdateMode}
        return cls(
            update_mode=modes.get(text_of(values, "updateMode")),
            continue_on_errors=_flag(values, "continueOnErrors"),
            include_basemap=_flag(values, "includeBasemap"),
            reference_basemap_directory=text_of(values, "referenceBasemapDirectory") or None,
            reference_basemap_filename=text_of(values, "referenceBasemapFilename") or None,
        )


@dataclass(frozen=True)
class DownloadParameters:
    """All parameters of one job, none left open."""

    update_mode: UpdateMode
    continue_on_errors: bool = True
    include_basemap: bool = True
    reference_basemap_directory: str = ""
    reference_basemap_filename: str = ""
    offline_settings: OfflineSettings = field(default_factory=OfflineSettings)

    def as_json(self) -> dict[str, Any]:
        """The `parameters` object of report.json, manifest.json and job.json."""
        settings = self.offline_settings
        return {
            "updateMode": self.update_mode.value,
            "continueOnErrors": self.continue_on_errors,
            "includeBasemap": self.include_basemap,
            "referenceBasemapDirectory": self.reference_basemap_directory,
            "referenceBasemapFilename": self.reference_basemap_filename,
            "editableLayersDownload": settings.editable_download,
            "editableLayersSync": settings.editable_sync,
            "readonlyLayersDownloadAttachments": settings.readonly_attachments,
        }


def default_parameters(
    settings: Optional[OfflineSettings], capabilities: UpdateCapabilities
) -> DownloadParameters:
    """The author's defaults: offline settings of the web map, update mode by what the area can."""
    settings = settings or OfflineSettings()
    if capabilities.scheduled_by_default:
        mode = UpdateMode.SCHEDULED
    elif capabilities.sync:
        mode = UpdateMode.SYNC
    else:
        mode = UpdateMode.NONE
    return DownloadParameters(
        update_mode=mode,
        reference_basemap_filename=settings.reference_basemap_name,
        offline_settings=settings,
    )


def with_overrides(
    defaults: DownloadParameters, overrides: Overrides, capabilities: UpdateCapabilities
) -> DownloadParameters:
    """The defaults with the user's choices in their place.

    Raises `BadInput` for an update mode that the packages cannot follow, and for a reference
    basemap directory without a file name.
    """
    mode = overrides.update_mode or defaults.update_mode
    if overrides.update_mode:
        _check_mode(mode, capabilities)
    parameters = DownloadParameters(
        update_mode=mode,
        continue_on_errors=_chosen(overrides.continue_on_errors, defaults.continue_on_errors),
        include_basemap=_chosen(overrides.include_basemap, defaults.include_basemap),
        reference_basemap_directory=overrides.reference_basemap_directory or "",
        reference_basemap_filename=overrides.reference_basemap_filename
        or defaults.reference_basemap_filename,
        offline_settings=defaults.offline_settings,
    )
    if parameters.include_basemap and parameters.reference_basemap_directory:
        check_reference_name(parameters.reference_basemap_filename)
    return parameters


def check_reference_name(name: str) -> None:
    """Raises `BadInput` unless `name` is the plain name of a tile package."""
    if not name:
        raise BadInput(
            "A reference basemap directory was given, but no file name, and the map's author specified none.",
            next_step="Enter the file name of the tile package too.",
        )
    # The name comes from the portal as often as from the user: it must not lead elsewhere.
    if not is_plain_name(name):
        raise BadInput(
            "“{name}” is not a plain file name.",
            next_step="Enter the folder as reference basemap directory, and only the name as file name.",
            name=name,
        )
    if not name.lower().endswith(TILE_SUFFIXES):
        raise BadInput(
            "The reference basemap “{name}” is not a tile package.",
            next_step="Choose a .tpk, .tpkx or .vtpk file.",
            name=name,
        )


def _check_mode(mode: UpdateMode, capabilities: UpdateCapabilities) -> None:
    scheduled = mode in (UpdateMode.SCHEDULED, UpdateMode.SCHEDULED_AND_UPLOAD)
    if scheduled and not capabilities.scheduled:
        raise BadInput(
            "This map area has no scheduled updates.",
            next_step="Choose another update mode, or ask the map's author to turn scheduled updates on.",
        )
    if mode in (UpdateMode.SYNC, UpdateMode.SCHEDULED_AND_UPLOAD) and not capabilities.sync:
        raise BadInput(
            "The feature services of this map area cannot be synchronised.",
            next_step="Choose another update mode.",
        )


def _flag(values: Mapping[str, Any], name: str) -> Optional[bool]:
    value = values.get(name)
    return value if isinstance(value, bool) else None


def _chosen(value: Optional[bool], default: bool) -> bool:
    return default if value is None else value
