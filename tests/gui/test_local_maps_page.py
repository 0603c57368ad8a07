"""The page of this computer's offline maps, without any network, against the real task manager."""

import json
from pathlib import Path
import shutil

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QMessageBox, QPushButton

from plugin.core.offline_map.area_status import AreaStatus
from plugin.core.offline_map.removal import set_aside
from plugin.gui.dropping import OfflineMapDropHandler
from plugin.gui.map_areas.details import DetailsDialog
from plugin.gui.rows.actions import Action, actions
from plugin.gui.rows.area_model import AreaRole
from plugin.gui.rows.wording import Words
from plugin.gui.widgets.report import ReportDialog
from plugin.gui.widgets.table import CopyableTable
from plugin.qgis_io.made_here import forget_download, note_set_aside, places_set_aside, trust_project
from plugin.qgis_io.settings import offline_map_folders, remember_offline_map, root_folder
from tests.fixtures.registered import register
from tests.portal import CANYONLANDS, CANYONLANDS_AREA


def index_of(page, title):
    rows = (page.filter.index(number, 0) for number in range(page.filter.rowCount()))
    return next(index for index in rows if index.data() == title)


def choose(page, title, text):
    """Chooses an entry of a row's menu."""
    menu = page.view.menu(index_of(page, title))
    action = next(action for action in menu.actions() if action.text() == text)
    assert action.isEnabled()
    action.trigger()
    menu.deleteLater()


def said(dock_content):
    return dock_content.services.notices._bar.currentItem().text()


def test_without_any_map_it_says_how_to_get_one(page, look):
    assert look() == {}
    assert page._pane._stack.currentWidget() is page._pane.message


def test_a_download_is_listed_opened_and_known_by_its_folder(page, look, downloaded, elmsund, wait):
    before = len(elmsund.asked())
    row = look()["Old Town and Harbour"]
    assert row.status is AreaStatus.DOWNLOADED
    assert row.bytes_on_disk > 100_000
    assert row.snippet == "Elmsund · 127.0.0.1 · syncs with feature services · registration refused"
    page.view.delegate.triggered.emit(row.id, Action.OPEN)
    wait(lambda: index_of(page, row.title).data(AreaRole.IS_OPEN))
    group, _basemap = QgsProject.instance().layerTreeRoot().findGroups()
    group.setName("Renamed by its user")
    assert look()["Old Town and Harbour"].is_open
    choose(page, row.title, "Close")
    wait(lambda: not index_of(page, row.title).data(AreaRole.IS_OPEN))
    assert not QgsProject.instance().mapLayers()
    assert len(elmsund.asked()) == before


def test_an_empty_project_takes_the_first_view_of_the_map(page, look, downloaded, dock_content, wait):
    wanted = QgsProject()
    assert wanted.read(str(downloaded / "qgis" / "offline_map.qgz"))
    wanted.setCrs(QgsCoordinateReferenceSystem("EPSG:25832"))  # as its user may have it
    assert wanted.write()
    trust_project(downloaded / "qgis" / "offline_map.qgz")  # as where QGIS saved it with the plugin loaded
    view = QgsCoordinateTransform(
        wanted.viewSettings().defaultViewExtent().crs(), wanted.crs(), QgsProject()
    ).transformBoundingBox(wanted.viewSettings().defaultViewExtent())
    look()
    page.view.delegate.triggered.emit(look()["Old Town and Harbour"].id, Action.OPEN)
    canvas = dock_content._canvas
    wait(lambda: canvas.mapSettings().destinationCrs().authid() == "EPSG:25832")
    assert QgsProject.instance().crs().authid() == "EPSG:25832"
    assert canvas.extent().buffered(1e-6).contains(view)
    assert canvas.extent().center().distance(view.center()) < 1.0
    assert min(canvas.extent().width() / view.width(), canvas.extent().height() / view.height()) < 1.1


