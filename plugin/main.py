"""The plugin as QGIS sees it: wiring, and nothing else.

QGIS starts with a frame for the dock, menu entries and registrations. What stands behind them, the
`DockContent`, is made when somebody first needs it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsApplication, QgsFeature, QgsMapLayer, QgsMessageLog, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QMetaObject, Qt, QTranslator
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMainWindow

from .core import TITLE

if TYPE_CHECKING:
    from .gui.attaching import Attaching
    from .gui.browser.provider import BrowserProvider
    from .gui.dock import Dock
    from .gui.dock_content import DockContent
    from .gui.dropping import OfflineMapDropHandler
    from .gui.jobs.private_host import PrivateHostQuestion
    from .gui.locator import AreaLocatorFilter
    from .gui.options.options_factory import OptionsFactory
    from .gui.rows.area_row import AreaRow
    from .layers.open_project.edited_layers import EditedLayers
    from .layers.open_project.marked_edits import MarkedEdits
    from .layers.open_project.saved_projects import SavedProjects
    from .processing.provider import OfflineMapAreasProvider

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
        self.dock: Optional[Dock] = None
        self.private_host: Optional[PrivateHostQuestion] = None
        self.actions: list[QAction] = []
        self._dock_content: Optional[DockContent] = None
        self._has_begun = False
        self.options: Optional[OptionsFactory] = None
        self.dropping: Optional[OfflineMapDropHandler] = None
        self.locating: Optional[AreaLocatorFilter] = None
        self._attaching: Optional[Attaching] = None
        self.browser: Optional[BrowserProvider] = None
        self.saved_projects: Optional[SavedProjects] = None
        self.edited_layers: Optional[EditedLayers] = None
        self._marked_edits: Optional[MarkedEdits] = None
        self.translator = QTranslator()
        locale = QLocale(QgsApplication.locale())
        if self.translator.load(locale, "offline_map_areas", "_", str(ROOT / "i18n")):
            QCoreApplication.installTranslator(self.translator)

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("Plugin", text)

    @property
    def dock_content(self) -> DockContent:
        """What stands behind the dock; made by the first who asks for it."""
        if self._dock_content is None:
            from .gui.dock_content import DockContent

            self._dock_content = DockContent(
                self.dock, self.iface.mapCanvas(), self.iface.messageBar(), self.provider.consent
            )
            self._dock_content.options_wanted.connect(self._show_options)
            self._dock_content.project_wanted.connect(self.iface.addProject)
            self._dock_content.opener.opened.connect(lambda _place: self._show_decorations())
            self._dock_content.connections_changed.connect(self.browser.refresh)
            self._dock_content.start()
        return self._dock_content

    def initProcessing(self) -> None:
        missing = [name for name in REQUIRED_MODULES if find_spec(name) is None]
        if missing:
            text = self.tr(
                "This plugin needs Python packages that this QGIS does not have. Install them: {names}."
            )
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
        from .gui.dock import Dock
        from .gui.jobs.private_host import PrivateHostQuestion
        from .layers.open_project.edited_layers import EditedLayers, EditHandlers
        from .layers.open_project.saved_projects import SavedProjects

        self.saved_projects = SavedProjects(_trust)
        self.edited_layers = EditedLayers(
            EditHandlers(
                self._show_rights,
                _keep_ids_of_cut,
                self._before_saving,
                self._after_saving,
                self._warn,
                self._mark_edits,
            )
        )
        window = self.iface.mainWindow()
        self.private_host = PrivateHostQuestion(window)
        self.provider.consent = self.private_host.consent
        self.dock = Dock(window)
        self._add_actions(window)
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.hide()  # until the user, or the state that QGIS kept, shows it
        self.dock.setToggleVisibilityAction(self.actions[0])
        self.dock.visibilityChanged.connect(self._fill_dock)
        self._register()
        self.iface.initializationCompleted.connect(self._begin)
        if window.isVisible():
            self._begin()

    def unload(self) -> None:
        if self.dock is not None:
            self.private_host.close()
            self.private_host = None
            self.iface.initializationCompleted.disconnect(self._begin)
            self.iface.unregisterOptionsWidgetFactory(self.options)
            self.iface.unregisterCustomDropHandler(self.dropping)
            self.iface.deregisterLocatorFilter(self.locating)
            QgsApplication.dataItemProviderRegistry().removeProvider(self.browser)
            self.options = self.dropping = self.locating = self.browser = None
            self.iface.removeDockWidget(self.dock)
            if self._dock_content is not None:
                self._dock_content.close()
                self._dock_content = None
            self.dock.close()
            self.dock.deleteLater()
            self.dock = None
        for action in self.actions:
            self.iface.removePluginWebMenu(TITLE, action)
            self.iface.removeWebToolBarIcon(action)
            action.deleteLater()
        self.actions = []
        if self.saved_projects is not None:
            self.saved_projects.close()
            self.edited_layers.close()
            self.saved_projects = self.edited_layers = None
        if self._attaching is not None:
            self._attaching.close()
            self._attaching = None
        if self._marked_edits is not None:
            self._marked_edits.close()
            self._marked_edits = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        QCoreApplication.removeTranslator(self.translator)

    def _add_actions(self, window: QMainWindow) -> None:
        icon = QIcon(str(ROOT / "resources" / "icon.svg"))
        show = QAction(icon, self.tr("&Map Areas"), window)
        show.setObjectName("offlineMapAreasShow")
        show.setCheckable(True)
        show.setStatusTip(self.tr("Show the map areas of a web map, and take them offline"))
        show.triggered.connect(lambda visible: self.dock_content.ask_if_new() if visible else None)
        open_map = QAction(icon, self.tr("&Open Offline Map…"), window)
        open_map.setObjectName("offlineMapAreasOpen")
        open_map.setStatusTip(self.tr("Open an offline map that is on this computer"))
        open_map.triggered.connect(lambda _checked: self.dock_content.open_offline_map())
        help_entry = QAction(
            QgsApplication.getThemeIcon("/mActionHelpContents.svg"), self.tr("&Help"), window
        )
        help_entry.setObjectName("offlineMapAreasHelp")
        help_entry.setStatusTip(self.tr("Open the user guide, which needs no network"))
        help_entry.triggered.connect(lambda _checked: _open_guide())
        self.actions = [show, open_map, help_entry]
        for action in self.actions:
            self.iface.addPluginToWebMenu(TITLE, action)
        self.iface.addWebToolBarIcon(show)

    def _register(self) -> None:
        """What waits for its moment: options, dropped files, the locator bar, the Browser."""
        from .gui.browser.provider import BrowserProvider
        from .gui.dropping import OfflineMapDropHandler
        from .gui.locator import AreaLocatorFilter
        from .gui.options.options_factory import OptionsFactory

        self.options = OptionsFactory(lambda: self.dock_content.services.questions)
        self.options.changed.connect(self._take_options)
        self.iface.registerOptionsWidgetFactory(self.options)
        self.dropping = OfflineMapDropHandler(self._open)
        self.iface.registerCustomDropHandler(self.dropping)
        self.locating = AreaLocatorFilter(self._rows, self._jump_to)
        self.iface.registerLocatorFilter(self.locating)
        self.provider.groups_added.connect(self._show_decorations)
        self.browser = BrowserProvider(lambda: self.dock_content, lambda: self._has_begun)
        QgsApplication.dataItemProviderRegistry().addProvider(self.browser)
        self.dock.theme_changed.connect(self.browser.dress)

    def _take_options(self) -> None:
        self.dock_content.take_options()

    def _open(self, place: Path) -> None:
        self.dock_content.opener.open(place)

    def _rows(self) -> Iterable[AreaRow]:
        return self.dock_content.areas.model.rows()

    def _jump_to(self, area_id: str) -> None:
        self.dock_content.jump_to(area_id)

    def _begin(self) -> None:
        """QGIS has started: now is the time for what it should not wait for."""
        from .qgis_io.settings import UNFINISHED_DOWNLOADS

        self._has_begun = True
        self._fill_dock(self.dock.isVisible() or bool(UNFINISHED_DOWNLOADS.values()))

    def _fill_dock(self, needed: bool) -> None:
        if needed and self._has_begun:
            _ = self.dock_content

    def _show_options(self) -> None:
        from .gui.options.options_factory import KEY

        self.iface.showOptionsDialog(self.iface.mainWindow(), KEY)

    def _show_decorations(self) -> None:
        """QGIS looks at a project's decorations only when it reads one: so it is told to look again."""
        QMetaObject.invokeMethod(self.iface.mainWindow(), "projectReadDecorationItems")

    def _show_rights(self, layers: Iterable[QgsMapLayer]) -> None:
        """Loads, when a layer of an offline map comes, what only such a layer needs."""
        from .layers.base.read_only import show_rights

        if self._attaching is None:
            from .gui.attaching import Attaching

            self._attaching = Attaching(self.iface.mainWindow(), self._warn)
        show_rights(layers)

    def _before_saving(self, layer: QgsVectorLayer) -> None:
        """What cannot reach the feature service is not saved, and told."""
        from .layers.forms.attachments import complete_attachments
        from .layers.open_project.forbidden_edits import take_out_forbidden

        complete_attachments(layer)
        told = take_out_forbidden(layer)
        if told:
            self._warn(told)

    def _after_saving(self, layer: QgsVectorLayer, added: list[QgsFeature]) -> None:
        from .core.errors import OfflineMapError
        from .layers.forms.attachments import keep_files
        from .qgis_io.wording import in_words

        try:
            keep_files(layer, added)
        except OfflineMapError as error:
            self._warn(in_words(error))
        if self._dock_content is not None:
            self._dock_content.local.look()  # rows tell how many edits wait

    def _mark_edits(self, layer: QgsVectorLayer) -> None:
        """Made for the first layer that is edited: it brings part of the core along."""
        if self._marked_edits is None:
            from .layers.open_project.marked_edits import MarkedEdits

            self._marked_edits = MarkedEdits()
        self._marked_edits.follow(layer)

    def _warn(self, text: str) -> None:
        self._tell(text, Qgis.MessageLevel.Warning)

    def _tell(self, text: str, level: Qgis.MessageLevel) -> None:
        """One sentence in the log and, where there is one, in the message bar."""
        QgsMessageLog.logMessage(text, TITLE, level)
        if self.iface is not None:
            from .qgis_io.wording import as_html

            self.iface.messageBar().pushMessage(TITLE, as_html(text), level)


def _trust(project: Path) -> None:
    """Loaded when a project is first saved: it brings half of the core along."""
    from .qgis_io.made_here import trust_project

    trust_project(project)


def _open_guide() -> None:
    """Loaded when somebody asks for it."""
    from .qgis_io.guide import open_guide

    open_guide("index")


def _keep_ids_of_cut(layer: QgsVectorLayer) -> None:
    """Loaded when a layer may have got back what was cut from it: see above."""
    from .layers.open_project.pasted_features import keep_ids_of_cut

    keep_ids_of_cut(layer)
