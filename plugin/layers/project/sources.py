"""The sources of an offline map's layers, for what opens them without their project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from qgis.core import QgsMapLayer, QgsVectorLayer

from ...core.errors import Damaged, OfflineMapError, Unsupported
from ...core.host import Feedback, raise_if_cancelled
from ...core.offline_map.ready_map import VECTOR_TILES, FeatureSource, LayerSource, OfflineMap
from ...core.offline_map.unread_names import unread_name
from ...core.web_map import LayerKind, LayerRole, MapLayer, WebMap
from ..base.source import file_of, table_of, table_source
from ..base.table import open_table
from ..tiles.tiles import open_tiles
from .report import LayerReport


def check_sources(
    offline_map: OfflineMap, opened: Iterable[QgsMapLayer], feedback: Feedback
) -> Iterator[LayerReport]:
    """What comes of every layer of an offline map when it is opened, in the order of the legend.

    `opened` are layers of its project: what they draw from is not opened again.
    """
    sources = _Sources(opened)
    for ready_map in offline_map.maps:
        for layer in _in_legend_order(ready_map.web_map):
            raise_if_cancelled(feedback)
            entry = ready_map.ready(layer)
            if entry.source is None:
                if entry.error:
                    yield LayerReport(layer, error=entry.error)
            elif sources.can_be_opened(entry.source):
                yield LayerReport(layer, entry.source, entry.source.losses)
            else:
                yield LayerReport(layer, error=not_opened(layer, entry.source))


class _Sources:
    """Whether QGIS can open a source, each tried once: file and table of features, file of tiles."""

    def __init__(self, opened: Iterable[QgsMapLayer]) -> None:
        self._tried: dict[tuple[Path, str], bool] = {}
        # A layer that is not valid says nothing of its source: its user may have filtered it wrongly.
        for layer in filter(QgsMapLayer.isValid, opened):
            file = file_of(layer)
            table = table_of(layer) if isinstance(layer, QgsVectorLayer) else ""
            if file:
                self._tried[file, table] = True

    def can_be_opened(self, source: LayerSource) -> bool:
        features = isinstance(source, FeatureSource)
        place = source.file, source.table if features else ""
        if place not in self._tried:
            made = open_table(table_source(*place), "") if features else open_tiles("", source)
            self._tried[place] = made.isValid()
        return self._tried[place]


def _in_legend_order(web_map: WebMap) -> Iterator[MapLayer]:
    """Every layer and table but groups, top first."""
    yield from _members(on_top(web_map.basemap, LayerRole.REFERENCE))
    yield from _members(reversed(web_map.layers))
    yield from _members(web_map.tables)
    yield from _members(on_top(web_map.basemap, LayerRole.BASEMAP))


def on_top(layers: tuple[MapLayer, ...], role: LayerRole) -> Iterator[MapLayer]:
    """The layers of a basemap in a role, top first."""
    return (layer for layer in reversed(layers) if layer.role is role)


def not_opened(layer: MapLayer, source: LayerSource) -> OfflineMapError:
    """Why QGIS shows nothing of a layer."""
    vector_tiles = not isinstance(source, FeatureSource) and source.format in VECTOR_TILES
    unread = unread_name(source.file, vector_tiles)
    if unread:
        return Unsupported(
            "QGIS cannot open the layer “{layer}”: it does not support “{sign}” in the name “{name}”.",
            next_step="Rename that folder or file, or choose another folder, and open the offline map again.",
            layer=layer.title,
            sign=unread.sign,
            name=unread.name,
        )
    return Damaged(
        "QGIS cannot open “{file}”, which contains the layer “{layer}”.",
        next_step="Open the offline map again. If this keeps happening, download it again.",
        file=source.file.name,
        layer=layer.title,
    )


def _members(layers: Iterable[MapLayer]) -> Iterator[MapLayer]:
    for layer in layers:
        if layer.kind is LayerKind.GROUP:
            yield from _members(reversed(layer.layers))
        else:
            yield layer
