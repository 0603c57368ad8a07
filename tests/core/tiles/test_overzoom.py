"""Vector tiles that a package leaves to the parent: made right, where they belong and nowhere else."""

import gzip
import sqlite3

from osgeo import gdal, ogr
import pytest

from plugin.core.errors import Damaged
from plugin.core.tiles.convert import to_mbtiles
from plugin.core.tiles.overzoom import read_vector_tile
from plugin.core.tiles.tile_map import is_void
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.test_samples import VECTOR
from tests.fixtures.tile_grids import WEB_MERCATOR_512
from tests.fixtures.tile_package import write_vtpk
from tests.fixtures.tile_package_pictures import vector_tile

HALF = 20037508.342789244
RING = [(200, 100), (4000, 300), (3900, 3800), (300, 4000)]
HOLE = [(1900, 1900), (1900, 2300), (2300, 2300), (2300, 1900)]
LAYERS = {
    "parks": [(3, [RING, HOLE]), (3, [[(10, 10), (60, 10), (60, 60), (10, 60)]])],
    "roads": [(2, [[(-50, 500), (4150, 2600)], [(2040, -60), (2040, 4200)]]), (2, [[(5, 5), (9, 9)]])],
    "trees": [(1, [[(1000, 1000), (3000, 1000), (3000, 3000)]]), (1, [[(2048, 2048)]])],
}


def features(tmp_path, data, zoom, row, column):
    """What GDAL reads in a tile: layer → number → geometry in web mercator, not clipped."""
    path = tmp_path / str(zoom) / str(column) / f"{row}.pbf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.decompress(data))
    dataset = gdal.OpenEx(f"MVT:{path}", open_options=["CLIP=NO"])
    found = {}
    for index in range(dataset.GetLayerCount()):
        layer = dataset.GetLayer(index)
        for feature in layer:
            assert feature["name"] == f"of {layer.GetName()}"
            found[layer.GetName(), feature["mvt_id"]] = feature.GetGeometryRef().Clone()
    return found


def square(zoom, row, column, margin=0.0):
    side = 2 * HALF / 2**zoom
    west, north = -HALF + column * side, HALF - row * side
    m = margin * side
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ((west - m, north + m), (west + side + m, north + m), (west + side + m, north - side - m),
                 (west - m, north - side - m), (west - m, north + m)):  # fmt: skip
        ring.AddPoint_2D(x, y)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


def within(geometry, area):
    """The part of a geometry in an area, ring by ring: holes may touch the outline where both are cut."""
    if geometry.GetGeometryName() != "MULTIPOLYGON":
        return geometry.Intersection(area)
    outline, *holes = (geometry.GetGeometryRef(0).GetGeometryRef(i) for i in range(ring_count(geometry)))
    part = filled(outline).Intersection(area)
    for hole in holes:
        part = part.Difference(filled(hole))
    return part


def ring_count(geometry):
    assert geometry.GetGeometryCount() == 1
    return geometry.GetGeometryRef(0).GetGeometryCount()


def filled(ring):
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_children_show_what_the_parent_shows_there(tmp_path, levels):
    data = vector_tile(LAYERS)
    parent = features(tmp_path, data, 4, 5, 6)
    assert len(parent) == 6
    seen = set()
    for down in range(2**levels):
        for right in range(2**levels):
            tile = read_vector_tile(data, "a.vtpk")
            for bit in reversed(range(levels)):
                tile = tile.child(down >> bit & 1, right >> bit & 1)
            place = (4 + levels, (5 << levels) + down, (6 << levels) + right)
            child = {} if tile.is_empty() else features(tmp_path, tile.encoded(), *place)
            area, unit = square(*place), 0.8 * 2 * HALF / 2**4 / 4096
            for key, geometry in parent.items():
                expected = geometry.Intersection(area)
                if expected.IsEmpty():
                    continue
                seen.add(key)
                drawn = within(child[key], area)
                # The same within the rounding of cuts: less than a unit of the parent.
                assert drawn.Buffer(unit).Contains(expected), (place, key)
                assert expected.Buffer(unit).Contains(drawn), (place, key)
            for geometry in child.values():
                assert square(*place, margin=0.07).Contains(geometry)
    assert seen == parent.keys()


