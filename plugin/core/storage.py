"""What file systems refuse, in words; and writes that are complete or absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
import errno
import glob
import hashlib
import os
from pathlib import Path
import re
import secrets
import shutil
import sqlite3
import time
from typing import Optional

import requests

from .errors import AlreadyWritten, PackageError, StorageError
from .host import Feedback, raise_if_cancelled

_BLOCK = 1 << 20
GROWING = ".part"
"""How the names of files end that are not whole yet."""

_KEPT_LETTERS = 52  # of a name that may be as long as a file system allows; a UUID and its suffix fit
_OLD = 24 * 3600  # seconds
_UNFINISHED = re.compile(r"\.[0-9a-f]{12}\.part(?:-wal|-shm|-journal)?\Z")
_SQLITE_FULL = "database or disk is full"
_SQLITE_LOCKED = ("database is locked", "database table is locked", "database schema is locked")
_SQLITE_READ_ONLY = "attempt to write a readonly database"
# Python tells SQLite's error codes apart by their words only, before 3.11.
_REFUSALS = (_SQLITE_FULL, _SQLITE_READ_ONLY, *_SQLITE_LOCKED, "unable to open database", "disk I/O error")
_LEAST_SPACE = 64 << 10
"""Bytes that SQLite needs beside a file in WAL mode, and some more."""
_WINDOWS_LOCKED = (32, 33)  # another process has the file open, or a part of it locked
_LOCKED = "“{file}” is locked: another program is using it."
_WHEN_LOCKED = "Close it there, or wait until that program is done, then try again."


@contextmanager
def storage(subject: str, *, keeps: bool = False) -> Iterator[None]:
    """Turns what the file system or SQLite raises while writing into a `StorageError` that names `subject`.

    `keeps`: another run goes on with what was written before.
    """
    try:
        yield
    except requests.RequestException:
        raise  # an OSError too, but of the network
    except (OSError, sqlite3.Error) as error:
        raise _writing_error(error, subject, keeps) from error


def _writing_error(error: Exception, subject: str, keeps: bool) -> StorageError:
    if is_locked(error):
        return StorageError(_LOCKED, next_step=_WHEN_LOCKED, file=subject)
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT) or is_full(error):
        return _full(subject, keeps)
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or str(error) == _SQLITE_READ_ONLY:
        return StorageError(
            "You do not have permission to write “{file}”.",
            next_step="Choose a folder that you may write to.",
            file=subject,
        )
    if number == errno.ENAMETOOLONG:
        return StorageError(
            "“{file}” could not be written: its name, or the path to it, is too long.",
            next_step="Choose a folder with a shorter name, or one closer to the root of the disk.",
            file=subject,
        )
    return StorageError(
        "“{file}” could not be written: {reason}.",
        next_step="Check the disk and the folder, then start again.",
        file=subject,
        reason=_reason(error),
    )


def reading_error(error: Exception, subject: str) -> StorageError:
    """A sentence for what the file system or SQLite raised while `subject` was read."""
    if is_locked(error):
        return StorageError(_LOCKED, next_step=_WHEN_LOCKED, file=subject)
    return StorageError(
        "“{file}” cannot be read: {reason}.",
        next_step="Check the disk or the network drive, then start again.",
        file=subject,
        reason=_reason(error),
    )


def refused_file(error: Exception, path: Path) -> StorageError:
    """A sentence for what SQLite raised of a file of its own: it may have to write beside one to read it,
    and of a full disk it then speaks as of a broken one.
    """
    with suppress(OSError):
        if is_full(error) or shutil.disk_usage(path.parent).free < _LEAST_SPACE:
            return _full(path.name)
    return reading_error(error, path.name)


def _full(subject: str, keeps: bool = False) -> StorageError:
    return StorageError(
        "The disk is full: “{file}” could not be written.",
        next_step="Free some space and start again: what was downloaded so far is kept."
        if keeps
        else "Free some space and start again.",
        file=subject,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error)


def is_full(error: BaseException) -> bool:
    """True where SQLite says that the disk is full, or a file as large as it may get."""
    return isinstance(error, sqlite3.OperationalError) and str(error) == _SQLITE_FULL


def is_locked(error: BaseException) -> bool:
    """True where another program holds the file, as SQLite or Windows says."""
    if isinstance(error, sqlite3.OperationalError):
        return str(error).startswith(_SQLITE_LOCKED)
    return getattr(error, "winerror", None) in _WINDOWS_LOCKED


def locked_package(subject: str) -> PackageError:
    """The file cannot be read now, and nothing is wrong with it."""
    return PackageError(_LOCKED, next_step=_WHEN_LOCKED, file=subject)


def is_refusal(error: BaseException) -> bool:
    """True where SQLite says that the disk, the file system or another program refused, not that a file is
    damaged.
    """
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith(_REFUSALS)


@contextmanager
def growing(target: Path) -> Iterator[Path]:
    """An empty file beside `target`, which takes its name once it is complete and on the disk.

    It has a name that no other process and no other thread uses. An error leaves `target` as it was and
    nothing beside it. Raises `AlreadyWritten` where something new stands under the name by then: what came
    first stays. What the disk refuses, inside of the block too, ends as a `StorageError`.
    """
    before = _identity(target)
    with _beside(target) as path:
        yield path
        flush(path)
        if _identity(target) != before:
            raise AlreadyWritten(
                "“{file}” was written by another program at the same time and was left as it is.",
                next_step="Use that file, or start again.",
                file=target.name,
            )
        move(path, target)


def write_whole(path: Path, content: bytes) -> None:
    """Writes a small file so that it is complete under its name or not there at all."""
    with _beside(path) as file:
        file.write_bytes(content)
        flush(file)
        move(file, path)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new file beside `target`, which is gone at the end unless it was given another name."""
    path = target.with_name(f"{target.name[:_KEPT_LETTERS]}.{secrets.token_hex(6)}{GROWING}")
    try:
        with storage(target.name):
            _sweep(target)
            path.open("xb").close()
            yield path
    except BaseException:
        with suppress(OSError):  # the first error is the one to tell
            path.unlink(missing_ok=True)
        raise


