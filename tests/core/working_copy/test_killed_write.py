"""A process was killed while it wrote a working copy: whoever opens it next finds it as it was before."""

from contextlib import closing
import os

import pytest

from plugin.core.host import Silent
from plugin.core.offline_map.structure import check_structure
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.copy_reading import edits_by_table, reading

from .town import town_copy


@pytest.fixture
def killed(tmp_path):
    """The path of a working copy in which half of a transaction is written, and its journal beside it."""
    path = town_copy(tmp_path)
    process = os.fork()
    if not process:
        connection = connect_working_copy(path)
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("UPDATE Hydrants SET name = printf('%.*c', 3000, 'x')")
        os._exit(0)
    os.waitpid(process, 0)
    assert path.with_name(f"{path.name}-journal").stat().st_size > 0
    return path


def test_edits_are_counted(killed):
    assert edits_by_table(killed) == {}
    check_structure(killed, Silent())


def test_reading_changes_nothing_else(killed):
    with reading(killed) as connection:
        (longest,) = connection.execute("SELECT max(length(name)) FROM Hydrants").fetchone()
    assert longest < 3000
    with closing(connect_working_copy(killed)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