def test_points_come_out_exactly(tmp_path):
    data = vector_tile(LAYERS)
    tile = read_vector_tile(data, "a.vtpk").child(1, 1)
    child = features(tmp_path, tile.encoded(), 5, 11, 13)
    parent = features(tmp_path, data, 4, 5, 6)
    assert child["trees", 2].Distance(parent["trees", 2]) < 1e-6


def test_what_the_tile_map_says_is_void():
    node = [[1, 0, [1, 1, 0, 1], 1], 0, 1, 0]
    assert not is_void(node, 0, 0, 0)
    assert not is_void(node, 1, 0, 0)
    assert is_void(node, 1, 0, 1)
    assert is_void(node, 2, 0, 1)
    assert not is_void(node, 3, 2, 0)
    assert is_void(node, 3, 3, 0)
    assert is_void(node, 9, 3 << 6, 0)
    assert not is_void(node, 9, 511, 0)
    assert not is_void(None, 3, 1, 1)
    assert not is_void({"x": 1}, 3, 1, 1)


# NW is divided, NE void, SW a leaf, SE void; of NW the quarters are leaf, void, leaf, leaf.
MAP = [[1, 0, 1, 1], 0, 1, 0]


def write_indexed(tmp_path, **options):
    tiles = {(0, 0, 0): vector_tile(LAYERS), (1, 0, 0): vector_tile(LAYERS), (1, 1, 0): vector_tile(LAYERS)}
    for key in ((2, 0, 0), (2, 1, 0), (2, 1, 1), (3, 0, 0)):
        tiles[key] = vector_tile({"trees": [(1, [[(key[1] + 1, key[2] + 1)]])]})
    path = tmp_path / "city.vtpk"
    write_vtpk(path, WEB_MERCATOR_512, tiles, vector_layers=list(LAYERS), style={}, **options)
    return path, tiles


def stored(path):
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT zoom_level, tile_row, tile_column, tile_data FROM tiles").fetchall()
    return {(zoom, 2**zoom - 1 - row, column): data for zoom, row, column, data in rows}


def test_leaves_are_filled_and_void_places_are_not(tmp_path):
    path, tiles = write_indexed(tmp_path, tile_map=MAP)
    with open_tile_package(path) as package:
        assert package.is_indexed
        made = to_mbtiles(package, tmp_path / "city.mbtiles")
    found = stored(tmp_path / "city.mbtiles")
    assert tiles.items() <= found.items()
    assert (made.tiles, made.made) == (len(tiles), len(found) - len(tiles))
    # The leaf in the south west has all its descendants, down to the finest level.
    assert {(2, 2 + row, column) for row in (0, 1) for column in (0, 1)} <= found.keys()
    assert {(3, 4 + row, column) for row in range(4) for column in range(4)} <= found.keys()
    # The void quarters have none, however much of the root lies there.
    assert not [key for key in found if key[0] > 0 and key[2] >> key[0] - 1]
    assert (2, 0, 1) not in found
    # A made tile holds what its parent shows, at the place where it is.
    trees = features(tmp_path, found[3, 4, 0], 3, 4, 0)
    leaf = features(tmp_path, tiles[1, 1, 0], 1, 1, 0)
    area = square(3, 4, 0)
    for key, geometry in leaf.items():
        assert geometry.Intersects(area) <= (key in trees)


def test_flat_packages_mean_the_parent_too(tmp_path):
    path, tiles = write_indexed(tmp_path)
    with open_tile_package(path) as package:
        assert not package.is_indexed
        to_mbtiles(package, tmp_path / "city.mbtiles")
    found = stored(tmp_path / "city.mbtiles")
    assert tiles.items() <= found.items()
    assert {(1, 0, 1), (1, 1, 1), (3, 7, 0)} <= found.keys()


@pytest.mark.parametrize(
    "data",
    [
        b"\x1f\x8b\x08",
        gzip.compress(b"\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        gzip.compress(b"\x1a\x05abc"),
        gzip.compress(b"\x1a\x06\x12\x04\x22\x02\xff\xff"),
        gzip.compress(b"\x1a\x03\x28\x80\x00"),
        gzip.compress(bytes(65 << 20)),
        b"<html>",
    ],
)
def test_tiles_that_are_none(data):
    with pytest.raises(Damaged, match=r"a\.vtpk"):
        read_vector_tile(data, "a.vtpk")


def test_the_sample_gains_only_what_shows(samples, tmp_path):
    with open_tile_package(samples / VECTOR) as package:
        assert to_mbtiles(package, tmp_path / "out.mbtiles").made < 5
