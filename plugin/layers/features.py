"""A table of a working copy as a QGIS layer, as the web map and the service describe it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.core import QgsVectorLayer

from ..core.json_value import Json, is_number, json_object
from ..core.notice import Notice
from ..core.offline_map.ready_map import FeatureSource
from ..core.offline_map.rights import read_only
from ..core.web_map import MapLayer, drawing_info
from .base.credits import set_credits
from .base.filters import set_filter
from .base.read_only import show_layer_rights
from .base.source import table_source
from .base.table import open_table
from .base.temporal import set_layer_time
from .effects.feature_effects import set_feature_effect
from .forms.forms import set_form
from .labels.labels import make_labeling
from .popups.popups import set_popup
from .renderers.clusters import clustered
from .renderers.draw_order import set_draw_order
from .renderers.renderer import make_renderer


def make_feature_layer(
    layer: MapLayer,
    source: FeatureSource,
    losses: list[Notice],
    pictures: Optional[Mapping[str, bytes]] = None,
) -> QgsVectorLayer:
    """The layer, dressed; invalid where OGR cannot open its table.

    `pictures` are the bytes of those that its symbols name by URL.
    """
    made = open_table(table_source(source.file, source.table), layer.title)
    if not made.isValid():
        return made
    service, definition = source.service_layer, json_object(layer.json.get("layerDefinition"))
    drawing = drawing_info(layer.json, service)
    set_filter(made, definition.get("definitionExpression"), source, losses)
    set_form(made, layer.json, service, losses)
    if made.isSpatial():
        renderer = make_renderer(
            drawing.get("renderer"), made.geometryType(), made.fields(), losses, pictures
        )
        set_draw_order(renderer, definition.get("orderBy", service.get("orderBy")), made.fields(), losses)
        reduction = definition.get("featureReduction", service.get("featureReduction"))
        made.setRenderer(clustered(renderer, reduction, made.fields(), made.geometryType(), losses))
        labeling = make_labeling(
            drawing.get("labelingInfo"), made.geometryType(), made.fields(), losses, service
        )
        made.setLabeling(labeling)
        made.setLabelsEnabled(labeling is not None and layer.json.get("showLabels") is not False)
        set_feature_effect(made, layer.json.get("featureEffect"), service, losses)
    set_popup(made, layer.json, service, losses)
    set_layer_time(made, layer.json, service, losses)
    set_credits(made, service.get("copyrightText"))
    if source.read_only:
        show_layer_rights(made, read_only(source.read_only))
    return made


def opacity(layer: MapLayer, source: FeatureSource) -> float:
    """The author's opacity times what the drawing info takes away; 0 to 1.

    The service's own transparency counts only where the author said nothing.
    """
    definition = json_object(json_object(layer.json.get("layerDefinition")).get("drawingInfo"))
    transparency = definition.get("transparency")
    if transparency is None and "opacity" not in layer.json:
        transparency = json_object(source.service_layer.get("drawingInfo")).get("transparency")
    share = transparency / 100 if is_number(transparency) else 0.0
    return layer.opacity * (1.0 - share)


def scale_range(layer: MapLayer, service: Json) -> tuple[float, float]:
    """Minimum and maximum scale as denominators, 0 = no limit; the author's over the service's."""
    definition = json_object(layer.json.get("layerDefinition"))

    def limit(key: str, authored: float) -> float:
        said = key in layer.json or key in definition
        number = service.get(key)
        return authored if said or not is_number(number) else float(number)

    return limit("minScale", layer.min_scale), limit("maxScale", layer.max_scale)
