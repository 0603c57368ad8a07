"""What a portal answers, read with care: JSON within bounds, and its errors as our error tree.

ArcGIS answers most errors with HTTP status 200 and `{"error": {"code", "messageCode", "message",
"details"}}`; billing backends put `{"code", "message"}` at the top; gateways send HTML.
Source: the ArcGIS REST API, and answers of portals.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
import re
from typing import Any, Optional

from ..errors import (
    AccessDenied,
    BrokenAnswer,
    ItemNotFound,
    OfflineMapError,
    PortalError,
    ServerBusy,
    SignInRequired,
)
from ..json_value import folded_keys, json_list, json_string
from ..untrusted.json_text import parse_json
from ..untrusted.secrets import redact
from .secure_connection import https_only, wants_https

JSON_LIMIT = 8 << 20
WEB_MAP_LIMIT = 32 << 20
_MESSAGE_LENGTH = 300
LONGEST_ERROR = 64 << 10
_MOST_WORDS = 4000

_INVALID_TOKEN, _TOKEN_REQUIRED = 498, 499
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, 502, 503, 504}


@dataclass(frozen=True)
class Asked:
    """Who answers, and what of an answer must not be repeated."""

    host: str
    secrets: frozenset[str] = frozenset()

    def repeated(self, words: str) -> str:
        """A server's own words, fit for a message: one line, bounded, without secrets."""
        return _one_line(words, self.secrets)


def looks_like_text(head: bytes) -> bool:
    """True when a body that should be a package begins as JSON or HTML does."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"<")


def looks_like_json(head: bytes) -> bool:
    """True when a body begins as a JSON object or array does."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read_value(body: bytes, status: int, asked: Asked, limit: int = JSON_LIMIT) -> Any:
    """The JSON value of an answer that is no error: some operations answer with an array.

    Raises the `PortalError` that the body or the HTTP status stands for, `BrokenAnswer` for
    everything that is not JSON.
    """
    try:
        value = parse_json(body, limit)
    except ValueError as error:
        if status == HTTPStatus.BAD_REQUEST and wants_https(body):
            raise https_only(asked.host) from error
        raise_for_status(status, asked.host)
        raise _no_json(body, asked.host) from error
    if isinstance(value, Mapping):
        raise_for_error(value, asked)
    raise_for_status(status, asked.host)
    return value


def read_object(body: bytes, status: int, asked: Asked, limit: int = JSON_LIMIT) -> dict[str, Any]:
    """The same of an answer that must be an object."""
    value = read_value(body, status, asked, limit)
    if not isinstance(value, dict):
        raise broken_json(asked.host)
    return value


def refuse_error(body: bytes, status: int, asked: Asked) -> None:
    """Raises the error that came instead of a small file; returns when it is the file."""
    if status >= HTTPStatus.BAD_REQUEST or (len(body) <= LONGEST_ERROR and looks_like_text(body)):
        with suppress(BrokenAnswer):  # text that is no JSON object may well be the file
            read_object(body, status, asked)


def raise_for_error(value: Mapping[str, Any], asked: Asked) -> None:
    """Raises the error that a JSON object stands for; returns when it is none."""
    error = value.get("error")
    if error and _is_of_job(value):
        return  # the job's, which may have completed all the same
    if isinstance(error, Mapping):
        raise _error(error, asked)
    if isinstance(error, str):
        # OAuth endpoints: {"error": "invalid_grant", "error_description": …}
        raise _error({"message": value.get("error_description") or error}, asked)
    code = value.get("code")
    if isinstance(code, int) and code >= HTTPStatus.BAD_REQUEST and "message" in value:
        raise _error(value, asked)


def _is_of_job(value: Mapping[str, Any]) -> bool:
    """True for the state of a job, which may name an error beside it."""
    known = folded_keys(value)
    word = json_string(known.get("status")) or json_string(known.get("jobstatus"))
    return word.casefold() not in ("", "error")


def raise_for_status(status: int, host: str, retry_after: Optional[str] = None) -> None:
    """Raises what an HTTP status from 400 on stands for."""
    if status >= HTTPStatus.BAD_REQUEST:
        raise _of_code(status, "", f"HTTP {status}", host, retry_after)


def _error(error: Mapping[str, Any], asked: Asked) -> OfflineMapError:
    code = error.get("code")
    texts = [error.get("message"), *json_list(error.get("details"))]
    message = " ".join(dict.fromkeys(filter(None, (json_string(text).strip() for text in texts))))
    return _of_code(
        code if isinstance(code, int) else 0,
        json_string(error.get("messageCode")),
        asked.repeated(message) or "no reason given",
        asked.host,
    )


