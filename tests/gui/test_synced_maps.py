"""Registered maps in the dock: their edits, updates and their end, against a service that answers."""

from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
import subprocess

import pytest
from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsAttributeForm
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt, QTranslator
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QMessageBox, QPushButton

from plugin.core.errors import Unsupported
from plugin.core.offline_map.area_status import AreaStatus
from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.core.sentences import sentence_to_json
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.replica_state import read_replica_state, write_replica_state
from plugin.gui.map_areas.area_list import ListedWebMap
from plugin.gui.map_areas.details import DetailsDialog
from plugin.gui.rows.actions import Action, actions
from plugin.gui.rows.wording import Words
from plugin.gui.widgets.sync_report import SyncReportDialog, read_sync_report
from plugin.qgis_io.connections import ChosenWebMap, Connection
from plugin.qgis_io.orphans import SavedOrphans
from plugin.qgis_io.settings import root_folder
from tests.fixtures.synced_town import HYDRANTS, guid_of, synced_town
from tests.portal import Slow, Unheard

TITLE = "Old town"


@pytest.fixture
def waterworks(tmp_path):
    return synced_town(tmp_path / "server")


@pytest.fixture
def running(portal, waterworks):
    return portal(waterworks.content)


class SyncedMap:
    """The one offline map of the page, and what its user does."""

    def __init__(self, dock_content, look, wait, folder):
        self.content, self.look, self.wait, self.folder = dock_content, look, wait, folder
        self.bar = dock_content.services.notices._bar

    @property
    def row(self):
        return self.content.local_maps.model.rows()[0]

    def do(self, action):
        assert action in actions(self.row)
        self.content.local_maps.wanted.emit([self.row.id], action)

    def said(self, text):
        self.wait(lambda: self.bar.currentItem() and text in self.bar.currentItem().text())
        return self.bar.currentItem().text()

    def box(self, name):
        def find():
            return self.content._window.findChildren(QMessageBox, name)

        self.wait(find)
        return find()[0]

    def press(self, name, text):
        box = self.box(name)
        next(button for button in box.buttons() if button.text().replace("&", "") == text).click()
        self.forget_closed()

    def forget_closed(self):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def open(self):
        self.do(Action.OPEN)
        self.wait(lambda: self.row.is_open)

    def layer(self, name="Hydrants"):
        (found,) = QgsProject.instance().mapLayersByName(name)
        return found

    def edit(self, number, **values):
        """Edits a hydrant through a layer of its own, and saves."""
        (copy,) = working_copies_in(MapFolder(self.folder).work)
        layer = QgsVectorLayer(f"{copy}|layername=Hydrants", "h", "ogr")
        change(layer, number, values)
        assert layer.commitChanges(), layer.commitErrors()
        self.look()


def change(layer, number, values):
    guid = guid_of("Hydrants", number)
    feature = next(one for one in layer.getFeatures() if one["GlobalID"] == guid)
    assert layer.isEditable() or layer.startEditing()
    for name, value in values.items():
        assert layer.changeAttributeValue(feature.id(), layer.fields().lookupField(name), value)


def delete(layer, number):
    guid = guid_of("Hydrants", number)
    assert layer.isEditable() or layer.startEditing()
    assert layer.deleteFeature(next(one.id() for one in layer.getFeatures() if one["GlobalID"] == guid))


@pytest.fixture
def synced(running, waterworks, dock_content, look, wait):
    """The old town, downloaded in sync mode and registered."""
    folder = root_folder() / "127.0.0.1" / waterworks.web_map / "Alte Stadt & Märkte"
    ended = []
    values = {"PORTAL": running.url, "WEB_MAP": waterworks.web_map, "MAP_AREA": waterworks.area}
    dock_content.services.jobs.run(
        "offlinemapareas:downloadmaparea",
        {**values, "UPDATE_MODE": 2, "OUTPUT": str(folder), "LOAD": False},
        ended.append,
    )
    wait(lambda: ended)
    assert not ended[0].error
    look()
    return SyncedMap(dock_content, look, wait, folder)


# ---- edits and updates -----------------------------------------------------------------------


