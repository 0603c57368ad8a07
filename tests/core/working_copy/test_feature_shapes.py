"""Shapes of the REST API's JSON are the same in a working copy as those of a geodatabase, and go back."""

from dataclasses import replace
import re

from osgeo import ogr
import pytest

from plugin.core.errors import BadInput, BrokenAnswer, Unsupported
from plugin.core.geodatabase.schema import SpatialReference
from plugin.core.geodatabase.shapes.batch import ShapeKind, ShapeLayout
from plugin.core.working_copy.feature_json import feature_of, row_of, rows_of
from plugin.core.working_copy.wkb_reader import wkb_of_geopackage

from ..geodatabase.shapes import wkb
from .scenes import write_scene

ID = "{8D2F3B0A-0C1E-4C55-9B1B-7B8F6A1C2D3E}"
SHELL = [[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]]
HOLE = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
ISLAND = [[20.5, 0], [20.5, 1], [21, 1], [20.5, 0]]
CASES = [
    # kind, z, m, JSON without its reference, WKT in the copy
    ("POINT", False, False, {"x": 1.1, "y": -2.2}, "POINT (1.1 -2.2)"),
    ("POINT", True, True, {"x": 1.5, "y": 2, "z": 3.25, "m": -1}, "POINT ZM (1.5 2 3.25 -1)"),
    ("POINT", False, True, {"x": 1.5, "y": 2, "m": 7}, "POINT M (1.5 2 7)"),
    ("POINT", False, False, {"x": None}, "POINT EMPTY"),
    ("MULTIPOINT", False, False, {"points": [[1, 2], [3, 4]]}, "MULTIPOINT ((1 2),(3 4))"),
    ("MULTIPOINT", False, False, {"points": []}, "MULTIPOINT EMPTY"),
    (
        "LINE", True, False, {"hasZ": True, "paths": [[[0, 0, 5], [1, 1, 6]], [[5, 5, 0], [6, 6.5, 0]]]},
        "MULTILINESTRING Z ((0 0 5,1 1 6),(5 5 0,6 6.5 0))",
    ),
    ("LINE", False, False, {"paths": []}, "MULTILINESTRING EMPTY"),
    (
        "POLYGON", False, False, {"rings": [SHELL, HOLE, ISLAND]},
        "MULTIPOLYGON (((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,2 1,1 1)),((20.5 0,21 1,20.5 1,20.5 0)))",
    ),
    (
        "POLYGON", True, True,
        {"hasZ": True, "hasM": True, "rings": [[[*vertex, 7, k] for k, vertex in enumerate(SHELL)]]},
        "MULTIPOLYGON ZM (((0 0 7 4,9 0 7 3,9 9 7 2,0 9 7 1,0 0 7 0)))",
    ),
    ("POLYGON", False, False, {"rings": []}, "MULTIPOLYGON EMPTY"),
]  # fmt: skip


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return write_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def table(scene):
    """A table of any kind of shapes."""
    trees = scene.table("Trees")
    return lambda kind, z=False, m=False: replace(trees, layout=ShapeLayout(ShapeKind[kind], z, m))


def feature(geometry):
    return {"attributes": {"GlobalID": ID.lower()}, "geometry": geometry}


def wkt(blob):
    text = ogr.CreateGeometryFromWkb(wkb_of_geopackage(blob)).ExportToIsoWkt()
    return re.sub(r"\.0(?=[ ,)])", "", text)


@pytest.mark.parametrize(("kind", "z", "m", "geometry", "expected"), CASES)
def test_shapes_come_and_go(table, kind, z, m, geometry, expected):
    own = table(kind, z, m)
    first, row = rows_of([feature(None), feature(geometry)], own)
    assert first == {"GlobalID": ID, "geom": None}
    assert wkt(row["geom"]) == expected
    sent = feature_of(row, own, [], True)["geometry"]
    assert sent == {**geometry, "spatialReference": {"wkid": 3857}}
    assert row_of(feature(sent), own) == row


@pytest.mark.parametrize("name", ["Trees", "Parcels"])
def test_a_geodatabase_gives_the_same_bytes(scene, name):
    own = scene.table(name)
    with scene.connect() as connection:
        names = ", ".join(f'"{column}"' for column in own.all_columns)
        rows = connection.execute(f'SELECT {names} FROM "{name}"').fetchall()
    rows = [dict(zip(own.all_columns, row)) for row in rows]
    assert rows
    assert rows_of([feature_of(row, own, None, True) for row in rows], own) == rows


