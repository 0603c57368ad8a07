"""Saved edits put into an offline map as edits of its own, and edits of a map taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
import sqlite3
from typing import Literal, Optional

from ..errors import BadInput
from ..geodatabase.schema import Operation
from ..host import Feedback, raise_if_cancelled
from ..json_value import Json, json_objects, text_of, whole_of
from ..notice import Notice, notice
from ..portal.global_ids import global_id
from ..storage import database_to_read
from ..untrusted.sqlite_file import SQLITE_ERRORS, only_reading, quoted, reason_of, sql
from ..working_copy.batch import batch_edits
from ..working_copy.change_tracking import local_edits, rights_of, row_at
from ..working_copy.replica_state import read_copy_value
from ..working_copy.revert import revert
from ..working_copy.table_rights import Rights
from ..working_copy.tracked_table import TrackedTable
from .edited_row import RowValues, alike, same
from .edits_table import GLOBAL_ID, OPERATION
from .open_copy import OpenCopy, opened
from .saved_edits import SAVED_EDITS
from .synced_map import SyncedMap

_ABSENT = object()
_SRS_END = 8


@dataclass
class PutBack:
    """How many edits a map has taken, and what it could not take."""

    count: int = 0
    notices: list[Notice] = field(default_factory=list)


def revert_edits(synced: SyncedMap, feedback: Feedback) -> int:
    """Takes all edits back that were not sent, attachments included; returns how many.

    Raises `BadInput` while the fate of edits that were sent is not known, `StorageError`, `Cancelled`.
    """
    count = 0
    for copy in synced.copies:
        raise_if_cancelled(feedback)
        with opened(copy) as there, there.transaction():
            if batch_edits(there.connection):
                raise BadInput(
                    "Edits of “{map}” were sent, but it is not known yet whether they arrived.",
                    next_step="Update the offline map first.",
                    map=synced.title,
                )
            edits = local_edits(there.connection)
            revert(there.connection, edits)
            count += len(edits)
    return count


def apply_saved_edits(synced: SyncedMap, file: Path, feedback: Feedback) -> PutBack:
    """Puts saved edits into a map, which may have been downloaded anew since.

    Rows are found by GlobalID; of a change only the fields that differed are written. A new feature that the
    service has taken meanwhile stays as it is; what a table does not allow is left out and told. Raises
    `BadInput` for a file that holds no saved edits, `StorageError`, `Cancelled`.
    """
    result = PutBack()
    with _saved(file) as saved:
        tables = json_objects(read_copy_value(saved, SAVED_EDITS).get("tables"))
        for copy in synced.copies:
            own = [one for one in tables if text_of(one, "service") == copy.service_url]
            if own:
                with opened(copy) as there, there.transaction():
                    for told in own:
                        _Putting(file, saved, there, told, result, feedback).run()
    return result


@contextmanager
def _saved(file: Path) -> Iterator[sqlite3.Connection]:
    """A file of saved edits, in which nothing but reading happens."""
    with _naming_saved(file), database_to_read(file) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_authorizer(only_reading)
        if not read_copy_value(connection, SAVED_EDITS):
            raise sqlite3.DatabaseError("no saved edits")
        yield connection


@contextmanager
def _naming_saved(file: Path) -> Iterator[None]:
    try:
        yield
    except SQLITE_ERRORS as error:
        raise BadInput(
            "“{file}” contains no saved edits.",
            next_step="Choose a file written by “Export local edits” or by an update.",
            file=file.name,
        ) from error


class _Putting:
    """The saved edits of one table; the caller's transaction."""

    def __init__(
        self,
        file: Path,
        saved: sqlite3.Connection,
        there: OpenCopy,
        told: Json,
        result: PutBack,
        feedback: Feedback,
    ) -> None:
        self._file, self._saved, self._connection = file, saved, there.connection
        self._told, self._result, self._feedback = told, result, feedback
        layer = whole_of(told, "layer")
        attachments = told.get("attachments") is True
        self._table = None if layer is None else there.tables.find(layer, attachments)

    def run(self) -> None:
        table = self._table
        if table is None or not table.global_id:
            text = "The offline map has no layer “{layer}”, so its saved edits are left out."
            self._tell(notice("saved_edits", text, layer=text_of(self._told, "table")))
            return
        rights = rights_of(self._connection).get(table.name, Rights())
        before = {row[GLOBAL_ID]: row for row in self._rows(text_of(self._told, "before"))}
        for row in self._rows(text_of(self._told, "name")):
            raise_if_cancelled(self._feedback)
            try:
                self._result.count += self._put(table, rights, row, before.get(row[GLOBAL_ID], {}))
            except sqlite3.IntegrityError as error:
                text = "The saved edit of {feature} in “{layer}” is left out: {reason}."
                told = {"feature": row[GLOBAL_ID], "layer": table.title, "reason": reason_of(error)}
                self._tell(notice("saved_edits", text, **told))

    def _put(self, table: TrackedTable, rights: Rights, saved: RowValues, before: RowValues) -> bool:
        """Whether anything was done."""
        own = global_id(saved.get(GLOBAL_ID))
        key = self._key_of(table, own)
        operation = saved.get(OPERATION)
        if own is None or operation not in {one.value for one in Operation}:
            return False
        row = self._fitting(table, saved)
        if operation == Operation.DELETE.value:
            return key is not None and self._may(rights.delete, own) and self._delete(table, key)
        if operation == Operation.INSERT.value:
            if key is not None:
                return self._leave_there(table, key, row, own)
            return self._may(rights.insert, own) and self._add(table, {**row, table.global_id: own})
        if key is not None:
            earlier = self._fitting(table, before)
            return self._may(rights.update, own) and self._change(table, key, row, earlier)
        text = "The feature {feature} no longer exists in “{layer}”, so its saved change is left out."
        self._tell(notice("saved_edits", text, feature=own, layer=table.title))
        return False

    def _leave_there(self, table: TrackedTable, key: int, saved: RowValues, own: str) -> bool:
        """A new feature that has arrived meanwhile: what differs from its saved values was written later,
        here, by others or by the service. It is told where it takes the place of a saved value.
        """
        now = row_at(self._connection, table.name, table.key, key) or {}
        differing = [
            name
            for name, value in saved.items()
            if value is not None and not alike(table, name, now.get(name), value)
        ]
        if differing:
            text = (
                "“{layer}” has the new feature {feature} already, with other values in {fields}: these stay,"
                " and the saved ones are left out."
            )
            told = {"layer": table.title, "feature": own, "fields": ", ".join(differing)}
            self._tell(notice("saved_edits", text, **told))
        return False

    def _rows(self, name: str) -> Iterator[RowValues]:
        with _naming_saved(self._file):
            cursor = self._saved.execute(sql("SELECT * FROM", quoted(name)))
            names = [column[0] for column in cursor.description]
            if GLOBAL_ID not in names:
                raise sqlite3.DatabaseError("no GlobalIDs")
            for values in cursor:
                yield dict(zip(names, values))

    def _fitting(self, table: TrackedTable, saved: RowValues) -> dict[str, object]:
        """The values for columns that the table has; shapes carry the number of the table's reference."""
        named = {name.casefold(): value for name, value in saved.items()}
        columns = [column for column in table.all_columns if column not in (table.object_id, table.global_id)]
        row = {column: named[column.casefold()] for column in columns if column.casefold() in named}
        if table.geometry in row:
            row[table.geometry] = _with_srs_id(row[table.geometry], table.srs_id)
        return row

    def _key_of(self, table: TrackedTable, own: Optional[str]) -> Optional[int]:
        statement = sql(
            "SELECT", quoted(table.key), "FROM", quoted(table.name), "WHERE", quoted(table.global_id), "= ?"
        )
        found = self._connection.execute(statement, (own,)).fetchone()
        return found[0] if found else None

    def _add(self, table: TrackedTable, row: RowValues) -> bool:
        marks = ", ".join("?" * len(row))
        names = ", ".join(map(quoted, row))
        statement = sql("INSERT INTO", quoted(table.name), f"({names})", f"VALUES ({marks})")
        self._connection.execute(statement, tuple(row.values()))
        return True

    def _change(self, table: TrackedTable, key: int, row: RowValues, before: RowValues) -> bool:
        now = row_at(self._connection, table.name, table.key, key) or {}
        changed = {
            name: value
            for name, value in row.items()
            if not same(value, before.get(name, _ABSENT)) and not alike(table, name, now.get(name), value)
        }
        if not changed:
            return False
        values = ", ".join(f"{quoted(name)} = ?" for name in changed)
        statement = sql("UPDATE", quoted(table.name), "SET", values, "WHERE", quoted(table.key), "= ?")
        self._connection.execute(statement, (*changed.values(), key))
        return True

    def _delete(self, table: TrackedTable, key: int) -> bool:
        statement = sql("DELETE FROM", quoted(table.name), "WHERE", quoted(table.key), "= ?")
        self._connection.execute(statement, (key,))
        return True

    def _may(self, allowed: bool, feature: str) -> bool:
        if not allowed:
            text = "The saved edit of {feature} is left out: its layer does not accept such edits."
            self._tell(notice("saved_edits", text, feature=feature))
        return allowed

    def _tell(self, told: Notice) -> None:
        self._result.notices.append(told)


def _with_srs_id(blob: object, srs_id: int) -> object:
    """A GeoPackage geometry with the number that its reference has in another file."""
    if not isinstance(blob, bytes) or len(blob) < _SRS_END:
        return blob
    order: Literal["little", "big"] = "little" if blob[3] & 1 else "big"
    return blob[:4] + srs_id.to_bytes(4, order, signed=True) + blob[_SRS_END:]
