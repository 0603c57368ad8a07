"""The form *Choose Web Map*: search a portal's web maps that have map areas, or paste a link to one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QWidget

from ...core.errors import BadInput, SignInRequired
from ...core.portal.items import Item
from ...core.portal.urls import item_id_in, parse_web_map_reference, portal_address, same_system
from ...core.portal.web_maps import Whose
from ...qgis_io.connections import ChosenWebMap, Connection, connection_for, remember_web_map
from ...qgis_io.settings import CHOSEN_CONNECTION
from ...qgis_io.wording import in_words
from ..jobs.questions import Questions
from ..jobs.thumbnails import Thumbnails
from ..widgets.guide import open_guide
from .box import ConnectionsBox
from .sign_in import SignInLine, SignInState
from .web_map_delegate import WebMapDelegate
from .web_map_model import ITEM, Finding, WebMapModel

_FORM = Path(__file__).parents[3] / "ui" / "web_maps.ui"
_PAUSE = 350  # milliseconds without a key before a search goes out
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OWN = (Whose.MINE, Whose.GROUPS)


@dataclass(frozen=True)
class Choice:
    """What was chosen: the connection, and the web map's item as the portal describes it."""

    connection: Connection
    web_map: Item


class WebMapChooser(QDialog):
    """Asks for a web map. `choose()` is all that is needed of it."""

    def __init__(
        self, questions: Questions, thumbnails: Thumbnails, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(_FORM), self)
        self._thumbnails = thumbnails
        self.model = WebMapModel(questions, self)
        self.connections_box = ConnectionsBox(questions, self)
        self.sign_in_line = SignInLine(questions, self)
        self._act: Callable[[], None] = self._look
        self._key_pause = QTimer(self)
        self._key_pause.setSingleShot(True)
        self._key_pause.setInterval(_PAUSE)
        self._build()
        self._connect()

    def choose(self, connection: Optional[Connection] = None) -> Optional[Choice]:
        """Shows the form, at first with `connection`, until something is chosen; None if nothing is.

        The choice is remembered in the settings. Call `deleteLater` afterwards.
        """
        if connection is not None:
            self.connections_box.blockSignals(True)
            self.connections_box.reload(connection.title)
            self.connections_box.blockSignals(False)
        self._change_connection()
        accepted = self.exec()
        index = self.webMapList.currentIndex()
        if not accepted or not index.isValid():
            return None
        choice = Choice(self.connections_box.connection(), index.data(ITEM))
        remember_web_map(choice.connection.title, ChosenWebMap(choice.web_map.id, choice.web_map.title))
        CHOSEN_CONNECTION.set(choice.connection.title)
        return choice

    def done(self, result: int) -> None:
        self.model.cancel()
        self.sign_in_line.cancel()
        self._key_pause.stop()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In the search box Enter searches at once, and Down goes to the list."""
        if self.searchEdit.hasFocus() and event.key() in _ENTER:
            self._look()
        elif self.searchEdit.hasFocus() and event.key() == Qt.Key.Key_Down and self.model.rowCount():
            self.webMapList.setFocus()
        else:
            super().keyPressEvent(event)

    # ---- building -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.connectionLayout.addWidget(self.connections_box, 1)
        self.connectionLabel.setBuddy(self.connections_box.choice)
        self.verticalLayout.insertWidget(1, self.sign_in_line)
        for whose, text in (
            (Whose.ALL, self.tr("All Web Maps")),
            (Whose.MINE, self.tr("My Web Maps")),
            (Whose.GROUPS, self.tr("My Groups")),
            (Whose.ORGANISATION, self.tr("My Organization")),
        ):
            self.whoseChoice.addItem(text, whose)
        self.webMapList.setModel(self.model)
        self.webMapList.setItemDelegate(WebMapDelegate(self._picture, self))
        self.buttonBox.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("C&hoose"))
        QWidget.setTabOrder(self.connections_box.remove_button, self.searchEdit)
        self.searchEdit.setFocus()
        self._show_finding()

    def _connect(self) -> None:
        self.model.changed.connect(self._show_finding)
        self.connections_box.connection_changed.connect(self._change_connection)
        self.sign_in_line.state_changed.connect(self._show_user)
        self.searchEdit.textChanged.connect(lambda _text: self._key_pause.start())
        self._key_pause.timeout.connect(self._look)
        self.whoseChoice.currentIndexChanged.connect(self._look)
        self.webMapList.selectionModel().currentChanged.connect(self._select)
        self.webMapList.activated.connect(self._choose)
        self.messageButton.clicked.connect(lambda _checked: self._act())
        self._thumbnails.arrived.connect(self.model.row_changed)
        self.buttonBox.accepted.connect(self.accept)
        self.buttonBox.rejected.connect(self.reject)
        self.buttonBox.helpRequested.connect(lambda: open_guide("choose-a-web-map"))

    def _picture(self, item: Item):
        return self._thumbnails.pixmap(item, self.connections_box.connection())

    # ---- asking -------------------------------------------------------------------------------

    def _change_connection(self) -> None:
        self.sign_in_line.ask(self.connections_box.connection())
        self._look()

    def _look(self) -> None:
        """Searches, or follows a link, as the fields say."""
        self._key_pause.stop()
        text, connection = self.searchEdit.text().strip(), self.connections_box.connection()
        if item_id_in(text) is None:
            self.whoseChoice.setEnabled(True)
            self.model.search(connection, text, self.whoseChoice.currentData())
            return
        self.whoseChoice.setEnabled(False)
        try:
            portal, web_map_id = parse_web_map_reference(text)
        except BadInput as error:
            self.model.cancel()
            self._show_message(in_words(error))
            return
        if portal is None or same_system(portal, connection.url):
            self.model.find(connection, web_map_id)
            return
        saved = connection_for(portal)
        if saved is not None:
            self.connections_box.set_connection(saved.title)  # which looks again
        else:
            self.model.cancel()
            self._offer_connection(portal)

    def _offer_connection(self, portal: str) -> None:
        text = self.tr("This link leads to the portal {portal}, to which there is no connection yet.")
        host = portal_address(portal).origin.host
        self._show_message(
            text.format(portal=portal),
            self.tr("New Connection to {host}…").format(host=host),
            lambda: self.connections_box.add_connection(portal),
        )

    # ---- showing ------------------------------------------------------------------------------

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
            self.pages.setCurrentWidget(self.listPage)
            if self.model.rowCount() == 1 and item_id_in(self.searchEdit.text()):
                self.webMapList.setCurrentIndex(self.model.index(0))
        elif finding is Finding.LOOKING:
            self._show_message(self.tr("Looking for web maps…"))
        elif finding is Finding.NONE_FOUND:
            self._show_message(self._none_found())
        elif finding is Finding.FAILED and not self.model.rowCount():
            self._show_failure()
        self._show_count()
        self._show_choice()

    def _show_failure(self) -> None:
        error = self.model.error
        if isinstance(error, SignInRequired):
            self._show_message(
                in_words(error), self.tr("&Edit Connection…"), self.connections_box.edit_connection
            )
        else:
            self._show_message(in_words(error), self.tr("&Try Again"), self._look)

    def _none_found(self) -> str:
        words = self.searchEdit.text().strip()
        if words:
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
        self._act = act or self._look
        self.pages.setCurrentWidget(self.messagePage)
        self.countLabel.clear()
        self._show_choice()

    def _show_count(self) -> None:
        shown, total = self.model.rowCount(), max(self.model.total, self.model.rowCount())
        if self.model.finding is Finding.FAILED and shown:
            self.countLabel.setText(in_words(self.model.error))
        elif self.model.finding is not Finding.SHOWING:
            self.countLabel.clear()
        elif shown < total:
            text = self.tr("Web maps: {shown} of {total}; scroll for more")
            self.countLabel.setText(text.format(shown=shown, total=total))
        else:
            self.countLabel.setText(self.tr("Web maps: {total}").format(total=total))

    def _select(self, current: QModelIndex) -> None:
        """The row that the keyboard is at is the chosen one, also when it has just come to the list."""
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.webMapList.selectionModel().select(current, flag)
        self._show_choice()

    def _show_choice(self) -> None:
        chosen = self.webMapList.currentIndex().isValid() and self.pages.currentWidget() is self.listPage
        self.buttonBox.button(QDialogButtonBox.StandardButton.Ok).setEnabled(chosen)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.accept()
