"""What a tile package says about itself: scheme, format, extents, credits.

Two families: root.json (.tpkx, .vtpk) and conf.xml with conf.cdi and
mapserver.json (.tpk, server caches). Both may have an item beside them: iteminfo.json or
iteminfo.xml. Only the scheme is required; everything else is taken where it stands.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from typing import Optional

from ..errors import Damaged
from ..json_value import Json, json_list, json_object, json_string
from ..untrusted.json_text import parse_json_object
from ..untrusted.xml import Element, parse_xml
from .legend import LegendEntry, read_legend, service_layers
from .members import Members
from .scheme import Level, SchemeReference, TileExtent, TilingScheme

_MAX_DOCUMENT = 8 << 20
_MAX_FOLDERS = 2_000
_MAX_SEARCH_DEPTH = 4
# What Esri's software fills in where nobody chose a title.
_DEFAULT_TITLES = {"", "layers", "map", "mapserver"}
# Folders that hold tiles or other parts, never a scheme.
_NO_SCHEME_INSIDE = {"_alllayers/", "tile/", "resources/", "tilemap/", "esriinfo/", "servicedescriptions/"}


@dataclass(frozen=True)
class Metadata:
    """Who made the tiles and what about. `description` and `licence` may be HTML, as written."""

    title: str = ""
    summary: str = ""
    description: str = ""
    attribution: str = ""
    licence: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Description:
    """The documents of a package as values. `folder` is where the scheme's file lies.

    `scale_range`: minScale and maxScale as stated, 0 where they are not.
    """

    folder: str
    scheme: TilingScheme
    tile_format: str = ""
    full_extent: Optional[TileExtent] = None
    metadata: Metadata = field(default_factory=Metadata)
    tiles_path: str = ""
    is_vector: bool = False
    is_indexed: bool = False
    scale_range: tuple[float, float] = (0.0, 0.0)
    root: Json = field(default_factory=dict)
    legend: tuple[LegendEntry, ...] = ()


def read_description(members: Members) -> Description:
    """Finds and reads the scheme of a package. Raises `Damaged` where there is none."""
    folder, name = _find_scheme(members)
    label = f"{members.path.name}/{folder}{name}"
    content = members.read(folder + name, _MAX_DOCUMENT)
    if name.casefold() == "root.json":
        return _from_root(members, folder, _document(content, label), label)
    return _from_conf(members, folder, parse_xml(content, label), label)


def _find_scheme(members: Members) -> tuple[str, str]:
    """Folder and name of the scheme's file, nearest to the top: the folder's name may be anything."""
    level = [""]
    for _ in range(_MAX_SEARCH_DEPTH):
        below: list[str] = []
        for folder in level[:_MAX_FOLDERS]:
            children = members.children(folder)
            for child in children:
                if child.casefold() in ("root.json", "conf.xml"):
                    return folder, child
            below += [
                folder + child
                for child in children
                if child.endswith("/")
                and child.casefold() not in _NO_SCHEME_INSIDE
                and not child.startswith((".", "__MACOSX"))
            ]
        level = below
    raise Damaged(
        "“{file}” is not a tile package: it contains neither root.json nor conf.xml.",
        next_step="Choose a .tpk, .tpkx or .vtpk file or the folder of a tile cache.",
        file=members.path.name,
    )


def _from_root(members: Members, folder: str, root: Json, label: str) -> Description:
    tile_info = json_object(root.get("tileInfo"))
    origin = json_object(tile_info.get("origin"))
    reference = _reference(tile_info.get("spatialReference") or root.get("spatialReference"))
    cache_info = json_object(json_object(root.get("resourceInfo")).get("cacheInfo"))
    storage = json_object(root.get("storageInfo") or cache_info.get("storageInfo"))
    levels = tuple(
        Level(_integer(lod.get("level")), _number(lod.get("resolution")), _number(lod.get("scale")))
        for lod in map(json_object, json_list(tile_info.get("lods")))
    )
    scheme = _checked(
        TilingScheme(
            _number(origin.get("x")),
            _number(origin.get("y")),
            _integer(tile_info.get("cols")),
            _integer(tile_info.get("rows")),
            _number(tile_info.get("dpi"), 96.0),
            reference,
            levels,
            _integer(storage.get("packetSize"), 128),
        ),
        label,
    )
    is_vector = str(root.get("type", "")).casefold().endswith("vector") or tile_info.get("format") == "pbf"
    name, about = _text(root.get("name")), _text(root.get("serviceDescription"))
    return Description(
        folder=folder,
        scheme=scheme,
        tile_format="PBF" if is_vector else _text(json_object(root.get("tileImageInfo")).get("format")),
        full_extent=_json_extent(root.get("fullExtent"), reference),
        metadata=_metadata(_item(members, folder), name, about, _text(root.get("copyrightText"))),
        tiles_path=_text(root.get("tileBundlesPath")).strip("./") if not is_vector else "tile",
        is_vector=is_vector,
        is_indexed=is_vector and bool(root.get("tileMap")),
        scale_range=_scale_range(root),
        root=root,
        legend=read_legend(root.get("layers")),
    )


def _from_conf(members: Members, folder: str, conf: Element, label: str) -> Description:
    cache = conf.find("TileCacheInfo") or conf
    reference = _xml_reference(cache.find("SpatialReference"))
    lods = cache.find("LODInfos")
    levels = tuple(
        Level(
            _integer(lod.text_of("LevelID"), index),
            _number(lod.text_of("Resolution")),
            _number(lod.text_of("Scale")),
        )
        for index, lod in enumerate(lods.all("LODInfo") if lods else [])
    )
    scheme = _checked(
        TilingScheme(
            _number(cache.text_of("TileOrigin/X")),
            _number(cache.text_of("TileOrigin/Y")),
            _integer(cache.text_of("TileCols")),
            _integer(cache.text_of("TileRows")),
            _number(cache.text_of("DPI"), 96.0),
            reference,
            levels,
            _integer(conf.text_of("CacheStorageInfo/PacketSize"), 128) or 128,
        ),
        label,
    )
    service_file = _service(members)
    service = json_object(service_file.get("contents"))
    info = json_object(service.get("documentInfo"))
    return Description(
        folder=folder,
        scheme=scheme,
        tile_format=conf.text_of("TileImageInfo/CacheTileFormat"),
        full_extent=_cdi_extent(members, folder, reference)
        or _json_extent(service.get("fullExtent"), reference),
        metadata=_metadata(
            _item(members, folder),
            _text(info.get("Title")) or _text(service.get("mapName")),
            _text(service.get("description")) or _text(service.get("serviceDescription")),
            _text(service.get("copyrightText")),
        ),
        scale_range=_scale_range(service),
        legend=read_legend(service_layers(service_file.get("resources"))),
    )


def _checked(scheme: TilingScheme, label: str) -> TilingScheme:
    """`scheme` with its levels from coarse to fine, once its numbers can be worked with."""
    fault = scheme.fault()
    if fault:
        raise Damaged(
            "The tiling scheme in “{file}” cannot be used: {fault}.",
            next_step="Get the package again, or ask for it to be created again.",
            file=label,
            fault=fault,
        )
    levels = tuple(sorted(scheme.levels, key=lambda level: -level.resolution))
    return TilingScheme(**{**scheme.__dict__, "levels": levels})


def _item(members: Members, folder: str) -> dict[str, str]:
    """The item beside the package: iteminfo.json or iteminfo.xml, by one set of lower-case keys."""
    for place in dict.fromkeys(("", "esriinfo/", folder, folder + "esriinfo/")):
        for child in members.children(place):
            if child.casefold() == "iteminfo.json":
                item = _optional_json(members, place + child)
                return {key.casefold(): _text(value) for key, value in item.items()}
            if child.casefold() == "iteminfo.xml":
                root = _optional_xml(members, place + child)
                return {element.name.casefold(): element.text for element in root.children}
    return {}


def _optional_json(members: Members, name: str) -> Json:
    """A document that tiles can be drawn without: empty where it is no JSON."""
    content = members.read(name, _MAX_DOCUMENT)
    with suppress(Damaged):
        return _document(content, f"{members.path.name}/{name}")
    return {}


def _optional_xml(members: Members, name: str) -> Element:
    """A document that tiles can be drawn without: empty where it is not well formed, as edited ones are."""
    content = members.read(name, _MAX_DOCUMENT)
    with suppress(Damaged):
        return parse_xml(content, f"{members.path.name}/{name}")
    return Element("")


def _metadata(item: dict[str, str], title: str, description: str, attribution: str) -> Metadata:
    """The item's words first for what they describe, the service's first for the credits."""
    given = item.get("title", "")
    if given.casefold() in _DEFAULT_TITLES:
        given = title or given
    return Metadata(
        title=given or item.get("name", ""),
        summary=item.get("snippet") or item.get("summary", ""),
        description=item.get("description") or description,
        attribution=attribution.strip() or item.get("accessinformation", ""),
        licence=item.get("licenseinfo", ""),
        tags=tuple(tag.strip() for tag in item.get("tags", "").split(",") if tag.strip()),
    )


def _service(members: Members) -> Json:
    """servicedescriptions/mapserver/mapserver.json, empty where there is none."""
    folder = "servicedescriptions/mapserver/"
    if "mapserver.json" not in members.children(folder):
        return {}
    return _optional_json(members, folder + "mapserver.json")


def _cdi_extent(members: Members, folder: str, reference: SchemeReference) -> Optional[TileExtent]:
    """The full extent in conf.cdi, where it is in the tiles' own spatial reference."""
    name = next((child for child in members.children(folder) if child.casefold() == "conf.cdi"), "")
    if not name:
        return None
    envelope = _optional_xml(members, folder + name)
    stated = envelope.find("SpatialReference")
    if stated and not _xml_reference(stated).same_as(reference):
        return None
    return _extent(*(_number(envelope.text_of(corner)) for corner in ("XMin", "YMin", "XMax", "YMax")))


