"""Which tables a geodatabase says that it has, and which of them are there to be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
import re
from typing import Optional

from ..errors import Damaged, OfflineMapError, Unsupported

_SYSTEM_PREFIXES = ("gdb_", "st_", "sqlite_")
_SYSTEM_TABLES = ("consolidationmapping_gdb",)
_CHANGES = "GDB_DataChangesDeltas"
_CHANGED_TABLE = re.compile(r"t_\d+_(inserts|updates|deletes)")


@dataclass(frozen=True)
class RegisteredTable:
    """A table of the catalogue; `error` says why it cannot be read, although it should be there."""

    name: str
    object_id: str
    error: Optional[OfflineMapError] = None


def bare(name: str) -> str:
    """A dataset name without its database, folded: main.Trails → trails."""
    return name.casefold().removeprefix("main.")


def registered_tables(
    stated: Iterable[tuple[str, str]], datasets: Collection[str], kinds: Mapping[str, str], file: str
) -> list[RegisteredTable]:
    """The tables of the user, each once.

    `stated`: (name, object id column) in all places of the file that name a table, the best first;
    `datasets`: the bare names of those that the catalogue calls a feature class or table, which no
    table of the system is; `kinds`: table, virtual or view, by the name in the schema.
    """
    actual = {name.casefold(): name for name in kinds}
    found: dict[str, RegisteredTable] = {}
    for stated_name, object_id in stated:
        folded = _key(stated_name, actual)
        own = folded in datasets or not folded.startswith(_SYSTEM_PREFIXES)
        if own and folded not in _SYSTEM_TABLES and folded not in found:
            name = actual.get(folded, stated_name)
            found[folded] = RegisteredTable(name, object_id, _fault(name, kinds.get(name), file))
    return list(found.values())


def _key(name: str, actual: Mapping[str, str]) -> str:
    """The folded name of a table, whose owner may stand before it."""
    folded, last = bare(name), bare(name).rpartition(".")[2]
    return last if folded not in actual and last in actual else folded


def _fault(name: str, kind: Optional[str], file: str) -> Optional[OfflineMapError]:
    if kind is None:
        text = "The table “{table}” of “{file}” is listed in the catalogue, but does not exist."
        return Damaged(text, table=name, file=file, next_step="Download it again.")
    if kind != "table":
        text = "“{table}” of “{file}” is not a table but a view. Views could run anything and are not read."
        return Unsupported(text, table=name, file=file)
    return None


def require_map(tables: Iterable[RegisteredTable], kinds: Collection[str], file: str) -> None:
    """Raises `Unsupported` for a file of changes to a map: it holds rows that came, went or changed."""
    if _CHANGES in kinds and all(_CHANGED_TABLE.fullmatch(table.name.casefold()) for table in tables):
        raise Unsupported(
            "“{file}” is not a map: it is a file of changes (delta) to the geodatabase of a map area.",
            next_step="Open the map area or the geodatabase that the changes belong to.",
            file=file,
        )
