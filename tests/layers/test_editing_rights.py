"""What may be edited, as working copies, layers, stored projects and the window have it."""

from contextlib import closing
import sqlite3
from xml.etree import ElementTree
import zipfile

import pytest
from qgis.core import Qgis, QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.offline_map.copy_rights import keep_rights
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.working_copy.change_tracking import local_edits
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.replica_state import RegistrationState
from plugin.core.working_copy.table_names import relationships_in_copy, table_in_copy
from plugin.layers.base.identity import READ_ONLY
from plugin.layers.base.read_only import show_rights
from plugin.layers.forms.attachments import keep_files
from plugin.layers.open_project.edited_layers import EditedLayers, EditHandlers
from plugin.layers.open_project.forbidden_edits import take_out_forbidden
from plugin.layers.open_project.pasted_features import keep_ids_of_cut
from plugin.layers.open_project.stored_rights import OpenProject, show_in_open_project, store_rights
from plugin.qgis_io.made_here import trust_project
from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import Dataset, Field, Row, attachment_dataset, attachment_relationship
from tests.fixtures.registered import EVERYTHING, register

from .test_geodatabase_layers import Written, layer_of

SYNC = UpdateMode.SYNC.value
PENDING = "This layer is read-only until its offline map is registered"


class Map(Written):
    """Places with attachments (layer 4) and visits (table 7) in one working copy."""

    def make(self) -> QgsProject:
        rows = [
            Row(wkb(f"POINT ({n} {n})"), {"name": name}, object_id=n * 10)
            for n, name in enumerate(("Mühle", "Tor", "Turm"), 1)
        ]
        places = Dataset("Places", "Point", [Field("name")], rows, layer_id=4, layer={"name": "Orte"})
        files = attachment_dataset(places, [(places.id_of(rows[0], 1), "a.txt", "text/plain", b"a")])
        visits = Dataset("Visits", None, [Field("who")], [Row(None, {"who": "Ada"}, object_id=3)], layer_id=7)
        described = [places, files, visits]
        offline_map = self.offline_map(*described, relationships=[attachment_relationship(places)])
        with open_geodatabase(self.folder / "x.geodatabase") as geodatabase:
            tables = tuple(map(table_in_copy, geodatabase.tables))
            keep_rights(self.copy, tables, relationships_in_copy(geodatabase.relationships), SYNC)
        return self.written(offline_map)

    @property
    def copy(self):
        return self.folder / "x.gpkg"

    def allow(self, places=EVERYTHING, visits=EVERYTHING, registration=RegistrationState.REGISTERED, **state):
        register(self.copy, {4: places, 7: visits}, registration=registration, **state)

    def edits(self):
        with closing(sqlite3.connect(self.copy)) as connection:
            return [(one.table, one.row_id, one.operation.value) for one in local_edits(connection)]


@pytest.fixture
def made(tmp_path, qgis_app):
    QgsProject.instance().clear()
    yield Map(tmp_path / "Höfe & Wege #1")
    QgsProject.instance().setTransactionMode(Qgis.TransactionMode.Disabled)
    QgsProject.instance().clear()


@pytest.fixture
def told():
    return []


@pytest.fixture
def watching(told):
    """`watching()` from then on the open project is watched, as by the plugin."""
    watched = []

    def watch():
        watched.append(
            EditedLayers(
                EditHandlers(
                    show_rights,
                    keep_ids_of_cut,
                    lambda layer: told.append(take_out_forbidden(layer)),
                    keep_files,
                    told.append,
                )
            )
        )

    yield watch
    for one in watched:
        one.close()


def attachments_of(project):
    return next(one for one in project.mapLayers().values() if one.source().endswith("Places__ATTACH"))


def names_of(layer):
    return sorted(feature["name"] for feature in layer.getFeatures())


def place(layer, name):
    return next(layer.getFeatures(f"\"name\" = '{name}'"))


def new_place(layer, name, **values):
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt("POINT (9 9)"))
    for key, value in {"name": name, **values}.items():
        feature[key] = value
    assert layer.addFeature(feature)
    return feature


