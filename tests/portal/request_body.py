"""The body of a request: forms, plain or with files, of a known length or in chunks."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import BinaryIO, Optional
from urllib.parse import parse_qsl

MAX_BODY = 256 << 20

Files = Mapping[str, tuple[str, bytes]]


def read_body(headers: Message, stream: BinaryIO) -> Optional[bytes]:
    """None for a body that is too large to be read."""
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return _chunks(stream)
    length = int(headers.get("Content-Length") or 0)
    return None if length > MAX_BODY else stream.read(length)


def _chunks(stream: BinaryIO) -> Optional[bytes]:
    body = bytearray()
    while True:
        size = int(stream.readline().partition(b";")[0], 16)
        if len(body) + size > MAX_BODY:
            return None
        body += stream.read(size)
        stream.readline()
        if not size:
            return bytes(body)


def parse_form(headers: Message, body: bytes) -> tuple[dict[str, str], Files]:
    """Fields, and files as (file name, content); nothing for bodies that are no form."""
    kind = headers.get_content_type()
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode(), keep_blank_values=True)), {}
    if kind != "multipart/form-data":
        return {}, {}
    head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
    fields: dict[str, str] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name, file_name = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True) or b""
        if file_name is None:
            fields[str(name)] = content.decode()
        else:
            files[str(name)] = (file_name, content)
    return fields, files
