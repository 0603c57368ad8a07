"""Edits of QGIS and of GDAL: each feature once, under its own GlobalID."""

from __future__ import annotations

import subprocess

from osgeo import gdal, ogr
import pytest
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsFeature,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)

from plugin.core.host import Silent
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase

from ..geodatabase.shapes import wkb
from .town import NUMBERS, Copy, global_id, town_copy

gdal.UseExceptions()


@pytest.fixture
def copy(tmp_path):
    return Copy(town_copy(tmp_path))


@pytest.fixture
def layer(copy, qgis_app):
    layer = QgsVectorLayer(f"{copy.path}|layername=Hydrants", "Hydrants", "ogr")
    assert layer.isValid()
    return layer


def pasted(layer, feature):
    """What QGIS makes of a feature of its clipboard: all values, another row id."""
    new = QgsFeature(layer.fields())
    new.setGeometry(feature.geometry())
    new.setAttributes(feature.attributes())
    new.setAttribute("fid", None)
    return QgsVectorLayerUtils.makeFeatureCompatible(new, layer)[0]


def commit(layer):
    assert layer.commitChanges(), layer.commitErrors()


def sound(copy, rows):
    """No GlobalID twice, and the index is that of the rows."""
    found = copy.hydrants()
    assert len({own for _, _, own in found.values()}) == len(found) == rows
    assert copy.ask("SELECT rtreecheck('rtree_Hydrants_geom')") == [("ok",)]
    assert copy.ask("SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = 'Hydrants'") == [(rows,)]


def test_duplicated(copy, layer):
    layer.startEditing()
    result, _ = QgsVectorLayerUtils.duplicateFeature(layer, layer.getFeature(3), QgsProject(), 0)
    assert result.isValid()
    commit(layer)
    ((fid, operation, own),) = copy.edits()
    assert operation == "insert"
    assert copy.hydrants()[fid][1:] == (None, own)
    sound(copy, 6)


def test_cut_and_pasted(copy, layer):
    cut = layer.getFeature(3)
    layer.startEditing()
    assert layer.deleteFeature(3)
    assert layer.addFeature(pasted(layer, cut))
    commit(layer)
    ((fid, operation, own),) = copy.edits()
    assert (operation, own) == ("update", global_id(2))
    assert copy.hydrants()[fid] == ("h2", 114, own)
    assert copy.ask("SELECT count(*) FROM Hydrants__ATTACH WHERE REL_GLOBALID = ?", own) == [(2,)]
    sound(copy, 5)


def test_cut_committed_and_pasted_twice(copy, layer):
    cut = layer.getFeature(3)
    layer.startEditing()
    assert layer.deleteFeature(3)
    commit(layer)
    assert copy.edits() == [(3, "delete", global_id(2))]
    layer.startEditing()
    assert layer.addFeature(pasted(layer, cut))
    assert layer.addFeature(pasted(layer, cut))
    commit(layer)
    assert sorted(operation for _, operation, _ in copy.edits()) == ["insert", "update"]
    sound(copy, 6)


def test_split(tmp_path, qgis_app):
    field = Dataset(
        "Hydrants", "Polygon", [Field("name")],
        [Row(wkb("POLYGON ((0 0, 0 10, 10 10, 10 0, 0 0))"), {"name": "h2"}, 114, global_id(2))], layer_id=0,
    )  # fmt: skip
    source = write_geodatabase(tmp_path / "x.geodatabase", [field])
    copy = Copy(write_working_copy(source, tmp_path / "x.gpkg", Silent()).path)
    layer = QgsVectorLayer(f"{copy.path}|layername=Hydrants", "", "ogr")
    layer.startEditing()
    line = [QgsPointXY(5, -1), QgsPointXY(5, 11)]
    assert layer.splitFeatures(line, False) == Qgis.GeometryOperationResult.Success
    commit(layer)
    del layer
    by_operation = {operation: (fid, own) for fid, operation, own in copy.edits()}
    assert by_operation["update"] == (1, global_id(2))
    fid, own = by_operation["insert"]
    assert copy.hydrants()[fid] == ("h2", None, own)
    sound(copy, 2)


def test_undone_and_rolled_back(copy, layer):
    layer.startEditing()
    index = layer.fields().lookupField("name")
    assert layer.changeAttributeValue(3, index, "x")
    assert layer.deleteFeature(4)
    assert layer.addFeature(pasted(layer, layer.getFeature(5)))
    for _ in range(3):
        layer.undoStack().undo()
    commit(layer)
    assert copy.edits() == []
    layer.startEditing()
    assert layer.changeAttributeValue(3, index, "x")
    assert layer.rollBack()
    assert copy.edits() == []


def test_a_transaction_group(copy, qgis_app):
    project = QgsProject()
    project.setTransactionMode(Qgis.TransactionMode.AutomaticGroups)
    layers = [
        QgsVectorLayer(f"{copy.path}|layername={name}", name, "ogr")
        for name in ("Hydrants", "Inspections", "Hydrants__ATTACH")
    ]
    project.addMapLayers(layers)
    hydrants, inspections, _ = layers
    assert hydrants.startEditing()
    cut = hydrants.getFeature(3)
    assert hydrants.deleteFeature(3)
    assert hydrants.addFeature(pasted(hydrants, cut))
    assert hydrants.addFeature(pasted(hydrants, cut))
    assert inspections.changeAttributeValue(1, inspections.fields().lookupField("remarks"), "neu")
    assert hydrants.commitChanges(), hydrants.commitErrors()
    project.clear()
    assert sorted(operation for _, operation, _ in copy.edits()) == ["insert", "update"]
    assert [edit[:2] for edit in copy.edits("Inspections")] == [(1, "update")]
    assert copy.edits("Hydrants__ATTACH") == []
    sound(copy, 6)


