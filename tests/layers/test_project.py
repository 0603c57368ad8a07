"""The project of an offline map: legend, view, paths, and what it must not hold."""

from contextlib import closing
import re
import shutil
import sqlite3
import zipfile

import pytest
from qgis.core import (
    Qgis,
    QgsLayerTree,
    QgsNetworkAccessManager,
    QgsProcessingContext,
    QgsProcessingUtils,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

from plugin.core.errors import BadInput, Cancelled, Damaged
from plugin.core.geodatabase.schema import SpatialReference
from plugin.core.geodatabase.shapes.batch import Grid
from plugin.core.host import Silent
from plugin.core.working_copy.geopackage import register_reference
from plugin.layers.base.identity import AREA_ID, LAYER_ID, MAP_FOLDER
from plugin.layers.open_project.groups import read_groups
from plugin.layers.project.project import check_project, write_project

from .build import feature_layer, tile_layer
from .conftest import credits_shown, draw, in_worker, open_files

EXTENT = {"xmin": 0, "ymin": 0, "xmax": 1000, "ymax": 1000, "spatialReference": {"wkid": 102100}}
WHOLE_MAP = {
    "operationalLayers": [
        feature_layer("polygons"),
        {
            "id": "group",
            "title": "Ways",
            "layerType": "GroupLayer",
            "visibilityMode": "exclusive",
            "layers": [feature_layer("lines", "first"), feature_layer("lines", "second", visibility=False)],
        },
        feature_layer("points", visibility=False),
    ],
    "tables": [feature_layer("table")],
    "baseMap": {
        "baseMapLayers": [
            tile_layer("ground", opacity=0.5),
            tile_layer("relief", visibility=False),
            tile_layer("names", isReference=True),
        ]
    },
    "spatialReference": {"wkid": 102100, "latestWkid": 3857},
    "initialState": {"viewpoint": {"targetGeometry": EXTENT}},
}


@pytest.fixture
def whole(town):
    town.mbtiles("ground", "Imagery <b>by</b> A &amp; B")
    town.geopackage_tiles("relief")
    town.mbtiles("names", "Names by C")
    return town


def legend(node):
    """The tree as nested lists: layer names, and groups as [name, …]."""
    if QgsLayerTree.isGroup(node):
        return [node.name(), *map(legend, node.children())]
    return node.name()


def text_of(project_file):
    with zipfile.ZipFile(project_file) as archive:
        return archive.read("offline_map.qgs").decode()


def test_the_legend_is_that_of_the_web_map(whole, written):
    _, project = written(WHOLE_MAP)
    assert legend(project.layerTreeRoot())[1:] == [
        [
            "Old town",
            "Tiles names",
            "All points",
            ["Ways", "All lines", "All lines"],
            "All polygons",
            "All table",
            ["Basemap", "Tiles relief", "Tiles ground"],
        ]
    ]
    assert project.title() == "Old town"


def test_a_group_knows_its_area_and_its_folder(whole, written):
    _, project = written(WHOLE_MAP)
    (group,) = project.layerTreeRoot().findGroups()
    assert group.customProperty(AREA_ID) == "0123area"
    assert group.customProperty(MAP_FOLDER) == ".."
    ids = {layer.customProperty(LAYER_ID) for layer in project.mapLayers().values()}
    assert ids == {"polygons", "first", "second", "points", "table", "ground", "relief", "names"}


def test_visibility_and_exclusive_groups_are_kept(whole, written):
    _, project = written(WHOLE_MAP)
    shown = {
        node.layer().customProperty(LAYER_ID): node.itemVisibilityChecked()
        for node in project.layerTreeRoot().findLayers()
    }
    assert shown == {
        "names": True,
        "points": False,
        "first": True,
        "second": False,
        "polygons": True,
        "table": True,
        "ground": True,
        "relief": False,
    }
    ways = project.layerTreeRoot().findGroup("Ways")
    assert ways.isMutuallyExclusive()
    assert not project.layerTreeRoot().findGroup("Basemap").isMutuallyExclusive()


def test_inherited_visibility_shows_all_members(town, written):
    group = {
        "id": "g",
        "title": "G",
        "layerType": "GroupLayer",
        "visibilityMode": "inherited",
        "visibility": False,
    }
    group["layers"] = [feature_layer("lines", visibility=False)]
    _, project = written({"operationalLayers": [group]})
    node = project.layerTreeRoot().findGroup("G")
    assert not node.itemVisibilityChecked()
    assert node.children()[0].itemVisibilityChecked()


def test_opacity_and_scales(town, written):
    town.services["points"] = {"minScale": 5000, "maxScale": 100, "drawingInfo": {"transparency": 25}}
    town.services["lines"] = {"minScale": 5000}
    layers = [
        feature_layer("points"),
        feature_layer("polygons", opacity=0.5, layerDefinition={"drawingInfo": {"transparency": 40}}),
        feature_layer("lines", opacity=0.25, layerDefinition={"minScale": 0, "maxScale": 2000}),
    ]
    _, project = written({"operationalLayers": layers})
    by_id = {layer.customProperty(LAYER_ID): layer for layer in project.mapLayers().values()}
    assert by_id["points"].opacity() == pytest.approx(0.75)
    assert (by_id["points"].minimumScale(), by_id["points"].maximumScale()) == (5000, 100)
    assert by_id["points"].isInScaleRange(1000)
    assert not by_id["points"].isInScaleRange(10_000)
    assert by_id["polygons"].opacity() == pytest.approx(0.3)
    assert not by_id["polygons"].hasScaleBasedVisibility()
    assert by_id["lines"].opacity() == pytest.approx(0.25)
    assert (by_id["lines"].minimumScale(), by_id["lines"].maximumScale()) == (0, 2000)


def scaled_group(name, **scales):
    """A group in a group; beside a member without scales of its own two that have some."""
    far = feature_layer("lines", f"{name} far", layerDefinition={"minScale": 0, "maxScale": 2000})
    band = feature_layer("points", f"{name} band", layerDefinition={"minScale": 5000, "maxScale": 100})
    inner = {"id": f"{name} inner", "title": "Inner", "layerType": "GroupLayer", "layers": [far, band]}
    members = [feature_layer("polygons", f"{name} whole"), inner]
    return {"id": name, "title": name, "layerType": "GroupLayer", "layers": members, **scales}


def test_members_keep_their_own_scales_within_those_of_their_group(written):
    groups = {
        "none": ({}, {"whole": (0, 0), "far": (0, 2000), "band": (5000, 100)}),
        "min": ({"minScale": 4000}, {"whole": (4000, 0), "far": (4000, 2000), "band": (4000, 100)}),
        "max": ({"maxScale": 250}, {"whole": (0, 250), "far": (0, 2000), "band": (5000, 250)}),
        "wide": (
            {"minScale": 9000, "maxScale": 10},
            {"whole": (9000, 10), "far": (9000, 2000), "band": (5000, 100)},
        ),
    }
    layers = [scaled_group(name, **scales) for name, (scales, _) in groups.items()]
    _, project = written({"operationalLayers": layers})
    found = {}
    for layer in project.mapLayers().values():
        name, member = layer.customProperty(LAYER_ID).split()
        scales = (layer.minimumScale(), layer.maximumScale())
        found.setdefault(name, {})[member] = scales if layer.hasScaleBasedVisibility() else (0, 0)
    assert found == {name: expected for name, (_, expected) in groups.items()}


def test_spatial_reference_and_first_view(whole, written):
    _, project = written(WHOLE_MAP)
    assert project.crs().authid() == "EPSG:3857"
    view = project.viewSettings().defaultViewExtent()
    assert view.crs().authid() == "EPSG:3857"
    assert view.toRectF() == QgsRectangle(0, 0, 1000, 1000).toRectF()


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"wkid": 102100}, "ESRI:102100"),
        ({"wkid": 102113, "latestWkid": 3785}, "EPSG:3785"),
        ({"wkid": 102039}, "ESRI:102039"),
        ({"wkid": 2056, "latestWkid": 2056}, "EPSG:2056"),
        ({"wkid": 999_999}, "EPSG:3857"),
        ({}, "EPSG:3857"),
    ],
)
def test_spatial_references_of_esri(town, written, reference, expected):
    _, project = written({"operationalLayers": [feature_layer("points")], "spatialReference": reference})
    assert project.crs().authid() == expected


