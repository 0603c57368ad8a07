"""The wire: a threaded HTTP/1.1 server on loopback, keep-alive, without Nagle's delay, TLS or not."""

from __future__ import annotations

import contextlib
from email.utils import formatdate
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import socket
import ssl
import struct
import sys
import threading
import time
from typing import Callable, Optional
from urllib.parse import parse_qsl, unquote, urlsplit

from .answers import Answer, FileAnswer, opened
from .faults import Script
from .record import Asked, Record
from .request_body import parse_form, read_body

BLOCK = 1 << 18

Site = Callable[[Asked], "Answer | FileAnswer"]


class Origin(ThreadingHTTPServer):
    """One scheme, host and port: the portal, its object storage, its server, or a stranger."""

    daemon_threads = True
    request_queue_size = 256
    block_on_close = False

    def __init__(
        self, name: str, site: Site, record: Record, script: Script, tls: Optional[ssl.SSLContext] = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name, self.site, self.record, self.script, self.tls = name, site, record, script, tls
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server_address[1]}"
        self._thread: Optional[threading.Thread] = None

    def start(self) -> None:
        """Answers, also those who came during a pause."""
        self.closing.clear()
        self._thread = threading.Thread(target=self._accept, name=f"stand-in {self.name}", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Whoever comes waits until `start`, which a fork of this process may call."""
        self.closing.set()
        if self._thread is not None:
            socket.create_connection(self.server_address).close()
            self._thread.join()
            self._thread = None

    def stop(self) -> None:
        """Ends at once: stalled answers wake up and open connections are cut."""
        self.pause()
        self.server_close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        """Unlike `serve_forever` without polling, so that it ends as soon as `stop` knocks."""
        while True:
            connection, address = self.socket.accept()
            if self.closing.is_set():
                connection.close()
                return
            self.process_request(connection, address)

    def finish_request(self, request: socket.socket, client_address: object) -> None:
        """Runs in the connection's own thread, so that a slow handshake holds up nobody else."""
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is not None:
            request = self.tls.wrap_socket(request, server_side=True)
        with self._lock:
            self._open.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)
            if self.tls is not None:
                request.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients go away, refuse the certificate or cancel: no matter. Faults of ours are shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Origin

    def do_GET(self) -> None:
        asked = self._asked()
        self.server.record.add(asked)
        faults = self.server.script.take(asked)
        answer: Optional[Answer | FileAnswer] = None
        for fault in faults:
            answer = answer or fault.instead(asked)
        if answer is None:
            for _ in range(sum(fault.repeats for fault in faults)):
                self.server.site(asked)
            answer = self.server.site(asked)
        if isinstance(answer, FileAnswer):
            for fault in faults:
                fault.spoil_file(answer)
            answer = answer.render(asked)
        for fault in faults:
            fault.spoil(answer)
        self._send(asked, answer)

    do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """The record says it better."""

    def _asked(self) -> Asked:
        parts = urlsplit(self.path)
        body = read_body(self.headers, self.rfile)
        if body is None:
            self.close_connection = True
        form, files = parse_form(self.headers, body or b"")
        return Asked(
            origin=self.server.name,
            method=self.command,
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=self.headers,
            form=form,
            files=files,
            client=self.client_address[0],
            client_certificate=self._client_certificate(),
        )

    def _client_certificate(self) -> str:
        """The common name of the certificate that the client proved to own, or nothing."""
        if not isinstance(self.connection, ssl.SSLSocket):
            return ""
        subject = (self.connection.getpeercert() or {}).get("subject", ())
        return next((value for pair in subject for key, value in pair if key == "commonName"), "")

    def _send(self, asked: Asked, answer: Answer) -> None:
        if answer.hang_up:
            self._cut(answer.reset)
            return
        asked.status = answer.status
        length = answer.true_length
        head = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, 'Unknown')}"]
        head.append(f"Date: {formatdate(usegmt=True)}")
        head += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.chunked:
            head.append("Transfer-Encoding: chunked")
        elif "Content-Length" not in answer.headers:
            declared = length if answer.declared_length is None else answer.declared_length
            head.append(f"Content-Length: {declared}")
        if self.close_connection:
            head.append("Connection: close")
        self._pending = ("\r\n".join(head) + "\r\n\r\n").encode("utf-8", "surrogateescape")
        if self.command != "HEAD":
            self._send_body(asked, answer, length)
        self._flush()
        if answer.declared_length not in (None, length) or "Content-Length" in answer.headers:
            self._cut(reset=False)

    def _send_body(self, asked: Asked, answer: Answer, length: int) -> None:
        """The first block leaves together with the head: one segment for a small answer."""
        stall = answer.stall
        with opened(answer.content) as source:
            source.seek(answer.start)
            while True:
                sent = asked.bytes_sent
                if stall is not None and sent >= stall.after:
                    if stall.after >= 0:
                        self._flush()
                    stall.wait(self.server.closing)
                    stall = None
                if answer.drop_after is not None and sent >= answer.drop_after:
                    self._flush()
                    self._cut(answer.reset)
                    return
                marks = [length, sent + BLOCK]
                marks += [stall.after] if stall is not None else []
                marks += [answer.drop_after] if answer.drop_after is not None else []
                if answer.bytes_per_second:
                    marks.append(sent + max(1, answer.bytes_per_second // 20))
                block = source.read(min(marks) - sent)
                if not block:
                    break
                # Counted first: who has received a block may ask at once how much was sent.
                asked.bytes_sent += len(block)
                try:
                    self._write(block, answer.chunked)
                except OSError:
                    asked.bytes_sent -= len(block)
                    raise
                if answer.bytes_per_second:
                    time.sleep(len(block) / answer.bytes_per_second)
        if answer.chunked:
            self._write(b"", True)

    def _write(self, block: bytes, chunked: bool) -> None:
        framed = b"%x\r\n%b\r\n" % (len(block), block) if chunked else block
        self.connection.sendall(self._pending + framed)
        self._pending = b""

    def _flush(self) -> None:
        if self._pending:
            self.connection.sendall(self._pending)
            self._pending = b""

    def _cut(self, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