def test_nothing_is_editable_before_registration_and_all_of_it_after(made):
    project = made.make()
    layers = [layer_of(project, "Orte"), layer_of(project, "Visits"), attachments_of(project)]
    assert [layer.readOnly() for layer in layers] == [True, True, True]
    assert PENDING in layers[0].metadata().abstract()
    with closing(connect_working_copy(made.copy)) as connection:
        for statement in (
            "UPDATE Places SET name = 'x'", "DELETE FROM Visits", "INSERT INTO Places (name) VALUES ('x')",
            "DELETE FROM Places__ATTACH",
        ):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError, match="could not be sent to the feature service"):
                connection.execute(statement)
    made.allow()
    show_rights(project.mapLayers().values())
    assert [layer.readOnly() for layer in layers] == [False, False, False]
    assert [layer.metadata().abstract() for layer in layers] == ["", "", ""]
    assert layers[0].customProperty(READ_ONLY) is None


def test_what_its_user_made_read_only_or_described_stays_so(made):
    project = made.make()
    places, visits = layer_of(project, "Orte"), layer_of(project, "Visits")
    made.allow()
    show_rights([places, visits])
    places.setReadOnly(True)
    metadata = visits.metadata()
    metadata.setAbstract("Who came")
    visits.setMetadata(metadata)
    for registration in (RegistrationState.PENDING, RegistrationState.REGISTERED):
        made.allow(registration=registration)
        show_rights([visits])
    show_rights([places])
    assert places.readOnly()
    assert (visits.readOnly(), visits.metadata().abstract()) == (False, "Who came")


def test_each_layer_takes_what_its_service_takes(made):
    project = made.make()
    made.allow(places=["create"], visits=["query"])
    show_rights(project.mapLayers().values())
    places = layer_of(project, "Orte")
    assert (places.readOnly(), layer_of(project, "Visits").readOnly()) == (False, True)
    assert "only new features" in places.metadata().abstract()
    assert not attachments_of(project).readOnly()


def test_forbidden_edits_are_taken_out_before_the_rest_is_saved(made, told, watching):
    project = made.make()
    made.allow(places=["create"])
    watching()
    layer = layer_of(project, "Orte")
    assert layer.startEditing()
    new_place(layer, "Brunnen")
    layer.changeAttributeValue(place(layer, "Tor").id(), layer.fields().lookupField("name"), "Stadttor")
    layer.changeGeometry(place(layer, "Mühle").id(), QgsGeometry.fromWkt("POINT (5 5)"))
    layer.deleteFeature(place(layer, "Turm").id())
    new_place(layer, "Brücke")
    assert layer.commitChanges(), layer.commitErrors()
    assert names_of(layer) == ["Brunnen", "Brücke", "Mühle", "Tor", "Turm"]
    assert place(layer, "Mühle").geometry().asWkt() == "Point (1 1)"
    assert {operation for _, _, operation in made.edits()} == {"insert"}
    assert told == [
        "Not saved in “Orte”: 0 new, 2 changed and 1 deleted features. The feature service accepts only "
        "new features in this layer."
    ]


@pytest.mark.parametrize(
    ("allowed", "names", "counts"),
    [
        (["update", "delete"], ["Burg", "Turm"], "1 new, 0 changed and 0 deleted"),
        (["create", "delete"], ["Mühle", "Neu", "Turm"], "0 new, 1 changed and 0 deleted"),
        (["create", "update"], ["Burg", "Neu", "Tor", "Turm"], "0 new, 0 changed and 1 deleted"),
        (["query"], ["Mühle", "Tor", "Turm"], "1 new, 1 changed and 1 deleted"),
    ],
)
def test_each_kind_is_taken_out_alone(made, told, watching, allowed, names, counts):
    project = made.make()
    made.allow()
    watching()
    layer = layer_of(project, "Orte")
    show_rights([layer])
    assert layer.startEditing()
    new_place(layer, "Neu")
    mill = place(layer, "Mühle").id()
    layer.changeAttributeValue(mill, layer.fields().lookupField("name"), "Burg")
    layer.changeGeometry(mill, QgsGeometry.fromWkt("POINT (6 7)"))
    layer.deleteFeature(place(layer, "Tor").id())
    made.allow(places=allowed)  # as it was found by an update, meanwhile
    assert layer.commitChanges(), layer.commitErrors()
    assert names_of(layer) == names
    moved = {feature["name"]: feature.geometry().asWkt() for feature in layer.getFeatures()}
    assert moved.get("Burg", "Point (6 7)") == "Point (6 7)"
    assert moved.get("Mühle", "Point (1 1)") == "Point (1 1)"
    assert [counts in sentence for sentence in told] == [True]
    assert layer.readOnly() == (allowed == ["query"])


