"""Boxes that reach over the 180th meridian, in every spelling."""

import pytest

from plugin.core.extents import read_extent, split_extent

MERCATOR = {"wkid": 102100, "latestWkid": 3857}
HALF = 20037508.342789244


@pytest.mark.parametrize("sides", [(170, -20, -170, -10), (170, -20, 190, -10), (-190, -20, -170, -10)])
def test_both_spellings_are_one_box_of_two_parts(sides):
    extent = read_extent(*sides)
    assert extent == (170, -20, 190, -10)
    assert split_extent(extent) == ((170, -20, 180, -10), (-180, -20, -170, -10))


@pytest.mark.parametrize("sides", [(19e6, 1, -19.5e6, 2), (19e6, 1, 2 * HALF - 19.5e6, 2)])
def test_so_it_is_in_web_mercator(sides):
    extent = read_extent(*sides, MERCATOR)
    assert extent == pytest.approx((19e6, 1, 2 * HALF - 19.5e6, 2))
    east, west = split_extent(extent, MERCATOR)
    assert east == pytest.approx((19e6, 1, HALF, 2))
    assert west == pytest.approx((-HALF, 1, -19.5e6, 2))


@pytest.mark.parametrize(
    ("sides", "extent"),
    [
        ((7, 46, 8, 47), (7, 46, 8, 47)),
        ((-180, -90, 180, 90), (-180, -90, 180, 90)),
        ((-200, -90, 200, 90), (-180, -90, 180, 90)),
        ((367, 46, 368, 47), (7, 46, 8, 47)),
        ((170, 0, 180, 1), (170, 0, 180, 1)),
        ((8, 46, 7, 47), (8, 46, 367, 47)),
    ],
)
def test_other_boxes_stay_on_the_world(sides, extent):
    assert read_extent(*sides) == extent
    assert all(-180 <= part[0] <= part[2] <= 180 for part in split_extent(extent))


def test_a_point_is_a_box():
    assert read_extent(1, 2, 1, 2) == (1.0, 2.0, 1.0, 2.0)


def test_what_is_no_box_is_none():
    assert read_extent(1, 5, 3, 4) is None
    assert read_extent(1, "2", 3, 4) is None
    swiss = {"wkid": 2056}
    assert read_extent(2_700_000, 1_200_000, 2_600_000, 1_300_000, swiss) is None
    assert read_extent(2_600_000, 1_200_000, 2_700_000, 1_300_000, swiss)
    assert read_extent(170, 10, -170, -10) is None
    assert read_extent(170, 10, float("nan"), 20) is None
    assert read_extent("NaN", "NaN", "NaN", "NaN") is None
    assert read_extent(500, 10, -500, 20) is None
