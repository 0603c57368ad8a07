"""Folders as people name them: what is downloaded there opens, or the name is refused at once."""

from pathlib import Path
import unicodedata
import zipfile

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingUtils, QgsProject

from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    add_tiles,
    canyonlands,
)
from tests.portal.map_areas import tiled_layer

NAMES = ["My Maps", unicodedata.normalize("NFD", "Straßen & Öde"), "Area #1", "what?", 'say "x"', "n" * 240]
STREETS = "https://services.example.org/arcgis/rest/services/Streets/VectorTileServer"


@pytest.fixture
def inputs(park):
    return {"PORTAL": park.url, "WEB_MAP": CANYONLANDS, "MAP_AREA": CANYONLANDS_AREA}


def assert_all_open(results, layers):
    assert (results["LAYER_ERRORS"], results["TABLE_ERRORS"]) == (0, 0)
    assert len(results["LAYERS"]) == layers
    context = QgsProcessingContext()
    for source in results["LAYERS"]:
        layer = QgsProcessingUtils.mapLayerFromString(source, context)
        assert layer is not None, source
        assert layer.isValid(), source
    project = QgsProject()
    assert project.read(results["PROJECT"])
    assert all(layer.isValid() for layer in project.mapLayers().values())


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:8])
def test_what_is_downloaded_there_opens(run, inputs, tmp_path, name):
    results = run("downloadmaparea", OUTPUT=str(tmp_path / name), **inputs)
    assert_all_open(results, 3)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert ".partial" not in "".join(results["LAYERS"])


@pytest.mark.parametrize("name", ["Area #1", 'say "x"', "a|b", "50% off"])
def test_a_folder_that_is_renamed_opens_again(run, inputs, tmp_path, name):
    run("downloadmaparea", OUTPUT=str(tmp_path / "plain"), **inputs)
    renamed = (tmp_path / "plain").rename(tmp_path / name)
    assert_all_open(run("openofflinemap", INPUT=str(renamed)), 3)


def test_a_renamed_folder_whose_name_qgis_does_not_read_says_so(run, inputs, tmp_path):
    run("downloadmaparea", OUTPUT=str(tmp_path / "plain"), **inputs)
    renamed = (tmp_path / "plain").rename(tmp_path / "my%20maps")
    results = run("openofflinemap", INPUT=str(renamed))
    assert results["LAYER_ERRORS"] == 2
    assert len(results["LAYERS"]) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "my%20maps",
            "does not support “%20” in the name “my%20maps”. Choose a folder whose path does not contain it",
        ),
        ("a|b", "does not support “|” in the name “a|b”"),
        ("two\nlines", "does not support “U+000A” in the name"),
        ("n" * 250, "is too long. Choose a folder with a shorter name"),
        ("Ü" * 130, "is too long"),
        ("/".join(["n" * 200] * 3), "is too long"),
    ],
    ids=lambda value: value[:8],
)
@pytest.mark.parametrize("algorithm", ["downloadmaparea", "downloadmapareas"])
def test_names_that_qgis_does_not_read_are_refused_before_any_request(
    run, inputs, park, tmp_path, algorithm, name, said
):
    if algorithm == "downloadmapareas":
        del inputs["MAP_AREA"]
        if name == "n" * 250:
            name = "n" * 256  # below a parent nothing is added to its name
    with pytest.raises(QgsProcessingException) as refused:
        run(algorithm, OUTPUT=str(tmp_path / name), **inputs)
    assert said in str(refused.value)
    assert park.asked() == []
    assert not list(tmp_path.iterdir())


@pytest.fixture
def streets(portal, samples):
    """Canyonlands with vector tiles over its imagery."""
    content = canyonlands(samples)
    basemap = content.items[CANYONLANDS].data["baseMap"]["baseMapLayers"]
    basemap.append(tiled_layer("Streets", STREETS))
    vector_tiles = samples / "tiles" / "testvtpk.vtpk"
    add_tiles(content, CANYONLANDS_AREA, vector_tiles, STREETS, levels=[0], type="Vector Tile Package")
    return portal(content)


def test_vector_tiles_refuse_a_percent_sign_before_a_package_comes(run, inputs, streets, tmp_path):
    inputs["PORTAL"] = streets.url
    with pytest.raises(QgsProcessingException) as refused:
        run("downloadmaparea", OUTPUT=str(tmp_path / "100%"), **inputs)
    assert "cannot open vector tiles there: it does not support “%” in the name “100%”" in str(refused.value)
    assert not streets.bytes_sent(CANYONLANDS_GEODATABASE)
    assert not list(tmp_path.iterdir())
    without = run("downloadmaparea", OUTPUT=str(tmp_path / "100%"), INCLUDE_BASEMAP=False, **inputs)
    assert_all_open(without, 2)
    results = run("downloadmaparea", OUTPUT=str(tmp_path / "Area #1"), **inputs)
    assert_all_open(results, 3)
    assert streets.bytes_sent(CANYONLANDS_TILES)


@pytest.mark.parametrize("name", ["Jörg & Söhne #1", "it's 100% [mine]; +a=b"])
def test_a_profile_of_any_name_keeps_what_is_made_of_foreign_maps(
    qgis_process, canyonlands_folder, tmp_path, name
):
    profile = tmp_path / name
    package = tmp_path / "Canyon #2 & more.mmpk"
    with zipfile.ZipFile(package, "w") as archive:
        for file in sorted(canyonlands_folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(canyonlands_folder).as_posix())
    environment = {**qgis_process.environment, "QGIS_CUSTOM_CONFIG_PATH": str(profile)}
    enabled = profile / "profiles" / "default"
    enabled.mkdir(parents=True)
    (enabled / "QGIS").mkdir()
    (enabled / "QGIS" / "QGIS3.ini").write_text("[PythonPlugins]\noffline_map_areas=true\n")
    for path in (canyonlands_folder, package):
        code, answer, error = qgis_process("openofflinemap", {"INPUT": str(path)}, **environment)
        assert code == 0, error
        assert profile in Path(answer["results"]["PROJECT"]).parents
        assert_all_open(answer["results"], 3)


@pytest.fixture
def canyonlands_folder(copied):
    return copied("canyonlands")
