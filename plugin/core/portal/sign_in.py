"""Which token goes to which address, how it is made, and how it is renewed.

The portal's token goes to the portal and, in ArcGIS Online, to the hosts of the same
environment. An ArcGIS Server elsewhere gets a token of its own, and only if the portal makes
one for it: that is the portal's word that the server is federated; what the server says of
itself is not trusted. Source: the ArcGIS REST API (`generateToken`).
"""

from __future__ import annotations

from collections.abc import Mapping
import re
import threading
from typing import Any, Optional, Protocol

from ..errors import BrokenAnswer, NetworkError, PortalError, ServerBusy, SignInRequired
from ..json_value import json_string
from .credentials import (
    REFERER,
    Anonymous,
    BearerSource,
    Credentials,
    ReadyToken,
    Token,
    TransportSignIn,
    UserPassword,
)
from .urls import WebUrl, arcgis_environment, parse_url, same_system, server_root

_MINUTES = "60"
_TOKEN_TEXT = re.compile(r"[!-~]{1,8192}")  # printable and without blanks: fit for a header
_PROXIED = "/sharing/servers/"


class Unsigned(Protocol):
    """What signing in asks of a session: requests that carry no token by themselves."""

    @property
    def address(self) -> WebUrl:
        """The portal's address, as far as it is known."""

    @property
    def rest(self) -> str:
        """`https://host/adaptor/sharing/rest`."""

    def ask_unsigned(
        self, method: str, url: str, values: Mapping[str, str], referer: Optional[str] = None
    ) -> dict[str, Any]:
        """A JSON call without token, its errors raised."""


