"""A package that arrived: is it what its item says, whole and safe to read?"""

from __future__ import annotations

from pathlib import Path

from ..errors import BrokenAnswer, PackageError
from ..geodatabase.catalogue import check_geodatabase
from ..portal.map_areas import PackageKind
from ..tiles.tile_package import open_tile_package

_SQLITE = b"SQLite format 3\0"
_ZIP = b"PK\x03\x04"
_NAMES = {
    PackageKind.GEODATABASE: "mobile geodatabase",
    PackageKind.TILES: "tile package",
    PackageKind.VECTOR_TILES: "vector tile package",
}


def verify_package(path: Path, kind: PackageKind, title: str) -> None:
    """Checks magic and structure; the length was checked on arrival.

    Raises `BrokenAnswer` when another kind of file came, `PackageError`s for a damaged one.
    Both name the package by its `title`: its file name is only a number.
    """
    with path.open("rb") as file:
        head = file.read(16)
    magic = _SQLITE if kind is PackageKind.GEODATABASE else _ZIP
    if not head.startswith(magic):
        raise BrokenAnswer(
            "What the portal sent as “{package}” is not a {kind}.",
            next_step="Download again. If this keeps happening, ask the map's author to refresh the package.",
            package=title,
            kind=_NAMES[kind],
        )
    try:
        if kind is PackageKind.GEODATABASE:
            check_geodatabase(path)
        else:
            open_tile_package(path).close()
    except PackageError as error:
        raise type(error)("“{package}”: {reason}", package=title, reason=error) from error
