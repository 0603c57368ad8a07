"""Replicas: what each client took along, and what it has been told since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from .behaviour import Json

PER_LAYER, PER_REPLICA, NO_MODEL = "perLayer", "perReplica", "none"


@dataclass
class LayerQuery:
    """Which rows of a layer a replica holds; `option` is none, useFilter or all."""

    option: str = "useFilter"
    where: str = ""
    use_geometry: bool = True
    include_related: bool = True

    @classmethod
    def of(cls, given: Optional[Mapping[str, Any]], has_geometry: bool) -> LayerQuery:
        """As a request says it; rows of a table come along with what they are related to."""
        if given is None:
            return cls() if has_geometry else cls("none")
        return cls(
            str(given.get("queryOption", "useFilter")),
            str(given.get("where") or ""),
            bool(given.get("useGeometry", True)),
            bool(given.get("includeRelated", True)),
        )

    def json(self, layer_id: int) -> Json:
        return {
            "id": layer_id,
            "queryOption": self.option,
            "useGeometry": self.use_geometry,
            "includeRelated": self.include_related,
            "where": self.where,
        }


@dataclass
class ReplicaFilter:
    """The rows of a replica, or of a question for changes."""

    queries: dict[int, LayerQuery]
    geometry: Optional[Json] = None
    attachments: bool = False


@dataclass
class ServerReplica:
    """A replica as the server knows it; `id` is bare and upper case.

    `generations` by layer id, in the per-replica model under None, are what it was brought to;
    `sent` are the newest that its client has shown, `given` all that it was ever told. `packaged`:
    the one of a map area's package, which belongs to the packager and is only ever referred to.
    """

    id: str
    name: str
    owner: str
    model: str
    filter: ReplicaFilter
    wkid: int
    direction: str = "bidirectional"
    attachments_direction: str = "none"
    target: str = "client"
    created: float = 0.0
    last_sync: float = 0.0
    generations: dict[Optional[int], int] = field(default_factory=dict)
    sent: dict[Optional[int], int] = field(default_factory=dict)
    given: set[tuple[Optional[int], int]] = field(default_factory=set)
    packaged: bool = False

    def tell(self, generations: Mapping[Optional[int], int]) -> None:
        """Remembers what an answer says."""
        self.generations.update(generations)
        self.given.update(generations.items())
