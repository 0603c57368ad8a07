"""`openofflinemap`: every kind of input, in every way an algorithm is run."""

import json
import os
from pathlib import Path
import shutil
import sqlite3
import subprocess
import time
import zipfile

from osgeo import gdal
import pytest
from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from plugin.core.offline_map.places import work_folder
from plugin.processing.open_offline_map import OpenOfflineMap
from plugin.processing.provider import OfflineMapAreasProvider
from plugin.qgis_io.made_here import trust_project

from ..layers.conftest import colours, draw, open_files

ALGORITHM = "offlinemapareas:openofflinemap"
GROUPS = ["canyonlands", "Basemap: canyonlands"]
ROOT = Path(__file__).parents[2]
ROADS, TRAILS = 89, 55


@pytest.fixture
def provider(qgis_app, qgis_processing):
    made = OfflineMapAreasProvider()
    QgsApplication.processingRegistry().addProvider(made)
    yield made
    QgsApplication.processingRegistry().removeProvider(made)


@pytest.fixture
def run(provider):
    """`run(**parameters)` is what processing.run gives, and the warnings."""
    import processing  # noqa: PLC0415 - there after set-up

    class Listening(QgsProcessingFeedback):
        def __init__(self):
            super().__init__(False)
            self.warnings = []

        def pushWarning(self, warning):
            self.warnings.append(warning)

    def call(**parameters):
        feedback = Listening()
        results = processing.run(ALGORITHM, parameters, feedback=feedback)
        results["warnings"] = feedback.warnings
        return results

    return call


@pytest.fixture
def canyonlands(copied):
    return copied("canyonlands")


@pytest.fixture
def mmpk(canyonlands, tmp_path):
    """The sample as a mobile map package: stored, as ArcGIS writes them."""
    path = tmp_path / "Canyon.mmpk"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(canyonlands.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(canyonlands).as_posix())
    return path


