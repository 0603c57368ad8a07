"""What signs in to a portal, kept as a configuration in the authentication database of QGIS.

Its kind can be told while the database is locked; what it holds cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
import json

from qgis.core import QgsApplication, QgsAuthMethodConfig

from ..core.errors import StoreLocked
from ..core.json_value import text_of
from ..core.portal.urls import portal_address
from ..core.untrusted.json_text import parse_json_object

OAUTH_REDIRECT = "http://127.0.0.1:7070/"
_PORT = 7070  # what QGIS listens on unless it is told otherwise
_WITH_PKCE = 3  # the grant flow "Authorization Code PKCE" of QGIS
_IN_HEADER = 0
_CUSTOM = 1


class SignInWay(Enum):
    """The ways that a form offers, in its order; the value is the method of QGIS, or empty."""

    USER = "Basic"
    BROWSER = "OAuth2"
    CERTIFICATE = "PKI-PKCS#12"
    OTHER = "other"
    NOBODY = ""


def way_of(authcfg: str) -> SignInWay:
    """How the configuration `authcfg` signs in; unlocks nothing."""
    if not authcfg:
        return SignInWay.NOBODY
    config = QgsApplication.authManager().availableAuthMethodConfigs().get(authcfg)
    offered = (SignInWay.USER, SignInWay.BROWSER, SignInWay.CERTIFICATE)
    return next((one for one in offered if config and one.value == config.method()), SignInWay.OTHER)


def store_is_locked() -> bool:
    """True until QGIS has its master password in this session."""
    return not QgsApplication.authManager().masterPasswordIsSet()


def unlock_store() -> bool:
    """Has QGIS ask for its master password where it needs it; False when it did not get it."""
    return not store_is_locked() or QgsApplication.authManager().setMasterPassword(True)


def values_of(authcfg: str) -> Mapping[str, str]:
    """What a configuration of an unlocked database holds; nothing of one that is not there."""
    manager = QgsApplication.authManager()
    if store_is_locked() or authcfg not in manager.configIds():
        return {}
    loaded, config = manager.loadAuthenticationConfig(authcfg, QgsAuthMethodConfig(), True)
    return config.configMap() if loaded else {}


def store_sign_in(way: SignInWay, portal: str, name: str, values: Mapping[str, str], replaced: str) -> str:
    """Stores `values` for the portal at the address `portal`; the id of their configuration.

    `replaced` is changed in place where it is this portal's own and of the same kind; others get a new one
    beside them. QGIS may ask for its master password. Raises `StoreLocked` when it does not get it.
    """
    manager = QgsApplication.authManager()
    if not unlock_store():
        raise _not_stored()
    config = QgsAuthMethodConfig(way.value)
    config.setName(name)
    config.setUri(portal)
    config.setConfigMap(dict(values))
    former = manager.availableAuthMethodConfigs().get(replaced)
    if former is not None and (former.uri(), former.method()) == (portal, way.value):
        config.setId(replaced)
        manager.clearCachedConfig(replaced)
        if not manager.updateAuthenticationConfig(config):
            raise _not_stored()
        return replaced
    stored, config = manager.storeAuthenticationConfig(config)
    if not stored:
        raise _not_stored()
    return config.id()


def remove_sign_in(authcfg: str) -> None:
    """Takes a configuration out of the database again."""
    if authcfg:
        QgsApplication.authManager().removeAuthenticationConfig(authcfg)


def oauth_values(portal: str, client: str) -> Mapping[str, str]:
    """OAuth 2 with PKCE, which serves single sign-on and second factors, as QGIS keeps it.

    `client` is the id of an application that somebody registered in the portal; it is no secret.
    """
    rest = f"{portal_address(portal)}/sharing/rest/oauth2"
    members = {
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
    return {"oauth2config": json.dumps(members)}


def oauth_client(values: Mapping[str, str]) -> str:
    """The client id in what `oauth_values` made, or somebody by hand."""
    try:
        members = parse_json_object(values.get("oauth2config", "{}").encode("utf-8"))
    except ValueError:
        return ""
    return text_of(members, "clientId")


def _not_stored() -> StoreLocked:
    return StoreLocked(
        "QGIS could not store the sign-in: its authentication database is locked.",
        next_step="Try again, and enter the master password of QGIS.",
    )
