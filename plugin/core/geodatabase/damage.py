"""What the catalogue no longer says of a table, although it should: told, because meaning is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Optional

from ..notice import Notice, notice
from ..untrusted.text import UNKNOWN_CHARACTER
from ..untrusted.xml import Element
from .registry import bare
from .schema import Domain

_ENDS = ("OriginClassNames", "DestinationClassNames")
_PART = (
    "The geodatabase describes this table only in part: titles, value lists, subtypes, rules or symbols may"
    " be missing."
)
_LETTERS = "The geodatabase's description of this table contains characters that cannot be read, shown as �."
_LIST = "The value list “{domain}” is missing or incomplete in the geodatabase."
_RELATIONSHIP = "The geodatabase describes the relationship “{relationship}” only in part; it may be missing."


def description_losses(
    definition: Element, text: str, layer_text: Optional[str], layer: Mapping[str, Any]
) -> Iterator[Notice]:
    """Of the XML definition and, where a service made the file, of the JSON of the table's layer.

    `layer_text` is None where no service lists the table, `layer` empty where it cannot be read.
    """
    if definition.is_cut or (layer_text is not None and not layer):
        yield notice("description", _PART)
    if UNKNOWN_CHARACTER in text or UNKNOWN_CHARACTER in (layer_text or ""):
        yield notice("description", _LETTERS)


class DomainFinder:
    """Domains by name, for one table; `losses` tells of those that it names and that are not whole."""

    def __init__(self, known: Mapping[str, Domain], cut: Collection[str]) -> None:
        self._known, self._cut = known, cut
        self._missed: dict[str, None] = {}

    def find(self, name: str) -> Optional[Domain]:
        """The domain of that name as far as it can be read; None for none."""
        if name and (name not in self._known or name in self._cut):
            self._missed[name] = None
        return self._known.get(name)

    def losses(self) -> Iterator[Notice]:
        for name in self._missed:
            yield notice("domain", _LIST, domain=name)


def relationship_losses(cut: Iterable[tuple[str, Element]], table: str) -> Iterator[Notice]:
    """Of the relationships whose definitions are cut, as far as they may be the table's."""
    for name, definition in cut:
        ends = {bare(xml.text_of("Name")) for end in _ENDS for xml in definition.all(end)} - {""}
        if not ends or table.casefold() in ends:
            yield notice("relationship", _RELATIONSHIP, relationship=name)
