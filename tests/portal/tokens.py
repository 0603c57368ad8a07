"""Tokens: made, bound to a referer or an address, expired by the clock, revoked."""

from __future__ import annotations

from dataclasses import dataclass
import secrets
import threading
import time
from typing import Optional

from .record import Asked

PORTAL, SERVER = "portal", "server"


class StandInClock:
    """Wall time in seconds that a test can move forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class Refusal(Exception):
    """An error object in a body with HTTP status 200."""

    def __init__(
        self, code: int, message: str, message_code: str = "", details: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.error: dict[str, object] = {"code": code, "message": message, "details": list(details)}
        if message_code:
            self.error["messageCode"] = message_code


def invalid_token() -> Refusal:
    return Refusal(498, "Invalid token.")


def token_required() -> Refusal:
    return Refusal(499, "Token Required.")


@dataclass(frozen=True)
class Token:
    """`audience` is the portal or its federated server: neither takes the other's token."""

    text: str
    user: str
    audience: str
    expires: float
    referer: Optional[str] = None
    address: Optional[str] = None


class Tokens:
    """All tokens that are valid, whoever they belong to."""

    def __init__(self, clock: StandInClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._valid: dict[str, Token] = {}

    def issue(
        self,
        user: str,
        *,
        audience: str = PORTAL,
        minutes: float = 60,
        referer: Optional[str] = None,
        address: Optional[str] = None,
    ) -> Token:
        text = secrets.token_urlsafe(48)
        token = Token(text, user, audience, self._clock() + 60 * minutes, referer, address)
        with self._lock:
            self._valid[text] = token
        return token

    def revoke(self, text: str) -> None:
        with self._lock:
            del self._valid[text]

    def revoke_all(self) -> None:
        with self._lock:
            self._valid.clear()

    def shown_by(self, asked: Asked, *audiences: str) -> Optional[Token]:
        """The valid token of this request, None if it shows none; 498 if it shows a bad one.

        `audiences` are whose tokens are taken: the portal's where nothing is said.
        """
        if asked.token is None:
            return None
        with self._lock:
            token = self._valid.get(asked.token)
        if token is None or token.audience not in (audiences or (PORTAL,)) or token.expires <= self._clock():
            raise invalid_token()
        if token.referer is not None and asked.headers.get("Referer") != token.referer:
            raise invalid_token()
        if token.address is not None and asked.client != token.address:
            raise invalid_token()
        return token
