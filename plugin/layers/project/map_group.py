"""The group of one map: its layers in the web map's order, each with what the map says around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsGroupLayer,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsMapLayerLegendUtils,
    QgsProject,
)

from ...core.errors import OfflineMapError
from ...core.host import Feedback, raise_if_cancelled
from ...core.notice import Notice, notice
from ...core.offline_map.pictures import PictureFiles
from ...core.offline_map.ready_map import FeatureSource, LayerSource, ReadyMap
from ...core.untrusted.text import inert
from ...core.web_map import LayerKind, LayerRole, MapLayer
from ...qgis_io.spatial_reference import is_placed
from ..base.identity import LAYER_ID
from ..effects.blend_modes import blends, set_blend_mode
from ..effects.effects import set_effect
from ..features import make_feature_layer, opacity, scale_range
from ..forms.relations import RelatedLayer, add_relations
from ..tiles.tiles import make_tile_layer
from .members import report_layer
from .report import LayerReport
from .sources import not_opened, on_top
from .subtype_groups import subtype_layers

BASEMAP = "Basemap"


class MapGroup:
    """Fills the group of one map, top first. `notices` tell what of its groups could not be kept."""

    def __init__(
        self, project: QgsProject, ready_map: ReadyMap, pictures: PictureFiles, feedback: Feedback
    ) -> None:
        self.notices: list[Notice] = []
        self._project = project
        self._ready_map = ready_map
        self._pictures = pictures
        self._feedback = feedback
        self._reports: list[LayerReport] = []
        self._related: list[RelatedLayer] = []

    def fill(self, group: QgsLayerTreeGroup) -> list[LayerReport]:
        """Adds every layer that can be shown; says what came of each."""
        web_map = self._ready_map.web_map
        self._add(group, on_top(web_map.basemap, LayerRole.REFERENCE))
        self._add(group, reversed(web_map.layers))
        self._add(group, web_map.tables)
        basemap = QgsLayerTreeGroup(BASEMAP)
        self._add(basemap, on_top(web_map.basemap, LayerRole.BASEMAP))
        _add_filled(group, basemap)
        add_relations(self._project, self._related)
        lost = {id(one.layer): tuple(one.losses) for one in self._related if one.losses}
        return [replace(one, losses=one.losses + lost.get(id(one.layer), ())) for one in self._reports]

    def _add(self, group: QgsLayerTreeGroup, layers: Iterable[MapLayer]) -> None:
        for layer in layers:
            raise_if_cancelled(self._feedback)
            if layer.kind is LayerKind.GROUP:
                self._add_group(group, layer)
            else:
                self._add_layer(group, layer)

    def _add_group(self, group: QgsLayerTreeGroup, layer: MapLayer) -> None:
        inner = QgsLayerTreeGroup(inert(layer.title), layer.visible)
        self._add(inner, reversed(layer.layers))
        _apply_visibility_mode(inner, layer)
        inner.setExpanded(layer.json.get("listMode") != "hide-children")
        losses: list[Notice] = []
        report_layer(layer, {}, losses)
        for node in inner.findLayers():
            _narrow(node.layer(), layer.min_scale, layer.max_scale)
        if inner.children():
            group.addChildNode(inner)
            self._draw_as_one(inner, layer, [member.json for member in layer.layers], losses)
        self.notices += [
            notice(loss.code, "“{layer}”: {loss}", layer=layer.title, loss=loss) for loss in losses
        ]

    def _draw_as_one(
        self,
        inner: QgsLayerTreeGroup,
        layer: MapLayer,
        members: Sequence[Mapping[str, Any]],
        losses: list[Notice],
    ) -> None:
        """Lets QGIS draw a group as one picture, where the web map does something to it as a whole.

        So do groups whose members mix: in ArcGIS they mix with each other, not with the map below.
        """
        look = layer.json
        if not (layer.opacity < 1.0 or look.get("effect") or any(map(blends, (look, *members)))):
            return
        made = inner.convertToGroupLayer(QgsGroupLayer.LayerOptions(QgsCoordinateTransformContext()))
        made.setName(inert(layer.title))
        made.setOpacity(_share(layer.opacity))
        set_blend_mode(made, look, losses)
        set_effect(made, look.get("effect"), losses)
        self._project.addMapLayer(made, False)

    def _add_layer(self, group: QgsLayerTreeGroup, layer: MapLayer) -> None:
        entry = self._ready_map.ready(layer)
        if entry.source is None:
            if entry.error:
                self._reports.append(LayerReport(layer, error=entry.error))
            return
        losses: list[Notice] = []
        sublayers = subtype_layers(layer, entry.source, losses)
        if sublayers:
            inner = QgsLayerTreeGroup(inert(layer.title), layer.visible)
            error = next(
                filter(None, [self._show(inner, one, layer, entry.source, losses) for one in sublayers]), None
            )
            _add_filled(group, inner)
            if inner.children():
                self._draw_as_one(inner, layer, [one.json for one in sublayers], losses)
        else:
            error = self._show(group, layer, layer, entry.source, losses)
        report_layer(layer, _described(entry.source), losses)
        if error:
            self._reports.append(LayerReport(layer, error=error))
        else:
            found = {loss.text: loss for loss in losses}
            self._reports.append(LayerReport(layer, entry.source, tuple(found.values())))

    def _show(
        self,
        group: QgsLayerTreeGroup,
        layer: MapLayer,
        owner: MapLayer,
        source: LayerSource,
        losses: list[Notice],
    ) -> Optional[OfflineMapError]:
        """Adds one layer of the legend; `owner` is the web map's layer that it is or belongs to."""
        made = self._make(layer, source, losses)
        if not made.isValid():
            return not_opened(layer, source)
        _arrange(made, layer, source, losses)
        if layer is not owner:
            report_layer(layer, {}, losses)
        self._project.addMapLayer(made, False)
        if isinstance(source, FeatureSource):
            self._related.append(RelatedLayer(owner, source, made))
        _set_entry(group.addLayer(made), layer)
        return None

    def _make(self, layer: MapLayer, source: LayerSource, losses: list[Notice]) -> QgsMapLayer:
        if isinstance(source, FeatureSource):
            pictures = self._pictures.read(layer, source.service_layer)
            return make_feature_layer(layer, source, losses, pictures)
        return make_tile_layer(layer, source, losses)


