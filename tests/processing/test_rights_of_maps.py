"""A map that is opened shows what may be edited by now: in its project, and in groups that were open."""

import pytest
from qgis.core import QgsProject, QgsVectorLayer

from plugin.layers.open_project.groups import add_groups, read_groups
from tests.fixtures.registered import register
from tests.portal import CANYONLANDS, CANYONLANDS_AREA


@pytest.fixture
def downloaded(park, run, tmp_path, qgis_new_project):
    folder = tmp_path / "Karten & mehr" / "Canyonlands #2"
    place = {"PORTAL": park.url, "WEB_MAP": CANYONLANDS, "MAP_AREA": CANYONLANDS_AREA}
    run("downloadmaparea", **place, OUTPUT=str(folder), LOAD=False)
    yield folder
    QgsProject.instance().clear()


def shown(project):
    layers = [one for one in project.mapLayers().values() if isinstance(one, QgsVectorLayer)]
    assert layers
    return {(layer.readOnly(), layer.metadata().abstract()) for layer in layers}


def stored(folder):
    project = QgsProject()
    assert project.read(str(folder / "qgis" / "offline_map.qgz"))
    return shown(project)


def test_what_changed_since_it_was_written_is_shown(downloaded, run):
    scheduled = {(True, "This offline map gets scheduled updates, so its layers are read-only.")}
    assert stored(downloaded) == scheduled
    add_groups(QgsProject.instance(), read_groups(downloaded / "qgis" / "offline_map.qgz"))
    assert shown(QgsProject.instance()) == scheduled
    (copy,) = downloaded.glob("qgis/*.gpkg")
    register(copy)
    run("openofflinemap", INPUT=str(downloaded), LOAD=False)
    assert stored(downloaded) == {(False, "")}
    assert shown(QgsProject.instance()) == {(False, "")}
    register(copy, service=("query", "sync"))
    project = QgsProject.instance()
    project.clear()
    assert project.read(str(downloaded / "qgis" / "offline_map.qgz"))
    project.setDirty(True)
    run("openofflinemap", INPUT=str(downloaded), LOAD=False)
    assert stored(downloaded) == {(False, "")}  # it is open, with changes that nobody has saved
    assert {read_only for read_only, _ in shown(project)} == {True}


def test_a_project_of_somebody_else_is_not_touched(downloaded, run):
    (copy,) = downloaded.glob("qgis/*.gpkg")
    file = downloaded / "qgis" / "offline_map.qgz"
    project = QgsProject()
    assert project.read(str(file))
    project.setTitle("Not ours")
    assert project.write()
    content = file.read_bytes()
    register(copy)
    result = run("openofflinemap", INPUT=str(downloaded), LOAD=False)
    assert file.read_bytes() == content
    assert result["PROJECT"] != str(file)
