"""What operations need by chance."""

from __future__ import annotations

from random import Random
from typing import Any
import uuid

from .model import CELLS
from .town import EXTENT


class Chance:
    """`number` makes values that no other operation writes."""

    def __init__(self, number: int, seed: int) -> None:
        self.random, self._number, self._count = Random(seed), number, 0

    def unique(self) -> int:
        self._count += 1
        return 100 * self._number + self._count

    def guid(self) -> str:
        return "{" + str(uuid.UUID(int=self.random.getrandbits(128), version=4)).upper() + "}"

    def value(self, cell: str) -> Any:
        number = self.unique()
        if cell == "geometry":
            west, south, _, _ = EXTENT
            return (round(west + number * 0.025, 3), south + 0.5 + number % 300)
        if cell == "size":
            return 1000 + number
        return b"\xff\xd8" + str(number).encode() * 3 if cell == "data" else f"w{number}"

    def values(self, table: str) -> dict[str, Any]:
        return {cell: self.value(cell) for cell in CELLS[table]}