def test_an_unknown_spatial_reference_of_the_map_is_told(town, written):
    layers = {"operationalLayers": [feature_layer("points")]}
    for reference, told in (({"wkid": 999_999}, 1), ({"wkid": 0}, 1), ({"wkid": 102100}, 0), ({}, 0)):
        report, _ = written({**layers, "spatialReference": reference})
        said = [entry.text for entry in report.notices if entry.code == "spatial_reference"]
        assert len(said) == told
        assert all("“Town” is unknown or local: web mercator is shown" in text for text in said)
        town.project.unlink()


@pytest.mark.parametrize(
    ("code", "wkt"),
    [(0, ""), (7999, ""), (0, 'LOCAL_CS["Site grid",UNIT["Meter",1.0]]'), (0, 'UNKNOWN["odd"]')],
)
def test_a_layer_whose_coordinate_system_is_unknown_or_local_is_named(town, written, code, wkt):
    """All its tables but one; and a system of a surveyor's own is none of these."""
    own = (
        'PROJCS["Site",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["central_meridian",9.3],PARAMETER["scale_factor",1],UNIT["metre",1]]'
    )
    with closing(sqlite3.connect(town.geopackage)) as file:
        for table, reference in (("points", (code, wkt)), ("lines", (0, own))):
            grid = Grid(-400.0, -400.0, 1e9, 0.0, 1.0, 0.0, 1.0)
            srs_id = register_reference(file, SpatialReference("EPSG" if code else "", *reference, grid))
            for place in ("gpkg_geometry_columns", "gpkg_contents"):
                file.execute(f"UPDATE {place} SET srs_id = ? WHERE table_name = ?", (srs_id, table))
        file.commit()
    layers = [feature_layer("points"), feature_layer("lines"), feature_layer("polygons")]
    report, _ = written({"operationalLayers": layers, "tables": [feature_layer("table")]})
    told = [
        entry.layer.id for entry in report.layers for loss in entry.losses if loss.code == "spatial_reference"
    ]
    assert told == ["points"]
    (loss,) = [loss for loss in report.losses["points"] if loss.code == "spatial_reference"]
    assert "“All points” is unknown or local" in loss.text


