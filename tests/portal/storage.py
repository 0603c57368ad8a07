"""Object storage: the second origin that `/data` redirects to, as ArcGIS Online does.

A signed address needs no sign-in, lives for some minutes, and names one object. Like real
stores it refuses a request that brings an `Authorization` header beside the signature.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
import secrets

from .answers import Answer, FileAnswer
from .content import Item, PortalContent
from .record import Asked
from .tokens import StandInClock


class Storage:
    """`url` is the origin, known once its socket is open; addresses live `seconds`."""

    def __init__(self, content: PortalContent, clock: StandInClock, seconds: int = 600) -> None:
        self.content, self.url, self.seconds = content, "", seconds
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def signed_url(self, item: Item) -> str:
        path = f"/{item.id}/data"
        expires = str(int(self._clock()) + self.seconds)
        return f"{self.url}{path}?Expires={expires}&Signature={self._signature(path, expires)}"

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self._key, f"{path}|{expires}".encode(), hashlib.sha256).hexdigest()

    def __call__(self, asked: Asked) -> Answer | FileAnswer:
        expires = asked.query.get("Expires", "")
        signature = self._signature(asked.path, expires)
        if not hmac.compare_digest(signature, asked.query.get("Signature", "")):
            return _xml(403, "SignatureDoesNotMatch")
        if int(expires) <= self._clock():
            return _xml(403, "AccessDenied")
        if asked.headers.get("Authorization"):
            return _xml(400, "InvalidArgument")
        if asked.method not in ("GET", "HEAD"):
            return _xml(405, "MethodNotAllowed")
        item = self.content.items.get(asked.path.split("/")[1])
        if item is None or not isinstance(item.data, (bytes, Path)):
            return _xml(404, "NoSuchKey")
        return FileAnswer(item.data, name=item.json["name"] or "data", modified=item.json["modified"] / 1000)


def _xml(status: int, code: str) -> Answer:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code></Error>'
    return Answer(status, {"Content-Type": "application/xml"}, text.encode())
