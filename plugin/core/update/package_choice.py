"""What a map with scheduled updates has to fetch: nothing, deltas, or the newest package. Pure.

A delta is a resource of the package's item, `d_<generation>.geodatabase`, which leads from the generation of
the one before it to its own. The portal removes old ones: below the purged generation only the package helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
import re
from typing import Optional

from ..portal.items import Resource
from ..portal.map_areas import Package

_DELTA = re.compile(r"d_([0-9]{1,18})\.geodatabase")


@dataclass(frozen=True)
class Held:
    """What a working copy has: the generation of its rows and the revision of the package they equal."""

    generation: Optional[int]
    revision: str


@dataclass(frozen=True)
class Offered:
    """What the portal has. `purged` is None where the package has no deltas; `size` is in bytes."""

    generation: Optional[int]
    revision: str
    size: int
    purged: Optional[int] = None

    @classmethod
    def of(cls, package: Package) -> Offered:
        purged = package.deltas.last_purged_gen if package.deltas else None
        return cls(package.server_gen, package.item.revision, package.item.size, purged)


@dataclass(frozen=True)
class DeltaFile:
    """A resource with changes up to `generation`; `size` in bytes, 0 where the portal does not say."""

    name: str
    generation: int
    size: int


class Fetch(Enum):
    """What to fetch."""

    NOTHING = "nothing"
    DELTAS = "deltas"
    PACKAGE = "package"


@dataclass(frozen=True)
class Choice:
    """`deltas` in the order in which they apply."""

    fetch: Fetch
    deltas: tuple[DeltaFile, ...] = ()


def delta_files(resources: Iterable[Resource]) -> tuple[DeltaFile, ...]:
    """The deltas among the resources of an item."""
    found = ((one, _DELTA.fullmatch(one.name)) for one in resources)
    return tuple(DeltaFile(one.name, int(match[1]), one.size) for one, match in found if match)


def may_use_deltas(held: Held, offered: Offered) -> bool:
    """Whether it is worth asking for the deltas: changes are there, and what leads to them is not purged."""
    if held.generation is None or offered.generation is None or offered.purged is None:
        return False
    return offered.purged <= held.generation < offered.generation


def choose_fetch(held: Held, offered: Offered, deltas: Iterable[DeltaFile]) -> Choice:
    """Never a package older than what is held, never deltas of which one may be missing."""
    if held.generation is None or offered.generation is None:
        return Choice(Fetch.NOTHING if held.revision == offered.revision else Fetch.PACKAGE)
    if offered.generation <= held.generation:
        return Choice(Fetch.NOTHING)
    if not may_use_deltas(held, offered):
        return Choice(Fetch.PACKAGE)
    listed = sorted(deltas, key=lambda one: one.generation)
    wanted = tuple(one for one in listed if one.generation > held.generation)
    is_usable = (
        _is_chain(held.generation, offered, [one.generation for one in listed])
        and all(one.size for one in wanted)
        and sum(one.size for one in wanted) <= offered.size
    )
    return Choice(Fetch.DELTAS, wanted) if is_usable else Choice(Fetch.PACKAGE)


def _is_chain(begin: int, offered: Offered, generations: list[int]) -> bool:
    """True where the deltas lead from `begin` to the package, as far as their names tell."""
    starts_here = begin == offered.purged or begin in generations
    is_single = len(set(generations)) == len(generations)
    return starts_here and is_single and generations[-1:] == [offered.generation]