def test_what_was_never_sent_is_free(made, told, watching):
    project = made.make()
    made.allow(places=["create"])
    watching()
    layer = layer_of(project, "Orte")
    name = layer.fields().lookupField("name")
    layer.startEditing()
    new_place(layer, "Brunnen")
    new_place(layer, "Irrtum")
    assert layer.commitChanges()
    layer.startEditing()
    layer.changeAttributeValue(place(layer, "Brunnen").id(), name, "Brunnen am Markt")
    layer.deleteFeature(place(layer, "Irrtum").id())
    assert layer.commitChanges(), layer.commitErrors()
    assert names_of(layer) == ["Brunnen am Markt", "Mühle", "Tor", "Turm"]
    assert told == ["", ""]


def test_what_was_cut_may_be_pasted_where_nothing_may_be_added(made, told, watching):
    project = made.make()
    made.allow(places=["update", "delete"])
    watching()
    layer = layer_of(project, "Orte")
    show_rights([layer])
    layer.startEditing()
    gate = place(layer, "Tor")
    layer.deleteFeature(gate.id())
    new_place(layer, "Tor", GlobalID=gate["GlobalID"].lower())
    new_place(layer, "Neu")
    assert layer.commitChanges(), layer.commitErrors()
    assert names_of(layer) == ["Mühle", "Tor", "Turm"]
    assert [operation for _, _, operation in made.edits()] == ["update"]
    assert "1 new, 0 changed" in told[0]
    layer.startEditing()
    layer.deleteFeature(place(layer, "Turm").id())
    assert layer.commitChanges()
    layer.startEditing()
    with closing(sqlite3.connect(made.copy)) as connection:
        (gone,) = [one.global_id for one in local_edits(connection) if one.operation.value == "delete"]
    new_place(layer, "Turm", GlobalID=gone)
    assert layer.commitChanges(), layer.commitErrors()
    assert names_of(layer) == ["Mühle", "Tor", "Turm"]


def test_layers_that_may_be_edited_are_saved_as_ever(made, told, watching):
    project = made.make()
    made.allow()
    watching()
    layer = layer_of(project, "Orte")
    show_rights([layer])
    layer.startEditing()
    new_place(layer, "Neu")
    count = layer.undoStack().count()
    assert layer.commitChanges(stopEditing=False)
    assert (told, count) == ([""], 1)
    layer.rollBack()


@pytest.mark.parametrize("mode", [Qgis.TransactionMode.BufferedGroups, Qgis.TransactionMode.AutomaticGroups])
def test_edits_of_all_layers_together_are_saved_whole_or_not_at_all(made, told, watching, mode):
    project = made.make()
    made.allow(places=["create"])
    watching()
    show_rights(project.mapLayers().values())
    project.setTransactionMode(mode)
    layer = layer_of(project, "Orte")
    assert layer.startEditing()
    new_place(layer, "Neu")
    layer.changeAttributeValue(place(layer, "Tor").id(), layer.fields().lookupField("name"), "Stadttor")
    saved = layer.commitChanges()
    if not saved:
        layer.rollBack()
    assert names_of(layer) in (["Mühle", "Tor", "Turm"], ["Mühle", "Neu", "Tor", "Turm"])
    assert {operation for _, _, operation in made.edits()} <= {"insert"}


def test_a_layer_added_while_watching_shows_its_rights(made, watching):
    made.make()
    made.allow(places=["query"])
    QgsProject.instance().clear()
    watching()
    layer = QgsVectorLayer(f"{made.copy}|layername=Places", "By hand", "ogr")
    QgsProject.instance().addMapLayer(layer)
    assert layer.readOnly()
    assert not layer.startEditing()


