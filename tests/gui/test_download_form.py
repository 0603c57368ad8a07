"""The form *Download Map Area*: what it asks for, and that all it copies really runs."""

import json
import shlex
import subprocess

import pytest
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox

from plugin.core.offline_map.area_status import AreaStatus
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.gui.map_areas.download_dialog import DownloadDialog
from plugin.gui.rows.actions import Action
from plugin.processing.download_parameters import update_modes
from tests.processing.conftest import enabled, qgis_process  # noqa: F401 - fixtures

pytestmark = pytest.mark.timeout(180)
TITLE = "Strand and South Beach"


@pytest.fixture
def form(dock_content, elmsund, listed, wait, tmp_path):
    """The form for one area, as the menu opens it, with a folder of its own."""
    dock_content.areas.choose(listed(elmsund))
    dock_content.areas.refresh()
    wait(lambda: not dock_content.areas.is_asking)
    row = next(row for row in dock_content.areas.model.rows() if row.title == TITLE)
    dock_content.actions.do([row], Action.DOWNLOAD, dock_content.areas)
    made = next(one for one in QApplication.topLevelWidgets() if isinstance(one, DownloadDialog))
    made.folderWidget.setFilePath(str(tmp_path / "a place" / "Strand"))
    yield made
    made.reject()


def ok_of(form):
    return form.buttonBox.button(QDialogButtonBox.StandardButton.Ok)


def entry(form, text):
    return next(one for one in form.advancedButton.menu().actions() if one.text() == text)


def copied(form, text):
    entry(form, text).trigger()
    return QApplication.clipboard().text()


def is_offline_map(folder):
    return (folder / "manifest.json").is_file() and (folder / "qgis" / "offline_map.qgz").is_file()


def test_the_dry_run_tells_size_and_warnings(form, wait):
    wait(lambda: "Ferries" in form.noticesText.toPlainText())
    assert form.sizeLabel.text().startswith("Download: 9")
    assert ok_of(form).isEnabled()
    assert form.modeBox.itemText(0).startswith("Author's default (")


def test_a_folder_that_is_not_empty_is_refused_at_once(form, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    form.folderWidget.setFilePath(str(full))
    assert not ok_of(form).isEnabled()
    assert "full" in form.noticesText.toPlainText()


def test_everything_that_is_chosen_arrives(form, tmp_path):
    form.modeBox.setCurrentIndex(form.modeBox.count() - 1)
    form.basemapBox.setChecked(False)
    form.continueBox.setChecked(False)
    values = form._parameters
    mode = form.modeBox.currentData()
    assert update_modes()[values["UPDATE_MODE"]] is mode is UpdateMode.SCHEDULED_AND_UPLOAD
    assert values["INCLUDE_BASEMAP"] is values["CONTINUE_ON_ERRORS"] is False
    assert values["OUTPUT"] == str(tmp_path / "a place" / "Strand")
    assert not form.referenceGroup.isEnabled()


def test_the_python_command_runs(form, tmp_path):
    import processing  # noqa: PLC0415 - what the command uses

    result = eval(copied(form, "Copy as Python Command"), {"processing": processing})
    assert result["LAYER_ERRORS"] == 0
    assert is_offline_map(tmp_path / "a place" / "Strand")


def test_the_qgis_process_command_runs(form, tmp_path, qgis_process, elmsund):  # noqa: F811
    command = copied(form, "Copy as qgis_process Command")
    assert shlex.split(command)[:3] == ["qgis_process", "run", "offlinemapareas:downloadmaparea"]
    done = subprocess.run(
        command, shell=True, env=qgis_process.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert is_offline_map(tmp_path / "a place" / "Strand")


def test_the_json_runs(form, tmp_path, qgis_process):  # noqa: F811
    text = copied(form, "Copy as JSON")
    assert json.loads(text)["inputs"]["MAP_AREA"]
    done = subprocess.run(
        ["qgis_process", "run", "offlinemapareas:downloadmaparea", "-"],
        input=text,
        env=qgis_process.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert is_offline_map(tmp_path / "a place" / "Strand")


def test_as_processing_hands_over_all_that_was_chosen(form, dock_content):
    handed = []
    dock_content.actions.processing_wanted.disconnect()
    dock_content.actions.processing_wanted.connect(handed.append)
    form.continueBox.setChecked(False)
    entry(form, "Open as Processing Algorithm…").trigger()
    (parameters,) = handed
    assert parameters["CONTINUE_ON_ERRORS"] is False
    assert parameters["MAP_AREA"] == form._areas[0].item.id


def test_download_starts_and_the_map_opens(form, dock_content, wait):
    ok_of(form).click()
    area_id = form._areas[0].item.id
    wait(lambda: dock_content.areas.model.row(area_id).status is AreaStatus.DOWNLOADED, 60)
    wait(lambda: dock_content.areas.model.row(area_id).is_open, 30)
