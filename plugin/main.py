"""The plugin as QGIS sees it: wiring, and nothing else."""

from __future__ import annotations

from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsApplication, QgsMessageLog
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

if TYPE_CHECKING:
    from .gui.jobs import Jobs
    from .processing.provider import OfflineMapAreasProvider

TITLE = "Offline Map Areas"
ROOT = Path(__file__).parents[1]
# QGIS for Windows and macOS brings them; a Linux distribution may not.
REQUIRED_MODULES = ("requests", "numpy")


class Plugin:
    """Registers the provider and the menu entry, and takes both away again.

    `iface` is None in qgis_process, which calls `initProcessing` alone.
    """

    def __init__(self, iface) -> None:
        self.iface = iface
        self.provider: Optional[OfflineMapAreasProvider] = None
        self.open_action: Optional[QAction] = None
        self.jobs: Optional[Jobs] = None
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
        from .gui.jobs import Jobs  # not needed in qgis_process

        self.jobs = Jobs(self._tell_opened, self._tell_failed)
        icon = QIcon(str(ROOT / "resources" / "icon.svg"))
        self.open_action = QAction(icon, self.tr("&Open Offline Map…"), self.iface.mainWindow())
        self.open_action.setObjectName("offlineMapAreasOpen")
        self.open_action.setStatusTip(self.tr("Open an offline map that is on this computer"))
        self.open_action.triggered.connect(self.open_offline_map)
        self.iface.addPluginToWebMenu(TITLE, self.open_action)

    def unload(self) -> None:
        if self.jobs is not None:
            self.jobs.cancel()
            self.jobs = None
        if self.open_action is not None:
            self.iface.removePluginWebMenu(TITLE, self.open_action)
            self.open_action.deleteLater()
            self.open_action = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        QCoreApplication.removeTranslator(self.translator)

    def open_offline_map(self) -> None:
        """Asks for an offline map and opens it in the background."""
        from .gui.open_offline_map import OpenOfflineMapDialog

        dialog = OpenOfflineMapDialog(f"{_homepage()}#open-an-offline-map", self.iface.mainWindow())
        if dialog.exec():
            self.jobs.run("offlinemapareas:openofflinemap", {"INPUT": dialog.path(), "LOAD": True})
        dialog.deleteLater()

    def _tell_opened(self, results: dict[str, object], warnings: list[str]) -> None:
        failed = results["LAYER_ERRORS"] + results["TABLE_ERRORS"]
        if failed:
            text = self.tr(
                "Offline map opened. Layers: {layers}; layers and tables that could not be opened: {failed}."
            )
        else:
            text = self.tr("Offline map opened. Layers: {layers}.")
        level = Qgis.MessageLevel.Warning if failed else Qgis.MessageLevel.Success
        self._tell(text.format(layers=len(results["LAYERS"]), failed=failed), level, "\n".join(warnings))

    def _tell_failed(self, reason: str) -> None:
        self._tell(reason, Qgis.MessageLevel.Critical)

    def _tell(self, text: str, level: Qgis.MessageLevel, details: str = "") -> None:
        """One sentence in the message bar and the log; details behind the bar's *More*."""
        QgsMessageLog.logMessage("\n".join(filter(None, (text, details))), TITLE, level)
        if self.iface is not None:
            more = (details,) if details else ()
            self.iface.messageBar().pushMessage(TITLE, text, *more, level)


def _homepage() -> str:
    metadata = ConfigParser(interpolation=None)
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    return metadata["general"]["homepage"]
