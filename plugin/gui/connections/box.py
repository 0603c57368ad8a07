"""The saved portals as a list to choose from, with the ways to make, change and remove one."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QMessageBox, QToolButton, QWidget

from ...core.untrusted.text import inert
from ...qgis_io.connections import (
    Connection,
    connections,
    find_connection,
    remove_connection,
)
from ...qgis_io.settings import CHOSEN_CONNECTION
from ..jobs.questions import Questions
from .form import ConnectionDialog


class ConnectionsBox(QWidget):
    """A choice of connection, at first the last one that was used (`settings.CHOSEN_CONNECTION`).

    `connection_changed` tells the chosen one whenever it is another, or was changed itself.
    """

    connection_changed = pyqtSignal(object)

    def __init__(self, questions: Questions, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self.choice = QComboBox(self)
        self.choice.setObjectName("connectionChoice")
        self.choice.setAccessibleName(self.tr("Connection"))
        self.choice.setToolTip(self.tr("The portal whose web maps are shown"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(5)
        self.setFocusProxy(self.choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choice, 1)
        self.new_button = self._button("newConnection", "/symbologyAdd.svg", self.tr("New connection…"))
        self.edit_button = self._button("editConnection", "/symbologyEdit.svg", self.tr("Edit connection…"))
        self.remove_button = self._button(
            "removeConnection", "/symbologyRemove.svg", self.tr("Remove connection…")
        )
        self.new_button.clicked.connect(lambda _checked: self.add_connection())
        self.edit_button.clicked.connect(self.edit_connection)
        self.remove_button.clicked.connect(self.remove_connection)
        self._shown: Optional[Connection] = None
        self.reload()
        self.choice.currentIndexChanged.connect(self._changed)

    def connection(self) -> Connection:
        """The chosen connection as it is saved now, or was when another window removed it."""
        return find_connection(self.choice.currentText()) or self._shown or connections()[0]

    def set_connection(self, title: str) -> None:
        """Chooses the connection with this title, if there is one."""
        index = self.choice.findText(title, Qt.MatchFlag.MatchExactly)
        if index >= 0:
            self.choice.setCurrentIndex(index)

    def reload(self, wanted: str = "") -> None:
        """Reads the saved connections again, as after a change in the options, and chooses one."""
        wanted = wanted or self.choice.currentText() or CHOSEN_CONNECTION.value()
        self.choice.blockSignals(True)
        self.choice.clear()
        for one in connections():
            self.choice.addItem(one.title)
            self.choice.setItemData(self.choice.count() - 1, inert(one.url), Qt.ItemDataRole.ToolTipRole)
        self.choice.setCurrentIndex(max(0, self.choice.findText(wanted, Qt.MatchFlag.MatchExactly)))
        self.choice.blockSignals(False)
        self._changed()

    def add_connection(self, url: str = "") -> None:
        """Asks for a new connection, to `url` if it is known already, and chooses it."""
        self._take(ask_to_edit(self._questions, Connection("", url), "", self))

    def edit_connection(self) -> None:
        """Asks how the chosen connection is to be from now on."""
        edited = self.connection()
        self._take(ask_to_edit(self._questions, edited, edited.title, self))

    def remove_connection(self) -> None:
        """Removes the chosen connection, if the user means it."""
        if ask_to_remove(self.connection(), self):
            self.reload()

    def _take(self, saved: Optional[Connection]) -> None:
        if saved is not None:
            self.reload(saved.title)

    def _button(self, name: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(QgsApplication.getThemeIcon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.layout().addWidget(button)
        return button

    def _changed(self) -> None:
        chosen = self.connection()
        self.remove_button.setEnabled(not chosen.is_fixed)
        if _same_portal(chosen, self._shown):
            return
        self._shown = chosen
        self.connection_changed.emit(chosen)


def ask_to_edit(
    questions: Questions, connection: Connection, replaced: str, parent: QWidget, reason: str = ""
) -> Optional[Connection]:
    """Shows the form of a connection; returns what was saved, None if nothing was.

    `reason` says why somebody has to sign in, where that is what the form is for.
    """
    dialog = ConnectionDialog(questions, connection, replaced, parent, reason)
    dialog.exec()
    dialog.deleteLater()
    return dialog.saved


def ask_to_remove(connection: Connection, parent: QWidget) -> bool:
    """Asks whether the connection is to go; True when it was removed."""
    text = QCoreApplication.translate(
        "ConnectionsBox",
        "Remove the connection “{title}”? Offline maps and the authentication configuration are kept.",
    )
    answer = QMessageBox.question(
        parent,
        QCoreApplication.translate("ConnectionsBox", "Remove Connection"),
        inert(text.format(title=connection.title)),
        QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel,
        QMessageBox.StandardButton.Cancel,
    )
    if answer != QMessageBox.StandardButton.Yes:
        return False
    remove_connection(connection.title)
    return True


def _same_portal(one: Connection, other: Optional[Connection]) -> bool:
    """True for the same portal, seen by the same user; its web maps do not matter."""
    return other is not None and (one.title, one.url, one.authcfg) == (other.title, other.url, other.authcfg)
