"""Talking to a portal: one `requests.Session` that signs, follows, waits and understands errors.

What it adds to requests: the token goes as a header, to the portal and its servers only;
redirects are followed here, hop by hop, and lose every secret when they leave; an expired token
is renewed once; busy servers are asked again; whatever still fails is an error of `core.errors`.
Where a request goes is judged just before it is sent (reach.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
import threading
from typing import Any, Callable, Optional, TypeVar

import requests
from requests.adapters import BaseAdapter
from requests.utils import select_proxy

from ..errors import AccessDenied, BrokenAnswer, SignInRequired, UnsafeRedirect
from ..host import Clock, Feedback, Silent, SystemClock, raise_if_cancelled
from .answers import (
    JSON_LIMIT,
    LONGEST_ERROR,
    Asked,
    asks_for_windows_sign_in,
    broken_json,
    looks_like_json,
    looks_like_text,
    not_a_file,
    not_json,
    raise_for_status,
    read_value,
    refuse_error,
    sign_in_required,
    windows_sign_in,
)
from .bodies import CheckedBody, network_errors, read_whole, receive_file
from .credentials import AUTHORIZATION_HEADER, Anonymous, Credentials, put_on
from .find_portal import find_portal
from .patience import Patience
from .pinned import PinnedTransport
from .reach import Consent, Reach, ResolvedOnce, Resolver, look_up
from .redirects import HOPS, Trail, checked_target, location_of
from .sign_in import SignIn
from .urls import Origin, WebUrl, parse_url, portal_address

_T = TypeVar("_T")

_FILE_LIMIT = 2 << 30
_FILE_STATUS = (200, 206, 416)
_PEEK = 512


@dataclass(frozen=True)
class Deadlines:
    """Seconds: to connect; of silence within an answer; for a whole answer that is not a file; of silence
    while a server works on what it was sent.
    """

    connect: float = 15.0
    silence: float = 30.0
    answer: float = 120.0
    work: float = 600.0


class PortalSession(requests.Session):
    """A session with one portal, given by any of its addresses.

    `transport` carries the requests (default: requests' own, which connects to the very addresses that
    were judged). `resolver` looks names up; a transport of one's own has to connect by the same
    look-up. `consent` is asked for hosts in private networks. Threads may share a session.
    All methods raise `PortalError`, `NetworkError` and `Cancelled`; none raises a requests error.
    """

    def __init__(
        self,
        portal: str,
        credentials: Optional[Credentials] = None,
        *,
        transport: Optional[BaseAdapter] = None,
        feedback: Optional[Feedback] = None,
        clock: Optional[Clock] = None,
        deadlines: Optional[Deadlines] = None,
        resolver: Resolver = look_up,
        consent: Optional[Consent] = None,
    ):
        super().__init__()
        self.trust_env = False  # neither .netrc nor environment speak for the user
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.auth = self._sign
        if transport is None:
            resolver = ResolvedOnce(resolver)
            transport = PinnedTransport(resolver)
        self.mount("https://", transport)
        self.mount("http://", transport)
        self._resolver = resolver
        self._reach = Reach(self._addresses, consent)
        self._feedback: Feedback = feedback or Silent()
        self._clock: Clock = clock or SystemClock()
        self._patience = Patience(self._clock, self._feedback)
        self._heard: set[Origin] = set()
        self._deadlines = deadlines or Deadlines()
        self._address = portal_address(portal)
        self._is_found = False
        self._lock = threading.RLock()
        self._sign_in = SignIn(self, credentials or Anonymous())

    @property
    def address(self) -> WebUrl:
        """The portal's address as far as it is known: what was given, or what was found."""
        return self._address

    @property
    def rest(self) -> str:
        """The sharing API, `https://host/adaptor/sharing/rest`; looked for at first use.

        Raises `BadInput` when no portal answers at the address.
        """
        with self._lock:
            if not self._is_found:
                self._address = find_portal(self._address, self._ask_info)
                self._is_found = True
        return f"{self._address}/sharing/rest"

    @property
    def portal_url(self) -> str:
        """The portal's address without the API, as offline maps record it."""
        return self.rest[: -len("/sharing/rest")]

    def asked(self, url: str) -> Asked:
        """Who answers at `url`. Whatever an answer says, no error repeats a secret of this session."""
        return Asked(_host(url), self._sign_in.never_told)

    def get_json(
        self, url: str, params: Optional[Mapping[str, str]] = None, limit: int = JSON_LIMIT
    ) -> dict[str, Any]:
        """The JSON object at `url`, of at most `limit` bytes. Busy servers are asked again."""
        values = {"f": "json", **(params or {})}
        return self._fetched(url, lambda: self._object("GET", url, values, limit))

    def post_json(self, url: str, data: Mapping[str, str], limit: int = JSON_LIMIT) -> dict[str, Any]:
        """The JSON object that answers a form. Never repeated but for an expired token."""
        values = {"f": "json", **data}
        return self._signed(url, lambda: self._object("POST", url, values, limit))

    def get_array(self, url: str, params: Optional[Mapping[str, str]] = None) -> list[Any]:
        """The JSON array at `url`, as the list of a service's replicas is one."""
        values = {"f": "json", **(params or {})}
        found, _ = self._fetched(url, lambda: self._answer("GET", url, values))
        if not isinstance(found, list):
            raise broken_json(_host(url))
        return found

    def post_file_part(self, url: str, data: Mapping[str, str], name: str, content: bytes) -> dict[str, Any]:
        """The JSON object that answers a multipart form with the values of `data` and one file.

        `name` is plain ASCII. Never repeated but for an expired token.
        """
        values = {"f": "json", **data}
        files = {"file": (name, content, "application/octet-stream")}
        wait = self._while_it_works
        return self._signed(url, lambda: self._object("POST", url, values, files=files, timeout=wait))

    def post_to_file(self, url: str, data: Mapping[str, str], path: Path, limit: int = _FILE_LIMIT) -> None:
        """The JSON that answers a form, of any size up to `limit` bytes, into the file `path`.

        An answer that is an error is raised as such, and no file is left. Never repeated but for an
        expired token. Raises `StorageError`, too.
        """
        values = {"f": "json", **data}
        self._signed(url, lambda: self._received("POST", url, path, limit, data=values))

    def get_to_file(self, url: str, path: Path, limit: int = _FILE_LIMIT) -> None:
        """The same of the JSON file at `url`, which is asked for as it is written."""
        self._fetched(url, lambda: self._received("GET", url, path, limit))

    def get_file(self, url: str, path: Path, limit: int = _FILE_LIMIT) -> None:
        """A file of any kind, text included, such as an attachment, into the file `path`."""
        self._fetched(url, lambda: self._received("GET", url, path, limit, is_json=False))

    def get_bytes(
        self, url: str, params: Optional[Mapping[str, str]] = None, limit: int = JSON_LIMIT
    ) -> bytes:
        """A small file, such as a thumbnail or a resource, of at most `limit` bytes."""

        def read() -> bytes:
            with closing(self._open("GET", url, params=params)) as response:
                body = self._read(response, limit)
            refuse_error(body, response.status_code, self.asked(url))
            return body

        return self._fetched(url, read)

    def open_stream(self, url: str, headers: Optional[Mapping[str, str]] = None) -> requests.Response:
        """A package or another file that is no text, with its body unread; the caller closes it.

        Status 200, 206 and 416 come back as they are, as do all headers; the body arrives as
        stored (`Accept-Encoding: identity`). Reading it raises `NetworkError`, an early end
        included. JSON or HTML instead of a file, with whatever status, is raised as the error it is.
        """
        wanted = {"Accept-Encoding": "identity", **(headers or {})}

        def opened() -> requests.Response:
            response = self._open("GET", url, headers=wanted)
            try:
                return self._checked_file(response, self.asked(url))
            except BaseException:
                response.close()
                raise

        return self._fetched(url, opened)

    def ask_unsigned(
        self, method: str, url: str, values: Mapping[str, str], referer: Optional[str] = None
    ) -> dict[str, Any]:
        """A JSON call that carries no token: what comes before a sign-in, and the sign-in itself."""
        headers = {"Referer": referer} if referer else {}

        def ask() -> dict[str, Any]:
            return self._object(method, url, {"f": "json", **values}, auth=_unsigned, headers=headers)

        return self._patience.repeat(ask) if method == "GET" else ask()

    # ---- one request -------------------------------------------------------------------------

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Sends a prepared request and follows redirects by our rules. Raises only our errors."""
        unread = kwargs.pop("stream", False)
        kwargs.pop("allow_redirects", None)
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = (self._deadlines.connect, self._deadlines.silence)
        trail = Trail(self._sign_in, AUTHORIZATION_HEADER in request.headers)
        for _ in range(HOPS + 1):
            raise_if_cancelled(self._feedback)
            url = _usable(request.url or "")
            request.url = str(url)  # the very spelling that was checked
            unanswered_http = url.origin.scheme == "http" and url.origin not in self._heard
            with network_errors(url.origin.host, unanswered_http):
                self._reach.require(url.origin, self._address.origin)
                response = super().send(request, stream=True, allow_redirects=False, **kwargs)
            self._heard.add(url.origin)
            response.raw = CheckedBody(response, url.origin.host)
            location = location_of(response)
            if location is None:
                if not unread:
                    _ = response.content
                return response
            response.close()
            target = checked_target(url, location, request.method or "")
            request = trail.next_hop(request, response.status_code, url, target)
        raise UnsafeRedirect(
            "“{host}” keeps redirecting in a circle.",
            next_step="Check the portal's address, or contact its administrator.",
            host=url.origin.host,
        )

    def _addresses(self, origin: Origin) -> Sequence[str]:
        """As its resolver says; none behind a proxy, which looks names up by itself."""
        return () if select_proxy(str(origin), self.proxies) else self._resolver(origin)

    def get_redirect_target(self, resp: requests.Response) -> Optional[str]:  # noqa: ARG002 - as in requests
        """None, always: requests itself follows nothing, not even to look where it leads."""
        return None

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Puts on the token, if one belongs to the address; requests calls it for every request."""
        url = _usable(request.url or "")
        token = self._sign_in.token_for(url)
        if token is not None:
            put_on(request, token)
            if self._sign_in.goes_into_query(url):
                request.prepare_url(request.url, {"token": token.value})
        return request

    def _ask_info(self, url: str) -> tuple[dict[str, Any], str]:
        def ask() -> tuple[dict[str, Any], str]:
            found, address = self._answer("GET", url, {"f": "json"}, auth=_unsigned)
            return _object_in(found, url), address

        return self._patience.repeat(ask)

    # ---- answers -----------------------------------------------------------------------------

    def _open(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        response = self.request(method, url, stream=True, **kwargs)
        status = response.status_code
        if status == requests.codes.too_many_requests or status >= requests.codes.server_error:
            response.close()
            raise_for_status(status, _host(url), response.headers.get("Retry-After"))
        if asks_for_windows_sign_in(status, response.headers.get("WWW-Authenticate", "")):
            response.close()
            raise windows_sign_in(_host(url))
        return response

    def _object(
        self,
        method: str,
        url: str,
        values: Mapping[str, str],
        limit: int = JSON_LIMIT,
        **options: Any,
    ) -> dict[str, Any]:
        return _object_in(self._answer(method, url, values, limit, **options)[0], url)

    def _answer(
        self, method: str, url: str, values: Mapping[str, str], limit: int = JSON_LIMIT, **options: Any
    ) -> tuple[Any, str]:
        """The JSON value of an answer that is no error, and the address that gave it in the end."""
        options["params" if method == "GET" else "data"] = values
        with closing(self._open(method, url, **options)) as response:
            body = self._read(response, limit)
        return read_value(body, response.status_code, self.asked(url), limit), response.url

    def _received(
        self, method: str, url: str, path: Path, limit: int, is_json: bool = True, **options: Any
    ) -> None:
        """An answer in the file `path`; of one that is an error, or cannot be used, nothing is left there.

        Errors are small: a body that may be one is read again from the file.
        """
        asked = self.asked(url)
        try:
            with closing(self._open(method, url, timeout=self._while_it_works, **options)) as response:
                status, body = response.status_code, response.raw
                is_error = status >= requests.codes.bad_request
                if is_error or (is_json and not looks_like_json(body.peek(_PEEK))):
                    raise not_json(self._read(response, JSON_LIMIT), status, asked)
                receive_file(body, path, limit, asked.host, self._feedback)
            if path.stat().st_size <= LONGEST_ERROR:
                (read_value if is_json else refuse_error)(path.read_bytes(), status, asked)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise

    @property
    def _while_it_works(self) -> tuple[float, float]:
        return self._deadlines.connect, self._deadlines.work

    def _read(self, response: requests.Response, limit: int) -> bytes:
        deadline = self._clock.monotonic() + self._deadlines.answer
        return read_whole(response.raw, limit, _host(response.url), self._clock, deadline)

    def _checked_file(self, response: requests.Response, asked: Asked) -> requests.Response:
        body: CheckedBody = response.raw
        if response.status_code not in _FILE_STATUS:
            raise not_a_file(self._read(response, JSON_LIMIT), response.status_code, asked)
        if response.status_code == requests.codes.ok and looks_like_text(body.peek(_PEEK)):
            raise not_a_file(self._read(response, JSON_LIMIT), response.status_code, asked)
        return response

    # ---- tokens ------------------------------------------------------------------------------

    def _fetched(self, url: str, call: Callable[[], _T]) -> _T:
        """The call, which changes nothing at the server and may be repeated."""
        return self._patience.repeat(lambda: self._signed(url, call))

    def _signed(self, url: str, call: Callable[[], _T]) -> _T:
        """The call; once more when its token was refused and a fresh one can be had."""
        address = _usable(url)
        token = self._sign_in.token_for(address)
        try:
            return call()
        except SignInRequired:
            if not self._sign_in.renew(address, token):
                raise
            return call()
        except AccessDenied as error:
            if token is not None:
                raise
            raise sign_in_required(address.origin.host) from error  # some portals say so to visitors


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The `auth` of a request that carries no token."""
    return request


def _usable(url: str) -> WebUrl:
    try:
        return parse_url(url)
    except ValueError as error:
        raise BrokenAnswer(
            "An address given by the portal cannot be used: it is not a plain http or https address.",
            next_step="Contact the portal's administrator.",
        ) from error


def _object_in(value: Any, url: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise broken_json(_host(url))
    return value


def _host(url: str) -> str:
    return _usable(url).origin.host
