"""Which offline maps are edited in a window of QGIS, told to other processes by lock files beside the maps.

A window without this plugin leaves no such file: nobody sees what is edited there.
"""

from __future__ import annotations

from pathlib import Path
import uuid

from qgis.PyQt.QtCore import QLockFile

from ..core.errors import BadInput
from ..core.offline_map.layout import MapFolder

_TOKEN = uuid.uuid4().hex[:12]  # of this process


class EditMarks:
    """The marks of this process, each held while one layer of the map or more is edited."""

    def __init__(self) -> None:
        self._locks: dict[Path, QLockFile] = {}
        self._edited: dict[str, Path] = {}

    def begin(self, layer_id: str, folder: Path) -> None:
        """A layer of the offline map in `folder` is edited from now on."""
        self._edited[layer_id] = folder
        if folder not in self._locks:
            lock = _lock(MapFolder(folder).edit_mark(_TOKEN))
            lock.tryLock(0)  # where nobody may write, nobody updates either
            self._locks[folder] = lock

    def end(self, layer_id: str) -> None:
        """It is edited no more."""
        folder = self._edited.pop(layer_id, None)
        if folder is not None and folder not in self._edited.values():
            self._locks.pop(folder).unlock()

    def close(self) -> None:
        """Nothing is edited any more."""
        for layer_id in list(self._edited):
            self.end(layer_id)


def require_unedited(folder: Path) -> None:
    """Raises `BadInput` that names another process in which layers of the offline map are edited.

    The mark of a process that died is taken away.
    """
    for mark in MapFolder(folder).edit_marks():
        if mark == MapFolder(folder).edit_mark(_TOKEN):
            continue
        lock = _lock(mark)
        if lock.tryLock(0):
            lock.unlock()
            continue
        known, process, host, application = lock.getLockInfo()
        if known:
            raise BadInput(
                "Layers of “{folder}” are being edited in {application}, process {process} on {host}.",
                next_step="Save or discard the edits there and stop editing, then try again. If that "
                "program has crashed, delete “{file}”, which is beside the folder.",
                folder=folder.name,
                application=application,
                process=process,
                host=host,
                file=mark.name,
            )


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)  # only a dead owner frees it
    return lock
