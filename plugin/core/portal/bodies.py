"""Bodies of answers: bounded reads, lengths that are checked, network failures in our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
import socket
from typing import Any, Optional

import requests
import urllib3  # type: ignore[import-untyped]  # 1.26 has no types

from ..errors import BrokenAnswer, NetworkError, NoConnection, TimedOut
from ..host import Clock, Feedback, raise_if_cancelled
from ..storage import storage
from .headers import whole_number
from .secure_connection import not_secure

_BLOCK = 64 << 10
_SIP = 8 << 10
_CHAIN = 20


_NOT_SECURE = (requests.exceptions.SSLError, urllib3.exceptions.SSLError)
# What an error was caused by, most telling first, and what it means to the user.
_REASONS: tuple[tuple[tuple[type[BaseException], ...], Callable[[str], NetworkError]], ...] = (
    (
        (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError),
        lambda host: NoConnection(
            "The proxy does not connect to “{host}”.",
            next_step="Check the proxy settings of QGIS.",
            host=host,
        ),
    ),
    (
        (socket.gaierror,),
        lambda host: NoConnection(
            "The host “{host}” was not found.",
            next_step="Check the address and the network connection.",
            host=host,
        ),
    ),
    (
        (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError),
        lambda host: BrokenAnswer(
            "“{host}” sent a damaged compressed answer.",
            next_step="Try again. If this keeps happening, contact the portal's administrator.",
            host=host,
        ),
    ),
    (
        (ConnectionRefusedError,),
        lambda host: NoConnection(
            "“{host}” refused the connection.",
            next_step="Check the address; the server may be down.",
            host=host,
        ),
    ),
)


@contextmanager
def network_errors(host: str, unanswered_http: bool = False) -> Iterator[None]:
    """Turns what requests and urllib3 raise while talking to `host` into a `NetworkError`.

    `unanswered_http`: it is asked by plain http, and has answered nothing so far.
    """
    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise _network_error(error, host, unanswered_http) from error


def _network_error(error: Exception, host: str, unanswered_http: bool) -> NetworkError:
    causes = list(islice(_causes(error), _CHAIN))
    if any(_is_timeout(cause) for cause in causes):
        return timed_out(host)
    if any(isinstance(cause, _NOT_SECURE) for cause in causes):
        return not_secure(causes, host)
    for kinds, told in _REASONS:
        if any(isinstance(cause, kinds) for cause in causes):
            return told(host)
    if unanswered_http:
        return NoConnection(
            "The connection to “{host}” was closed without an answer: it may accept only https on this port.",
            next_step="Use an address that begins with https://, or try again.",
            host=host,
        )
    return NoConnection("The connection to “{host}” was lost.", next_step="Try again.", host=host)


def _is_timeout(cause: BaseException) -> bool:
    # urllib3 1.26 makes every connection that fails a kind of time-out.
    failed = urllib3.exceptions.NewConnectionError
    kinds = (requests.Timeout, urllib3.exceptions.TimeoutError, socket.timeout)
    return isinstance(cause, kinds) and not isinstance(cause, failed)


def timed_out(host: str) -> TimedOut:
    """Nothing came from `host` within the deadline."""
    return TimedOut("“{host}” did not answer in time.", next_step="Try again in a few minutes.", host=host)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all it was raised from or carries: libraries wrap the reason several times."""
    seen: set[int] = set()
    pending: list[BaseException] = [error]
    while pending:
        cause = pending.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        pending.extend(one for one in inner if isinstance(one, BaseException))


class CheckedBody:
    """The raw stream of a response: `read` raises our errors, and misses no early end.

    A server that dies in mid-body just closes the connection, which urllib3 takes for the end;
    here the bytes are counted against `Content-Length`.
    """

    def __init__(self, response: requests.Response, host: str):
        self._raw: Any = response.raw
        self._host = host
        self._head = b""
        coding = response.headers.get("Content-Encoding", "").strip().lower()
        self._is_coded = coding not in ("", "identity")
        length = whole_number(response.headers.get("Content-Length", ""))
        bodiless = response.request.method == "HEAD"
        self._missing = None if self._is_coded or bodiless else length

    def peek(self, size: int) -> bytes:
        """The first bytes, which the next `read` will give again."""
        while len(self._head) < size:
            block = self._receive(size - len(self._head))
            if not block:
                break
            self._head += block
        return self._head[:size]

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, as they come; empty at the end. Raises `NetworkError`, `Cancelled`."""
        if not self._head:
            return self._receive(size)
        block, self._head = self._head[:size], self._head[size:]
        return block

    def _receive(self, size: int) -> bytes:
        with network_errors(self._host):
            block = self._next(size)
            while not block and self._is_coded and not self._raw.closed:
                block = self._next(size)  # what came is too little to give a byte of text
        if self._missing is not None:
            self._missing -= len(block)
            if self._missing > 0 and not block:
                raise NoConnection(
                    "The connection to “{host}” was lost in the middle of an answer.",
                    next_step="Try again.",
                    host=self._host,
                )
        return block

    def _next(self, size: int) -> bytes:
        """What the wire has, at most `size` bytes.

        `read` waits for all of them, and loses those that came when the line breaks meanwhile;
        urllib3 has `read1` from 2.2 on. Before, a small `read` loses little, and none where there
        is nothing to decode and the line just ends.
        """
        if hasattr(self._raw, "read1"):
            block: bytes = self._raw.read1(size, decode_content=self._is_coded)
        else:
            block = self._raw.read(min(size, _SIP), decode_content=self._is_coded)
        return block

    def close(self) -> None:
        """Lets go of the connection, read to the end or not."""
        self._raw.close()

    def release_conn(self) -> None:
        """What `requests.Response.close` calls once the body was read."""
        self._raw.release_conn()


def read_whole(
    body: CheckedBody, limit: int, host: str, clock: Clock, deadline: Optional[float] = None
) -> bytes:
    """A small body, at once. `deadline` in the clock's monotonic seconds: also a dripping server ends.

    Raises `BrokenAnswer` beyond `limit` bytes, `NetworkError`.
    """
    blocks, size = [], 0
    while block := body.read(_BLOCK):
        size += len(block)
        if size > limit:
            raise _too_much(host)
        if deadline is not None and clock.monotonic() > deadline:
            raise timed_out(host)
        blocks.append(block)
    return b"".join(blocks)


def receive_file(body: CheckedBody, path: Path, limit: int, host: str, feedback: Feedback) -> None:
    """A body of any size, into the file `path`; obeys cancel.

    Raises `BrokenAnswer` beyond `limit` bytes, `NetworkError`, `StorageError`.
    """
    size = 0
    with storage(path.name), path.open("wb") as file:
        while block := body.read(_BLOCK):
            raise_if_cancelled(feedback)
            size += len(block)
            if size > limit:
                raise _too_much(host)
            file.write(block)


def _too_much(host: str) -> BrokenAnswer:
    return BrokenAnswer(
        "“{host}” answered with more data than expected for this request.",
        next_step="Contact the portal's administrator.",
        host=host,
    )
