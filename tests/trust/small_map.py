"""A map area whose packages are all converted, and a picture: small enough to download hundreds of times."""

from pathlib import Path

import numpy as np

from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import MERCATOR, Dataset, Field, Row, write_geodatabase
from tests.fixtures.tile_grids import WEB_MERCATOR
from tests.fixtures.tile_package import write_tpk, write_tpkx
from tests.fixtures.tile_package_pictures import jpeg, lerc, pattern
from tests.portal import PortalContent, add_geodatabase, add_map_area, add_tiles, add_web_map, feature_layer
from tests.portal.map_areas import tiled_layer

AREA = "Altstadt (Nord)"
_LEVELS = (12, 13)
_EXTENT = (1_489_000, 6_894_000, 1_499_000, 6_904_000)
_SERVERS = "https://tiles.example.org/arcgis/rest/services"
_GROUND, _HEIGHTS = f"{_SERVERS}/Ground/MapServer", f"{_SERVERS}/Heights/ImageServer"
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080200000090775"
    "3de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class SmallMap:
    """Trees and their visits, a ground of pictures and one of heights; packages are written to `folder`."""

    def __init__(self, folder: Path) -> None:
        self.content = PortalContent()
        service = self.content.add_feature_service("trees", {"serviceItemId": ""}, {0: {}, 3: {}})
        self._picture = self.content.add_item("Image", "Tree", data=_PICTURE, access="public")
        self.web_map = add_web_map(
            self.content,
            "Grüne Wege",
            [feature_layer("Bäume", f"{service}/0"), tiled_layer("Heights", _HEIGHTS)],
            tables=[feature_layer("Visits", f"{service}/3")],
            basemap=[tiled_layer("Ground", _GROUND)],
        )
        area = add_map_area(self.content, self.web_map, AREA, _EXTENT)
        trees = write_geodatabase(folder / "trees.geodatabase", _datasets(), reference=MERCATOR)
        add_geodatabase(self.content, area, trees, service, gens={0: 7, 3: 7})
        ground = write_tpk(folder / "ground.tpk", WEB_MERCATOR, _tiles(_photo), tile_format="JPEG")
        add_tiles(self.content, area, ground, _GROUND, levels=_LEVELS)
        heights = write_tpkx(folder / "heights.tpkx", WEB_MERCATOR, _tiles(_heights), tile_format="LERC")
        kind = "Compact Tile Package"
        add_tiles(self.content, area, heights, _HEIGHTS, levels=_LEVELS, type=kind)

    def name_picture(self, rest: str) -> None:
        """Gives the trees a symbol with a picture of this portal, once its address is known."""
        symbol = {"type": "esriPMS", "url": f"{rest}/content/items/{self._picture}/data"}
        trees = self.content.items[self.web_map].data["operationalLayers"][0]
        trees["layerDefinition"] = {"drawingInfo": {"renderer": {"type": "simple", "symbol": symbol}}}


def _datasets() -> list[Dataset]:
    trees = [
        Row(wkb(f"POINT ({1_489_000 + 10 * n} {6_894_000 + 7 * n})"), {"name": f"Linde {n}"}, 2 * n + 5)
        for n in range(300)
    ]
    visits = [Row(None, {"note": "gemäht"}, 40 + n) for n in range(9)]
    return [
        Dataset("Bäume", "Point", [Field("name")], trees, layer_id=0),
        Dataset("Visits", None, [Field("note")], visits, layer_id=3),
    ]


def _tiles(paint):
    """Two tiles of each level."""
    tiles = {}
    for level in _LEVELS:
        span = WEB_MERCATOR.resolutions[level] * WEB_MERCATOR.tile_size
        x, y = WEB_MERCATOR.origin
        row, column = int((y - _EXTENT[1]) // span), int((_EXTENT[0] - x) // span)
        tiles |= {(level, row, right): paint(level, row, right) for right in (column, column + 1)}
    return tiles


def _photo(level, row, column):
    return jpeg(pattern(level, row, column, 256))


def _heights(level, row, column):
    return lerc(np.full((256, 256), 100.25 * level + row % 7 + column % 5, np.float32))
