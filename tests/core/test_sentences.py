"""Sentences that lie in a file and come back as what they were."""

import json
from pathlib import Path

import pytest

from plugin.core.errors import AccessDenied, OfflineMapError
from plugin.core.notice import Notice, notice
from plugin.core.sentences import sentence_from_json, sentence_to_json


def through_a_file(told):
    return sentence_from_json(json.loads(json.dumps(sentence_to_json(told))))


def test_a_notice_with_an_error_behind_it():
    error = AccessDenied(
        "“{host}” says no {count} times.", next_step="Ask {who}.", host="ü", count=3, who="it"
    )
    came = through_a_file(notice("replicas", "“{file}”: {reason}", file=Path("a b"), reason=error))
    assert type(came) is Notice
    assert came.text == "“a b”: “ü” says no 3 times. Ask it."
    assert came.template == "“{file}”: {reason}"
    assert isinstance(came.values["reason"], OfflineMapError)
    assert came.values["reason"].next_template == "Ask {who}."


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"text": 7, "values": {}},
        {"text": "{a.__class__}", "values": {"a": 1}},
        {"text": "{a[0]}", "values": {"a": "x"}},
        {"text": "{a:>999999999}", "values": {"a": 1}},
        {"text": "{a!r}", "values": {"a": 1}},
        {"text": "{}", "values": {"": 1}},
        {"text": "{a.b}", "values": {"a.b": 1}},
        {"text": "{b}", "values": {"a": 1}},
        {"text": "{", "values": {}},
        {"text": "x", "next": "{y:10}", "values": {"y": 1}},
    ],
)
def test_what_a_stranger_wrote_is_not_taken(content):
    assert sentence_from_json(content) is None