def test_both_pages_count_edits_and_an_update_sends_them(synced, running, waterworks, dock_content):
    dock_content.areas.choose(
        ListedWebMap(Connection("Town", running.url), ChosenWebMap(waterworks.web_map, "Water supply"))
    )
    assert synced.row.snippet == "Water supply · 127.0.0.1 · syncs with feature services"
    synced.edit(2, remark="von hier")
    assert synced.row.status is AreaStatus.LOCAL_EDITS
    for row in (synced.row, dock_content.areas.model.rows()[0]):
        assert Words().state_line(row) == "Local edits (1)"
        assert "Update sends them." in Words().tool_tip(row)
    states = set()
    dock_content.queue.changed.connect(
        lambda _area: states.update((synced.row.status, dock_content.areas.model.rows()[0].status))
    )
    synced.do(Action.UPDATE)
    assert synced.said("updated.") == "“Old town” updated. Sent: 1, received: 0, refused: 0."
    assert AreaStatus.SYNCING in states
    synced.wait(lambda: synced.row.status is AreaStatus.DOWNLOADED)
    assert waterworks.service.rows(HYDRANTS)[guid_of("Hydrants", 2)]["remark"] == "von hier"
    assert waterworks.service.misuse == []


def test_another_user_is_asked_whether_to_register_it_anew(synced, waterworks):
    synced.edit(2, remark="von hier")
    (copy,) = working_copies_in(MapFolder(synced.folder).work)
    with closing(connect_working_copy(copy)) as connection:
        write_replica_state(connection, replace(read_replica_state(connection), owner="colleague"))
        connection.commit()
    synced.do(Action.UPDATE)
    assert "was registered by colleague" in synced.said("was not updated")
    box = synced.box("offlineMapAreasOtherUser")
    assert "Registered by: colleague\nSigned in now: nobody" in box.informativeText()
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    synced.press("offlineMapAreasOtherUser", "Register Again")
    assert "Sent: 1" in synced.said("updated.")
    assert waterworks.service.rows(HYDRANTS)[guid_of("Hydrants", 2)]["remark"] == "von hier"


def test_open_layers_their_counts_and_forms_show_what_came(synced, waterworks):
    synced.open()
    layer = synced.layer()
    node = QgsProject.instance().layerTreeRoot().findLayer(layer)
    node.setCustomProperty("showFeatureCount", 1)
    feature = next(one for one in layer.getFeatures() if one["GlobalID"] == guid_of("Hydrants", 5))
    form = QgsAttributeForm(layer, feature)
    counted = []
    layer.symbolFeatureCountMapChanged.connect(lambda: counted.append(1))
    here = layer.featureCount()
    place = {"x": 1_100_300.5, "y": 6_900_200.5, "z": 4}
    waterworks.service.edit(HYDRANTS, adds=[{"attributes": {"name": "x", "status": 1}, "geometry": place}])
    changed = {"GlobalID": guid_of("Hydrants", 5), "remark": "von dort"}
    waterworks.service.edit(HYDRANTS, updates=[{"attributes": changed}])
    synced.do(Action.UPDATE)
    synced.said("received: 2")
    assert layer.featureCount() == here + 1
    assert not layer.readOnly()
    assert form.feature()["remark"] == "von dort"
    synced.wait(lambda: counted)
    form.deleteLater()


@pytest.mark.parametrize("answer", ["Save", "Discard", "Not Now"])
def test_nothing_is_written_under_open_edits(synced, waterworks, answer):
    synced.open()
    layer = synced.layer()
    change(layer, 2, {"remark": "noch offen"})
    synced.do(Action.UPDATE)
    box = synced.box("offlineMapAreasOpenEdits")
    assert "Being edited: Hydrants." in box.informativeText()
    synced.press("offlineMapAreasOpenEdits", answer)
    if answer == "Not Now":
        assert layer.isModified()
        assert synced.row.status is AreaStatus.DOWNLOADED
        assert not list(synced.folder.glob("updates/*"))
        layer.rollBack()
        return
    synced.said("updated.")
    assert not layer.isEditable()
    there = waterworks.service.rows(HYDRANTS)[guid_of("Hydrants", 2)]["remark"]
    assert (there == "noch offen") is (answer == "Save")


