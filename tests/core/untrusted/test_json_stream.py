"""A JSON file of any size is read piece by piece, and as strictly as a small one."""

import json
import random
import tracemalloc

import pytest

from plugin.core.untrusted.json_stream import LONGEST_VALUE, json_values

LAYERS = {
    "edits": [
        {"features": {"adds": [{"attributes": {"Straße": "Am Wall 3", "n": 7}}], "deleteIds": []}, "id": 3},
        {"id": 9, "features": {}},
    ],
    "layerServerGens": '[{"id": 3, "serverGen": 12}]',
}


def opens(place):
    """All named members and the entries of the top list; no features."""
    return not place or isinstance(place[-1], str) or len(place) == 2


@pytest.fixture
def values(tmp_path):
    def read(content, opened=opens, **options):
        path = tmp_path / "answer.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return list(json_values(path, opened, **options))

    return read


def test_values_come_with_their_places(values):
    assert values(LAYERS) == [
        (("edits", 0, "features", "adds", 0), {"attributes": {"Straße": "Am Wall 3", "n": 7}}),
        (("edits", 0, "id"), 3),
        (("edits", 1, "id"), 9),
        (("layerServerGens",), '[{"id": 3, "serverGen": 12}]'),
    ]


def test_nothing_opened_is_the_whole_value(values):
    assert values(LAYERS, lambda place: False) == [((), LAYERS)]


def test_a_byte_order_mark_and_blanks_are_no_matter(values):
    assert values(b'\xef\xbb\xbf\r\n [ 1 ,\t2.5e1, "\xc3\xa4" , null ]\n') == [
        ((0,), 1), ((1,), 25.0), ((2,), "ä"), ((3,), None),
    ]  # fmt: skip


@pytest.mark.parametrize("block", [1, 2, 3, 7])
def test_where_a_block_ends_is_no_matter(values, monkeypatch, block):
    """Numbers, escapes, letters of several bytes and keys are cut anywhere."""
    monkeypatch.setattr("plugin.core.untrusted.json_stream._BLOCK", block)
    value = {"a": [12345, -1.5e-7, True, None, 'ä"\\\u2028😀', {"": [[]]}], "b": {}, "c": 100}
    assert values(value, lambda place: False) == [((), value)]
    opened = values(value, lambda place: len(place) < 2)
    assert [found for _, found in opened] == [*value["a"], 100]


BROKEN = {
    "empty": b"",
    "blank": b" \n",
    "cut in a list": b'{"edits": [1, 2',
    "cut behind a comma": b'{"edits": [1,',
    "cut in a text": b'{"edits": ["ab',
    "cut in a key": b'{"edi',
    "cut behind a key": b'{"edits"',
    "cut in a constant": b'{"edits": [tru',
    "nan": b'{"edits": [NaN]}',
    "infinity": b'{"edits": [-Infinity]}',
    "no comma": b'{"edits": [1 2]}',
    "comma at the end": b'{"edits": [1, ]}',
    "wrong bracket": b'{"edits": [1}}',
    "no colon": b'{"edits" [1]}',
    "key without quotes": b"{edits: []}",
    "number as key": b"{1: []}",
    "second value": b'{"edits": []} {}',
    "html": b"<html></html>",
    "latin-1": b'{"edits": ["\xe4"]}',
    "half a letter": b'{"edits": ["\xc3',
    "key twice": b'{"id": 1, "edits": [], "id": 2}',
    "key twice, within": b'{"edits": [{"features": [{"id": 1, "x": 0, "id": 2}]}]}',
    "deep": b'{"edits": [[' + b"[" * 65 + b"]" * 65 + b"]]}",
    "very deep": b'{"edits": [[' + b'{"a":[' * 100_000,
    "deep when opened": b'{"a":' * 70 + b"1" + b"}" * 70,
    "digits": b"[" + b"1" * 5000 + b"]",
    "control character": b'["a\x01"]',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_json_is_refused(values, content):
    with pytest.raises(ValueError):
        values(content)


def test_brackets_in_texts_do_not_count(values):
    value = [[{"a": "[[[[{{{{" * 50, "b": '\\"[' * 80}] * 3]
    assert values(value, lambda place: False) == [((), value)]


def test_a_deep_value_is_told_from_a_wide_one(values):
    wide = {"rings": [[[x, x + 1] for x in range(500)]]}
    assert values(wide, lambda place: False) == [((), wide)]
    with pytest.raises(ValueError, match="deep"):
        values(b"[" * 65 + b"]" * 65, lambda place: False)


def test_what_no_project_can_hold_is_replaced(values):
    assert values(b'["a\\ud800b", "\\u0001", "\xef\xbf\xbf", "C:\\\\bin"]') == [
        ((0,), "a\ufffdb"), ((1,), "\ufffd"), ((2,), "\ufffd"), ((3,), "C:\\bin"),
    ]  # fmt: skip


def test_a_value_that_is_too_long_is_refused(values, monkeypatch):
    monkeypatch.setattr("plugin.core.untrusted.json_stream._BLOCK", 100)
    assert values(["x" * 500], longest=1000) == [((0,), "x" * 500)]
    with pytest.raises(ValueError, match="too long"):
        values(["x" * 5000], longest=1000)


def test_memory_stays_bounded(tmp_path):
    feature = json.dumps({"attributes": {"Name": "x" * 400, "n": 5}, "geometry": {"x": 1.5, "y": 2.5}})
    path = tmp_path / "answer.json"
    path.write_text('{"edits": [{"features": {"adds": [' + ",".join([feature] * 60_000) + ']}, "id": 1}]}')
    tracemalloc.start()
    count = sum(1 for _ in json_values(path, opens))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_001
    assert peak < 10 << 20 < path.stat().st_size / 2 < LONGEST_VALUE


def test_spoiled_bytes_end_in_a_value_or_a_value_error(values):
    """Seeded: bytes of a good answer are changed, cut and doubled."""
    rng = random.Random(20261130)
    good = json.dumps(LAYERS).encode()
    for _ in range(3000):
        content = bytearray(good)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(content))
            content[at : at + rng.randrange(3)] = rng.choice(
                [b"", b'"', b"{", b"]", b",", b"\\", b"\xff", b"NaN", b"1e999", b'"id":1,']
            )
        try:
            found = values(bytes(content))
        except ValueError:
            continue
        assert all(isinstance(place, tuple) for place, _ in found)
