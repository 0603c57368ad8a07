"""The project of an offline map: every layer of its maps as the web map arranges them.

The project is built in a `QgsProject` of its own; every object is made, used and deleted in the
calling thread, and no file stays open (a folder that is renamed at the end of a download, or
moved by its user, must not be held). It refers to its files by relative paths, needs no plugin
and no network, and holds no secret and no Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
import os
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
)
from qgis.PyQt import sip

from ..core.errors import BadInput, Damaged, OfflineMapError, StorageError, Unsupported
from ..core.host import Feedback, Silent, raise_if_cancelled
from ..core.offline.offline_map import FeatureSource, LayerSource, OfflineMap, ReadyMap, TileFormat
from ..core.offline.plan import Notice
from ..core.web_map import LayerKind, LayerRole, MapLayer, WebMap
from ..qgis_io.spatial_reference import coordinate_system, moved_extent
from .credits import show_credits
from .features import make_feature_layer, opacity, scale_range
from .identity import AREA_ID, LAYER_ID, MAP_FOLDER
from .relations import RelatedLayer, add_relations
from .report import LayerReport, ProjectReport
from .tiles import make_tile_layer, openable

PROJECT_NAME = "offline_map.qgz"
BASEMAP = "Basemap"
# What a web map without a spatial reference means.
_WEB_MERCATOR = {"wkid": 102100, "latestWkid": 3857}
_LON_LAT = {"wkid": 4326}
_VECTOR_TILES = (TileFormat.VTPK, TileFormat.VECTOR_MBTILES)


def write_project(
    offline_map: OfflineMap, target: Path, feedback: Optional[Feedback] = None
) -> ProjectReport:
    """Writes the project of an offline map to `target` (a .qgz) and says what came of each layer.

    Raises the first layer's error when no layer can be shown, `StorageError` when the project
    cannot be written, `Cancelled`.
    """
    with _built(offline_map, target, feedback or Silent()) as (project, report):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not project.write(str(target)):
            raise StorageError(
                "The project “{file}” could not be written: {reason}.",
                next_step="Check the disk and the folder, then try again.",
                file=target.name,
                reason=project.error() or "unknown reason",
            )
    return report


def check_layers(offline_map: OfflineMap, target: Path, feedback: Optional[Feedback] = None) -> ProjectReport:
    """What `write_project` would report, without writing: for a project that is the user's by now."""
    with _built(offline_map, target, feedback or Silent()) as (_, report):
        return report


@contextmanager
def _built(
    offline_map: OfflineMap, target: Path, feedback: Feedback
) -> Iterator[tuple[QgsProject, ProjectReport]]:
    project = QgsProject()
    try:
        project.setTitle(offline_map.title)
        project.setFilePathStorage(Qgis.FilePathType.Relative)
        reports: list[LayerReport] = []
        for position, ready_map in enumerate(offline_map.maps):
            single = len(offline_map.maps) == 1
            group = project.layerTreeRoot().addGroup(offline_map.title if single else ready_map.title)
            # Several maps would hide each other.
            group.setItemVisibilityChecked(position == 0)
            group.setCustomProperty(AREA_ID, offline_map.area_id)
            group.setCustomProperty(MAP_FOLDER, _relative(offline_map.folder, target.parent))
            reports += _Legend(project, ready_map, feedback).fill(group)
        _require_something(reports, offline_map)
        _set_view(project, offline_map.maps[0])
        show_credits(project, project.mapLayers().values())
        yield project, ProjectReport(target, tuple(reports))
    finally:
        # Now and here, not when and where Python gets to it: layers hold files open.
        sip.delete(project)


def _require_something(reports: list[LayerReport], offline_map: OfflineMap) -> None:
    """Raises the first error where no layer is left to show."""
    errors = [report.error for report in reports if report.error]
    if len(errors) < len(reports):
        return
    if errors:
        raise errors[0]
    raise BadInput("The offline map “{title}” has no layer that can be opened.", title=offline_map.title)


class _Legend:
    """Fills the group of one map, top first."""

    def __init__(self, project: QgsProject, ready_map: ReadyMap, feedback: Feedback) -> None:
        self._project = project
        self._ready_map = ready_map
        self._feedback = feedback
        self._reports: list[LayerReport] = []
        self._related: list[RelatedLayer] = []

    def fill(self, group: QgsLayerTreeGroup) -> list[LayerReport]:
        web_map = self._ready_map.web_map
        self._add(group, _on_top(web_map.basemap, LayerRole.REFERENCE))
        self._add(group, reversed(web_map.layers))
        self._add(group, web_map.tables)
        basemap = QgsLayerTreeGroup(BASEMAP)
        self._add(basemap, _on_top(web_map.basemap, LayerRole.BASEMAP))
        _add_filled(group, basemap)
        add_relations(self._project, self._related)
        lost = {id(one.layer): tuple(one.losses) for one in self._related if one.losses}
        return [replace(one, losses=one.losses + lost.get(id(one.layer), ())) for one in self._reports]

    def _add(self, group: QgsLayerTreeGroup, layers: Iterable[MapLayer]) -> None:
        for layer in layers:
            raise_if_cancelled(self._feedback)
            if layer.kind is LayerKind.GROUP:
                inner = QgsLayerTreeGroup(layer.title, layer.visible)
                self._add(inner, reversed(layer.layers))
                _apply_visibility_mode(inner, layer)
                _add_filled(group, inner)
            else:
                self._add_layer(group, layer)

    def _add_layer(self, group: QgsLayerTreeGroup, layer: MapLayer) -> None:
        entry = self._ready_map.ready(layer)
        if entry.source is None:
            if entry.error:
                self._reports.append(LayerReport(layer, error=entry.error))
            return
        losses: list[Notice] = []
        made = _make_layer(layer, entry.source, losses)
        if not made.isValid():
            self._reports.append(LayerReport(layer, error=_not_opened(layer, entry.source)))
            return
        _arrange(made, layer, entry.source)
        self._project.addMapLayer(made, False)
        if isinstance(entry.source, FeatureSource):
            self._related.append(RelatedLayer(layer, entry.source, made))
        group.addLayer(made).setItemVisibilityChecked(layer.visible)
        self._reports.append(LayerReport(layer, _openable(entry.source), tuple(losses)))


