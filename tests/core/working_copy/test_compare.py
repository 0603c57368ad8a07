"""Rows are compared with the base: the package, and what updates and acknowledgements made of it."""

from __future__ import annotations

import pytest

from plugin.core.errors import Damaged
from plugin.core.host import Silent
from plugin.core.working_copy.batch import settle_batch, take_batch
from plugin.core.working_copy.change_tracking import local_edits, tracking_off
from plugin.core.working_copy.compare import compare_rows
from plugin.core.working_copy.connection import connect_working_copy

from .town import Copy, global_id, town_copy

COLUMNS = "geom, OBJECTID, name, pressure, seen, GlobalID"
LOCAL = (
    "UPDATE Hydrants SET name = 'x' WHERE fid = 3",
    "INSERT INTO Hydrants (name) VALUES ('new')",
    "DELETE FROM Hydrants WHERE fid = 4",
    "DELETE FROM Hydrants__ATTACH WHERE fid = 1",
)
LATER = (
    "UPDATE Hydrants SET name = 'y' WHERE fid IN (3, 7)",
    "UPDATE Hydrants SET fid = 60, pressure = 1 WHERE fid = 6",
    "CREATE TEMP TABLE clipboard AS SELECT * FROM Hydrants WHERE fid = 5",
    "DELETE FROM Hydrants WHERE fid = 5",
    f"INSERT INTO Hydrants ({COLUMNS}) SELECT {COLUMNS} FROM clipboard",
    "UPDATE Inspections SET remarks = 'dicht!' WHERE fid = 1",
)
SERVER = (
    "UPDATE Hydrants SET name = 'of the server' WHERE fid = 2",
    f"INSERT INTO gpkgext_offline_base_Hydrants ({COLUMNS}) SELECT {COLUMNS} FROM Hydrants WHERE fid = 2",
    f"INSERT INTO Hydrants (fid, name, OBJECTID, GlobalID) VALUES (70, 'come', 900, '{global_id(9)}')",
    f"INSERT INTO gpkgext_offline_base_Hydrants ({COLUMNS}) SELECT {COLUMNS} FROM Hydrants WHERE fid = 70",
    "DELETE FROM Inspections WHERE fid = 2",
    "INSERT INTO gpkgext_offline_gone SELECT 'Inspections', '{AE7042AD-B6A2-55F6-A87B-19EC87EB815B}'",
)


@pytest.fixture
def copy(tmp_path):
    return Copy(town_copy(tmp_path))


def compare(copy):
    compare_rows(copy.path, copy.path.with_suffix(".geodatabase"), Silent())


def sync(copy):
    """Sends everything, and brings what another user did."""
    connection = connect_working_copy(copy.path)
    take_batch(connection, local_edits(connection))
    settle_batch(connection, local_edits(connection))
    with tracking_off(connection):
        for statement in SERVER:
            connection.execute(statement)
    connection.commit()
    connection.close()


def test_quiet_from_the_download_over_edits_and_syncs(copy):
    compare(copy)
    copy.do(*LOCAL)
    compare(copy)
    sync(copy)
    compare(copy)
    copy.do(*LATER)
    compare(copy)


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE Hydrants SET pressure = 3 WHERE fid = 2", global_id(1)),
        ("UPDATE Hydrants SET OBJECTID = 3 WHERE fid = 2", global_id(1)),
        ("DELETE FROM Hydrants WHERE fid = 70", global_id(9)),
        ("INSERT INTO Hydrants (fid, name) VALUES (80, 'new')", 80),
        ("UPDATE gpkgext_offline_before_Hydrants SET name = 'z' WHERE fid = 3", global_id(2)),
        (
            "DELETE FROM gpkgext_offline_gone WHERE global_id LIKE '{AE%'",
            "{AE7042AD-B6A2-55F6-A87B-19EC87EB815B}",
        ),
        ("DELETE FROM gpkgext_offline_base_Hydrants WHERE OBJECTID = 900", global_id(9)),
    ],
)
def test_what_nobody_noted_is_told(copy, statement, row):
    copy.do(*LOCAL)
    sync(copy)
    copy.do(*LATER)
    copy.do(
        "UPDATE gpkgext_offline_tracking SET enabled = 0",
        statement,
        "UPDATE gpkgext_offline_tracking SET enabled = 1",
    )
    with pytest.raises(Damaged) as told:
        compare(copy)
    assert told.value.values["row"] == row
