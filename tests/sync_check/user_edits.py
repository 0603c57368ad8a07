"""What a user does in a working copy, by SQL as any program does.

Each function takes what it needs by chance and tells the model. Rows are chosen by their row ids, so that a
history goes the same way again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
import sqlite3
import struct
from typing import Any, Optional

from .chance import Chance
from .client import Client
from .model import CELLS, Model
from .town import FILES

_COLUMNS = {"geometry": "geom", "name": "name", "note": "note", "size": "size"}
_CELLS_OF_FILE = {"name": "ATT_NAME", "data": "DATA"}


def _blob(connection: sqlite3.Connection, table: str, place: tuple[float, float]) -> bytes:
    (srs_id,) = connection.execute(
        "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
    ).fetchone()
    head = b"GP\0\x01" + struct.pack("<i", srs_id)
    if table == "Posts":
        return head + struct.pack("<BI2d", 1, 1, *place)
    x, y = place
    line = struct.pack("<BII4d", 1, 2, 2, x, y, x + 20, y + 5)
    kind = connection.execute(
        "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
    ).fetchone()[0]
    return head + (struct.pack("<BII", 1, 5, 1) + line if kind.startswith("MULTI") else line)


def _own(table: str) -> str:
    return "GLOBALID" if table == FILES else "GlobalID"


def _stored(connection: sqlite3.Connection, table: str, cell: str, value: Any) -> Any:
    return _blob(connection, table, value) if cell == "geometry" else value


def _sets(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> dict[str, Any]:
    """Columns of the working copy for cells of the model."""
    if table == FILES:
        found = {_CELLS_OF_FILE[cell]: value for cell, value in values.items()}
        return {**found, "DATA_SIZE": len(values["data"])} if "data" in values else found
    return {_COLUMNS[cell]: _stored(connection, table, cell, value) for cell, value in values.items()}


class LocalUser:
    """Edits of one client; each is refused as a whole where the layer is read-only."""

    def __init__(self, client: Client, model: Model) -> None:
        self._client, self._model = client, model

    def run(self, name: str, chance: Chance) -> str:
        """What was done, in words; empty where there was nothing to do it with."""
        with closing(self._client.connect()) as connection:
            try:
                told = getattr(self, f"_{name}")(connection, chance)
            except sqlite3.IntegrityError as error:
                if "could not be sent" in str(error):
                    return "read-only"
                raise
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    return "locked"
                raise
        return told or ""

    def _done(self, connection: sqlite3.Connection, tell: Callable[[], None]) -> None:
        connection.commit()
        tell()

    def _choose(
        self, connection: sqlite3.Connection, table: str, chance: Chance, where: str = "1"
    ) -> Optional[sqlite3.Row]:
        rows = connection.execute(f'SELECT rowid AS fid_, * FROM "{table}" WHERE {where}').fetchall()
        return chance.random.choice(rows) if rows else None

    def _set(self, connection: sqlite3.Connection, table: str, row: Any, values: dict[str, Any]) -> None:
        columns = _sets(connection, table, values)
        sets = ", ".join(f'"{name}" = ?' for name in columns)
        connection.execute(f'UPDATE "{table}" SET {sets} WHERE rowid = ?', (*columns.values(), row["fid_"]))

    def _insert(self, connection: sqlite3.Connection, table: str, columns: dict[str, Any]) -> str:
        names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        number = connection.execute(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(columns.values())
        ).lastrowid
        found = connection.execute(
            f'SELECT "{_own(table)}" FROM "{table}" WHERE rowid = ?', (number,)
        ).fetchone()
        return str(found[0])

    # -- one function for each operation

    def _change(self, connection: sqlite3.Connection, chance: Chance, cells: int = 1) -> Optional[str]:
        table = chance.random.choice(("Posts", "Posts", "Lines", "Checks"))
        row = self._choose(connection, table, chance)
        if row is None:
            return None
        names = [cell for cell in CELLS[table] if cell != "geometry"]
        values = {cell: chance.value(cell) for cell in chance.random.sample(names, min(cells, len(names)))}
        self._set(connection, table, row, values)
        return self._changed(connection, table, row, values)

    def _changed(self, connection: sqlite3.Connection, table: str, row: Any, values: dict[str, Any]) -> str:
        connection.commit()
        gid = row[_own(table)]
        for cell, value in values.items():
            self._model.change(self._client.name, (table, gid), cell, value)
        return f"{table} {gid} {values}"

    def _change_more(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        return self._change(connection, chance, 2)

    def _change_again(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        """A row whose edit waits, or is under way."""
        listed = connection.execute(
            "SELECT table_name, row_id FROM gpkgext_offline_changes WHERE operation <> 'delete' ORDER BY id"
        ).fetchall()
        if not listed:
            return None
        table, row_id = chance.random.choice(listed)
        row = self._choose(connection, table, chance, f"rowid = {row_id}")
        if row is None:
            return None
        cell = chance.random.choice([cell for cell in CELLS[table] if cell not in ("geometry", "data")])
        values = {cell: chance.value(cell)}
        self._set(connection, table, row, values)
        return self._changed(connection, table, row, values)

    def _move(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        table = chance.random.choice(("Posts", "Lines"))
        row = self._choose(connection, table, chance)
        if row is None:
            return None
        values = {"geometry": chance.value("geometry")}
        self._set(connection, table, row, values)
        return self._changed(connection, table, row, values)

    def _add(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        table = chance.random.choice(("Posts", "Posts", "Lines"))
        values = chance.values(table)
        given = {_own(table): chance.guid()} if chance.random.random() < 0.3 else {}
        gid = self._insert(connection, table, {**_sets(connection, table, values), **given})
        self._done(connection, lambda: self._model.add(self._client.name, (table, gid), values))
        return f"{table} {gid} {values}"

    def _add_part(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        parent = self._choose(connection, "Posts", chance)
        if parent is None:
            return None
        values = chance.values("Checks")
        gid = self._insert(connection, "Checks", {**values, "post": parent["GlobalID"]})
        above = ("Posts", parent["GlobalID"])
        self._done(connection, lambda: self._model.add(self._client.name, ("Checks", gid), values, above))
        return f"Checks {gid} {values} of {above[1]}"

    def _delete(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        table = chance.random.choice(("Posts", "Lines", "Checks"))
        row = self._choose(connection, table, chance)
        if row is None:
            return None
        keys = [(table, row[_own(table)])]
        kept = {name: row[name] for name in row.keys() if name not in ("fid", "fid_")}  # noqa: SIM118
        self._client.clipboard.append((table, kept))
        if table == "Posts" and chance.random.random() < 0.5:
            keys += self._delete_belongings(connection, row["GlobalID"])
        connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row["fid_"],))
        connection.commit()
        for key in keys:
            self._model.delete(self._client.name, key)
        return f"{keys}"

    def _delete_belongings(self, connection: sqlite3.Connection, gid: str) -> list[tuple[str, str]]:
        keys = []
        for table, column in (("Checks", "post"), (FILES, "REL_GLOBALID")):
            own = _own(table)
            found = connection.execute(f'SELECT "{own}" FROM "{table}" WHERE "{column}" = ?', (gid,))
            keys += [(table, str(one[0])) for one in found.fetchall()]
            connection.execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', (gid,))
        return keys

    def _duplicate(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        """The copy comes with the GlobalID and OBJECTID of the first, as QGIS pastes it."""
        table = chance.random.choice(("Posts", "Lines", "Checks"))
        row = self._choose(connection, table, chance)
        if row is None:
            return None
        values = chance.values(table)
        kept = {name: row[name] for name in row.keys() if name not in ("fid", "fid_")}  # noqa: SIM118
        gid = self._insert(connection, table, {**kept, **_sets(connection, table, values)})
        connection.commit()
        if gid == row[_own(table)]:
            raise AssertionError(f"{table}: the duplicate has the GlobalID of the first")
        parent = ("Posts", row["post"]) if table == "Checks" and row["post"] else None
        self._model.add(self._client.name, (table, gid), values, parent)
        return f"{table} {row[_own(table)]} as {gid} {values}"

    def _cut_and_paste(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        table = chance.random.choice(("Posts", "Lines", "Checks"))
        row = self._choose(connection, table, chance)
        if row is None:
            return None
        kept = {name: row[name] for name in row.keys() if name not in ("fid", "fid_")}  # noqa: SIM118
        connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row["fid_"],))
        gid = self._insert(connection, table, kept)
        connection.commit()
        if gid != row[_own(table)]:
            raise AssertionError(f"{table}: what was cut and pasted has another GlobalID")
        return f"{table} {gid}"

    def _paste_again(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        """A row that was deleted earlier, whether that was sent or not."""
        clipboard = self._client.clipboard
        if not clipboard:
            return None
        table, kept = clipboard.pop(chance.random.randrange(len(clipboard)))
        values = chance.values(table)
        gid = self._insert(connection, table, {**kept, **_sets(connection, table, values)})
        connection.commit()
        parent = ("Posts", kept["post"]) if table == "Checks" and kept["post"] else None
        self._model.paste(self._client.name, (table, gid), values, parent)
        return f"{table} {kept[_own(table)]} as {gid} {values}"

    def _attach(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        parent = self._choose(connection, "Posts", chance)
        if parent is None:
            return None
        values = chance.values(FILES)
        columns = {**_sets(connection, FILES, values), "CONTENT_TYPE": "image/jpeg"}
        gid = self._insert(connection, FILES, {**columns, "REL_GLOBALID": parent["GlobalID"]})
        above = ("Posts", parent["GlobalID"])
        self._done(connection, lambda: self._model.add(self._client.name, (FILES, gid), values, above))
        return f"{gid} {values} to {above[1]}"

    def _replace_file(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        row = self._choose(connection, FILES, chance)
        if row is None:
            return None
        values = chance.values(FILES)
        self._set(connection, FILES, row, values)
        return self._changed(connection, FILES, row, values)

    def _delete_file(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        row = self._choose(connection, FILES, chance)
        if row is None:
            return None
        connection.execute(f'DELETE FROM "{FILES}" WHERE rowid = ?', (row["fid_"],))
        self._done(connection, lambda: self._model.delete(self._client.name, (FILES, row["GLOBALID"])))
        return row["GLOBALID"]

    def _undo(self, connection: sqlite3.Connection, chance: Chance) -> Optional[str]:
        """Everything above, taken back before it is saved."""
        for table in ("Posts", "Lines", "Checks"):
            row = self._choose(connection, table, chance)
            if row is not None:
                self._set(connection, table, row, {"name": "undone"})
                connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row["fid_"],))
        connection.rollback()
        return "rolled back"


LOCAL = {
    "change": 8, "change_again": 2, "change_more": 3, "move": 4, "add": 5, "add_part": 3, "delete": 3,
    "duplicate": 2, "cut_and_paste": 2, "paste_again": 2, "attach": 3, "replace_file": 2,
    "delete_file": 1, "undo": 1,
}  # fmt: skip
"""The operations of a user, and how often each comes."""
DURING = {
    "change_again": 6, "change": 3, "add": 2, "delete": 2, "attach": 1, "cut_and_paste": 1, "move": 1,
}  # fmt: skip
"""Those of a user while a synchronisation is under way."""
