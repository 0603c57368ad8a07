"""What came of every layer when the project of an offline map was built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

from ...core.errors import OfflineMapError
from ...core.notice import Notice
from ...core.offline_map.ready_map import LayerSource
from ...core.web_map import LayerRole, MapLayer
from ..base.source import openable


@dataclass(frozen=True)
class LayerReport:
    """One layer or table of the web map.

    `source` is None for layers with an `error`. `losses` say what of the web map could not be kept;
    their code is the property.
    """

    layer: MapLayer
    source: Optional[LayerSource] = None
    losses: tuple[Notice, ...] = ()
    error: Optional[OfflineMapError] = None

    @property
    def is_table(self) -> bool:
        """True for the web map's tables."""
        return self.layer.role is LayerRole.TABLE


@dataclass(frozen=True)
class ProjectReport:
    """The layers of a project in the order of its legend, top first.

    `notices` tell what of the map as a whole could not be kept.
    """

    project: Path
    layers: tuple[LayerReport, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """What an algorithm can open, top first; the LAYERS of the algorithms."""
        return tuple(filter(None, (openable(entry.source) for entry in self.layers if entry.source)))

    def moved(self, folder: Path, target: Path) -> ProjectReport:
        """The same project and layers, after `folder`, in which they lie, was renamed to `target`."""

        def there(path: Path) -> Path:
            return target / path.relative_to(folder) if folder in path.parents else path

        layers = tuple(
            replace(entry, source=replace(entry.source, file=there(entry.source.file)))
            if entry.source
            else entry
            for entry in self.layers
        )
        return replace(self, project=there(self.project), layers=layers)

    @property
    def layer_errors(self) -> tuple[LayerReport, ...]:
        """The layers that could not be opened."""
        return tuple(entry for entry in self.layers if entry.error and not entry.is_table)

    @property
    def table_errors(self) -> tuple[LayerReport, ...]:
        """The tables that could not be opened."""
        return tuple(entry for entry in self.layers if entry.error and entry.is_table)

    @property
    def losses(self) -> Mapping[str, tuple[Notice, ...]]:
        """What was lost, per id of the web-map layer."""
        return {entry.layer.id: entry.losses for entry in self.layers if entry.losses}
