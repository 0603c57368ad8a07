"""What gives the data meaning, for any GeoPackage reader: field titles, domains, relations.

Titles and domains by the Schema extension (gpkg_data_columns), relations by the Related Tables
extension. Keys stay Esri's GlobalIDs, so the mapping between two tables is a view: it needs no
upkeep when rows come and go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
import sqlite3
from typing import Optional

from ..geodatabase.schema import Domain, Field, Relationship, Table
from ..untrusted.sqlite_file import quoted, sql
from .columns import free_name, key_column
from .subtype_values import shared_domain, varying_fields

_SCHEMA_DEFINITION = "http://www.geopackage.org/spec121/#extension_schema"
_RELATED_DEFINITION = "http://www.geopackage.org/18-000.html"
_TABLES = (
    "CREATE TABLE main.gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,"
    " title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,"
    " CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT gdc_tn UNIQUE (table_name, name))",
    "CREATE TABLE main.gpkg_data_column_constraints (constraint_name TEXT NOT NULL,"
    " constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC,"
    " max_is_inclusive BOOLEAN, description TEXT,"
    " CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))",
    "CREATE TABLE main.gpkgext_relations (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " base_table_name TEXT NOT NULL, base_primary_column TEXT NOT NULL DEFAULT 'id',"
    " related_table_name TEXT NOT NULL, related_primary_column TEXT NOT NULL DEFAULT 'id',"
    " relation_name TEXT NOT NULL, mapping_table_name TEXT NOT NULL UNIQUE)",
)
_MAPPING = "related_"
"""Newer releases of GDAL offer mapping tables as layers, and copy none whose name starts with gpkg."""


def write_meaning(
    connection: sqlite3.Connection, tables: Sequence[Table], relationships: Iterable[Relationship]
) -> None:
    """Titles, domains and relations of the tables that are in the copy."""
    for statement in _TABLES:
        connection.execute(statement)
    _write_columns(connection, tables)
    extensions: list[tuple[Optional[str], ...]] = [
        ("gpkg_data_columns", None, "gpkg_schema", _SCHEMA_DEFINITION, "read-write"),
        ("gpkg_data_column_constraints", None, "gpkg_schema", _SCHEMA_DEFINITION, "read-write"),
    ]
    own = {table.name: table for table in tables}
    related = [r for r in relationships if {r.origin, r.destination, r.middle or r.origin} <= set(own)]
    if related:
        extensions.append(_related("gpkgext_relations"))
    names: set[str] = set()
    for relationship in related:
        mapping = free_name(_MAPPING + relationship.name, names | {name.casefold() for name in own})
        names.add(mapping.casefold())
        _write_relation(connection, relationship, mapping, own)
        extensions.append(_related(mapping))
    connection.executemany("INSERT INTO main.gpkg_extensions VALUES (?, ?, ?, ?, ?)", extensions)


def _related(table: str) -> tuple[Optional[str], ...]:
    return (table, None, "gpkg_related_tables", _RELATED_DEFINITION, "read-write")


def _write_columns(connection: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """gpkg_data_columns; `name` only where it is unique, because readers want it so over the file."""
    aliases = [field.alias for table in tables for field in table.fields]
    constraints = _Constraints(connection)
    for table in tables:
        for field in table.fields:
            title = field.alias if field.alias != field.name else None
            name = title if aliases.count(field.alias) == 1 else None
            constraint = constraints.name_of(_domain_of(table, field))
            if title or constraint:
                connection.execute(
                    "INSERT INTO main.gpkg_data_columns VALUES (?, ?, ?, ?, NULL, NULL, ?)",
                    (table.name, field.name, name, title, constraint),
                )


def _domain_of(table: Table, field: Field) -> Optional[Domain]:
    """The field's domain, that of all its subtypes, or for the subtype field its subtypes."""
    if field in varying_fields(table):
        return shared_domain(table, field)
    if field.domain is None and table.subtypes and field.name == table.subtype_field:
        codes = tuple((subtype.code, subtype.name) for subtype in table.subtypes)
        return Domain(f"{table.name}_{table.subtype_field}", codes=codes)
    return field.domain


class _Constraints:
    """Domains as constraints, whose names hold for the whole file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._named: dict[str, Domain] = {}

    def name_of(self, domain: Optional[Domain]) -> Optional[str]:
        """The constraint of a domain, written on its first use; None for none or an empty one."""
        if domain is None or not (domain.codes or domain.is_range):
            return None
        for name, known in self._named.items():
            if (known.name, known.codes, known.minimum, known.maximum) == (
                domain.name, domain.codes, domain.minimum, domain.maximum,
            ):  # fmt: skip
                return name
        name = free_name(domain.name or "domain", {known.casefold() for known in self._named})
        self._named[name] = domain
        insert = "INSERT OR IGNORE INTO main.gpkg_data_column_constraints VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        if domain.is_range:
            bounds = (domain.minimum, 1, domain.maximum, 1)
            self._connection.execute(insert, (name, "range", None, *bounds, domain.description or None))
        rows = ((name, "enum", str(code), None, None, None, None, label) for code, label in domain.codes)
        self._connection.executemany(insert, rows)
        return name


def _write_relation(
    connection: sqlite3.Connection,
    relationship: Relationship,
    mapping: str,
    tables: Mapping[str, Table],
) -> None:
    origin, destination = tables[relationship.origin], tables[relationship.destination]
    near, far = quoted(relationship.origin_key), quoted(relationship.destination_key)
    joined = [f"{quoted(origin.name)} AS o"]
    if relationship.middle:
        middle = quoted(relationship.middle_origin_key)
        end = quoted(relationship.middle_destination_key)
        joined += [f"JOIN {quoted(relationship.middle)} AS m ON m.{middle} = o.{near}"]
        joined += [f"JOIN {quoted(destination.name)} AS d ON d.{far} = m.{end}"]
    else:
        joined += [f"JOIN {quoted(destination.name)} AS d ON d.{far} = o.{near}"]
    base, related = key_column(origin), key_column(destination)
    ids = f"o.{quoted(base)} AS base_id, d.{quoted(related)} AS related_id"
    view = sql("CREATE VIEW main." + quoted(mapping), "AS SELECT", ids, "FROM", *joined)
    connection.execute(view)
    kind = "features" if destination.geometry else "attributes"
    connection.execute(
        "INSERT INTO main.gpkgext_relations (base_table_name, base_primary_column, related_table_name,"
        " related_primary_column, relation_name, mapping_table_name) VALUES (?, ?, ?, ?, ?, ?)",
        (origin.name, base, destination.name, related, kind, mapping),
    )
    for table, column in ((origin, near), (destination, far)):
        index = quoted(f"key_{table.name}_{column.strip(chr(34))}")
        statement = sql("CREATE INDEX IF NOT EXISTS main." + index, "ON", quoted(table.name), f"({column})")
        connection.execute(statement)
