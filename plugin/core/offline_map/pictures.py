"""Pictures that symbols name by URL, as they lie in an offline map.

They lie in `pictures/`, each named by its address, so that the same map gives the same folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any
import uuid

from ..errors import BrokenAnswer
from ..untrusted.picture import LARGEST_PICTURE, judge_picture
from ..web_map import MapLayer, drawing_info
from .layout import MapFolder

_KINDS = frozenset({"esriPMS", "esriPFS", "CIMPictureMarker", "CIMPictureFill", "CIMPictureStroke"})
_DEEPEST = 40
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SUFFIXES = frozenset((".png", ".jpg", ".gif", ".bmp", ".webp", ".svg"))


@dataclass(frozen=True)
class Picture:
    """A picture as the JSON names it (`said`), and the address that it stands for."""

    said: str
    address: str


def pictures_of(layer: MapLayer, service_layer: Mapping[str, Any]) -> tuple[Picture, ...]:
    """The pictures that a layer's symbols name by URL, each once."""
    definition = layer.json.get("layerDefinition")
    drawn = (drawing_info(layer.json, service_layer), definition)
    found = dict.fromkeys(url for json in drawn for url in _urls(json, 0))
    return tuple(Picture(said, address) for said in found if (address := _address(said, layer.url)))


def _urls(json: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(json, Mapping):
        url = json.get("url")
        if str(json.get("type")) in _KINDS and isinstance(url, str) and url and not json.get("imageData"):
            yield url
    inner = json.values() if isinstance(json, Mapping) else json if isinstance(json, list) else ()
    for member in inner:
        yield from _urls(member, depth + 1)


def _address(said: str, layer_url: str) -> str:
    """Where a picture lies; empty for none. Services name theirs by their place below the layer."""
    if said.startswith("//"):
        return f"https:{said}"
    if _SCHEME.match(said):
        return said if said[:4].lower() == "http" else ""
    return f"{layer_url}/images/{said}" if layer_url else ""


class PictureFiles:
    """The pictures in the folder of an offline map."""

    def __init__(self, folder: Path) -> None:
        self.folder = MapFolder(folder).pictures

    def read(self, layer: MapLayer, service_layer: Mapping[str, Any]) -> dict[str, bytes]:
        """The bytes of the pictures of a layer that are there, by the URL that its symbols say."""
        there = self.by_stem()
        found = {}
        for picture in pictures_of(layer, service_layer):
            file = there.get(stem_of(picture.address))
            if file and file.stat().st_size <= LARGEST_PICTURE:
                found[picture.said] = file.read_bytes()
        return found

    def by_stem(self) -> dict[str, Path]:
        """The finished pictures by the stem of their names."""
        if not self.folder.is_dir():
            return {}
        files = (path for path in sorted(self.folder.iterdir()) if path.suffix in _SUFFIXES)
        return {path.stem: path for path in files if path.is_file()}


def stem_of(address: str) -> str:
    """The name of a picture: always the same for one address."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, address))


def suffix_of(content: bytes) -> str:
    """The suffix for what the bytes are. Raises `BrokenAnswer` for what is no picture that may be shown."""
    try:
        return judge_picture(content).suffix
    except ValueError as error:
        raise BrokenAnswer("It is not a picture that can be shown.") from error
