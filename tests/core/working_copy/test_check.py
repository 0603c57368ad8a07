"""Working copies are checked when an offline map opens: tracking repaired, foreign triggers refused."""

from contextlib import closing
import sqlite3

import pytest

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import prepare_offline_map
from plugin.core.tiles.routes import Drawing
from plugin.core.working_copy.change_tracking import local_edits
from plugin.core.working_copy.connection import connect_working_copy
from tests.fixtures.registered import register

from ..scene import ROADS, TRAILS


@pytest.fixture
def copy(scene):
    scene.run()
    (path,) = (scene.output / "qgis").glob("*.gpkg")
    return path


def opened(scene):
    return prepare_offline_map(scene.output, scene.output / "qgis", Drawing(3_06_02_00, 3_40_06), Silent())


def test_an_untouched_copy_says_nothing(scene, copy):
    assert opened(scene).notices == ()


def test_tracking_that_a_program_dropped_is_put_back_and_told(scene, copy):
    with closing(sqlite3.connect(copy)) as connection:
        triggers = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            if "offline" in name and "CNP_Roads" in name
        ]
        assert triggers
        for name in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.commit()
    (found,) = opened(scene).notices
    assert found.code == "tracking_repaired"
    assert "“CNP_Roads”" in found.text
    assert opened(scene).notices == ()
    register(copy)
    with closing(connect_working_copy(copy)) as connection:
        connection.execute("DELETE FROM CNP_Roads WHERE fid = (SELECT min(fid) FROM CNP_Roads)")
        connection.commit()
        assert len(local_edits(connection)) == 1


def test_a_copy_with_a_foreign_trigger_is_an_error_of_its_layers(scene, copy):
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE TRIGGER evil AFTER UPDATE ON CNP_Roads BEGIN DELETE FROM CNP_Trails; END")
        connection.commit()
    errors = {entry.layer.id: entry.error for entry in opened(scene).maps[0].layers if entry.error}
    assert set(errors) == {ROADS, TRAILS}
    assert "evil" in str(errors[ROADS])