def _make_layer(layer: MapLayer, source: LayerSource, losses: list[Notice]) -> QgsMapLayer:
    make = make_feature_layer if isinstance(source, FeatureSource) else make_tile_layer
    return make(layer, source, losses)


def _arrange(made: QgsMapLayer, layer: MapLayer, source: LayerSource) -> None:
    """Opacity, scale range and identity: the same for every kind of layer."""
    features = source if isinstance(source, FeatureSource) else None
    made.setOpacity(min(1.0, max(0.0, opacity(layer, features) if features else layer.opacity)))
    minimum, maximum = scale_range(layer, _service(source))
    made.setMinimumScale(minimum)
    made.setMaximumScale(maximum)
    made.setScaleBasedVisibility(bool(minimum or maximum))
    made.setCustomProperty(LAYER_ID, layer.id)
    metadata = made.metadata()
    metadata.setTitle(layer.title)
    made.setMetadata(metadata)


def _service(source: LayerSource) -> Mapping[str, Any]:
    """What the layer's service says of it."""
    if isinstance(source, FeatureSource):
        return source.service_layer
    minimum, maximum = source.scale_range
    return {"minScale": minimum, "maxScale": maximum}


def _openable(source: LayerSource) -> Optional[str]:
    if isinstance(source, FeatureSource):
        return f"{source.file}|layername={source.table}"
    return openable(source)


def _not_opened(layer: MapLayer, source: LayerSource) -> OfflineMapError:
    vector_tiles = not isinstance(source, FeatureSource) and source.format in _VECTOR_TILES
    if vector_tiles and "%" in str(source.file):
        return Unsupported(
            "QGIS cannot open the vector tiles of “{layer}” from a folder with “%” in its name.",
            next_step="Rename that folder and open the offline map again.",
            layer=layer.title,
        )
    return Damaged(
        "QGIS cannot open “{file}”, which holds the layer “{layer}”.",
        next_step="Open the offline map again; if it stays so, download it again.",
        file=source.file.name,
        layer=layer.title,
    )


def _on_top(layers: tuple[MapLayer, ...], role: LayerRole) -> Iterator[MapLayer]:
    return (layer for layer in reversed(layers) if layer.role is role)


def _add_filled(group: QgsLayerTreeGroup, inner: QgsLayerTreeGroup) -> None:
    """Adds a group that holds something; a legend needs no empty ones."""
    if inner.children():
        group.addChildNode(inner)


def _apply_visibility_mode(group: QgsLayerTreeGroup, layer: MapLayer) -> None:
    """Exclusive: one member at a time. Inherited: all members as the group itself."""
    mode = layer.json.get("visibilityMode")
    if mode == "inherited":
        for child in group.children():
            child.setItemVisibilityChecked(True)
    elif mode == "exclusive":
        shown = [child.itemVisibilityChecked() for child in group.children()]
        group.setIsMutuallyExclusive(True, shown.index(True) if True in shown else -1)


def _set_view(project: QgsProject, ready_map: ReadyMap) -> None:
    """Spatial reference and first view of the web map; else the map area's extent."""
    web_map = ready_map.web_map
    system = coordinate_system(web_map.spatial_reference)
    if not system.isValid():
        system = coordinate_system(_WEB_MERCATOR)
    project.setCrs(system)
    extent = _initial_extent(web_map, system) or _area_extent(ready_map, system)
    if extent is not None:
        project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(extent, system))


def _initial_extent(web_map: WebMap, system: QgsCoordinateReferenceSystem) -> Optional[QgsRectangle]:
    extent = web_map.initial_extent
    if extent is None:
        return None
    reference = extent.get("spatialReference")
    source = coordinate_system(reference) if isinstance(reference, Mapping) else system
    return _moved([extent[side] for side in ("xmin", "ymin", "xmax", "ymax")], source, system)


def _area_extent(ready_map: ReadyMap, system: QgsCoordinateReferenceSystem) -> Optional[QgsRectangle]:
    if ready_map.extent is None:
        return None
    return _moved(ready_map.extent, coordinate_system(_LON_LAT), system)


def _moved(
    sides: Iterable[float], source: QgsCoordinateReferenceSystem, target: QgsCoordinateReferenceSystem
) -> Optional[QgsRectangle]:
    try:
        return moved_extent(QgsRectangle(*sides), source, target)
    except ValueError:
        return None


def _relative(folder: Path, start: Path) -> str:
    """The folder as seen from the project; absolute where no relative path leads there."""
    try:
        return Path(os.path.relpath(folder, start)).as_posix()
    except ValueError:  # another drive
        return str(folder)
