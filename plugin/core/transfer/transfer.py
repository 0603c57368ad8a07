"""One package from the portal to the disk: ranged, resumed with proof, hashed.

A resumed request sends `Range` only together with `If-Range` and a strong validator (RFC 9110
§13.1.5), so two versions of a package can never be mixed: an unchanged file answers 206 and
names its version again, everything else starts again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Callable, Optional, Protocol

import requests

from ..errors import BrokenAnswer, NetworkError, NoConnection
from ..host import Clock, Feedback, raise_if_cancelled, wait_to_ask_again
from ..portal.headers import whole_number
from .file_version import FileVersion
from .part import Part

_BLOCK = 64 << 10  # small enough that a thin line shows progress and loses little when it breaks
_ATTEMPTS = 5  # without a single new byte; progress refills the budget
_CONTENT_RANGE = re.compile(r"bytes ([0-9]+)-[0-9]+/[0-9]+")


class Streams(Protocol):
    """What a transfer asks of a portal session."""

    def open_stream(self, url: str, headers: Optional[Mapping[str, str]] = None) -> requests.Response: ...


@dataclass(frozen=True)
class Fetched:
    """A whole file on disk. `etag` is the strong one that it came with, or empty."""

    path: Path
    bytes: int
    sha256: str
    etag: str


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
        self._part = Part(wanted.target, wanted.revision, wanted.subject)

    def run(self) -> Fetched:
        """Returns when the whole file is on disk under its name, flushed.

        Raises `NetworkError` when no attempt brings a new byte any more, `PortalError` for an
        answer that is an error, `StorageError` when the disk refuses, `Cancelled`.
        The bytes that arrived stay for the next call, except after a wrong length.
        """
        self._part.take_up(self._feedback)
        failures, most = 0, self._part.bytes
        while True:
            try:
                return self._attempt()
            except NetworkError as error:
                failures = 0 if self._part.bytes > most else failures + 1
                most = max(most, self._part.bytes)
                if isinstance(error, BrokenAnswer) or failures >= _ATTEMPTS:
                    raise
                wait_to_ask_again(min(2.0**failures, 30.0), error, self._clock, self._feedback)

    def _attempt(self) -> Fetched:
        raise_if_cancelled(self._feedback)
        part = self._part
        if not (part.version.validator and 0 < part.bytes == self._wanted.size):
            self._ask()
        self._check_length()
        return Fetched(self._wanted.target, part.bytes, part.finish(), part.version.etag)

    def _ask(self) -> None:
        """Asks for the bytes that are missing, and takes what comes."""
        part = self._part
        asked = {}
        if part.bytes and part.version.validator:
            asked = {"Range": f"bytes={part.bytes}-", "If-Range": part.version.validator}
        with self._streams.open_stream(self._wanted.url, asked) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                part.discard()
                raise NoConnection("“{file}” changed on the portal.", file=self._wanted.subject)
            if not self._continues(response):
                part.start_again(FileVersion.of(response.headers))
            self._receive(response)

    def _continues(self, response: requests.Response) -> bool:
        """True when this answer holds exactly the bytes that are missing, of the same version."""
        if response.status_code != requests.codes.partial_content:
            return False
        match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        starts_there = match is not None and whole_number(match[1]) == self._part.bytes
        if starts_there and self._part.version.goes_on_in(FileVersion.of(response.headers)):
            return True
        self._part.discard()
        raise NoConnection(
            "The server sent a different part of “{file}” than was requested.", file=self._wanted.subject
        )

    def _receive(self, response: requests.Response) -> None:
        part, size = self._part, self._wanted.size
        self._on_bytes(part.bytes)
        with part.growing():
            for block in response.iter_content(_BLOCK):
                raise_if_cancelled(self._feedback)
                part.append(block)
                if size and part.bytes > size:
                    break  # it is wrong already: nobody should have to wait for its end
                self._on_bytes(part.bytes)

    def _check_length(self) -> None:
        """The session proved the body's own length; this proves that it is the item's."""
        if self._wanted.size and self._part.bytes != self._wanted.size:
            got = self._part.bytes
            self._part.discard()
            raise BrokenAnswer(
                "The portal sent {got} bytes of “{file}” instead of the {size} that its item states.",
                next_step=(
                    "Download again. If this keeps happening, ask the map's author to refresh the package."
                ),
                got=got,
                file=self._wanted.subject,
                size=self._wanted.size,
            )
