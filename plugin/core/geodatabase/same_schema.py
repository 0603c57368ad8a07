"""Have two packages of one map area the same tables, so that rows of one fit into the copy of the other?"""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from .catalogue import MobileGeodatabase
from .schema import Geometry, Table


def schema_difference(one: MobileGeodatabase, other: MobileGeodatabase) -> Optional[str]:
    """The name of a table, field or relationship that differs; None where all are the same.

    How layers are drawn, and how the file stores them, is no part of it.
    """
    known, found = ({table.name.casefold(): table for table in each.tables} for each in (one, other))
    for name in [*known, *(name for name in found if name not in known)]:
        if name not in known or name not in found:
            return (known.get(name) or found[name]).name
        difference = _of_tables(known[name], found[name])
        if difference is not None:
            return difference
    if {problem.name for problem in one.problems} != {problem.name for problem in other.problems}:
        return (*one.problems, *other.problems)[0].name
    listed = [{each.name: replace(each, number=None) for each in file.relationships} for file in (one, other)]
    return next(
        (name for name in {**listed[0], **listed[1]} if listed[0].get(name) != listed[1].get(name)), None
    )


def _of_tables(one: Table, other: Table) -> Optional[str]:
    fields = {field.name: field for field in one.fields}
    others = {field.name: field for field in other.fields}
    for name in {**fields, **others}:
        if fields.get(name) != others.get(name):
            return f"{one.name}.{name}"
    return None if _rest(one) == _rest(other) and _shape(one) == _shape(other) else one.name


def _rest(table: Table) -> Table:
    return replace(table, fields=(), geometry=None, archived=False, layer={}, doubts=())


def _shape(table: Table) -> Optional[Geometry]:
    """Without what follows from the tables of the file."""
    return replace(table.geometry, index="", grids={}) if table.geometry else None
