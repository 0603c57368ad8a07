"""One writer for one folder: a lock file beside it, known to dead processes' heirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path

from qgis.PyQt.QtCore import QLockFile

from ..core.errors import BadInput
from ..core.offline_map.layout import LOCK
from ..core.storage import storage

_PATIENCE = 500  # milliseconds


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Holds `<folder>.lock` while the body runs.

    Raises `BadInput` that names the process and computer which hold it already; the lock of a
    process that died is taken over.
    """
    with storage(folder.name):
        folder.parent.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(folder.with_name(f"{folder.name}{LOCK}")))
    lock.setStaleLockTime(0)  # long downloads are no dead ones: only a dead owner frees the lock
    if not lock.tryLock(0) and not _taken_from_nobody(lock):
        known, process, host, application = lock.getLockInfo()
        if not known:
            raise BadInput(
                "“{folder}” cannot be locked for writing.",
                next_step="Choose a folder that you may write to, on a disk that has space.",
                folder=folder.name,
            )
        raise BadInput(
            "“{folder}” is being written by {application}, process {process} on {host}.",
            next_step="Wait until that job has finished.",
            folder=folder.name,
            application=application,
            process=process,
            host=host,
        )
    try:
        yield
    finally:
        lock.unlock()


def is_written_elsewhere(folder: Path) -> bool:
    """True while another process holds that lock."""
    path = folder.with_name(f"{folder.name}{LOCK}")
    if not path.exists():
        return False
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        lock.unlock()
        return False
    known, process, *_ = lock.getLockInfo()
    return known and process != os.getpid()


def _taken_from_nobody(lock: QLockFile) -> bool:
    """Takes a lock over that names no owner: its process died between making the file and writing it.

    A process that lives has written its name within the patience, and holds the file, so that nobody can
    remove it.
    """
    if _names_owner(lock):
        return False
    if lock.tryLock(_PATIENCE):
        return True
    return not _names_owner(lock) and lock.removeStaleLockFile() and lock.tryLock(0)


def _names_owner(lock: QLockFile) -> bool:
    known, *_ = lock.getLockInfo()
    return bool(known)
