"""Files and pictures of the clipboard are attached from the menu that QGIS' forms have for a feature."""

from unittest.mock import ANY

import pytest
from qgis.core import QgsGeometry, QgsProject, QgsVectorLayer, QgsVectorLayerUtils
from qgis.gui import QgsAttributeDialog, QgsGui, QgsMapLayerActionContext
from qgis.PyQt.QtCore import QCoreApplication, QMimeData, QUrl
from qgis.PyQt.QtGui import QColor, QImage
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QMainWindow, QMenu

from plugin.gui.attaching import Attaching
from plugin.layers.base.read_only import show_rights
from plugin.layers.forms.attachments import complete_attachments, keep_files
from plugin.layers.open_project.edited_layers import EditedLayers, EditHandlers
from plugin.layers.open_project.pasted_features import keep_ids_of_cut
from tests.layers.test_edited_layers import Places


@pytest.fixture
def town(tmp_path, qgis_app):
    yield Places(tmp_path / "Höfe & Wege")
    QgsProject.instance().clear()


@pytest.fixture
def told():
    return []


@pytest.fixture
def window(qgis_app):
    made = QMainWindow()
    yield made
    made.deleteLater()


@pytest.fixture
def attaching(window, told, town):
    watching = EditedLayers(
        EditHandlers(show_rights, keep_ids_of_cut, complete_attachments, keep_files, told.append)
    )
    made = Attaching(window, told.append)
    yield made
    made.close()
    watching.close()


def titles(layer):
    actions = QgsGui.mapLayerActionRegistry().mapLayerActions(layer)
    return [action.text() for action in actions if "ttach" in action.text()]


def run(layer, title, feature):
    (action,) = [one for one in QgsGui.mapLayerActionRegistry().mapLayerActions(layer) if one.text() == title]
    action.triggerForFeature(layer, feature, QgsMapLayerActionContext())
    QCoreApplication.processEvents()


def choose(window, *files):
    """In the dialog that is open."""
    (dialog,) = window.findChildren(QFileDialog, "offlineMapAreasAttach")
    dialog.filesSelected.emit([str(file) for file in files])
    dialog.done(1)
    QCoreApplication.processEvents()


def test_only_layers_with_attachments_that_may_be_added_offer_it(attaching, town):
    both = ["Attach Files…", "Paste as Attachment"]
    assert titles(town.layer) == both
    assert titles(town.visits) == []
    assert titles(QgsVectorLayer("Point", "Mine", "memory")) == []
    town.files.setReadOnly(True)
    assert titles(town.layer) == []
    town.files.setReadOnly(False)
    attaching.close()
    assert titles(town.layer) == []


def test_the_form_has_it_in_its_menu(attaching, town):
    form = QgsAttributeDialog(town.layer, town.place("Tor"), False)
    texts = [action.text() for menu in form.findChildren(QMenu) for action in menu.actions()]
    assert {"Attach Files…", "Paste as Attachment"} <= set(texts)
    form.deleteLater()


def test_files_are_attached_with_name_type_size_and_owner(attaching, town, window, told, tmp_path):
    video, text = tmp_path / "Höhe 1.MP4", tmp_path / "note.txt"
    video.write_bytes(b"\0\0\0\x18ftypmp42 moving")
    text.write_bytes(b"")
    gate = town.place("Tor")
    town.layer.startEditing()
    run(town.layer, "Attach Files…", gate)
    choose(window, video, text, tmp_path / "gone.txt")
    assert told == ["“gone.txt” cannot be read: No such file or directory."]
    assert town.files.isModified()
    assert town.layer.commitChanges()
    assert town.attached(gate) == [
        ("Höhe 1.MP4", "video/mp4", 19, b"\0\0\0\x18ftypmp42 moving"),
        ("note.txt", "text/plain", 0, ANY),
    ]
    assert len(told) == 1


def test_without_an_edit_session_they_are_saved_at_once(attaching, town, window, told, tmp_path):
    file = tmp_path / "plan.pdf"
    file.write_bytes(b"%PDF-1.4")
    gate = town.place("Tor")
    run(town.layer, "Attach Files…", gate)
    choose(window, file)
    assert town.attached(gate) == [("plan.pdf", "application/pdf", 8, b"%PDF-1.4")]
    assert (town.files.isEditable(), told) == (False, [])


def test_pictures_and_files_of_the_clipboard(attaching, town, told, tmp_path):
    gate = town.place("Tor")
    picture = QImage(30, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("#c03030"))
    QApplication.clipboard().setImage(picture)
    run(town.layer, "Paste as Attachment", gate)
    ((name, kind, size, content),) = town.attached(gate)
    assert (name.endswith(".png"), kind, size) == (True, "image/png", len(content))
    again = QImage.fromData(content)
    assert (again.width(), again.pixelColor(3, 3).name()) == (30, "#c03030")
    file = tmp_path / "b.txt"
    file.write_bytes(b"b")
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(file)), QUrl("https://example.org/c.txt")])
    QApplication.clipboard().setMimeData(held)
    run(town.layer, "Paste as Attachment", gate)
    assert ("b.txt", "text/plain", 1, b"b") in town.attached(gate)
    assert told == []
    QApplication.clipboard().setText("words")
    run(town.layer, "Paste as Attachment", gate)
    assert told == ["The clipboard holds neither a file nor a picture."]
    assert len(town.attached(gate)) == 2


def test_a_feature_that_has_no_id_yet_is_to_be_saved_first(attaching, town, told):
    QApplication.clipboard().setImage(QImage(3, 2, QImage.Format.Format_RGB32))
    made = QgsVectorLayerUtils.createFeature(town.layer, QgsGeometry())
    run(town.layer, "Paste as Attachment", made)
    assert len(town.attached(made)) == 1  # known by its GlobalID from the first
    made["GlobalID"] = None
    run(town.layer, "Paste as Attachment", made)
    assert told == ["Save the feature first: files can be attached only to a saved feature."]