def test_what_a_feature_does_not_mention_is_not_in_its_row(table):
    assert row_of({"attributes": {"globalid": ID, "Kind": "x"}}, table("POINT")) == {
        "GlobalID": ID, "kind": "x",
    }  # fmt: skip
    assert row_of(feature({}), table("POINT"))["geom"] is None
    assert feature_of({"GlobalID": ID}, table("LINE"), None, False) == {"attributes": {"GlobalID": ID}}


@pytest.mark.parametrize(
    ("kind", "z", "m", "geometry", "expected"),
    [
        ("POINT", True, False, {"x": 1, "y": 2, "z": "NaN"}, "POINT Z (1 2 0)"),
        ("POINT", True, True, {"x": 1, "y": 2, "z": None}, "POINT ZM (1 2 0 0)"),
        ("POINT", False, False, {"x": 1, "y": 2, "z": 9, "m": 3}, "POINT (1 2)"),
        ("POINT", False, False, {"x": "NaN", "y": "NaN"}, "POINT EMPTY"),
        ("LINE", True, True, {"hasM": True, "paths": [[[0, 0, 5], [1, 1, 6]]]},
         "MULTILINESTRING ZM ((0 0 0 5,1 1 0 6))"),
        ("LINE", False, True, {"hasZ": True, "hasM": True, "paths": [[[0, 0, 5, 1], [1, 1, 6, 2]]]},
         "MULTILINESTRING M ((0 0 1,1 1 2))"),
        ("LINE", True, False, {"hasZ": False, "hasM": False, "paths": [[[0, 0], [1, 1]]]},
         "MULTILINESTRING Z ((0 0 0,1 1 0))"),
        ("LINE", True, False, {"paths": [[[0, 0, None], [1, 1]]]}, "MULTILINESTRING Z ((0 0 0,1 1 0))"),
        ("POLYGON", False, False, {"rings": [SHELL[::-1]]}, "MULTIPOLYGON (((0 0,9 0,9 9,0 9,0 0)))"),
        ("POLYGON", False, False, {"rings": [SHELL[:-1]]}, "MULTIPOLYGON (((0 0,9 0,9 9,0 9,0 0)))"),
        ("POLYGON", False, False, {"rings": [HOLE, SHELL]},
         "MULTIPOLYGON (((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,2 1,1 1)))"),
        ("POLYGON", False, False, {"rings": [SHELL], "curveRings": [[[0, 0], {"c": [[1, 1], [2, 2]]}]]},
         "MULTIPOLYGON (((0 0,9 0,9 9,0 9,0 0)))"),
    ],
)  # fmt: skip
def test_shapes_as_others_write_them(table, kind, z, m, geometry, expected):
    own = table(kind, z, m)
    assert wkt(row_of(feature(geometry), own)["geom"]) == expected
    one = {"x": 1, "y": 2, "z": 1, "m": 1, "paths": [[[5, 5, 5, 5], [6, 6, 6, 6]]], "rings": [SHELL]}
    assert wkt(rows_of([feature(one), feature(geometry), feature(one)], own)[1]["geom"]) == expected


