"""A value is the same in a working copy whether a geodatabase or JSON brought it, and goes back."""

from contextlib import closing
from datetime import datetime

import pytest

from plugin.core.errors import BadInput, BrokenAnswer
from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.host import Silent
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.feature_json import feature_of, row_of, rows_of
from plugin.core.working_copy.tracked_table import tracked_tables
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase

ID = "{8D2F3B0A-0C1E-4C55-9B1B-7B8F6A1C2D3E}"
TENTH = 0.10000000149011612
"""One tenth in 32 bits."""

VALUES = [
    # type, in the geodatabase, in JSON, in the working copy, other ways to write it in JSON
    ("SmallInteger", -32768, -32768, -32768, [-32768.0, "-32768"]),
    ("Integer", 2147483647, 2147483647, 2147483647, ["2147483647"]),
    ("BigInteger", -(1 << 63), -(1 << 63), -(1 << 63), ["-9223372036854775808"]),
    ("Single", TENTH, 0.1, TENTH, [TENTH, 0.1000000001]),
    ("Double", 0.1, 0.1, 0.1, []),
    ("Double", 3.0, 3.0, 3.0, [3]),
    ("String", "漢字 'x' \U0001f332", "漢字 'x' \U0001f332", "漢字 'x' \U0001f332", []),
    ("String", "", "", "", []),
    (
        "Date", datetime(2024, 2, 29, 23, 59, 59, 999000), 1709251199999, "2024-02-29T23:59:59.999Z",
        [1709251199999.0],
    ),
    ("Date", datetime(1969, 12, 31, 23, 59, 59, 998000), -2, "1969-12-31T23:59:59.998Z", [-2.0]),
    ("Date", datetime(1, 1, 1), -62135596800000, "0001-01-01T00:00:00.000Z", []),
    ("DateOnly", "2024-02-29", "2024-02-29", "2024-02-29", []),
    ("TimeOnly", "23:59:58", "23:59:58", "23:59:58", []),
    ("TimestampOffset", "2024-02-29T10:00:00+05:30", "2024-02-29T10:00:00+05:30",
     "2024-02-29T10:00:00+05:30", []),
    ("GUID", ID, ID, ID, [ID.lower(), ID[1:-1], ID[1:-1].lower(), ID[1:-1].replace("-", "")]),
    ("Blob", b"\0\xffab", "AP9hYg==", b"\0\xffab", []),
    ("XML", "<a>ü</a>", "<a>ü</a>", "<a>ü</a>", []),
    *[
        (kind, None, None, None, [])
        for kind in ("SmallInteger", "Single", "Double", "String", "Date", "GUID", "Blob", "DateOnly")
    ],
    ("Double", None, None, None, ["NaN"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def values(tmp_path_factory):
    """A table with a field for each row of VALUES, its row in the working copy, and the same as JSON."""
    folder = tmp_path_factory.mktemp("values")
    fields = [Field(f"f{k}", kind, alias=f"Feld {k}") for k, (kind, *_) in enumerate(VALUES)]
    stored = {f"f{k}": value for k, (_, value, *_) in enumerate(VALUES)}
    rows = [Row(None, {}, object_id=8), Row(None, stored, object_id=77, global_id=ID)]
    source = write_geodatabase(folder / "v.geodatabase", [Dataset("Values", None, fields, rows, layer_id=4)])
    copy = write_working_copy(source, folder / "v.gpkg", Silent()).path
    with closing(connect_working_copy(copy)) as connection, open_geodatabase(source) as geodatabase:
        (table,) = tracked_tables(connection, geodatabase)
        names = ", ".join(f'"{name}"' for name in table.all_columns)
        row = connection.execute(f'SELECT {names} FROM "Values" WHERE OBJECTID = 77').fetchone()
    attributes = {f"f{k}": value for k, (_, _, value, *_) in enumerate(VALUES)}
    return table, dict(zip(table.all_columns, row)), {"OBJECTID": 77, "GlobalID": ID, **attributes}


def typed(row):
    return {name: (type(value), value) for name, value in row.items()}


def test_the_geodatabase_gives_what_the_table_of_values_says(values):
    _, row, _ = values
    assert typed({f"f{k}": case[3] for k, case in enumerate(VALUES)}).items() <= typed(row).items()


def test_json_gives_the_same_row_as_the_geodatabase(values):
    table, row, attributes = values
    assert typed(row_of({"attributes": attributes}, table)) == typed(row)
    upper = {name.upper(): value for name, value in attributes.items()}
    both = rows_of([{"attributes": attributes}, {"attributes": {**upper, "Unknown": [1]}}], table)
    assert [typed(one) for one in both] == [typed(row)] * 2


def test_the_row_gives_the_same_json(values):
    table, row, attributes = values
    assert typed(feature_of(row, table, None, True)["attributes"]) == typed(attributes)
    assert feature_of(row, table, ["f3"], False) == {"attributes": {"GlobalID": ID, "f3": 0.1}}


@pytest.mark.parametrize(
    ("place", "spelled"), [(k, text) for k, case in enumerate(VALUES) for text in case[4]]
)
def test_other_spellings_are_the_same_value(values, place, spelled):
    table, row, _ = values
    name = f"f{place}"
    one = {"attributes": {"GlobalID": ID[1:-1].lower(), name: spelled}}
    other = {"attributes": {"GlobalID": ID, name: None}}
    found, _ = rows_of([one, other], table)
    assert typed(found) == typed({"GlobalID": ID, name: row[name]})


def test_values_that_the_copy_leaves_out_are_null(values):
    table, _, _ = values
    day, half = next(f"f{k}" for k, case in enumerate(VALUES) if case[0] == "Date"), "f6"
    for moment in (253402300800000, -62167219200001, 1 << 80, 1e300):
        assert row_of({"attributes": {"GlobalID": ID, day: moment}}, table)[day] is None
    first = row_of({"attributes": {"GlobalID": ID, day: -62167219200000}}, table)
    assert first[day] == "0000-01-01T00:00:00.000Z"
    assert feature_of(first, table, [day], False)["attributes"][day] == -62167219200000
    assert row_of({"attributes": {"GlobalID": ID, half: "a\ud800b"}}, table)[half] == "a\ufffdb"


WRONG = {
    "SmallInteger": [40000, 1.5, "x", True, [], {}, float("inf")],
    "Integer": [1 << 31, "1e3", False],
    "BigInteger": [1 << 63, 10**400, "9" * 19, "٣"],
    "Single": [1e39, float("nan"), "0.1", True],
    "Double": [float("nan"), float("-inf"), 10**400, "x", [1], True],
    "String": [1, True, ["x"], {"x": 1}],
    "Date": ["2024-02-29", "2026", float("nan"), True, {}],
    "DateOnly": [20240229],
    "GUID": ["", "{}", ID + "0", ID[:-2], 7],
    "Blob": ["ü", "AP9hYg=", [0], 1],
    "XML": [{}],
}


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, some in WRONG.items() for value in some])
def test_a_value_of_another_type_is_refused_by_name(values, kind, value):
    table, _, _ = values
    place = next(k for k, case in enumerate(VALUES) if case[0] == kind)
    name = f"f{place}"
    good = {"attributes": {"OBJECTID": 4, "GlobalID": "{" + "0" * 8 + ID[9:], name: VALUES[place][2]}}
    for some in ([], [good], [good, {"attributes": {"globalid": ID, name: None}}]):
        bad = {"attributes": {"OBJECTID": 5, "GlobalID": ID[1:-1], name: value}}
        with pytest.raises(BrokenAnswer) as raised:
            rows_of([*some, bad, *some], table)
        assert raised.value.text == (
            f"The feature {ID} of “Values” arrived with a value in “Feld {place}” "
            "that does not fit the field."
        )


@pytest.mark.parametrize(
    "feature",
    [None, 5, "x", [], {}, {"attributes": None}, {"attributes": []}, {"attributes": {}},
     {"attributes": {"GlobalID": None}}, {"attributes": {"OBJECTID": 1}}],
)  # fmt: skip
def test_what_is_no_feature_is_refused(values, feature):
    with pytest.raises(BrokenAnswer, match="A feature of “Values” has no"):
        row_of(feature, values[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("f0", 40000), ("f0", "x"), ("f0", 1.5), ("f3", 1e39), ("f4", float("inf")), ("f4", b"1"),
        ("f6", b"x"),
        ("f8", "yesterday"), ("f8", "2024-02-30T00:00:00.000Z"), ("f8", 5), ("f14", "none"), ("f15", "text"),
    ],
)  # fmt: skip
def test_a_row_with_something_else_in_a_field_is_refused_by_name(values, name, value):
    table, row, _ = values
    with pytest.raises(BadInput) as raised:
        feature_of({**row, name: value}, table, [name], False)
    assert raised.value.text == (
        f"The feature {ID} of “Values” has a value in “Feld {name[1:]}” that the field cannot store."
    )


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("1970-01-01T00:00:00.001Z", 1),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:30:00.5", 5400500),
        ("1970-01-01 01:30", 5400000),
        ("1970-01-02", 86400000),
        ("1970-01-01T02:00:00.000+02:00", 0),
        ("1969-12-31T18:30:00.000-0530", 0),
        ("1970-01-01T00:00:00.123456+00:00", 123),
    ],
)
def test_dates_as_other_programs_write_them(values, written, milliseconds):
    table, row, _ = values
    assert feature_of({**row, "f8": written}, table, ["f8"], False)["attributes"]["f8"] == milliseconds
