"""What the stand-in was asked: one `Asked` a request, in the order of arrival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from fnmatch import fnmatchcase
import threading
from typing import Optional

SECRET_HEADERS = ("X-Esri-Authorization", "Authorization", "Referer", "Cookie")


@dataclass
class Asked:
    """One request; `files` are (file name, content) by field.

    `status` and `bytes_sent` (body bytes) grow while it is answered.
    """

    origin: str
    method: str
    path: str
    query: dict[str, str]
    headers: Message
    form: dict[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    client: str = ""
    client_certificate: str = ""
    status: int = 0
    bytes_sent: int = 0

    def parameter(self, name: str, default: str = "") -> str:
        """A value from the form, else from the query."""
        return self.form.get(name, self.query.get(name, default))

    @property
    def range(self) -> Optional[str]:
        """The `Range` header."""
        return self.headers.get("Range")

    @property
    def token(self) -> Optional[str]:
        """The token shown, wherever it was shown; None for an anonymous request."""
        shown = self.parameter("token")
        for name in ("X-Esri-Authorization", "Authorization"):
            scheme, _, value = self.headers.get(name, "").strip().partition(" ")
            if not shown and scheme.lower() == "bearer":
                shown = value.strip()
        return shown or None

    @property
    def secrets(self) -> frozenset[str]:
        """Names of what must never reach a foreign origin: the headers, `token` in query or form."""
        seen = {name for name in SECRET_HEADERS if self.headers.get(name)}
        if self.query.get("token"):
            seen.add("token in query")
        if self.form.get("token"):
            seen.add("token in form")
        return frozenset(seen)

    def matches(self, path: str = "*", origin: Optional[str] = None, method: Optional[str] = None) -> bool:
        """`path` is a glob for the end of the path: `/data`, `*/resources/*`, an item id and `/data`."""
        if origin not in (None, self.origin) or method not in (None, self.method):
            return False
        return fnmatchcase(self.path, "*" + path)


class Record:
    """All requests so far. Safe to read while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: list[Asked] = []

    def add(self, asked: Asked) -> None:
        with self._lock:
            self._asked.append(asked)

    def forget(self) -> None:
        with self._lock:
            self._asked.clear()

    def asked(
        self, path: str = "*", *, origin: Optional[str] = None, method: Optional[str] = None
    ) -> list[Asked]:
        with self._lock:
            return [asked for asked in self._asked if asked.matches(path, origin, method)]