def test_without_a_viewpoint_the_area_is_shown(town, written):
    town.extent = (7.0, 46.0, 8.0, 47.0)
    reference = {"wkid": 2056, "latestWkid": 2056}
    _, project = written({"operationalLayers": [feature_layer("points")], "spatialReference": reference})
    view = project.viewSettings().defaultViewExtent()
    assert view.crs().authid() == "EPSG:2056"
    assert view.xMinimum() == pytest.approx(2_565_000, abs=5000)
    assert view.yMinimum() == pytest.approx(1_093_000, abs=5000)


def test_sources_are_listed_top_first(whole, written):
    report, _ = written(WHOLE_MAP)
    gpkg = f"{whole.work}/town.gpkg|layername="
    assert report.sources == (
        f"wms://type=mbtiles&url=file://{whole.work}/names.mbtiles".replace(" ", "%20"),
        f"{gpkg}points",
        f"{gpkg}lines",
        f"{gpkg}lines",
        f"{gpkg}polygons",
        f"{gpkg}table",
        f"GPKG:{whole.work}/relief.gpkg:tiles",
        f"wms://type=mbtiles&url=file://{whole.work}/ground.mbtiles".replace(" ", "%20"),
    )
    assert report.losses.keys() <= {"polygons", "first", "second", "points"}


def test_a_following_algorithm_opens_every_source(whole, written):
    report, _ = written(WHOLE_MAP)
    context = QgsProcessingContext()
    for source in report.sources:
        layer = QgsProcessingUtils.mapLayerFromString(source, context)
        assert layer is not None, source
        assert layer.isValid(), source


def test_attributions_reach_metadata_and_decoration(whole, written):
    whole.services["points"] = {"copyrightText": "<i>Town's</i> [% env('HOME') %]\\n"}
    _, project = written(WHOLE_MAP)
    by_id = {layer.customProperty(LAYER_ID): layer for layer in project.mapLayers().values()}
    assert by_id["ground"].metadata().rights() == ["Imagery by A & B"]
    assert by_id["points"].metadata().rights() == ["Town's [ % env('HOME') % ]\\n"]
    assert credits_shown(project) == ["Imagery by A & B", "Names by C", "Town's [ % env('HOME') % ]\\n"]
    assert credits_shown(project, [by_id["ground"]]) == ["Imagery by A & B"]
    assert credits_shown(project, []) == []


def test_long_attributions_are_broken_into_lines(town, written):
    town.services["points"] = {"copyrightText": "one, two, " * 60}
    _, project = written({"operationalLayers": [feature_layer("points")]})
    lines = credits_shown(project)
    assert len(lines) > 5
    assert max(map(len, lines)) <= 80


