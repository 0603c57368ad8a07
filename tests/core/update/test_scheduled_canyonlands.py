"""Scheduled updates of a map area that Esri's software packaged, with a package and deltas made of it."""

from contextlib import closing
from itertools import permutations
import json
import shutil
import sqlite3

import pytest

from plugin.core.host import Silent
from plugin.core.offline_map.layout import MapFolder
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.offline_map.verification import verify_offline_map
from tests.fixtures.delta import write_delta
from tests.portal import CANYONLANDS_GEODATABASE, canyonlands
from tests.portal.packaging import Packaging

from ..scene import GEODATABASE, job_at, run
from .town_map import Orphans, TownMap
from .updating import update

BEGIN = 443_368
REPLICA = "29737dce-3016-4fbf-a388-0bc510a9686f"
LAYERS = {"CNP_Roads": 0, "CNP_Trails": 1}
NEW = "{ABCDEF01-1111-4222-8333-ABCDEF012345}"
_HISTORY = ("gdb_archive_oid", "gdb_from_date", "gdb_to_date")


class Park(TownMap):
    """`run` downloads the area; `packages` are the sample's geodatabase and newer ones, oldest first."""

    def __init__(self, start, samples, folder):
        self.content = canyonlands(samples)
        self.portal = start(self.content)
        self.packaging = Packaging(self.content, CANYONLANDS_GEODATABASE)
        self.packaging.switch(True)
        self.folder, self.scratch = folder / "maps" / "Canyonlands", folder / "scratch"
        self.scratch.mkdir()
        self.user, self.orphans, self.machine = None, Orphans(), "one machine"
        self._place, self._newest = folder, samples / "canyonlands" / "p13" / GEODATABASE
        self.generation = BEGIN
        run(job_at(self.portal.url, self.folder, update_mode=UpdateMode.SCHEDULED))

    def refresh(self, *statements, with_delta=True):
        """What the statements change; one that begins with INSERT adds the row `NEW`."""
        path = self._place / f"{self.generation}.geodatabase"
        shutil.copyfile(self._newest, path)
        before, self.generation = self.generation, self.generation + 32
        with closing(sqlite3.connect(path)) as connection:
            connection.create_collation("ICUFOLDCASE", lambda a, b: (a > b) - (a < b))
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in connection.execute(triggers).fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                connection.execute(statement)
            definition = f"replace(Definition, '>{before}<', '>{self.generation}<')"
            connection.execute(f"UPDATE GDB_Items SET Definition = {definition}")
            connection.commit()
        delta = self._delta(self._newest, path) if with_delta else None
        self._newest = path
        self.packaging.refresh(path, dict.fromkeys((0, 1), self.generation), delta)

    def _delta(self, old, new):
        path = write_delta(new.with_suffix(".delta"), REPLICA, self.generation, [])
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("ATTACH ? AS old", (str(old),))
            connection.execute("ATTACH ? AS new", (str(new),))
            number = 0
            for table, layer in LAYERS.items():
                row = (layer + 5, f"main.{table}", 2, layer, str(self.generation))
                connection.execute("INSERT INTO GDB_DataChangesDatasets VALUES (?, ?, ?, ?, ?)", row)
                described = connection.execute(f"PRAGMA new.table_info({table})").fetchall()
                columns = [(one[1], one[2]) for one in described if one[1] not in _HISTORY]
                names = ", ".join(name for name, _ in columns)
                for change, word, there in ((1, "inserts", "NOT IN"), (2, "updates", "IN")):
                    rows = (
                        f"SELECT {names} FROM new.{table} WHERE GlobalID_2 {there}"
                        f" (SELECT GlobalID_2 FROM old.{table}) EXCEPT SELECT {names} FROM old.{table}"
                    )
                    found = connection.execute(rows).fetchall()
                    if not found:
                        continue
                    number += 1
                    own = f"T_{layer + 5}_{word}"
                    declared = ", ".join(f"{name} {kind}" for name, kind in columns)
                    connection.execute(f"CREATE TABLE {own} ({declared})")
                    marks = ", ".join("?" * len(columns))
                    connection.executemany(f"INSERT INTO {own} VALUES ({marks})", found)
                    connection.execute(
                        "INSERT INTO GDB_DataChangesDeltas VALUES (?, ?, ?, ?)",
                        (number, 80 + number, change, layer + 5),
                    )
            connection.commit()
        return path

    def texts(self, table, field):
        """GlobalID → value, in the working copy and in the newest package."""
        with closing(sqlite3.connect(self.copy())) as connection:
            here = dict(connection.execute(f"SELECT GlobalID_2, {field} FROM {table}").fetchall())
        with closing(sqlite3.connect(self._newest)) as connection:
            there = dict(
                connection.execute(
                    f"SELECT GlobalID_2, {field} FROM {table} WHERE gdb_to_date > 5373484.4"
                ).fetchall()
            )
        return here, there

    def is_current(self):
        pairs = [self.texts("CNP_Roads", "RDNAME"), self.texts("CNP_Trails", "TRLNAME")]
        return all(here == there for here, there in pairs)

    def fetched(self):
        asked = [one.path.rpartition("/")[2] for one in self.portal.asked()]
        return [name for name in asked if name == "data" or name.startswith("d_")]


