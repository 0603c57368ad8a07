"""The tables of a working copy as a feature service knows them, and which of them point to which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Optional

from ..json_value import Json, folded_keys, object_of
from ..portal.global_ids import global_id
from ..working_copy.tracked_table import TrackedTable


class CopyTables:
    """The tracked tables by name and by layer; attachments stand under the layer of their features.

    Tables that are no layer of the service are left out: nothing of them goes to it or comes from it.
    """

    def __init__(self, tables: Iterable[TrackedTable]) -> None:
        listed = {table.name: table for table in tables}
        self._layers: dict[str, int] = {}
        for table in listed.values():
            origin = listed.get(table.owner) if table.owner else table
            if origin is not None and origin.layer_id is not None:
                self._layers[table.name] = origin.layer_id
        self._tables = {name: table for name, table in listed.items() if name in self._layers}
        self._ranks = _ranks(self._tables)

    def __iter__(self) -> Iterator[TrackedTable]:
        return iter(self._tables.values())

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __getitem__(self, name: str) -> TrackedTable:
        return self._tables[name]

    @property
    def layers(self) -> dict[int, TrackedTable]:
        """The tables of features and rows, by layer id."""
        return {self._layers[table.name]: table for table in self if not table.owner}

    def layer_of(self, name: str) -> int:
        """The id of the layer that a table's rows, or its files, belong to."""
        return self._layers[name]

    def rank(self, name: str) -> int:
        """Smaller for tables whose rows others point to; the same for features and their attachments."""
        return self._ranks[self._tables[name].owner or name]

    def find(self, layer_id: int, attachments: bool = False) -> Optional[TrackedTable]:
        """The table of a layer's rows, or that of its attachments."""
        found = (one for one in self if self._layers[one.name] == layer_id and bool(one.owner) == attachments)
        return next(found, None)


def global_id_field(table: TrackedTable) -> str:
    """The field of the GlobalIDs, as the service calls it."""
    return next((name for name, column in table.columns.items() if column == table.global_id), "GlobalID")


def id_of_feature(feature: Json, table: TrackedTable) -> str:
    """The GlobalID of a feature of the service; "" for none."""
    attributes = folded_keys(object_of(feature, "attributes"))
    return global_id(attributes.get(global_id_field(table).casefold())) or ""


def wkid_of(table: TrackedTable) -> Optional[int]:
    """The spatial reference of a table's shapes, as a service is asked for it; None for its own."""
    return table.reference.code or None if table.reference else None


def _ranks(tables: Mapping[str, TrackedTable]) -> dict[str, int]:
    """The longest way to a table that points to none; where tables point in a circle, it is cut."""
    ranks: dict[str, int] = {}

    def rank(name: str, below: frozenset[str]) -> int:
        if name not in ranks:
            parents = {key.parent for key in tables[name].parents if key.parent in tables} - below - {name}
            ranks[name] = 1 + max((rank(one, below | {name}) for one in sorted(parents)), default=-1)
        return ranks[name]

    for name, table in tables.items():
        if not table.owner:
            rank(name, frozenset())
    return ranks
