"""One package from the portal to the disk: ranged, resumed with proof, hashed.

A file grows as `<name>.part` with `<name>.part.json` beside it, which holds the validator of
the bytes already there. A resumed request sends `Range` only together with `If-Range` and a
strong validator (RFC 9110 §13.1.5), so two versions of a package can never be mixed: an
unchanged file answers 206, everything else starts again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
import hashlib
import json
from pathlib import Path
import re
from typing import BinaryIO, Callable, Optional, Protocol

import requests

from ..errors import BrokenAnswer, NetworkError, NoConnection
from ..host import Clock, Feedback, raise_if_cancelled
from ..storage import flush, move, storage

_BLOCK = 64 << 10  # small enough that a thin line shows progress and loses little when it breaks
_ATTEMPTS = 5  # without a single new byte; progress refills the budget
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)$")


class Streams(Protocol):
    """What a transfer asks of a portal session."""

    def open_stream(self, url: str, headers: Optional[Mapping[str, str]] = None) -> requests.Response: ...


@dataclass(frozen=True)
class Fetched:
    """A whole file on disk. `etag` is what the last answer carried, or empty."""

    path: Path
    bytes: int
    sha256: str
    etag: str


@dataclass(frozen=True)
class _PartState:
    """What `<name>.part.json` holds: the revision and the validator of the bytes so far."""

    revision: str
    validator: str = ""


@dataclass(frozen=True)
class Wanted:
    """One file to fetch.

    `revision` is any text that changes when the item does: bytes of another revision are never
    continued. `size` is the item's size in bytes, 0 where the portal does not say.
    `subject` is the package's title, for progress and errors.
    """

    url: str
    target: Path
    size: int
    revision: str
    subject: str


class Transfer:
    """Fetches one file; a second call after an interruption continues it.

    `on_bytes` is told how many bytes of the file are there, at every block.
    """

    def __init__(
        self,
        streams: Streams,
        wanted: Wanted,
        feedback: Feedback,
        clock: Clock,
        on_bytes: Callable[[int], None],
    ):
        self._streams = streams
        self._wanted = wanted
        self._feedback = feedback
        self._clock = clock
        self._on_bytes = on_bytes
        self._part = wanted.target.with_name(wanted.target.name + ".part")
        self._state_file = wanted.target.with_name(wanted.target.name + ".part.json")

    def run(self) -> Fetched:
        """Returns when the whole file is on disk under its name, flushed.

        Raises `NetworkError` when no attempt brings a new byte any more, `PortalError` for an
        answer that is an error, `StorageError` when the disk refuses, `Cancelled`.
        The bytes that arrived stay for the next call, except after a wrong length.
        """
        failures = 0
        most = self._bytes_there()
        while True:
            try:
                return self._attempt()
            except NetworkError as error:
                there = self._bytes_there()
                failures = 0 if there > most else failures + 1
                most = max(most, there)
                if isinstance(error, BrokenAnswer) or failures >= _ATTEMPTS:
                    raise
                self._wait(min(2.0**failures, 30.0))

    def _attempt(self) -> Fetched:
        raise_if_cancelled(self._feedback)
        state = self._usable_state()
        start = self._bytes_there() if state else 0
        headers = {"Range": f"bytes={start}-", "If-Range": state.validator} if state and start else {}
        with self._streams.open_stream(self._wanted.url, headers) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                self._forget()
                raise NoConnection("“{file}” changed on the portal.", file=self._wanted.subject)
            if not (state and self._continues(response, start, state)):
                start = 0
                self._remember(response)
            with storage(self._wanted.subject, keeps=True), self._open_part(start) as part:
                digest = self._hash_of(part, start)
                total = self._receive(response, part, digest, start)
            self._check_length(total)
            etag = response.headers.get("ETag", "")
        return self._finish(total, digest.hexdigest(), etag)

    def _continues(self, response: requests.Response, start: int, state: _PartState) -> bool:
        """True when this answer holds exactly the bytes from `start` on, of the same file."""
        if response.status_code != requests.codes.partial_content:
            return False
        match = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        same = response.headers.get("ETag", state.validator) == state.validator or state.validator[0] != '"'
        if match and int(match[1]) == start and same:
            return True
        self._forget()
        raise NoConnection(
            "The server sent another part of “{file}” than it was asked for.", file=self._wanted.subject
        )

    def _receive(self, response: requests.Response, part: BinaryIO, digest: hashlib._Hash, start: int) -> int:
        total = start
        self._on_bytes(total)
        for block in response.iter_content(_BLOCK):
            raise_if_cancelled(self._feedback)
            part.write(block)
            digest.update(block)
            total += len(block)
            if self._wanted.size and total > self._wanted.size:
                break  # it is wrong already: nobody should have to wait for its end
            self._on_bytes(total)
        return total

    def _check_length(self, total: int) -> None:
        """The session proved the body's own length; this proves that it is the item's."""
        if self._wanted.size and total != self._wanted.size:
            self._forget()
            raise BrokenAnswer(
                "The portal did not send the {size} bytes of “{file}” that its item announces, but {got}.",
                next_step="Download again; if it stays so, ask the map's author to refresh the package.",
                got=total,
                file=self._wanted.subject,
                size=self._wanted.size,
            )

    def _finish(self, total: int, sha256: str, etag: str) -> Fetched:
        with storage(self._wanted.subject, keeps=True):
            flush(self._part)
            move(self._part, self._wanted.target)
            self._state_file.unlink()
        return Fetched(self._wanted.target, total, sha256, etag)

    def _bytes_there(self) -> int:
        return self._part.stat().st_size if self._part.is_file() else 0

    def _usable_state(self) -> Optional[_PartState]:
        """The state of a part that can be continued, else None."""
        try:
            state = _PartState(**json.loads(self._state_file.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return state if state.validator and state.revision == self._wanted.revision else None

    def _remember(self, response: requests.Response) -> None:
        # The bytes of a body that was compressed on the way have other places than the server's.
        coded = response.headers.get("Content-Encoding", "identity").lower() != "identity"
        state = _PartState(self._wanted.revision, "" if coded else strong_validator(response.headers))
        with storage(self._wanted.subject, keeps=True):
            self._state_file.write_text(json.dumps(asdict(state)), "utf-8")

    def _forget(self) -> None:
        for path in (self._part, self._state_file):
            path.unlink(missing_ok=True)

    def _open_part(self, start: int) -> BinaryIO:
        part = self._part.open("r+b" if start else "w+b")
        part.truncate(start)
        return part

    def _hash_of(self, part: BinaryIO, length: int) -> hashlib._Hash:
        """sha256 of the bytes already there; leaves the file at their end."""
        digest = hashlib.sha256()
        part.seek(0)
        while length > 0:
            raise_if_cancelled(self._feedback)
            block = part.read(min(_BLOCK, length))
            digest.update(block)
            length -= len(block)
        return digest

    def _wait(self, seconds: float) -> None:
        """Sleeps in small steps, so that a cancel is heard."""
        end = self._clock.monotonic() + seconds
        while self._clock.monotonic() < end:
            raise_if_cancelled(self._feedback)
            self._clock.sleep(0.2)


def strong_validator(headers: Mapping[str, str]) -> str:
    """What may stand in `If-Range`: a strong ETag, else a Last-Modified that is old enough.

    A date counts as strong only when the file was at least a minute old when it was sent
    (RFC 9110 §8.8.2.2). Empty when neither holds: such a download starts again when it breaks.
    """
    etag = headers.get("ETag", "").strip()
    if etag.startswith('"'):
        return etag
    try:
        modified = parsedate_to_datetime(headers["Last-Modified"])
        age = (parsedate_to_datetime(headers["Date"]) - modified).total_seconds()
    except (KeyError, TypeError, ValueError):
        return ""
    return headers["Last-Modified"] if age >= 60 and not etag else ""
