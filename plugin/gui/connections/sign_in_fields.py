"""The fields of a form that say how to sign in: by a user, a browser, a certificate, or as QGIS knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.gui import QgsAuthConfigSelect, QgsFileWidget, QgsPasswordLineEdit
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...core.portal.credentials import UserPassword
from ...core.portal.urls import portal_address
from ...qgis_io.authentication import Authentication
from ...qgis_io.stored_sign_in import (
    OAUTH_REDIRECT,
    SignInWay,
    oauth_client,
    oauth_values,
    remove_sign_in,
    store_is_locked,
    store_sign_in,
    unlock_store,
    values_of,
    way_of,
)

_PATH, _PASSPHRASE = "bundlepath", "bundlepass"


class SignInFields(QWidget):
    """Shows a configuration and makes another one. `changed` tells edits; `unlocked` that values have come.

    What it stores for a trial goes again with `discard`, unless it was `keep`-ed.
    """

    changed = pyqtSignal()
    unlocked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._authcfg = self._made = ""
        self._shown: tuple[SignInWay, Mapping[str, str]] = (SignInWay.NOBODY, {})
        self.way_choice = QComboBox(self)
        self.way_choice.setObjectName("wayChoice")
        for way, text in (
            (SignInWay.USER, self.tr("User and password")),
            (SignInWay.BROWSER, self.tr("Browser (OAuth2)")),
            (SignInWay.CERTIFICATE, self.tr("Certificate")),
            (SignInWay.OTHER, self.tr("Other configuration of QGIS")),
            (SignInWay.NOBODY, self.tr("Without signing in: public items only")),
        ):
            self.way_choice.addItem(text, way)
        self._pages = QStackedWidget(self)
        self._by_way = {
            SignInWay.USER: self._user_page(),
            SignInWay.BROWSER: self._browser_page(),
            SignInWay.CERTIFICATE: self._certificate_page(),
            SignInWay.OTHER: self._other_page(),
            SignInWay.NOBODY: QWidget(self),
        }
        self._locked_page = self._build_locked_page()
        for page in (*self._by_way.values(), self._locked_page):
            self._pages.addWidget(page)
        label = QLabel(self.tr("Sign in &with"), self)
        label.setBuddy(self.way_choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (label, self.way_choice, self._pages):
            layout.addWidget(widget)
        self.setFocusProxy(self.way_choice)
        self.way_choice.currentIndexChanged.connect(self._change_way)
        self._show_page()

    @property
    def way(self) -> SignInWay:
        """The way that is chosen."""
        return self.way_choice.currentData()

    @property
    def is_closed(self) -> bool:
        """True while what is shown cannot be read, since the authentication database is locked."""
        return self._pages.currentWidget() is self._locked_page

    def show_sign_in(self, authcfg: str, way: Optional[SignInWay] = None) -> None:
        """Shows a configuration, or an empty `way`; unlocks nothing."""
        self._authcfg = authcfg
        self.way_choice.setCurrentIndex(self.way_choice.findData(way or way_of(authcfg)))
        self._read()

    def enter(self) -> None:
        """Puts the keyboard where one types first."""
        first = {
            SignInWay.USER: self.user_edit,
            SignInWay.BROWSER: self.client_edit,
            SignInWay.CERTIFICATE: self.file_widget.lineEdit(),
            SignInWay.OTHER: self.config_select,
        }.get(self.way, self.way_choice)
        (self.unlock_button if self.is_closed else first).setFocus()

    def authentication(self, url: str) -> tuple[str, Optional[Authentication]]:
        """What to try at a portal: the id of a configuration, or what needs none.

        Raises `BadInput`, and `SignInRequired` where QGIS stores nothing.
        """
        if self.way is SignInWay.USER and not self._is_as_shown():
            values = self._values(url)
            return "", Authentication(UserPassword(values["username"], values["password"]))
        return self.store(url), None

    def store(self, url: str) -> str:
        """The id of the configuration that signs in as the fields say. Raises as `authentication` does."""
        if self._is_as_shown():
            return self._authcfg
        if self.way is SignInWay.NOBODY:
            return ""
        if self.way is SignInWay.OTHER:
            return self.config_select.configId()
        portal = portal_address(url)
        who = self.user_edit.text() if self.way is SignInWay.USER else self.way.value
        name = f"{portal.origin.host} ({who})"
        known = self._made or self._authcfg
        stored = store_sign_in(self.way, str(portal), name, self._values(url), known)
        if stored != self._authcfg:
            if self._made != stored:
                remove_sign_in(self._made)
            self._made = stored
        return stored

    def keep(self) -> None:
        """What was stored stays."""
        self._made = ""

    def discard(self) -> None:
        """What was stored for a trial goes."""
        remove_sign_in(self._made)
        self._made = ""

    # ---- building -----------------------------------------------------------------------------

    def _user_page(self) -> QWidget:
        self.user_edit, self.password_edit = QLineEdit(self), QgsPasswordLineEdit(self)
        self.user_edit.setObjectName("userEdit")
        self.password_edit.setObjectName("passwordEdit")
        for edit in (self.user_edit, self.password_edit):
            edit.textChanged.connect(self.changed)
        return self._page((self.tr("&User"), self.user_edit), (self.tr("&Password"), self.password_edit))

    def _browser_page(self) -> QWidget:
        self.client_edit = QLineEdit(self)
        self.client_edit.setObjectName("clientEdit")
        self.client_edit.textChanged.connect(self.changed)
        redirect = QLineEdit(OAUTH_REDIRECT, self)
        redirect.setReadOnly(True)
        note = self.tr(
            "For single sign-on or a second factor. Somebody has to register an application in the "
            "portal once, with this redirect URL; its client ID, which is not a secret, goes here. Your "
            "browser then opens for you to sign in."
        )
        return self._page(
            (self.tr("&Client ID"), self.client_edit), (self.tr("&Redirect URL"), redirect), note=note
        )

    def _certificate_page(self) -> QWidget:
        self.file_widget, self.passphrase_edit = QgsFileWidget(self), QgsPasswordLineEdit(self)
        self.file_widget.setFilter(self.tr("Certificate with its key (*.p12 *.pfx)"))
        self.file_widget.setFocusProxy(self.file_widget.lineEdit())
        self.file_widget.fileChanged.connect(self.changed)
        self.passphrase_edit.textChanged.connect(self.changed)
        return self._page((self.tr("&File"), self.file_widget), (self.tr("&Password"), self.passphrase_edit))

    def _other_page(self) -> QWidget:
        self.config_select = QgsAuthConfigSelect(self)
        self.config_select.selectedConfigIdChanged.connect(self.changed)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.config_select)
        return page

    def _build_locked_page(self) -> QWidget:
        text = _note(
            self.tr("This sign-in is stored in the authentication database of QGIS, which is locked."), self
        )
        self.unlock_button = QPushButton(self.tr("Un&lock…"), self)
        self.unlock_button.clicked.connect(lambda _checked: self._unlock())
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(text)
        layout.addWidget(self.unlock_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()
        return page

    def _page(self, *rows: tuple[str, QWidget], note: str = "") -> QWidget:
        page = QWidget(self)
        layout = QFormLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for text, widget in rows:
            layout.addRow(text, widget)
        if note:
            layout.addRow(_note(note, page))
        return page

    # ---- reading and writing ------------------------------------------------------------------

    def _change_way(self) -> None:
        self._show_page()
        self.changed.emit()

    def _show_page(self) -> None:
        readable = (SignInWay.USER, SignInWay.BROWSER, SignInWay.CERTIFICATE)
        locked = bool(self._authcfg) and self.way in readable and self.way is way_of(self._authcfg)
        self._pages.setCurrentWidget(
            self._locked_page if locked and store_is_locked() else self._by_way[self.way]
        )

    def _unlock(self) -> None:
        if unlock_store():
            self._read()
            self.enter()
            self.unlocked.emit()

    def _read(self) -> None:
        """Fills the fields with what the configuration holds, as far as it can be read."""
        values = values_of(self._authcfg)
        self.user_edit.setText(values.get("username", ""))
        self.password_edit.setText(values.get("password", ""))
        self.client_edit.setText(oauth_client(values))
        self.file_widget.setFilePath(values.get(_PATH, ""))
        self.passphrase_edit.setText(values.get(_PASSPHRASE, ""))
        self.config_select.setConfigId(self._authcfg if self.way is SignInWay.OTHER else "")
        self._shown = (self.way, self._fields())
        self._show_page()

    def _is_as_shown(self) -> bool:
        return self.is_closed or (bool(self._authcfg) and (self.way, self._fields()) == self._shown)

    def _fields(self) -> Mapping[str, str]:
        return {
            "username": self.user_edit.text(),
            "password": self.password_edit.text(),
            "client": self.client_edit.text().strip(),
            _PATH: self.file_widget.filePath(),
            _PASSPHRASE: self.passphrase_edit.text(),
            "authcfg": self.config_select.configId(),
        }

    def _values(self, url: str) -> Mapping[str, str]:
        """The members of the configuration, as QGIS names them."""
        fields = self._fields()
        if self.way is SignInWay.BROWSER:
            return oauth_values(url, fields["client"])
        wanted = ("username", "password") if self.way is SignInWay.USER else (_PATH, _PASSPHRASE)
        return {name: fields[name] for name in wanted}


def _note(text: str, parent: QWidget) -> QLabel:
    """A sentence or more between fields."""
    note = QLabel(text, parent)
    note.setTextFormat(Qt.TextFormat.PlainText)
    note.setWordWrap(True)
    return note
