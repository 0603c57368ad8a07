"""Downloads that were begun or wait, and can go on in the next session.

What such a download needs stands in job.json of its staging folder; the settings keep the folders, so that
those outside the root folder are found. Version 0.1.0 kept the downloads themselves in the settings, also
those that had no folder yet: they stay there as they are until they are started.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication

from ...core.download.parameters import Overrides
from ...core.download.staging import Staging, check_output
from ...core.offline_map.area_status import Activity
from ...core.offline_map.layout import MapFolder
from ...core.offline_map.local_maps import UnfinishedDownload, read_unfinished
from ...processing.download_map_area import download_call
from ...processing.download_parameters import (
    CONTINUE_ON_ERRORS,
    INCLUDE_BASEMAP,
    OUTPUT,
    REFERENCE_BASEMAP_DIRECTORY,
    REFERENCE_BASEMAP_FILENAME,
    UPDATE_MODE,
    update_modes,
)
from ...qgis_io.connections import connection_for
from ...qgis_io.lock import sole_writer
from ...qgis_io.settings import UNFINISHED_DOWNLOADS
from ..rows.area_key import AreaKey, area_key


@dataclass(frozen=True)
class Download:
    """A job of the queue: a map area that is to be downloaded, and what happens afterwards.

    `size` are the bytes of its packages; 0 = unknown.
    """

    algorithm: ClassVar[str] = "offlinemapareas:downloadmaparea"
    activity: ClassVar[Activity] = Activity.DOWNLOADING
    is_staged: ClassVar[bool] = True

    area_id: str
    title: str
    web_map_id: str
    portal_url: str
    folder: Path
    authcfg: str = ""
    overrides: Overrides = field(default_factory=Overrides)
    open_when_done: bool = False
    size: int = field(default=0, compare=False)

    @property
    def key(self) -> AreaKey:
        """Which area of which portal."""
        return area_key(self.portal_url, self.area_id)

    @property
    def description(self) -> str:
        """What the task manager calls it."""
        text = QCoreApplication.translate("JobQueue", "Download map area “{title}”")
        return text.format(title=self.title)

    @property
    def parameters(self) -> dict[str, Any]:
        """Those of the algorithm."""
        return download_call(
            self.portal_url, self.authcfg, self.web_map_id, self.area_id, self.folder, self.overrides
        )

    def note(self) -> None:
        """Writes into the staging folder what it takes to go on. Raises `OfflineMapError`s; takes time."""
        check_output(self.folder)
        origin: dict[str, Any] = {
            "webMap": self.web_map_id,
            "portal": self.portal_url,
            "chosen": self.overrides.chosen(),
            "authcfg": self.authcfg,
            "open": self.open_when_done,
        }
        if self.size:
            origin["bytes"] = self.size
        with sole_writer(self.folder):
            Staging(self.folder).note(self.area_id, self.title, origin)


def unfinished_downloads() -> list[Download]:
    """What was begun in this or an earlier session, or waits, as far as the settings know of it."""
    found = (_read(entry) for entry in UNFINISHED_DOWNLOADS.values())
    return [download for download in found if download is not None]


def unfinished_download(folder: Path) -> Optional[Download]:
    """The one that will become `folder`."""
    entries = (entry for entry in UNFINISHED_DOWNLOADS.values() if _folder(entry) == folder)
    found = (download for entry in entries if (download := _read(entry)) is not None)
    return next(found, None) or _in_folder(folder)


def staging_folders() -> list[Path]:
    """Where the downloads that the settings know of grow."""
    folders = map(_folder, UNFINISHED_DOWNLOADS.values())
    return [MapFolder(folder).partial for folder in folders if folder is not None]


def remember_unfinished(folder: Path) -> None:
    """The download that will become `folder` is noted there."""
    forget_unfinished(folder)
    UNFINISHED_DOWNLOADS.set([str(folder), *UNFINISHED_DOWNLOADS.values()])


def forget_unfinished(folder: Path) -> None:
    """It is finished, or nobody wants it any more."""
    UNFINISHED_DOWNLOADS.set(entry for entry in UNFINISHED_DOWNLOADS.values() if _folder(entry) != folder)


def _folder(entry: Any) -> Optional[Path]:
    """What an entry of the settings will become; None for one that was edited by hand."""
    try:
        return Path(entry if isinstance(entry, str) else entry["parameters"][OUTPUT])
    except (KeyError, TypeError):
        return None


def _read(entry: Any) -> Optional[Download]:
    folder = _folder(entry)
    if folder is None:
        return None
    return _in_folder(folder) if isinstance(entry, str) else _of_entry(entry, folder)


def _in_folder(folder: Path) -> Optional[Download]:
    found = read_unfinished(MapFolder(folder).partial)
    return None if found is None else _of_job(found)


def _of_job(found: UnfinishedDownload) -> Download:
    """Signs in as then, or where that configuration is gone, as the saved connection does."""
    saved = connection_for(found.portal_url)
    known = found.authcfg in QgsApplication.authManager().configIds()
    return Download(
        area_id=found.area_id,
        title=found.title,
        web_map_id=found.web_map_id,
        portal_url=saved.url if saved else found.portal_url,
        folder=found.folder,
        authcfg=found.authcfg if known else saved.authcfg if saved else "",
        overrides=Overrides.from_chosen(found.chosen),
        open_when_done=found.open_when_done,
        size=found.bytes_total,
    )


def _of_entry(entry: Mapping[str, Any], folder: Path) -> Optional[Download]:
    """What version 0.1.0 wrote: title, area and all parameters of the algorithm. None once it is finished."""
    try:
        call = entry["parameters"]
        download = Download(
            area_id=str(entry["area"]),
            title=str(entry["title"]),
            web_map_id=str(call["WEB_MAP"]),
            portal_url=str(call["PORTAL"]),
            folder=folder,
            authcfg=str(call.get("AUTHCFG", "")),
            overrides=Overrides(
                update_mode=update_modes()[call.get(UPDATE_MODE, 0)],
                continue_on_errors=call.get(CONTINUE_ON_ERRORS),
                include_basemap=call.get(INCLUDE_BASEMAP),
                reference_basemap_directory=call.get(REFERENCE_BASEMAP_DIRECTORY),
                reference_basemap_filename=call.get(REFERENCE_BASEMAP_FILENAME),
            ),
            open_when_done=bool(entry["open"]),
        )
        return None if folder.exists() else download
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OSError):
        return None  # edited by hand: then it is not offered
