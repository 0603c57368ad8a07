"""Working copies of format 2, whose triggers saw the same and took longer, get the present ones.

`format_2.tar.xz` holds the town of tests/core/working_copy/town.py as commit fc83efe wrote it, with three
edits: h2 changed, h3 deleted, one hydrant added. The archive is the fixture and stays as it is.
"""

from contextlib import closing
from pathlib import Path
import tarfile

import pytest

from plugin.core.errors import Untrusted
from plugin.core.host import Silent
from plugin.core.working_copy.change_tracking import local_edits, values_before
from plugin.core.working_copy.check import check_working_copy
from plugin.core.working_copy.compare import compare_rows
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.replica_state import FORMAT, read_copy_value
from plugin.core.working_copy.tracking_faults import tracking_faults, unknown_triggers
from plugin.core.working_copy.tracking_tables import tracked_columns
from plugin.core.working_copy.tracking_triggers import tracking_triggers
from tests.core.working_copy.town import Copy, global_id

ARCHIVE = Path(__file__).with_name("format_2.tar.xz")
UPDATED, DELETED = (3, "update", global_id(2)), (4, "delete", global_id(3))


@pytest.fixture
def copy(tmp_path):
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    found = Copy(tmp_path / "Süd town.gpkg")
    assert found.ask("SELECT value FROM gpkgext_offline_copy WHERE name = 'format'") == [('{"format": 2}',)]
    return found


def check(copy):
    package = copy.path.with_suffix(".geodatabase")
    told = check_working_copy(copy.path, package, comparable=True)
    with closing(connect_working_copy(copy.path)) as connection:
        assert (tracking_faults(connection), unknown_triggers(connection)) == ((), ())
        assert read_copy_value(connection, "format") == {"format": FORMAT}
        ours = [sql for columns in tracked_columns(connection) for sql in tracking_triggers(columns).values()]
    written = copy.ask("SELECT sql FROM sqlite_master WHERE name GLOB 'offline_tracking*'")
    assert {text for (text,) in written} == {text.replace(" main.", " ", 1) for text in ours}
    compare_rows(copy.path, package, Silent())
    return [one.code for one in told]


def test_all_edits_stay_and_later_ones_are_seen(copy):
    edits = copy.edits()
    assert edits[:2] == [UPDATED, DELETED]
    assert check(copy) == []
    assert copy.edits() == edits
    copy.do("UPDATE Hydrants SET name = 'again' WHERE fid = 3", "DELETE FROM Hydrants WHERE fid IN (5, 7)")
    assert copy.edits() == [UPDATED, DELETED, (5, "delete", global_id(4))]
    with closing(connect_working_copy(copy.path)) as connection:
        assert [one.revision for one in local_edits(connection)] == [2, 1, 1]
        assert values_before(connection, "Hydrants", 3)["name"] == "h2"
    assert check(copy) == []


def test_edits_that_were_not_seen_are_still_found(copy):
    copy.do("DROP TRIGGER offline_tracking_update_Hydrants", "UPDATE Hydrants SET name = 'x' WHERE fid = 5")
    assert check(copy) == ["tracking_repaired"]
    assert (5, "update", global_id(4)) in copy.edits()


@pytest.mark.parametrize("name", ["TO Feuer", "COLUMN name TO bezeichnung"])
def test_other_names_are_put_back(copy, name):
    edits = copy.edits()
    copy.do(f"ALTER TABLE Hydrants RENAME {name}")
    assert check(copy) == ["renamed"]
    assert copy.edits() == edits


def test_a_foreign_trigger_is_refused(copy):
    copy.do("CREATE TRIGGER other AFTER UPDATE ON Hydrants BEGIN DELETE FROM Inspections; END")
    with pytest.raises(Untrusted, match="other"):
        check_working_copy(copy.path)
