"""The order in which a layer's features are drawn (`orderBy`)."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsExpression, QgsFeatureRenderer, QgsFeatureRequest, QgsFields

from ...core.json_value import json_list
from ...core.notice import Notice, notice


def set_draw_order(
    renderer: QgsFeatureRenderer, json: object, fields: QgsFields, losses: list[Notice]
) -> None:
    """ArcGIS' ascending order has the smallest values on top; QGIS draws what it names first below."""
    clauses = []
    for entry in json_list(json):
        name = entry.get("field") if isinstance(entry, Mapping) else None
        index = fields.lookupField(name) if isinstance(name, str) else -1
        if index < 0:
            losses.append(notice("order", "The order in which features are drawn is not kept."))
            return
        descending = entry.get("order") in ("descending", "desc")
        column = QgsExpression.quotedColumnRef(fields[index].name())
        clauses.append(QgsFeatureRequest.OrderByClause(column, descending))
    if clauses:
        renderer.setOrderBy(QgsFeatureRequest.OrderBy(clauses))
        renderer.setOrderByEnabled(True)