@pytest.mark.parametrize(
    ("kind", "geometry", "error", "reason"),
    [
        ("LINE", {"curvePaths": [[[0, 0], {"c": [[1, 1], [2, 2]]}]]}, Unsupported, "it has curves"),
        ("POLYGON", {"hasZ": True, "curveRings": []}, Unsupported, "it has curves"),
        *[
            ("LINE", {"paths": [[[0, 0], {segment: [[1, 1], [2, 2]]}]]}, Unsupported, "it has curves")
            for segment in "abc"
        ],
        ("POINT", {"x": 1, "y": 2, "spatialReference": {"wkid": 4326}}, Unsupported,
         "it is in another spatial reference than its layer"),
        ("POINT", {"x": 1, "y": 2, "spatialReference": {"wkt": 'PROJCS["Town",…'}}, Unsupported,
         "it is in another spatial reference than its layer"),
        ("POINT", {"x": float("nan"), "y": 2}, BrokenAnswer, "its coordinates are not numbers"),
        ("POINT", {"x": float("inf"), "y": 2}, BrokenAnswer, "its coordinates are not numbers"),
        ("POINT", {"x": 1, "y": {}}, BrokenAnswer, "its coordinates are not numbers"),
        ("LINE", {"paths": [[[0, 0], [1, float("nan")]]]}, BrokenAnswer, "its coordinates are not numbers"),
        ("POINT", {"paths": [[[0, 0], [1, 1]]]}, BrokenAnswer, "its geometry type is not that of its layer"),
        ("POINT", [1, 2], BrokenAnswer, "its geometry type is not that of its layer"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(table, kind, geometry, error, reason):
    good = feature({"x": 1, "y": 2, "paths": [[[5, 5], [6, 6]]], "rings": [SHELL]})
    with pytest.raises(error) as raised:
        rows_of([good, feature(geometry), good], table(kind))
    assert raised.value.text == f"The shape of the feature {ID} of “Bäume” cannot be read: {reason}."


@pytest.mark.parametrize(
    ("reference", "own"),
    [
        ({"wkid": 102100}, (3857, "")),
        ({"wkid": 102100, "latestWkid": 3857}, (3857, "")),
        ({"wkid": 3857}, (102100, "")),
        ({"wkid": 2284, "latestWkid": 7665}, (2284, "")),
        ({"wkid": 2284, "latestWkid": 7665}, (7665, "")),
        ({}, (2284, "")),
        ({"wkt": 'PROJCS["Town",GEOGCS["a"]]'}, (0, 'PROJCS["TOWN", GEOGCS["a"]]')),
    ],
)
def test_one_spatial_reference_has_many_names(table, reference, own):
    code, text = own
    here = replace(table("POINT"), reference=SpatialReference("", code, text, table("POINT").reference.grid))
    assert row_of(feature({"x": 1, "y": 2, "spatialReference": reference}), here)["geom"]


@pytest.mark.parametrize(
    ("kind", "text", "sent"),
    [
        ("POLYGON", "POLYGON ((0 0,0 9,9 9,9 0,0 0),(1 1,1 2,2 2,2 1,1 1))", {"rings": [SHELL, HOLE]}),
        ("POLYGON", "POLYGON ((0 0,9 0,9 9,0 9,0 0),(1 1,2 1,2 2,1 2,1 1))",
         {"rings": [SHELL[::-1][::-1], HOLE]}),
        ("LINE", "LINESTRING Z (0 0 1,1 1 1)", {"paths": [[[0, 0], [1, 1]]]}),
    ],
)  # fmt: skip
def test_shapes_that_other_programs_drew_are_sent_the_right_way_round(table, kind, text, sent):
    """Single instead of multi, without envelope, big endian."""
    geometry = ogr.CreateGeometryFromWkt(text)
    for order in (ogr.wkbNDR, ogr.wkbXDR):
        blob = b"GP\0\1" + (3857).to_bytes(4, "little") + bytes(geometry.ExportToIsoWkb(order))
        found = feature_of({"GlobalID": ID, "geom": blob}, table(kind), [], True)["geometry"]
        assert {key: sorted(map(sorted, value)) for key, value in found.items() if key in sent} == {
            key: sorted(map(sorted, value)) for key, value in sent.items()
        }
        ring = found.get("rings", [[]])[0]
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) <= 0


@pytest.mark.parametrize(
    "blob",
    [b"", b"GP", "text", b"GP\0\1" + bytes(4) + wkb("POINT (1 2)")[:-3],
     b"GP\0\1" + bytes(4) + wkb("LINESTRING (1 2,3 4)"),
     b"GP\0\1" + bytes(4) + b"\1\1\0\0\0" + bytes(6) + b"\xf0\x7f" + bytes(8)],
)  # fmt: skip
def test_a_broken_shape_is_not_sent(table, blob):
    with pytest.raises(BadInput, match="The shape of the feature .8D2F.* of “Bäume” cannot be sent: A geom"):
        feature_of({"GlobalID": ID, "geom": blob}, table("POINT"), [], True)


def test_no_shape_is_sent_as_an_empty_one(table):
    for geometry in ({"GlobalID": ID}, {"GlobalID": ID, "geom": None}):
        sent = feature_of(geometry, table("LINE", True), [], True)["geometry"]
        assert sent == {"hasZ": True, "paths": [], "spatialReference": {"wkid": 3857}}
