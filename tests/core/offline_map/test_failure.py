"""Why a download failed, as its folder remembers it; and what others may have written there."""

import json

import pytest

from plugin.core.errors import NoConnection, NotPackaged, StorageError
from plugin.core.offline_map.failure import FAILURE_MEMBER, failure_record, read_failure


def kept(error):
    return read_failure(json.loads(json.dumps({FAILURE_MEMBER: failure_record(error)})))


def test_the_sentence_comes_back_with_its_values_apart():
    error = StorageError(
        "The disk has {free} MB free, but this download needs {needed} MB.",
        next_step="Free some space on “{disk}”.",
        free=3,
        needed=1 << 40,
        disk="Größe {0} & Co",
    )
    found = kept(error)
    assert str(found) == str(error)
    assert found.template == error.template
    assert found.values == {"free": 3, "needed": 1 << 40, "disk": "Größe {0} & Co"}


def test_an_error_behind_the_error_comes_back():
    inner = NoConnection("“{host}” refused the connection.", host="gis.example.org")
    found = kept(NotPackaged("“{area}” cannot be had: {reason}", area="Nord", reason=inner))
    assert str(found.values["reason"]) == "“gis.example.org” refused the connection."


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"text": ""},
        {"text": "{missing} is away."},
        {"text": "{host.__class__}", "values": {"host": "a"}},
        {"text": "{host!r}", "values": {"host": "a"}},
        {"text": "{host:>999999999}", "values": {"host": "a"}},
        {"text": "{", "values": {}},
        {"text": "A}", "values": {}},
        {"text": "{{host}}", "values": {"host": "a"}},
        {"text": "A" * 1001},
        {"text": "{host}", "values": {"host": ["a"]}},
        {"text": "{Host}", "values": {"Host": "a"}},
        {"text": "Fine.", "next": "{0}"},
    ],
)
def test_what_is_no_sentence_of_ours_is_not_told(record):
    assert read_failure({FAILURE_MEMBER: record}) is None


def test_long_values_and_endless_reasons_are_cut():
    record = {"text": "{reason}", "values": {"reason": "a" * 5000}}
    assert len(str(read_failure({FAILURE_MEMBER: record}))) == 1000
    for _ in range(10):
        record = {"text": "{reason}", "values": {"reason": record}}
    assert read_failure({FAILURE_MEMBER: record}) is None


def test_names_that_an_error_has_itself_do_no_harm():
    record = {"text": "{self}, {text}", "values": {"self": "a", "text": "b", "next_step": "c"}}
    assert str(read_failure({FAILURE_MEMBER: record})) == "a, b"