def _of_code(
    code: int, message_code: str, message: str, host: str, retry_after: Optional[str] = None
) -> OfflineMapError:
    if code == _INVALID_TOKEN:
        return _sign_in_over(host)
    if code in (_TOKEN_REQUIRED, HTTPStatus.UNAUTHORIZED):
        return sign_in_required(host)
    if code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) or message_code == "CONT_0001":
        return ItemNotFound(
            "“{host}” does not have what was requested, or you may not see it.",
            next_step="Check the id; if the item is private, sign in with an account that may see it.",
            host=host,
        )
    if code == HTTPStatus.FORBIDDEN or message_code == "GWM_0003":
        return AccessDenied(
            "“{host}” does not allow you to do this: {message}",
            next_step="Ask the owner to share the item with you, or sign in with another account.",
            host=host,
            message=message,
        )
    # ArcGIS says 500 for requests it cannot understand too: in a body that is final.
    if code in _BUSY or (code >= HTTPStatus.INTERNAL_SERVER_ERROR and message == f"HTTP {code}"):
        return ServerBusy(
            "“{host}” is busy or not working ({message}).",
            next_step="Try again in a few minutes.",
            host=host,
            message=message,
            retry_after=retry_after,
        )
    return PortalError(
        "“{host}” answered with an error: {message}",
        next_step="Try again later. If this keeps happening, contact the portal's administrator.",
        host=host,
        message=message,
        status=code,
    )


def sign_in_required(host: str) -> SignInRequired:
    """`host` shows this to signed-in users only."""
    return SignInRequired(
        "“{host}” requires you to sign in.",
        next_step="Choose an authentication configuration for this portal.",
        host=host,
    )


def asks_for_windows_sign_in(status: int, challenge: str) -> bool:
    """True where a web server in front of the portal wants integrated Windows authentication."""
    schemes = {word.partition(" ")[0].lower() for word in re.split(r",\s*", challenge)}
    return status == HTTPStatus.UNAUTHORIZED and bool(schemes & {"negotiate", "ntlm"})


def windows_sign_in(host: str) -> SignInRequired:
    """`host` lets in whom Windows has signed in, and sends everybody else away."""
    return SignInRequired(
        "“{host}” uses integrated Windows authentication, which this plugin does not support.",
        next_step="Ask its administrator for an address of the portal that does not use it, such as a "
        "second web adaptor, and sign in there with OAuth2, a token, or user name and "
        "password.",
        host=host,
    )


def _sign_in_over(host: str) -> SignInRequired:
    return SignInRequired(
        "The sign-in at “{host}” is no longer valid.",
        next_step="Sign in again, or renew the token of the authentication configuration.",
        host=host,
    )


def _no_json(body: bytes, host: str) -> BrokenAnswer:
    if body.lstrip()[:1] == b"<":
        return BrokenAnswer(
            "“{host}” answered with a web page instead of data.",
            next_step="Check the portal's address, and whether the network itself requires you to sign in.",
            host=host,
        )
    return broken_json(host)


def broken_json(host: str) -> BrokenAnswer:
    """The answer of `host` is not the JSON that it should be."""
    return BrokenAnswer(
        "The answer from “{host}” cannot be read: it is incomplete, damaged or too large.",
        next_step="Try again. If this keeps happening, contact the portal's administrator.",
        host=host,
    )


def not_json(body: bytes, status: int, asked: Asked) -> OfflineMapError:
    """The error behind what came instead of a JSON object or array."""
    try:
        read_value(body, status, asked)
    except OfflineMapError as error:
        return error
    return broken_json(asked.host)


def not_a_file(body: bytes, status: int, asked: Asked) -> OfflineMapError:
    """The error behind JSON or HTML that came instead of a file."""
    try:
        read_object(body, status, asked)
    except OfflineMapError as error:
        return error
    return BrokenAnswer(
        "“{host}” sent text instead of the file.", next_step="Try again in a few minutes.", host=asked.host
    )


def _one_line(text: str, secrets: frozenset[str]) -> str:
    if len(text) > _MOST_WORDS:
        text = text[:_MOST_WORDS].rpartition(" ")[0]  # a secret that is cut in two would not be found
    words = " ".join("".join(c if c.isprintable() else " " for c in redact(text, secrets)).split())
    return words if len(words) <= _MESSAGE_LENGTH else words[:_MESSAGE_LENGTH] + "…"
