"""What the service that made a geodatabase says of its layers: the rows of GDB_ServiceItems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Optional

from ..json_value import Json, json_string
from ..untrusted.json_text import parse_json_object
from .registry import bare

COLUMNS = ("ItemType", "ItemId", "DatasetName", "ItemInfo")
_SERVICE, _LAYER = 0, 1


@dataclass(frozen=True)
class LayerItem:
    """Id and JSON of the layer that a table stands for; `text` is None where the service has none."""

    layer_id: Optional[int] = None
    text: Optional[str] = None
    json: Json = field(default_factory=dict)


def read_service_items(rows: Iterable[tuple[Any, ...]]) -> tuple[dict[str, LayerItem], Json]:
    """The layers by the bare names of their tables, and the JSON of the service."""
    layers: dict[str, LayerItem] = {}
    service: Json = {}
    for kind, number, dataset, info in rows:
        if kind == _LAYER:
            layer_id = number if isinstance(number, int) else None
            layers[bare(str(dataset or ""))] = LayerItem(layer_id, json_string(info), _stated_json(info))
        elif kind == _SERVICE:
            service = _stated_json(info)
    return layers, service


def _stated_json(text: object) -> Json:
    """The JSON object in a text, or an empty one: the catalogue's XML says most of it again."""
    try:
        return parse_json_object(json_string(text).encode())
    except ValueError:
        return {}
