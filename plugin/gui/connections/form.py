"""The form of one connection: title, address, authentication, and a test of all three."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt import uic
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QWidget

from ...core.errors import BadInput, OfflineMapError
from ...core.portal.urls import portal_address
from ...qgis_io.connections import Connection, checked_connection
from ...qgis_io.wording import in_words
from ..jobs.questions import Question, Questions
from ..widgets.guide import open_guide
from .oauth_recipe import OAuthRecipe
from .sign_in import SignInState, sign_in_in_words, sign_in_state

_FORM = Path(__file__).parents[3] / "ui" / "connection.ui"
_ICON = 24


class ConnectionDialog(QDialog):
    """Edits `connection`, which is saved under the title `replaced` (empty: not saved yet).

    It saves nothing itself: what was accepted is `connection()`.
    """

    def __init__(
        self,
        questions: Questions,
        connection: Connection,
        replaced: str = "",
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(_FORM), self)
        self._questions = questions
        self._replaced = replaced
        self._question: Optional[Question] = None
        self._show(connection)
        for changed in (self.titleEdit.textChanged, self.urlEdit.textChanged):
            changed.connect(self._edited)
        self.authenticationSelect.selectedConfigIdChanged.connect(self._edited)
        self.testButton.clicked.connect(self._test)
        self.recipeLink.linkActivated.connect(self._show_recipe)
        self.buttonBox.accepted.connect(self.accept)
        self.buttonBox.rejected.connect(self.reject)
        self.buttonBox.helpRequested.connect(lambda: open_guide("connections"))

    def connection(self) -> Connection:
        """What the fields say, unchecked until the form was accepted."""
        authcfg = self.authenticationSelect.configId()
        return Connection(self.titleEdit.text(), self.urlEdit.text().strip(), authcfg)

    def accept(self) -> None:
        try:
            checked_connection(self.connection(), self._replaced)
        except BadInput as error:
            self._tell(in_words(error), "/mIconWarning.svg")
            return
        super().accept()

    def done(self, result: int) -> None:
        self._drop_question()
        super().done(result)

    def _show(self, connection: Connection) -> None:
        if self._replaced:
            self.setWindowTitle(self.tr("Edit Portal Connection"))
        else:
            self.setWindowTitle(self.tr("New Portal Connection"))
        self.titleEdit.setText(connection.title)
        self.urlEdit.setText(connection.url)
        self.authenticationSelect.setConfigId(connection.authcfg)
        for fixed in (self.titleEdit, self.urlEdit):
            fixed.setReadOnly(connection.is_fixed)
        self.recipeLink.setText(
            '<a href="oauth">{}</a>'.format(self.tr("How to sign in with a browser (OAuth2)…"))
        )
        (self.authenticationSelect if connection.is_fixed else self.titleEdit).setFocus()
        self._edited()

    def _edited(self) -> None:
        """What was tested is no longer what stands there."""
        self._drop_question()
        self._tell("", "")
        edited = self.connection()
        ok = self.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(edited.title.strip() and edited.url))
        self.testButton.setEnabled(bool(edited.url))
        self.plainTextWarning.setVisible(edited.url.lower().startswith("http://") and bool(edited.authcfg))

    def _test(self) -> None:
        tested = self.connection()
        try:
            url = str(portal_address(tested.url))
        except BadInput as error:
            self._tell(in_words(error), "/mIconWarning.svg")
            return
        self._drop_question()
        self._tell(self.tr("Asking {portal}…").format(portal=url), "")
        self.testButton.setEnabled(False)
        asked = Connection(tested.title, url, tested.authcfg)
        self._question = self._questions.ask(
            asked, sign_in_state, lambda state: self._tell_found(state, asked), self._tell_failed
        )

    def _tell_found(self, state: SignInState, asked: Connection) -> None:
        if not self.urlEdit.isReadOnly():
            self.urlEdit.setText(state.url)
            if not self.titleEdit.text().strip():
                self.titleEdit.setText(state.portal)
        text = self.tr("Found “{portal}”.").format(portal=state.portal)
        self._tell(f"{text}\n{sign_in_in_words(state, asked)}", "/mIconSuccess.svg")
        self.testButton.setEnabled(True)

    def _tell_failed(self, error: OfflineMapError) -> None:
        self._tell(in_words(error), "/mIconWarning.svg")
        self.testButton.setEnabled(True)

    def _tell(self, text: str, icon: str) -> None:
        self.resultText.setText(text)
        pixmap = QgsApplication.getThemeIcon(icon).pixmap(_ICON, _ICON) if icon else None
        self.resultIcon.setVisible(pixmap is not None)
        if pixmap is not None:
            self.resultIcon.setPixmap(pixmap)

    def _drop_question(self) -> None:
        if self._question is not None:
            self._question.cancel()
            self._question = None

    def _show_recipe(self) -> None:
        try:
            recipe = OAuthRecipe(self.connection().url, self)
        except BadInput as error:
            self._tell(in_words(error), "/mIconWarning.svg")
            return
        if recipe.exec():
            self.authenticationSelect.setConfigId(recipe.authcfg)
        recipe.deleteLater()
