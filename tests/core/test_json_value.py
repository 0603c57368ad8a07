"""Values of a wrong type count as absent, whatever a portal or a package writes."""

from datetime import datetime, timezone

import pytest

from plugin.core.json_value import (
    UNKNOWN_TIME,
    json_list,
    json_number,
    json_object,
    json_objects,
    json_string,
    json_whole,
    moment_of,
    object_of,
    objects_of,
    text_of,
    texts_of,
    whole_of,
)

VALUES = [None, True, 7, 7.5, "7", [7, {"a": 7}], {"a": 7}]


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (json_object, [{}, {}, {}, {}, {}, {}, {"a": 7}]),
        (json_list, [[], [], [], [], [], [7, {"a": 7}], []]),
        (json_objects, [[], [], [], [], [], [{"a": 7}], []]),
        (json_string, ["", "", "", "", "7", "", ""]),
        (json_number, [None, None, 7.0, 7.5, None, None, None]),
        (json_whole, [None, None, 7, None, 7, None, None]),
    ],
)
def test_what_has_the_wrong_type_is_absent(read, found):
    assert [read(value) for value in VALUES] == found


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), 10**400])
def test_a_number_is_finite_and_fits_a_float(value):
    assert json_number(value) is None


@pytest.mark.parametrize(
    ("value", "whole"),
    [(3, 3), (3.0, 3), ("-3", -3), (3.5, None), ("3.5", None), (" 3", None), ("9" * 19, None)],
)
def test_a_whole_number_may_be_written_as_text(value, whole):
    assert json_whole(value) == whole_of({"Größe": value}, "Größe") == whole


def test_members():
    json = {"text": " Ufer ", "texts": ["a ", 1, "b"], "object": {"a": 1}, "objects": [{"a": 1}, 1, [2]]}
    assert text_of(json, "text") == "Ufer"
    assert texts_of(json, "texts") == ("a ", "b")
    assert object_of(json, "object") == {"a": 1}
    assert objects_of(json, "objects") == [{"a": 1}]
    assert (text_of(json, "-"), texts_of(json, "-"), object_of(json, "-"), objects_of(json, "-")) == (
        "", (), {}, [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1700000000123, datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=timezone.utc)),
        (-1000, datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc)),
        (10**17, UNKNOWN_TIME),
        ("yesterday", UNKNOWN_TIME),
    ],
)
def test_a_time_counts_milliseconds(value, moment):
    assert moment_of({"modified": value}, "modified") == moment
