"""A plain SQLite connection that can edit a working copy.

GDAL's index triggers call ST_IsEmpty, ST_MinX … on the geometry of every edited row, even where
only attributes change; SQLite itself has no such functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
import sqlite3
from typing import Optional

from ..errors import Damaged
from ..storage import is_locked, is_refusal, locked_package, refused_file
from ..untrusted.sqlite_file import SQLITE_ERRORS, reason_of
from .blob_bounds import bounds_of_blob

_CACHE_KIB = 32 << 10
"""Room for the pages in which many changes find their rows: with SQLite's own 2 MB they take far longer."""


def connect_working_copy(path: Path) -> sqlite3.Connection:
    """Opens a working copy for edits; the caller commits and closes.

    Raises as `naming_the_copy`.
    """
    with naming_the_copy(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
        try:
            connection.execute("SELECT count(*) FROM gpkg_contents").fetchone()
            connection.execute(f"PRAGMA main.cache_size = -{_CACHE_KIB}")
        except sqlite3.Error:
            connection.close()
            raise
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
    for number, name in enumerate(("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")):
        connection.create_function(name, 1, _bound(number), deterministic=True)
    return connection


@contextmanager
def naming_the_copy(path: Path) -> Iterator[None]:
    """Turns what SQLite says of a working copy into `Damaged`, `PackageError` where it is locked, or
    `StorageError` where the disk refuses.
    """
    try:
        yield
    except SQLITE_ERRORS as error:
        if is_locked(error):
            raise locked_package(path.name) from error
        if is_refusal(error):
            raise refused_file(error, path) from error
        raise Damaged(
            "The working copy “{file}” cannot be read: {reason}.",
            next_step="Save as many of your edits as you can, then delete it from “{folder}”: it will "
            "be created again from its geodatabase.",
            file=path.name,
            folder=path.parent,
            reason=reason_of(error),
        ) from error


def _is_empty(blob: Optional[bytes]) -> Optional[int]:
    bounds = bounds_of_blob(blob)
    return None if blob is None else int(bounds is None)


def _bound(number: int) -> Callable[[Optional[bytes]], Optional[float]]:
    def value(blob: Optional[bytes]) -> Optional[float]:
        bounds = bounds_of_blob(blob)
        return bounds[number] if bounds else None

    return value
