"""Taking an offline map off this machine: what the plugin made of it, and nothing else.

It is set aside first, so that never half of a map is left under its name, and then swept.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
import os
from pathlib import Path

from ..storage import move, storage
from .layout import SET_ASIDE, MapFolder
from .own_files import contents_of, delete_own, remove_empty


@dataclass(frozen=True)
class SetAside:
    """Where the files of an offline map wait to be deleted, and what of its folder stays in its place."""

    place: Path
    others: tuple[str, ...]


def free_place(folder: Path) -> Path:
    """Where `set_aside` can move the files of an offline map to."""
    places = map(MapFolder(folder).set_aside, count(1))
    return next(place for place in places if not os.path.lexists(place))


def set_aside(folder: Path) -> SetAside:
    """Moves what the plugin made of an offline map to `<folder>.delete`, which is none any more.

    Where another program holds a file of it open this fails as a whole, with a `StorageError`.
    """
    place = free_place(folder)
    with storage(folder.name):
        found = contents_of(folder)
        if not found.others:
            move(folder, place)
        else:
            _move_files(folder, place, found.own)
            remove_empty(folder)
    return SetAside(place, found.others)


def sweep(place: Path) -> bool:
    """Deletes what `set_aside` put there; False where something cannot be deleted yet."""
    if place.is_dir() and place.name.endswith(SET_ASIDE):
        with suppress(OSError):
            delete_own(place)
    return not place.exists()


def _move_files(folder: Path, place: Path, names: Iterable[str]) -> None:
    """Moves files from one folder to another, or none of them. Raises `OSError`."""
    moved = []
    try:
        for name in names:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            move(folder / name, place / name)
            moved.append(name)
    except OSError:
        for name in reversed(moved):
            move(place / name, folder / name)
        remove_empty(place)
        raise
