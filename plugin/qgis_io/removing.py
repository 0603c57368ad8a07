"""Taking offline maps off this machine: their files, and what this profile remembers of them."""

from __future__ import annotations

from pathlib import Path

from ..core.offline_map.removal import free_place, set_aside, sweep
from .made_here import forget_download, forget_set_aside, note_set_aside, places_set_aside


def remove_offline_map(folder: Path) -> tuple[str, ...]:
    """Deletes an offline map that this profile downloaded; takes time.

    Returns the files of others, which stay. Raises `StorageError`.
    """
    note_set_aside(free_place(folder))  # before: a run that is killed leaves nothing that nobody sweeps
    aside = set_aside(folder)
    forget_download(folder)
    _sweep(aside.place)
    return aside.others


def sweep_removed() -> None:
    """Deletes what of removed maps could not be deleted in an earlier session; takes time."""
    for place in places_set_aside():
        _sweep(place)


def _sweep(place: Path) -> None:
    if sweep(place):
        forget_set_aside(place)