def test_editing_in_which_nothing_changed_ends_without_a_question(synced):
    synced.open()
    assert synced.layer().startEditing()
    synced.do(Action.UPDATE)
    synced.said("updated.")
    assert not synced.layer().isEditable()


def test_each_refused_feature_is_listed_and_shown_on_the_map(synced, waterworks, dock_content, wait):
    synced.open()
    layer = synced.layer()
    for number, flow in ((2, 12.5), (5, 9999.0), (7, 14.5)):
        change(layer, number, {"flow": flow})
    delete(layer, 8)
    assert layer.commitChanges()
    waterworks.service.edit(HYDRANTS, deletes=[guid_of("Hydrants", 2)])
    rights = waterworks.service.behaviour.capabilities
    waterworks.service.behaviour.capabilities = rights.replace("Delete,", "")
    synced.do(Action.UPDATE)
    synced.said("refused: 3.")
    synced.bar.currentItem().findChild(QPushButton).click()
    (dialog,) = dock_content._window.findChildren(SyncReportDialog)
    table = dialog.table
    told = [[table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())]
    edits = {text: (title, edit, bool(why)) for title, text, edit, why in told if edit}
    assert edits == {
        f"Hydrant 2 {guid_of('Hydrants', 2)}": ("Hydrants", "Changed", True),
        f"Hydrant 5 {guid_of('Hydrants', 5)}": ("Hydrants", "Changed", True),
        guid_of("Hydrants", 8): ("Hydrants", "Deleted", True),
    }
    line_of = {row[1]: number for number, row in enumerate(told)}
    table.selectRow(line_of[f"Hydrant 5 {guid_of('Hydrants', 5)}"])
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    (chosen,) = layer.selectedFeatures()
    assert chosen["GlobalID"] == guid_of("Hydrants", 5)
    assert dialog.note.text() == "“Hydrant 5” of “Hydrants” is selected."
    table.selectRow(line_of[guid_of("Hydrants", 8)])
    dialog.show_button.click()
    assert "deleted here" in dialog.note.text()
    synced.do(Action.CLOSE)
    table.selectRow(line_of[f"Hydrant 5 {guid_of('Hydrants', 5)}"])
    dialog.show_button.click()
    assert "open the offline map" in dialog.note.text()
    dialog.close()
    synced.look()
    assert Words().state_line(synced.row) == "Local edits (3)"


def test_an_update_may_go_one_way_alone(synced, waterworks):
    synced.edit(5, flow=12.5)
    waterworks.service.edit(
        HYDRANTS, updates=[{"attributes": {"GlobalID": guid_of("Hydrants", 7), "flow": 3}}]
    )
    synced.do(Action.RECEIVE)
    synced.said("Sent: 0, received: 1")
    synced.do(Action.SEND)
    synced.said("Sent: 1, received: 0")
    assert waterworks.service.rows(HYDRANTS)[guid_of("Hydrants", 5)]["flow"] == 12.5


def test_reasons_are_told_in_the_language_of_the_user(synced, waterworks, dock_content, german):
    """Also those that lie in files, which are written in English."""
    synced.edit(5, flow=9999.0)
    waterworks.service.delete_replica(waterworks.service.own_replicas()[0].id)
    synced.do(Action.UPDATE)
    synced.said("refused: 1.")
    (path,) = synced.folder.glob("updates/*.json")
    why = Unsupported("“{service}” cannot undo edits, so “All edits or none” cannot be used.", service="W")
    (copy,) = working_copies_in(MapFolder(synced.folder).work)
    with closing(connect_working_copy(copy)) as connection:
        state = replace(read_replica_state(connection), reason=str(why), sentence=sentence_to_json(why))
        write_replica_state(connection, state)
        connection.commit()
    with german():
        lines = [line.text for line in read_sync_report(synced.folder, path).lines]
        assert "„9999.0“ ist keiner der Werte, die „flow“ haben darf." in lines
        assert [text for text in lines if "kannte diese Offline-Karte nicht mehr" in text]
        synced.content.local_maps.wanted.emit([synced.row.id], Action.DETAILS)
        (dialog,) = dock_content._window.findChildren(DetailsDialog)
        texts = [one.text() for one in dialog.findChildren(QLabel)]
        dialog.close()
    assert [one for one in texts if "„W“ kann Änderungen nicht zurücknehmen" in one]


