"""`requests` over the network of QGIS: its proxy, certificate authorities, client certificates, log.

One adapter carries every byte. It never follows a redirect, never caches, stores no cookie, and
streams with a bounded buffer. It works in the main thread, in tasks and in pool threads, and in
threads that Qt did not start: the event loop is made before the timers that need its dispatcher.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import io
import socket
import threading
import time
from typing import Any, Callable, Optional, Union

from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QByteArray, QEventLoop, QIODevice, QObject, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtNetwork import (
    QHostInfo,
    QNetworkProxy,
    QNetworkProxyQuery,
    QNetworkReply,
    QNetworkRequest,
    QSslError,
)
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPResponse

from ..core.errors import Cancelled
from ..core.host import Feedback
from ..core.portal.secure_connection import (
    EXPIRED,
    NOT_YET_VALID,
    OTHER_HOST,
    UNTRUSTED,
    certificate_fault,
)
from ..core.portal.urls import Origin

_BUFFER = 4 << 20
_TICK = 100  # milliseconds: how soon a cancel or a deadline is noticed while nothing arrives
_DEADLINE = 30.0
_LOOK_UP = 15.0  # seconds for the addresses of a name
# Qt makes these itself, from the body and the connection.
_QT_HEADERS = ("connection", "content-length")

_Error = QNetworkReply.NetworkError
_Attribute = QNetworkRequest.Attribute
_REFUSALS: Mapping[Any, Callable[[str], Exception]] = {
    _Error.HostNotFoundError: lambda text: socket.gaierror(socket.EAI_NONAME, text),
    _Error.ConnectionRefusedError: ConnectionRefusedError,
    # A time-out of QGIS' own: a cancel of ours was raised before anybody looked here.
    _Error.OperationCanceledError: socket.timeout,
    _Error.TimeoutError: socket.timeout,
    _Error.ProxyConnectionRefusedError: requests.exceptions.ProxyError,
    _Error.ProxyConnectionClosedError: requests.exceptions.ProxyError,
    _Error.ProxyNotFoundError: requests.exceptions.ProxyError,
    _Error.ProxyTimeoutError: requests.exceptions.ProxyError,
    _Error.ProxyAuthenticationRequiredError: requests.exceptions.ProxyError,
    _Error.UnknownProxyError: requests.exceptions.ProxyError,
    _Error.RemoteHostClosedError: ConnectionResetError,
    _Error.ContentReSendError: ConnectionResetError,
    _Error.TemporaryNetworkFailureError: ConnectionError,
    _Error.NetworkSessionFailedError: ConnectionError,
    _Error.UnknownNetworkError: ConnectionError,
    _Error.ProtocolFailure: ConnectionError,
}

_CERTIFICATE_FAULTS: Mapping[Any, int] = {
    QSslError.SslError.CertificateExpired: EXPIRED,
    QSslError.SslError.CertificateNotYetValid: NOT_YET_VALID,
    QSslError.SslError.HostNameMismatch: OTHER_HOST,
}

Timeout = Union[float, tuple[Optional[float], Optional[float]], None]


class QgisTransport(BaseAdapter):
    """Mount it on a session. A cancel through `feedback` ends any request within a second.

    `authcfg`, where given, is a client certificate or another identity that QGIS puts on the
    connection; mount such a transport on the portal's origin only.
    """

    def __init__(self, feedback: Feedback, authcfg: str = "") -> None:
        super().__init__()
        self._feedback = feedback
        self._authcfg = authcfg

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Timeout = None,
        verify: Union[bool, str] = True,
        cert: Any = None,
        proxies: Optional[Mapping[str, str]] = None,
    ) -> requests.Response:
        """Sends one request; certificates and proxies are those of QGIS, not the arguments.

        Returns when the headers are there. Raises requests' exceptions, and `Cancelled`.
        """
        connect, silence = _seconds(timeout)
        stage = _Stage(self._feedback)
        reply = _Reply(self._started(request), stage, silence)
        try:
            reply.wait_for_headers(max(connect, silence))
            return _response(request, reply)
        except socket.timeout as error:
            reply.close()
            raise requests.exceptions.ReadTimeout(request=request) from error
        except (requests.RequestException, Cancelled):
            reply.close()
            raise
        except OSError as error:
            reply.close()
            raise requests.exceptions.ConnectionError(request=request) from error

    def addresses(self, origin: Origin) -> tuple[str, ...]:
        """A `core.portal.reach.Resolver`, which looks names up as Qt does when it connects.

        Qt keeps what it found for a minute, so a connection that follows goes there; to hold it to
        one address is not possible. Raises `OSError` and `Cancelled`.
        """
        if _has_proxy(QUrl(str(origin))):
            return ()
        stage = _Stage(self._feedback)
        look_up = _LookUp(origin.host, stage)
        stage.wait(lambda: look_up.info is not None, _LOOK_UP)
        if look_up.info.error() != QHostInfo.HostInfoError.NoError:
            raise socket.gaierror(socket.EAI_NONAME, look_up.info.errorString())
        return tuple(address.toString() for address in look_up.info.addresses())

    def close(self) -> None:
        """Nothing to close: the network belongs to QGIS."""

    def _started(self, request: requests.PreparedRequest) -> QNetworkReply:
        manager = QgsNetworkAccessManager.instance()
        qt_request = self._qt_request(request)
        if request.method == "POST":
            body = request.body or b""
            form = _Form(body.encode("utf-8") if isinstance(body, str) else body)
            qt_request.setHeader(QNetworkRequest.KnownHeaders.ContentLengthHeader, len(form.content))
            reply = manager.post(qt_request, form)
            form.setParent(reply)
        elif request.method in ("GET", "HEAD"):
            reply = manager.get(qt_request) if request.method == "GET" else manager.head(qt_request)
        else:
            raise requests.exceptions.InvalidSchema("only GET, HEAD and POST are used")
        reply.setReadBufferSize(_BUFFER)
        if self._authcfg:
            QgsApplication.authManager().updateNetworkReply(reply, self._authcfg)
        return reply

    def _qt_request(self, request: requests.PreparedRequest) -> QNetworkRequest:
        url = QUrl.fromEncoded(QByteArray((request.url or "").encode("ascii")), QUrl.ParsingMode.StrictMode)
        qt_request = QNetworkRequest(url)
        for name, value in request.headers.items():
            if name.lower() not in _QT_HEADERS:
                qt_request.setRawHeader(_bytes(name), _bytes(value))
        manual = QNetworkRequest.LoadControl.Manual
        for attribute, value in (
            (_Attribute.RedirectPolicyAttribute, QNetworkRequest.RedirectPolicy.ManualRedirectPolicy),
            (_Attribute.CacheLoadControlAttribute, QNetworkRequest.CacheLoadControl.AlwaysNetwork),
            (_Attribute.CacheSaveControlAttribute, False),
            (_Attribute.CookieLoadControlAttribute, manual),
            (_Attribute.CookieSaveControlAttribute, manual),
            (_Attribute.AuthenticationReuseAttribute, manual),
            (_Attribute.DoNotBufferUploadDataAttribute, True),
        ):
            qt_request.setAttribute(attribute, value)
        if not self._authcfg:
            return qt_request
        done, qt_request = QgsApplication.authManager().updateNetworkRequest(qt_request, self._authcfg)
        if not done:
            raise requests.exceptions.SSLError("the authentication configuration cannot be used")
        return qt_request


class _Stage:
    """Where a thread waits for Qt: an event loop that ends at every tick and every news."""

    def __init__(self, feedback: Feedback) -> None:
        self.loop = QEventLoop()  # first: it gives a plain thread the dispatcher that timers need
        self._feedback = feedback
        self._ticks = QTimer()
        self._ticks.setInterval(_TICK)
        self._ticks.timeout.connect(self.loop.quit)

    def wait(self, is_there: Callable[[], bool], seconds: float) -> None:
        """Returns once `is_there()`. Raises `Cancelled`, and `socket.timeout` after `seconds`."""
        end = time.monotonic() + seconds
        self._ticks.start()
        try:
            while not is_there():
                if self._feedback.is_cancelled():
                    raise Cancelled
                if time.monotonic() >= end:
                    raise socket.timeout
                self.loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        finally:
            self._ticks.stop()


class _LookUp(QObject):
    """The addresses of a name, looked up in a thread of Qt's; `info` is None until they are there."""

    def __init__(self, host: str, stage: _Stage) -> None:
        super().__init__()
        self.info: Optional[QHostInfo] = None
        self._stage = stage
        QHostInfo.lookupHost(host, self._found)

    @pyqtSlot(QHostInfo)  # PyQt5 crashes where it has to make the slot itself
    def _found(self, info: QHostInfo) -> None:
        self.info = QHostInfo(info)
        self._stage.loop.quit()


