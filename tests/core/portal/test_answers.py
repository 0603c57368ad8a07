"""Bodies that portals send, and what they become."""

import json

import pytest

from plugin.core.errors import (
    AccessDenied,
    BrokenAnswer,
    ItemNotFound,
    PortalError,
    ServerBusy,
    SignInRequired,
)
from plugin.core.portal.answers import Asked, read_object

HOST = "gis.example.org"


def error(code, message="Reason.", **more):
    return json.dumps({"error": {"code": code, "message": message, "details": [], **more}}).encode()


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (error(498), 200, SignInRequired),
        (error(499), 200, SignInRequired),
        (error(403, messageCode="GWM_0003"), 200, AccessDenied),
        (error(400, messageCode="CONT_0001"), 200, ItemNotFound),
        (error(404), 200, ItemNotFound),
        (error(503), 200, ServerBusy),
        (error(400), 400, PortalError),
        (error(500), 200, PortalError),
        (b'{"code": 403, "message": "no"}', 200, AccessDenied),
        (b'{"error": "invalid_grant", "error_description": "no"}', 400, PortalError),
        (b'{"error": {"code": "x", "message": 7, "details": {}}}', 200, PortalError),
        (b"", 498, SignInRequired),
        (b"<h1>Forbidden</h1>", 403, AccessDenied),
        (b"<h1>Gone</h1>", 404, ItemNotFound),
        (b"<!DOCTYPE html><p>Welcome", 200, BrokenAnswer),
        (b"", 200, BrokenAnswer),
        (b"[1, 2]", 200, BrokenAnswer),
        (b'{"a": [1, 2', 200, BrokenAnswer),
        (b'{"a": NaN}', 200, BrokenAnswer),
        (b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", 200, BrokenAnswer),
        (b'{"a": "' + b"x" * 1000 + b'"}', 200, BrokenAnswer),
        (b'{"a": "\xff"}', 200, BrokenAnswer),
    ],
)
def test_what_is_wrong_becomes_its_error(body, status, kind):
    limit = 900 if len(body) < 2000 else 8 << 20
    with pytest.raises(kind) as raised:
        read_object(body, status, Asked(HOST), limit)
    assert type(raised.value) is kind
    assert HOST in str(raised.value)


def test_an_answer_comes_back():
    assert (
        read_object(b'\xef\xbb\xbf{"code": 200, "message": "fine", "status": "ok"}', 200, Asked(HOST))[
            "status"
        ]
        == "ok"
    )


def test_the_portals_own_words_are_told_without_secrets_and_in_one_line():
    body = error(
        400, "Bad\nthing at token=canary1&x", details=["Bearer canary2", "password: canary3", "x" * 900]
    )
    with pytest.raises(PortalError) as raised:
        read_object(body, 200, Asked(HOST))
    said = str(raised.value)
    assert "Bad thing" in said
    assert "canary" not in said
    assert "\n" not in said
    assert len(said) < 500


@pytest.mark.parametrize("before", range(0, 400, 7))
def test_a_secret_is_not_told_where_the_words_are_cut(before):
    token = "ci7-Xx_" * 12
    body = error(400, "y" * before + f" {token} " + "z " * 3000, details=[token] * 60)
    with pytest.raises(PortalError) as raised:
        read_object(body, 200, Asked(HOST, frozenset([token])))
    assert token[:7] not in str(raised.value)
