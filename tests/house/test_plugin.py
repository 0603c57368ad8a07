"""The plugin in QGIS: it loads, shows its menu entry, and leaves nothing behind."""

import gc
import importlib
import json
import os
import subprocess
import sys
import weakref
import zipfile

import pytest
from qgis.core import Qgis, QgsApplication, QgsProject
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, pyqtSignal, pyqtSlot
from qgis.PyQt.QtWidgets import QAction, QDialog, QDialogButtonBox, QDockWidget, QMainWindow

from plugin.gui.on_this_computer.open_offline_map import OpenOfflineMapDialog
import plugin.main

from .source import ROOT
from .test_package import build


class Window(QMainWindow):
    """A main window with the slot that QGIS' own has for decorations; it counts its calls."""

    def __init__(self):
        super().__init__()
        self.looks = 0

    @pyqtSlot()
    def projectReadDecorationItems(self):
        self.looks += 1


class Desktop(QObject):
    """The part of QGIS Desktop that the plugin touches: a window, its Web menu and toolbar, its map."""

    initializationCompleted = pyqtSignal()  # noqa: N815 - as QGIS spells it

    def __init__(self):
        super().__init__()
        self.window = Window()
        self.menu = self.window.menuBar().addMenu("Web")
        self.toolbar = self.window.addToolBar("Web")
        self.bar = QgsMessageBar(self.window)
        self.canvas = QgsMapCanvas(self.window)
        self.options, self.handlers = [], []

    def mainWindow(self):
        return self.window

    def messageBar(self):
        return self.bar

    def mapCanvas(self):
        return self.canvas

    def addDockWidget(self, area, dock):
        self.window.addDockWidget(area, dock)

    def removeDockWidget(self, dock):
        self.window.removeDockWidget(dock)

    def registerOptionsWidgetFactory(self, factory):
        self.options.append(factory)

    def unregisterOptionsWidgetFactory(self, factory):
        self.options.remove(factory)

    def addProject(self, file):
        return QgsProject.instance().read(file)

    def registerCustomDropHandler(self, handler):
        self.handlers.append(handler)

    def unregisterCustomDropHandler(self, handler):
        self.handlers.remove(handler)

    def registerLocatorFilter(self, locator):
        self.handlers.append(locator)

    def deregisterLocatorFilter(self, locator):
        self.handlers.remove(locator)

    def addWebToolBarIcon(self, action):
        self.toolbar.addAction(action)

    def removeWebToolBarIcon(self, action):
        self.toolbar.removeAction(action)

    def addPluginToWebMenu(self, _name, action):
        self.menu.addAction(action)

    def removePluginWebMenu(self, _name, action):
        self.menu.removeAction(action)


def provider_ids():
    return [provider.id() for provider in QgsApplication.processingRegistry().providers()]


@pytest.fixture
def desktop(qgis_app):
    return Desktop()


@pytest.fixture
def loaded(desktop):
    instance = plugin.main.Plugin(desktop)
    instance.initGui()
    yield instance
    instance.unload()


def test_it_shows_its_menu_entry_and_its_provider(loaded, desktop):
    assert [action.text() for action in desktop.menu.actions()] == [
        "&Map Areas",
        "&Open Offline Map…",
        "&Help",
    ]
    assert not any(action.icon().isNull() for action in desktop.menu.actions())
    assert [action.text() for action in desktop.toolbar.actions()] == ["&Map Areas"]
    assert "offlinemapareas" in provider_ids()
    assert not QgsApplication.processingRegistry().providerById("offlinemapareas").icon().isNull()


def living():
    """The Python objects of ours that wrap one of Qt or QGIS."""
    gc.collect()
    every = (one for one in gc.get_objects() if isinstance(one, sip.simplewrapper))
    return {id(one): type(one).__name__ for one in every if type(one).__module__.startswith("plugin.")}


def test_reloading_leaves_no_object_alive(desktop):
    """What a canvas, a window or a signal of QGIS held would grow with each reload."""
    before = living()
    for _ in range(3):
        instance = plugin.main.Plugin(desktop)
        instance.initGui()
        desktop.initializationCompleted.emit()
        instance.dock.show()
        instance.dock_content.extents.show(True)
        translator, dock = weakref.ref(instance.translator), weakref.ref(instance.dock)
        instance.unload()
        del instance
        for _ in range(3):  # what connects signals with lambdas goes after their senders
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            gc.collect()
        assert {key: name for key, name in living().items() if key not in before} == {}
        assert translator() is None
        assert dock() is None


@pytest.mark.parametrize("used", [False, True])
def test_unloading_twice_leaves_nothing(desktop, used):
    scene = desktop.canvas.scene().items()
    for _ in range(2):
        instance = plugin.main.Plugin(desktop)
        instance.initGui()
        desktop.initializationCompleted.emit()
        if used:
            assert instance.dock_content.page.view.isEnabled()
        instance.unload()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert desktop.menu.actions() == []
        assert desktop.toolbar.actions() == []
        assert desktop.window.findChildren(QAction, "offlineMapAreasOpen") == []
        assert desktop.window.findChildren(QDockWidget) == []
        assert desktop.options == desktop.handlers == []
        assert desktop.canvas.scene().items() == scene
        assert QgsApplication.taskManager().countActiveTasks() == 0
        assert desktop.handlers == []
        assert "offlinemapareas" not in provider_ids()
        instance.unload()  # QGIS may ask again after an error


