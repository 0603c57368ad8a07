"""Open layers of a map that draw from a newer file: what a user made of them stays."""

import shutil

from osgeo import gdal
import pytest
from qgis.core import (
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsProject,
    QgsRasterLayer,
    QgsRuleBasedRenderer,
    QgsSymbol,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
)

from plugin.core.errors import BadInput
from plugin.core.host import Silent
from plugin.core.working_copy.write import write_working_copy
from plugin.layers.base.source import file_of, table_source
from plugin.layers.open_project.repoint import repoint_layers
from tests.fixtures.geodatabase import Field
from tests.fixtures.scheduled_town import scheduled_town
from tests.fixtures.synced_town import HYDRANTS, guid_of


@pytest.fixture
def project(qgis_app):
    made = QgsProject()
    yield made
    made.clear()


@pytest.fixture
def files(tmp_path):
    """The working copy of a map, and that of its renewed package: other row ids, and one more field."""
    town = scheduled_town(tmp_path / "server")
    folder = tmp_path / "Karte ü #1 & 50%"
    folder.mkdir()
    old, new = folder / "old.gpkg", folder / "new.gpkg"
    write_working_copy(town.town.path, old, Silent())
    town.remove(HYDRANTS, guid_of("Hydrants", 1))
    town.change(HYDRANTS, guid_of("Hydrants", 4), name="anders")
    fields = [*town.datasets[0].fields, Field("colour", length=10)]
    write_working_copy(town.write(tmp_path / "new", fields=fields), new, Silent())
    return old, new


def open_layer(project, file, table):
    layer = QgsVectorLayer(table_source(file, table), table, "ogr")
    assert layer.isValid()
    project.addMapLayer(layer)
    return layer


def test_style_form_joins_filter_and_selection_stay(project, files):
    old, new = files
    hydrants, mains = open_layer(project, old, "Hydrants"), open_layer(project, old, "Mains")
    hydrants.setName("Meine Hydranten")
    renderer = QgsRuleBasedRenderer(QgsSymbol.defaultSymbol(hydrants.geometryType()))
    renderer.rootRule().children()[0].setLabel("alle, die gehen")
    hydrants.setRenderer(renderer)
    position = hydrants.fields().indexOf("remark")
    hydrants.setEditorWidgetSetup(position, QgsEditorWidgetSetup("TextEdit", {"IsMultiline": True}))
    form = hydrants.editFormConfig()
    form.setLayout(QgsEditFormConfig.EditorLayout.TabLayout)
    form.setReadOnly(hydrants.fields().indexOf("flow"), True)
    hydrants.setEditFormConfig(form)
    hydrants.setSubsetString("\"name\" <> 'Hydrant 5'")
    hydrants.setCustomProperty("ours", "kept")
    hydrants.setMapTipTemplate("[% name %]")
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(mains)
    join.setJoinFieldName("name")
    join.setTargetFieldName("remark")
    hydrants.addJoin(join)
    wanted = [guid_of("Hydrants", 4), guid_of("Hydrants", 8)]
    hydrants.selectByExpression("GlobalID IN ('{}', '{}')".format(*wanted))
    ids = hydrants.selectedFeatureIds()
    assert len(ids) == 2
    layer_id = hydrants.id()

    assert set(repoint_layers(project, old, new)) == {hydrants, mains}

    assert hydrants.isValid()
    assert mains.isValid()
    assert file_of(hydrants) == new
    assert (hydrants.id(), hydrants.name()) == (layer_id, "Meine Hydranten")
    assert hydrants.renderer().rootRule().children()[0].label() == "alle, die gehen"
    position = hydrants.fields().indexOf("remark")
    assert hydrants.editorWidgetSetup(position).config()["IsMultiline"] is True
    assert hydrants.editFormConfig().layout() == QgsEditFormConfig.EditorLayout.TabLayout
    assert hydrants.editFormConfig().readOnly(hydrants.fields().indexOf("flow"))
    assert hydrants.subsetString() == "\"name\" <> 'Hydrant 5'"
    assert hydrants.customProperty("ours") == "kept"
    assert hydrants.mapTipTemplate() == "[% name %]"
    assert [one.joinLayerId() for one in hydrants.vectorJoins()] == [mains.id()]
    assert "colour" in hydrants.fields().names()
    assert sorted(one["GlobalID"] for one in hydrants.selectedFeatures()) == sorted(wanted)
    assert "anders" in [one["name"] for one in hydrants.selectedFeatures()]
    assert guid_of("Hydrants", 1) not in [one["GlobalID"] for one in hydrants.getFeatures()]


def test_nothing_changes_while_a_layer_is_edited(project, files):
    old, new = files
    hydrants, mains = open_layer(project, old, "Hydrants"), open_layer(project, old, "Mains")
    assert hydrants.startEditing()
    with pytest.raises(BadInput, match="are being edited: Hydrants"):
        repoint_layers(project, old, new)
    assert file_of(hydrants) == file_of(mains) == old
    assert hydrants.isEditable()
    hydrants.rollBack()
    assert len(repoint_layers(project, old, new)) == 2


def test_layers_of_other_files_stay(project, files, tmp_path):
    old, new = files
    other = tmp_path / "other.gpkg"
    shutil.copyfile(old, other)
    layer = open_layer(project, other, "Mains")
    assert repoint_layers(project, old, new) == []
    assert file_of(layer) == other


def test_tiles_keep_their_renderer(project, tmp_path):
    old, new = tmp_path / "old ü.tif", tmp_path / "new #1.tif"
    for path, value in ((old, 40), (new, 200)):
        raster = gdal.GetDriverByName("GTiff").Create(str(path), 8, 8, 1)
        raster.SetGeoTransform((0, 1, 0, 8, 0, -1))
        raster.GetRasterBand(1).Fill(value)
        raster.FlushCache()
        del raster
    layer = QgsRasterLayer(str(old), "Bild", "gdal")
    assert layer.isValid()
    layer.setOpacity(0.4)
    layer.brightnessFilter().setBrightness(17)
    project.addMapLayer(layer)
    assert repoint_layers(project, old, new) == [layer]
    assert layer.isValid()
    assert file_of(layer) == new
    assert (layer.opacity(), layer.brightnessFilter().brightness()) == (0.4, 17)
    block = layer.dataProvider().block(1, layer.extent(), 8, 8)
    assert block.value(3, 3) == 200
