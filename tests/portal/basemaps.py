"""Basemaps that anybody can draw: cached map services and vector tile services on the federated server."""

from __future__ import annotations

from typing import Any

from .content import PortalContent
from .map_areas import tiled_layer

Json = dict[str, Any]

_EDGE = 20037508.342787
_SCALE = 591657527.591555  # of a level 0 of 256 pixels


def tile_info(pixels: int = 256, levels: int = 20, wkid: int = 102100) -> Json:
    """The grid of tiles that web maps of the whole world share; other `wkid`s pretend to have it, too."""
    widest, shrunk = 2 * _EDGE / pixels, 256 / pixels
    return {
        "rows": pixels,
        "cols": pixels,
        "origin": {"x": -_EDGE, "y": _EDGE},
        "spatialReference": {"wkid": wkid, "latestWkid": 3857 if wkid == 102100 else wkid},
        "lods": [
            {"level": level, "resolution": widest / 2**level, "scale": _SCALE * shrunk / 2**level}
            for level in range(levels)
        ],
    }


def add_tile_service(
    content: PortalContent, name: str, access: str = "public", credits: str = "", **fields: Any
) -> Json:
    """Adds a cached map service, and returns the basemap layer that shows it."""
    described = {"singleFusedMapCache": True, "tileInfo": tile_info(), "copyrightText": credits, **fields}
    return tiled_layer(name, content.add_service(f"{name}/MapServer", described, access))


def add_vector_tile_service(content: PortalContent, name: str) -> Json:
    """Adds a vector tile service with a style, and returns a layer that names the style alone."""
    path = f"{name}/VectorTileServer"
    content.add_service(path, {"tileInfo": tile_info(512), "copyrightText": "Surveyors"}, "public")
    style = {
        "version": 8,
        "sources": {"esri": {"type": "vector", "url": "../../"}},
        "layers": [
            {
                "id": "land",
                "type": "fill",
                "source": "esri",
                "source-layer": "land",
                "paint": {"fill-color": "#336699"},
            }
        ],
    }
    style_url = content.add_service(f"{path}/resources/styles/root.json", style, "public")
    return {"id": name, "layerType": "VectorTileLayer", "title": name, "styleUrl": style_url}
