"""A working copy of which nothing fits by chance: rows are no object ids, a field has the name of the key."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
import sqlite3

from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.host import Silent
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.tracked_table import TrackedTable, tracked_tables
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.geodatabase import (
    Dataset,
    Field,
    Relationship,
    Row,
    attachment_dataset,
    attachment_relationship,
    write_geodatabase,
)

from ..geodatabase.shapes import wkb

TREES, PARCELS, NOTES, TRAILS = range(4)


@dataclass(frozen=True)
class SyncedScene:
    """A geodatabase and its working copy; `ids` are the GlobalIDs by table and object id."""

    source: Path
    copy: Path

    def connect(self) -> closing[sqlite3.Connection]:
        return closing(connect_working_copy(self.copy))

    def table(self, name: str) -> TrackedTable:
        with open_geodatabase(self.source) as geodatabase, self.connect() as connection:
            return next(one for one in tracked_tables(connection, geodatabase) if one.name == name)

    def ids(self, table: TrackedTable) -> list[str]:
        """The GlobalIDs in the order of the row ids."""
        with self.connect() as connection:
            rows = connection.execute(
                f'SELECT "{table.global_id}" FROM "{table.name}" ORDER BY "{table.key}"'
            )
            return [str(name) for (name,) in rows]


def write_scene(folder: Path) -> SyncedScene:
    """Five trees (with a field `fid`) in the rows 1 to 5, 101 … in the service, with files; parcels with
    heights and measures; notes that belong to parcels; trails that nobody has walked yet."""
    trees = Dataset(
        "Trees", "Point",
        [Field("fid", "Integer"), Field("kind"), Field("seen", "Date"), Field("editor", editable=False)],
        [
            Row(wkb(f"POINT ({k * 10} {k * 20})"), {"fid": 900 + k, "kind": f"oak {k}"}, object_id=100 + k)
            for k in range(1, 6)
        ],
        layer_id=7, alias="Bäume",
    )  # fmt: skip
    ring = "({0} 0 1 2,{0} 50 1 2,{1} 50 1 2,{0} 0 1 2)"
    parcels = Dataset(
        "Parcels", "Polygon", [Field("owner", nullable=False), Field("area", "Double")],
        [
            Row(wkb(f"POLYGON ZM ({ring.format(k * 100, k * 100 + 50)})"), {"owner": f"o{k}", "area": k / 7},
                object_id=50 - k)
            for k in range(1, 4)
        ],
        layer_id=3, has_z=True, has_m=True,
    )  # fmt: skip
    notes = Dataset(
        "Notes", None, [Field("parcel", "GUID"), Field("text")],
        [Row(None, {"parcel": parcels.id_of(parcels.rows[0], 1), "text": "a"}, object_id=31)],
        layer_id=12,
    )  # fmt: skip
    trails = Dataset("Trails", "Polyline", [Field("name")], [], layer_id=9)
    files = attachment_dataset(trees, [(trees.id_of(trees.rows[1], 2), "a.jpg", "image/jpeg", b"12345")])
    has = Relationship("Has", "Parcels", "Notes", "GlobalID", "parcel", composite=True)
    source = write_geodatabase(
        folder / "Süd town.geodatabase", [trees, parcels, notes, trails, files],
        relationships=[has, attachment_relationship(trees)],
    )  # fmt: skip
    return SyncedScene(source, write_working_copy(source, folder / "Süd town.gpkg", Silent()).path)