def test_a_transaction_group_rolled_back(copy, qgis_app):
    project = QgsProject()
    project.setTransactionMode(Qgis.TransactionMode.AutomaticGroups)
    layers = [
        QgsVectorLayer(f"{copy.path}|layername={name}", name, "ogr") for name in ("Hydrants", "Inspections")
    ]
    project.addMapLayers(layers)
    assert layers[0].startEditing()
    assert layers[0].deleteFeature(3)
    assert layers[1].deleteFeature(1)
    assert layers[0].rollBack()
    project.clear()
    assert copy.edits() == copy.edits("Inspections") == []


def test_truncated(copy, layer):
    assert layer.dataProvider().truncate()
    assert sorted(copy.edits()) == [(k + 1, "delete", global_id(k)) for k in NUMBERS]
    sound(copy, 0)


def test_truncated_and_filled_again(copy, layer):
    features = [pasted(layer, feature) for feature in layer.getFeatures()]
    assert layer.dataProvider().truncate()
    assert layer.dataProvider().addFeatures(features)[0]
    found = {own: operation for _, operation, own in copy.edits()}
    assert found == {global_id(k): "update" for k in NUMBERS}
    sound(copy, 5)


def test_changed_in_place(copy, layer, qgis_processing):
    from processing.gui.AlgorithmExecutor import execute_in_place_run  # noqa: PLC0415 - there after set-up

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("native:translategeometry")
    context = QgsProcessingContext()
    layer.startEditing()
    layer.selectByIds([3, 4])
    parameters = {"DELTA_X": 5, "INPUT": layer, "OUTPUT": "memory:"}
    feedback = QgsProcessingFeedback(False)
    done, _ = execute_in_place_run(algorithm, parameters, context, feedback, raise_exceptions=True)
    assert done
    commit(layer)
    assert sorted(copy.edits()) == [(3, "update", global_id(2)), (4, "update", global_id(3))]
    sound(copy, 5)


def ogr2ogr(*arguments):
    subprocess.run(["ogr2ogr", *map(str, arguments)], check=True, timeout=50, capture_output=True)


def test_own_rows_appended(copy, tmp_path):
    other = tmp_path / "export.gpkg"
    ogr2ogr(other, copy.path, "Hydrants")
    ogr2ogr("-append", copy.path, other, "Hydrants")
    assert [operation for _, operation, _ in copy.edits()] == ["insert"] * 5
    sound(copy, 10)


def test_own_rows_put_over_themselves(copy, tmp_path):
    other = tmp_path / "export.gpkg"
    ogr2ogr(other, copy.path, "Hydrants", "-sql", "SELECT *, 'x' AS seen FROM Hydrants", "-nln", "Hydrants")
    ogr2ogr("-upsert", copy.path, other, "Hydrants")
    for _, operation, own in copy.edits():
        assert operation in ("insert", "update")
        assert (own in map(global_id, NUMBERS)) == (operation == "update")
    assert len({own for _, _, own in copy.hydrants().values()}) == len(copy.hydrants())


def test_deleted_rows_appended_from_an_export(copy, tmp_path):
    other = tmp_path / "export.gpkg"
    ogr2ogr(other, copy.path, "Hydrants")
    source = ogr.Open(str(copy.path), 1)
    source.ExecuteSQL("DELETE FROM Hydrants WHERE fid IN (3, 4)")
    source = None
    ogr2ogr("-append", copy.path, other, "Hydrants", "-where", "name IN ('h2', 'h3')")
    assert sorted(own for _, operation, own in copy.edits() if operation == "update") == [
        global_id(2), global_id(3),
    ]  # fmt: skip
    assert len(copy.edits()) == 2
    sound(copy, 5)


def test_attachments_appended(copy, tmp_path):
    other = tmp_path / "export.gpkg"
    ogr2ogr(other, copy.path, "Hydrants__ATTACH")
    ogr2ogr("-append", copy.path, other, "Hydrants__ATTACH")
    rows = copy.ask("SELECT GLOBALID, REL_GLOBALID, ATTACHMENTID FROM Hydrants__ATTACH ORDER BY fid")
    assert len({own for own, _, _ in rows}) == 4
    assert {owner for _, owner, _ in rows} == {global_id(2)}
    assert [number for _, _, number in rows] == [1, 2, None, None]


def test_a_global_id_changed_by_ogr(copy):
    source = ogr.Open(str(copy.path), 1)
    layer = source.GetLayerByName("Hydrants")
    feature = layer.GetFeature(3)
    feature.SetField("GlobalID", None)
    feature.SetField("OBJECTID", 5)
    feature.SetField("pressure", 0)
    assert layer.SetFeature(feature) == ogr.OGRERR_NONE
    del feature, layer, source
    assert copy.edits() == [(3, "update", global_id(2))]
    assert copy.hydrants()[3] == ("h2", 114, global_id(2))
