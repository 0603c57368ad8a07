"""One writer for one folder: a lock file beside it, known to dead processes' heirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qgis.PyQt.QtCore import QLockFile

from ..core.errors import BadInput
from ..core.offline_map.layout import LOCK
from ..core.storage import storage


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
    if not lock.tryLock(0):
        known, process, host, application = lock.getLockInfo()
        if not known:
            raise BadInput(
                "“{folder}” cannot be locked for writing.",
                next_step="Choose a folder that you may write to.",
                folder=folder.name,
            )
        raise BadInput(
            "“{folder}” is being written by {application}, process {process} on {host}.",
            next_step="Wait until that job has ended.",
            folder=folder.name,
            application=application,
            process=process,
            host=host,
        )
    try:
        yield
    finally:
        lock.unlock()
