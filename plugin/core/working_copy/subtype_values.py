"""What the fields of a table may hold by subtype, as a table of its own in the working copy.

GeoPackage gives a field one list of values; Esri gives it one for each subtype. The table holds
them all, one row per value: `table_name`, `field_name`, `subtype` (its code as text), the code in the
column of its kind, `label`. Rows without a subtype come first and say what a code means whatever the
subtype is; where that differs they hold all of its names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
import sqlite3
from typing import Optional

from ..geodatabase.schema import Domain, Field, FieldType, FieldValue, Subtype, Table, TableRole
from ..storage import database_to_read
from ..untrusted.sqlite_file import quoted, sql
from .columns import plan_columns
from .geopackage import create_layer, finish_layer

INTEGER_CODE, REAL_CODE, TEXT_CODE = "integer_code", "real_code", "text_code"
_NAME = "subtype_values"
_TITLE = "Values of fields by subtype"
_COLUMNS = ("table_name", "field_name", "subtype", INTEGER_CODE, REAL_CODE, TEXT_CODE, "label")
_SHARED = " / "
_CODE_COLUMNS = {
    FieldType.SMALL_INTEGER: INTEGER_CODE,
    FieldType.INTEGER: INTEGER_CODE,
    FieldType.BIG_INTEGER: INTEGER_CODE,
    FieldType.SINGLE: REAL_CODE,
    FieldType.DOUBLE: REAL_CODE,
    FieldType.TEXT: TEXT_CODE,
}

_Row = tuple[str, str, Optional[str], Optional[int], Optional[float], Optional[str], str]


def varying_fields(table: Table) -> tuple[Field, ...]:
    """The fields for which a subtype has coded values of its own."""
    named = {name for subtype in table.subtypes for name, domain in subtype.domains.items() if domain.codes}
    return tuple(one for one in table.fields if one.name in named and one.type in _CODE_COLUMNS)


def shared_domain(table: Table, field: Field) -> Domain:
    """One list for all subtypes; a code that means several things has all their names."""
    names: dict[FieldValue, list[str]] = {}
    for domain in (_domain(subtype, field) for subtype in table.subtypes):
        for code, label in domain.codes if domain else ():
            known = names.setdefault(code, [])
            if label not in known:
                known.append(label)
    codes = tuple((code, _SHARED.join(labels)) for code, labels in names.items())
    return Domain(f"{table.name}_{field.name}", codes=codes)


def _domain(subtype: Subtype, field: Field) -> Optional[Domain]:
    """The subtype's own domain, else the field's."""
    return subtype.domains.get(field.name, field.domain)


def write_subtype_values(connection: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """Writes the table, if any of `tables` needs it."""
    rows = [row for table in tables for row in _rows(table)]
    if not rows:
        return
    taken = {table.name.casefold() for table in tables}
    name = next(name for name in _free_names() if name not in taken)
    text = [Field(one, one, FieldType.TEXT) for one in _COLUMNS]
    fields = [*text[:3], Field(INTEGER_CODE, INTEGER_CODE, FieldType.BIG_INTEGER)]
    fields += [Field(REAL_CODE, REAL_CODE, FieldType.DOUBLE), *text[5:]]
    own = Table(name, _TITLE, TableRole.TABLE, tuple(fields), "")
    create_layer(connection, own, plan_columns(own), set(), 0)
    target = sql("INSERT INTO main." + quoted(name), "(" + ", ".join(_COLUMNS) + ")")
    connection.executemany(sql(target, "VALUES (?, ?, ?, ?, ?, ?, ?)"), rows)
    finish_layer(connection, own, len(rows), None)


def _free_names() -> Iterator[str]:
    yield _NAME
    number = 1
    while True:
        yield f"{_NAME}_{number}"
        number += 1


def _rows(table: Table) -> Iterator[_Row]:
    for field in varying_fields(table):
        shared = shared_domain(table, field)
        yield from _coded(table, field, None, shared)
        for subtype in table.subtypes:
            domain = _domain(subtype, field)
            yield from _coded(table, field, str(subtype.code), domain if domain and domain.codes else shared)


def _coded(table: Table, field: Field, subtype: Optional[str], domain: Domain) -> Iterator[_Row]:
    kind = _CODE_COLUMNS[field.type]
    for code, label in domain.codes:
        whole = int(code) if kind == INTEGER_CODE else None
        real = float(code) if kind == REAL_CODE else None
        text = str(code) if kind == TEXT_CODE else None
        yield (table.name, field.name, subtype, whole, real, text, label)


def find_subtype_values(path: Path) -> tuple[str, Mapping[tuple[str, str], str]]:
    """The table's name in a working copy, and by table and column in which column the codes are.

    The name is empty where the working copy has no such table.
    """
    with database_to_read(path) as connection:
        name = next(iter(subtype_tables(connection)), "")
        if not name:
            return "", {}
        kind = f"CASE WHEN {INTEGER_CODE} NOTNULL THEN 1 WHEN {REAL_CODE} NOTNULL THEN 2 ELSE 3 END"
        statement = sql("SELECT DISTINCT table_name, field_name,", kind, "FROM", quoted(name))
        kinds = (INTEGER_CODE, REAL_CODE, TEXT_CODE)
        return name, {(table, field): kinds[k - 1] for table, field, k in connection.execute(statement)}


def subtype_tables(connection: sqlite3.Connection) -> Iterable[str]:
    """The names of such tables in a working copy: none or one."""
    statement = "SELECT table_name FROM gpkg_contents WHERE data_type = 'attributes' AND description = ?"
    return [str(name) for (name,) in connection.execute(statement, (_TITLE,)) if str(name).startswith(_NAME)]
