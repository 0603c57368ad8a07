"""Values of fields by subtype: a form offers those of the subtype that the feature has.

QGIS' value relation takes them from the table of the working copy that holds them all
(core/working_copy/subtype_values.py). Where no feature is known, in columns of the attribute table and
in represent_value(), a code is shown by the name that all subtypes give it, or by all its names.
"""

from __future__ import annotations

from contextlib import suppress
import sqlite3

from qgis.core import QgsEditorWidgetSetup, QgsProject, QgsVectorLayer

from ...core.arcade.values import quote
from ...core.notice import Notice, notice
from ...core.offline_map.ready_map import FeatureSource
from ...core.working_copy.subtype_values import find_subtype_values
from ..base.companions import companion
from .feature_types import Types, differing_values


def set_subtype_values(
    project: QgsProject, layer: QgsVectorLayer, source: FeatureSource, losses: list[Notice]
) -> None:
    """Makes the fields whose values depend on the subtype follow it; says where that cannot be."""
    wanted = differing_values(source.service_layer)
    subtype = layer.fields().lookupField(Types(source.service_layer).field)
    if not wanted or subtype < 0:
        return
    name, columns = "", {}
    with suppress(sqlite3.Error):
        name, columns = find_subtype_values(source.file)
    for field in wanted:
        index = layer.fields().lookupField(field)
        code = columns.get((source.table, layer.fields()[index].name())) if index >= 0 else None
        if index < 0 or layer.editorWidgetSetup(index).type() != "ValueMap":
            continue
        if code is None:
            losses.append(
                notice(
                    "form",
                    "“{field}” offers the values of all types, not those of the chosen one.",
                    field=field,
                )
            )
            continue
        values = _values(project, layer, source, name, layer.fields()[index].name())
        setup = {
            "Layer": values.id(),
            "LayerName": values.name(),
            "LayerProviderName": "ogr",
            "Key": code,
            "Value": "label",
            "AllowNull": True,
            "OrderByValue": False,
            "FilterExpression": f'"subtype" = to_string(current_value({quote(_name(layer, subtype))}))',
        }
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ValueRelation", setup))


def _values(
    project: QgsProject, layer: QgsVectorLayer, source: FeatureSource, table: str, field: str
) -> QgsVectorLayer:
    where = f'"table_name" = {_sql_text(source.table)} AND "field_name" = {_sql_text(field)}'
    return companion(project, source.file, table, f"{layer.name()} – {field}", where)


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(layer: QgsVectorLayer, index: int) -> str:
    return layer.fields()[index].name()
