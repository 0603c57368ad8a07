"""Redirects by our rules: where a portal may send us, and what does not come along.

requests would keep `X-Esri-Authorization` and `Referer` across hosts (measured with 2.28 and
2.34), QGIS' own blocking requests keep every header. Packages do redirect to foreign storage.
"""

from __future__ import annotations

from typing import Optional

import requests

from ..errors import UnsafeRedirect
from .credentials import AUTHORIZATION_HEADER, put_on
from .sign_in import SignIn
from .urls import WebUrl, join_url, same_or_upgraded

HOPS = 5
_STATUS = (301, 302, 303, 307, 308)
_KEEP_METHOD = (307, 308)
_SECRET_HEADERS = (AUTHORIZATION_HEADER, "Authorization", "Proxy-Authorization", "Referer", "Cookie")
_BODY_HEADERS = ("Content-Length", "Content-Type", "Transfer-Encoding")


def location_of(response: requests.Response) -> Optional[str]:
    """The target of a redirect as the server wrote it; None when the answer is no redirect."""
    location = response.headers.get("Location")
    if response.status_code not in _STATUS or not location:
        return None
    try:
        # requests reads header bytes as Latin-1, servers that do not escape mean UTF-8.
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def checked_target(here: WebUrl, location: str, method: str) -> WebUrl:
    """Where `location` leads from `here`, when that is a place to go. Raises `UnsafeRedirect`."""
    try:
        target = join_url(here, location)
    except ValueError:
        raise UnsafeRedirect(
            "“{host}” redirects to an address that is not safe.",
            next_step="Contact the portal's administrator.",
            host=here.origin.host,
        ) from None
    if here.origin.scheme == "https" and target.origin.scheme == "http":
        raise UnsafeRedirect(
            "“{host}” redirects from https to http, where others could read the data.",
            next_step="Contact the portal's administrator.",
            host=here.origin.host,
        )
    if method == "POST" and not same_or_upgraded(here, target):
        raise UnsafeRedirect(
            "“{host}” redirects a form to another server. It was not sent there.",
            next_step="Contact the portal's administrator.",
            host=here.origin.host,
        )
    return target


class Trail:
    """The way of one request over its hops. What has left the portal never gets a secret again."""

    def __init__(self, sign_in: SignIn, signed: bool):
        self._sign_in = sign_in
        self._at_home = signed

    def next_hop(
        self, request: requests.PreparedRequest, status: int, here: WebUrl, target: WebUrl
    ) -> requests.PreparedRequest:
        """The request for `target`: same range and validators; secrets only where they belong."""
        following = request.copy()
        if status not in _KEEP_METHOD and following.method == "POST":
            following.method, following.body = "GET", None
            for name in _BODY_HEADERS:
                following.headers.pop(name, None)
        token = self._sign_in.known_token(target) if self._at_home else None
        self._at_home = token is not None
        if token is None or target.origin != here.origin:
            for name in _SECRET_HEADERS:
                following.headers.pop(name, None)
        if token is None:
            target = self._without_secrets(target, here)
        else:
            put_on(following, token)
        following.url = str(target)
        return following

    def _without_secrets(self, target: WebUrl, here: WebUrl) -> WebUrl:
        secrets = self._sign_in.secrets
        cleaned = target.without_values(secrets)
        if any(secret in str(cleaned) for secret in secrets):
            raise UnsafeRedirect(
                "“{host}” redirects to another server with your sign-in in the address.",
                next_step="Contact the portal's administrator.",
                host=here.origin.host,
            )
        return cleaned
