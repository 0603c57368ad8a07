"""Faults: what goes wrong on real networks and portals, on request, per path and count.

A test plans them:

    portal.fault(package_id + "/data", Drop(after=1000))    # the next request, once
    portal.fault("/relatedItems", PortalFault(498), at=3)   # the third one from now
    portal.fault("/data", IgnoreRange(), times=None)        # always
"""

from __future__ import annotations

from dataclasses import dataclass, field
import gzip
import threading
from typing import Optional

from .answers import Answer, FileAnswer, error_answer, html_answer
from .record import Asked


class Fault:
    """A fault may answer instead of the portal, repeat the request, spoil the file, or spoil the answer."""

    repeats = 0

    def instead(self, asked: Asked) -> Optional[Answer]:
        return None

    def spoil_file(self, file: FileAnswer) -> None:
        pass

    def spoil(self, answer: Answer) -> None:
        pass


@dataclass
class Drop(Fault):
    """The connection ends after `after` body bytes; `reset` = with RST instead of FIN."""

    after: int
    reset: bool = False

    def spoil(self, answer: Answer) -> None:
        answer.drop_after, answer.reset = self.after, self.reset


@dataclass
class HangUp(Fault):
    """The connection ends without any answer; what was asked for has been done."""

    reset: bool = False

    def spoil(self, answer: Answer) -> None:
        answer.hang_up, answer.reset = True, self.reset


@dataclass
class Unheard(Fault):
    """The connection ends before anything was done."""

    def instead(self, asked: Asked) -> Answer:
        return Answer(hang_up=True)


@dataclass
class Doubled(Fault):
    """The request arrives more than once, as a proxy sends it again; the last answer is told."""

    repeats: int = 1


@dataclass
class Afterwards(Fault):
    """What was asked for has been done, then the answer is that of `fault`: Status, Html, Body…"""

    fault: Fault
    _told: Optional[Answer] = field(default=None, init=False)

    def instead(self, asked: Asked) -> None:
        self._told = self.fault.instead(asked)

    def spoil(self, answer: Answer) -> None:
        if self._told is not None:
            answer.status, answer.headers = self._told.status, self._told.headers
            answer.content, answer.start, answer.length = self._told.content, 0, None


@dataclass
class Stall(Fault):
    """Nothing more comes after `after` body bytes until `release()`, or for `seconds`.

    With -1 not even the head comes; `reached` is set once the wire is silent.
    """

    after: int = 0
    seconds: Optional[float] = None
    reached: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        self._released.set()

    def wait(self, closing: threading.Event) -> None:
        self.reached.set()
        waited = 0.0
        while not (self._released.wait(0.02) or closing.is_set()):
            waited += 0.02
            if self.seconds is not None and waited >= self.seconds:
                return

    def spoil(self, answer: Answer) -> None:
        answer.stall = self


@dataclass
class PortalFault(Fault):
    """An error object of the portal; in a body with status 200, or `as_status` as HTTP status too."""

    code: int
    message: str = ""
    message_code: str = ""
    as_status: bool = False

    def instead(self, asked: Asked) -> Answer:
        known = {498: "Invalid token.", 499: "Token Required.", 500: "Internal server error."}
        error: dict[str, object] = {
            "code": self.code,
            "message": self.message or known.get(self.code, "Error."),
        }
        error["details"] = []
        if self.message_code:
            error["messageCode"] = self.message_code
        return error_answer(error, asked, self.code if self.as_status else 200)


@dataclass
class Status(Fault):
    """A gateway's answer: 5xx, 403, 404 with a page for humans."""

    code: int

    def instead(self, asked: Asked) -> Answer:
        return html_answer(f"<html><body><h1>{self.code}</h1></body></html>", self.code)


@dataclass
class Busy(Fault):
    """429 or 503 with `Retry-After` (seconds, or an HTTP date)."""

    retry_after: str = "1"
    code: int = 429

    def instead(self, asked: Asked) -> Answer:
        answer = error_answer(
            {"code": self.code, "message": "Too many requests.", "details": []}, asked, self.code
        )
        answer.headers["Retry-After"] = self.retry_after
        return answer


@dataclass
class Html(Fault):
    """A captive portal: a page with status 200 instead of what was asked."""

    page: str = "<!DOCTYPE html><html><title>Welcome</title><body>Please sign in to the Wi-Fi.</body></html>"

    def instead(self, asked: Asked) -> Answer:
        return html_answer(self.page)


