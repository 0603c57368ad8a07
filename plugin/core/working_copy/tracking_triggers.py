"""The triggers that see every edit of a layer, whoever makes it, and keep one GlobalID for one row.

Each edited feature has one row in the changes, found by the row id, with the GlobalID that the server knows:

    insert + update  = insert            update + delete = delete
    insert + delete  = nothing           delete + insert = update (the same feature came back)

- A GlobalID belongs to its row: what a program writes over it, or over the OBJECTID, is put back.
- A new row with the GlobalID of another row gets one of its own, and no OBJECTID; with that of a row that was
  deleted here it is that feature again, wherever it was. Letter case and braces make no difference.
- A row that takes the place of another (INSERT OR REPLACE, the row id of a deleted one) is that feature too.
- An edit that is under way (see batch.py) never comes to nothing: the server may have the row already.
- What the layer's rights forbid is refused; a row that was never sent can always be changed and removed.

No function is called that a bare SQLite lacks. Nothing rests on INSERT OR …: inside a trigger the policy of
the statement that fired it holds instead; ON CONFLICT … DO holds whatever fired it. While the triggers
themselves write to the layer, and while the caller does so in `tracking_off`, they rest: `enabled` is 0 then.

They run for every row, and GDAL has them compiled anew for every row that it deletes. So WHEN begins with
what is cheap and mostly false, a note is one statement, and no INSERT asks the table that it writes to:
SQLite would make a temporary table of what it inserts, for each row.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..untrusted.sqlite_file import quoted, sql
from .columns import sql_literal
from .geopackage import trigger
from .tracking_tables import BEFORE, CHANGES, SENT, TRACKING, TrackedColumns

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
NEW_GLOBAL_ID = (
    "'{' || hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'"
    " || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'"
    " || hex(randomblob(6)) || '}'"
)
_UNDER_WAY = sql("EXISTS (SELECT 1 FROM", SENT, f"WHERE edit_id = {CHANGES}.id)")
_AFTER_DELETE = f"CASE WHEN operation = 'insert' AND NOT {_UNDER_WAY} THEN 'nothing' ELSE 'delete' END"
_REFUSALS = {
    "insert": "Features cannot be added: they could not be sent to the feature service.",
    "update": "Features cannot be changed: the changes could not be sent to the feature service.",
    "delete": "Features cannot be deleted: the deletions could not be sent to the feature service.",
}


def tracking_triggers(columns: TrackedColumns) -> dict[str, str]:
    """The statements of the triggers of a layer, by name."""
    return {
        trigger_name(event, columns.table): trigger(
            quoted(trigger_name(event, columns.table)), when, *actions
        )
        for event, (when, actions) in _Layer(columns).bodies().items()
    }


def trigger_name(event: str, table: str) -> str:
    """The name of one of the triggers of a layer."""
    return f"offline_tracking_{event}_{table}"


class _Layer:
    """Writes the triggers of one layer."""

    def __init__(self, columns: TrackedColumns) -> None:
        self._layer, self._fid = quoted(columns.table), quoted(columns.key)
        self._name = sql_literal(columns.table)
        self._before = quoted(BEFORE + columns.table)
        self._others = tuple(map(quoted, columns.others))
        self._own = quoted(columns.global_id) if columns.global_id else ""
        self._number = quoted(columns.object_id) if columns.object_id else ""
        own = (self._own, self._number)
        edited = [name for name in self._others if name not in own]
        sides = (", ".join(f"{row}.{name}" for name in edited) for row in ("OLD", "NEW"))
        self._changed = "({}) IS NOT ({})".format(*sides) if edited else "0"
        bare = f"nullif(upper(trim(NEW.{self._own}, '{{}} ')), '')"
        self._given = f"('{{' || {bare} || '}}')" if self._own else "NULL"

    def bodies(self) -> dict[str, tuple[str, Sequence[str]]]:
        """When each trigger fires, and its statements."""
        layer, fid = self._layer, self._fid
        on = sql("(SELECT enabled FROM", TRACKING, f"WHERE table_name = {self._name}) = 1")
        moved = f"OLD.{fid} IS NOT NEW.{fid}"
        taken = sql("EXISTS (SELECT 1 FROM", layer, f"WHERE {fid} = NEW.{fid})")
        earlier = sql("(SELECT", self._own or "NULL", "FROM", layer, f"WHERE {fid} = NEW.{fid})")
        replaced = [self._keep_replaced(), self._note("NEW", "update", "operation", earlier)]
        bodies: dict[str, tuple[str, Sequence[str]]] = {
            "replace": (f"BEFORE INSERT ON {layer} WHEN {taken} AND {on}", replaced),
            "displace": (f"BEFORE UPDATE OF {fid} ON {layer} WHEN {moved} AND {taken} AND {on}", replaced),
            "insert": (f"AFTER INSERT ON {layer} WHEN {on}", self._inserted(NEW_GLOBAL_ID)),
            "update": (
                f"AFTER UPDATE ON {layer} WHEN NOT ({moved}) AND ({self._changed}) AND {on}",
                [self._refuse("update"), self._keep("OLD"), self._note("OLD", "update", "operation")],
            ),
            "renumber": (f"AFTER UPDATE ON {layer} WHEN {moved} AND {on}", self._renumbered()),
            "delete": (
                f"AFTER DELETE ON {layer} WHEN {on}",
                [self._refuse("delete"), self._keep("OLD"), *self._note_delete()],
            ),
        }
        if self._own:
            bodies.update(self._of_global_ids(on))
        return bodies

    def _of_global_ids(self, on: str) -> dict[str, tuple[str, Sequence[str]]]:
        """Those of a layer whose rows have GlobalIDs; rows that come without one have a trigger apart, for
        speed.
        """
        layer, given = self._layer, self._given
        inserted = f"AFTER INSERT ON {layer} WHEN NEW.{self._own}"
        before = f"BEFORE INSERT ON {layer} WHEN NEW.{self._own} NOTNULL"
        other = f"global_id <> {given} AND operation = 'delete'"
        spelled = f"{self._own} IN (NEW.{self._own}, {given}) AND {self._fid} <> NEW.{self._fid}"
        taken = sql("EXISTS (SELECT 1 FROM", layer, "WHERE", spelled + ")")
        own = f"CASE WHEN {given} IS NULL OR {taken} THEN {NEW_GLOBAL_ID} ELSE {given} END"
        mine = [name for name in (self._own, self._number) if name]
        changed = [f"(OLD.{name} IS NOT NEW.{name} AND {self._foreign(name)})" for name in mine]
        restored = f"AFTER UPDATE OF {', '.join(mine)} ON {layer} WHEN ({' OR '.join(changed)}) AND {on}"
        return {
            "evict": (f"{before} AND {self._exists('NEW', other)} AND {on}", self._evict()),
            "insert": (f"{inserted} IS NULL AND {on}", self._inserted(NEW_GLOBAL_ID)),
            "return": (f"{inserted} NOTNULL AND {on}", [*self._returned(), *self._inserted(own)]),
            "identity": (restored, self._restore(mine)),
        }

    def _at(self, row: str) -> str:
        return f"table_name = {self._name} AND row_id = {row}.{self._fid}"

    def _exists(self, row: str, condition: str = "1") -> str:
        return sql("EXISTS (SELECT 1 FROM", CHANGES, "WHERE", self._at(row), "AND", condition + ")")

    def _inserted(self, global_id: str) -> list[str]:
        """The row is new, in the place of another, or of a feature that was deleted."""
        kept = sql("EXISTS (SELECT 1 FROM", self._before, f"WHERE {self._fid} = NEW.{self._fid})")
        again = f"CASE WHEN operation <> 'delete' THEN operation WHEN {kept} THEN 'update' ELSE 'insert' END"
        if not self._own:
            return [self._note("NEW", "insert", again), *self._refuse_inserted()]
        mine = [name for name in (self._own, self._number) if name]
        values = ", ".join(f"{name} = {self._told(name)}" for name in mine)
        # The first spares most rows, which come without a GlobalID, the questions of the others.
        differ = " OR ".join([f"{self._own} ISNULL", *(f"{name} IS NOT {self._told(name)}" for name in mine)])
        identify = sql(
            "UPDATE", self._layer, "SET", values, f"WHERE {self._fid} = NEW.{self._fid}", f"AND ({differ});"
        )
        return [self._note("NEW", "insert", again, global_id), *self._refuse_inserted(), identify]

    def _told(self, name: str) -> str:
        """The GlobalID or OBJECTID of an edited row, as far as it has one."""
        if name == self._own:
            return sql("(SELECT global_id FROM", CHANGES, "WHERE", self._at("NEW") + ")")
        return sql("(SELECT", name, "FROM", self._before, f"WHERE {self._fid} = NEW.{self._fid})")

    def _foreign(self, name: str) -> str:
        """True for a GlobalID or OBJECTID that these triggers did not give the row."""
        lost = f"NEW.{name} ISNULL AND NOT " + self._exists("NEW")
        return f"(NEW.{name} IS NOT {self._told(name)} OR {lost})"

    def _returned(self) -> list[str]:
        """The row brings the GlobalID of a deleted one: what is kept of that one is moved here."""
        return self._move(
            sql(
                "(SELECT row_id FROM", CHANGES, f"WHERE table_name = {self._name} AND operation = 'delete'",
                f"AND global_id = {self._given} AND NOT", self._exists("NEW") + ")",
            )
        )  # fmt: skip

    def _restore(self, names: Sequence[str]) -> list[str]:
        """Puts columns of the row back, unseen by all these triggers."""
        of_layer = f"WHERE table_name = {self._name}"
        values = ", ".join(f"{name} = OLD.{name}" for name in names)
        return [
            sql("UPDATE", TRACKING, "SET enabled = 0", of_layer + ";"),
            sql("UPDATE", self._layer, "SET", values, f"WHERE {self._fid} = NEW.{self._fid};"),
            sql("UPDATE", TRACKING, "SET enabled = 1", of_layer + ";"),
        ]

    def _renumbered(self) -> list[str]:
        """The feature under another row id. Without a GlobalID only the row id tells which it is."""
        if not self._own:
            note = self._note(
                "NEW", "insert", "CASE operation WHEN 'delete' THEN 'update' ELSE operation END"
            )
            return [self._refuse("update"), self._keep("OLD"), *self._note_delete(), note]
        at_new = self._at("NEW")
        # What was there was replaced, and no trigger told of its end.
        end = sql("UPDATE", CHANGES, "SET operation =", _AFTER_DELETE, "WHERE", at_new + ";")
        return [
            end, self._forget_nothing("NEW"), *self._evict(), *self._move(f"OLD.{self._fid}"),
            self._refuse("update", "NEW", self._changed), self._keep("OLD", "NEW", self._changed),
            self._note("NEW", "update", "operation", f"OLD.{self._own}", self._changed),
        ]  # fmt: skip

    def _evict(self) -> list[str]:
        """Moves what is kept of a deleted row out of the way: another feature takes its row id."""
        at = f"WHERE {self._fid} = NEW.{self._fid}"
        free = sql("(SELECT min(-1, min(row_id)) - 1 FROM", CHANGES, f"WHERE table_name = {self._name})")
        return [
            sql("UPDATE", self._before, f"SET {self._fid} = {free}", at + ";"),
            sql("UPDATE", CHANGES, f"SET row_id = {free}", "WHERE", self._at("NEW") + ";"),
        ]

    def _move(self, source: str) -> list[str]:
        """What is kept of the row that had the row id `source` follows it to its new one."""
        to = f"SET {self._fid} = NEW.{self._fid} WHERE {self._fid} = {source};"
        own = f"WHERE table_name = {self._name} AND row_id = {source};"
        return [
            sql("UPDATE", self._before, to),
            sql("UPDATE", CHANGES, f"SET row_id = NEW.{self._fid}", own),
        ]

    def _note(self, row: str, operation: str, again: str, global_id: str = "", condition: str = "") -> str:
        """One row of the changes; `again` is the operation where the feature has a row already."""
        global_id = global_id or (f"{row}.{self._own}" if self._own else "NULL")
        touched = f"operation = {again}, revision = revision + 1, changed_at = excluded.changed_at"
        values = f"{self._name}, {row}.{self._fid}, {global_id}, '{operation}', {_NOW}"
        return sql(
            "INSERT INTO", CHANGES, "(table_name, row_id, global_id, operation, changed_at)",
            f"SELECT {values} WHERE {condition}" if condition else f"VALUES ({values})",
            "ON CONFLICT (table_name, row_id) DO UPDATE SET", touched + ";",
        )  # fmt: skip

    def _note_delete(self) -> list[str]:
        return [self._note("OLD", "delete", _AFTER_DELETE), self._forget_nothing("OLD")]

    def _forget_nothing(self, row: str) -> str:
        return sql("DELETE FROM", CHANGES, "WHERE", self._at(row), "AND operation = 'nothing';")

    def _keep(self, row: str, key: str = "OLD", condition: str = "1") -> str:
        """Keeps the row as it was, unless it is kept already or was inserted here."""
        values = ", ".join([f"{key}.{self._fid}", *(f"{row}.{name}" for name in self._others)])
        return sql(self._keep_head(), values, "WHERE", condition, "AND", self._unless_kept(key))

    def _keep_replaced(self) -> str:
        """Keeps the row that NEW will replace."""
        values = ", ".join(f"kept.{name}" for name in (self._fid, *self._others))
        source = sql("FROM", self._layer, f"AS kept WHERE kept.{self._fid} = NEW.{self._fid} AND")
        return sql(self._keep_head(), values, source, self._unless_kept("NEW"))

    def _keep_head(self) -> str:
        names = ", ".join((self._fid, *self._others))
        return sql("INSERT INTO", self._before, f"({names})", "SELECT")

    def _unless_kept(self, row: str) -> str:
        return sql("NOT", self._exists(row, "operation = 'insert'"), "ON CONFLICT DO NOTHING;")

    def _refuse(self, event: str, row: str = "OLD", condition: str = "1") -> str:
        """Refuses an edit of a row that was not inserted here."""
        return self._raise(event, f"{condition} AND NOT " + self._exists(row, "operation = 'insert'"))

    def _refuse_inserted(self) -> list[str]:
        """After the note: a row that came back, or replaced another, is none of the new ones."""
        kinds = ("insert", "update")
        return [self._raise(kind, self._exists("NEW", f"operation = '{kind}'")) for kind in kinds]

    def _raise(self, event: str, condition: str) -> str:
        forbidden = sql("FROM", TRACKING, f"WHERE table_name = {self._name} AND may_{event} = 0 AND")
        return sql(f"SELECT RAISE(ABORT, {sql_literal(_REFUSALS[event])})", forbidden, condition + ";")
