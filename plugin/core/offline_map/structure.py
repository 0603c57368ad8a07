"""What can be checked of a file that nobody took a hash of: that it is built as its kind is.

A geodatabase is read through SQLite page by page, an archive against its own checksums, a tile cache
tile by tile. A bit that turned inside of a value of a geodatabase or of a tile of a cache is not seen so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..errors import Damaged
from ..geodatabase.catalogue import check_geodatabase
from ..host import Feedback, raise_if_cancelled
from ..storage import database_to_read, is_refusal, reading_error
from ..tiles.bundle import TileFormat, sniff
from ..tiles.tile_package import open_tile_package
from ..untrusted.archive import open_archive
from ..untrusted.sqlite_file import SQLITE_ERRORS, reason_of
from .layout import GEODATABASE_SUFFIX, PACKAGE_SUFFIX, TILE_SUFFIXES, WORKING_COPY_SUFFIX

DOWNLOAD_AGAIN = "Download the map area again, or copy the whole folder again."

HAS_CHECKSUMS = (PACKAGE_SUFFIX, *TILE_SUFFIXES)
"""Of the files in which every bit is checked by this."""

_CALLS = 10_000  # instructions of SQLite between two looks at the feedback
_TILES = 256  # of a cache between two looks


def check_structure(path: Path, feedback: Feedback) -> None:
    """Checks a file as what its name says it is, or the folder of a tile cache.

    Raises `PackageError`s for what is wrong, `StorageError` where it cannot be read, `Cancelled`. A file
    of another kind only has to be there.
    """
    if path.is_dir():
        _check_cache(path, feedback)
        return
    if not path.is_file():
        raise Damaged("“{file}” is missing.", next_step=DOWNLOAD_AGAIN, file=path.name)
    check = _CHECKS.get(path.suffix.lower())
    if check is not None:
        check(path, feedback)


def _check_geodatabase(path: Path, _feedback: Feedback) -> None:
    check_geodatabase(path)


def _check_tiles(path: Path, feedback: Feedback) -> None:
    open_tile_package(path).close()
    _check_archive(path, feedback)


def _check_archive(path: Path, feedback: Feedback) -> None:
    """Reads every member against the checksums of the archive."""
    with open_archive(path) as archive:
        for name in archive.entries:
            for _ in archive.blocks(name):
                raise_if_cancelled(feedback)


def _check_cache(folder: Path, feedback: Feedback) -> None:
    """Reads every tile: its index leads to bytes that begin as a tile does."""
    with open_tile_package(folder) as package:
        for number, tile in enumerate(package.tiles()):
            if number % _TILES == 0:
                raise_if_cancelled(feedback)
            if sniff(tile.data) is TileFormat.UNKNOWN:
                raise Damaged(
                    "The tile in row {row}, column {column} of level {level} of “{file}” is not a picture.",
                    next_step="Copy the whole folder again.",
                    row=tile.row,
                    column=tile.column,
                    level=tile.level,
                    file=folder.name,
                )


def _check_database(path: Path, feedback: Feedback) -> None:
    """Has SQLite look at every page, read-only: QGIS may have the file open."""
    try:
        with database_to_read(path) as connection:
            connection.set_progress_handler(feedback.is_cancelled, _CALLS)
            findings = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
    except SQLITE_ERRORS as error:
        raise_if_cancelled(feedback)
        if is_refusal(error):
            raise reading_error(error, path.name) from error
        findings = [reason_of(error)]
    if findings != ["ok"]:
        raise Damaged(
            "“{file}” is damaged: {reason}.",
            next_step=(
                "Save as many of your edits as you can, delete the file, and open the offline map again."
            ),
            file=path.name,
            reason=findings[0].splitlines()[0] if findings else "it is empty",
        )


_CHECKS: dict[str, Callable[[Path, Feedback], None]] = {
    GEODATABASE_SUFFIX: _check_geodatabase,
    **dict.fromkeys(TILE_SUFFIXES, _check_tiles),
    WORKING_COPY_SUFFIX: _check_database,
    ".mbtiles": _check_database,
    ".qgz": _check_archive,
    PACKAGE_SUFFIX: _check_archive,
}
