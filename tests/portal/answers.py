"""Answers: what goes back on the wire, before any fault is put on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
import hashlib
from io import BytesIO
import json
from pathlib import Path
import re
from typing import TYPE_CHECKING, BinaryIO, Optional, Union

from .record import Asked

if TYPE_CHECKING:
    from .faults import Stall

Content = Union[bytes, Path]


@dataclass
class Answer:
    """A status, headers and `length` bytes of `content` from `start` on.

    The remaining fields are how a fault spoils the sending (see `faults.py`).
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: Content = b""
    start: int = 0
    length: Optional[int] = None
    declared_length: Optional[int] = None
    chunked: bool = False
    drop_after: Optional[int] = None
    reset: bool = False
    hang_up: bool = False
    stall: Optional[Stall] = None
    bytes_per_second: Optional[int] = None

    @property
    def true_length(self) -> int:
        return size_of(self.content) - self.start if self.length is None else self.length

    def whole_body(self) -> bytes:
        with opened(self.content) as source:
            source.seek(self.start)
            return source.read(self.true_length)


@dataclass
class FileAnswer:
    """A file that can be asked for in parts: strong validator, dates, one byte range."""

    content: Content
    content_type: str = "application/octet-stream"
    name: str = ""
    modified: float = 0.0
    etag: str = ""
    ranges: bool = True
    conditional: bool = True

    def __post_init__(self) -> None:
        self.etag = self.etag or strong_etag(self.content)

    def render(self, asked: Asked) -> Answer:
        size = size_of(self.content)
        headers = {
            "Content-Type": self.content_type,
            "ETag": self.etag,
            "Last-Modified": formatdate(self.modified, usegmt=True),
            "Accept-Ranges": "bytes" if self.ranges else "none",
        }
        if self.name:
            headers["Content-Disposition"] = f'attachment; filename="{self.name}"'
        may_be_part = self.ranges and asked.method == "GET" and self._same_version(asked)
        wanted = byte_range(asked.range, size) if may_be_part else None
        if wanted is None:
            return Answer(200, headers, self.content)
        first, last = wanted
        if first > last:
            return Answer(416, {**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        return Answer(206, headers, self.content, first, last - first + 1)

    def _same_version(self, asked: Asked) -> bool:
        """RFC 9110 §13.1.5: only a strong validator, or the very same date, keeps the range."""
        condition = asked.headers.get("If-Range")
        if condition is None or not self.conditional:
            return True
        if condition.startswith(('"', "W/")):
            return condition == self.etag and not condition.startswith("W/")
        try:
            return int(parsedate_to_datetime(condition).timestamp()) == int(self.modified)
        except (TypeError, ValueError):
            return False


def size_of(content: Content) -> int:
    return content.stat().st_size if isinstance(content, Path) else len(content)


def opened(content: Content) -> BinaryIO:
    if isinstance(content, Path):
        return content.open("rb")
    return BytesIO(content)


def strong_etag(content: Content) -> str:
    if isinstance(content, Path):
        status = content.stat()
        content = f"{content}|{status.st_size}|{status.st_mtime_ns}".encode()
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def byte_range(header: Optional[str], size: int) -> Optional[tuple[int, int]]:
    """First and last byte; None = no single valid range, so the whole file; first > last = 416."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header or "")
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        wanted = min(int(last), size)
        return (size - wanted, size - 1) if wanted else (1, 0)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return 1, 0
    return int(first), min(int(last), size - 1) if last else size - 1


def json_answer(value: object, asked: Asked, status: int = 200) -> Answer:
    pretty = asked.parameter("f") == "pjson"
    text = json.dumps(value, indent=2 if pretty else None, ensure_ascii=False)
    return Answer(status, {"Content-Type": "application/json;charset=utf-8"}, text.encode())


def error_answer(error: dict[str, object], asked: Asked, status: int = 200) -> Answer:
    return json_answer({"error": error}, asked, status)


def html_answer(text: str, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "text/html;charset=utf-8"}, text.encode())
