"""Who the user is for a portal: asked in the background, told in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtCore import QCoreApplication, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QWidget

from ...core.errors import OfflineMapError
from ...core.portal.items import Portal
from ...core.untrusted.text import inert
from ...qgis_io.connections import Connection
from ...qgis_io.wording import in_words
from ..jobs.questions import Question, Questions


@dataclass(frozen=True)
class SignInState:
    """What a portal says of itself and of the user; `user` is empty when it names none."""

    url: str
    portal: str
    user: str
    full_name: str


def sign_in_state(portal: Portal) -> SignInState:
    """Asks the portal who it is and who is signed in. Raises `PortalError`, `NetworkError`, `BadInput`."""
    info = portal.info()
    name = info.name or portal.session.address.origin.host
    return SignInState(portal.url, name, info.user, info.full_name)


def sign_in_in_words(state: SignInState, signs_in: bool) -> str:
    """*Signed in as …*, *Public items only*, or that a key opens what it opens."""
    if state.user:
        text = QCoreApplication.translate("SignIn", "Signed in as {name}")
        return text.format(name=state.full_name or state.user)
    if signs_in:
        return QCoreApplication.translate(
            "SignIn", "Signed in with a key: public items, and those that the key gives access to"
        )
    return QCoreApplication.translate("SignIn", "Public items only")


class SignInLine(QLabel):
    """One line that says as whom a connection signs in, or why it does not.

    `state_changed` gives the `SignInState`, or None while it is unknown and when it failed.
    """

    state_changed = pyqtSignal(object)

    def __init__(self, questions: Questions, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("signInLine")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._questions = questions
        self._question: Optional[Question] = None

    def ask(self, connection: Connection) -> None:
        """Asks the portal of `connection`; what was asked before is dropped."""
        self.cancel()
        self.setText(self.tr("Asking {portal}…").format(portal=connection.title))
        self.setToolTip(inert(connection.url))
        self.state_changed.emit(None)
        self._question = self._questions.ask(
            connection, sign_in_state, lambda state: self._tell(state, connection), self._fail
        )

    def cancel(self) -> None:
        """Waits for no answer any more, and says nothing."""
        if self._question is not None:
            self._question.cancel()
            self._question = None
        self.clear()

    def _tell(self, state: SignInState, connection: Connection) -> None:
        self.setText(sign_in_in_words(state, bool(connection.authcfg)))
        self.setToolTip(inert("\n".join(filter(None, (state.portal, connection.url, state.user)))))
        self.state_changed.emit(state)

    def _fail(self, error: OfflineMapError) -> None:
        self.setText(in_words(error))
        self.state_changed.emit(None)
