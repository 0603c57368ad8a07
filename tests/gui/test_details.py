"""The details of an area: what the portal says before a download, what is on disk after it."""

import pytest
from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPushButton, QTabWidget

from plugin.core.offline_map.area_status import AreaStatus
from plugin.gui.map_areas.details import DetailsDialog
from plugin.gui.rows.actions import Action
from plugin.gui.rows.wording import size_in_words
from plugin.gui.widgets.table import CopyableTable
from tests.portal import HangUp

from .wanted import download_of

pytestmark = pytest.mark.timeout(120)
TITLE = "Strand and South Beach"


@pytest.fixture
def areas(dock_content, elmsund, listed, wait):
    dock_content.areas.choose(listed(elmsund))
    dock_content.areas.refresh()
    wait(lambda: not dock_content.areas.is_asking)
    return dock_content.areas


def row_of(areas):
    return next(row for row in areas.model.rows() if row.title == TITLE)


@pytest.fixture
def details(dock_content, areas):
    """`details()` opens them as the menu does."""
    opened = []

    def show():
        dock_content.actions.do([row_of(areas)], Action.DETAILS, areas)
        found = [one for one in QApplication.topLevelWidgets() if isinstance(one, DetailsDialog)]
        opened.append(next(one for one in found if one not in opened))
        return opened[-1]

    yield show
    for one in opened:
        one.close()


def page(dialog, title):
    tabs = dialog.findChild(QTabWidget)
    return next(tabs.widget(number) for number in range(tabs.count()) if tabs.tabText(number) == title)


def texts(table):
    columns = range(table.columnCount())
    return [tuple(table.item(row, column).text() for column in columns) for row in range(table.rowCount())]


def test_before_a_download_the_portal_names_the_layers(details, wait):
    dialog = details()
    table = page(dialog, "Layers").findChild(CopyableTable)
    wait(table.rowCount)
    rows = texts(table)
    assert ("Hydrants", "Points", "") in rows
    assert ("Inspections", "Table", "") in rows
    assert any(
        "once the area is downloaded" in label.text() for label in page(dialog, "Layers").findChildren(QLabel)
    )
    packages = texts(page(dialog, "Packages"))
    assert {row[1] for row in packages} == {"Mobile geodatabase", "Tile package"}
    assert any(row[2].endswith("FeatureServer") for row in packages)


def test_after_it_they_are_counted_without_any_network(details, dock_content, areas, elmsund, wait):
    dock_content.queue.start(download_of(areas.choice, row_of(areas)))
    wait(lambda: row_of(areas).status is AreaStatus.DOWNLOADED, 60)
    elmsund.fault("*", HangUp(), times=None)
    dialog = details()
    table = page(dialog, "Layers").findChild(CopyableTable)
    wait(table.rowCount)
    counts = {title: count for title, _, count in texts(table)}
    assert int(counts["Hydrants"]) > 0
    assert int(counts["Inspections"]) > 0
    table.selectAll()
    table.copy_selected()
    assert f"Hydrants\tPoints\t{counts['Hydrants']}" in QApplication.clipboard().text().splitlines()


def test_the_details_of_a_success_tell_what_was_downloaded_whence_and_whither(
    dock_content, areas, elmsund, wait
):
    dock_content.queue.start(download_of(areas.choice, row_of(areas)))
    bar = dock_content.services.notices._bar
    wait(lambda: bar.currentItem() and row_of(areas).status is AreaStatus.DOWNLOADED, 60)
    elmsund.fault("*", HangUp(), times=None)
    dock_content.local._told.clear()  # as in the next session, where nobody has asked the portal
    next(one for one in bar.currentItem().findChildren(QPushButton) if one.text() == "Details").click()
    (dialog,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, DetailsDialog)]
    told = [label.text() for label in page(dialog, "Overview").findChildren(QLabel)]
    here = row_of(areas).here
    assert {"Elmsund", elmsund.url, str(here.place), size_in_words(here.bytes)} <= set(told)
    when = QLocale().toString(here.downloaded.astimezone(), QLocale.FormatType.ShortFormat)
    assert told[told.index("Downloaded") + 1] == when
    assert any(f"{elmsund.url}/home/item.html?id={here.area_id}" in text for text in told)
    packages = texts(page(dialog, "Packages"))
    assert len(packages) == len(row_of(areas).area.packages)
    assert {row[4] for row in packages} == {
        size_in_words(package.item.size) for package in row_of(areas).area.packages
    }
    table = page(dialog, "Layers").findChild(CopyableTable)
    wait(table.rowCount)
    assert "Hydrants" in {row[0] for row in texts(table)}
    dialog.close()


def test_closing_them_early_asks_nobody(details, elmsund, wait, dock_content):
    dialog = details()
    dialog.close()
    wait(lambda: not dock_content.services.questions._open)