@pytest.fixture
def park(portal, samples, tmp_path):
    made = Park(portal, samples, tmp_path)
    made.portal.record.forget()
    return made


ROADS = "UPDATE CNP_Roads SET RDNAME = '{}' WHERE rowid <= {}"
TRAIL = (
    "UPDATE CNP_Trails SET TRLNAME = 'Pfad {}', SHAPE = (SELECT SHAPE FROM CNP_Trails WHERE rowid = 9)"
    " WHERE rowid = 3"
)


def added(path):
    """A road like the first, of its own."""
    with closing(sqlite3.connect(path)) as connection:
        names = [one[1] for one in connection.execute("PRAGMA table_info(CNP_Roads)").fetchall()]
    own = {"FID": "90001", "gdb_archive_oid": "90001", "GlobalID_2": f"'{NEW}'", "RDNAME": "'Neu'"}
    values = ", ".join(own.get(name, name) for name in names)
    first = "rowid = (SELECT min(rowid) FROM CNP_Roads)"
    return f"INSERT INTO CNP_Roads SELECT {values} FROM CNP_Roads WHERE {first}"


def test_a_renewed_package(park):
    park.refresh(
        ROADS.format("Weg", 7),
        TRAIL.format(1),
        added(park._newest),
        "DELETE FROM CNP_Trails WHERE rowid = 5",
        with_delta=False,
    )
    names = sorted(path.name for path in (park.folder / "p13").iterdir())
    result = update(park)
    assert park.fetched() == ["data"]
    counted = [layer.downloaded for layer in result.report.copies[0].layers.values()]
    assert [list(one.values()) for one in counted] == [[1, 7, 0], [0, 1, 1]]
    assert park.is_current()
    assert sorted(path.name for path in (park.folder / "p13").iterdir()) == names
    record = json.loads(MapFolder(park.folder).area_document.read_text("utf-8"))
    assert {one.get("currentServerGen") for one in record["packages"]} == {BEGIN + 32, None}
    assert verify_offline_map(park.folder, Silent()).is_whole


def test_deltas_in_all_orders(park, tmp_path):
    park.refresh(ROADS.format("eins", 5), TRAIL.format(1))
    park.refresh(ROADS.format("zwei", 3), added(park._newest))
    park.refresh(ROADS.format("drei", 1), TRAIL.format(3))
    resources = park.content.items[CANYONLANDS_GEODATABASE].resources
    listed = list(resources.items())
    shutil.copytree(park.folder, tmp_path / "kept")
    for order in permutations(listed):
        shutil.rmtree(park.folder)
        shutil.copytree(tmp_path / "kept", park.folder)
        resources.clear()
        resources.update(order)
        park.portal.record.forget()
        update(park)
        assert park.fetched() == [f"d_{BEGIN + 32 * number}.geodatabase" for number in (1, 2, 3)]
        assert park.is_current()
    assert verify_offline_map(park.folder, Silent()).is_whole
