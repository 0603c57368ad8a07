"""The tables of a working copy as synchronisation sees them: what they are called in the copy, and what
belongs to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import sqlite3
from typing import Optional

from ..errors import Damaged
from ..geodatabase.catalogue import MobileGeodatabase
from ..geodatabase.schema import Relationship, SpatialReference, Table
from ..geodatabase.shapes.batch import ShapeLayout
from ..json_value import Json, json_object, json_string
from ..untrusted.sqlite_file import quoted
from .columns import Column, plan_columns
from .replica_state import read_copy_value
from .table_names import relationships_in_copy, table_in_copy

COLUMN_NAMES = "columns"
"""The value of a working copy that maps fields to columns, for each table in which names differ."""
_AGAIN = "Save as many of your edits as you can, then download the map area again."


@dataclass(frozen=True)
class ParentKey:
    """`column` of a table holds what `parent_column` holds in its row of the table `parent`.

    The rows of a `composite` one go when that row goes.
    """

    column: str
    parent: str
    parent_column: str
    composite: bool = False


@dataclass(frozen=True)
class TrackedTable:
    """A feature class, table or attachment table of a working copy.

    `name` is that in the copy, `title` that for people. `key` is the column of the row ids, `geometry` that
    of the shapes, "" for none; `layout`, `srs_id` and `reference` say what the shapes are like. `fields` come
    in the author's order, `columns` tells for the name of each one the column in the copy; `global_id` and
    `object_id` are columns, "" for none. `layer_id` is the id in the service; an attachment table has None,
    and the name of the table that its files belong to as `owner`.
    """

    name: str
    title: str
    key: str
    fields: tuple[Column, ...]
    columns: Mapping[str, str]
    global_id: str
    object_id: str
    layer_id: Optional[int] = None
    geometry: str = ""
    layout: Optional[ShapeLayout] = None
    srs_id: int = 0
    reference: Optional[SpatialReference] = None
    owner: Optional[str] = None
    parents: tuple[ParentKey, ...] = ()

    @property
    def all_columns(self) -> tuple[str, ...]:
        """All but the key, the geometry first."""
        shape = (self.geometry,) if self.geometry else ()
        return (*shape, *(self.columns[field.name] for field in self.fields))


def tracked_tables(
    connection: sqlite3.Connection, geodatabase: MobileGeodatabase
) -> tuple[TrackedTable, ...]:
    """The tables whose edits a working copy tracks, in the order of its geodatabase.

    Raises `Damaged` for one that is gone or lacks a field.
    """
    tracked = {str(name) for (name,) in connection.execute("SELECT table_name FROM gpkgext_offline_tracking")}
    renamed = read_copy_value(connection, COLUMN_NAMES)
    tables = [table for table in map(table_in_copy, geodatabase.tables) if table.name in tracked]
    columns = {table.name: _columns(table, json_object(renamed.get(table.name))) for table in tables}
    relationships = [
        one
        for one in relationships_in_copy(geodatabase.relationships)
        if {one.origin, one.destination, one.middle or one.origin} <= columns.keys()
    ]
    return tuple(_tracked(connection, table, columns, relationships) for table in tables)


def _columns(table: Table, renamed: Json) -> dict[str, str]:
    return {field.name: json_string(renamed.get(field.name)) or field.name for field in table.fields}


def _tracked(
    connection: sqlite3.Connection,
    table: Table,
    columns: Mapping[str, Mapping[str, str]],
    relationships: Iterable[Relationship],
) -> TrackedTable:
    own = columns[table.name]
    described = connection.execute(f"PRAGMA table_info({quoted(table.name)})").fetchall()
    key = next((str(row[1]) for row in described if row[5]), "")
    if not key:
        text = "The layer “{layer}” is missing from the working copy."
        raise Damaged(text, layer=table.alias, next_step=_AGAIN)
    geometry, srs_id = _geometry(connection, table) if table.geometry else ("", 0)
    there = {str(row[1]).casefold() for row in described} - {key.casefold(), geometry.casefold()}
    lacking = next((name for name, column in own.items() if column.casefold() not in there), None)
    if lacking is not None:
        text = "The field “{field}” is missing from the layer “{layer}” of the working copy."
        raise Damaged(text, layer=table.alias, field=lacking, next_step=_AGAIN)
    parents = [key for one in relationships for key in _parent_keys(one, table.name, columns)]
    owners = (one.origin for one in relationships if one.attachments and one.destination == table.name)
    return TrackedTable(
        name=table.name,
        title=table.alias,
        key=key,
        fields=plan_columns(table),
        columns=own,
        global_id=own.get(table.global_id, ""),
        object_id=own.get(table.object_id, ""),
        layer_id=table.layer_id,
        geometry=geometry,
        layout=table.geometry.layout if table.geometry else None,
        srs_id=srs_id,
        reference=table.geometry.reference if table.geometry else None,
        owner=next(owners, None),
        parents=tuple(dict.fromkeys(parents)),
    )


def _geometry(connection: sqlite3.Connection, table: Table) -> tuple[str, int]:
    statement = "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
    row = connection.execute(statement, (table.name,)).fetchone()
    if row is None or not isinstance(row[1], int):
        text = "The layer “{layer}” of the working copy has lost its shapes."
        raise Damaged(text, layer=table.alias, next_step=_AGAIN)
    return str(row[0]), row[1]


def _parent_keys(
    one: Relationship, table: str, columns: Mapping[str, Mapping[str, str]]
) -> Iterable[ParentKey]:
    """What a relationship says of the parents of a table: the table between has two."""
    if one.middle == table:
        own, origin, far = columns[table], columns[one.origin], columns[one.destination]
        yield ParentKey(own[one.middle_origin_key], one.origin, origin[one.origin_key])
        yield ParentKey(own[one.middle_destination_key], one.destination, far[one.destination_key])
    elif one.destination == table and not one.middle:
        column, key = columns[table][one.destination_key], columns[one.origin][one.origin_key]
        yield ParentKey(column, one.origin, key, one.composite)
