"""The plugin as QGIS sees it: wiring, and nothing else."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsApplication, QgsMessageLog
from qgis.PyQt.QtCore import QCoreApplication, QLocale, Qt, QTranslator
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

if TYPE_CHECKING:
    from .gui.dropping import OfflineMapDropHandler
    from .gui.locator import AreaLocatorFilter
    from .gui.options import OptionsFactory
    from .gui.workplace import Workplace
    from .processing.provider import OfflineMapAreasProvider

TITLE = "Offline Map Areas"
ROOT = Path(__file__).parents[1]
# QGIS for Windows and macOS brings them; a Linux distribution may not.
REQUIRED_MODULES = ("requests", "numpy")


class Plugin:
    """Registers provider, dock, menu entries and options page, and takes all of them away again.

    `iface` is None in qgis_process, which calls `initProcessing` alone.
    """

    def __init__(self, iface) -> None:
        self.iface = iface
        self.provider: Optional[OfflineMapAreasProvider] = None
        self.workplace: Optional[Workplace] = None
        self.options: Optional[OptionsFactory] = None
        self.dropping: Optional[OfflineMapDropHandler] = None
        self.locating: Optional[AreaLocatorFilter] = None
        self.actions: list[QAction] = []
        self.translator = QTranslator()
        locale = QLocale(QgsApplication.locale())
        if self.translator.load(locale, "offline_map_areas", "_", str(ROOT / "i18n")):
            QCoreApplication.installTranslator(self.translator)

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("Plugin", text)

    def initProcessing(self) -> None:
        missing = [name for name in REQUIRED_MODULES if find_spec(name) is None]
        if missing:
            text = self.tr("Install the Python packages that this plugin needs and this QGIS lacks: {names}.")
            self._tell(text.format(names=", ".join(missing)), Qgis.MessageLevel.Critical)
            return
        # Imported here, since it needs what was just looked for.
        from .processing.provider import OfflineMapAreasProvider

        self.provider = OfflineMapAreasProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:
        self.initProcessing()
        if self.provider is None:
            return
        # Not needed in qgis_process.
        from .gui.dropping import OfflineMapDropHandler
        from .gui.locator import AreaLocatorFilter
        from .gui.options import OptionsFactory
        from .gui.workplace import Workplace

        window = self.iface.mainWindow()
        self.workplace = Workplace(window, self.iface.mapCanvas(), self.iface.messageBar())
        icon = QIcon(str(ROOT / "resources" / "icon.svg"))
        show = QAction(icon, self.tr("&Map Areas"), window)
        show.setObjectName("offlineMapAreasShow")
        show.setCheckable(True)
        show.setStatusTip(self.tr("Show the map areas of a web map, and take them offline"))
        show.triggered.connect(self.workplace.ask_if_new)
        open_map = QAction(icon, self.tr("&Open Offline Map…"), window)
        open_map.setObjectName("offlineMapAreasOpen")
        open_map.setStatusTip(self.tr("Open an offline map that is on this computer"))
        open_map.triggered.connect(lambda _checked: self.workplace.open_offline_map())
        self.actions = [show, open_map]
        for action in self.actions:
            self.iface.addPluginToWebMenu(TITLE, action)
        self.iface.addWebToolBarIcon(show)
        self._add_dock(show, open_map)
        self.options = OptionsFactory(self.workplace.background.questions)
        self.iface.registerOptionsWidgetFactory(self.options)
        self.dropping = OfflineMapDropHandler(self.workplace.opener.open)
        self.iface.registerCustomDropHandler(self.dropping)
        self.locating = AreaLocatorFilter(self.workplace.areas.model.rows, self.workplace.jump_to)
        self.iface.registerLocatorFilter(self.locating)

    def unload(self) -> None:
        if self.workplace is not None:
            self.iface.removeDockWidget(self.workplace.dock)
            self.iface.unregisterOptionsWidgetFactory(self.options)
            self.iface.unregisterCustomDropHandler(self.dropping)
            self.iface.deregisterLocatorFilter(self.locating)
            self.workplace.close()
            self.workplace = self.options = self.dropping = self.locating = None
        for action in self.actions:
            self.iface.removePluginWebMenu(TITLE, action)
            self.iface.removeWebToolBarIcon(action)
            action.deleteLater()
        self.actions = []
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        QCoreApplication.removeTranslator(self.translator)

    def _add_dock(self, show: QAction, open_map: QAction) -> None:
        """At the right side; hidden until the user, or the state that QGIS kept, shows it."""
        dock = self.workplace.dock
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        dock.hide()
        dock.setToggleVisibilityAction(show)
        dock.add_to_menu(open_map)
        self.workplace.options_wanted.connect(self._show_options)
        self.workplace.project_wanted.connect(self.iface.addProject)
        self.workplace.start()

    def _show_options(self) -> None:
        from .gui.options import KEY

        self.iface.showOptionsDialog(self.iface.mainWindow(), KEY)

    def _tell(self, text: str, level: Qgis.MessageLevel) -> None:
        """One sentence in the log and, where there is one, in the message bar."""
        QgsMessageLog.logMessage(text, TITLE, level)
        if self.iface is not None:
            self.iface.messageBar().pushMessage(TITLE, text, level)