def state(folder):
    """Every file below a folder, with size and time."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def read(project_file):
    project = QgsProject()
    assert project.read(str(project_file))
    return project


def test_a_folder_of_an_arcgis_app_opens_and_stays_untouched(run, canyonlands, tmp_path):
    before = state(canyonlands)
    results = run(INPUT=str(canyonlands), OUTPUT=str(tmp_path / "work"))
    assert state(canyonlands) == before
    assert (results["LAYER_ERRORS"], results["TABLE_ERRORS"]) == (0, 0)
    assert results["PROJECT"] == str(tmp_path / "work" / "qgis" / "offline_map.qgz")
    roads, trails, imagery = results["LAYERS"]
    assert QgsVectorLayer(roads, "", "ogr").featureCount() == ROADS
    assert QgsVectorLayer(trails, "", "ogr").featureCount() == TRAILS
    assert imagery.startswith("wms://type=mbtiles&url=file:///")
    assert not results["warnings"]


def test_the_picture_is_the_web_map(run, canyonlands, tmp_path):
    project = read(run(INPUT=str(canyonlands), OUTPUT=str(tmp_path / "work"))["PROJECT"])
    assert project.crs().authid() == "EPSG:3857"
    assert project.title() == "canyonlands"
    image = draw(project, (600, 800), name="canyonlands")
    seen = [image.pixelColor(x, y).getRgb()[:3] for x in range(600) for y in range(800)]
    assert seen.count((0, 77, 168)) > 300  # roads
    assert seen.count((0, 255, 197)) > 300  # trails
    assert len(set(seen)) > 10_000  # imagery
    assert seen.count((255, 255, 255)) < 0.05 * len(seen)


REAL = {  # features, by the number of the layer
    "usa": [3537, 656, 50],
    "LA_Trails": [475],
    "militaryoverlay": [5, 4, 2, 9, 10],
}


@pytest.mark.parametrize("name", REAL)
def test_without_symbols_of_the_author_those_of_the_service_are_drawn(run, copied, tmp_path, name):
    folder = tmp_path / "map"
    (folder / "p13").mkdir(parents=True)
    copied(f"geodatabase/{name}.geodatabase").rename(folder / "p13" / f"{name}.geodatabase")
    layers = [
        {
            "id": str(number),
            "layerType": "ArcGISFeatureLayer",
            "url": f"https://example.org/FeatureServer/{number}",
            "path": f"file:./{name}.geodatabase?itemId={number}",
        }
        for number in range(len(REAL[name]))
    ]
    info = {"maps": ["mobile_map"], "title": name}
    (folder / "package.info").write_text(json.dumps(info), "utf-8")
    document = {"item": {"title": name}, "map": {"operationalLayers": layers}}
    (folder / "p13" / "mobile_map.mmap").write_text(json.dumps(document), "utf-8")
    results = run(INPUT=str(folder), OUTPUT=str(tmp_path / "work"))
    opened = [QgsVectorLayer(source, "", "ogr") for source in results["LAYERS"]]
    assert [layer.featureCount() for layer in reversed(opened)] == REAL[name]
    project = read(results["PROJECT"])
    extent = QgsRectangle()
    for layer in project.mapLayers().values():
        move = QgsCoordinateTransform(layer.crs(), project.crs(), project)
        extent.combineExtentWith(move.transformBoundingBox(layer.extent()))
    image = draw(project, (500, 400), extent=extent, name=name)
    assert len(colours(image)) > 20
    assert all(layer.renderer().type() == "singleSymbol" for layer in project.mapLayers().values())
    assert not [warning for warning in results["warnings"] if "plain" in warning]


def test_every_way_to_name_it(run, canyonlands, mmpk, tmp_path):
    counts = {}
    for name, path in {"folder": canyonlands, "info": canyonlands / "package.info", "mmpk": mmpk}.items():
        results = run(INPUT=str(path), OUTPUT=str(tmp_path / name))
        counts[name] = [QgsVectorLayer(source, "", "ogr").featureCount() for source in results["LAYERS"][:2]]
    assert counts == {name: [ROADS, TRAILS] for name in ("folder", "info", "mmpk")}


def test_an_mmpk_is_unpacked_once(run, mmpk, tmp_path):
    run(INPUT=str(mmpk), OUTPUT=str(tmp_path / "out"))
    first = state(tmp_path / "out")
    assert {"package.info", "p13/mobile_map.mmap", "qgis/offline_map.qgz"} <= first.keys()
    run(INPUT=str(mmpk), OUTPUT=str(tmp_path / "out"))
    assert state(tmp_path / "out") == first
    assert not list(tmp_path.glob("*.unpacking"))


def test_an_mmpk_with_several_maps_opens_all(run, canyonlands, mmpk, tmp_path):
    info = json.loads((canyonlands / "package.info").read_text("utf-8"))
    info["maps"].append("second")
    (canyonlands / "package.info").write_text(json.dumps(info), "utf-8")
    second = json.loads((canyonlands / "p13" / "mobile_map.mmap").read_text("utf-8"))
    second["item"]["title"] = "Second map"
    (canyonlands / "p13" / "second.mmap").write_text(json.dumps(second), "utf-8")
    results = run(INPUT=str(canyonlands), OUTPUT=str(tmp_path / "work"))
    assert len(results["LAYERS"]) == 6
    project = read(results["PROJECT"])
    groups = project.layerTreeRoot().children()
    assert [(group.name(), group.itemVisibilityChecked()) for group in groups] == [
        ("canyonlands", True),
        ("Second map", False),
    ]


def test_without_output_it_works_in_the_profile(run, canyonlands, mmpk):
    profile = Path(QgsApplication.qgisSettingsDirPath()) / "offline_map_areas"
    shutil.rmtree(profile, ignore_errors=True)
    for path in (canyonlands, mmpk):
        first, second = run(INPUT=str(path)), run(INPUT=str(path))
        assert first["PROJECT"] == second["PROJECT"]
        assert profile in Path(first["PROJECT"]).parents
        assert Path(first["PROJECT"]).parent == work_folder(path, profile.parent)
    assert len(list(profile.iterdir())) == 2
    os.utime(canyonlands / "package.info", (1, 1))
    touched = Path(run(INPUT=str(canyonlands))["PROJECT"])
    assert touched.parent == work_folder(canyonlands, profile.parent)
    assert len(list(profile.iterdir())) == 2
    with (canyonlands / "p13" / "mobile_map.mmap").open("a") as document:
        document.write(" ")  # a map that changed gets copies of its own
    run(INPUT=str(canyonlands))
    assert len(list(profile.iterdir())) == 3
    shutil.rmtree(profile)


def test_a_map_of_ours_keeps_its_copies_and_the_users_project(run, canyonlands):
    (canyonlands / "manifest.json").write_text("{}", "utf-8")
    results = run(INPUT=str(canyonlands))
    assert results["PROJECT"] == str(canyonlands / "qgis" / "offline_map.qgz")
    assert work_folder(canyonlands, Path("elsewhere")) == canyonlands / "qgis"
    file = Path(results["PROJECT"])
    project = read(file)
    project.setTitle("Mine now")
    assert project.write()
    del project
    trust_project(file)  # as where QGIS saved it with the plugin loaded
    before = state(canyonlands)
    again = run(INPUT=str(canyonlands))
    assert state(canyonlands) == before
    assert read(again["PROJECT"]).title() == "Mine now"
    assert again["LAYERS"] == results["LAYERS"]


def opens(work):
    """How often GDAL opens something while `work` is done in this thread."""
    said = []
    gdal.SetConfigOption("CPL_DEBUG", "GDAL")
    gdal.PushErrorHandler(lambda _kind, _number, message: said.append(message))
    try:
        work()
    finally:
        gdal.PopErrorHandler()
        gdal.SetConfigOption("CPL_DEBUG", None)
    return sum(line.startswith("GDAL: GDALOpen(") and "succeeds" in line for line in said)


def test_a_known_map_opens_each_of_its_layers_once(provider, canyonlands, tmp_path, qgis_new_project):
    """Not to be built for its errors and again for the open project: opening takes most of the time."""
    import processing  # noqa: PLC0415 - there after set-up

    parameters = {"INPUT": str(canyonlands), "OUTPUT": str(tmp_path / "work")}
    first = processing.run(ALGORITHM, {**parameters, "LOAD": False})
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    results = []
    loading = opens(lambda: results.append(processing.run(ALGORITHM, parameters, context=context)))
    assert len(context.layersToLoadOnCompletion()) == 3
    assert loading == opens(lambda: read(first["PROJECT"])) > 0
    again = opens(lambda: results.append(processing.run(ALGORITHM, {**parameters, "LOAD": False})))
    assert 0 < again <= opens(lambda: [QgsVectorLayer(source, "", "ogr") for source in first["LAYERS"][:2]])
    assert results == [first, first]


def test_a_damaged_package_hides_no_other(run, canyonlands, tmp_path):
    (geodatabase,) = canyonlands.glob("p13/*.geodatabase")
    geodatabase.write_bytes(geodatabase.read_bytes()[:3000])
    results = run(INPUT=str(canyonlands), OUTPUT=str(tmp_path / "work"))
    assert (results["LAYER_ERRORS"], results["TABLE_ERRORS"]) == (2, 0)
    assert len(results["LAYERS"]) == 1
    assert len(results["warnings"]) == 2
    assert all(geodatabase.name in warning for warning in results["warnings"])
    assert not any(str(tmp_path) in warning for warning in results["warnings"])


@pytest.mark.parametrize("place", ["a pipe", "a share", "a long name"])
def test_a_basemap_that_is_no_file_of_this_computer_hides_no_other_layer(run, canyonlands, tmp_path, place):
    document = canyonlands / "p13" / "mobile_map.mmap"
    content = json.loads(document.read_text("utf-8"))
    paths = {
        "a pipe": "file:./pipe.tpk",
        "a share": "file:////server/x.tpk",
        "a long name": f"file:{'ä' * 999}",
    }
    content["map"]["baseMap"]["baseMapLayers"][0]["path"] = paths[place]
    document.write_text(json.dumps(content), "utf-8")
    os.mkfifo(canyonlands / "p13" / "pipe.tpk")
    results = run(INPUT=str(canyonlands), OUTPUT=str(tmp_path / "work"), LOAD=False)
    assert results["LAYER_ERRORS"] == 1
    assert any(
        "leads to another computer or to something that is not a file" in one for one in results["warnings"]
    )


def test_nothing_usable_is_one_sentence(run, canyonlands, tmp_path):
    for package in (*canyonlands.glob("p13/*.geodatabase"), *canyonlands.glob("p13/*.tpk")):
        package.write_bytes(b"nothing")
    with pytest.raises(QgsProcessingException) as caught:
        run(INPUT=str(canyonlands), OUTPUT=str(tmp_path / "work"))
    assert "\n" not in str(caught.value)
    assert "geodatabase" in str(caught.value) or "tpk" in str(caught.value)
    assert not list((tmp_path / "work").rglob("*.qgz"))


@pytest.mark.parametrize("name", ["gone", "empty", "text.txt", "broken.mmpk", "void.mmpk"])
def test_what_is_no_offline_map_is_refused_by_name(run, tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("text", "utf-8")
    (tmp_path / "broken.mmpk").write_bytes(b"PK\x03\x04 no more")
    (tmp_path / "void.mmpk").write_bytes(b"PK\x05\x06" + bytes(18))
    with pytest.raises(QgsProcessingException, match=name):
        run(INPUT=str(tmp_path / name), OUTPUT=str(tmp_path / "work"))
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/evil.txt", "C:\\evil.txt", "p13/../../evil.txt", "p13/con"]
)
def test_an_mmpk_that_leads_elsewhere_is_refused(run, mmpk, tmp_path, name):
    with zipfile.ZipFile(mmpk, "a") as archive:
        archive.writestr(zipfile.ZipInfo("placeholder"), b"evil")
    content = mmpk.read_bytes().replace(b"placeholder", name.encode().ljust(11, b"x")[:11])
    if len(name) != 11:
        with zipfile.ZipFile(mmpk, "a") as archive:
            archive.writestr(name, b"evil")
    else:
        mmpk.write_bytes(content)
    with pytest.raises(QgsProcessingException, match="Canyon"):
        run(INPUT=str(mmpk), OUTPUT=str(tmp_path / "out" / "deep"))
    assert not list(tmp_path.rglob("evil*"))
    assert not list(tmp_path.rglob("con*"))
    assert not (tmp_path / "out" / "deep").exists()


def test_an_mmpk_that_claims_to_be_huge_is_refused(run, tmp_path):
    path = tmp_path / "bomb.mmpk"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("package.info", "{}")
        archive.writestr("p13/zeros.geodatabase", bytes(50_000_000))
    with pytest.raises(QgsProcessingException, match="bomb"):
        run(INPUT=str(path), OUTPUT=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_an_mmpk_cut_short_leaves_nothing(run, mmpk, tmp_path):
    content = bytearray(mmpk.read_bytes())
    at = content.find(b".tpkPK") if b".tpkPK" in content else len(content) // 2
    content[at : at + 64] = bytes(64)  # one member no longer has its checksum
    mmpk.write_bytes(content)
    with pytest.raises(QgsProcessingException, match="Canyon"):
        run(INPUT=str(mmpk), OUTPUT=str(tmp_path / "out"))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == []


@pytest.mark.parametrize("name", ["Karten 100%20", "a|layername=b"])
def test_what_qgis_cannot_open_there_leaves_nothing(run, canyonlands, tmp_path, name):
    (geodatabase,) = canyonlands.glob("p13/*.geodatabase")
    with pytest.raises(QgsProcessingException, match="does not support"):
        run(INPUT=str(geodatabase), OUTPUT=str(tmp_path / name / "innen"), LOAD=False)
    assert not (tmp_path / name).exists()


def test_output_must_be_free_and_outside(run, canyonlands, mmpk, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(QgsProcessingException, match="full"):
        run(INPUT=str(mmpk), OUTPUT=str(tmp_path / "full"))
    for output in (canyonlands, canyonlands / "p13", canyonlands / "new"):
        with pytest.raises(QgsProcessingException, match="canyonlands"):
            run(INPUT=str(canyonlands), OUTPUT=str(output))
    assert not (canyonlands / "new").exists()
    assert not (canyonlands / "qgis").exists()


def test_a_misspelt_parameter_is_named(run, canyonlands):
    with pytest.raises(QgsProcessingException, match="LOAD"):
        run(INPUT=str(canyonlands), LAOD=False)


def test_no_file_stays_open(run, canyonlands, tmp_path):
    run(INPUT=str(canyonlands), OUTPUT=str(tmp_path / "work"))
    assert open_files(tmp_path) == []


def test_a_cancel_is_heard(provider, canyonlands, tmp_path):
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(ALGORITHM)
    feedback, context = QgsProcessingFeedback(False), QgsProcessingContext()
    feedback.cancel()
    parameters = {"INPUT": str(canyonlands), "OUTPUT": str(tmp_path / "work")}
    started = time.monotonic()
    _, successful = algorithm.run(parameters, context, feedback)
    assert not successful
    assert time.monotonic() - started < 1
    assert not list((tmp_path / "work").rglob("*.qgz"))


def test_layers_appear_in_the_open_project(provider, canyonlands, tmp_path, qgis_new_project):
    import processing  # noqa: PLC0415 - there after set-up

    root = QgsProject.instance().layerTreeRoot()
    told = []
    provider.groups_added.connect(lambda: told.append([group.name() for group in root.children()]))
    parameters = {"INPUT": str(canyonlands), "OUTPUT": str(tmp_path / "work")}
    processing.runAndLoadResults(ALGORITHM, parameters)
    processing.runAndLoadResults(ALGORITHM, {**parameters, "LOAD": False})
    assert told == [GROUPS]
    assert [group.name() for group in root.children()] == GROUPS
    assert [node.name() for node in root.findLayers()] == [
        "canyonlands_roads_trails - CNP_Roads",
        "canyonlands_roads_trails - CNP_Trails",
        "World Imagery",
    ]
    QgsProject.instance().clear()


def model_of(canyonlands, work, load):
    """A model whose one step opens the map."""
    model = QgsProcessingModelAlgorithm("m", "m")
    child = QgsProcessingModelChildAlgorithm(ALGORITHM)
    child.setChildId("open")
    static = QgsProcessingModelChildParameterSource.fromStaticValue
    child.addParameterSources("INPUT", [static(str(canyonlands))])
    child.addParameterSources("OUTPUT", [static(str(work))])
    child.addParameterSources("LOAD", [static(load)])
    model.addChildAlgorithm(child)
    return model


def test_it_works_in_a_model(provider, canyonlands, tmp_path):
    model = model_of(canyonlands, tmp_path / "work", load=False)
    results, successful = model.run({}, QgsProcessingContext(), QgsProcessingFeedback(False))
    assert successful
    opened = results["CHILD_RESULTS"]["open"]
    assert opened["PROJECT"] == str(tmp_path / "work" / "qgis" / "offline_map.qgz")
    assert len(opened["LAYERS"]) == 3


def test_layers_of_a_model_appear_in_the_open_project(provider, canyonlands, tmp_path, qgis_new_project):
    import processing  # noqa: PLC0415 - there after set-up

    told = []
    provider.groups_added.connect(lambda: told.append(True))
    processing.runAndLoadResults(model_of(canyonlands, tmp_path / "work", load=True), {})
    assert [group.name() for group in QgsProject.instance().layerTreeRoot().children()] == GROUPS
    assert told == [True]
    QgsProject.instance().clear()


def test_an_algorithm_of_no_provider_loads_too(
    qgis_app, qgis_processing, canyonlands, tmp_path, qgis_new_project
):
    import processing  # noqa: PLC0415 - there after set-up

    parameters = {"INPUT": str(canyonlands), "OUTPUT": str(tmp_path / "work")}
    processing.runAndLoadResults(OpenOfflineMap().create(), parameters)
    assert [group.name() for group in QgsProject.instance().layerTreeRoot().children()] == GROUPS
    QgsProject.instance().clear()


@pytest.mark.timeout(120)
def test_it_runs_headless_by_qgis_process(canyonlands, tmp_path):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "offline_map_areas").symlink_to(ROOT)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("QGIS_")}
    environment |= {
        "HOME": str(tmp_path),
        "QGIS_PLUGINPATH": str(tmp_path / "plugins"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def qgis_process(*arguments, **inputs):
        return subprocess.run(
            ["qgis_process", *arguments],
            env=environment,
            input=json.dumps({"inputs": inputs}),
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )

    assert qgis_process("plugins", "enable", "offline_map_areas").returncode == 0
    done = qgis_process("--json", "run", ALGORITHM, "-", INPUT="canyonlands", LOAD=True)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    results = answer["results"]
    assert (results["LAYER_ERRORS"], results["TABLE_ERRORS"], len(results["LAYERS"])) == (0, 0, 3)
    assert str(tmp_path / ".local") in results["PROJECT"]  # the profile, since the folder is foreign
    with sqlite3.connect(results["LAYERS"][0].split("|")[0]) as connection:
        assert connection.execute("SELECT count(*) FROM CNP_Roads").fetchone() == (ROADS,)
    failed = qgis_process("--json", "run", ALGORITHM, "-", INPUT="nowhere")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "“nowhere” does not exist. Check the path." in failed.stderr
    assert "Traceback" not in failed.stderr
