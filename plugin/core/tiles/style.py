"""The style that a vector tile package brings along: a MapBox GL style and its sprites.

Glyphs are not read: QGIS draws text with installed fonts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
import posixpath
from typing import Any

from ..errors import Damaged, PackageError
from ..json_value import json_list
from ..untrusted.json_text import parse_json_object
from ..untrusted.picture import judge_picture
from .tile_package import TilePackage

_STYLES = "resources/styles"
_SPRITES = "resources/sprites/sprite"


@dataclass(frozen=True)
class VectorStyle:
    """`style` is the style's object; `sprites` a PNG, empty where there is none, and `sprite_index` the JSON
    text that says where in it each sprite lies. `lost_formats`: parts of texts had formats of their own."""

    style: dict[str, Any]
    sprites: bytes = b""
    sprite_index: str = "{}"
    lost_formats: bool = False


def read_style(package: TilePackage) -> VectorStyle:
    """The default style of a vector tile package.

    Raises `Damaged` where there is none that can be read. Sprites that cannot be read are left out.
    """
    folder = _resolved("", package.root.get("defaultStyles")) or _STYLES
    _, style = _resource_json(package, f"{folder}/root.json")
    lost_formats = simplify_labels(style)
    place = _resolved(folder, style.get("sprite")) or _SPRITES
    for density in ("@2x", ""):
        with suppress(PackageError):
            sprites = package.resource(f"{place}{density}.png")
            with suppress(ValueError):
                judge_picture(sprites)
                index, _ = _resource_json(package, f"{place}{density}.json")
                return VectorStyle(style, sprites, index, lost_formats)
    return VectorStyle(style, lost_formats=lost_formats)


def simplify_labels(style: dict[str, Any]) -> bool:
    """Writes the texts of a style as all versions of QGIS know them; True where formats of parts are lost."""
    lost_formats = False
    for layout in layouts_of_labels(style):
        lost_formats = lost_formats or "format" in _operators(layout["text-field"])
        layout["text-field"] = _in_simple_words(layout["text-field"])
    return lost_formats


def layouts_of_labels(style: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The `layout` of every layer that writes texts."""
    for layer in json_list(style.get("layers")):
        layout = layer.get("layout") if isinstance(layer, dict) else None
        if isinstance(layout, dict) and layout.get("text-field"):
            yield layout


def _operators(text: Any) -> Iterator[Any]:
    if isinstance(text, list) and text and text[0] != "literal":
        yield text[0]
        for part in text[1:]:
            yield from _operators(part)


def _in_simple_words(text: Any) -> Any:
    """An expression for the same text, in operators that QGIS knows before 3.44, too: of others it draws no
    label at all, and of `format` an empty one."""
    if not isinstance(text, list) or not text or text[0] == "literal":
        return text
    operator, *parts = (_in_simple_words(part) for part in text)
    if operator == "string" and parts:
        return parts[0]
    if operator == "format":
        return ["concat", *(part for part in parts if not isinstance(part, dict))]
    fields = [
        part[1] for part in parts[:-1] if isinstance(part, list) and part[:1] == ["get"] and len(part) == 2
    ]
    if operator == "coalesce" and parts and len(fields) == len(parts) - 1:
        choices = [part for field in fields for part in (["has", field], ["get", field])]
        return ["case", *choices, parts[-1]] if choices else parts[0]
    return [operator, *parts]


def _resource_json(package: TilePackage, name: str) -> tuple[str, dict[str, Any]]:
    """The text of a resource and the object in it. Raises `Damaged`."""
    content = package.resource(name)
    with suppress(ValueError):
        return content.decode("utf-8-sig"), parse_json_object(content)
    raise Damaged(
        "“{member}” in “{file}” is not usable JSON.",
        next_step="Get the package again: this copy is damaged.",
        member=name,
        file=package.path.name,
    )


def _resolved(folder: str, stated: object) -> str:
    """A path beside root.json; empty for addresses, for what leads out of the package, and for nothing."""
    if not isinstance(stated, str) or not stated or ":" in stated or "\\" in stated:
        return ""
    path = posixpath.normpath(posixpath.join(folder, stated))
    return "" if path.startswith(("/", "..")) else path
