"""Taking an offline map off this machine without ever leaving half of one under its name."""

from __future__ import annotations

from itertools import count
from pathlib import Path
import shutil

from ..storage import move, storage
from .layout import SET_ASIDE, MapFolder


def set_aside(folder: Path) -> Path:
    """Renames `folder` to `<folder>.delete`, which is no offline map any more; returns the new place.

    Where another program holds a file of it open this fails as a whole, with a `StorageError`.
    """
    places = map(MapFolder(folder).set_aside, count(1))
    place = next(place for place in places if not place.exists())
    with storage(folder.name):
        move(folder, place)
    return place


def sweep(place: Path) -> None:
    """Removes what `set_aside` made; what cannot be removed yet waits for another time."""
    if place.name.endswith(SET_ASIDE):
        shutil.rmtree(place, ignore_errors=True)


def left_over(root: Path) -> list[Path]:
    """What an earlier session set aside below our own root folder and could not remove."""
    return [place for place in root.glob(f"*/*/*{SET_ASIDE}") if place.is_dir()]
