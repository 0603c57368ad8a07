"""Symbols that single features of a map have of their own, as a renderer of unique values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import json
from typing import Any, Optional

from ..feature_collection import SYMBOL_COLUMN
from ..json_value import Json, object_of, text_of
from ..working_copy.columns import free_name

_MOST = 500
_TITLES = ("title", "name")


@dataclass(frozen=True)
class FeatureSymbols:
    """The symbols, numbered from 1 by their JSON; `column` holds the number of a feature's."""

    column: str
    numbers: Mapping[str, int]
    infos: Sequence[Json]

    def number(self, feature: Json) -> Optional[int]:
        """That of a feature's symbol; None where it has none, or one too many."""
        return self.numbers.get(_key(feature)) if feature.get("symbol") else None

    def renderer(self, of_all: Json) -> Json:
        """Draws each feature by its symbol, the others as the layer's renderer does where that is simple."""
        made: dict[str, Any] = {"type": "uniqueValue", "field1": self.column, "uniqueValueInfos": self.infos}
        if of_all.get("type") == "simple":
            made |= {"defaultSymbol": of_all.get("symbol"), "defaultLabel": of_all.get("label")}
        return made


def symbols_of(features: Sequence[Json], fields: set[str]) -> Optional[FeatureSymbols]:
    """None where no feature has a symbol of its own; `fields` are the names of the layer's, folded."""
    numbers: dict[str, int] = {}
    titles: list[str] = []
    symbols = []
    for feature in features:
        if not isinstance(feature.get("symbol"), Mapping) or not feature["symbol"]:
            continue
        key = _key(feature)
        if key in numbers:
            titles[numbers[key] - 1] = ""
        elif len(numbers) < _MOST:
            numbers[key] = len(numbers) + 1
            titles.append(_title(object_of(feature, "attributes")))
            symbols.append(feature["symbol"])
    infos = [
        {"value": str(number), "symbol": symbol, "label": title}
        for number, (symbol, title) in enumerate(zip(symbols, titles), 1)
    ]
    return FeatureSymbols(free_name(SYMBOL_COLUMN, fields), numbers, infos) if numbers else None


def _key(feature: Json) -> str:
    return json.dumps(feature["symbol"], sort_keys=True)


def _title(attributes: Json) -> str:
    """What the author calls the feature: it names the symbol in the legend where no other feature has it."""
    named = {key.casefold(): key for key in attributes}
    return next((text_of(attributes, named[one]) for one in _TITLES if one in named), "")
