"""First view, rotation, background, bookmarks and time of a web map, as the project keeps them."""

import pytest
from qgis.core import Qgis
from qgis.PyQt.QtCore import QDateTime, Qt

from plugin.core.extents import read_extent

from .build import feature_layer, losses_of

MERCATOR = {"wkid": 102100, "latestWkid": 3857}
EXTENT = {"xmin": 100, "ymin": 200, "xmax": 300, "ymax": 500, "spatialReference": MERCATOR}
POINT = {"x": 7.4, "y": 46.9, "spatialReference": {"wkid": 4326}}


def map_of(**members):
    return {"operationalLayers": [feature_layer("points")], "spatialReference": MERCATOR, **members}


def view_of(project):
    view = project.viewSettings().defaultViewExtent()
    return [round(side) for side in (view.xMinimum(), view.yMinimum(), view.xMaximum(), view.yMaximum())]


def test_an_extent_and_a_rotation(written):
    viewpoint = {"targetGeometry": EXTENT, "rotation": 380.5, "scale": 5000}
    _, project = written(map_of(initialState={"viewpoint": viewpoint}))
    assert view_of(project) == [100, 200, 300, 500]
    assert project.viewSettings().defaultRotation() == pytest.approx(20.5)


def test_a_point_is_shown_at_its_scale(written):
    _, project = written(map_of(initialState={"viewpoint": {"targetGeometry": POINT, "scale": 10_000}}))
    west, south, east, north = view_of(project)
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((823_764, 5_925_766), abs=2)
    assert (east - west, north - south) == pytest.approx((3175, 2117), abs=2)


@pytest.mark.parametrize(
    "target",
    [
        {"rings": [[[100, 200], [300, 200], [300, 500], [100, 200]]], "spatialReference": MERCATOR},
        {"paths": [[[100, 200], [300, 500]]], "spatialReference": MERCATOR},
        {"points": [[100, 500], [300, 200]], "spatialReference": MERCATOR},
    ],
)
def test_any_geometry_may_be_the_target(written, target):
    _, project = written(map_of(initialState={"viewpoint": {"targetGeometry": target}}))
    assert view_of(project) == [100, 200, 300, 500]


@pytest.mark.parametrize(
    "target",
    [
        None,
        {},
        {"xmin": "NaN"},
        {"x": 1},
        {**EXTENT, "xmin": float("nan")},
        {"rings": [[[1]]]},
        {"x": 10**400, "y": 1},
        POINT,
        7,
    ],
)
def test_what_is_no_view_leaves_the_area(town, written, target):
    town.extent = (0.0, 0.0, 0.01, 0.01)
    _, project = written(map_of(initialState={"viewpoint": {"targetGeometry": target}}))
    assert view_of(project) == [0, 0, 1113, 1113]


def test_a_view_outside_of_the_area_shows_the_area(town, written):
    town.extent = (7.0, 46.0, 7.01, 46.01)
    _, project = written(map_of(initialState={"viewpoint": {"targetGeometry": EXTENT}}))
    assert view_of(project)[0] == pytest.approx(779_236, abs=2)


def test_the_background(written):
    _, project = written(map_of(background={"color": [10, 20, 30, 255]}))
    assert project.backgroundColor().getRgb()[:3] == (10, 20, 30)


def test_bookmarks(written):
    bookmarks = [
        {"name": "Old", "extent": EXTENT},
        {"name": "New", "extent": {"xmin": 1}, "viewpoint": {"targetGeometry": EXTENT, "rotation": 45}},
        {"name": "Both", "extent": EXTENT, "viewpoint": {"targetGeometry": {"x": 1}}},
        {"name": "None", "extent": {}},
        {
            "extent": {
                **EXTENT,
                "spatialReference": {"wkid": 4326},
                "xmin": 1,
                "ymin": 1,
                "xmax": 2,
                "ymax": 2,
            }
        },
        "nothing",
    ]
    report, project = written(map_of(bookmarks=bookmarks))
    made = project.bookmarkManager().bookmarks()
    assert [one.name() for one in made] == ["Old", "New", "Both", ""]
    assert {one.group() for one in made} == {"Town"}
    assert [round(one.extent().xMinimum()) for one in made] == [100, 100, 100, 111319]
    assert [one.rotation() for one in made] == [0, 45, 0, 0]
    assert {one.extent().crs().authid() for one in made} == {"EPSG:3857"}
    assert [loss.text for loss in report.notices] == ["Bookmarks whose location cannot be read: None."]


