"""Offline maps of version 0.1.0, in use for a while: they open, whole, with every edit that was made."""

from contextlib import closing
import json
from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsVectorLayer

from plugin.core.host import Silent
from plugin.core.offline_map.local_maps import read_local_map
from plugin.core.storage import file_sha256
from plugin.core.working_copy.change_tracking import set_rights
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.table_rights import Rights
from plugin.qgis_io.made_here import answer_project

from .conftest import all_but_the_project, edits_of, files_of, in_order, rows_of

MODES = (
    "noUpdates",
    "syncWithFeatureServices",
    "downloadScheduledUpdates",
    "downloadScheduledUpdatesAndUploadNewFeatures",
)


@pytest.fixture(params=MODES)
def mode(request):
    return request.param


def check_layers(project_file, recorded):
    """The project is the user's, and its layers hold all rows and attachments."""
    project = QgsProject()
    assert project.read(str(project_file))
    assert project.title() == "Meine Geländearbeit"
    (hydrants,) = project.mapLayersByName("Hydranten (meine)")
    assert not project.mapLayersByName("Hydrants")
    layers = list(project.mapLayers().values())
    assert all(layer.isValid() for layer in layers)
    vectors = [layer for layer in layers if isinstance(layer, QgsVectorLayer)]
    counts = {table: count for tables in recorded["rows"].values() for table, count in tables.items()}
    shown = {layer.source().rpartition("layername=")[2]: layer.featureCount() for layer in vectors}
    assert shown == counts
    (attachments,) = [layer for layer in vectors if layer.source().endswith("Hydrants__ATTACH")]
    held = {feature["ATT_NAME"]: bytes(feature["DATA"]).hex() for feature in attachments.getFeatures()}
    assert held == recorded["attachments"]
    assert any(feature["street"] == "Möwenstraße" for feature in hydrants.getFeatures())


def wanted(project):
    """As where its user was asked, and wants it with its changes."""
    answer_project(file_sha256(project, Silent()), wanted=True)


def test_it_opens_as_it_was_left_and_loses_nothing(run, earlier, mode, profile_settings):
    folder, recorded = earlier.map(mode)
    files, rows = files_of(folder), rows_of(folder)
    wanted(folder / "qgis" / "offline_map.qgz")
    results = run("openofflinemap", INPUT=str(folder))
    assert (results["LAYER_ERRORS"], results["TABLE_ERRORS"]) == (0, 0)
    assert Path(results["PROJECT"]) == folder / "qgis" / "offline_map.qgz"
    assert all(str(folder / "qgis") in source for source in results["LAYERS"] if ".gpkg" in source)
    check_layers(results["PROJECT"], recorded)
    assert all_but_the_project(files_of(folder)) == all_but_the_project(files)
    assert rows_of(folder) == rows
    assert edits_of(folder) == in_order(recorded["edits"])


def test_headless_its_project_is_not_read_and_every_edit_is_there(run, earlier, mode, profile_settings):
    """Version 0.1.0 kept no record of the projects that it wrote."""
    folder, recorded = earlier.map(mode)
    files, rows = files_of(folder), rows_of(folder)
    results = run("openofflinemap", INPUT=str(folder))
    assert folder not in Path(results["PROJECT"]).parents
    project = QgsProject()
    assert project.read(results["PROJECT"])
    assert project.title() == "Strand and South Beach"
    (hydrants,) = project.mapLayersByName("Hydrants")
    assert any(feature["street"] == "Möwenstraße" for feature in hydrants.getFeatures())
    assert all(layer.isValid() for layer in project.mapLayers().values())
    assert (files_of(folder), rows_of(folder)) == (files, rows)
    assert edits_of(folder) == in_order(recorded["edits"])


def test_an_edit_made_now_joins_those_of_then(run, earlier):
    folder, recorded = earlier.map("syncWithFeatureServices")
    run("openofflinemap", INPUT=str(folder))
    file = next(edit["file"] for edit in recorded["edits"] if edit["table"] == "Trees")
    with closing(connect_working_copy(folder / "qgis" / file)) as connection:
        set_rights(connection, "Benches", Rights())  # as once it is registered
        connection.commit()
    layer = QgsVectorLayer(f"{folder / 'qgis' / file}|layername=Benches", "", "ogr")
    bench = next(layer.getFeatures())
    changed = {bench.id(): {layer.fields().lookupField("material"): "Eiche"}}
    assert layer.dataProvider().changeAttributeValues(changed)
    before, now = in_order(recorded["edits"]), edits_of(folder)
    (new,) = [edit for edit in now if edit not in before]
    assert (new["table"], new["global_id"], new["operation"]) == ("Benches", bench["GlobalID"], "update")
    assert new["before"]["material"] == bench["material"]
    assert [edit for edit in now if edit != new] == before


def test_its_files_are_what_the_portal_sent(run, earlier, mode):
    folder, _ = earlier.map(mode)
    result = run("verifyofflinemap", INPUT=str(folder))
    assert result["OK"] is True
    report = json.loads(Path(result["REPORT"]).read_text("utf-8"))
    assert {Path(file["path"]).suffix for file in report["files"]} >= {
        ".geodatabase",
        ".tpk",
        ".gpkg",
        ".qgz",
    }


def test_its_manifest_tells_whence_it_came(earlier, mode):
    folder, recorded = earlier.map(mode)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    found = read_local_map(folder)
    assert (found.ours, found.error) == (True, None)
    assert (found.title, found.update_mode) == ("Strand and South Beach", mode)
    assert (found.area_id, found.web_map_id) == (manifest["area"]["id"], manifest["webMap"])
    assert found.portal_url == earlier.recorded["portal"]
    items = [file["item"] for file in manifest["files"] if "item" in file]
    assert found.revisions == {item["id"]: item["revision"] for item in items}
    assert len(found.revisions) == 3
    assert found.edits == len(recorded["edits"]) == 11
    assert (found.layer_errors, found.table_errors) == (0, 0)


def test_every_kind_of_edit_is_among_them(earlier):
    _, recorded = earlier.map("noUpdates")
    seen = {(edit["table"], edit["operation"]) for edit in recorded["edits"]}
    hydrants = {("Hydrants", operation) for operation in ("insert", "update", "delete")}
    inspections = {("Inspections", operation) for operation in ("insert", "update", "delete")}
    attachments = {("Hydrants__ATTACH", "insert"), ("Hydrants__ATTACH", "delete")}
    assert seen == {*hydrants, *inspections, *attachments, ("Water_mains", "update"), ("Trees", "update")}
