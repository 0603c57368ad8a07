"""Geometries of REST JSON as shapes: every kind, holes where they belong, and whatever else is sent."""

import numpy as np
from osgeo import ogr
import pytest

from plugin.core.geodatabase.shapes.batch import ShapeKind, ShapeLayout
from plugin.core.geodatabase.shapes.esri_json import (
    CURVED,
    NO_PLACE,
    TANGLED,
    WRONG_KIND,
    shapes_from_json,
)
from plugin.core.working_copy.wkb_writer import to_wkb


def square(x, y, size, clockwise=True):
    ring = [[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]
    return ring if clockwise else ring[::-1]


def wkt(kind, *geometries, z=False, m=False):
    """What GDAL reads, and the problems by number."""
    batch = shapes_from_json(geometries, ShapeLayout(kind, z, m))
    shapes = [raw and ogr.CreateGeometryFromWkb(raw) for raw in to_wkb(batch)]
    return [shape and shape.ExportToIsoWkt() for shape in shapes], batch.problems


@pytest.mark.parametrize(
    ("kind", "geometry", "expected"),
    [
        (ShapeKind.POINT, {"x": 1.5, "y": -2}, "POINT (1.5 -2)"),
        (ShapeKind.MULTIPOINT, {"points": [[1, 2], [3, 4, 9]]}, "MULTIPOINT ((1 2),(3 4))"),
        (
            ShapeKind.LINE,
            {"paths": [[[0, 0], [1, 1]], [[7, 7]], [[5, 5], [6, 6]]]},
            "MULTILINESTRING ((0 0,1 1),(5 5,6 6))",
        ),
        (
            ShapeKind.POLYGON,
            {"rings": [square(0, 0, 2)[:-1]]},
            "MULTIPOLYGON (((0 0,2 0,2 2,0 2,0 0)))",
        ),
    ],
)
def test_every_kind_is_read(kind, geometry, expected):
    found, problems = wkt(kind, None, geometry, {})
    assert found == [None, expected, None]
    assert not problems


def test_heights_and_measures_are_kept_where_the_layer_has_them():
    point = {"x": 1, "y": 2, "z": 3, "m": 4}
    assert wkt(ShapeKind.POINT, point, {"x": 1, "y": 2}, z=True)[0] == ["POINT Z (1 2 3)", "POINT Z (1 2 0)"]
    assert wkt(ShapeKind.POINT, point, m=True)[0] == ["POINT M (1 2 4)"]
    line = {"paths": [[[0, 0, 5, 6], [1, 1, None]]]}
    assert wkt(ShapeKind.LINE, line, z=True, m=True)[0] == ["MULTILINESTRING ZM ((0 0 5 6,1 1 0 0))"]


@pytest.mark.parametrize("order", [1, -1])
def test_holes_stand_in_the_shell_around_them_and_islands_in_none(order):
    rings = [
        square(0, 0, 100),
        square(10, 10, 50, clockwise=False),
        square(20, 20, 20),
        square(25, 25, 5, clockwise=False),
        square(200, 0, 10),
    ]
    ((found,), _) = wkt(ShapeKind.POLYGON, {"rings": rings[::order]})
    shape = ogr.CreateGeometryFromWkt(found)
    assert shape.IsValid()
    assert shape.Area() == 100**2 - 50**2 + 20**2 - 5**2 + 10**2
    assert shape.GetGeometryCount() == 3


def test_a_hole_that_touches_its_shell_is_a_hole():
    hole = [[0, 5], [5, 0], [5, 5], [0, 5]]
    ((found,), _) = wkt(ShapeKind.POLYGON, {"rings": [square(0, 0, 10), hole]})
    assert ogr.CreateGeometryFromWkt(found).Area() == 100 - 12.5


def test_rings_that_all_run_the_wrong_way_are_shells():
    rings = [square(0, 0, 1, clockwise=False), square(5, 5, 1, clockwise=False)]
    assert ogr.CreateGeometryFromWkt(wkt(ShapeKind.POLYGON, {"rings": rings})[0][0]).Area() == 2


def test_a_hole_is_one_where_all_rings_run_the_wrong_way():
    rings = [square(0, 0, 10, clockwise=False), square(2, 2, 3)]
    (found, empty), _ = wkt(ShapeKind.POLYGON, {"rings": rings}, {"rings": []})
    shape = ogr.CreateGeometryFromWkt(found)
    assert (shape.GetGeometryCount(), shape.Area(), empty) == (1, 100 - 9, None)


def test_a_hole_in_no_shell_is_drawn():
    rings = [square(0, 0, 1), square(5, 5, 2, clockwise=False)]
    assert ogr.CreateGeometryFromWkt(wkt(ShapeKind.POLYGON, {"rings": rings})[0][0]).Area() == 5


@pytest.mark.parametrize("empty", [{"x": None, "y": None}, {"x": "NaN", "y": "NaN"}, {"x": None}, {}, None])
def test_empty_points_are_absent_and_no_problem(empty):
    assert wkt(ShapeKind.POINT, empty) == ([None], {})


@pytest.mark.parametrize(
    ("kind", "geometry", "reason"),
    [
        (ShapeKind.POINT, {"x": "here", "y": 1}, NO_PLACE),
        (ShapeKind.POINT, {"x": 10**400, "y": 1}, NO_PLACE),
        (ShapeKind.POINT, {"x": 1e300, "y": 1}, NO_PLACE),
        (ShapeKind.POINT, {"x": {}, "y": []}, NO_PLACE),
        (ShapeKind.POINT, {"rings": [square(0, 0, 1)]}, WRONG_KIND),
        (ShapeKind.POINT, "POINT (1 1)", WRONG_KIND),
        (ShapeKind.LINE, {"paths": [[[0, 0], [None, 1]]]}, NO_PLACE),
        (ShapeKind.LINE, {"paths": [[[0, 0], "11"]]}, NO_PLACE),
        (ShapeKind.LINE, {"paths": [[[0, 0], [1]]]}, NO_PLACE),
        (ShapeKind.LINE, {"paths": [[[0, 0], [[1], 2]]]}, NO_PLACE),
        (ShapeKind.LINE, {"curvePaths": []}, CURVED),
        (ShapeKind.POLYGON, {"curveRings": []}, CURVED),
        (ShapeKind.MULTIPOINT, {"points": [7]}, NO_PLACE),
    ],
)
def test_what_cannot_be_read_is_absent_and_says_why(kind, geometry, reason):
    good = {"x": 1, "y": 1, "points": [[1, 1]], "paths": [[[0, 0], [1, 1]]], "rings": [square(0, 0, 1)]}
    found, problems = wkt(kind, good, geometry, good)
    assert found[0]
    assert found == [found[0], None, found[0]]
    assert problems == {1: reason}


def test_paths_that_are_none_leave_the_shape_empty():
    assert wkt(ShapeKind.LINE, {"paths": [[[1, 1]], [], 7]}) == ([None], {})
    assert wkt(ShapeKind.POLYGON, {"rings": [[[1, 1], [2, 2]]]}) == ([None], {})


@pytest.mark.timeout(60)
def test_holes_without_end_are_refused_in_time():
    many = 30_000
    rings = [square(0, 0, 1) for _ in range(many)]
    rings += [square(5, 5, 1, clockwise=False) for _ in range(many)]
    assert wkt(ShapeKind.POLYGON, {"rings": rings})[1] == {0: TANGLED}


def test_no_shapes_are_no_shapes():
    assert wkt(ShapeKind.POLYGON) == ([], {})
    assert np.isnan(shapes_from_json([None], ShapeLayout(ShapeKind.LINE)).bounds).all()
