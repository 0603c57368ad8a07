"""The form of one connection: its address, how to sign in, its title, and a test of all three."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional

from qgis.core import QgsApplication
from qgis.PyQt import uic
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QWidget

from ...core.errors import OfflineMapError
from ...core.portal.urls import portal_address
from ...qgis_io.connections import Connection, checked_connection, proposed_title, save_connection
from ...qgis_io.guide import open_guide
from ...qgis_io.stored_sign_in import SignInWay, store_is_locked
from ...qgis_io.wording import in_words
from ..jobs.questions import Question, Questions
from .sign_in import SignInState, sign_in_in_words, sign_in_state
from .sign_in_fields import SignInFields

_FORM = Path(__file__).parents[3] / "ui" / "connection.ui"
_ICON = 24
_WARNING, _SUCCESS = "/mIconWarning.svg", "/mIconSuccess.svg"


class ConnectionDialog(QDialog):
    """Edits `connection`, which is saved under the title `replaced` (empty: not saved yet).

    *OK* asks the portal first, and saves what it accepts; what it does not accept is saved when one insists.
    `reason` says why somebody has to sign in. Accepted, `saved` is what was saved.
    """

    def __init__(
        self,
        questions: Questions,
        connection: Connection,
        replaced: str = "",
        parent: Optional[QWidget] = None,
        reason: str = "",
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(_FORM), self)
        self.saved: Optional[Connection] = None
        self.sign_in = SignInFields(self)
        self.signInLayout.addWidget(self.sign_in)
        self._questions = questions
        self._replaced = replaced
        self._question: Optional[Question] = None
        self._is_answered = False  # the portal has said what it says to these fields
        self._name = ""  # the portal's own
        self._ok = self.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        self._ok_text = self.tr("&Sign In") if reason else self.tr("&Save")
        for button in self.buttonBox.buttons():
            button.setAutoDefault(False)  # only the default one is pressed by Enter
        self._show(connection, reason)
        self._order_focus()
        self.titleEdit.textChanged.connect(self._show_buttons)
        self.urlEdit.textChanged.connect(self._edited)
        self.sign_in.changed.connect(self._edited)
        self.sign_in.unlocked.connect(self._test)
        self.testButton.clicked.connect(self._test)
        self.buttonBox.accepted.connect(self.accept)
        self.buttonBox.rejected.connect(self.reject)
        self.buttonBox.helpRequested.connect(lambda: open_guide("connections"))
        if connection.url and not reason and not (connection.authcfg and store_is_locked()):
            self._test()

    def accept(self) -> None:
        if self._is_answered:
            self._save()
        else:
            self._ask(then=self._save)

    def done(self, result: int) -> None:
        self._drop_question()
        self.sign_in.discard()
        super().done(result)

    # ---- showing ------------------------------------------------------------------------------

    def _show(self, connection: Connection, reason: str) -> None:
        title = self.tr("Edit Portal Connection") if self._replaced else self.tr("New Portal Connection")
        self.setWindowTitle(self.tr("Sign In") if reason else title)
        self.reasonText.setText(reason)
        self.reasonText.setVisible(bool(reason))
        self._name = "" if self._replaced else connection.title
        self.titleEdit.setText(self._replaced)
        self.urlEdit.setText(connection.url)
        way = SignInWay.USER if reason and not connection.authcfg else None
        self.sign_in.show_sign_in(connection.authcfg, way)
        self.titleEdit.setReadOnly(connection.is_fixed)
        self.urlEdit.setReadOnly(connection.is_fixed or bool(reason))
        (self.sign_in.enter if connection.url else self.urlEdit.setFocus)()
        self._edited()

    def _order_focus(self) -> None:
        fields = self.sign_in
        order = [
            self.urlEdit,
            self.titleEdit,
            fields.way_choice,
            fields.user_edit,
            fields.password_edit,
            fields.client_edit,
            self.testButton,
        ]
        for before, after in zip(order, order[1:]):
            QWidget.setTabOrder(before, after)

    def _edited(self) -> None:
        """What the portal said is no longer about what stands there."""
        self._drop_question()
        self._is_answered = False
        self._tell("", "")
        self._show_buttons()

    def _show_buttons(self, failed: bool = False) -> None:
        url = self.urlEdit.text().strip()
        failed = failed is True
        self._ok.setText(self.tr("&Save Anyway") if failed else self._ok_text)
        self._ok.setEnabled(bool(url))
        self.testButton.setEnabled(bool(url))
        (self.testButton if failed else self._ok).setDefault(True)
        self.titleEdit.setPlaceholderText(self._proposed() if url else "")
        secret = self.sign_in.way is not SignInWay.NOBODY
        self.plainTextWarning.setVisible(url.lower().startswith("http://") and secret)

    def _proposed(self) -> str:
        try:
            return proposed_title(self._name, self.urlEdit.text())
        except OfflineMapError:
            return ""

    def _tell(self, text: str, icon: str) -> None:
        self.resultText.setText(text)
        pixmap = QgsApplication.getThemeIcon(icon).pixmap(_ICON, _ICON) if icon else None
        self.resultIcon.setVisible(pixmap is not None)
        if pixmap is not None:
            self.resultIcon.setPixmap(pixmap)

    # ---- asking -------------------------------------------------------------------------------

    def _test(self) -> None:
        self._ask(then=self._suggest_saving)

    def _ask(self, then: Callable[[], None]) -> None:
        """Asks the portal whether it accepts what stands there, and goes on if it does."""
        self._drop_question()
        try:
            url = str(portal_address(self.urlEdit.text()))
            authcfg, authentication = self.sign_in.authentication(url)
        except OfflineMapError as error:
            self._tell(in_words(error), _WARNING)
            return
        self._tell(self.tr("Asking {portal}…").format(portal=url), "")
        asked = Connection("", url, authcfg)

        def answered(state: SignInState) -> None:
            self._tell_found(state, bool(authcfg or authentication))
            then()

        self._question = self._questions.ask(
            asked, sign_in_state, answered, self._tell_failed, authentication
        )

    def _tell_found(self, state: SignInState, signs_in: bool) -> None:
        self._name = state.portal
        if not self.urlEdit.isReadOnly() and self.urlEdit.text() != state.url:
            self.urlEdit.blockSignals(True)
            self.urlEdit.setText(state.url)
            self.urlEdit.blockSignals(False)
        text = self.tr("Found “{portal}”.").format(portal=state.portal)
        self._tell(f"{text}\n{sign_in_in_words(state, signs_in)}", _SUCCESS)
        self._is_answered = True
        self._show_buttons()

    def _tell_failed(self, error: OfflineMapError) -> None:
        self._tell(in_words(error), _WARNING)
        self._is_answered = True
        self._show_buttons(failed=True)
        password = self.sign_in.password_edit
        if password.isVisible():
            password.setFocus()
            password.selectAll()

    def _suggest_saving(self) -> None:
        """After a test that went well one wants to save."""
        if self.testButton.hasFocus():
            self._ok.setFocus()

    def _drop_question(self) -> None:
        if self._question is not None:
            self._question.cancel()
            self._question = None

    # ---- saving -------------------------------------------------------------------------------

    def _save(self) -> None:
        """What cannot be saved keeps the form, and all that was typed, where it is."""
        try:
            url = str(portal_address(self.urlEdit.text()))
            title = self.titleEdit.text().strip() or proposed_title(self._name, url)
            checked_connection(Connection(title, url), self._replaced)
            wanted = Connection(title, url, self.sign_in.store(url))
            self.saved = save_connection(wanted, self._replaced)
        except OfflineMapError as error:
            self._tell(in_words(error), _WARNING)
            return
        self.sign_in.keep()
        super().accept()
