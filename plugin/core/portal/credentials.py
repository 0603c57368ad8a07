"""How a user proves who they are to a portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Optional, Union

import requests

AUTHORIZATION_HEADER = "X-Esri-Authorization"
# Tokens made with a user name are bound to this text: whoever finds one needs it too.
REFERER = "https://qgis.org/offline_map_areas"


@dataclass(frozen=True)
class Anonymous:
    """No sign-in: public items only."""


@dataclass(frozen=True)
class UserPassword:
    """A built-in account of the portal, exchanged for a token at `generateToken`."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class ReadyToken:
    """A token made elsewhere; it cannot be renewed. `referer` if it was bound to one."""

    value: str = field(repr=False)
    referer: Optional[str] = None


@dataclass(frozen=True)
class BearerSource:
    """A sign-in that the host keeps fresh (OAuth 2, API key): `read` gives the bearer of the moment.

    `read` is called again when the portal refuses a bearer; it may raise `SignInRequired`.
    """

    read: Callable[[], str] = field(repr=False)


@dataclass(frozen=True)
class TransportSignIn:
    """The transport proves the user (client certificate, Windows sign-in); the portal then gives a token."""


Credentials = Union[Anonymous, UserPassword, ReadyToken, BearerSource, TransportSignIn]


@dataclass(frozen=True)
class Token:
    """What is sent: the text and the `Referer` that it is bound to, if any."""

    value: str = field(repr=False)
    referer: Optional[str] = None


def put_on(request: requests.PreparedRequest, token: Token) -> None:
    """Sends `token` with `request`: as a header, so that it stays out of URLs and logs."""
    request.headers[AUTHORIZATION_HEADER] = f"Bearer {token.value}"
    if token.referer:
        request.headers["Referer"] = token.referer
