"""An authentication configuration of QGIS as credentials for a portal.

Only its id is ever stored; what it holds is read here, once a job, and lives no longer than the
session. ArcGIS tokens go through our own policy of origins (core/portal/sign_in.py), because QGIS
would send them along with every redirect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import tempfile
from typing import Optional

from qgis.core import QgsApplication, QgsAuthMethodConfig
from qgis.PyQt.QtCore import QUrl, QUrlQuery
from qgis.PyQt.QtNetwork import QNetworkRequest

from ..core.errors import BadInput, SignInRequired, StoreLocked
from ..core.host import Feedback
from ..core.portal.credentials import (
    AUTHORIZATION_HEADER,
    Anonymous,
    BearerSource,
    Credentials,
    ReadyToken,
    TransportSignIn,
    UserPassword,
)
from ..core.portal.reach import Consent
from ..core.portal.session import PortalSession
from ..core.portal.urls import portal_address
from .settings import private_hosts
from .transport import QgisTransport

_BY_TRANSPORT = ("PKI-Paths", "PKI-PKCS#12", "Identity-Cert")
_BEARER_HEADERS = (AUTHORIZATION_HEADER.encode("ascii"), b"Authorization")
_BEARER_PARAMETERS = ("access_token", "token")
_RESOURCE_OWNER = 2  # the OAuth2 grant flow that needs no browser: QGIS has name and password


@dataclass(frozen=True)
class Authentication:
    """How to sign in. `transport_authcfg` is set where the connection itself proves the user."""

    credentials: Credentials
    transport_authcfg: str = ""


def read_authentication(authcfg: str, portal: str) -> Authentication:
    """What the configuration `authcfg` means for `portal`; an empty id means anonymous.

    Call it in the main thread: QGIS may ask for its master password. Makes no request to the
    portal. Raises `BadInput` for an unknown or unfit configuration, `SignInRequired` for a locked
    store or a sign-in that needs a person.
    """
    if not authcfg:
        return Authentication(Anonymous())
    config = _config(authcfg)
    method, values = config.method(), config.configMap()
    if method == "Basic":
        return Authentication(UserPassword(values.get("username", ""), values.get("password", "")))
    if method == "EsriToken":
        return Authentication(ReadyToken(values.get("token", "").strip()))
    if method in _BY_TRANSPORT:
        return Authentication(TransportSignIn(), authcfg)
    if method == "OAuth2":
        _refuse_lonely_oauth(authcfg, values)
    elif method != "APIHeader":
        raise BadInput(
            "The authentication configuration “{name}” ({method}) cannot be used for a portal.",
            next_step="Choose one of the type Basic, Esri token, OAuth2, API header or PKI.",
            name=config.name(),
            method=method,
        )
    url, name = f"{portal_address(portal)}/sharing/rest", config.name()
    _bearer(authcfg, url, name)  # refused now rather than in the middle of a job
    return Authentication(BearerSource(lambda: _bearer(authcfg, url, name)))


def open_session(
    portal: str, authentication: Authentication, feedback: Feedback, consent: Optional[Consent] = None
) -> PortalSession:
    """A session with `portal` over the network of QGIS, for one job. Any thread.

    `consent` is asked about hosts in private networks that the settings do not name.
    """

    def agrees(home: str, host: str, address: str) -> bool:
        return host in private_hosts() or (consent is not None and consent(home, host, address))

    transport = QgisTransport(feedback)
    session = PortalSession(
        portal,
        authentication.credentials,
        transport=transport,
        feedback=feedback,
        resolver=transport.addresses,
        consent=agrees,
    )
    if authentication.transport_authcfg:
        with_identity = QgisTransport(feedback, authentication.transport_authcfg)
        session.mount(f"{session.address.origin}/", with_identity)
    return session


def require_known(authcfg: str) -> None:
    """Raises `BadInput` unless `authcfg` is empty or the id of a configuration; unlocks nothing."""
    manager = QgsApplication.authManager()
    if authcfg and (manager.isDisabled() or authcfg not in manager.configIds()):
        raise BadInput(
            "There is no authentication configuration “{id}”.",
            next_step="Choose one of those in the QGIS options, under Authentication.",
            id=authcfg,
        )


def _config(authcfg: str) -> QgsAuthMethodConfig:
    require_known(authcfg)
    manager = QgsApplication.authManager()
    if not (manager.masterPasswordIsSet() or manager.setMasterPassword(True)):
        raise _locked()
    loaded, config = manager.loadAuthenticationConfig(authcfg, QgsAuthMethodConfig(), True)
    if not loaded:
        raise _locked()
    return config


def _locked() -> StoreLocked:
    return StoreLocked(
        "The authentication database of QGIS is locked.",
        next_step="Unlock it with its master password; without a window, put it into a file and name "
        "that file in QGIS_AUTH_PASSWORD_FILE.",
    )


def _refuse_lonely_oauth(authcfg: str, values: Mapping[str, str]) -> None:
    """Without a window nobody can sign in: then OAuth2 needs a token that QGIS has stored before."""
    if QgsApplication.platform() == "desktop":
        return
    try:
        flow = json.loads(values.get("oauth2config", "{}")).get("grantFlow", 0)
    except (ValueError, AttributeError):
        flow = 0
    folders = (Path(QgsApplication.qgisSettingsDirPath()), Path(tempfile.gettempdir()))
    stored = any((folder / "oauth2-cache" / f"authcfg-{authcfg}.ini").is_file() for folder in folders)
    if flow != _RESOURCE_OWNER and not stored:
        raise SignInRequired(
            "Nobody has signed in with this OAuth2 configuration yet, and there is no window to do so here.",
            next_step="Use it once in QGIS Desktop with “Persist between launches” turned on.",
        )


def _bearer(authcfg: str, url: str, name: str) -> str:
    """The bearer that QGIS would send to the portal, refreshed by QGIS where it has to be."""
    request = QNetworkRequest(QUrl(url))
    done, request = QgsApplication.authManager().updateNetworkRequest(request, authcfg)
    values = [bytes(request.rawHeader(header)).decode("latin-1") for header in _BEARER_HEADERS]
    query = QUrlQuery(request.url())
    values += [query.queryItemValue(parameter) for parameter in _BEARER_PARAMETERS]
    bearer = next((_without_scheme(value) for value in values if done and _without_scheme(value)), "")
    if not bearer:
        raise SignInRequired(
            "QGIS has no token for the authentication configuration “{name}”.",
            next_step="Sign in again with it in QGIS, or check that it sends a bearer token.",
            name=name,
        )
    return bearer


def _without_scheme(value: str) -> str:
    """The token in a header's value, with or without the word Bearer before it."""
    scheme, _, rest = value.strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else value.strip()