def _sweep(target: Path) -> None:
    """Removes what runs that were killed left of `target`, once it is too old to grow still."""
    for path in unfinished(target):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _OLD:
                path.unlink()


def is_unfinished(name: str) -> bool:
    """True for a file that was to become another one, and for what SQLite leaves beside such."""
    return _UNFINISHED.search(name) is not None


def unfinished(target: Path) -> list[Path]:
    """The files that were to become `target`: they grow, or a run that was killed left them."""
    pattern = f"{glob.escape(target.name[:_KEPT_LETTERS])}.{'[0-9a-f]' * 12}{GROWING}"
    return list(target.parent.glob(pattern))


def _identity(path: Path) -> Optional[tuple[int, int, int]]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def growing_name(target: Path) -> Path:
    """What a file is called of which a later run goes on with what has arrived."""
    return target.with_name(target.name + GROWING)


def publish_folder(folder: Path, target: Path) -> None:
    """Gives a folder its final name, in place of an empty one; everything in it is on the disk before.

    Raises `OSError` where something has that name already.
    """
    for place, _, names in os.walk(folder):
        for name in names:
            flush(Path(place) / name)
        _flush_names(Path(place))
    if target.is_dir():
        target.rmdir()
    move(folder, target)


def move(path: Path, target: Path) -> None:
    """Gives a file or folder another name, that of a file that is there included. Raises `OSError`."""
    os.replace(path, target)
    _flush_names(target.parent)


def flush(path: Path) -> None:
    """Returns once the content of a file is on the disk. Raises `OSError`."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_names(folder: Path) -> None:
    """Makes names in `folder` survive a power cut, where the system can (Windows and some networks cannot).

    What the names belong to is on the disk by now, so that the state before is no harm either.
    """
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def database_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """An SQLite file, in which nothing is changed. Raises `sqlite3.Error`.

    Where a process was killed while it wrote, reading begins with taking that back, which needs to write.
    """
    journal = path.with_name(f"{path.name}-journal")
    mode = "rw" if os.path.exists(journal) else "ro"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)) as connection:
        connection.execute("PRAGMA query_only = ON")
        yield connection


def file_sha256(path: Path, feedback: Feedback) -> str:
    """Hex digest of a file, read block by block. Raises `StorageError` and `Cancelled`."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                raise_if_cancelled(feedback)
                digest.update(block)
    except OSError as error:
        raise reading_error(error, path.name) from error
    return digest.hexdigest()