def test_updates_are_looked_for(page, look, downloaded, elmsund, town, dock_content, wait):
    look()
    choose(page, "Old Town and Harbour", "Check for Updates")
    bar = dock_content.services.notices._bar
    wait(lambda: bar.currentItem() and "up to date" in said(dock_content))
    (item,) = [one for one in town.items.values() if one.json["title"] == "Old Town and Harbour"]
    package = town.related(item.id, ["Area2Package"])[0]
    before = dict(package.json)
    package.json["modified"] += 86_400_000
    try:
        choose(page, "Old Town and Harbour", "Check for Updates")
        wait(lambda: "newer packages" in said(dock_content))
        wait(
            lambda: (
                index_of(page, "Old Town and Harbour").data(AreaRole.STATUS) is AreaStatus.UPDATE_AVAILABLE
            )
        )
        assert "Edits not sent yet" not in said(dock_content)
        edit_a_tree(downloaded)
        assert Words().state_line(look()["Old Town and Harbour"]) == "Update available, local edits (1)"
        choose(page, "Old Town and Harbour", "Check for Updates")
        wait(lambda: "Edits not sent yet: 1." in said(dock_content))
        item.json["properties"]["status"] = "processing"
        choose(page, "Old Town and Harbour", "Check for Updates")
        wait(lambda: "not finished the packages" in said(dock_content))
    finally:
        package.json.update(before)
        item.json["properties"]["status"] = "complete"


def edit_a_tree(downloaded):
    for file in downloaded.glob("qgis/*.gpkg"):
        register(file)
    trees = next(
        layer
        for file in downloaded.glob("qgis/*.gpkg")
        if (layer := QgsVectorLayer(f"{file}|layername=Trees", "Trees")).isValid()
    )
    assert trees.startEditing()
    field = trees.fields().lookupField("height")
    trees.changeAttributeValue(next(trees.getFeatures()).id(), field, 99)
    assert trees.commitChanges()


def test_edits_that_no_portal_has_are_told_also_before_they_are_removed(page, look, downloaded, dock_content):
    assert look()["Old Town and Harbour"].status is AreaStatus.DOWNLOADED
    edit_a_tree(downloaded)
    assert look()["Old Town and Harbour"].status is AreaStatus.LOCAL_EDITS
    choose(page, "Old Town and Harbour", "Remove…")
    (box,) = dock_content._window.findChildren(QMessageBox, "offlineMapAreasRemoval")
    assert "Edits not sent yet: 1. Removing" in box.informativeText()
    box.reject()


