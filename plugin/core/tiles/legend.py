"""The legend that a raster tile package carries: labels and small pictures, by layer.

In a .tpkx it stands in root.json (`layers[].legend[]`), in a .tpk among the resources of
mapserver.json. Tiles are pictures: this is all that says what their colours mean.
"""

from __future__ import annotations

from base64 import b64decode
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..json_value import json_list, json_string

_MAX_LAYERS = 500
_MAX_ENTRIES = 500
_MAX_PICTURE = 256 << 10


@dataclass(frozen=True)
class LegendEntry:
    """One symbol: the title of its layer, its label, and its picture (PNG or JPEG bytes)."""

    layer: str
    label: str
    picture: bytes


def read_legend(layers: object) -> tuple[LegendEntry, ...]:
    """The entries of a list of layers with legends; what is not of that shape is left out."""
    return tuple(_entries(json_list(layers)[:_MAX_LAYERS]))


def service_layers(resources: object) -> object:
    """The list of layers with legends among the resources of a mapserver.json; None where there is none."""
    for resource in json_list(resources):
        if isinstance(resource, dict) and resource.get("name") == "legend":
            contents = resource.get("contents")
            return contents.get("layers") if isinstance(contents, dict) else None
    return None


def _entries(layers: Iterable[Any]) -> Iterator[LegendEntry]:
    for layer in layers:
        entries = layer.get("legend") if isinstance(layer, dict) else None
        for entry in json_list(entries)[:_MAX_ENTRIES]:
            picture = _picture(entry.get("imageData")) if isinstance(entry, dict) else b""
            if picture:
                title = layer.get("layerName") or layer.get("name")
                yield LegendEntry(json_string(title), json_string(entry.get("label")), picture)


def _picture(data: object) -> bytes:
    """The bytes of a picture; empty for anything that is none."""
    if not isinstance(data, str) or len(data) > _MAX_PICTURE:
        return b""
    try:
        picture = b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return picture if picture.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8")) else b""