def _arrange(made: QgsMapLayer, layer: MapLayer, source: LayerSource, losses: list[Notice]) -> None:
    """Opacity, mixing, scale range and identity: the same for every kind of layer."""
    features = source if isinstance(source, FeatureSource) else None
    made.setOpacity(_share(opacity(layer, features) if features else layer.opacity))
    set_blend_mode(made, layer.json, losses)
    set_effect(made, layer.json.get("effect"), losses)
    _set_scales(made, *scale_range(layer, _described(source)))
    made.setCustomProperty(LAYER_ID, layer.id)
    if features and made.isSpatial() and not is_placed(made.crs()):
        losses.append(
            notice(
                "spatial_reference",
                "The coordinate system of “{layer}” is unknown or local ({system}). Its coordinates are "
                "treated as those of the map, so it may be in the wrong place.",
                layer=layer.title,
                system=made.crs().description() or "?",
            )
        )
    metadata = made.metadata()
    metadata.setTitle(inert(layer.title))
    made.setMetadata(metadata)
    if layer.json.get("listMode") == "hide":
        made.setFlags(made.flags() | QgsMapLayer.LayerFlag.Private)


def _set_entry(node: QgsLayerTreeLayer, layer: MapLayer) -> None:
    """The layer's place in the legend: shown or not, with or without its symbols."""
    node.setItemVisibilityChecked(layer.visible)
    node.setExpanded(layer.json.get("listMode") != "hide-children")
    if layer.json.get("showLegend") is False:
        QgsMapLayerLegendUtils.setLegendNodeOrder(node, [])


def _narrow(made: QgsMapLayer, minimum: float, maximum: float) -> None:
    """Shows a member of a group within the group's scales only; QGIS' groups have none of their own."""
    own = (made.minimumScale(), made.maximumScale()) if made.hasScaleBasedVisibility() else (0.0, 0.0)
    smallest = min(filter(None, (own[0], minimum)), default=0.0)
    _set_scales(made, smallest, max(own[1], maximum))


def _set_scales(made: QgsMapLayer, minimum: float, maximum: float) -> None:
    made.setMinimumScale(minimum)
    made.setMaximumScale(maximum)
    made.setScaleBasedVisibility(bool(minimum or maximum))


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _described(source: LayerSource) -> Mapping[str, Any]:
    """What the layer's service says of it."""
    if isinstance(source, FeatureSource):
        return source.service_layer
    minimum, maximum = source.scale_range
    return {"minScale": minimum, "maxScale": maximum}


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
