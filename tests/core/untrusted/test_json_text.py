"""JSON from outside is bounded before it is parsed."""

import pytest

from plugin.core.untrusted.json_text import parse_json, parse_json_object


def test_reads_text_with_a_byte_order_mark_and_brackets_in_strings():
    assert parse_json(b'\xef\xbb\xbf{"a": "[[{", "b": [1, 2.5, null]}') == {"a": "[[{", "b": [1, 2.5, None]}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>",
        b'{"a": NaN}',
        b"[Infinity]",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"1" * 5000,
        b'["open',
    ],
    ids=["empty", "html", "nan", "infinity", "not-utf8", "brackets", "deep", "digits", "open-string"],
)
def test_refuses_with_value_error(text):
    with pytest.raises(ValueError):
        parse_json(text)


@pytest.mark.parametrize("text", [b"[1]", b"null", b'"text"', b"7", b"", b"{" * 70])
def test_refuses_what_holds_no_object(text):
    with pytest.raises(ValueError):
        parse_json_object(text)


def test_an_object_is_read_within_its_bounds():
    assert parse_json_object(b'{"a": 1}', max_bytes=8) == {"a": 1}
    with pytest.raises(ValueError, match="9 bytes"):
        parse_json_object(b'{"a": 12}', max_bytes=8)


def test_refuses_more_bytes_than_allowed():
    assert parse_json(b'"' + b"x" * 98 + b'"', max_bytes=100) == "x" * 98
    with pytest.raises(ValueError, match="101 bytes"):
        parse_json(b'"' + b"x" * 99 + b'"', max_bytes=100)


@pytest.mark.timeout(10)
def test_an_unclosed_string_of_many_quotes_takes_linear_time():
    with pytest.raises(ValueError):
        parse_json(b'"' + b'\\"' * 2_000_000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (rb'"a\ud800b"', "a\ufffdb"),
        (rb'"\udc00\ud83d"', "\ufffd\ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\ud83d\u0041"', "\ufffdA"),
        (rb'"\uFFFE\uffff"', "\ufffd\ufffd"),
        (b'"a\xef\xbf\xbe\xef\xbf\xbf"', "a\ufffd\ufffd"),
        (rb'"\u0000\u001f\b\f"', "\ufffd" * 4),
        (rb'"\\\f"', "\\\ufffd"),
        (rb'{"\uffff": [["\ud800"]]}', {"\ufffd": [["\ufffd"]]}),
    ],
)
def test_what_no_project_can_hold_is_replaced(text, value):
    assert parse_json(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"C:\\folder\\bin\\ud800\\uffff"', r"C:\folder\bin\ud800\uffff"),
        (rb'"\u0009\u000a\r\t\u00e4\ufffd"', "\t\n\r\tä\ufffd"),
        (b'"\xef\xbf\xbd\xf0\x9f\x98\x80"', "\ufffd\U0001f600"),
    ],
)
def test_every_other_text_stays(text, value):
    assert parse_json(text) == value


@pytest.mark.timeout(20)
def test_looking_for_such_characters_takes_linear_time():
    assert parse_json(b'"' + b"\\\\" * 4_000_000 + b'"') == "\\" * 4_000_000
    assert parse_json(b'"' + rb"\ud83d\ude00" * 700_000 + b'"') == "\U0001f600" * 700_000
