"""Which package the rows of a working copy equal, where scheduled updates keep it current."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
import sqlite3
from typing import Optional

from ..json_value import json_whole, text_of
from .copy_reading import reading
from .replica_state import read_copy_value, write_copy_value

_NAME = "package"


@dataclass(frozen=True)
class PackageState:
    """`generation` is that of the service, `revision` that of the package's item; absent in a new copy, which
    is as the package beside it.
    """

    generation: Optional[int] = None
    revision: str = ""


def package_state_in(connection: sqlite3.Connection) -> PackageState:
    """Changed by nothing but `write_package_state`."""
    content = read_copy_value(connection, _NAME)
    return PackageState(json_whole(content.get("generation")), text_of(content, "revision"))


def write_package_state(connection: sqlite3.Connection, state: PackageState) -> None:
    """In the transaction of the caller, which changes the rows."""
    write_copy_value(connection, _NAME, {"generation": state.generation, "revision": state.revision})


def read_package_state(working_copy: Path) -> PackageState:
    """Of a file; of one that is not there, nothing. Raises as `reading`."""
    if not working_copy.is_file():
        return PackageState()
    with reading(working_copy) as connection:
        return package_state_in(connection)
