"""The page *On This Computer*: every offline map of this machine, of any portal, also without network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Optional, Union

from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QAction,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...core.offline_map.area_status import Activity, Content, Local
from ...core.offline_map.local_maps import LocalMap, UnfinishedDownload
from ...core.offline_map.update_mode import UpdateMode
from ...core.portal.urls import parse_url
from ...qgis_io.wording import in_words
from ..jobs.downloads import Downloads
from ..jobs.local_areas import LocalAreas, local_of
from ..jobs.opening import Opener
from ..jobs.questions import Questions
from ..jobs.thumbnails import Thumbnails
from ..map_areas.details import DetailsDialog
from ..rows.area_delegate import AreaDelegate
from ..rows.area_model import AreaModel, AreaRole
from ..rows.area_row import AreaRow
from ..rows.area_view import AreaView
from ..rows.glyphs import icon
from ..rows.wording import Action, size_in_words
from ..widgets.message_page import MessagePage
from .actions import LocalMapActions, places_when_open

_Entry = Union[LocalMap, UnfinishedDownload]
_CHANGING = ("snippet", "local", "activity", "progress", "error", "bytes_on_disk", "packaged", "is_open")


class LocalMapsPage(QWidget):
    """Lists what `LocalAreas` finds, and does with it what the user wants.

    `browse_wanted`: another folder or .mmpk is to be opened.
    """

    browse_wanted = pyqtSignal()

    def __init__(
        self,
        local: LocalAreas,
        downloads: Downloads,
        opener: Opener,
        thumbnails: Thumbnails,
        actions: LocalMapActions,
        questions: Questions,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("offlineMapAreasLocal")
        self._local = local
        self._downloads = downloads
        self._opener = opener
        self._thumbnails = thumbnails
        self.actions = actions
        self._questions = questions
        self._entries: dict[str, _Entry] = {}
        self.model = AreaModel(self)
        self._build()
        local.changed.connect(self._show)
        downloads.changed.connect(lambda _area_id: self._show())
        downloads.ended.connect(lambda _download, _outcome: local.look())
        thumbnails.arrived.connect(lambda _item: self.view.viewport().update())
        self._show()

    def follow_theme(self) -> None:
        """QGIS has another theme."""
        self._message.follow_theme()

    # ---- building -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.view = AreaView(self)
        self.view.setObjectName("offlineMapAreasLocalList")
        self.view.setAccessibleName(self.tr("Offline maps on this computer"))
        self.view.setModel(self.model)
        self._delegate = AreaDelegate(self.view, self._picture, self)
        self.view.setItemDelegate(self._delegate)
        self._delegate.triggered.connect(self._do)
        self._delegate.menu_wanted.connect(self._show_menu)
        self.view.menu_wanted.connect(self._show_menu)
        self.view.chosen.connect(self._open_index)
        self.view.doubleClicked.connect(self._open_index)
        self.view.removal_wanted.connect(self._remove_index)
        self._message = MessagePage(self)
        self._message.show_text(
            "folder",
            self.tr("No offline maps yet"),
            self.tr("Download a map area, or open a folder or an .mmpk file that an ArcGIS app made."),
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._stack, 1)
        layout.addLayout(self._build_foot())

    def _build_foot(self) -> QHBoxLayout:
        self._summary = QLabel(self)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        browse = QPushButton(self.tr("Open Other…"), self)
        browse.setToolTip(self.tr("Open a folder with an offline map, or an .mmpk file"))
        browse.clicked.connect(lambda _checked: self.browse_wanted.emit())
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 4, 10, 6)
        foot.addWidget(self._summary, 1)
        foot.addWidget(browse)
        return foot

    # ---- showing ------------------------------------------------------------------------------

    def _show(self) -> None:
        found = self._local.found
        entries: list[_Entry] = [*found.unfinished, *found.maps]
        self._entries = {str(_place(entry)): entry for entry in entries}
        rows = [self._row(key, entry) for key, entry in self._entries.items()]
        known = [row.id for row in self.model.rows()]
        if known == [row.id for row in rows]:
            for row in rows:  # changed in place, so that selection and scrolling stay
                self.model.change(row.id, **{name: vars(row)[name] for name in _CHANGING})
        else:
            self.model.replace_all(rows)
        self._stack.setCurrentWidget(self.view if rows else self._message)
        size = size_in_words(sum(entry.bytes for entry in found.maps))
        text = self.tr("Offline maps: {maps} ({size})").format(maps=len(found.maps), size=size)
        self._summary.setText(text)

    def _row(self, key: str, entry: _Entry) -> AreaRow:
        if isinstance(entry, UnfinishedDownload):
            return AreaRow(
                key,
                entry.title,
                snippet=self._far(entry),
                local=Local(Content.STAGED),
                activity=self._downloads.activity(entry.area_id),
                progress=self._downloads.progress(entry.area_id),
                error=self._downloads.error(entry.area_id),
                folder=entry.folder,
                bytes_on_disk=entry.bytes_there,
            )
        error = in_words(entry.error) if entry.error else self.actions.broken.get(entry.place, "")
        return AreaRow(
            key,
            entry.title,
            snippet=error or self._origin(entry),
            local=local_of(entry, bool(error)),
            error=error,
            folder=entry.place,
            bytes_on_disk=entry.bytes,
            packaged=entry.packaged,
            is_open=any(str(place) in self._local.open for place in places_when_open(entry.place)),
        )

    def _far(self, download: UnfinishedDownload) -> str:
        there = size_in_words(download.bytes_there)
        if not download.bytes_total:
            return self.tr("{there} are here").format(there=there)
        text = self.tr("{there} of {total} are here")
        return text.format(there=there, total=size_in_words(download.bytes_total))

    def _origin(self, entry: LocalMap) -> str:
        """Where it comes from, and how it is kept current."""
        host = _host(entry.portal_url) or self.tr("Offline map of another program")
        mode = self._modes().get(entry.update_mode, "")
        return f"{host} · {mode}" if mode else host

    def _modes(self) -> dict[str, str]:
        return {
            UpdateMode.NONE.value: self.tr("no updates"),
            UpdateMode.SYNC.value: self.tr("syncs with feature services"),
            UpdateMode.SCHEDULED.value: self.tr("scheduled updates"),
            UpdateMode.SCHEDULED_AND_UPLOAD.value: self.tr("scheduled updates, uploads new features"),
        }

    def _picture(self, row: AreaRow):
        entry = self._entries.get(row.id)
        return self._thumbnails.pixmap_on_disk(entry.area_id if entry else "")

    # ---- what the user wants ------------------------------------------------------------------

    def _entry(self, index: QModelIndex) -> Optional[_Entry]:
        return self._entries.get(index.data(AreaRole.ID))

    def _show_menu(self, index: QModelIndex, position: QPoint) -> None:
        menu = self.menu(index)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)

    def menu(self, index: QModelIndex) -> QMenu:
        """What can be done with a row."""
        entry, menu = self._entry(index), QMenu(self)
        if isinstance(entry, UnfinishedDownload):
            self._fill_for_download(menu, entry)
        elif entry is not None:
            self._fill_for_map(menu, entry, index.data(AreaRole.IS_OPEN))
        return menu

    def _fill_for_download(self, menu: QMenu, entry: UnfinishedDownload) -> None:
        if self._downloads.activity(entry.area_id) in (Activity.QUEUED, Activity.DOWNLOADING):
            self._add(menu, "pause", self.tr("Pause"), lambda: self._downloads.pause(entry.area_id))
        else:
            self._add(menu, "resume", self.tr("Resume"), lambda: self.actions.resume(entry))
        self._add(menu, "folder", self.tr("Show Folder"), lambda: _reveal(entry.folder.parent))
        menu.addSeparator()
        self._add(menu, "cross", self.tr("Cancel Download"), lambda: self.actions.cancel(entry))

    def _fill_for_map(self, menu: QMenu, entry: LocalMap, is_open: bool) -> None:
        place, there = entry.place, entry.place.exists()
        if is_open:
            self._add(menu, "cross", self.tr("Close"), lambda: self.actions.close(place))
        else:
            self._add(menu, "open", self.tr("Open"), lambda: self._opener.open(place), there)
        self._add(menu, "map", self.tr("Open as Project"), lambda: self.actions.open_as_project(place), there)
        self._add(menu, "check", self.tr("Verify"), lambda: self.actions.verify(entry), there)
        checkable = there and bool(entry.area_id and entry.portal_url and entry.revisions)
        self._add(menu, "update", self.tr("Check for Updates"), lambda: self.actions.check(entry), checkable)
        self._add(menu, "details", self.tr("Details"), lambda: self._show_details(str(place)), there)
        self._add(menu, "folder", self.tr("Show Folder"), lambda: _reveal(place), there)
        menu.addSeparator()
        self._add(menu, "cross", self.tr("Take Off the List"), lambda: self.actions.forget(place))
        self._add(menu, "remove", self.tr("Remove…"), lambda: self.actions.ask_removal(entry), there)

    def _add(
        self, menu: QMenu, picture: str, text: str, does: Callable[[], None], enabled: bool = True
    ) -> None:
        action = QAction(icon(picture), text, menu)
        action.triggered.connect(lambda _checked: does())
        action.setEnabled(enabled)
        menu.addAction(action)

    def _do(self, key: str, action: Action) -> None:
        """What the buttons of a row want."""
        entry = self._entries.get(key)
        if isinstance(entry, LocalMap):
            self._opener.open(entry.place)
        elif action is Action.PAUSE:
            self._downloads.pause(entry.area_id)
        elif action is Action.CANCEL:
            self.actions.cancel(entry)
        elif entry is not None:
            self.actions.resume(entry)

    def _open_index(self, index: QModelIndex) -> None:
        entry = self._entry(index)
        if isinstance(entry, UnfinishedDownload):
            self.actions.resume(entry)
        elif entry is not None and not index.data(AreaRole.IS_OPEN):
            self._opener.open(entry.place)

    def _remove_index(self, index: QModelIndex) -> None:
        entry = self._entry(index)
        if isinstance(entry, LocalMap):
            self.actions.ask_removal(entry)

    def _show_details(self, key: str) -> None:
        row = self.model.row(key)
        if row is not None:
            DetailsDialog(row, None, self._questions, self.window()).show()


def _place(entry: _Entry) -> Path:
    return entry.folder if isinstance(entry, UnfinishedDownload) else entry.place


def _host(portal_url: str) -> str:
    try:
        return parse_url(portal_url).origin.host
    except ValueError:
        return ""


def _reveal(place: Path) -> None:
    """Shows a folder, or the folder of a file, in the file manager of the desktop."""
    folder = place if place.is_dir() else place.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
