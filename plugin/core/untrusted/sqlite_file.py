"""Opens a SQLite file that somebody else made: read only, bounded, nothing of it executed.

Only plain tables are read. Triggers, views, virtual tables and generated columns of the file
never run: the authorizer lets a connection read columns and call functions, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
import shutil
import sqlite3
import sys
import tempfile
from typing import Optional

from ..errors import BadInput, Damaged, StorageError, Unsupported
from ..storage import is_locked, is_refusal, locked_package, reading_error
from .text import storable

ESRI_APPLICATION_ID = 0x45737269
"""“Esri”, at byte 68 of every geodatabase that Esri software wrote."""

LARGEST_VALUE = 128 << 20
_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_HARMLESS_FINDINGS = ("NULL value", "CHECK constraint", "RTree", "rtree")
"""Of a check of pages: rules of the author's that a value breaks, and an index of shapes that nobody uses."""
_STEPS_PER_CALL = 100_000
_STEPS_ALLOWED = 2_000_000_000
_REDOWNLOAD = "Download it again."


SQLITE_ERRORS = (sqlite3.Error, OverflowError, UnicodeDecodeError)
"""What reading a damaged file raises: SQLite's message itself may hold broken text."""


def reason_of(error: BaseException) -> str:
    """SQLite's words for what is wrong."""
    return "its schema is garbled" if isinstance(error, UnicodeDecodeError) else str(error)


def fold_case(first: str, second: str) -> int:
    """Esri's collation ICUFOLDCASE, as far as reading needs it."""
    one, other = first.casefold(), second.casefold()
    return (one > other) - (one < other)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sql(*words: str) -> str:
    """A statement put together from words; names among them are `quoted`, values are bound."""
    return " ".join(words)


@contextmanager
def naming_damage(file: str) -> Iterator[None]:
    """Turns what SQLite raises while reading into `Damaged`, with the name of the file.

    Raises `StorageError` where it is the disk that refuses.
    """
    try:
        yield
    except SQLITE_ERRORS as error:
        if is_locked(error):
            raise locked_package(file) from error
        if is_refusal(error):
            raise reading_error(error, file) from error
        text = "The geodatabase “{file}” cannot be read: {reason}."
        raise Damaged(text, file=file, reason=reason_of(error), next_step=_REDOWNLOAD) from error


class ForeignFile:
    """An open file: `connection` for reading its catalogue, `uri` to attach it elsewhere.

    A file in WAL mode whose side files are all merged is opened as immutable, so that it can lie
    in a read-only folder and nothing appears beside it. Where a side file still holds changes,
    the set is copied to a temporary folder first, and read there.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._resources = ExitStack()
        try:
            self.uri, self.application_id = self._locate(path)
            with naming_damage(self.name):
                self.connection = sqlite3.connect(self.uri, uri=True, isolation_level=None)
                self._resources.callback(self.connection.close)
                harden(self.connection)
                self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            self._resources.close()
            raise

    def close(self) -> None:
        self._resources.close()

    def _locate(self, path: Path) -> tuple[str, int]:
        header = read_header(path)
        if any(_has_content(path.with_name(path.name + suffix)) for suffix in ("-wal", "-journal")):
            path = self._private_copy(path)
            mode = "mode=rw"
        else:
            mode = "mode=ro&immutable=1" if header[18] == 2 or header[19] == 2 else "mode=ro"
        return f"{path.resolve().as_uri()}?{mode}", int.from_bytes(header[68:72], "big")

    def _private_copy(self, path: Path) -> Path:
        try:
            folder = self._resources.enter_context(tempfile.TemporaryDirectory(prefix="geodatabase-"))
            for suffix in ("", "-wal", "-journal"):
                source = path.with_name(path.name + suffix)
                with suppress(FileNotFoundError):
                    shutil.copyfile(source, Path(folder) / f"copy{suffix}")
        except OSError as error:
            text = "“{file}” has unmerged changes and cannot be copied to read them: {reason}."
            raise StorageError(text, file=self.name, reason=error.strerror or "no space") from error
        return Path(folder) / "copy"


def read_header(path: Path) -> bytes:
    """The first bytes of a geodatabase; raises for what is none, and for one that ends early."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
            size = file.seek(0, 2)
    except OSError as error:
        text = "The geodatabase “{file}” cannot be opened: {reason}."
        reason = error.strerror or "it cannot be read"
        raise BadInput(text, file=path.name, reason=reason, next_step="Check its path.") from error
    _check_header(header, size, path.name)
    return header


def _check_header(header: bytes, size: int, name: str) -> None:
    if header[:16] != _MAGIC:
        text = "“{file}” is not a geodatabase: it is not a SQLite file."
        raise Unsupported(text, file=name, next_step="Choose a .geodatabase file.")
    pages = int.from_bytes(header[28:32], "big")
    page_size = int.from_bytes(header[16:18], "big")
    page_size = 65536 if page_size == 1 else page_size
    counted = header[24:28] == header[92:96]
    if len(header) < _HEADER or (counted and size < pages * page_size):
        raise Damaged("The geodatabase “{file}” ends early.", file=name, next_step=_REDOWNLOAD)


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def harden(connection: sqlite3.Connection) -> None:
    """Bounds what a connection spends on a foreign file, and what the file may do on it."""
    connection.create_collation("ICUFOLDCASE", fold_case)
    connection.text_factory = lambda raw: storable(raw.decode("utf-8", "replace"))
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")
    limit_values(connection, LARGEST_VALUE, attached=0)
    connection.set_progress_handler(_StepBudget(), _STEPS_PER_CALL)
    connection.set_authorizer(only_reading)


def limit_values(connection: sqlite3.Connection, largest: int, attached: int) -> None:
    """SQLite's own limits, `largest` in bytes; Python can set them since 3.11."""
    if sys.version_info >= (3, 11):
        for category, limit in (
            (sqlite3.SQLITE_LIMIT_LENGTH, largest),
            (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 4 << 20),
            (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200),
            (sqlite3.SQLITE_LIMIT_ATTACHED, attached),
        ):
            connection.setlimit(category, limit)


class _StepBudget:
    """Interrupts a connection after a number of virtual machine steps, whatever they were for.

    Reading a catalogue takes thousands of steps; only a file built to hang takes billions.
    """

    def __init__(self) -> None:
        self._calls_left = _STEPS_ALLOWED // _STEPS_PER_CALL

    def __call__(self) -> int:
        self._calls_left -= 1
        return int(self._calls_left < 0)


def damaged_page(connection: sqlite3.Connection, tables: Iterable[str]) -> Optional[str]:
    """What SQLite first finds wrong with the pages of tables and their indexes; None for nothing."""
    for name in tables:
        for row in connection.execute(f"PRAGMA quick_check({quoted(name)})").fetchall():
            if row[0] != "ok" and not any(word in str(row[0]) for word in _HARMLESS_FINDINGS):
                return str(row[0]).splitlines()[0]
    return None


_READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION)
_PRAGMAS = ("table_info", "table_xinfo", "quick_check", "data_version")


def only_reading(
    action: int, first: str | None, second: str | None, _database: str | None, view: str | None
) -> int:
    """The authorizer: columns of tables, functions of SQLite, and the pragmas that describe a file.

    Not a view, which stands under the name of a table and may never come to an end.
    """
    if view is not None:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and second == "load_extension":
        return sqlite3.SQLITE_DENY
    allowed = action in _READING or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
