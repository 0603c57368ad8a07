"""What file systems refuse, in words; and writes that are complete or absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
import errno
import hashlib
import os
from pathlib import Path
import sqlite3

import requests

from .errors import StorageError
from .host import Feedback, raise_if_cancelled

_BLOCK = 1 << 20


@contextmanager
def storage(subject: str) -> Iterator[None]:
    """Turns an `OSError` of the file system into a `StorageError` that names `subject`."""
    try:
        yield
    except requests.RequestException:
        raise  # an OSError too, but of the network
    except OSError as error:
        raise storage_error(error, subject) from error


def storage_error(error: OSError, subject: str) -> StorageError:
    """A sentence for an `OSError` met while writing `subject`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            "The disk is full: “{file}” could not be written.",
            next_step="Free some space and start again: what has arrived is kept.",
            file=subject,
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            "No permission to write “{file}”.",
            next_step="Choose a folder that you may write to.",
            file=subject,
        )
    return StorageError(
        "“{file}” could not be written: {reason}.",
        next_step="Check the disk and the folder, then start again.",
        file=subject,
        reason=error.strerror or type(error).__name__,
    )


def write_whole(path: Path, content: bytes) -> None:
    """Writes a small file so that it is complete under its name or not there at all."""
    with storage(path.name):
        growing = path.with_name(path.name + ".part")
        with growing.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        growing.replace(path)


@contextmanager
def database_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """An SQLite file, in which nothing is changed. Raises `sqlite3.Error`."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def file_sha256(path: Path, feedback: Feedback) -> str:
    """Hex digest of a file, read block by block; obeys cancel."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                raise_if_cancelled(feedback)
                digest.update(block)
    except OSError as error:
        raise storage_error(error, path.name) from error
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Makes names in `folder` survive a power cut, where the system can (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
