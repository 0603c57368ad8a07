"""Features that are made in the window: their ids, their attachments, their related rows."""

from contextlib import closing
import sqlite3

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsUnsetAttributeValue,
    QgsVariantUtils,
    QgsVectorLayerUtils,
)
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm, QgsEditorWidgetWrapper
from qgis.PyQt.QtCore import QByteArray

from plugin.core.working_copy.change_tracking import local_edits
from plugin.layers.base.read_only import show_rights
from plugin.layers.forms.attachments import complete_attachments, keep_files, new_attachment
from plugin.layers.open_project.edited_layers import EditedLayers, EditHandlers
from plugin.layers.open_project.pasted_features import keep_ids_of_cut
from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import (
    Dataset,
    Field,
    Relationship,
    Row,
    attachment_dataset,
    attachment_relationship,
)

from .test_geodatabase_layers import Written, layer_of

JPEG = b"\xff\xd8\xff\xe0 a photo"


class Places:
    """Polygons with attachments and with visits, which belong to them."""

    def __init__(self, folder) -> None:
        rows = [
            Row(
                wkb(f"POLYGON (({n} 0, {n + 1} 0, {n + 1} 1, {n} 1, {n} 0))"),
                {"name": name, "floors": n // 5, "height": n / 7, "built": 2450000.5 + n / 7},
                object_id=n,
            )
            for n, name in ((12, "Mühle"), (25, "Tor"))
        ]
        numbers = [Field("floors", "SmallInteger"), Field("height", "Double"), Field("built", "Date")]
        fields = [Field("name"), *numbers]
        places = Dataset("Places", "Polygon", fields, rows, layer_id=4, layer={"name": "Orte"})
        key = places.id_of(rows[0], 1)
        files = attachment_dataset(places, [(key, "a.jpg", "image/jpeg", JPEG)])
        visit = Row(None, {"who": "Ada", "place": key}, object_id=3)
        visits = Dataset("Visits", None, [Field("who"), Field("place", "GUID")], [visit], layer_id=7)
        visited = Relationship("Visited", "Places", "Visits", "GlobalID", "place", composite=True)
        written = Written(folder)
        relationships = [attachment_relationship(places), visited]
        self.project = written.project(places, files, visits, relationships=relationships)
        self.layer, self.visits = layer_of(self.project, "Orte"), layer_of(self.project, "Visits")
        layers = self.project.mapLayers().values()
        self.files = next(one for one in layers if one.source().endswith("Places__ATTACH"))
        self.told = []

    def place(self, name):
        return next(self.layer.getFeatures(f"\"name\" = '{name}'"))

    def attached(self, place):
        return sorted(
            (one["ATT_NAME"], one["CONTENT_TYPE"], one["DATA_SIZE"], bytes(one["DATA"]))
            for one in self.files.getFeatures()
            if one["REL_GLOBALID"] == place["GlobalID"]
        )

    def visitors(self, place):
        return [one["who"] for one in self.visits.getFeatures() if one["place"] == place["GlobalID"]]


@pytest.fixture
def town(tmp_path, qgis_app):
    yield Places(tmp_path / "Höfe & Wege")
    QgsProject.instance().clear()


@pytest.fixture
def watched(town):
    """The same, with the plugin watching."""
    watching = EditedLayers(
        EditHandlers(show_rights, keep_ids_of_cut, complete_attachments, keep_files, town.told.append)
    )
    yield town
    watching.close()


def is_unset(value):
    return QgsVariantUtils.isNull(value) or isinstance(value, QgsUnsetAttributeValue)


def test_a_new_feature_has_a_global_id_at_once_and_keeps_it(town):
    town.layer.startEditing()
    shape = QgsGeometry.fromWkt("POLYGON ((5 5, 6 5, 6 6, 5 5))")
    made = QgsVectorLayerUtils.createFeature(town.layer, shape)
    assert len(made["GlobalID"]) == 38
    assert made["GlobalID"] == made["GlobalID"].upper()
    assert is_unset(made["OBJECTID"])
    assert town.layer.addFeature(made)
    assert town.layer.commitChanges(), town.layer.commitErrors()
    assert made["GlobalID"] in [one["GlobalID"] for one in town.layer.getFeatures()]
    assert town.layer.editFormConfig().readOnly(town.layer.fields().lookupField("GlobalID"))


def test_both_parts_of_a_split_feature_show_their_own_ids(town):
    mill = town.place("Mühle")
    town.layer.startEditing()
    town.layer.splitFeatures([QgsPointXY(12.5, -1), QgsPointXY(12.5, 2)])
    parts = {one["GlobalID"]: one for one in town.layer.getFeatures("\"name\" = 'Mühle'")}
    assert len(parts) == 2
    assert parts.pop(mill["GlobalID"])["OBJECTID"] == 12
    (new,) = parts.values()
    assert is_unset(new["OBJECTID"])
    assert town.layer.commitChanges(), town.layer.commitErrors()
    saved = {one["GlobalID"]: one["OBJECTID"] for one in town.layer.getFeatures("\"name\" = 'Mühle'")}
    assert saved.keys() == {mill["GlobalID"], new["GlobalID"]}
    assert is_unset(saved[new["GlobalID"]])


def test_a_duplicate_has_ids_attachments_and_visits_of_its_own(watched):
    town, mill = watched, watched.place("Mühle")
    for layer in (town.layer, town.visits):
        layer.startEditing()
    assert town.files.isEditable()  # they follow
    made, _ = QgsVectorLayerUtils.duplicateFeature(town.layer, mill, town.project)
    made = town.layer.getFeature(made.id())
    assert made["GlobalID"] not in (mill["GlobalID"], None)
    for layer in (town.layer, town.visits):
        assert layer.commitChanges(), layer.commitErrors()
    assert not town.files.isEditable()
    for one in (mill, made):
        assert town.attached(one) == [("a.jpg", "image/jpeg", len(JPEG), JPEG)]
        assert town.visitors(one) == ["Ada"]
    assert len({one["GLOBALID"] for one in town.files.getFeatures()}) == 2


def paste(town, place):
    """As QGIS pastes, with copies of what belongs to the feature."""
    town.layer.beginEditCommand("Features pasted")
    made, _ = QgsVectorLayerUtils.duplicateFeature(town.layer, place, town.project)
    town.layer.endEditCommand()
    return made.id()


def cut(town, place):
    town.layer.beginEditCommand("Features cut")
    town.layer.deleteFeature(place.id())
    town.layer.endEditCommand()


def edits(town):
    with closing(sqlite3.connect(town.layer.source().split("|")[0])) as connection:
        return [(one.table, one.operation.value) for one in local_edits(connection)]


def test_what_is_cut_and_pasted_keeps_its_ids_and_what_belongs_to_it(watched, qgis_app):
    town, mill = watched, watched.place("Mühle")
    ids = {layer: [row["fid"] for row in layer.getFeatures()] for layer in (town.files, town.visits)}
    for layer in (town.layer, town.visits):
        layer.startEditing()
    cut(town, mill)
    first, second = paste(town, mill), paste(town, mill)
    for _ in range(5):
        qgis_app.processEvents()
    assert town.layer.undoStack().count() == 4  # the ids of what was cut, once
    kept, new = (town.layer.getFeature(fid)["GlobalID"] for fid in (first, second))
    assert kept == mill["GlobalID"]
    assert new != kept
    town.layer.changeGeometry(first, QgsGeometry.fromWkt("POLYGON ((7 7, 8 7, 8 8, 7 7))"))
    for layer in (town.layer, town.visits):
        assert layer.commitChanges(), layer.commitErrors()
    moved = next(one for one in town.layer.getFeatures() if one["GlobalID"] == kept)
    assert moved["OBJECTID"] == 12
    assert town.attached(moved) == [("a.jpg", "image/jpeg", len(JPEG), JPEG)]
    assert town.visitors(moved) == ["Ada"]
    for layer, before in ids.items():
        assert set(before) < {row["fid"] for row in layer.getFeatures()}
    assert sorted(edits(town)) == [
        ("Places", "insert"), ("Places", "update"), ("Places__ATTACH", "insert"), ("Visits", "insert"),
    ]  # fmt: skip


def test_what_was_cut_and_saved_and_is_pasted_then_is_the_same_feature(watched, qgis_app):
    town, mill = watched, watched.place("Mühle")
    original = QgsFeature(mill)
    town.layer.startEditing()
    cut(town, mill)
    assert town.layer.commitChanges(), town.layer.commitErrors()
    assert ("Places", "delete") in edits(town)
    town.layer.startEditing()
    first, second = paste(town, original), paste(town, original)
    for _ in range(5):
        qgis_app.processEvents()
    kept, new = (town.layer.getFeature(fid)["GlobalID"] for fid in (first, second))
    assert kept == original["GlobalID"]
    assert new != kept
    town.layer.changeGeometry(first, QgsGeometry.fromWkt("POLYGON ((7 7, 8 7, 8 8, 7 7))"))
    assert town.layer.commitChanges(), town.layer.commitErrors()
    moved = next(one for one in town.layer.getFeatures() if one["GlobalID"] == kept)
    assert moved["OBJECTID"] == 12
    assert sorted(one for one in edits(town) if one[0] == "Places") == [
        ("Places", "insert"), ("Places", "update"),
    ]  # fmt: skip


def test_what_was_deleted_with_its_feature_and_pasted_belongs_to_it(watched, qgis_app):
    town, mill = watched, watched.place("Mühle")
    for layer in (town.layer, town.visits):
        layer.startEditing()
    (visit,) = town.visits.getFeatures()
    original = QgsFeature(mill)
    made = paste(town, original)
    qgis_app.processEvents()
    town.visits.deleteFeature(visit.id())
    cut(town, mill)
    qgis_app.processEvents()
    assert town.layer.getFeature(made)["GlobalID"] == mill["GlobalID"]
    for layer in (town.layer, town.visits):
        assert layer.commitChanges(), layer.commitErrors()
    assert town.visitors(mill) == ["Ada"]


def test_a_feature_like_one_that_stays_is_new(watched, qgis_app):
    town, mill, gate = watched, watched.place("Mühle"), watched.place("Tor")
    town.layer.startEditing()
    town.visits.startEditing()
    cut(town, gate)
    made = paste(town, mill)
    qgis_app.processEvents()
    assert town.layer.getFeature(made)["GlobalID"] not in (mill["GlobalID"], gate["GlobalID"])
    for layer in (town.layer, town.visits):
        layer.rollBack()


def test_related_rows_can_be_added_before_their_feature_is_saved(watched):
    town = watched
    town.layer.startEditing()
    town.visits.startEditing()
    made = QgsVectorLayerUtils.createFeature(town.layer, QgsGeometry.fromWkt("POLYGON ((5 5,6 5,6 6,5 5))"))
    town.layer.addFeature(made)
    relation = next(
        one
        for one in town.project.relationManager().referencedRelations(town.layer)
        if one.referencingLayer() == town.visits
    )
    keys = {
        town.visits.fields().lookupField(theirs): made[ours] for theirs, ours in relation.fieldPairs().items()
    }
    visit = QgsVectorLayerUtils.createFeature(town.visits, QgsGeometry(), keys)
    visit["who"] = "Grace"
    town.visits.addFeature(visit)
    attachment = new_attachment(town.files, {"REL_GLOBALID": made["GlobalID"]}, "plan.pdf", b"%PDF-1.4")
    assert town.files.addFeature(attachment)
    assert town.layer.commitChanges()
    assert town.visits.commitChanges()
    assert town.visitors(made) == ["Grace"]
    assert town.attached(made) == [("plan.pdf", "application/pdf", 8, b"%PDF-1.4")]


def test_attachments_are_saved_and_discarded_with_their_features(watched):
    town, gate = watched, watched.place("Tor")
    keys = {"REL_GLOBALID": gate["GlobalID"]}
    town.layer.startEditing()
    town.files.addFeature(new_attachment(town.files, keys, "no.txt", b"no"))
    town.layer.rollBack()
    assert (town.files.isEditable(), town.attached(gate)) == (False, [])
    town.layer.startEditing()
    town.files.addFeature(new_attachment(town.files, keys, "yes.txt", b"yes"))
    assert town.layer.commitChanges(stopEditing=False)
    assert town.attached(gate) == [("yes.txt", "text/plain", 3, b"yes")]
    assert (town.files.isEditable(), town.files.isModified()) == (True, False)
    assert town.layer.commitChanges()
    assert not town.files.isEditable()
    assert town.told == []


def test_attachments_that_cannot_be_saved_are_told_and_stay(watched):
    town, gate = watched, watched.place("Tor")
    town.layer.startEditing()
    lost = new_attachment(town.files, {"REL_GLOBALID": None}, "lost.txt", b"x")
    town.files.addFeature(lost)
    assert town.layer.commitChanges()
    assert len(town.told) == 1
    assert "REL_GLOBALID" in town.told[0]
    assert town.files.isModified()
    town.files.rollBack()
    assert town.attached(gate) == []


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (JPEG, ".jpg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", ".png", "image/png"),
        (b"%PDF-1.7 ...", ".pdf", "application/pdf"),
        (b"\0\0\0\x18ftypmp42", ".mp4", "video/mp4"),
        (b"anything", "", "application/octet-stream"),
    ],
)
def test_the_form_needs_no_more_than_a_file(watched, content, name, kind):
    """Owner and name come with the form, type and size with the file; the name's ending when it is saved."""
    town, gate = watched, watched.place("Tor")
    town.layer.startEditing()
    index = town.files.fields().lookupField("REL_GLOBALID")
    row = QgsVectorLayerUtils.createFeature(town.files, QgsGeometry(), {index: gate["GlobalID"]})
    form = QgsAttributeForm(town.files, row)
    form.setMode(QgsAttributeEditorContext.Mode.AddFeatureMode)
    widgets = {one.field().name(): one for one in form.findChildren(QgsEditorWidgetWrapper)}
    widgets["DATA"].setValues(QByteArray(content), [])
    widgets["DATA"].emitValueChanged()  # as it does when somebody has chosen a file
    assert (widgets["CONTENT_TYPE"].value(), widgets["DATA_SIZE"].value()) == (kind, len(content))
    assert form.save()
    assert town.layer.commitChanges()
    ((called, said, size, kept),) = town.attached(gate)
    assert (said, size, kept) == (kind, len(content), content)
    assert called.startswith("20")
    assert called[len("2026-11-30 195656") :] == name


def test_attachments_that_are_read_only_do_not_follow(watched):
    town = watched
    town.files.setReadOnly(True)
    town.layer.startEditing()
    assert not town.files.isEditable()
    town.layer.rollBack()