def meaning(project_file):
    """The XML of a project, member by member, but for what tells of rights; the bytes of all else."""
    found = {}
    with zipfile.ZipFile(project_file) as archive:
        for info in archive.infolist():
            content = archive.read(info)
            if info.filename.endswith(".qgs"):
                root = ElementTree.fromstring(content)
                for layer in root.iter("maplayer"):
                    layer.attrib.pop("readOnly", None)
                    for abstract in layer.iter("abstract"):
                        abstract.text = None
                    properties = layer.find("customproperties/Option")
                    for option in list(properties):
                        if option.get("name").endswith(("/read_only", "/rights_told")):
                            properties.remove(option)
                    if not len(properties):
                        properties.attrib.pop("type", None)
                content = ElementTree.canonicalize(ElementTree.tostring(root), strip_text=True).encode()
            found[info.filename] = content
    return found


def flags(project_file):
    project = QgsProject()
    assert project.read(str(project_file))
    return {
        layer.name(): (layer.readOnly(), layer.metadata().abstract())
        for layer in project.mapLayers().values()
    }


CLOSED = OpenProject(None, False)


@pytest.fixture
def stored(made):
    """The project on disk, trusted; closed."""
    made.make()
    QgsProject.instance().clear()
    file = made.folder / "x.qgz"
    trust_project(file)
    return file


def test_only_the_flags_of_a_stored_project_change(made, stored):
    before, flags_before = meaning(stored), flags(stored)
    made.allow(places=["create"], visits=["query"])
    assert store_rights(stored, CLOSED)
    assert meaning(stored) == before
    after = flags(stored)
    assert after["Orte"] == (False, "The feature service accepts only new features in this layer.")
    assert after["Visits"][0]
    made.allow()
    assert store_rights(stored, CLOSED)
    assert meaning(stored) == before
    assert set(flags(stored).values()) == {(False, "")}
    assert not store_rights(stored, CLOSED)
    made.allow(registration=RegistrationState.PENDING)
    assert store_rights(stored, CLOSED)
    assert flags(stored) == flags_before


def test_a_project_that_is_not_trusted_is_not_touched(made, stored):
    project = QgsProject()
    assert project.read(str(stored))
    project.setTitle("Somebody's")
    assert project.write()
    before = stored.read_bytes()
    made.allow()
    assert not store_rights(stored, CLOSED)
    assert stored.read_bytes() == before


def test_a_project_that_is_open_with_unsaved_changes_is_not_touched(made, stored):
    before = stored.read_bytes()
    project = QgsProject.instance()
    assert project.read(str(stored))
    made.allow()
    project.setDirty(True)
    assert not store_rights(stored, OpenProject.now())
    assert stored.read_bytes() == before
    show_in_open_project(made.folder, None)
    assert not layer_of(project, "Orte").readOnly()
    assert project.isDirty()


def test_a_project_that_is_open_without_changes_stays_so(made, stored):
    project = QgsProject.instance()
    assert project.read(str(stored))
    project.setDirty(False)
    made.allow()
    modified = stored.stat().st_mtime_ns
    assert store_rights(stored, OpenProject.now())
    assert stored.stat().st_mtime_ns == modified
    show_in_open_project(made.folder, stored)
    assert not layer_of(project, "Orte").readOnly()
    assert not project.isDirty()


def test_a_layer_that_version_0_1_0_explained_becomes_editable(made, stored):
    """It wrote its reason in the user's language, and noted it in English."""
    project = QgsProject()
    assert project.read(str(stored))
    for layer in project.mapLayers().values():
        layer.removeCustomProperty("offline_map_areas/rights_told")
        layer.setCustomProperty(READ_ONLY, "Edits cannot be sent yet.")
        metadata = layer.metadata()
        metadata.setAbstract("Bearbeitungen können noch nicht gesendet werden.")
        layer.setMetadata(metadata)
    assert project.write()
    trust_project(stored)
    made.allow()
    assert store_rights(stored, CLOSED)
    assert set(flags(stored).values()) == {(False, "")}
