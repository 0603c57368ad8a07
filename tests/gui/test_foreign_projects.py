"""The question about a project that came from elsewhere: what it says, what each answer does, asked once."""

from pathlib import Path
import shutil

import pytest
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QMessageBox

from plugin.gui.rows.actions import Action
from plugin.gui.rows.area_model import AreaRole
from plugin.qgis_io.made_here import forget_download
from plugin.qgis_io.settings import remember_offline_map
from tests.fixtures.registered import register

from .test_local_maps_page import choose, index_of

TITLE = "Old Town and Harbour"


@pytest.fixture
def theirs(downloaded, tmp_path, page, look):
    """A colleague's copy of the map: trees in other colours, and a map tip that reads the environment."""
    folder = tmp_path / "von <b>Kollegen</b>"
    shutil.copytree(downloaded, folder)
    shutil.rmtree(downloaded)
    forget_download(downloaded)
    project = QgsProject()
    assert project.read(str(folder / "qgis" / "offline_map.qgz"))
    (trees,) = project.mapLayersByName("Trees")
    trees.setName("Bäume in anderen Farben")
    trees.setMapTipTemplate("[% env('HOME') %]")
    assert project.write()
    (copy,) = {layer.source().split("|")[0] for layer in [trees]}
    register(Path(copy))  # as where a colleague's edits could reach the portal
    layer = QgsVectorLayer(f"{copy}|layername=Trees", "", "ogr")
    height = layer.fields().lookupField("height")
    assert layer.dataProvider().changeAttributeValues({next(layer.getFeatures()).id(): {height: 99}})
    del project, trees, layer
    remember_offline_map(folder)
    look()
    return folder


def questions(dock_content):
    boxes = dock_content._window.findChildren(QMessageBox, "offlineMapAreasProject")
    return [box for box in boxes if not box.isHidden()]


def open_map(page):
    page.view.delegate.triggered.emit(page.model.rows()[0].id, Action.OPEN)


@pytest.fixture
def question(dock_content, page, wait):
    """`question()` opens the map and is the box that asks."""

    def ask():
        open_map(page)
        wait(lambda: questions(dock_content))
        return questions(dock_content)[0]

    return ask


def press(box, text):
    next(button for button in box.buttons() if button.text().replace("&", "") == text).click()


def names():
    return {layer.name() for layer in QgsProject.instance().mapLayers().values()}


def opened(page, wait):
    wait(lambda: index_of(page, TITLE).data(AreaRole.IS_OPEN))
    return names()


def close(page, wait):
    choose(page, TITLE, "Close")
    wait(lambda: not index_of(page, TITLE).data(AreaRole.IS_OPEN))


def test_it_says_where_what_and_whose_as_plain_text(theirs, question, wait):
    box = question()
    said = box.informativeText().replace("\u2060", "")
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert str(theirs) in said
    assert "Not downloaded by this QGIS profile." in said
    assert "Expressions that read this computer or the network: env()." in said
    assert "Edits that came with it: 1. They are kept." in said
    assert box.defaultButton().text().replace("&", "") == "As the Author Drew It"
    QTest.keyClick(box, Qt.Key.Key_Escape)
    wait(box.isHidden)
    assert not QgsProject.instance().mapLayers()


def test_enter_takes_the_map_as_its_author_drew_it_and_it_is_not_asked_again(
    theirs, question, page, dock_content, wait
):
    before = (theirs / "qgis" / "offline_map.qgz").read_bytes()
    QTest.keyClick(question(), Qt.Key.Key_Return)
    found = opened(page, wait)
    assert "Trees" in found
    assert "Bäume in anderen Farben" not in found
    (trees,) = QgsProject.instance().mapLayersByName("Trees")
    assert str(theirs / "qgis") in trees.source()
    assert 99 in {feature["height"] for feature in trees.getFeatures()}
    assert "env(" not in trees.mapTipTemplate()
    del trees
    assert (theirs / "qgis" / "offline_map.qgz").read_bytes() == before
    close(page, wait)
    open_map(page)
    assert "Trees" in opened(page, wait)
    assert not questions(dock_content)


def test_with_its_changes_it_has_its_own_colours_from_then_on(theirs, question, page, dock_content, wait):
    press(question(), "With the Changes")
    assert "Bäume in anderen Farben" in opened(page, wait)
    close(page, wait)
    open_map(page)
    assert "Bäume in anderen Farben" in opened(page, wait)


def test_cancelled_it_is_asked_again(theirs, question, wait):
    press(question(), "Cancel")
    wait(lambda: not QgsProject.instance().mapLayers())
    press(question(), "Cancel")


def test_what_cannot_be_looked_through_is_only_opened_as_its_author_drew_it(theirs, question, page, wait):
    (theirs / "qgis" / "offline_map.qgz").write_bytes(b"no archive")
    box = question()
    texts = [button.text().replace("&", "") for button in box.buttons()]
    assert sorted(texts) == ["As the Author Drew It", "Cancel", "Help"]
    press(box, "As the Author Drew It")
    assert "Trees" in opened(page, wait)


def test_ones_own_map_is_opened_unasked(downloaded, look, page, dock_content, wait):
    look()
    open_map(page)
    opened(page, wait)
    assert not questions(dock_content)