def test_both_pages_tell_the_same(page, look, downloaded, elmsund, listed, dock_content, wait):
    """What verifying found on one page stands on the other, and the other does what the first can."""
    look()
    dock_content.areas.choose(listed(elmsund))
    (row,) = dock_content.areas.model.rows()
    (local_row,) = page.model.rows()
    assert actions(row) == actions(local_row)
    (tiles,) = downloaded.glob("p13/*.tpk")
    content = bytearray(tiles.read_bytes())
    content[len(content) // 2] ^= 1
    tiles.write_bytes(content)
    dock_content.page.wanted.emit([row.id], Action.VERIFY)
    wait(lambda: dock_content.areas.model.rows()[0].status is AreaStatus.DAMAGED)
    wait(lambda: page.model.rows()[0].status is AreaStatus.DAMAGED)
    assert tiles.name in dock_content.areas.model.rows()[0].reason


def test_a_group_of_the_same_title_from_elsewhere_does_not_count(page, look, downloaded):
    QgsProject.instance().layerTreeRoot().addGroup("Old Town and Harbour")
    assert not look()["Old Town and Harbour"].is_open


def test_open_as_project_asks_for_the_project_file(page, look, downloaded, dock_content, wait):
    look()
    wanted = []
    dock_content.project_wanted.connect(wanted.append)
    choose(page, "Old Town and Harbour", "Open as Project")
    wait(lambda: wanted)
    assert Path(wanted[0]) == downloaded / "qgis" / "offline_map.qgz"


def test_a_file_that_was_cut_is_named_in_the_row(page, look, downloaded):
    (tiles,) = downloaded.glob("p13/*.tpk")
    with tiles.open("r+b") as file:
        file.truncate(100)
    row = look()["Old Town and Harbour"]
    assert row.status is AreaStatus.DAMAGED
    assert tiles.name in row.reason
    assert str(downloaded) not in row.reason


def verify_details(dock_content):
    """The rows behind the button of the message bar."""
    dock_content.services.notices._bar.currentItem().findChild(QPushButton).click()
    (dialog,) = dock_content._window.findChildren(ReportDialog)
    table = dialog.table
    rows = [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
    dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return rows


def test_verify_finds_what_sizes_do_not_show_and_the_row_tells_it(page, look, downloaded, dock_content, wait):
    look()
    choose(page, "Old Town and Harbour", "Verify")
    wait(dock_content.services.notices._bar.currentItem)
    assert "“Old Town and Harbour” is intact" in said(dock_content)
    rows = verify_details(dock_content)
    assert f"whose structure alone could be checked: {len(rows)}." in said(dock_content)
    assert "qgis/offline_map.qgz" in "".join(row[2] for row in rows)
    (tiles,) = downloaded.glob("p13/*.tpk")
    content = bytearray(tiles.read_bytes())
    content[len(content) // 2] ^= 1
    tiles.write_bytes(content)
    assert look()["Old Town and Harbour"].status is AreaStatus.DOWNLOADED
    choose(page, "Old Town and Harbour", "Verify")
    wait(lambda: index_of(page, "Old Town and Harbour").data(AreaRole.STATUS) is AreaStatus.DAMAGED)
    assert "Files with an error: 1" in said(dock_content)
    kinds = [kind for kind, _, _ in verify_details(dock_content)]
    assert kinds == ["Damaged", *["Structure only"] * len(rows)]
    assert tiles.name in index_of(page, "Old Town and Harbour").data(AreaRole.ROW).reason


def remove(page, dock_content, title):
    """Answers the question whether a map is to go; returns what it says."""
    choose(page, title, "Remove…")
    (box,) = dock_content._window.findChildren(QMessageBox, "offlineMapAreasRemoval")
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    text = f"{box.text()} {box.informativeText()}"
    next(button for button in box.buttons() if button.text() == "Remove").click()
    return text


def offered(page, title):
    menu = page.view.menu(index_of(page, title))
    texts = [action.text() for action in menu.actions() if action.isEnabled()]
    menu.deleteLater()
    return texts


def test_removing_deletes_what_was_downloaded_and_keeps_what_somebody_put_there(
    page, look, downloaded, dock_content, wait
):
    (downloaded / "fotos für Eva").mkdir()
    (downloaded / "fotos für Eva" / "1.jpg").write_bytes(b"mine")
    look()
    choose(page, "Old Town and Harbour", "Open")
    wait(lambda: index_of(page, "Old Town and Harbour").data(AreaRole.IS_OPEN))
    question = remove(page, dock_content, "Old Town and Harbour")
    assert str(downloaded) in question
    assert "Downloaded from http://127.0.0.1" in question
    wait(lambda: page.model.rowCount() == 0)
    files = [path for path in downloaded.rglob("*") if path.is_file()]
    assert files == [downloaded / "fotos für Eva" / "1.jpg"]
    assert not QgsProject.instance().mapLayers()
    told = f"Kept in “{downloaded}” because this plugin did not create them: fotos für Eva/1.jpg"
    assert told in said(dock_content)
    assert list(downloaded.parent.iterdir()) == [downloaded]
    assert offline_map_folders() == []


@pytest.mark.parametrize("name", ["canyonlands", "geodatabase/LA_Trails.geodatabase", "Canyon.mmpk"])
def test_what_somebody_opened_can_only_be_taken_off_the_list(page, look, copied, dock_content, wait, name):
    if name.endswith(".mmpk"):
        folder = copied("canyonlands")
        place = folder.with_name(name)
        Path(shutil.make_archive(str(folder), "zip", folder)).rename(place)
    else:
        place = copied(name)
    remember_offline_map(place)
    (title,) = look()
    texts = offered(page, title)
    assert "Remove from List" in texts
    assert "Remove…" not in texts
    page.view.setCurrentIndex(page.filter.index(0, 0))
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    dock_content.actions.remove(page.model.rows()[0].here)  # not even where something asks for it
    choose(page, title, "Remove from List")
    wait(lambda: page.model.rowCount() == 0)
    assert place.exists()
    assert not dock_content._window.findChildren(QMessageBox, "offlineMapAreasRemoval")
    assert offline_map_folders() == []


def test_the_copy_of_a_colleague_cannot_be_removed_and_does_not_take_the_place_of_ones_own(
    page, look, downloaded, elmsund, listed, dock_content, tmp_path
):
    """Made by this plugin, of the same area, byte for byte."""
    theirs = tmp_path / "vom Kollegen" / "old_town"
    shutil.copytree(downloaded, theirs)
    remember_offline_map(downloaded)
    remember_offline_map(theirs)  # opened last, so first in the list
    look()
    own = {Path(row.id): row.here.is_own for row in page.model.rows()}
    assert own == {theirs: False, downloaded: True}
    told = {Path(row.id): Words().spoken(row) for row in page.model.rows()}
    assert told[theirs].endswith("from elsewhere")
    assert "from elsewhere" not in told[downloaded]
    dock_content.areas.choose(listed(elmsund))
    (row,) = dock_content.areas.model.rows()
    assert row.folder == downloaded
    assert "from elsewhere" not in Words().spoken(row)
    shutil.rmtree(downloaded)
    forget_download(downloaded)
    look()
    (row,) = dock_content.areas.model.rows()
    assert row.folder == theirs
    assert Words().spoken(row).endswith("from elsewhere")


def test_a_download_that_its_user_renamed_can_be_removed(page, look, downloaded, dock_content, wait):
    look()
    moved = downloaded.rename(downloaded.with_name("Altstadt & Hafen"))
    look()
    assert "from elsewhere" not in Words().spoken(page.model.rows()[0])
    assert str(moved) in remove(page, dock_content, "Old Town and Harbour")
    wait(lambda: not moved.exists())


def test_another_map_in_the_place_of_ones_own_is_not_ones_own(page, look, downloaded):
    manifest = downloaded / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    content["run"]["finished"] = "2026-01-02T03:04:05+00:00"
    manifest.write_text(json.dumps(content), "utf-8")
    assert not look()["Old Town and Harbour"].here.is_own


def test_what_the_last_session_could_not_delete_goes_in_the_next(page, look, downloaded, dock_content, wait):
    mine = downloaded.with_name("mine.delete")
    shutil.copytree(downloaded, mine)  # whatever it is called, nobody asked to remove it
    place = set_aside(downloaded).place
    note_set_aside(place)
    dock_content.start()
    wait(lambda: not place.exists())
    wait(lambda: places_set_aside() == [])
    assert (mine / "manifest.json").is_file()


def test_details_count_what_a_folder_of_another_program_holds_once_it_was_opened(page, look, copied, wait):
    remember_offline_map(copied("canyonlands"))
    look()
    choose(page, "canyonlands", "Details")
    (first,) = page.window().findChildren(DetailsDialog)
    wait(lambda: any("has been opened" in label.text() for label in first.findChildren(QLabel)))
    first.close()
    QCoreApplication.sendPostedEvents(first, QEvent.Type.DeferredDelete)
    choose(page, "canyonlands", "Open")
    wait(lambda: index_of(page, "canyonlands").data(AreaRole.IS_OPEN))
    choose(page, "canyonlands", "Details")
    (second,) = page.window().findChildren(DetailsDialog)
    table = second.findChild(CopyableTable)
    wait(table.rowCount)
    counts = [int(table.item(row, 2).text()) for row in range(table.rowCount())]
    assert len(counts) == 2
    assert sum(counts) == 144
    second.close()
    QgsProject.instance().clear()


def test_of_a_map_whose_disk_is_gone_there_are_details_alone(page, look, tmp_path):
    remember_offline_map(tmp_path / "stick" / "Elmsund")
    row = look()["Elmsund"]
    assert "no longer exists" in row.reason
    menu = page.view.menu(index_of(page, "Elmsund"))
    able = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
    assert able == ["Remove from List", "Details"]


def test_an_unfinished_download_tells_how_far_it_is_and_goes_on(
    page, look, portal, samples, dock_content, wait
):
    from tests.portal import canyonlands  # noqa: PLC0415

    park = portal(canyonlands(samples))
    output = root_folder() / "127.0.0.1" / CANYONLANDS / CANYONLANDS_AREA
    staging = output.with_name(f"{output.name}.partial")
    (staging / "p13").mkdir(parents=True)
    (staging / "p13" / "a.tpk.part").write_bytes(bytes(1_500_000))
    job = {
        "area": CANYONLANDS_AREA,
        "title": "Canyonlands",
        "webMap": CANYONLANDS,
        "portal": park.url,
        "bytes": 3_000_000,
        "parameters": {},
        "packages": {},
    }
    (staging / "job.json").write_text(json.dumps(job), "utf-8")
    row = look()["Canyonlands"]
    assert row.status is AreaStatus.PAUSED
    assert "1.5 MB of 3.0 MB downloaded" in Words().spoken(row)
    page.view.delegate.triggered.emit(row.id, Action.RESUME)
    wait(output.is_dir)
    wait(lambda: [r.status for r in page.model.rows()] == [AreaStatus.DOWNLOADED])


def test_drops_of_offline_maps_are_taken_and_others_left_to_qgis(tmp_path, copied):
    taken = []
    handler = OfflineMapDropHandler(taken.append)
    folder = copied("canyonlands")
    package = tmp_path / "Canyonlands.MMPK"
    shutil.make_archive(str(tmp_path / "a"), "zip", folder)
    (tmp_path / "a.zip").rename(package)
    geodatabase = copied("geodatabase/LA_Trails.geodatabase")
    tiles, cache = copied("tiles/Usa.tpkx"), copied("tiles/compactcache")
    wanted = [folder, package, geodatabase, tiles, cache, cache / "Conf.xml"]
    for dropped in (folder / "package.info", *wanted):
        assert handler.handleFileDrop(str(dropped))
    assert taken == [folder, *wanted]
    taken.clear()
    (tmp_path / "empty.mmpk").mkdir()
    (tmp_path / "root.json").write_text('{"type": "FeatureCollection", "features": []}')
    absent = [tmp_path / "absent.mmpk", tmp_path / "absent.tpk"]
    for other in (*absent, tmp_path / "empty.mmpk", folder / "p13", tmp_path / "root.json"):
        assert not handler.handleFileDrop(str(other))
    assert not taken


def test_enter_opens_and_delete_asks(page, look, downloaded, dock_content, wait):
    look()
    page.view.setCurrentIndex(page.filter.index(0, 0))
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    wait(lambda: index_of(page, "Old Town and Harbour").data(AreaRole.IS_OPEN))
    QTest.keyClick(page.view, Qt.Key.Key_Return)  # goes there, and closes nothing
    assert QgsProject.instance().mapLayers()
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    (box,) = dock_content._window.findChildren(QMessageBox, "offlineMapAreasRemoval")
    box.reject()
    QgsProject.instance().clear()
