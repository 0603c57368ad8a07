"""A virtual raster that is there already may be somebody else's: what does it draw from?

GDAL opens every file and address that such a raster names, and can run Python in it. The ones that
this plugin writes name the package and files of their own, in a few plain elements without any text
that a reader of XML would have to expand.
"""

from __future__ import annotations

from html import unescape
import os
from pathlib import Path
import re

from .filled import copy_of

_MAX_BYTES = 64 << 20
_ELEMENTS = (
    "VRTDataset", "SRS", "GeoTransform", "VRTRasterBand", "NoDataValue", "ColorInterp", "SimpleSource",
    "SourceFilename", "OpenOptions", "OOI", "SourceBand", "SrcRect", "DstRect", "Overview", "MRF_META",
    "Raster", "Size", "PageSize", "Compression", "DataType", "DataValues", "DataFile", "IndexFile",
)  # fmt: skip
_ATTRIBUTES = frozenset((
    "rasterXSize", "rasterYSize", "dataType", "band", "resampling", "relativeToVRT", "key", "xOff", "yOff",
    "xSize", "ySize", "x", "y", "c", "NoData", "offset",
))  # fmt: skip
_OPTIONS = frozenset(("ZOOM_LEVEL", "BAND_COUNT", "MINX", "MINY", "MAXX", "MAXY"))
_TAG = re.compile(r"<(/?)([^\s<>/]*)([^<>]*?)/?>")
_ATTRIBUTE = re.compile(r"\s*([A-Za-z]+)=\"([^\"]*)\"")
_NAMED = re.compile(r"<(SourceFilename|DataFile|IndexFile)[^<>]*>([^<>]*)<")


def names_only_own_files(raster: Path, package: Path) -> bool:
    """True where a .vrt and the files of its levels name only one another, their tiles and `package`."""
    levels = [path for path in raster.parent.iterdir() if path.name.startswith(f"{raster.name}.L")]
    sources = {path.name for path in levels} | {copy_of(raster).name}
    tiles = {os.path.realpath(package), os.path.realpath(f"{raster}.tiles")}

    def is_own(element: str, name: str) -> bool:
        if element == "DataFile":
            return os.path.realpath(raster.parent / name) in tiles
        return name in (sources if element == "SourceFilename" else (f"{raster.name}.idx",))

    try:
        texts = [_text_of(path) for path in (raster, *levels)]
    except (OSError, ValueError):
        return False
    return all(
        _is_plain(text) and all(is_own(element, unescape(name)) for element, name in _NAMED.findall(text))
        for text in texts
    )


def _text_of(path: Path) -> str:
    """Raises `OSError`, and `ValueError` for what is none of ours."""
    if path.stat().st_size > _MAX_BYTES:
        raise ValueError("too large")
    return path.read_text("utf-8")


def _is_plain(text: str) -> bool:
    """True for elements and attributes of ours alone."""
    at = 0
    for tag in _TAG.finditer(text):
        _, name, attributes = tag.groups()
        said = _ATTRIBUTE.findall(attributes)
        if (
            "<" in text[at : tag.start()]
            or name not in _ELEMENTS
            or not _ATTRIBUTES.issuperset(key for key, _ in said)
            or _ATTRIBUTE.sub("", attributes).strip()
            or not _OPTIONS.issuperset(value for key, value in said if key == "key")
            or (name == "SourceFilename" and not tag[1] and ("relativeToVRT", "1") not in said)
        ):
            return False
        at = tag.end()
    return at > 0 and "<" not in text[at:]
