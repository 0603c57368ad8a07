"""What the form of a download says will come of it: read-only layers by name, schedules, and the folder."""

from dataclasses import replace

import pytest
from qgis.PyQt.QtWidgets import QApplication

from plugin.core.offline_map.update_mode import UpdateMode
from plugin.gui.map_areas.area_list import ListedWebMap
from plugin.gui.map_areas.download_dialog import DownloadDialog
from plugin.qgis_io.connections import ChosenWebMap, Connection
from plugin.qgis_io.settings import root_folder
from tests.fixtures.synced_town import HYDRANTS, MAINS, synced_town

pytestmark = pytest.mark.timeout(120)
EDITING = "Create,Delete,Query,Sync,Update,Editing"


@pytest.fixture
def waterworks(tmp_path):
    return synced_town(tmp_path / "server")


@pytest.fixture
def form_of(waterworks, portal, dock_content, wait, request):
    """`form_of(title)` is the form for the town's map area, of a web map with this title."""

    def make(title="Water supply"):
        running = portal(waterworks.content)
        listed = ListedWebMap(Connection("Town", running.url), ChosenWebMap(waterworks.web_map, title))
        dock_content.areas.choose(listed)
        dock_content.areas.refresh()
        wait(lambda: not dock_content.areas.is_asking)
        (row,) = dock_content.areas.model.rows()
        made = DownloadDialog(listed, [row.area], dock_content.services.jobs)
        request.addfinalizer(made.reject)
        return made

    return make


@pytest.fixture
def told(wait):
    """`told(form, mode)` is what the form says once it has asked."""

    def say(form, mode):
        form.modeBox.setCurrentIndex(form.modeBox.findData(mode))
        wait(lambda: form._trial is not None)
        wait(lambda: form._trial is None)
        return form.noticesText.toPlainText() or form.noticesText.placeholderText()

    return say


def test_nothing_is_missing_only_where_everything_can_be_edited(form_of, told, waterworks):
    waterworks.service.behaviour.capabilities = EDITING
    form = form_of()
    assert told(form, UpdateMode.SYNC) == "Nothing is missing."
    text = told(form, UpdateMode.NONE)
    assert text == (
        "“Hydrants”, “Mains”, “Plots”, “Inspections”: "
        "This offline map gets no updates, so its layers are read-only."
    )
    assert form.noticesText.placeholderText() == ""


def test_layers_that_the_service_takes_no_edits_of_are_named(form_of, told, waterworks):
    behaviour = waterworks.service.behaviour
    behaviour.layer_capabilities = {MAINS: "Query,Sync", HYDRANTS: "Query,Sync,Create"}
    lines = told(form_of(), UpdateMode.SYNC).splitlines()
    assert lines == [
        "“Hydrants”: The feature service accepts only new features in this layer.",
        "“Mains”: The feature service does not accept edits to this layer, so it is read-only.",
    ]


def test_a_service_that_only_gives_is_told_of_with_all_layers(form_of, told, waterworks):
    waterworks.service.behaviour.capabilities = "Query,Sync"
    (line,) = told(form_of(), UpdateMode.SYNC).splitlines()
    assert line.startswith("“Hydrants”, “Mains”, “Plots”, “Inspections”: The feature service does not")


def test_a_service_that_does_not_answer_is_no_promise(form_of, told, waterworks):
    form = form_of()
    del waterworks.content.feature_services[next(iter(waterworks.content.feature_services))]
    text = told(form, UpdateMode.SYNC)
    assert "“Hydrants”" in text
    assert "does not say what it allows" in text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Water supply", "Water supply"),
        ("<b>Wasser</b>: Süd/Nord?", "Wasser Süd Nord"),
        ("خريطة المياه", "خريطة المياه"),
        ("老城区" * 70, ("老城区" * 14)[:40]),
    ],
)
def test_the_proposed_folder_is_named_after_titles_and_can_be_read_whole(
    form_of, waterworks, title, name, wait, dock_content
):
    form = form_of(title)
    (area,) = form._areas
    home = root_folder() / "127.0.0.1" / f"{name} {waterworks.web_map[:6]}"
    wanted = home / f"{area.item.title} {area.item.id[:6]}"
    assert form.folderWidget.filePath() == str(wanted)
    assert form.pathLabel.text().replace("\u200b", "") == str(wanted)
    assert form.pathLabel.wordWrap()
    form.openBox.setChecked(False)
    dock_content.queue.start(form.downloads()[0])
    wait(lambda: dock_content.areas.model.rows()[0].local.is_map)
    assert dock_content.areas.model.rows()[0].folder == wanted


def test_a_map_is_known_whatever_its_folder_is_called(form_of, dock_content, wait):
    form = form_of()
    form.openBox.setChecked(False)
    dock_content.queue.start(form.downloads()[0])
    wait(lambda: dock_content.areas.model.rows()[0].local.is_map)
    folder = dock_content.areas.model.rows()[0].folder
    other = root_folder() / "127.0.0.1" / "renamed" / "by hand"
    other.parent.mkdir()
    folder.rename(other)
    dock_content.local.look()
    wait(lambda: dock_content.areas.model.rows()[0].folder == other)


def test_several_areas_say_what_their_mode_comes_to(form_of, dock_content, listed):
    form = form_of()
    second = replace(form._areas[0], item=replace(form._areas[0].item, id="0" * 32))
    several = DownloadDialog(form._listed, [form._areas[0], second], dock_content.services.jobs)
    several.modeBox.setCurrentIndex(several.modeBox.findData(UpdateMode.NONE))
    assert several.noticesText.toPlainText().startswith("All layers will be read-only")
    several.modeBox.setCurrentIndex(several.modeBox.findData(UpdateMode.SYNC))
    assert several.noticesText.toPlainText() == several.noticesText.placeholderText() == ""
    assert len({one.folder for one in several.downloads()}) == 2
    several.reject()
    QApplication.processEvents()