def test_time(town, written):
    town.services["points"] = {"timeInfo": {"startTimeField": "built"}}
    slider = {
        "startTime": 0,
        "endTime": 86_400_000,
        "timeStopInterval": {"interval": 3, "units": "esriTimeUnitsHours"},
    }
    report, project = written(map_of(widgets={"timeSlider": {"properties": {**slider, "thumbCount": 2}}}))
    (layer,) = project.mapLayers().values()
    times = layer.temporalProperties()
    assert times.isActive()
    assert (times.mode(), times.startField()) == (
        Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField,
        "BUILT",
    )
    span = project.timeSettings().temporalRange()
    assert span.begin() == QDateTime.fromMSecsSinceEpoch(0, Qt.TimeSpec.UTC)
    assert span.end() == QDateTime.fromMSecsSinceEpoch(86_400_000, Qt.TimeSpec.UTC)
    settings = project.timeSettings()
    assert (settings.timeStep(), settings.timeStepUnit()) == (3, Qgis.TemporalUnit.Hours)
    assert report.notices == ()


def test_time_that_is_turned_off_or_no_date(town, written):
    town.services["points"] = {"timeInfo": {"startTimeField": "BUILT", "endTimeField": "NAME"}}
    report, project = written(map_of())
    assert "The fields with the layer's time are not date fields here." in losses_of(report, "points")
    town.services["points"] = {"timeInfo": {"startTimeField": "BUILT", "endTimeField": "BUILT"}}
    _, project = written({"operationalLayers": [feature_layer("points", timeAnimation=False)]})
    (layer,) = project.mapLayers().values()
    assert not layer.temporalProperties().isActive()
    assert layer.temporalProperties().endField() == "BUILT"


@pytest.mark.parametrize("span", [["a", "b"], [5, 1], [10**30, 10**31], [None, 1], [True, False], "x"])
def test_spans_that_are_none(written, span):
    slider = {"currentTimeExtent": span, "loop": True}
    report, project = written(map_of(widgets={"timeSlider": {"properties": slider}}))
    assert project.timeSettings().temporalRange().isInfinite()
    assert [loss.text for loss in report.notices] == ["The time slider has no time span."]


PART = [18924313, -2273031, 20037508, -1118890]


@pytest.mark.parametrize("east", [-18924313.4, 21150703.2])
def test_a_view_over_the_180th_meridian_is_none_of_the_world(written, east):
    target = {**EXTENT, "xmin": 18924313.4, "ymin": -2273030.9, "xmax": east, "ymax": -1118890}
    _, project = written(map_of(initialState={"viewpoint": {"targetGeometry": target}}))
    assert view_of(project) == PART
    bare = {**target, "spatialReference": None}
    _, project = written(map_of(initialState={"viewpoint": {"targetGeometry": bare}}))
    assert view_of(project) == PART


@pytest.mark.parametrize("east", [-170, 190])
def test_an_area_over_the_180th_meridian_is_shown(town, written, east):
    town.extent = read_extent(170, -20, east, -10)
    _, project = written(map_of())
    assert view_of(project) == PART
    pacific = {"wkid": 3832, "latestWkid": 3832}
    _, project = written({**map_of(), "spatialReference": pacific})
    west, _, east, _ = view_of(project)
    assert (west, east) == pytest.approx((2226390, 4452780), abs=2)
