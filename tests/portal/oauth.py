"""OAuth 2 with PKCE, as a portal answers a client that runs on a desktop."""

from __future__ import annotations

import base64
from dataclasses import dataclass
import hashlib
import secrets
from urllib.parse import quote

from .answers import Answer, json_answer
from .record import Asked
from .tokens import Refusal, Tokens

_MINUTES = 30


@dataclass(frozen=True)
class _Grant:
    """What a code stands for until it is exchanged."""

    user: str
    client: str
    redirect: str
    challenge: str


class OAuth:
    """Applications that are registered (`clients`: id to redirect address), and who is in the browser."""

    def __init__(self, tokens: Tokens) -> None:
        self.clients: dict[str, str] = {}
        self.user_in_browser = ""
        self._tokens = tokens
        self._codes: dict[str, _Grant] = {}
        self._refreshing: dict[str, tuple[str, str]] = {}

    def authorize(self, asked: Asked) -> Answer:
        """The page where a person signs in: here `user_in_browser` has done so already."""
        client, redirect = asked.parameter("client_id"), asked.parameter("redirect_uri")
        if self.clients.get(client) != redirect or not self.user_in_browser:
            return Answer(400, {"Content-Type": "text/html"}, b"<h1>Invalid redirect_uri</h1>")
        if (asked.parameter("response_type"), asked.parameter("code_challenge_method")) != ("code", "S256"):
            return Answer(400, {"Content-Type": "text/html"}, b"<h1>Invalid request</h1>")
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Grant(self.user_in_browser, client, redirect, asked.parameter("code_challenge"))
        state = quote(asked.parameter("state"), safe="")
        return Answer(302, {"Location": f"{redirect}?code={code}&state={state}"})

    def token(self, asked: Asked) -> Answer:
        """A code, or a refresh token, for a token of half an hour."""
        if asked.method != "POST":
            raise Refusal(405, "Method not allowed.")
        client = asked.parameter("client_id")
        if asked.parameter("grant_type") == "refresh_token":
            user, owner = self._refreshing.get(asked.parameter("refresh_token"), ("", ""))
            if not user or owner != client:
                raise Refusal(498, "Invalid refresh_token")
        else:
            user = self._user_of_code(asked, client)
        refresh = secrets.token_urlsafe(24)
        self._refreshing[refresh] = (user, client)
        answer = {
            "access_token": self._tokens.issue(user, minutes=_MINUTES).text,
            "expires_in": 60 * _MINUTES,
            "username": user,
            "ssl": True,
            "refresh_token": refresh,
            "refresh_token_expires_in": 1_209_600,
        }
        return json_answer(answer, asked)

    def _user_of_code(self, asked: Asked, client: str) -> str:
        grant = self._codes.pop(asked.parameter("code"), None)
        digest = hashlib.sha256(asked.parameter("code_verifier").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        told = (client, asked.parameter("redirect_uri"), challenge)
        if grant is None or told != (grant.client, grant.redirect, grant.challenge):
            raise Refusal(400, "Invalid code", details=("The code, or its verifier, does not fit.",))
        return grant.user
