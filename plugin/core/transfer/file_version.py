"""Which version of a file the bytes of an answer are of, as far as its headers tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Any

from ..portal.headers import http_date

_STRONG_ETAG = re.compile(r'"[!#-~]*"')  # RFC 9110 §8.8.3, without letters beyond ASCII


@dataclass(frozen=True)
class FileVersion:
    """`validator` may stand in `If-Range`, and is empty where nothing strong enough was sent.

    `modified` is the answer's Last-Modified as it stands, or empty.
    """

    validator: str = ""
    modified: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> FileVersion:
        """The version that an answer with these headers carries."""
        # The bytes of a body that was compressed on the way have other places than the server's.
        coded = headers.get("Content-Encoding", "").strip().lower() not in ("", "identity")
        return cls("" if coded else strong_validator(headers), headers.get("Last-Modified", ""))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> FileVersion:
        """What `asdict` made of one, or nothing that counts."""
        validator, modified = str(values.get("validator")), str(values.get("modified", ""))
        return cls(validator, modified) if _is_strong(validator) else cls()

    @property
    def etag(self) -> str:
        """The strong ETag, or empty."""
        return self.validator if self.validator.startswith('"') else ""

    def goes_on_in(self, answer: FileVersion) -> bool:
        """True where a part of `answer` belongs to the same bytes.

        A partial answer names its ETag again, and may leave out the date beside it (RFC 9110
        §15.3.7); another date under the same ETag is a server that counts on luck.
        """
        return self.validator == answer.validator != "" and (
            not (self.modified and answer.modified) or self.modified == answer.modified
        )


def strong_validator(headers: Mapping[str, str]) -> str:
    """What may stand in `If-Range`: a strong ETag, else a Last-Modified that is old enough.

    A date counts as strong only when the file was at least a minute old when it was sent
    (RFC 9110 §8.8.2.2). Empty when neither holds: such a download starts again when it breaks.
    """
    etag = headers.get("ETag", "").strip()
    if etag:
        return etag if _STRONG_ETAG.fullmatch(etag) else ""
    modified, sent = (http_date(headers.get(name, "")) for name in ("Last-Modified", "Date"))
    if modified is None or sent is None or (sent - modified).total_seconds() < 60:
        return ""
    return headers["Last-Modified"]


def _is_strong(validator: str) -> bool:
    return bool(_STRONG_ETAG.fullmatch(validator)) or http_date(validator) is not None
