"""Damage that loses something is told: as a loss or an error of the table, by its name."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
import sqlite3

import pytest

from plugin.core.errors import Damaged, Unsupported
from plugin.core.geodatabase.catalogue import check_geodatabase, open_geodatabase
from plugin.core.host import Silent
from plugin.core.offline_map.single_package import open_package
from plugin.core.portal.map_areas import PackageKind
from plugin.core.tiles.routes import Drawing
from plugin.core.transfer.check_package import verify_package
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.geodatabase import Dataset, Domain, Field, Relationship, Row, Subtype, write_geodatabase

from .shapes import wkb
from .test_hostile import altered

LOUDNESS = Domain("Loudness", "Integer", {7: "leise", 3: "laut"})
DEPTH = Domain("Depth", "Integer", {2: "shallow", 9: "deep"})
UNPROVEN = {"Never tested with a file made by ArcGIS: value lists of subtypes from the XML definition."}
PART = "The geodatabase describes this table only in part"


def written(path: Path, layer_id: int | None) -> Path:
    """Wells and Pumps with a list of values each, and Visits of the wells."""
    fields = [Field("depth", "Integer", alias="Tiefe"), Field("kind", "Integer")]
    wells = Dataset(
        "Wells", "Point", fields, [Row(wkb("POINT (1 2)"), {"depth": 9, "kind": 4}, object_id=31)],
        layer_id=layer_id, subtype_field="kind", subtypes=[Subtype(4, "dug", {"depth": DEPTH})],
    )  # fmt: skip
    fields = [Field("noise", "Integer", domain=LOUDNESS), Field("name")]
    row = Row(wkb("POINT (3 4)"), {"noise": 7, "name": "Zürich"}, object_id=57)
    pumps = Dataset("Pumps", "Point", fields, [row], layer_id=None if layer_id is None else layer_id + 3)
    visits = Dataset("Visits", None, [Field("well", "Integer")], [Row(None, {"well": 31}, object_id=8)])
    visited = Relationship("Visited", "Wells", "Visits", "OBJECTID", "well")
    return write_geodatabase(path, [wells, pumps, visits], relationships=[visited])


@pytest.fixture(params=[None, 2], ids=["without a service", "of a service"])
def path(request, tmp_path) -> Path:
    return written(tmp_path / "x.geodatabase", request.param)


@pytest.fixture
def own(tmp_path) -> Path:
    """Without a service: all meaning stands in the XML."""
    return written(tmp_path / "x.geodatabase", None)


def told(path: Path) -> dict[str, list[str]]:
    """What a conversion says, by table."""
    copy = write_working_copy(path, path.with_suffix(".gpkg"), Silent())
    return {
        table.name: [table.error.text] if table.error else [loss.text for loss in table.losses]
        for table in copy.tables
    }


def only(table: str, said: dict[str, list[str]]) -> str:
    """The one thing that is said of a table; of the others, no more than of a whole file."""
    assert {text for name, texts in said.items() if name != table for text in texts} <= UNPROVEN
    (text,) = said[table]
    return text


def test_a_whole_file_says_nothing(path):
    assert {text for texts in told(path).values() for text in texts} <= UNPROVEN


GONE = "The table “Pumps” of “x.geodatabase” is listed in the catalogue, but does not exist."
WITHOUT_VIEWS = ("DROP VIEW Pumps_evw", "DROP VIEW Pumps_evw2")


@pytest.mark.parametrize(
    "more", [(), ("DELETE FROM GDB_TableRegistry",), ("DELETE FROM GDB_Items WHERE Name = 'main.Pumps'",)]
)
def test_a_table_that_is_gone(path, more):
    """Whichever of the places that name it is left."""
    said = told(altered(path, *WITHOUT_VIEWS, "DROP TABLE Pumps", *more))
    assert said["Pumps"] == [GONE]
    with open_geodatabase(path) as geodatabase:
        (problem,) = geodatabase.problems
    assert isinstance(problem.error, Damaged)


def test_a_table_that_the_registry_forgot_is_read(own):
    altered(own, "DELETE FROM GDB_TableRegistry WHERE table_name IN ('Pumps', 'Visits')")
    with open_geodatabase(own) as geodatabase:
        assert [table.name for table in geodatabase.tables] == ["Wells", "Pumps", "Visits"]
        assert geodatabase.table("Visits").object_id == "OBJECTID"


@pytest.mark.parametrize(
    "other", ["CREATE VIEW Pumps AS SELECT * FROM Kept", "CREATE VIRTUAL TABLE Pumps USING rtree(a, b, c)"]
)
def test_a_view_in_the_place_of_a_table(path, other):
    said = told(
        altered(path, *WITHOUT_VIEWS, "CREATE TABLE Kept AS SELECT * FROM Pumps", "DROP TABLE Pumps", other)
    )
    assert said["Pumps"] == [
        "“Pumps” of “x.geodatabase” is not a table but a view. Views could run anything and are not read."
    ]


def test_what_cannot_be_read_is_seen_in_the_map_of_the_file(path, tmp_path):
    altered(path, *WITHOUT_VIEWS, "DROP TABLE Pumps")
    drawing = Drawing(3_06_02_00, 3_40_06)
    (tmp_path / "work").mkdir()
    for _ in ("made", "there already"):
        opened = open_package(path, tmp_path / "work", drawing, Silent())
        errors = {entry.layer.title: entry.error for entry in opened.maps[0].layers}
        assert set(errors) == {"Wells", "Visits", "Pumps"}
        assert "does not exist" in str(errors["Pumps"])


def test_shapes_without_their_row_of_the_geometry_columns(path):
    said = told(altered(path, "DELETE FROM st_geometry_columns WHERE f_table_name = 'Pumps'"))
    assert said["Pumps"] == [
        "The table “Pumps” of “x.geodatabase” has shapes, but their type is not stated anywhere."
    ]


CUT = "UPDATE GDB_Items SET Definition = {} WHERE Name = '{}'"


@pytest.mark.parametrize(
    "definition",
    [
        "NULL",
        "substr(Definition, 1, length(Definition) / 2)",
        "substr(Definition, 1, length(Definition) - 3)",
        "'<DEFeatureClassInfo>' || replace(hex(zeroblob(50)), '0', '<a>') || Definition",
        "'no xml'",
    ],
)
def test_a_definition_that_is_missing_cut_or_too_deep(path, definition):
    said = told(altered(path, CUT.format(definition, "main.Pumps")))
    assert said["Pumps"][0].startswith(PART)
    assert not any(text.startswith(PART) for text in said["Wells"] + said["Visits"])


def test_a_table_without_its_item(own):
    said = told(altered(own, "DELETE FROM GDB_Items WHERE Name = 'main.Visits'"))
    assert said["Visits"][0].startswith(PART)
    assert said["Pumps"] == []


@pytest.mark.parametrize("info", ["''", "substr(ItemInfo, 1, 200)", f"'{'[' * 5000}'"])
def test_the_words_of_a_service_that_are_missing_cut_or_too_deep(tmp_path, info):
    path = written(tmp_path / "x.geodatabase", 2)
    said = told(altered(path, f"UPDATE GDB_ServiceItems SET ItemInfo = {info} WHERE DatasetName = 'Pumps'"))
    assert only("Pumps", said).startswith(PART)


@pytest.mark.parametrize("definition", ["NULL", "substr(Definition, 1, length(Definition) * 3 / 4)"])
def test_a_value_list_that_is_missing_or_cut(own, definition):
    said = told(altered(own, CUT.format(definition, "Loudness")))
    assert said["Pumps"] == ["The value list “Loudness” is missing or incomplete in the geodatabase."]
    assert not any("Loudness" in text for text in said["Wells"])


def test_a_value_list_that_is_gone_and_one_that_only_a_subtype_names(own):
    altered(
        own,
        "DELETE FROM GDB_Items WHERE Name IN ('Loudness', 'Depth')",
    )
    said = told(own)
    assert said["Pumps"] == ["The value list “Loudness” is missing or incomplete in the geodatabase."]
    assert "The value list “Depth” is missing or incomplete in the geodatabase." in said["Wells"]


def test_a_value_list_that_the_service_states_is_not_missed(tmp_path):
    path = written(tmp_path / "x.geodatabase", 2)
    assert told(altered(path, "DELETE FROM GDB_Items WHERE Name = 'Loudness'"))["Pumps"] == []


@pytest.mark.parametrize(
    ("definition", "where"),
    [
        ("NULL", {"Wells", "Pumps", "Visits"}),
        ("substr(Definition, 1, length(Definition) - 9)", {"Wells", "Visits"}),
    ],
)
def test_a_relationship_that_is_cut(own, definition, where):
    said = told(altered(own, CUT.format(definition, "main.Visited")))
    text = "The geodatabase describes the relationship “Visited” only in part; it may be missing."
    assert {table for table, texts in said.items() if text in texts} == where


def test_letters_of_the_catalogue_that_cannot_be_read(own):
    broken = "replace(Definition, 'Pumps', 'P' || CAST(x'fc' AS TEXT) || 'mps')"
    altered(own, CUT.format(broken, "main.Pumps"))
    assert told(own)["Pumps"] == [
        "The geodatabase's description of this table contains characters that cannot be read, shown as �."
    ]


def test_letters_of_a_field_that_cannot_be_read(own):
    altered(own, "UPDATE Pumps SET name = CAST(x'5afc72696368' AS TEXT)")
    assert only("Pumps", told(own)) == "Texts with characters that cannot be read, shown as �: 1 (“name”)."


@pytest.mark.parametrize("value", ["'leise'", "x'07'", "7.5", "3000000000"])
def test_values_that_are_no_number_of_their_field(own, value):
    altered(own, "PRAGMA ignore_check_constraints=ON", f"UPDATE Pumps SET noise = {value}")
    said = only("Pumps", told(own))
    assert said == "Values that do not fit into number fields, and were left empty: 1 (“noise”)."
    with closing(sqlite3.connect(own.with_suffix(".gpkg"))) as connection:
        assert connection.execute("SELECT OBJECTID, noise, name FROM Pumps").fetchall() == [
            (57, None, "Zürich")
        ]


CHANGES = (
    "CREATE TABLE GDB_DataChanges (ReplicaGUID text, ServerGen int64)",
    "CREATE TABLE GDB_DataChangesDatasets (ID int32, Name text, Type int32, LayerID int32, ServerGen text)",
    "CREATE TABLE GDB_DataChangesDeltas (ID int32, RecordsetClassID int32, ChangeType int32,"
    " ChangedDatasetID int32)",
)


@pytest.mark.parametrize("names", [("T_1_inserts",), ("T_2_updates", "T_11_deletes"), ()])
def test_a_file_of_changes_is_called_so(tmp_path, names):
    datasets = [
        Dataset(name, "Point", [Field("name")], [Row(wkb("POINT (1 1)"))], archived=False) for name in names
    ]
    path = altered(write_geodatabase(tmp_path / "d.geodatabase", datasets), *CHANGES)
    work = tmp_path / "work"
    for act in (
        lambda: open_geodatabase(path),
        lambda: check_geodatabase(path),
        lambda: write_working_copy(path, tmp_path / "d.gpkg", Silent()),
        lambda: open_package(path, work, Drawing(3_06_02_00, 3_40_06), Silent()),
        lambda: verify_package(path, PackageKind.GEODATABASE, "Straßen"),
    ):
        with pytest.raises(Unsupported, match="“d.geodatabase” is not a map: it is a file of changes"):
            act()
    assert not (tmp_path / "d.gpkg").exists()


def test_a_map_that_keeps_tables_of_changes_is_a_map(own):
    with open_geodatabase(altered(own, *CHANGES)) as geodatabase:
        assert len(geodatabase.tables) == 3