def _xml_reference(element: Optional[Element]) -> SchemeReference:
    if element is None:
        return SchemeReference()
    return SchemeReference(
        _integer(element.text_of("WKID")) or None,
        _integer(element.text_of("LatestWKID")) or None,
        element.text_of("WKT"),
    )


def _reference(value: object) -> SchemeReference:
    stated = json_object(value)
    return SchemeReference(
        _integer(stated.get("wkid")) or None,
        _integer(stated.get("latestWkid")) or None,
        _text(stated.get("wkt")),
    )


def _json_extent(value: object, reference: SchemeReference) -> Optional[TileExtent]:
    """An extent object, where it is in the tiles' own spatial reference."""
    stated = json_object(value)
    if stated.get("spatialReference") and not _reference(stated["spatialReference"]).same_as(reference):
        return None
    return _extent(*(_number(stated.get(corner)) for corner in ("xmin", "ymin", "xmax", "ymax")))


def _scale_range(stated: Json) -> tuple[float, float]:
    minimum, maximum = (_number(stated.get(key)) for key in ("minScale", "maxScale"))
    return (minimum if isfinite(minimum) else 0.0, maximum if isfinite(maximum) else 0.0)


def _extent(xmin: float, ymin: float, xmax: float, ymax: float) -> Optional[TileExtent]:
    extent = TileExtent(xmin, ymin, xmax, ymax)
    return extent if all(map(isfinite, extent)) and xmin < xmax and ymin < ymax else None


def _document(content: bytes, label: str) -> Json:
    try:
        return parse_json_object(content, _MAX_DOCUMENT)
    except ValueError as error:
        raise Damaged(
            "“{file}” is not usable JSON.",
            next_step="Get the package again: this copy is damaged.",
            file=label,
        ) from error


def _text(value: object) -> str:
    """A text, or the texts of a list, as tags have them, behind one another."""
    if isinstance(value, list):
        return ", ".join(part for part in value if isinstance(part, str))
    return json_string(value)


def _number(value: object, default: float = float("nan")) -> float:
    """A number as JSON or XML text gives it; `default` for anything else."""
    try:
        return float(value) if isinstance(value, (int, float, str)) and value != "" else default
    except (ValueError, OverflowError):
        return default


def _integer(value: object, default: int = 0) -> int:
    number = _number(value)
    return int(number) if isfinite(number) and abs(number) < 2**53 else default