@dataclass
class Body(Fault):
    """Any bytes with status 200, by default JSON that is none."""

    content: bytes = b'{"results": [,}'
    content_type: str = "application/json;charset=utf-8"

    def instead(self, asked: Asked) -> Answer:
        return Answer(200, {"Content-Type": self.content_type}, self.content)


@dataclass
class Truncated(Fault):
    """The body is cut to `keep` bytes and declared as complete."""

    keep: int

    def spoil(self, answer: Answer) -> None:
        answer.length = min(self.keep, answer.true_length)


@dataclass
class WrongLength(Fault):
    """`Content-Length` is `by` more (the client waits for bytes that never come) or less than the body."""

    by: int

    def spoil(self, answer: Answer) -> None:
        answer.declared_length = max(0, answer.true_length + self.by)


@dataclass
class ChangedEtag(Fault):
    """The file has another strong validator, so `If-Range` with the old one no longer holds."""

    etag: str = '"changed"'

    def spoil_file(self, file: FileAnswer) -> None:
        file.etag = self.etag


@dataclass
class WeakEtag(Fault):
    """The validator is weak: good for caches, no proof for a range."""

    def spoil_file(self, file: FileAnswer) -> None:
        file.etag = "W/" + file.etag


@dataclass
class NoEtag(Fault):
    """The file has no validator at all."""

    def spoil(self, answer: Answer) -> None:
        answer.headers.pop("ETag", None)
        answer.headers.pop("Last-Modified", None)


@dataclass
class Header(Fault):
    """A header with this value, byte by byte; without one (None) where there should be."""

    name: str
    value: Optional[bytes]

    def spoil(self, answer: Answer) -> None:
        answer.headers.pop(self.name, None)
        if self.value is not None:
            answer.headers[self.name] = self.value.decode("utf-8", "surrogateescape")


@dataclass
class IgnoreIfRange(Fault):
    """The range that was asked, of whatever version the file has now."""

    def spoil_file(self, file: FileAnswer) -> None:
        file.conditional = False


@dataclass
class IgnoreRange(Fault):
    """The whole file with status 200, whatever range was asked."""

    def spoil_file(self, file: FileAnswer) -> None:
        file.ranges = False


@dataclass
class ShiftedRange(Fault):
    """206 with another range than the one asked, honestly labelled."""

    by: int

    def spoil(self, answer: Answer) -> None:
        if answer.status == 206 and answer.length is not None:
            total = answer.headers["Content-Range"].partition("/")[2]
            answer.start += self.by
            answer.length -= self.by
            last = answer.start + answer.length - 1
            answer.headers["Content-Range"] = f"bytes {answer.start}-{last}/{total}"


@dataclass
class Slow(Fault):
    """A thin line."""

    bytes_per_second: int

    def spoil(self, answer: Answer) -> None:
        answer.bytes_per_second = self.bytes_per_second


@dataclass
class Redirect(Fault):
    """To anywhere: another origin, http, another scheme, or (`to=""`) to itself for ever."""

    to: str = ""
    status: int = 302

    def instead(self, asked: Asked) -> Answer:
        return Answer(self.status, {"Location": self.to or asked.path})


@dataclass
class Gzip(Fault):
    """The body arrives compressed, with `Content-Encoding: gzip`."""

    def spoil(self, answer: Answer) -> None:
        answer.content = gzip.compress(answer.whole_body())
        answer.start, answer.length = 0, None
        answer.headers["Content-Encoding"] = "gzip"


@dataclass
class Chunked(Fault):
    """No `Content-Length`: the body comes in chunks."""

    def spoil(self, answer: Answer) -> None:
        answer.chunked = True


@dataclass
class _Planned:
    fault: Fault
    path: str
    origin: Optional[str]
    method: Optional[str]
    at: int
    times: Optional[int]
    seen: int = 0

    def strikes(self, asked: Asked) -> bool:
        if not asked.matches(self.path, self.origin, self.method):
            return False
        self.seen += 1
        return self.seen >= self.at and (self.times is None or self.seen < self.at + self.times)


class Script:
    """The planned faults; every request asks it what is to go wrong."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[_Planned] = []

    def add(
        self,
        path: str,
        fault: Fault,
        *,
        at: int = 1,
        times: Optional[int] = 1,
        origin: Optional[str] = None,
        method: Optional[str] = None,
    ) -> None:
        with self._lock:
            self._planned.append(_Planned(fault, path, origin, method, at, times))

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, asked: Asked) -> list[Fault]:
        with self._lock:
            return [planned.fault for planned in self._planned if planned.strikes(asked)]
