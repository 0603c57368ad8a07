"""What the portal's packaging does to a geodatabase package when its scheduled refresh runs.

    packaging = Packaging(content, package)
    packaging.refresh(Path("newer.geodatabase"), {0: 443400}, delta=Path("changes.geodatabase"))

In this order: the whole package is uploaded anew, deltas are purged, the new one is added, the item follows.
A purge takes two runs: the first notes the highest generation that has become too old, the next removes all
deltas up to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
import re
from typing import Optional

from .answers import Content
from .content import PortalContent, Resource

_DAY_MS = 86_400_000
_DELTA = re.compile(r"d_([0-9]+)\.geodatabase")


class Packaging:
    """Of one item. `day` is the day of the next run; nothing passes by itself."""

    def __init__(self, content: PortalContent, package: str) -> None:
        self._content, self._item = content, content.items[package]
        self.day = 0

    @property
    def deltas(self) -> dict[int, Resource]:
        """By generation."""
        found = ((_DELTA.fullmatch(name), one) for name, one in self._item.resources.items())
        return {int(match[1]): one for match, one in found if match}

    @property
    def generation(self) -> int:
        properties = self._item.json["properties"]
        if "replicaServerGen" in properties:
            return int(properties["replicaServerGen"])
        return int(properties["layerServerGens"][0]["serverGen"])

    def refresh(self, package: Path, generations: Mapping[int, int], delta: Optional[Content] = None) -> None:
        """`generations` by layer id; without `delta` the service had no change that one could hold."""
        self._content.replace_data(self._item.id, package)
        self._purge()
        before = self.generation
        first = generations[min(generations)]
        if delta is not None:
            if not self.deltas and "lastPurgedGen" not in self._properties:
                self._properties["lastPurgedGen"] = before
            self.add_delta(first, delta)
        if "replicaServerGen" in self._properties:
            self._properties["replicaServerGen"] = first
        else:
            listed = [{"id": layer, "serverGen": number} for layer, number in sorted(generations.items())]
            self._properties["layerServerGens"] = listed
        self.day += 1

    def add_delta(self, generation: int, content: Content, name: str = "") -> None:
        """Or another one of that generation, under a name of its own."""
        name = name or f"d_{generation}.geodatabase"
        created = 1_700_000_000_000 + self.day * _DAY_MS
        self._item.resources[name] = Resource(content, created)

    def remove_delta(self, generation: int) -> None:
        del self._item.resources[f"d_{generation}.geodatabase"]

    def switch(self, on: bool) -> None:
        """The author turns scheduled updates on or off."""
        if on:
            self._properties["createPkgDeltas"] = {"maxDeltaAge": 5}
        else:
            self._properties.pop("createPkgDeltas", None)

    @property
    def _properties(self) -> dict[str, object]:
        return self._item.json["properties"]

    def _purge(self) -> None:
        purged = int(self._properties.get("lastPurgedGen") or 0)
        for generation in list(self.deltas):
            if generation <= purged:
                self.remove_delta(generation)
        oldest = 1_700_000_000_000 + (self.day - self._properties["createPkgDeltas"]["maxDeltaAge"]) * _DAY_MS
        old = [number for number, one in self.deltas.items() if one.created < oldest]
        if old:
            self._properties["lastPurgedGen"] = max(old)
