"""`verifyofflinemap`: what it says of whole and of damaged maps, as a script and as qgis_process."""

import json
from pathlib import Path

from osgeo import ogr
import pytest
from qgis.core import Qgis, QgsFeature, QgsProcessingException, QgsVectorLayer

from tests.fixtures.registered import register
from tests.portal import CANYONLANDS, CANYONLANDS_AREA

from .conftest import Listener


@pytest.fixture
def downloaded(park, run, tmp_path):
    run(
        "downloadmaparea",
        PORTAL=park.url,
        WEB_MAP=CANYONLANDS,
        MAP_AREA=CANYONLANDS_AREA,
        OUTPUT=str(tmp_path / "Canyonlands"),
    )
    return tmp_path / "Canyonlands"


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_whole_map_with_the_project_that_qgis_opened(downloaded, run):
    run("openofflinemap", INPUT=str(downloaded))
    result = run("verifyofflinemap", INPUT=str(downloaded / "package.info"))
    assert result["OK"] is True
    report = json.loads(Path(result["REPORT"]).read_text("utf-8"))
    assert report["ok"]
    assert len(report["files"]) >= 6


def test_damage_is_a_result_that_names_file_and_layers(downloaded, run):
    (tiles,) = downloaded.glob("p13/*.tpk")
    flip(tiles)
    listener = Listener()
    result = run("verifyofflinemap", listener, INPUT=str(downloaded))
    assert result["OK"] is False
    (sentence,) = [said for said in listener.said if tiles.name in said and "Layers in it" in said]
    assert "is not what the portal sent" in sentence
    assert str(downloaded) not in sentence


@pytest.mark.parametrize(
    "sample", ["geodatabase/LA_Trails.geodatabase", "tiles/Usa.tpkx", "tiles/compactcache"]
)
def test_a_single_package_is_verified_as_what_it_is(run, copied, sample):
    package = copied(sample)
    result = run("verifyofflinemap", INPUT=str(package))
    assert result["OK"] is True
    report = json.loads(Path(result["REPORT"]).read_text("utf-8"))
    assert [file["path"] for file in report["files"]] == [package.name]


def test_what_is_no_offline_map_is_refused(run, tmp_path):
    with pytest.raises(QgsProcessingException, match="is not an offline map"):
        run("verifyofflinemap", INPUT=str(tmp_path))


def test_it_runs_in_the_task_manager_and_in_qgis_process(downloaded, in_task_manager, qgis_process):
    successful, results = in_task_manager("verifyofflinemap", {"INPUT": str(downloaded)})
    assert (successful, results["OK"]) == (True, True)
    code, answer, _ = qgis_process("verifyofflinemap", {"INPUT": str(downloaded)})
    assert (code, answer["results"]["OK"]) == (0, True)
    assert Path(answer["results"]["REPORT"]).is_file()


def test_edits_in_qgis_are_no_damage(downloaded, run):
    run("openofflinemap", INPUT=str(downloaded))
    (copy,) = downloaded.glob("qgis/*.gpkg")
    register(copy)
    layer = QgsVectorLayer(f"{copy}|layername=CNP_Trails", "trails", "ogr")
    first, second, third = (feature.id() for feature, _ in zip(layer.getFeatures(), range(3)))
    layer.startEditing()
    layer.changeAttributeValue(first, layer.fields().lookupField("TRLNAME"), "Grüner Weg")
    assert layer.deleteFeature(second)
    moved = layer.getFeature(third).geometry()
    assert moved.translate(10, 0) == Qgis.GeometryOperationResult.Success
    assert layer.changeGeometry(third, moved)
    new = QgsFeature(layer.fields())
    new.setGeometry(moved)
    assert layer.addFeature(new)
    assert layer.commitChanges(), layer.commitErrors()
    assert run("verifyofflinemap", INPUT=str(downloaded))["OK"] is True  # QGIS has it open
    del layer
    ogr.GetDriverByName("GPKG").Open(str(copy), 1).ExecuteSQL("VACUUM")
    listener = Listener()
    result = run("verifyofflinemap", listener, INPUT=str(downloaded))
    assert result["OK"] is True
    report = json.loads(Path(result["REPORT"]).read_text("utf-8"))
    assert f"qgis/{copy.name}" not in report["unverified"]
    assert "qgis/offline_map.qgz" in report["unverified"]
    (sentence,) = [said for said in listener.said if "only the structure" in said]
    assert sentence.endswith(f"{', '.join(report['unverified'])}.")