def test_decorations_are_looked_at_when_a_map_was_added(
    loaded, desktop, copied, tmp_path, qgis_new_project, qgis_processing
):
    import processing  # noqa: PLC0415 - there after set-up

    folder = copied("canyonlands")
    parameters = {"INPUT": str(folder), "OUTPUT": str(tmp_path / "work")}
    processing.runAndLoadResults("offlinemapareas:openofflinemap", parameters)
    assert desktop.window.looks == 1
    loaded.dock_content.opener.open(folder)
    while desktop.window.looks == 1:
        QCoreApplication.processEvents()
    assert desktop.window.looks == 2
    groups = QgsProject.instance().layerTreeRoot().findGroups()
    assert len([group for group in groups if not group.name().startswith("Basemap: ")]) == 2
    QgsProject.instance().clear()


def test_processing_alone_needs_no_desktop(qgis_app):
    instance = plugin.main.Plugin(None)
    instance.initProcessing()
    assert "offlinemapareas" in provider_ids()
    instance.unload()
    assert "offlinemapareas" not in provider_ids()


def test_a_missing_python_package_is_said_in_one_sentence(desktop, monkeypatch):
    monkeypatch.setattr(plugin.main, "REQUIRED_MODULES", ("requests", "not_on_this_machine"))
    instance = plugin.main.Plugin(desktop)
    instance.initGui()
    (item,) = desktop.bar.items()
    assert "not_on_this_machine" in item.text()
    assert item.level() == Qgis.MessageLevel.Critical
    assert desktop.menu.actions() == []
    assert "offlinemapareas" not in provider_ids()
    instance.unload()


def test_the_form_accepts_what_exists(desktop, tmp_path):
    form = OpenOfflineMapDialog(desktop.window)
    ok = form.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled()
    form.inputWidget.setFilePath(str(tmp_path / "gone"))
    assert not ok.isEnabled()
    form.inputWidget.setFilePath(f" {tmp_path} ")
    assert ok.isEnabled()
    assert form.path() == str(tmp_path)
    ok.click()
    assert form.result() == QDialog.DialogCode.Accepted


def test_the_form_is_reached_by_keyboard(desktop):
    form = OpenOfflineMapDialog(desktop.window)
    assert form.inputLabel.buddy() is form.inputWidget
    assert form.inputWidget.focusProxy() is form.inputWidget.lineEdit()
    for widget in (form.folderChoice, form.fileChoice, form.inputWidget):
        assert widget.toolTip()
    mnemonics = [
        w.text().split("&")[1][0].lower() for w in (form.folderChoice, form.fileChoice, form.inputLabel)
    ]
    assert len(set(mnemonics)) == 3
    form.fileChoice.click()
    assert form.inputWidget.storageMode() == form.inputWidget.StorageMode.GetFile
    form.folderChoice.click()
    assert form.inputWidget.storageMode() == form.inputWidget.StorageMode.GetDirectory


def test_the_window_speaks_german(desktop, tmp_path, monkeypatch):
    (tmp_path / "i18n").mkdir()
    source = ROOT / "i18n" / "offline_map_areas_de.ts"
    compiled = tmp_path / "i18n" / "offline_map_areas_de.qm"
    subprocess.run(["lrelease", "-silent", source, "-qm", compiled], check=True)
    monkeypatch.setattr(plugin.main, "ROOT", tmp_path)
    monkeypatch.setattr(plugin.main.QgsApplication, "locale", lambda: "de")
    instance = plugin.main.Plugin(desktop)
    instance.initGui()
    assert desktop.menu.actions()[1].text() == "Offline-Karte ö&ffnen …"
    assert OpenOfflineMapDialog(desktop.window).windowTitle() == "Offline-Karte öffnen"
    instance.unload()
    assert QCoreApplication.translate("Plugin", "&Open Offline Map…") == "&Open Offline Map…"


def test_importing_the_package_loads_nothing_of_it(tmp_path, monkeypatch):
    """QGIS imports every plugin's package to look at it."""
    (tmp_path / "lazy").symlink_to(ROOT)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("lazy")
    assert not [name for name in sys.modules if name.startswith("lazy.")]


@pytest.mark.timeout(120)
def test_the_installed_zip_is_there_for_qgis_process(tmp_path):
    assert build(tmp_path).returncode == 0
    plugins = tmp_path / ".local/share/QGIS/QGIS3/profiles/default/python/plugins"
    with zipfile.ZipFile(next(tmp_path.glob("*.zip"))) as package:
        package.extractall(plugins)
    # The profile of a user of its own, not the one of this test run.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("QGIS_")}
    environment |= {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}

    def qgis_process(*arguments):
        done = subprocess.run(
            ["qgis_process", *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    qgis_process("plugins", "enable", "offline_map_areas")
    assert json.loads(qgis_process("plugins", "--json"))["plugins"]["offline_map_areas"]["loaded"]
    assert "offlinemapareas" in json.loads(qgis_process("list", "--json"))["providers"]