@pytest.fixture
def german(tmp_path):
    """`with german():` QGIS is in German."""
    compiled = tmp_path / "de.qm"
    source = Path(__file__).parents[2] / "i18n" / "offline_map_areas_de.ts"
    subprocess.run(["lrelease", "-silent", source, "-qm", compiled], check=True)

    @contextmanager
    def speaking():
        translator = QTranslator()
        assert translator.load(str(compiled))
        QCoreApplication.installTranslator(translator)
        try:
            yield
        finally:
            QCoreApplication.removeTranslator(translator)

    return speaking


def test_an_update_can_be_stopped_and_nothing_is_lost(synced, running, waterworks):
    synced.edit(2, remark="von hier")
    running.fault("/FeatureServer*", Slow(bytes_per_second=200), times=None)
    synced.do(Action.UPDATE)
    synced.wait(lambda: synced.row.status is AreaStatus.SYNCING)
    assert actions(synced.row)[-1] is Action.STOP
    synced.do(Action.STOP)
    synced.said("was stopped")
    running.script.clear()
    synced.do(Action.UPDATE)
    synced.said("Sent: 1")
    assert waterworks.service.rows(HYDRANTS)[guid_of("Hydrants", 2)]["remark"] == "von hier"


def test_an_update_that_fails_says_why(synced, running):
    running.fault("/FeatureServer*", Unheard(), times=None)
    synced.do(Action.UPDATE)
    assert "“Old town” was not updated: " in synced.said("was not updated")
    assert synced.row.status is AreaStatus.DOWNLOADED  # it is as good as before


def test_a_check_tells_and_the_row_knows(synced, waterworks):
    synced.do(Action.CHECK)
    assert synced.said("edits to send") == "“Old town”: edits to send: 0. No changes by others."
    changed = {"GlobalID": guid_of("Hydrants", 5), "remark": "von dort"}
    waterworks.service.edit(HYDRANTS, updates=[{"attributes": changed}])
    synced.edit(2, remark="von hier")
    synced.do(Action.CHECK)
    synced.said("edits to send: 1. Others have changed features: update the map to get the changes.")
    synced.wait(lambda: synced.row.status is AreaStatus.UPDATE_AVAILABLE)
    assert Words().state_line(synced.row) == "Update available, local edits (1)"
    assert "Update downloads the changes." in Words().tool_tip(synced.row)
    synced.do(Action.UPDATE)
    synced.said("updated.")
    synced.wait(lambda: synced.row.status is AreaStatus.DOWNLOADED)


# ---- edits as a file, and undone ---------------------------------------------------------------


def test_edits_are_saved_as_a_file_and_undone(synced, dock_content, tmp_path):
    synced.edit(2, remark="von hier")
    file = tmp_path / "Änderungen vom Montag.gpkg"
    dock_content.actions.updater.save_edits_to(synced.row.here, file)
    synced.said("Edits saved in")
    saved = QgsVectorLayer(f"{file}|layername=Hydrants", "saved", "ogr")
    assert [one["remark"] for one in saved.getFeatures()] == ["von hier"]
    synced.open()
    synced.do(Action.REVERT)
    assert "Edits not sent yet: 1." in synced.box("offlineMapAreasRevert").informativeText()
    synced.press("offlineMapAreasRevert", "Revert Edits")
    synced.said("undone: 1.")
    synced.wait(lambda: synced.row.status is AreaStatus.DOWNLOADED)
    remarks = {one["remark"] for one in synced.layer().getFeatures()}
    assert "von hier" not in remarks


# ---- the end -----------------------------------------------------------------------------------


