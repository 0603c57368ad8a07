"""Outlines of map areas across the 180th meridian: two parts, on both sides of it."""

import pytest
from qgis.core import QgsCoordinateTransformContext, QgsGeometry, QgsPointXY

from plugin.core.portal.items import parse_item
from plugin.core.portal.map_areas import MapArea, PackagingStatus, Polygon, _extent
from plugin.qgis_io.outlines import box_outline, boxes_of, outline

pytestmark = pytest.mark.usefixtures("qgis_app")

MERCATOR = {"wkid": 102100, "latestWkid": 3857}
HALF, SIDE = 20037508.342789244, 18924313.434856508  # 180 and 170 degrees
LOW, HIGH = -2273030.926987689, -1118889.9748579597  # -20 and -10 degrees


def extent(west, east, reference, low=-20, high=-10):
    return _extent({"xmin": west, "ymin": low, "xmax": east, "ymax": high, "spatialReference": reference})


def area(own=None, polygon=None, item_extent=None):
    json = {"id": "a" * 32, "title": "Date line", "type": "Map Area", "extent": item_extent}
    return MapArea(parse_item(json), PackagingStatus.COMPLETE, own, polygon, ())


def ring(west, east):
    return ((west, LOW), (west, HIGH), (east, HIGH), (east, LOW), (west, LOW))


AREAS = {
    "item, west > east": area(item_extent=[[170, -20], [-170, -10]]),
    "item, east 190": area(item_extent=[[170, -20], [190, -10]]),
    "degrees, west > east": area(extent(170, -170, {"wkid": 4326})),
    "degrees, east 190": area(extent(170, 190, {"wkid": 4326})),
    "metres, west > east": area(extent(SIDE, -SIDE, MERCATOR, LOW, HIGH)),
    "metres, beyond": area(extent(SIDE, 2 * HALF - SIDE, MERCATOR, LOW, HIGH)),
    "polygon, beyond": area(polygon=Polygon((ring(SIDE, 2 * HALF - SIDE),), MERCATOR)),
    "polygon, west of the world": area(polygon=Polygon((ring(SIDE - 2 * HALF, -SIDE),), MERCATOR)),
    "polygon, in two": area(polygon=Polygon((ring(SIDE, HALF), ring(-HALF, -SIDE)), MERCATOR)),
}


@pytest.mark.parametrize("spelled", AREAS.values(), ids=AREAS)
def test_the_area_lies_on_both_sides_whatever_its_spelling(spelled):
    shape = outline(spelled, QgsCoordinateTransformContext())
    boxes = sorted(
        [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()] for box in boxes_of(shape)
    )
    assert boxes == [pytest.approx([-180, -20, -170, -10]), pytest.approx([170, -20, 180, -10])]
    assert shape.area() == pytest.approx(200)
    assert not shape.contains(QgsPointXY(0, -15))
    assert shape.isMultipart()


def test_an_area_on_one_side_is_one_box():
    shape = box_outline((7, 46, 8, 47))
    assert [box.width() for box in boxes_of(shape)] == [1]
    two = QgsGeometry.collectGeometry([box_outline((7, 46, 8, 47)), box_outline((10, 46, 12, 47))])
    assert [box.width() for box in boxes_of(two)] == [5]


@pytest.mark.parametrize(
    "own",
    [
        extent(5, 6, None),
        extent(5, 6, {}),
        extent(500, 600, {"wkid": 0}, 1, 2),
        extent(500, 600, {"wkid": 999_999}, 1, 2),
        extent(500, 600, {"wkt": 'LOCAL_CS["Site",UNIT["Meter",1.0]]'}, 1, 2),
    ],
)
def test_an_extent_of_nobody_knows_what_gives_way_to_that_of_the_item(own):
    shape = outline(area(own, item_extent=[[7, 46], [8, 47]]), QgsCoordinateTransformContext())
    assert shape.boundingBox().toString(0) == "7,46 : 8,47"


def test_a_polygon_of_nobody_knows_what_gives_way_to_the_extent():
    odd = Polygon((ring(1, 2),), {"wkid": 0})
    shape = outline(area(extent(7, 8, {"wkid": 4326}, 46, 47), odd), QgsCoordinateTransformContext())
    assert shape.boundingBox().toString(0) == "7,46 : 8,47"


def test_numbers_without_a_spatial_reference_are_no_extent():
    assert extent(5, 6, None) is None
    assert extent(5, 6, {"wkid": 4326}) is not None