class SignIn:
    """The tokens of one portal session. Any thread may ask; one at a time signs in."""

    def __init__(self, session: Unsigned, credentials: Credentials):
        self._session = session
        self._credentials = credentials
        self._lock = threading.RLock()
        self._portal_token: Optional[Token] = None
        self._server_tokens: dict[str, Optional[Token]] = {}
        self._given: set[str] = set()
        self._proxies_that_insist: set[str] = set()

    @property
    def secrets(self) -> frozenset[str]:
        """Every token text that was sent so far."""
        with self._lock:
            return frozenset(self._given)

    @property
    def never_told(self) -> frozenset[str]:
        """What no message may hold: those, and what the user signs in with."""
        credentials = self._credentials
        own = [credentials.password] if isinstance(credentials, UserPassword) else []
        own += [credentials.value.strip()] if isinstance(credentials, ReadyToken) else []
        return self.secrets | frozenset(own)

    def token_for(self, url: WebUrl) -> Optional[Token]:
        """The token that a request to `url` carries; may sign in or exchange tokens first.

        Raises `SignInRequired` and `NetworkError` when the portal gives none.
        """
        if isinstance(self._credentials, Anonymous):
            return None
        root = self._foreign_server(url)
        with self._lock:
            if root is None:
                return self._token_of_portal() if self._is_portals(url) else None
            if not self._may_carry_secrets(url):
                return None
            key = root.lower()
            if key not in self._server_tokens:
                self._server_tokens[key] = self._exchanged(root) or self._fallback(url)
            return self._server_tokens[key]

    def known_token(self, url: WebUrl) -> Optional[Token]:
        """The token for `url` if there is one already: a redirect starts no new sign-in."""
        root = self._foreign_server(url)
        with self._lock:
            if root is not None:
                return self._server_tokens.get(root.lower())
            return self._portal_token if self._is_portals(url) else None

    def renew(self, url: WebUrl, refused: Optional[Token]) -> bool:
        """After `refused` was refused at `url`: True when another try has something new to offer."""
        with self._lock:
            if refused is None:
                return False
            if self.known_token(url) != refused or self._use_query(url):
                return True
            root = self._foreign_server(url)
            if root is not None and self._server_tokens.get(root.lower()) != self._portal_token:
                del self._server_tokens[root.lower()]
                return self.token_for(url) is not None
            return self._renew_portal_token()

    def goes_into_query(self, url: WebUrl) -> bool:
        """True for the portal's proxies of secured services that did not take the header.

        Esri's own client sends them the token in the query.
        """
        return server_root(url) in self._proxies_that_insist

    def _use_query(self, url: WebUrl) -> bool:
        """True the first time that one of the portal's proxies for secured services refuses."""
        root = server_root(url)
        if root is None or _PROXIED not in url.path or root in self._proxies_that_insist:
            return False
        self._proxies_that_insist.add(root)
        return True

    def _is_portals(self, url: WebUrl) -> bool:
        portal = self._session.address.origin
        if url.origin == portal:
            return True
        environment = arcgis_environment(portal.host)
        return (
            environment is not None
            and environment == arcgis_environment(url.origin.host)
            and url.origin.scheme == "https"
        )

    def _foreign_server(self, url: WebUrl) -> Optional[str]:
        """The root of the server that needs a token of its own; None for portal and ArcGIS Online."""
        online = self._is_portals(url) and arcgis_environment(url.origin.host) is not None
        return None if online or "/sharing/" in url.path else server_root(url)

    def _may_carry_secrets(self, url: WebUrl) -> bool:
        return url.origin.scheme == "https" or self._session.address.origin.scheme == "http"

    def _fallback(self, url: WebUrl) -> Optional[Token]:
        """On the portal's own origin its token is at home, exchange or not."""
        return self._token_of_portal() if self._is_portals(url) else None

    def _token_of_portal(self) -> Token:
        if self._portal_token is None:
            self._portal_token = self._signed_in()
        return self._portal_token

    def _renew_portal_token(self) -> bool:
        if isinstance(self._credentials, ReadyToken):
            return False
        old, self._portal_token = self._portal_token, None
        self._server_tokens.clear()
        return self._token_of_portal() != old

    def _signed_in(self) -> Token:
        credentials = self._credentials
        if isinstance(credentials, ReadyToken):
            return self._token(credentials.value, credentials.referer)
        if isinstance(credentials, BearerSource):
            return self._token(credentials.read(), None)
        if isinstance(credentials, UserPassword):
            values = {"username": credentials.user, "password": credentials.password}
            values.update(client="referer", referer=REFERER, expiration=_MINUTES)
            return self._token(self._generate("POST", values).get("token"), REFERER)
        values = {"request": "getToken", "serverUrl": self._session.rest, "referer": REFERER}
        return self._token(self._generate("GET", values).get("token"), REFERER)

    def _generate(self, method: str, values: Mapping[str, str]) -> dict[str, Any]:
        host = self._session.address.origin.host
        try:
            return self._session.ask_unsigned(method, f"{self._session.rest}/generateToken", values, REFERER)
        except ServerBusy:
            raise
        except PortalError as error:
            if isinstance(self._credentials, TransportSignIn):
                raise SignInRequired(
                    "“{host}” does not issue a token for this certificate or account.",
                    next_step="Check the authentication configuration.",
                    host=host,
                ) from error
            raise SignInRequired(
                "“{host}” does not accept this user name and password.",
                next_step="Check both. If the portal uses single sign-on or a second factor, choose an "
                "OAuth2 configuration or a token instead.",
                host=host,
            ) from error

    def _exchanged(self, root: str) -> Optional[Token]:
        """A token of the server at `root`, made by the portal; None if it makes none for it."""
        try:
            info = self._session.ask_unsigned("GET", f"{root}/rest/info", {})
        except (NetworkError, PortalError):
            return None  # the request itself will say what is wrong with the server
        owner = info.get("owningSystemUrl")
        if not isinstance(owner, str) or not same_system(owner, str(self._session.address)):
            return None
        try:
            return self._server_token(root)
        except SignInRequired:
            if not self._renew_portal_token():
                raise
            return self._server_token(root)
        except ServerBusy:
            raise
        except PortalError:
            return None  # not federated, whatever it says of itself

    def _server_token(self, root: str) -> Token:
        token = self._token_of_portal()
        values = {"token": token.value, "serverUrl": root, "expiration": _MINUTES}
        answer = self._session.ask_unsigned("POST", self._token_service(), values, token.referer)
        return self._token(answer.get("token"), token.referer)

    def _token_service(self) -> str:
        """Where the portal says that tokens are made, if that is the portal itself."""
        own = f"{self._session.rest}/generateToken"
        info = self._session.ask_unsigned("GET", f"{self._session.rest}/info", {})
        auth_info = info.get("authInfo")
        service = auth_info.get("tokenServicesUrl") if isinstance(auth_info, Mapping) else None
        try:
            return service if isinstance(service, str) and self._is_portals(parse_url(service)) else own
        except ValueError:
            return own

    def _token(self, value: object, referer: Optional[str]) -> Token:
        text = json_string(value).strip()
        if not _TOKEN_TEXT.fullmatch(text):
            raise BrokenAnswer(
                "“{host}” did not return a usable token.",
                next_step="Check the authentication configuration.",
                host=self._session.address.origin.host,
            )
        self._given.add(text)
        return Token(text, referer)
