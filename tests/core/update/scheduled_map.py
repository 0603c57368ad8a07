"""An offline map of the town with scheduled updates, and whether it holds what its portal packaged."""

from contextlib import closing
import json
import sqlite3

from plugin.core.host import Silent
from plugin.core.offline_map.layout import MapFolder
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.offline_map.verification import verify_offline_map
from plugin.core.portal.items import parse_item
from plugin.core.update.check import check_for_updates
from tests.fixtures.scheduled_town import scheduled_town
from tests.fixtures.synced_town import EXTENT, HYDRANTS, INSPECTIONS, MAINS, PLOTS, guid_of

from .both_sides import LAYERS
from .town_map import TownMap

WEST, SOUTH, _, _ = EXTENT


class ScheduledMap(TownMap):
    """`packaged` is the town as its packager has it."""

    def __init__(self, start, folder, **options):
        self.packaged = scheduled_town(folder / "server", **{**options, "access": "public"})
        super().__init__(start, folder, town=self.packaged.town)
        self.news = set()

    def download(self, folder=None, mode=UpdateMode.SCHEDULED):
        return super().download(folder, mode)

    def check(self):
        return check_for_updates(self.folder, self.around(), Silent())

    def forget_requests(self):
        self.portal.record.forget()

    def requests(self):
        """Those for content: a session signs in once, however many maps it is for."""
        paths = [one.path.rsplit("/rest/", 1)[-1] for one in self.portal.asked()]
        return [path for path in paths if path not in ("info", "generateToken")]

    def fetched(self):
        """Names of deltas, and "package", that moved since."""
        names = []
        for asked in self.portal.asked():
            if asked.path.endswith("/data"):
                names.append("package")
            elif "/resources/" in asked.path:
                names.append(asked.path.rpartition("/")[2])
        return names

    def versions(self):
        """What the map says of itself: rows, .marea, manifest."""
        area = json.loads(MapFolder(self.folder).area_document.read_text("utf-8"))
        (package,) = [one for one in area["packages"] if one["itemType"] == "SQLite Geodatabase"]
        return package["currentServerGen"], self.manifest().revisions[self.town.package]

    def portal_revision(self):
        return parse_item(self.town.content.items[self.town.package].json).revision

    def is_whole(self):
        return verify_offline_map(self.folder, Silent()).errors == ()


def differences(town, ignored=()):
    """Rows of the packager that the copy lacks or has otherwise, and those that only the copy has."""
    found = []
    for layer, name in LAYERS.items():
        here = town.rows(name)
        there = town.packaged._packaged[layer]
        wanted = there.keys() - set(ignored)
        found += [(name, gid, "lacks") for gid in wanted - here.keys()]
        found += [(name, gid, "more") for gid in here.keys() - there.keys() - set(ignored)]
        for gid in wanted & here.keys():
            for field, value in there[gid].values.items():
                mine = here[gid][field]
                if mine != _told(value):
                    found.append((name, gid, field, mine, value))
    return found


def _told(value):
    return value.strftime("%Y-%m-%dT%H:%M:%S.000Z") if hasattr(value, "strftime") else value


def change_town(town, number):
    """One refresh's worth of changes, different each time: rows that came and changed, in every layer."""
    packaged = town.packaged
    new = "{" + f"{number:08d}-1111-4222-8333-ABCDEF012345" + "}"
    packaged.change(HYDRANTS, guid_of("Hydrants", 2), name=f"Nr. {number}", flow=number + 0.5)
    packaged.change(
        HYDRANTS, guid_of("Hydrants", 4 + number % 2), wkt=f"POINT Z ({WEST + number} {SOUTH + 5} 7)"
    )
    packaged.change(PLOTS, guid_of("Plots", 2), height=number + 0.25)
    x = WEST + 10 * number
    packaged.add(
        MAINS, f"LINESTRING ({x} {SOUTH + 1}, {x + 5} {SOUTH + 9.5})",
        {"name": f"Straße {number}", "material": "PE", "diameter": number}, new,
    )  # fmt: skip
    packaged.add(
        INSPECTIONS, None,
        {"hydrant_guid": guid_of("Hydrants", 2), "result": "passed", "pressure": 1.5 * number},
        new.replace("1111", "2222"),
    )  # fmt: skip
    if number > 1:
        packaged.change(MAINS, new.replace(f"{number:08d}", f"{number - 1:08d}"), name=f"again {number}")
    return new


def index_is_right(town, table="Hydrants"):
    """Has the R*Tree an entry for each shape, and does GDAL's count hold?"""
    with closing(sqlite3.connect(town.copy())) as connection:
        (rows,) = connection.execute(f'SELECT count(*) FROM "{table}" WHERE geom NOT NULL').fetchone()
        (boxes,) = connection.execute(f'SELECT count(*) FROM "rtree_{table}_geom"').fetchone()
        (count,) = connection.execute(
            "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?", (table,)
        ).fetchone()
    return rows == boxes == count
