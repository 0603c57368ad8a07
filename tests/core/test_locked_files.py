"""A geodatabase or working copy that another program holds: said to be locked, and nothing else of it."""

import subprocess
import sys

import pytest

from plugin.core.errors import Damaged, PackageError
from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.host import Silent
from plugin.core.offline_map.prepare import prepare_offline_map
from plugin.core.offline_map.verification import verify_offline_map
from plugin.core.tiles.routes import Drawing
from plugin.core.working_copy.check import check_working_copy
from plugin.core.working_copy.write import copied_tables

from .scene import IMAGERY

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA locking_mode = EXCLUSIVE")
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
LOCKED = (
    "is locked: another program is using it. "
    "Close it there, or wait until that program is done, then try again."
)


@pytest.fixture
def hold():
    """`hold(file)` locks a file from another process until the end of the test."""
    holders = []

    def take(file):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        holders.append(holder)
        assert holder.stdout.readline() == b"held\n"

    yield take
    for holder in holders:
        holder.communicate()


def files(scene):
    scene.run()
    (geodatabase,) = (scene.output / "p13").glob("*.geodatabase")
    (copy,) = (scene.output / "qgis").glob("*.gpkg")
    return geodatabase, copy


def test_a_locked_geodatabase_is_the_error_of_its_layers(scene, hold):
    geodatabase, _ = files(scene)
    hold(geodatabase)
    with pytest.raises(PackageError) as told, open_geodatabase(geodatabase):
        pass
    assert str(told.value) == f"“{geodatabase.name}” {LOCKED}"
    assert not isinstance(told.value, Damaged)
    drawing = Drawing(3_06_02_00, 3_40_06, frozenset({"mrf"}))
    prepared = prepare_offline_map(scene.output, scene.output / "qgis", drawing, Silent())
    errors = {entry.layer.id: str(entry.error) for entry in prepared.maps[0].layers if entry.error}
    assert len(errors) == 2
    assert IMAGERY not in errors
    assert all(LOCKED in error for error in errors.values())


@pytest.mark.parametrize("look", [check_working_copy, copied_tables])
def test_a_locked_working_copy_is_not_called_damaged(scene, hold, look):
    _, copy = files(scene)
    hold(copy)
    with pytest.raises(PackageError) as told:
        look(copy)
    assert str(told.value) == f"“{copy.name}” {LOCKED}"


def test_a_locked_working_copy_is_no_reason_to_delete_it(scene, hold):
    _, copy = files(scene)
    hold(copy)
    (found,) = verify_offline_map(scene.output, Silent()).errors
    assert str(found.error) == f"“{copy.name}” {LOCKED}"
