"""A file of changes (delta) to the geodatabase of a map area, read only where all of it is understood.

    GDB_DataChanges            one row: the replica, and the generation that the changes lead to
    GDB_DataChangesDatasets    the layers: ID, Type (1 table, 2 feature class), LayerID, ServerGen as text
    GDB_DataChangesDeltas      ChangeType (1 inserts, 2 updates) of a dataset, whose rows stand in
    T_<dataset>_inserts        and T_<dataset>_updates: every field of the layer, and its shapes

Source: one file of a server, and what others write in imitation. Nobody has seen deletions, attachments or
anything else in such a file, so a file with any of it is refused: the newest package has it all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
import re
from types import TracebackType
from typing import Any, Optional

from ..errors import PackageError, Unsupported
from ..json_value import json_whole
from ..untrusted.sqlite_file import ForeignFile, damaged_page, naming_damage, quoted, sql
from .fields import ColumnInfo, fits
from .schema import Table
from .spatial_reference import private_references

_OF_SYSTEM = re.compile(r"(gdb|st|sqlite)_\w+", re.IGNORECASE)
_ROWS = re.compile(r"T_(\d{1,9})_(inserts|updates)")
_SUFFIXES = {1: "inserts", 2: "updates"}
_TABLE_TYPE, _FEATURES_TYPE = 1, 2
_MOST_DATASETS = 2000


@dataclass(frozen=True)
class ExpectedDelta:
    """What a file must belong to: the replica of the package (as `Replica.uuid`), the generation in its name,
    and the tables of the package.
    """

    replica: str
    generation: int
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class DeltaRows:
    """Rows of the table `name` that came or, where `are_updates`, changed.

    `source` describes the table of the file that holds them: it has the fields of the package.
    """

    name: str
    source: Table
    are_updates: bool


class Delta:
    """An open delta; a context manager. `uri` attaches the file to another connection, read only.

    `begins_at` is the generation that it leads on from, None where the file does not tell.
    """

    def __init__(self, path: Path, expected: ExpectedDelta) -> None:
        self._file = ForeignFile(path)
        self.name, self.uri = path.name, self._file.uri
        try:
            with naming_damage(self.name):
                reader = _Reader(self._file, expected)
                self.begins_at = reader.begins_at()
                self.rows: tuple[DeltaRows, ...] = reader.rows()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Delta:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()


def open_delta(path: Path, expected: ExpectedDelta) -> Delta:
    """Raises `Unsupported` for what is not wholly understood or not expected; `Damaged`, `BadInput`."""
    return Delta(path, expected)


def not_understood(file: str, place: str) -> PackageError:
    """Of a delta that has something at `place` that nobody has seen, or that does not fit."""
    return Unsupported(
        "The file of changes “{file}” is not understood: {place}.",
        next_step="The newest package is used instead.",
        file=file,
        place=place,
    )


@dataclass(frozen=True)
class _Dataset:
    table: Table
    generation: str


class _Reader:
    def __init__(self, file: ForeignFile, expected: ExpectedDelta) -> None:
        self._connection, self._file, self._expected = file.connection, file.name, expected
        self._tables = self._row_tables()
        self._check_pages()
        self._check_head()
        self._datasets = self._read_datasets()

    def begins_at(self) -> Optional[int]:
        """The generation of its first layer, where that is another one than the file leads to.

        Names count the generations of the first layer; those of others differ.
        """
        layers = [table.layer_id for table in self._expected.tables if table.layer_id is not None]
        first = min(layers, default=None)
        told = [one.generation for one in self._datasets.values() if one.table.layer_id == first]
        number = json_whole(told[0]) if told else None
        return None if number == self._expected.generation else number

    def rows(self) -> tuple[DeltaRows, ...]:
        found: dict[str, DeltaRows] = {}
        listed = self._listed("GDB_DataChangesDeltas", "ChangeType", "ChangedDatasetID")
        for kind, dataset in listed:
            name = f"T_{dataset}_{_SUFFIXES.get(kind)}"
            if dataset not in self._datasets or name not in self._tables or name in found:
                raise not_understood(self._file, f"GDB_DataChangesDeltas {kind} {dataset}")
            table = self._datasets[dataset].table
            found[name] = DeltaRows(table.name, self._source(name, table), kind == 2)
        for name in self._tables - found.keys():
            raise not_understood(self._file, name)
        # A row may come with one delta and be changed by the same.
        return tuple(sorted(found.values(), key=lambda one: (one.are_updates, one.source.name)))

    def _row_tables(self) -> set[str]:
        """The tables with rows; all others must be of the system."""
        rows = self._connection.execute("SELECT name, type, sql FROM sqlite_master WHERE type <> 'index'")
        found = set()
        for name, kind, statement in rows.fetchall():
            if _ROWS.fullmatch(name) and kind == "table" and "VIRTUAL" not in str(statement)[:20].upper():
                found.add(str(name))
            elif kind != "trigger" and not _OF_SYSTEM.fullmatch(name):
                raise not_understood(self._file, str(name)[:100])
        return found

    def _check_pages(self) -> None:
        """Every page of what is read, as SQLite sees it: nobody gives a hash of such a file."""
        finding = damaged_page(self._connection, sorted(self._tables))
        if finding is not None:
            raise not_understood(self._file, finding[:100])

    def _check_head(self) -> None:
        heads = self._listed("GDB_DataChanges", "ReplicaGUID", "ServerGen")
        replica, generation = heads[0] if len(heads) == 1 else (None, None)
        if str(replica).strip("{}").lower() != self._expected.replica:
            raise not_understood(self._file, f"ReplicaGUID {str(replica)[:50]}")
        if json_whole(generation) != self._expected.generation:
            raise not_understood(self._file, f"ServerGen {str(generation)[:50]}")
        if self._listed("GDB_DataChangesEditResults"):
            raise not_understood(self._file, "GDB_DataChangesEditResults")

    def _read_datasets(self) -> dict[int, _Dataset]:
        layers = {one.layer_id: one for one in self._expected.tables if one.layer_id is not None}
        found: dict[int, _Dataset] = {}
        rows = self._listed("GDB_DataChangesDatasets", "ID", "Name", "Type", "LayerID", "ServerGen")
        for number, name, kind, layer_id, generation in rows:
            table = layers.get(layer_id)
            wanted = _FEATURES_TYPE if table and table.geometry else _TABLE_TYPE
            is_known = isinstance(number, int) and number not in found
            if table is None or kind != wanted or not is_known or "__ATTACH" in str(name).upper():
                raise not_understood(self._file, f"GDB_DataChangesDatasets {str(name)[:100]}")
            found[number] = _Dataset(table, str(generation))
        return found

    def _listed(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Rows of a table of the system, which must be there."""
        statement = sql("SELECT", ", ".join(map(quoted, columns)) or "1", "FROM", quoted(table), "LIMIT ?")
        known = {
            str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
        }
        if not known or not known.issuperset(columns):
            raise not_understood(self._file, table)
        return self._connection.execute(statement, (_MOST_DATASETS,)).fetchall()

    def _source(self, name: str, table: Table) -> Table:
        """The table of the package as this file has it: under its own name, without history."""
        described = self._connection.execute(f"PRAGMA table_xinfo({quoted(name)})").fetchall()
        columns = {
            str(row[1]).casefold(): ColumnInfo(str(row[1]), str(row[2]), bool(row[3])) for row in described
        }
        shapes = [one for one in columns.values() if one.word == "geometryblob"]
        if any(row[6] for row in described) or len(shapes) != (1 if table.geometry else 0):
            raise not_understood(self._file, name)
        left = {key: one for key, one in columns.items() if one not in shapes}
        for field in table.fields:
            column = left.pop(field.name.casefold(), None)
            if column is None or column.name != field.name or not fits(column, field.type):
                raise not_understood(self._file, f"{name}.{field.name}")
        for column in left.values():
            raise not_understood(self._file, f"{name}.{column.name[:100]}")
        geometry = None
        if table.geometry:
            self._check_reference(table)
            geometry = replace(table.geometry, column=shapes[0].name, index="")
        return replace(table, name=name, archived=False, geometry=geometry, layer_id=None, doubts=())

    def _check_reference(self, table: Table) -> None:
        """What the shapes name as their reference must be the same thing in both files."""
        if table.geometry is None:
            return
        tables = {"st_aux_spatial_reference_systems"}
        described = self._connection.execute(f"PRAGMA table_info({quoted(*tables)})").fetchall()
        own: Mapping[int, Any] = private_references(self._connection, tables) if described else {}
        grids = table.geometry.grids
        for srid in own.keys() & grids.keys():
            if own[srid].grid != grids[srid]:
                raise not_understood(self._file, f"srid {srid}")
