"""What a feature service lets be written into one of its layers, as it says now."""

from __future__ import annotations

from dataclasses import dataclass

from ..portal.service_info import LayerInfo
from ..working_copy.tracked_table import TrackedTable

_NEVER = {"esrifieldtypeoid", "esrifieldtypeglobalid", "esrifieldtypegeometry"}


@dataclass(frozen=True)
class LayerRules:
    """`editable` are the fields that clients fill, `required` those of them that must have a value."""

    editable: tuple[str, ...]
    required: frozenset[str]
    takes_geometry: bool = True
    takes_attachments: bool = True


def layer_rules(layer: LayerInfo, table: TrackedTable, with_attachments: bool) -> LayerRules:
    """Of a layer, for the fields that its table has; `with_attachments`: the replica carries them."""
    stated = {one.name.casefold(): one for one in layer.fields}
    filled_by_server = {name.casefold() for name in layer.editor_fields}
    fields = [
        (column.name, stated[column.name.casefold()])
        for column in table.fields
        if column.name.casefold() in stated and column.name.casefold() not in filled_by_server
    ]
    editable = [(name, one) for name, one in fields if one.editable and one.type.casefold() not in _NEVER]
    return LayerRules(
        editable=tuple(name for name, _ in editable),
        required=frozenset(name for name, one in editable if not one.nullable),
        takes_geometry=layer.json.get("allowGeometryUpdates") is not False,
        takes_attachments=layer.has_attachments and with_attachments,
    )