class _Form(QIODevice):
    """The body of a POST, which can be read once.

    Qt sends a request again, unasked, when its connection ends without an answer; a body that cannot start
    anew ends in an error instead. Nobody knows whether the server did what the first one said.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content
        self._read = 0
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    def isSequential(self) -> bool:
        return True

    def bytesAvailable(self) -> int:
        return len(self.content) - self._read

    def atEnd(self) -> bool:
        return self._read >= len(self.content)

    def reset(self) -> bool:
        return False

    def readData(self, size: int) -> Optional[bytes]:
        """Up to `size` bytes; None at the end."""
        block = self.content[self._read : self._read + size]
        self._read += len(block)
        return block or None

    def writeData(self, content: bytes) -> int:
        return -1


def _has_proxy(url: QUrl) -> bool:
    manager = QgsNetworkAccessManager.instance()
    factory = manager.proxyFactory()
    proxies = factory.queryProxy(QNetworkProxyQuery(url)) if factory else [manager.proxy()]
    kind = QNetworkProxy.ProxyType
    return bool(proxies) and proxies[0].type() not in (kind.NoProxy, kind.DefaultProxy)


class _Reply(io.RawIOBase):
    """The body of a running request as a stream. Made, read and closed in one thread."""

    def __init__(self, reply: QNetworkReply, stage: _Stage, silence: float) -> None:
        super().__init__()
        self.reply: Optional[QNetworkReply] = reply
        self._stage = stage
        self._silence = silence
        self._thread = threading.get_ident()
        self._certificate_faults: list[int] = []
        reply.sslErrors.connect(self._note_certificate)
        for news in (reply.metaDataChanged, reply.readyRead, reply.finished):
            news.connect(stage.loop.quit)

    def wait_for_headers(self, seconds: float) -> None:
        reply = self.reply
        status = _Attribute.HttpStatusCodeAttribute

        def is_there() -> bool:
            if self._silence > _DEADLINE:
                # The server may work for long: by a progress QGIS starts its own, shorter time-out anew.
                reply.downloadProgress.emit(0, 0)
            return reply.attribute(status) is not None or reply.isFinished()

        self._stage.wait(is_there, seconds)
        if reply.attribute(status) is None:
            if reply.error() == _Error.SslHandshakeFailedError:
                raise requests.exceptions.SSLError(*map(certificate_fault, self._certificate_faults[:1]))
            raise _refusal(reply) or ConnectionError("no answer")

    def _note_certificate(self, errors: Iterable[QSslError]) -> None:
        """Keeps OpenSSL's numbers: first of all that nobody vouches for it, then its time, then its name."""
        codes = {_CERTIFICATE_FAULTS.get(error.error(), UNTRUSTED) for error in errors}
        order = (UNTRUSTED, EXPIRED, NOT_YET_VALID, OTHER_HOST)
        self._certificate_faults = sorted(codes, key=order.index)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        reply = self.reply
        if reply is None:
            return 0
        self._stage.wait(lambda: reply.bytesAvailable() > 0 or reply.isFinished(), self._silence)
        block = reply.read(len(buffer))
        if not block:
            refusal = _refusal(reply)
            if refusal:
                raise refusal
            return 0
        buffer[: len(block)] = block
        return len(block)

    def read1(self, size: int = -1) -> bytes:
        """What is there, as `read` of a raw stream: urllib3 from 2.2 on asks so."""
        return self.read(size)

    def close(self) -> None:
        """Aborts what still runs and deletes the reply, at once in its own thread."""
        reply, self.reply = self.reply, None
        if reply is not None and not sip.isdeleted(reply):
            at_home = threading.get_ident() == self._thread
            if at_home and reply.isRunning():
                reply.abort()
            # PyQt hears of the end of a reply later, in the main thread, and by its address: it
            # would then take the next reply at that address for deleted.
            reply.disconnect()
            if at_home:
                sip.delete(reply)  # deleteLater waits for an event loop, which this thread may not have
            else:
                reply.deleteLater()
        super().close()


def _refusal(reply: QNetworkReply) -> Optional[Exception]:
    """Why the network gave no or half an answer; None also for answers with an HTTP error status."""
    make = _REFUSALS.get(reply.error())
    return make(reply.errorString()) if make else None


def _response(request: requests.PreparedRequest, reply: _Reply) -> requests.Response:
    """What requests' own adapter would have made of the same answer."""
    qt_reply = reply.reply
    response = requests.Response()
    response.status_code = int(qt_reply.attribute(_Attribute.HttpStatusCodeAttribute))
    response.reason = qt_reply.attribute(_Attribute.HttpReasonPhraseAttribute)
    response.headers = CaseInsensitiveDict(
        (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
        for name, value in qt_reply.rawHeaderPairs()
    )
    response.encoding = get_encoding_from_headers(response.headers)
    response.request, response.url = request, request.url
    response.raw = HTTPResponse(
        body=reply,
        headers=dict(response.headers),
        status=response.status_code,
        preload_content=False,
        decode_content=False,
        request_method=request.method,
    )
    return response


def _seconds(timeout: Timeout) -> tuple[float, float]:
    connect, silence = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    return connect or _DEADLINE, silence or _DEADLINE


def _bytes(text: Union[str, bytes]) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