def test_what_is_registered_is_finished_instead_of_removed(synced, waterworks, dock_content):
    synced.open()
    assert Action.REMOVE not in actions(synced.row)
    view = dock_content.local_maps.view
    view.setCurrentIndex(dock_content.local_maps.filter.index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    box = synced.box("offlineMapAreasFinish")
    assert str(synced.folder) in box.informativeText()
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    synced.press("offlineMapAreasFinish", "Finish")
    synced.said("removed.")
    assert not synced.folder.exists()
    assert not QgsProject.instance().mapLayers()
    assert waterworks.service.own_replicas() == []
    synced.wait(lambda: dock_content.local_maps.model.rowCount() == 0)


def test_edits_stay_until_it_is_said_that_they_may_be_lost(synced, waterworks):
    synced.edit(2, remark="von hier")
    synced.do(Action.FINISH)
    box = synced.box("offlineMapAreasFinish")
    finish = next(button for button in box.buttons() if button.text() == "Finish")
    assert not finish.isEnabled()
    assert box.checkBox().text() == "Discard the edits not sent yet: 1"
    assert len(waterworks.service.own_replicas()) == 1
    box.checkBox().click()
    synced.press("offlineMapAreasFinish", "Finish")
    synced.said("removed.")
    assert not synced.folder.exists()


def test_a_map_that_is_kept_says_so(synced, waterworks, dock_content):
    synced.do(Action.FINISH)
    synced.press("offlineMapAreasFinish", "Keep Read-Only")
    synced.said("is finished and read-only now.")
    assert waterworks.service.own_replicas() == []
    synced.wait(lambda: synced.row.snippet == "Water supply · 127.0.0.1 · finished")
    assert Action.UPDATE not in actions(synced.row)
    assert Action.REMOVE in actions(synced.row)
    synced.open()
    assert synced.layer().readOnly()


@pytest.mark.parametrize("all_the_same", [False, True])
def test_where_a_service_cannot_be_reached_it_is_asked_again(synced, running, all_the_same):
    running.fault("/FeatureServer*", Unheard(), times=None)
    synced.do(Action.FINISH)
    synced.press("offlineMapAreasFinish", "Finish")
    box = synced.box("offlineMapAreasUnreachable")
    assert "when you next use" in box.informativeText()
    if not all_the_same:
        synced.press("offlineMapAreasUnreachable", "Cancel")
        assert synced.folder.is_dir()
        assert SavedOrphans().orphans() == []
        return
    synced.press("offlineMapAreasUnreachable", "Finish Anyway")
    synced.said("when you next use")
    assert not synced.folder.exists()
    (orphan,) = SavedOrphans().orphans()
    SavedOrphans().forget(orphan)


def test_a_download_that_is_cancelled_while_it_registers_is_finished(running, waterworks, dock_content, wait):
    from plugin.core.download.parameters import Overrides  # noqa: PLC0415
    from plugin.core.offline_map.update_mode import UpdateMode  # noqa: PLC0415
    from plugin.gui.jobs.unfinished import Download  # noqa: PLC0415

    folder = root_folder() / "127.0.0.1" / "ein Gebiet"
    running.fault("/createReplica", Slow(bytes_per_second=100), times=1)
    download = Download(
        waterworks.area,
        TITLE,
        waterworks.web_map,
        running.url,
        folder,
        overrides=Overrides(update_mode=UpdateMode.SYNC),
    )
    ended = []
    dock_content.queue.ended.connect(lambda job, outcome: ended.append(job))
    dock_content.queue.start(download)
    wait(lambda: running.asked("/createReplica"))
    dock_content.queue.cancel(download.key, folder)
    wait(lambda: len(ended) == 2)
    assert not folder.exists()
    assert waterworks.service.own_replicas() == []
    assert not [one for one in folder.parent.iterdir() if not one.name.startswith(".")]


def test_details_tell_of_the_registration(synced, dock_content):
    synced.do(Action.DETAILS)
    (dialog,) = dock_content._window.findChildren(DetailsDialog)
    assert "Registered: edits can be sent." in [one.text() for one in dialog.findChildren(QLabel)]
    dialog.close()
