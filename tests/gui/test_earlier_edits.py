"""Edits that a map does not show any more, in its details on the page *On This Computer*."""

from contextlib import closing
from pathlib import Path
import shutil
import sqlite3

from osgeo import ogr
import pytest
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QLabel, QPushButton, QTabWidget

from plugin.core.offline_map.origin import kept_copies
from plugin.gui.map_areas.details import DetailsDialog
from plugin.gui.map_areas.earlier_edits import EarlierEditsPage
from plugin.gui.rows.actions import Action
from plugin.qgis_io.settings import remember_offline_map
from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase

NAME = "Grüne Wege 1.2"


@pytest.fixture
def profile():
    """Where this profile keeps working copies of foreign maps; empty."""
    folder = Path(QgsApplication.qgisSettingsDirPath()) / "offline_map_areas"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def opened(dock_content, wait):
    """`opened(package)` opens it as the dock does, and closes it."""

    def open_package(package):
        results = []
        inputs = {"INPUT": str(package), "LOAD": False}
        dock_content.services.jobs.run("offlinemapareas:openofflinemap", inputs, results.append)
        wait(lambda: results)
        assert not results[0].error
        remember_offline_map(package)

    return open_package


@pytest.fixture
def details(dock_content, look, wait):
    """`details(title)` are those of a row, once everything is known."""

    def show(title):
        row = look()[title]
        dock_content.actions.do([row], Action.DETAILS)
        wait(lambda: not dock_content.services.questions._open)
        QCoreApplication.processEvents()
        return dock_content._window.findChildren(DetailsDialog)[-1]

    yield show
    for dialog in dock_content._window.findChildren(DetailsDialog):
        dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def write_ways(path, *names):
    """Two tables, of which row ids do not begin at 1."""
    path.unlink(missing_ok=True)
    rows = [Row(wkb(f"POINT ({n} 2)"), {"name": name}, object_id=41 + n) for n, name in enumerate(names)]
    banks = [Row(wkb("POINT (5 5)"), {"name": "Bank"}, object_id=9)]
    fields = [Field("name")]
    ways = Dataset("Wege", "Point", fields, rows, layer_id=3)
    return write_geodatabase(path, [ways, Dataset("Bänke", "Point", fields, banks, layer_id=5)])


def edit(copy):
    file = ogr.GetDriverByName("GPKG").Open(str(copy), 1)
    file.ExecuteSQL("UPDATE Wege SET name = 'Pfad ' || name")
    file.ExecuteSQL("""UPDATE "Bänke" SET name = 'Sitz'""")


def edits_page(dialog):
    tabs = dialog.findChild(QTabWidget)
    pages = {tabs.tabText(number): tabs.widget(number) for number in range(tabs.count())}
    return pages.get("Earlier Edits")


def texts(table):
    columns = range(table.columnCount())
    return [tuple(table.item(row, column).text() for column in columns) for row in range(table.rowCount())]


def test_edits_of_what_a_file_held_before_are_listed_and_opened(opened, details, profile, tmp_path):
    package = write_ways(tmp_path / f"{NAME}.geodatabase", "Allee", "Steig")
    opened(package)
    ((first, copy),) = [(one.folder, *one.folder.glob("qgis/*.gpkg")) for one in kept_copies(profile)]
    edit(copy)
    assert edits_page(details(NAME)) is None
    opened(write_ways(package, "Gasse"))
    page = edits_page(details(NAME))
    assert isinstance(page, EarlierEditsPage)
    assert texts(page.table) == [(str(package), "3", str(copy))]
    page.findChild(QPushButton).click()
    (group,) = QgsProject.instance().layerTreeRoot().findGroups()
    layers = {node.layer().name(): node.layer() for node in group.findLayers()}
    assert set(layers) == {"Wege", "Bänke"}
    names = sorted(feature["name"] for feature in layers["Wege"].getFeatures())
    assert names == ["Pfad Allee", "Pfad Steig"]
    assert first in copy.parents


def test_edits_of_a_map_that_is_gone_are_listed(opened, details, profile, tmp_path):
    package = write_ways(tmp_path / f"{NAME}.geodatabase", "Allee")
    opened(package)
    (copy,) = profile.glob("*/qgis/*.gpkg")
    edit(copy)
    package.unlink()
    page = edits_page(details(package.name))
    assert texts(page.table) == [(str(package), "2", str(copy))]


def test_a_file_that_somebody_changed_is_not_opened(opened, details, profile, tmp_path):
    package = write_ways(tmp_path / f"{NAME}.geodatabase", "Allee")
    opened(package)
    (copy,) = profile.glob("*/qgis/*.gpkg")
    edit(copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("CREATE TRIGGER fremd AFTER UPDATE ON Wege BEGIN DELETE FROM Wege; END")
    opened(write_ways(package, "Gasse"))
    page = edits_page(details(NAME))
    page.findChild(QPushButton).click()
    assert "contains a trigger that this plugin did not create: fremd" in page.findChild(QLabel).text()
    assert not QgsProject.instance().mapLayers()
