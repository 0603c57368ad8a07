"""Renderer and symbol JSON, read member by member, by readers who must account for all of it.

The JSON comes from a portal: any member may be missing, of a wrong type, not finite or huge.
`Properties` gives every reader a checked value, and remembers which members were read: what
nobody read is a loss when the `Reading` ends. So nothing is lost silently by construction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, TypeVar

from qgis.core import QgsFields
from qgis.PyQt.QtGui import QColor

from ...core.json_value import is_number, json_object, json_objects, json_string
from ...core.notice import Notice, notice
from .colours import PLAIN, colour_of

T = TypeVar("T")
_DEEPEST = 32
_LONGEST = 20_000  # members of one list: classes, stops, graphics
LARGEST_SIZE = 1000.0  # points: no symbol is larger in earnest, and larger ones only cost memory
_MOST_LOSSES = 100  # of one renderer
_FARTHEST = 1e6  # no number of points, degrees or percent is larger in earnest

# What a web map says for people, editors, legends of slides or 3D views: no 2D drawing has it.
_SAYS_NOTHING = frozenset(
    {
        *("type", "description", "contentType", "authoringInfo", "valueExpressionTitle", "legendOptions"),
        *("classificationMethod", "colorRamp", "minSliderValue", "maxSliderValue", "theme", "primitiveName"),
        *("enable3D", "billboardMode3D", "dominantSizeAxis3D", "tintColor3D", "angleX", "angleY", "size3D"),
        *("offsetZ", "verticalOrientation3D", "lineStyle3D", "capStyle3D", "domain", "callout3D", "name"),
    }
)


@dataclass
class Reading:
    """One renderer on its way to QGIS: the layer's fields, the pictures at hand, the losses so far.

    `pictures` are the bytes of pictures that were fetched before, by the URL that the JSON says;
    `overrides` the expressions of the CIM symbol that is being read, by name of layer and member.
    """

    fields: QgsFields
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    found: dict[str, Notice] = field(default_factory=dict)
    read: list[Properties] = field(default_factory=list)
    overrides: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def losses(self) -> list[Notice]:
        """What is not shown as in the web map, each thing once."""
        return list(self.found.values())

    def lose(self, loss: Notice) -> None:
        """Remember a loss; one that many classes share counts once."""
        if len(self.found) >= _MOST_LOSSES:
            loss = notice("renderer", "More properties are not shown than can be listed.")
        self.found.setdefault(loss.text, loss)

    def finish(self) -> None:
        """Say what of the JSON nobody read."""
        for properties in self.read:
            properties.report_unread()


class Properties:
    """One object of the JSON; empty where there is none. Reading a member accounts for it."""

    def __init__(self, json: object, reading: Reading, name: str = "", depth: int = 0) -> None:
        self.reading = reading
        self.present = isinstance(json, Mapping)
        self._json = json_object(json)
        self._depth = depth
        self._read: set[str] = set()
        self.kind = json_string(self._json.get("type"))[:60]
        self.name = self.kind or name
        reading.read.append(self)

    def has(self, key: str) -> bool:
        """True where the member says something."""
        return self._json.get(key) not in (None, "", [], {})

    def knows(self, key: str) -> bool:
        """True where the member is there, even if it says null."""
        return key in self._json

    def raw(self, key: str) -> Any:
        """The member as it is."""
        self._read.add(key)
        return self._json.get(key)

    def number(
        self, key: str, default: float = 0.0, low: float = -_FARTHEST, high: float = _FARTHEST
    ) -> float:
        """A finite number between `low` and `high`."""
        number = self.optional_number(key)
        if number is None:
            return default
        if not low <= number <= high:
            self._cannot_read(key)
        return min(high, max(low, number))

    def optional_number(self, key: str) -> Optional[float]:
        """A finite number of any size; None where there is none."""
        value = self.raw(key)
        if value is None:
            return None
        if is_number(value):
            return float(value)
        self._cannot_read(key)
        return None

    def text(self, key: str, default: str = "") -> str:
        """A string."""
        value = self.raw(key)
        if isinstance(value, str):
            return value
        if value is not None:
            self._cannot_read(key)
        return default

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self._cannot_read(key)
        return value if isinstance(value, bool) else default

    def choice(self, key: str, known: Mapping[str, T], default: T) -> T:
        """What `known` has for the member's word."""
        value = self.raw(key)
        if isinstance(value, str) and value in known:
            return known[value]
        if value not in (None, ""):
            self._cannot_read(key)
        return default

    def colour(self, key: str) -> Optional[QColor]:
        """A colour; None for Esri's “no colour”. One that cannot be read stays visible."""
        value = self.raw(key)
        if value in (None, []):
            return None
        colour = colour_of(value)
        if colour is None:
            self._cannot_read(key)
            return QColor(PLAIN)
        return colour

    def child(self, key: str) -> Properties:
        """The object in a member."""
        value = self.raw(key)
        if value is not None and not isinstance(value, Mapping):
            self._cannot_read(key)
        return self._below(value, key)

    def children(self, key: str) -> list[Properties]:
        """The objects in a list."""
        value = self.raw(key)
        if value is None:
            return []
        objects = json_objects(value)
        if not isinstance(value, list) or len(objects) != len(value) or len(value) > _LONGEST:
            self._cannot_read(key)
        return [self._below(entry, key) for entry in objects[:_LONGEST]]

    def numbers(self, key: str) -> list[float]:
        """The numbers in a list."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > _LONGEST or not all(map(is_number, value)):
            self._cannot_read(key)
            return []
        return [min(_FARTHEST, max(-_FARTHEST, float(part))) for part in value]

    def dismiss(self) -> None:
        """A loss was said for the whole object: its members need none."""
        self._read.update(self._json)

    def ignore(self, *keys: str) -> None:
        """These members say nothing here, because others overrule them."""
        self._read.update(keys)

    def ignore_zero(self, *keys: str) -> None:
        """These members say nothing where they are zero, as tools like to write them."""
        self._read.update(key for key in keys if self._json.get(key) == 0)

    def report_unread(self) -> None:
        """A loss for every member that says something and that nobody read."""
        for key in self._json:
            if key not in self._read and key not in _SAYS_NOTHING and self.has(key):
                self.reading.lose(
                    notice(
                        "property",
                        "“{property}” of {kind} is not shown.",
                        property=str(key)[:60],
                        kind=self.name,
                    )
                )

    def _cannot_read(self, key: str) -> None:
        self.reading.lose(
            notice(
                "property",
                "“{property}” of {kind} has a value that cannot be used.",
                property=key,
                kind=self.name,
            )
        )

    def _below(self, value: object, key: str) -> Properties:
        if self._depth >= _DEEPEST:
            self._cannot_read(key)
            value = None
        return Properties(value, self.reading, key, self._depth + 1)