def test_paths_are_relative_and_nothing_foreign_is_inside(whole, written):
    report, _ = written(WHOLE_MAP)
    text = text_of(report.project)
    sources = re.findall("<datasource>(.+?)</datasource>", text)
    assert len(sources) == 8
    assert {source.split("|")[0] for source in sources} == {
        "./town.gpkg",
        "./relief.gpkg",
        "type=mbtiles&amp;url=file:./ground.mbtiles",
        "type=mbtiles&amp;url=file:./names.mbtiles",
    }
    assert str(whole.folder.parent) not in text
    assert "example.org" not in text
    assert not re.search(r"<(Macros|pythonCode)[ >]", text)
    assert set(re.findall("<editforminitcodesource>(.*?)</editforminitcodesource>", text)) <= {"0"}


def test_no_file_stays_open_and_no_thread_matters(whole):
    report = in_worker(lambda: write_project(whole.map(WHOLE_MAP), whole.project))
    assert open_files(whole.folder) == []
    assert check_project(whole.map(WHOLE_MAP), whole.project).sources == report.sources
    assert open_files(whole.folder) == []
    assert not list(whole.work.glob("*-wal")) + list(whole.work.glob("*-shm"))


def test_it_survives_moving_the_folder(whole, opened):
    in_worker(lambda: write_project(whole.map(WHOLE_MAP), whole.project))
    moved = whole.folder.parent / "elsewhere & 100%"
    shutil.move(whole.folder, moved)
    project = opened(moved / "qgis" / "offline_map.qgz")
    layers = list(project.mapLayers().values())
    assert len(layers) == 8
    assert all(layer.isValid() for layer in layers)
    held = open_files(moved)
    assert held
    assert all(name.startswith(str(moved)) for name in held)


def test_nothing_asks_the_network(whole, opened, qgis_app):
    asked = []

    def note(request):
        asked.append(request.request().url().toString())

    signal = QgsNetworkAccessManager.instance().requestAboutToBeCreated["QgsNetworkRequestParameters"]
    signal.connect(note)
    try:
        report = write_project(whole.map(WHOLE_MAP), whole.project)
        draw(opened(report.project))
        qgis_app.processEvents()
        QgsNetworkAccessManager.blockingGet(QNetworkRequest(QUrl("http://127.0.0.1:9/seen")))
        qgis_app.processEvents()
    finally:
        signal.disconnect(note)
    assert asked == ["http://127.0.0.1:9/seen"]  # the counter counts, and nothing else asked


def test_a_failed_layer_hides_no_other(whole, written):
    whole.errors["first"] = Damaged("“{file}” ends early.", file="town.geodatabase")
    whole.errors["table"] = Damaged("“{file}” ends early.", file="town.geodatabase")
    report, project = written(WHOLE_MAP)
    assert [entry.layer.id for entry in report.layer_errors] == ["first"]
    assert [entry.layer.id for entry in report.table_errors] == ["table"]
    assert len(project.mapLayers()) == 6
    assert len(report.sources) == 6


def test_a_file_that_qgis_cannot_open_is_the_error_of_its_layer(whole, written):
    (whole.work / "relief.gpkg").write_bytes(b"SQLite format 3\0" + bytes(5000))
    (whole.work / "ground.mbtiles").unlink()
    report, _ = written(WHOLE_MAP)
    assert [entry.layer.id for entry in report.layer_errors] == ["relief", "ground"]
    for entry in report.layer_errors:
        assert f"{entry.layer.id}." in entry.error.text
        assert str(whole.work) not in entry.error.text


def faults(report):
    return {entry.layer.id: entry.error.text for entry in report.layers if entry.error}


@pytest.mark.parametrize("is_read", [False, True])
def test_a_known_project_is_checked_as_it_would_be_written(whole, is_read):
    whole.errors["first"] = Damaged("“{file}” ends early.", file="town.geodatabase")
    written = write_project(whole.map(WHOLE_MAP), whole.project)
    opened = read_groups(whole.project).all_layers() if is_read else ()
    checked = check_project(whole.map(WHOLE_MAP), whole.project, opened)
    assert [entry.layer.id for entry in checked.layers] == [entry.layer.id for entry in written.layers]
    assert (checked.sources, faults(checked)) == (written.sources, faults(written))
    assert faults(checked).keys() == {"first"}


