"""How far a replica is synchronised, in the server's own numbers.

A service keeps them by layer or one for the whole replica. Servers write them as numbers or as text, and some
as text that holds JSON; they are sent as numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ..json_value import Json, folded_keys, json_list, json_object, json_whole
from ..untrusted.json_text import parse_json


@dataclass(frozen=True)
class ServerGenerations:
    """By layer id, or `replica` for one that stands for all layers; both empty where none is known."""

    layers: Mapping[int, int] = field(default_factory=dict)
    replica: Optional[int] = None

    @classmethod
    def from_answer(cls, answer: Json) -> ServerGenerations:
        """Of an answer, whose keys `layerServerGens` and `replicaServerGen` may have any letter case."""
        known = folded_keys(answer)
        listed = known.get("layerservergens")
        if isinstance(listed, str):
            try:
                listed = parse_json(listed.encode("utf-8", "replace"))
            except ValueError:
                listed = None
        layers = {}
        for entry in json_list(listed):
            values = folded_keys(json_object(entry))
            layer_id, generation = _generation(values.get("id")), _generation(values.get("servergen"))
            if layer_id is not None and generation is not None:
                layers[layer_id] = generation
        return cls(layers, _generation(known.get("replicaservergen")))

    @classmethod
    def from_json(cls, content: Json) -> ServerGenerations:
        """As `to_json` wrote them."""
        return cls.from_answer(content)

    def to_json(self) -> dict[str, Any]:
        """With the keys and shapes of the REST API."""
        found: dict[str, Any] = {}
        if self.layers:
            entries = [{"id": layer, "serverGen": number} for layer, number in sorted(self.layers.items())]
            found["layerServerGens"] = entries
        if self.replica is not None:
            found["replicaServerGen"] = self.replica
        return found

    def followed_by(self, later: ServerGenerations) -> ServerGenerations:
        """These, with what a later answer names; what it omits stays."""
        replica = self.replica if later.replica is None else later.replica
        return ServerGenerations({**self.layers, **later.layers}, replica)

    def __bool__(self) -> bool:
        return bool(self.layers) or self.replica is not None


def _generation(value: object) -> Optional[int]:
    number = json_whole(value)
    return number if number is not None and number >= 0 else None
