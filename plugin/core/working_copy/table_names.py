"""What a table is called in the working copy: as Esri calls it, unless GeoPackage keeps the name.

Readers of GeoPackage hide tables whose names start so, and GDAL makes none. Such a table has “_” before
its name, and so has one whose name would then be taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
import re

from ..geodatabase.schema import Relationship, Table

_KEPT = re.compile(r"_*(gpkg|rtree_|sqlite_)", re.IGNORECASE)


def name_in_copy(name: str) -> str:
    """Different names stay different; an empty one stays empty."""
    return f"_{name}" if _KEPT.match(name) else name


def table_in_copy(table: Table) -> Table:
    """The table with the name that it has in the copy."""
    return replace(table, name=name_in_copy(table.name))


def relationships_in_copy(relationships: Iterable[Relationship]) -> tuple[Relationship, ...]:
    """The relationships between the tables as they are called in the copy."""
    return tuple(
        replace(
            one,
            origin=name_in_copy(one.origin),
            destination=name_in_copy(one.destination),
            middle=name_in_copy(one.middle),
        )
        for one in relationships
    )
