"""Working copies of version 0.1.0 are brought up when they are opened; no edit is lost, none is doubled."""

from contextlib import closing

import pytest

from plugin.core.errors import Unsupported, Untrusted
from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.host import Silent
from plugin.core.working_copy.batch import settle_batch, take_batch
from plugin.core.working_copy.change_tracking import local_edits, rights_of, values_before
from plugin.core.working_copy.check import check_working_copy
from plugin.core.working_copy.compare import compare_rows
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.replica_state import FORMAT, read_copy_value
from plugin.core.working_copy.table_rights import Rights
from plugin.core.working_copy.tracked_table import tracked_tables
from plugin.core.working_copy.tracking_faults import tracking_faults, unknown_triggers

from .conftest import edits_of, in_order, rows_of

EDITED = "SELECT row_id FROM gpkgext_offline_changes WHERE table_name = 'Hydrants'"
UPDATED = f"{EDITED} AND operation = 'update' ORDER BY id"


class Opened:
    """The working copy of the hydrants, with its package."""

    def __init__(self, folder):
        self.folder = folder
        self.path = next(
            file for file in folder.glob("qgis/*.gpkg") if "Hydrants" in rows_of(folder)[file.name]
        )
        self.package = folder / "p13" / f"{self.path.stem}.geodatabase"

    def do(self, *statements):
        with closing(connect_working_copy(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def ask(self, statement, *values):
        with closing(connect_working_copy(self.path)) as connection:
            return connection.execute(statement, values).fetchall()

    def check(self):
        told = check_working_copy(self.path, self.package, comparable=True)
        with closing(connect_working_copy(self.path)) as connection:
            assert (tracking_faults(connection), unknown_triggers(connection)) == ((), ())
            assert read_copy_value(connection, "format") == {"format": FORMAT}
        compare_rows(self.path, self.package, Silent())
        return [one.code for one in told]

    def edits(self, table="Hydrants"):
        with closing(connect_working_copy(self.path)) as connection:
            return [one for one in local_edits(connection) if one.table == table]


@pytest.fixture
def opened(earlier):
    folder, _ = earlier.map("syncWithFeatureServices")
    return Opened(folder)


def test_it_is_brought_up_with_all_its_rows_and_edits(earlier, opened):
    _, recorded = earlier.map("syncWithFeatureServices")
    rows, noted = rows_of(opened.folder), [(one.id, one.changed_at) for one in opened.edits()]
    assert opened.check() == []
    assert rows_of(opened.folder) == rows
    assert edits_of(opened.folder) == in_order(recorded["edits"])
    assert {one.changed_at for one in opened.edits()} == {moment for _, moment in noted}
    assert opened.check() == []


def test_its_edits_can_be_sent_and_settled(opened):
    opened.check()
    with closing(connect_working_copy(opened.path)) as connection:
        edits = local_edits(connection)
        take_batch(connection, edits)
        settle_batch(connection, edits)
        connection.commit()
        assert local_edits(connection) == ()
        assert set(rights_of(connection).values()) == {Rights()}
        with open_geodatabase(opened.package) as geodatabase:
            tables = {table.name: table for table in tracked_tables(connection, geodatabase)}
        assert tables["Hydrants__ATTACH"].owner == "Hydrants"
    compare_rows(opened.path, opened.package, Silent())


def columns(opened):
    """All columns of the hydrants but the row id, for a statement."""
    described = opened.ask("PRAGMA table_info(Hydrants)")
    return ", ".join(f'"{row[1]}"' for row in described if not row[5])


def test_copied_rows_get_global_ids_of_their_own(opened):
    """Version 0.1.0 let two rows have one, and noted an addition that a server would refuse."""
    names, before = columns(opened), len(opened.edits())
    first = f"SELECT min(fid) FROM Hydrants WHERE fid NOT IN ({EDITED})"
    row = f"SELECT {names} FROM Hydrants WHERE fid = ({first})"
    opened.do(*[f"INSERT INTO Hydrants ({names}) {row}"] * 2)
    assert len({one.global_id for one in opened.edits()}) == before + 1
    opened.check()
    assert len({one.global_id for one in opened.edits()}) == before + 2
    rows = opened.ask("SELECT GlobalID, OBJECTID FROM Hydrants")
    assert len({own for own, _ in rows}) == len(rows)
    numbers = [number for _, number in rows if number is not None]
    assert len(set(numbers)) == len(numbers) < len(rows)


def test_a_row_that_was_cut_and_pasted_is_an_update(opened):
    names = columns(opened)
    changed = opened.ask(UPDATED)[0][0]
    (own,) = opened.ask("SELECT GlobalID FROM Hydrants WHERE fid = ?", changed)[0]
    opened.do(
        f"CREATE TEMP TABLE clipboard AS SELECT * FROM Hydrants WHERE fid = {changed}",
        f"DELETE FROM Hydrants WHERE fid = {changed}",
        f"INSERT INTO Hydrants ({names}) SELECT {names} FROM clipboard",
    )
    operations = [one.operation.value for one in opened.edits() if one.global_id == own]
    assert sorted(operations) == ["delete", "insert"]
    opened.check()
    (edit,) = [one for one in opened.edits() if one.global_id == own]
    assert edit.operation.value == "update"
    with closing(connect_working_copy(opened.path)) as connection:
        assert values_before(connection, "Hydrants", edit.row_id)["GlobalID"] == own


def test_a_global_id_that_was_changed_is_that_of_the_server_again(opened):
    changed = opened.ask(UPDATED)[0][0]
    (own,) = opened.ask("SELECT GlobalID FROM Hydrants WHERE fid = ?", changed)[0]
    opened.do(
        f"UPDATE Hydrants SET GlobalID = '{{C0000000-0000-4000-8000-000000000001}}' WHERE fid = {changed}"
    )
    opened.check()
    assert opened.ask("SELECT GlobalID FROM Hydrants WHERE fid = ?", changed) == [(own,)]
    assert own in [one.global_id for one in opened.edits()]


def test_edits_while_triggers_were_missing_are_found(opened):
    expected = {one.global_id: one.operation for one in opened.edits()}
    ((fresh,), *_) = opened.ask(f"SELECT GlobalID FROM Hydrants WHERE fid NOT IN ({EDITED})")
    triggers = opened.ask("SELECT name FROM sqlite_master WHERE name LIKE 'offline_tracking_%_Hydrants'")
    opened.do(
        *(f'DROP TRIGGER "{name}"' for (name,) in triggers),
        f"DELETE FROM Hydrants WHERE GlobalID = '{fresh}'",
    )
    assert opened.check() == ["tracking_repaired"]
    found = {one.global_id: one.operation for one in opened.edits()}
    assert found.pop(fresh).value == "delete"
    assert found == expected


def test_foreign_triggers_are_refused_before_anything_is_written(opened):
    opened.do("CREATE TRIGGER evil AFTER INSERT ON Hydrants BEGIN DELETE FROM Inspections; END")
    content = opened.path.read_bytes()
    with pytest.raises(Untrusted, match="evil"):
        check_working_copy(opened.path, opened.package, comparable=True)
    assert opened.path.read_bytes() == content
    assert len(opened.edits()) > 3  # what saves them reads them


def test_without_its_package_it_can_be_edited(opened):
    noted = opened.edits()
    assert check_working_copy(opened.path) == []
    assert [(one.global_id, one.operation) for one in opened.edits()] == [
        (one.global_id, one.operation) for one in noted
    ]
    opened.do("INSERT INTO Hydrants (street) VALUES ('Neue Straße')")
    assert len(opened.edits()) == len(noted) + 1


def test_a_copy_of_a_later_version_is_refused(opened):
    opened.check()
    later = f'{{"format": {FORMAT + 1}}}'
    opened.do(f"UPDATE gpkgext_offline_copy SET value = '{later}' WHERE name = 'format'")
    with pytest.raises(Unsupported, match="later version"):
        check_working_copy(opened.path, opened.package)