@pytest.mark.parametrize("is_read", [False, True])
def test_what_became_unreadable_below_a_known_project_is_an_error(whole, is_read):
    write_project(whole.map(WHOLE_MAP), whole.project)
    (whole.work / "relief.gpkg").write_bytes(b"SQLite format 3\0" + bytes(5000))
    (whole.work / "ground.mbtiles").unlink()
    with sqlite3.connect(whole.work / "town.gpkg") as connection:
        connection.execute("DELETE FROM gpkg_contents WHERE table_name = 'table'")
        connection.execute('DROP TABLE "table"')
    connection.close()
    opened = read_groups(whole.project).all_layers() if is_read else ()
    checked = check_project(whole.map(WHOLE_MAP), whole.project, opened)
    assert [entry.layer.id for entry in checked.layer_errors] == ["relief", "ground"]
    assert [entry.layer.id for entry in checked.table_errors] == ["table"]
    assert faults(checked) == faults(write_project(whole.map(WHOLE_MAP), whole.work / "again.qgz"))


def test_what_the_user_did_to_a_known_project_is_no_error(whole, opened):
    sources = write_project(whole.map(WHOLE_MAP), whole.project).sources
    project = opened(whole.project)
    project.removeMapLayers([layer.id() for layer in project.mapLayersByName("All lines")])
    (points,) = project.mapLayersByName("All points")
    points.setDataSource(f"{whole.work}/gone.gpkg|layername=points", "All points", "ogr")
    assert not points.isValid()
    assert project.write()
    checked = check_project(whole.map(WHOLE_MAP), whole.project, read_groups(whole.project).all_layers())
    assert (checked.sources, faults(checked)) == (sources, {})


def test_nothing_usable_is_an_error_and_leaves_no_project(town):
    town.errors["points"] = Damaged("“{file}” ends early.", file="town.geodatabase")
    with pytest.raises(Damaged):
        write_project(town.map({"operationalLayers": [feature_layer("points")]}), town.project)
    with pytest.raises(BadInput):
        write_project(town.map({"operationalLayers": []}), town.project)
    with pytest.raises(Damaged):
        check_project(town.map({"operationalLayers": [feature_layer("points")]}), town.project)
    assert not town.project.exists()
    assert open_files(town.folder) == []


def test_a_cancel_is_heard(whole):
    class Stopping(Silent):
        def is_cancelled(self):
            return True

    with pytest.raises(Cancelled):
        write_project(whole.map(WHOLE_MAP), whole.project, Stopping())
    with pytest.raises(Cancelled):
        check_project(whole.map(WHOLE_MAP), whole.project, feedback=Stopping())
    assert not whole.project.exists()


def test_online_only_layers_stand_in_no_legend(town, written):
    online = {
        "id": "live",
        "title": "Live",
        "layerType": "ArcGISMapServiceLayer",
        "url": "https://example.org/x",
    }
    report, project = written({"operationalLayers": [feature_layer("points"), online]})
    assert len(project.mapLayers()) == len(report.layers) == 1


def test_vector_tiles_stand_in_the_project_with_their_style(town, samples, written):
    package = town.folder / "p13" / "a b.vtpk"
    package.parent.mkdir()
    shutil.copyfile(samples / "tiles" / "testvtpk.vtpk", package)
    town.vector_tiles("vt", package)
    layer = {
        "id": "vt",
        "title": "Vector",
        "layerType": "VectorTileLayer",
        "url": "https://example.org/VectorTileServer",
    }
    report, project = written({"operationalLayers": [layer]})
    (made,) = project.mapLayers().values()
    assert made.isValid()
    assert made.type() == Qgis.LayerType.VectorTile
    assert [style.styleName() for style in made.renderer().styles()] == ["polys", "lines", "points"]
    assert report.sources == ()
    assert not report.layer_errors
    assert "url=../p13/" in text_of(report.project)
    assert open_files(town.folder) == [] or all(name.endswith(".vtpk") for name in open_files(town.folder))


def test_vector_tiles_below_a_percent_sign_say_what_to_do(town, samples):
    package = town.folder / "100%" / "x.vtpk"
    package.parent.mkdir()
    shutil.copyfile(samples / "tiles" / "testvtpk.vtpk", package)
    town.vector_tiles("vt", package)
    layer = {
        "id": "vt",
        "title": "Vector",
        "layerType": "VectorTileLayer",
        "url": "https://example.org/VectorTileServer",
    }
    report = write_project(town.map({"operationalLayers": [feature_layer("points"), layer]}), town.project)
    (failed,) = report.layer_errors
    assert "%" in failed.error.text
    assert failed.error.next_step
