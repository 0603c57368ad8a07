"""Counts what the copy of one table does not hold as the geodatabase has it, and tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Optional

from ..notice import Notice, notice
from .columns import LARGEST_FILE, Column

_NAMED_ROWS = 5


class Losses:
    """`shapes`: by row id, why a shape cannot be read. The rest is counted by the names of fields."""

    def __init__(self) -> None:
        self.shapes: dict[int, Notice] = {}
        self._dates: Counter[str] = Counter()
        self._files: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()
        self._texts: Counter[str] = Counter()

    def count(self, column: Column, values: int) -> None:
        """Values of a column that the copy leaves out."""
        counter = self._numbers if column.is_number else self._files if column.is_bytes else self._dates
        counter[column.name] += values

    def readable(self, raw: Optional[bytes], name: str) -> Optional[str]:
        """The SQL function `READABLE_TEXT`: a text without broken UTF-8, which is counted."""
        if not isinstance(raw, bytes):
            return raw
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self._texts[name] += 1
            return raw.decode("utf-8", "replace")

    def told(self) -> Iterator[Notice]:
        """All of it."""
        yield from self._told_shapes()
        dates, files, numbers, texts = (
            sum(counter.values()) for counter in (self._dates, self._files, self._numbers, self._texts)
        )
        if dates:
            text = "Dates that are not valid or of an unknown kind, and were left empty: {count}."
            yield notice("dates", text, count=dates)
        if files:
            text = "Files larger than {size} MiB that were left out: {count}."
            yield notice("large", text, size=LARGEST_FILE >> 20, count=files)
        if numbers:
            text = "Values that do not fit into number fields, and were left empty: {count} ({fields})."
            yield notice("numbers", text, count=numbers, fields=_names(self._numbers))
        if texts:
            text = "Texts with characters that cannot be read, shown as �: {count} ({fields})."
            yield notice("texts", text, count=texts, fields=_names(self._texts))

    def _told_shapes(self) -> Iterator[Notice]:
        for reason in {own.template: own for own in self.shapes.values()}.values():
            rows = [rowid for rowid, own in self.shapes.items() if own == reason]
            more = ["…"] if len(rows) > _NAMED_ROWS else []
            text = "Shapes that cannot be read and were left empty: {count}, because {reason} (rows {rows})."
            named = ", ".join([*map(str, rows[:_NAMED_ROWS]), *more])
            yield notice("shapes", text, count=len(rows), reason=reason, rows=named)


def _names(counter: Counter[str]) -> str:
    return ", ".join(f"“{name}”" for name, count in counter.items() if count)
