"""Unpacking an .mmpk: only what its format names, all of it or nothing.

That is package.info, and the documents and packages in its pNN folders. A project, a manifest or working
copies in it are somebody's, and not of the format.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
import secrets
import shutil
import time

from ..errors import BadInput, StorageError, Untrusted
from ..host import Feedback, raise_if_cancelled
from ..storage import publish_folder, storage
from ..untrusted.archive import Archive, open_archive
from ..untrusted.zip_directory import Entry
from .layout import PACKAGE_INFO, MapFolder, is_of_map
from .own_files import delete_own

_MAX_INFO = 8 << 20
_MAX_RATIO = 20  # unpacked to packed bytes; packages are stored, so honest ones stay near 1
_DISK_RESERVE = 256 << 20
_OLD = 24 * 3600  # seconds


def unpack(path: Path, folder: Path, feedback: Feedback) -> bool:
    """Unpacks an .mmpk so that `folder` holds all of it or is not there.

    False where it is there already. Several processes may do so at once: each unpacks beside `folder` under
    a name of its own, the first that is ready gives it its name, and the others use what that one made.
    Raises `BadInput` for a folder that holds something else, errors of `Archive`, `StorageError`,
    `Cancelled`.
    """
    with open_archive(path) as archive:
        info = archive.read(PACKAGE_INFO, _MAX_INFO)
        with storage(folder.name):
            # In this order: another process may give the folder its name in between.
            is_free = not folder.is_dir() or not any(folder.iterdir())
            if _holds(folder, info):
                return False
            if not is_free:
                raise _not_empty(folder)
            folder.parent.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            wanted = [entry for name, entry in archive.entries.items() if is_of_map(name)]
            _check_size(archive, wanted, folder.parent)
            growing = MapFolder(folder).unpacking(secrets.token_hex(6))
            try:
                _extract(archive, wanted, growing, feedback)
                return _publish(growing, folder, info)
            finally:
                with suppress(OSError):  # an error of the block is the one to tell
                    delete_own(growing)


def _publish(growing: Path, folder: Path, info: bytes) -> bool:
    """False where another process was first. Raises `OSError`."""
    try:
        publish_folder(growing, folder)
    except OSError:
        if _holds(folder, info):
            return False
        raise
    return True


def _holds(folder: Path, info: bytes) -> bool:
    package_info = MapFolder(folder).package_info
    return package_info.is_file() and package_info.read_bytes() == info


def _sweep(folder: Path) -> None:
    """Removes what runs that were killed left beside `folder`, once it is too old to grow still."""
    for place in MapFolder(folder).unpackings():
        with suppress(OSError):
            if time.time() - place.stat().st_mtime > _OLD:
                delete_own(place)


def _not_empty(folder: Path) -> BadInput:
    return BadInput(
        "The folder “{name}” is not empty.", next_step="Choose a new or empty folder.", name=folder.name
    )


def _check_size(archive: Archive, wanted: Sequence[Entry], target: Path) -> None:
    total = sum(entry.size for entry in wanted)
    if total > _MAX_RATIO * archive.path.stat().st_size:
        raise Untrusted(
            "“{file}” would unpack to more than {ratio} times its size.",
            next_step="Get the package again from a source that you trust.",
            file=archive.path.name,
            ratio=_MAX_RATIO,
        )
    if total > shutil.disk_usage(target).free - _DISK_RESERVE:
        raise StorageError(
            "There is not enough space on the disk to unpack “{file}” ({size} bytes).",
            next_step="Free some space or choose a folder on another disk.",
            file=archive.path.name,
            size=total,
        )


def _extract(archive: Archive, wanted: Sequence[Entry], folder: Path, feedback: Feedback) -> None:
    done, total = 0, sum(entry.size for entry in wanted)
    for name in (entry.name for entry in wanted):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for block in archive.blocks(name):
                raise_if_cancelled(feedback)
                file.write(block)
                done += len(block)
                feedback.report(done, total, archive.path.name)
