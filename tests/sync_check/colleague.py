"""What a colleague does at the service itself, and tells the model."""

from __future__ import annotations

from typing import Any, Optional

from .chance import Chance
from .model import CELLS, Model
from .server import Server
from .town import EXTENT, FILES, LAYERS, POSTS

DIRECT = {"change": 6, "move": 2, "add": 3, "add_part": 1, "delete": 2, "attach": 1, "delete_file": 1}
"""The operations of a colleague, and how often each comes."""


class Colleague:
    """Edits at the service itself; what it refuses did not happen."""

    def __init__(self, server: Server, model: Model) -> None:
        self._server, self._model = server, model

    def run(self, name: str, chance: Chance) -> str:
        rows = self._server.rows()
        told = getattr(self, f"_{name}")(rows, chance)
        self._model.observe("service", self._server.rows())
        return told or ""

    def _inside(self, rows: Any, table: str, chance: Chance) -> Optional[str]:
        """A row that clients have: not one outside of the area."""
        _, _, east, _ = EXTENT
        known = [
            gid
            for gid, row in rows[table].items()
            if table in ("Checks", FILES) or _first(row["geometry"]) <= east
        ]
        if table == "Checks":
            near = [gid for gid, row in rows["Posts"].items() if _first(row["geometry"]) <= east]
            known = [gid for gid in known if rows[table][gid]["post"] in near]
        return chance.random.choice(known) if known else None

    def _change(self, rows: Any, chance: Chance) -> Optional[str]:
        table = chance.random.choice(("Posts", "Posts", "Lines", "Checks"))
        gid = self._inside(rows, table, chance)
        if gid is None:
            return None
        cell = chance.random.choice([one for one in CELLS[table] if one != "geometry"])
        value = chance.value(cell)
        self._model.change("service", (table, gid), cell, value)
        self._server.edit(LAYERS[table], updates=[{"attributes": {"GlobalID": gid, cell: value}}])
        return f"{table} {gid} {cell} = {value}"

    def _move(self, rows: Any, chance: Chance) -> Optional[str]:
        table = chance.random.choice(("Posts", "Lines"))
        gid = self._inside(rows, table, chance)
        if gid is None:
            return None
        place = chance.value("geometry")
        self._model.change("service", (table, gid), "geometry", place)
        feature = {"attributes": {"GlobalID": gid}, "geometry": _json(table, place)}
        self._server.edit(LAYERS[table], updates=[feature])
        return f"{table} {gid} to {place}"

    def _add(self, rows: Any, chance: Chance) -> Optional[str]:
        table = chance.random.choice(("Posts", "Lines"))
        values, gid = chance.values(table), chance.guid()
        self._model.add("service", (table, gid), values)
        place = values.pop("geometry")
        feature = {"attributes": {"GlobalID": gid, **values}, "geometry": _json(table, place)}
        self._server.edit(LAYERS[table], adds=[feature])
        return f"{table} {gid} {values}"

    def _add_part(self, rows: Any, chance: Chance) -> Optional[str]:
        parent = self._inside(rows, "Posts", chance)
        if parent is None:
            return None
        values, gid = chance.values("Checks"), chance.guid()
        self._model.add("service", ("Checks", gid), values, ("Posts", parent))
        self._server.edit(
            LAYERS["Checks"], adds=[{"attributes": {"GlobalID": gid, "post": parent, **values}}]
        )
        return f"Checks {gid} of {parent}"

    def _delete(self, rows: Any, chance: Chance) -> Optional[str]:
        table = chance.random.choice(("Posts", "Lines", "Checks"))
        gid = self._inside(rows, table, chance)
        if gid is None:
            return None
        self._model.delete("service", (table, gid))
        self._server.edit(LAYERS[table], deletes=[gid])
        return f"{table} {gid}"

    def _attach(self, rows: Any, chance: Chance) -> Optional[str]:
        parent = self._inside(rows, "Posts", chance)
        if parent is None:
            return None
        values, gid = chance.values(FILES), chance.guid()
        self._model.add("service", (FILES, gid), values, ("Posts", parent))
        file = {"parentGlobalId": parent, "contentType": "image/png", "globalId": gid, **values}
        self._server.edit(POSTS, attach=[file])
        return f"{gid} to {parent}"

    def _delete_file(self, rows: Any, chance: Chance) -> Optional[str]:
        gid = self._inside(rows, FILES, chance)
        if gid is None:
            return None
        self._model.delete("service", (FILES, gid))
        self._server.edit(POSTS, detach=[gid])
        return gid


def _first(geometry: Any) -> float:
    return float(geometry["x"] if "x" in geometry else geometry["paths"][0][0][0])


def _json(table: str, place: tuple[float, float]) -> dict[str, Any]:
    x, y = place
    return {"x": x, "y": y} if table == "Posts" else {"paths": [[[x, y], [x + 20, y + 5]]]}
