"""The first page of the dock: paste a link or type words, or go on with a web map of before."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QIcon, QPixmap
from qgis.PyQt.QtWidgets import QListWidgetItem, QWidget

from ...core.errors import (
    AccessDenied,
    BadInput,
    ItemNotFound,
    OfflineMapError,
    SignInRequired,
    StoreLocked,
)
from ...core.portal.items import Item
from ...core.portal.web_maps import Whose
from ...core.untrusted.text import inert
from ...qgis_io.connections import (
    ChosenWebMap,
    Connection,
    find_connection,
    recent_web_maps,
)
from ...qgis_io.stored_sign_in import store_is_locked
from ...qgis_io.wording import in_words
from ..jobs.questions import Questions
from ..jobs.thumbnails import Thumbnails
from ..rows.area_key import area_key
from ..rows.glyphs import icon
from .box import ConnectionsBox, ask_to_edit
from .pasted_link import PastedLink, is_link
from .sign_in import SignInLine, SignInState
from .web_map_delegate import WebMapDelegate
from .web_map_model import ITEM, Finding, WebMapModel

_FORM = Path(__file__).parents[3] / "ui" / "start.ui"
_PAUSE = 350  # milliseconds without a key before a search goes out
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OWN = (Whose.MINE, Whose.GROUPS)
_MOST_RECENT = 12
_SAVED = Qt.ItemDataRole.UserRole  # of a recent web map: its connection and itself


class StartPage(QWidget):
    """Finds a web map. `chosen` tells its saved connection and the `ChosenWebMap`; `local_wanted` and
    `back_wanted` that another page is to be shown; `connections_changed` that there are other ones.
    """

    chosen = pyqtSignal(object, object)
    local_wanted = pyqtSignal()
    back_wanted = pyqtSignal()
    connections_changed = pyqtSignal()

    def __init__(
        self, questions: Questions, thumbnails: Thumbnails, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(_FORM), self)
        self._questions = questions
        self._thumbnails = thumbnails
        self.model = WebMapModel(questions, self)
        self.link = PastedLink(questions, self)
        self.connections_box = ConnectionsBox(questions, self)
        self.sign_in_line = SignInLine(questions, self)
        self._asked_as: Optional[Connection] = None  # whose sign-in the line tells of
        self._is_entered = False  # Enter was pressed: what is found may be gone to
        self._act: Callable[[], object] = self.look
        self._key_pause = QTimer(self)
        self._key_pause.setSingleShot(True)
        self._key_pause.setInterval(_PAUSE)
        self._build()
        self._connect()
        self.begin(can_go_back=False)

    def begin(self, can_go_back: bool, connection: Optional[Connection] = None) -> None:
        """Starts anew; with `connection`, among its web maps. What was typed stays to be changed."""
        self.backButton.setVisible(can_go_back)
        self._show_recent()
        self.searchEdit.setFocus()
        self.searchEdit.selectAll()
        if connection is not None:
            self.searchEdit.clear()
            self.connections_box.reload(connection.title)
            self.look()

    def count_local(self, maps: int) -> None:
        """How many offline maps are on this computer."""
        self.localButton.setText(self.tr("&On This Computer: {maps}").format(maps=maps))

    def follow_theme(self) -> None:
        """QGIS has another theme."""
        self.localButton.setIcon(icon("folder"))

    def close_questions(self) -> None:
        """Waits for no answer any more."""
        self._key_pause.stop()
        self.model.cancel()
        self.link.cancel()
        self.sign_in_line.cancel()
        self._asked_as = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress:
            return False
        if watched is self.searchEdit and event.key() == Qt.Key.Key_Down:
            self._enter_list()
        elif watched in (self.recentList, self.webMapList) and event.key() in _ENTER:
            self._choose(watched.currentIndex())
        else:
            return False
        return True

    # ---- building -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.connectionLayout.addWidget(self.connections_box, 1)
        self.connectionLabel.setBuddy(self.connections_box.choice)
        self.verticalLayout.insertWidget(2, self.sign_in_line)
        for whose, text in (
            (Whose.ALL, self.tr("All Web Maps")),
            (Whose.MINE, self.tr("My Web Maps")),
            (Whose.GROUPS, self.tr("My Groups")),
            (Whose.ORGANISATION, self.tr("My Organization")),
        ):
            self.whoseChoice.addItem(text, whose)
        self.webMapList.setModel(self.model)
        self.webMapList.setItemDelegate(WebMapDelegate(self._picture, self))
        QWidget.setTabOrder(self.searchEdit, self.connections_box.choice)
        QWidget.setTabOrder(self.connections_box.remove_button, self.whoseChoice)
        self.count_local(0)
        self.follow_theme()

    def _connect(self) -> None:
        self.model.changed.connect(self._show_finding)
        self.link.arrived.connect(self._arrive)
        self.link.failed.connect(self._show_failed_link)
        self.connections_box.connection_changed.connect(self._change_connection)
        self.sign_in_line.state_changed.connect(self._show_user)
        self.searchEdit.textChanged.connect(self._edited)
        self.searchEdit.returnPressed.connect(self._enter)
        self._key_pause.timeout.connect(self.look)
        self.whoseChoice.currentIndexChanged.connect(lambda _index: self.look())
        for view in (self.webMapList, self.recentList):
            view.clicked.connect(self._choose)
            view.installEventFilter(self)
        self.searchEdit.installEventFilter(self)
        self.messageButton.clicked.connect(lambda _checked: self._act())
        self.localButton.clicked.connect(lambda _checked: self.local_wanted.emit())
        self.backButton.clicked.connect(lambda _checked: self.back_wanted.emit())
        self._thumbnails.arrived.connect(self.model.row_changed)
        self._thumbnails.arrived.connect(self._show_recent_picture)

    def _picture(self, item: Item) -> QPixmap:
        return self._thumbnails.pixmap(item, self.connections_box.connection())

    # ---- asking -------------------------------------------------------------------------------

    def _edited(self, text: str) -> None:
        self._is_entered = False
        self.close_questions()
        if not text.strip():
            self._show_recent()
        elif not is_link(text) and not self._is_locked():
            self._key_pause.start()

    def _enter(self) -> None:
        """Enter goes to what is found: the one web map, or the list of several."""
        self._is_entered = True
        text, connection = self.searchEdit.text().strip(), self.connections_box.connection()
        if not is_link(text):
            self.look()
            return
        self.close_questions()
        try:
            portal = self.link.follow(text, connection)
        except BadInput as error:
            self._show_message(in_words(error))
        else:
            self._show_message(
                self.tr("Asking {portal}…").format(portal=portal), self.tr("&Cancel"), self._give_up
            )

    def look(self) -> None:
        """Searches the chosen portal by the words that stand there; without any, all its web maps."""
        self._key_pause.stop()
        self.link.cancel()
        text, connection = self.searchEdit.text().strip(), self.connections_box.connection()
        words = "" if is_link(text) else text
        self.model.search(connection, words, self.whoseChoice.currentData())
        if connection != self._asked_as and not self._is_locked():
            self._asked_as = connection
            self.sign_in_line.ask(connection)

    def _give_up(self) -> None:
        self.close_questions()
        self._show_recent()

    def _is_locked(self) -> bool:
        """Asking now would have QGIS ask for its master password: not while somebody types."""
        return bool(self.connections_box.connection().authcfg) and store_is_locked()

    def _change_connection(self, _connection: Connection) -> None:
        self.connections_changed.emit()
        self._asked_as = None
        self.sign_in_line.cancel()
        if is_link(self.searchEdit.text()):
            self._show_recent()
        else:
            self.look()

    def _arrive(self, connection: Connection, web_map: Optional[Item]) -> None:
        """A link has led to a web map, or to a portal, whose web maps are listed then."""
        self._take_connection(connection)
        if web_map is None:
            self.look()
        else:
            self.searchEdit.clear()
            self.chosen.emit(connection, ChosenWebMap(web_map.id, web_map.title))

    def _take_connection(self, connection: Connection) -> None:
        """Shows a saved connection without asking anything."""
        self.connections_box.blockSignals(True)
        self.connections_box.reload(connection.title)
        self.connections_box.blockSignals(False)
        self.connections_changed.emit()

    def _ask_to_sign_in(self, connection: Connection, then: Callable[[], object]) -> None:
        """The one form of signing in; `then` goes on, once somebody did."""
        replaced = connection.title if find_connection(connection.title) else ""
        reason = self.tr("Sign in to “{portal}” to see what is not public.")
        portal = connection.title or connection.url
        saved = ask_to_edit(self._questions, connection, replaced, self, reason.format(portal=portal))
        if saved is not None:
            self._take_connection(saved)
            then()

    # ---- choosing -----------------------------------------------------------------------------

    def _enter_list(self) -> None:
        """*Down* goes from the field to what lies below it."""
        for page, view in ((self.recentPage, self.recentList), (self.listPage, self.webMapList)):
            if self.pages.currentWidget() is page and view.model().rowCount():
                view.setFocus()
                if not view.currentIndex().isValid():
                    view.setCurrentIndex(view.model().index(0, 0))

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        self.close_questions()
        if index.model() is self.model:
            item: Item = index.data(ITEM)
            self.chosen.emit(self.connections_box.connection(), ChosenWebMap(item.id, item.title))
            return
        connection, web_map = index.data(_SAVED)
        self._take_connection(connection)
        self.chosen.emit(connection, web_map)

    # ---- showing ------------------------------------------------------------------------------

    def _show_recent(self) -> None:
        self.recentList.clear()
        for connection, web_map in recent_web_maps(_MOST_RECENT):
            text = f"{' '.join(web_map.title.split())}\n{connection.title}"
            picture = self._thumbnails.pixmap_on_disk(area_key(connection.url, web_map.id))
            row = QListWidgetItem(QIcon(picture), text, self.recentList)
            row.setData(_SAVED, (connection, web_map))
            row.setToolTip(inert(f"{web_map.title}\n{connection.url}"))
        has_some = self.recentList.count() > 0
        self.recentLabel.setVisible(has_some)
        self.recentList.setVisible(has_some)
        self.hint.setVisible(not has_some)
        self._show_page(self.recentPage)

    def _show_recent_picture(self, item_id: str) -> None:
        for number in range(self.recentList.count()):
            row = self.recentList.item(number)
            connection, web_map = row.data(_SAVED)
            if web_map.id == item_id:
                row.setIcon(QIcon(self._thumbnails.pixmap_on_disk(area_key(connection.url, item_id))))

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        searched = self.model.finding is not Finding.NOTHING_ASKED and page is not self.recentPage
        self.whoseChoice.setVisible(searched and not is_link(self.searchEdit.text()))
        self.countLabel.setVisible(page is self.listPage)
        self.sign_in_line.setVisible(page is not self.recentPage)

    def _show_user(self, state: Optional[SignInState]) -> None:
        """Whose web maps can be asked for: a visitor has none, and no groups."""
        is_member = state is None or bool(state.user)
        for row in range(self.whoseChoice.count()):
            if self.whoseChoice.itemData(row) in _OWN:
                self.whoseChoice.model().item(row).setEnabled(is_member)
        if not is_member and self.whoseChoice.currentData() in _OWN:
            self.whoseChoice.setCurrentIndex(0)

    def _show_finding(self) -> None:
        finding = self.model.finding
        if finding is Finding.SHOWING:
            self._show_page(self.listPage)
            self._show_count()
            if self._is_entered:
                self._is_entered = False
                self._go_to_found()
        elif finding is Finding.LOOKING:
            self._show_message(self.tr("Looking for web maps…"))
        elif finding is Finding.NONE_FOUND:
            self._show_message(self._none_found())
        elif finding is Finding.FAILED and not self.model.rowCount():
            self._show_failed_search()
        else:
            self._show_count()

    def _go_to_found(self) -> None:
        words = self.searchEdit.text().strip()
        if words and not is_link(words) and self.model.rowCount() == 1:
            self._choose(self.model.index(0))
        else:
            self.webMapList.setCurrentIndex(self.model.index(0))
            self.webMapList.setFocus()

    def _show_failed_search(self) -> None:
        error = self.model.error
        sign_in = isinstance(error, SignInRequired)
        connection = self.connections_box.connection()
        self._show_failure(connection, error, sign_in, self.look)

    def _show_failed_link(self, connection: Connection, error: OfflineMapError) -> None:
        """Who is nobody yet is asked to sign in at once, where that opens the link."""

        def again() -> None:
            self.link.ask([self.connections_box.connection()])

        refused = isinstance(error, (SignInRequired, AccessDenied)) and not isinstance(error, StoreLocked)
        if refused and not connection.authcfg:
            self._show_failure(connection, error, True, again)
            self._ask_to_sign_in(connection, again)
        else:
            self._show_failure(connection, error, refused or isinstance(error, ItemNotFound), self._enter)

    def _show_failure(
        self, connection: Connection, error: OfflineMapError, sign_in: bool, again: Callable[[], object]
    ) -> None:
        """What went wrong, with the one button that helps."""
        if isinstance(error, StoreLocked):
            self._show_message(in_words(error), self.tr("&Unlock…"), again)
        elif sign_in:
            self._show_message(
                in_words(error),
                self.tr("&Sign In…"),
                lambda: self._ask_to_sign_in(connection, again),
            )
        else:
            self._show_message(in_words(error), self.tr("&Try Again"), again)

    def _none_found(self) -> str:
        words = self.searchEdit.text().strip()
        if words and not is_link(words):
            return self.tr("No web map with map areas matches “{words}”.").format(words=words)
        whose = self.whoseChoice.currentData()
        if whose is Whose.MINE:
            return self.tr("None of your web maps has map areas.")
        if whose is Whose.GROUPS:
            return self.tr("Your groups share no web map with map areas.")
        if whose is Whose.ORGANISATION:
            return self.tr("Your organization shares no web map with map areas.")
        if self.connections_box.connection().authcfg:
            return self.tr("This portal shows you no web map with map areas.")
        return self.tr("This portal has no public web map with map areas. Sign in to see others.")

    def _show_message(self, text: str, action: str = "", act: Optional[Callable[[], object]] = None) -> None:
        self.message.setText(text)
        self.messageButton.setVisible(bool(action))
        self.messageButton.setText(action)
        self._act = act or self.look
        self._show_page(self.messagePage)

    def _show_count(self) -> None:
        shown, total = self.model.rowCount(), max(self.model.total, self.model.rowCount())
        if self.model.finding is Finding.FAILED:
            text = in_words(self.model.error)
        elif shown < total:
            text = self.tr("Web maps: {shown} of {total}; scroll for more").format(shown=shown, total=total)
        else:
            text = self.tr("Web maps: {total}").format(total=total)
        self.countLabel.setText(text)
