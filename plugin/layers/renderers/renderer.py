"""Any renderer of a web map as a QGIS renderer: converted by our own code, never silently different.

A renderer that cannot be read becomes one visible symbol for all, and the loss is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.core import Qgis, QgsFeatureRenderer, QgsFields, QgsSingleSymbolRenderer

from ...core.notice import Notice, notice
from ..symbols.properties import Properties, Reading
from ..symbols.symbol import plain
from .classes import ClassMaker, class_breaks, unique_values
from .densities import dot_density, heat_map, pie_chart


def make_renderer(
    json: object,
    geometry: Qgis.GeometryType,
    fields: QgsFields,
    losses: list[Notice],
    pictures: Optional[Mapping[str, bytes]] = None,
) -> QgsFeatureRenderer:
    """A renderer for features of this geometry and these fields; `losses` says where it differs.

    `pictures` are the bytes of the pictures that symbols name by URL, where they were fetched.
    """
    reading = Reading(fields, pictures or {})
    renderer = Properties(json, reading, "renderer")
    made = _made(renderer, geometry)
    if made is None:
        renderer.dismiss()
        reading.lose(_reason(renderer))
        made = QgsSingleSymbolRenderer(plain(geometry).symbol)
    reading.finish()
    losses += reading.losses
    return made


def _made(renderer: Properties, geometry: Qgis.GeometryType) -> Optional[QgsFeatureRenderer]:
    if renderer.kind == "simple":
        return ClassMaker(renderer, geometry).single("symbol")
    makers = {
        "uniqueValue": unique_values,
        "classBreaks": class_breaks,
        "heatmap": heat_map,
        "dotDensity": dot_density,
        "pieChart": pie_chart,
    }
    make = makers.get(renderer.kind)
    return make(renderer, geometry) if make else None


def _reason(renderer: Properties) -> Notice:
    if not renderer.present:
        return notice("renderer", "The map defines no symbols; plain ones are shown.")
    kind = renderer.kind or "?"
    return notice(
        "renderer", "Renderers of type {kind} are not supported; all features look the same.", kind=kind
    )
