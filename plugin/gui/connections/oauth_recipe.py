"""Signing in with a browser: the steps, with this portal's own addresses, and the last step done.

OAuth 2 with PKCE is what serves single sign-on and second factors. It needs an application that
somebody registers in the portal once; its client id is no secret.
"""

from __future__ import annotations

from html import escape
import json
from pathlib import Path

from qgis.core import QgsApplication, QgsAuthMethodConfig
from qgis.PyQt import uic
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QWidget

from ...core.portal.urls import portal_address

_FORM = Path(__file__).parents[3] / "ui" / "oauth_recipe.ui"
_PORT = 7070  # what QGIS listens on unless it is told otherwise
_REDIRECT = f"http://127.0.0.1:{_PORT}/"
_WITH_PKCE = 3  # the grant flow "Authorization Code PKCE" of QGIS
_IN_HEADER = 0
_CUSTOM = 1


class OAuthRecipe(QDialog):
    """Shows how it is done for the portal at `url`; accepted, `authcfg` is the new configuration's id."""

    def __init__(self, url: str, parent: QWidget) -> None:
        super().__init__(parent)
        uic.loadUi(str(_FORM), self)
        self.authcfg = ""
        self._portal = portal_address(url)
        self.steps.setHtml(self._html())
        self.problem.hide()
        ok = self.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("Create &Configuration"))
        ok.setEnabled(False)
        self.clientEdit.textChanged.connect(lambda text: ok.setEnabled(bool(text.strip())))
        self.buttonBox.accepted.connect(self.accept)
        self.buttonBox.rejected.connect(self.reject)
        self.clientEdit.setFocus()

    def accept(self) -> None:
        """Stores the configuration; QGIS may ask for its master password, or to choose one."""
        config = QgsAuthMethodConfig("OAuth2")
        config.setName(self.tr("{portal} (browser)").format(portal=self._portal.origin.host))
        config.setUri(str(self._portal))
        config.setConfig("oauth2config", json.dumps(self._oauth(self.clientEdit.text().strip())))
        manager = QgsApplication.authManager()
        stored = manager.setMasterPassword(True) and manager.storeAuthenticationConfig(config)
        if not stored or not stored[0]:
            self.problem.setText(self.tr("QGIS could not store it: its authentication database is locked."))
            self.problem.show()
            return
        self.authcfg = stored[1].id()
        super().accept()

    def _oauth(self, client: str) -> dict[str, object]:
        """The members that QGIS keeps of an OAuth2 configuration."""
        rest = f"{self._portal}/sharing/rest/oauth2"
        return {
            "version": 1,
            "configType": _CUSTOM,
            "grantFlow": _WITH_PKCE,
            "accessMethod": _IN_HEADER,
            "requestUrl": f"{rest}/authorize",
            "tokenUrl": f"{rest}/token",
            "refreshTokenUrl": f"{rest}/token",
            "redirectHost": "127.0.0.1",
            "redirectPort": _PORT,
            "redirectUrl": "",
            "clientId": client,
            "persistToken": True,
            "requestTimeout": 60,
        }

    def _html(self) -> str:
        oauth = self._oauth("")
        values = (
            (self.tr("Grant flow"), "Authorization Code PKCE"),
            (self.tr("Request URL"), oauth["requestUrl"]),
            (self.tr("Token URL"), oauth["tokenUrl"]),
            (self.tr("Refresh token URL"), oauth["refreshTokenUrl"]),
            (self.tr("Redirect URL"), _REDIRECT),
            (self.tr("Client ID"), self.tr("from the registered application; no client secret")),
            (self.tr("Access method"), "Header"),
            (self.tr("Persist between launches"), self.tr("on")),
        )
        rows = "".join(
            f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td><code>{escape(str(value))}</code></td></tr>"
            for name, value in values
        )
        steps = (
            self.tr(
                "Choose this where the portal signs you in by single sign-on or with a second factor, or"
                " whenever you would rather not store a password."
            ),
            self.tr(
                "Once, somebody with the right to register applications adds one in the portal (New item ▸"
                " Application or Developer credentials) with the redirect URL below, and gives you its"
                " client ID."
            ),
            self.tr(
                "Enter the client ID and create the configuration. QGIS then opens your browser when the"
                " connection is used for the first time; sign in there and return to QGIS."
            ),
            self.tr("These are its values, should you rather make it by hand or have to change it:"),
        )
        first, *rest = (escape(step) for step in steps)
        listed = "".join(f"<li>{step}</li>" for step in rest[:-1])
        return f"<p>{first}</p><ol>{listed}</ol><p>{rest[-1]}</p><table>{rows}</table>"
