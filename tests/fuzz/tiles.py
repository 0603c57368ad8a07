"""Fuzzes the reader of tile packages: `python -m tests.fuzz.tiles [inputs] [seed]`.

Small packages of every kind are damaged at random (bits, numbers, cuts, splices) and by design
(fields of the archive's directory, words of the bundle index, values of JSON and XML). Each is opened,
described, routed and read to its end, and what can be read is copied for an old GDAL, into a file that
SQLite finds whole. Only the errors of `plugin.core.errors` may come out, none may take longer than a second,
and the process may not grow. Prints counts; ends with 1 on a finding. With TMPDIR in memory it is faster.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
import json
from pathlib import Path
import random
import re
import resource
import shutil
import sqlite3
import struct
import sys
import tempfile
import time
import traceback
import zipfile

from plugin.core.errors import BadInput, PackageError, StorageError
from plugin.core.host import Silent
from plugin.core.offline_map.prepare import tile_source
from plugin.core.tiles.routes import Drawing, choose_route
from plugin.core.tiles.tile_package import open_tile_package
from tests.fixtures.tile_grids import WEB_MERCATOR
from tests.fixtures.tile_package import write_tpk, write_tpkx, write_vtpk

_EXPECTED = (BadInput, PackageError, StorageError)
_SLOW = 1.0
_MEMORY = 2 << 30
_DRAWING = Drawing(3130300, 34415, frozenset({"esric", "mrf"}), frozenset({"tpkx"}))
_OLD_DRAWING = Drawing(3060200, 32800, frozenset({"mrf"}))
_WAYS = ("bits", "number", "cut", "splice", "directory", "repacked")
_NUMBERS = (0, 1, 2, 3, 4, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE, 1 << 31)
_VALUES = (
    "null",
    "0",
    "-1",
    "1e308",
    "1e999",
    "NaN",
    '""',
    "[]",
    "{}",
    '"x"',
    "99999999999999999999",
    "true",
)
_TEXTS = ("", "0", "-1", "NaN", "1e999", "x", "&lt;", "&#65;", "<a/>", "9" * 400)


def seeds(folder: Path) -> list[bytes]:
    """One small package of each kind: bundles of 4 × 4, so that most bytes mean something."""
    grid = replace(WEB_MERCATOR, packet_size=4, resolutions=WEB_MERCATOR.resolutions[:4])
    png, jpeg, lerc = (
        b"\x89PNG\r\n\x1a\n" + bytes(8),
        b"\xff\xd8\xff" + bytes(8),
        b"Lerc2 \x02\0\0\0" + bytes(40),
    )
    keys = [(1, 0, 0), (1, 1, 1), (2, 3, 3), (3, 5, 6), (3, 6, 1)]

    def tiles(data: bytes) -> dict[tuple[int, int, int], bytes]:
        return dict.fromkeys(keys, data)

    files = [
        write_tpkx(folder / "a.tpkx", grid, tiles(png)),
        write_tpkx(folder / "b.tpkx", grid, tiles(lerc), compression=zipfile.ZIP_DEFLATED),
        write_tpk(folder / "c.tpk", grid, tiles(jpeg)),
        write_tpk(folder / "d.tpk", grid, tiles(png), storage="exploded"),
        write_tpk(folder / "e.tpk", grid, tiles(png), storage="compactV2", compression=zipfile.ZIP_DEFLATED),
        write_vtpk(
            folder / "f.vtpk", grid, tiles(b"\x1f\x8b"), vector_layers=["a"], style={}, tile_map=[1, 0, 1, 0]
        ),
    ]
    return [file.read_bytes() for file in files]


class Spoiler:
    """Ways to damage a package; the same seed gives the same damages."""

    def __init__(self, seed: int, packages: list[bytes], ways: tuple[str, ...] = _WAYS) -> None:
        self._random = random.Random(seed)
        self._packages = packages
        self._ways = [getattr(self, way) for way in ways]

    def next(self) -> tuple[str, bytes]:
        """The name of the way and the damaged package."""
        way = self._random.choice(self._ways)
        content = bytearray(self._random.choice(self._packages))
        return way.__name__, bytes(way(content))

    def bits(self, content: bytearray) -> bytes:
        for _ in range(self._random.choice((1, 1, 2, 4, 16, 64))):
            content[self._random.randrange(len(content))] ^= 1 << self._random.randrange(8)
        return content

    def number(self, content: bytearray) -> bytes:
        for _ in range(self._random.choice((1, 2, 4))):
            at = self._random.randrange(len(content) - 8)
            form = self._random.choice(("<H", "<I", "<Q"))
            value = self._random.choice((*_NUMBERS, len(content), at)) & (
                (1 << 8 * struct.calcsize(form)) - 1
            )
            struct.pack_into(form, content, at, value)
        return content

    def cut(self, content: bytearray) -> bytes:
        first, last = sorted(self._random.randrange(len(content)) for _ in range(2))
        return content[:first] if self._random.random() < 0.5 else content[:first] + content[last:]

    def splice(self, content: bytearray) -> bytes:
        other = self._random.choice(self._packages)
        at, start = self._random.randrange(len(content)), self._random.randrange(len(other))
        piece = other[start : start + self._random.randrange(200)]
        return content[:at] + piece + content[at + self._random.choice((0, len(piece))) :]

    def directory(self, content: bytearray) -> bytes:
        """A field of one directory record, of a local header, or of the end record."""
        marks = [match.start() for match in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", bytes(content))]
        for _ in range(self._random.choice((1, 1, 2, 3))):
            at = self._random.choice(marks) + self._random.randrange(4, 48)
            form = self._random.choice(("<H", "<I"))
            if at + 4 <= len(content):
                limit = (1 << 8 * struct.calcsize(form)) - 1
                struct.pack_into(form, content, at, self._random.choice((*_NUMBERS, at)) & limit)
        return content

    def repacked(self, content: bytearray) -> bytes:
        """One member changed in its own terms, in an archive that is whole."""
        with tempfile.SpooledTemporaryFile() as file:
            file.write(content)
            with zipfile.ZipFile(file) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
        name = self._random.choice([name for name in members if members[name]])
        members[name] = self._changed(name, bytearray(members[name]))
        method = self._random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        with tempfile.SpooledTemporaryFile() as file:
            with zipfile.ZipFile(file, "w", method) as archive:
                for member, data in members.items():
                    archive.writestr(member, data)
            file.seek(0)
            return file.read()

    def _changed(self, name: str, content: bytearray) -> bytes:
        if name.endswith(".json"):
            return self._changed_json(content.decode()).encode()
        if name.endswith((".xml", ".cdi")):
            return self._changed_xml(content.decode()).encode()
        return (
            bytes(self._random.choice((self.bits, self.number, self.cut))(content))
            if len(content) > 8
            else b""
        )

    def _changed_json(self, text: str) -> str:
        values = list(re.finditer(r"(?<=[:\[,])(?:\"[^\"]*\"|-?\d[\d.eE+\-]*|\{\}|\[\]|true|false)", text))
        if not values or self._random.random() < 0.1:
            return self._random.choice(("[" * 5000, "{}", "null", json.dumps(text), text[: len(text) // 2]))
        chosen = self._random.choice(values)
        return text[: chosen.start()] + self._random.choice(_VALUES) + text[chosen.end() :]

    def _changed_xml(self, text: str) -> str:
        values = list(re.finditer(r"(?<=>)[^<>]+(?=</)", text))
        if not values or self._random.random() < 0.1:
            return self._random.choice(("<a>" * 99, "<!DOCTYPE a><a/>", "<a/>", text[: len(text) // 2]))
        chosen = self._random.choice(values)
        return text[: chosen.start()] + self._random.choice(_TEXTS) + text[chosen.end() :]


def read_whole(path: Path) -> str:
    """What became of one input: "read", or the name of the error."""
    try:
        with open_tile_package(path) as package:
            choose_route(package, _DRAWING)
            package.is_complete()
            for tile in package.tiles():
                package.tile(*tile[:3])
        copy_whole(path)
    except _EXPECTED as error:
        if path.name not in str(error):
            raise AssertionError(f"an error that does not name the file: {error}") from error
        return type(error).__name__
    return "read"


def copy_whole(path: Path) -> None:
    """Copies a package as it is done to draw it; whatever comes of it must be sound."""
    work = path.parent / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    made = tile_source(path, work, _OLD_DRAWING, Silent()).file
    if made.suffix in (".mbtiles", ".gpkg"):
        with closing(sqlite3.connect(made)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def main(inputs: int = 200_000, seed: int = 1) -> int:
    """Runs `inputs` inputs; returns the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    outcomes: Counter[str] = Counter()
    ways: Counter[str] = Counter()
    findings, slowest = 0, 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spoiler = Spoiler(seed, seeds(folder))
        path = folder / "fuzzed.tpkx"
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        for _ in range(inputs):
            way, content = spoiler.next()
            path.write_bytes(content)
            ways[way] += 1
            began = time.monotonic()
            try:
                outcomes[read_whole(path)] += 1
            except Exception:  # noqa: BLE001 - whatever else comes out is the finding
                findings += 1
                (Path(tempfile.gettempdir()) / f"finding-{seed}-{findings}.tpkx").write_bytes(content)
                traceback.print_exc()
            took = time.monotonic() - began
            slowest = max(slowest, took)
            findings += took > _SLOW
        seconds = time.monotonic() - started
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown
    lines = (
        f"{inputs} inputs, seed {seed}, {seconds:.0f} s; slowest {slowest * 1000:.0f} ms; grown {grown} KB",
        f"damaged by: {dict(ways.most_common())}",
        f"outcomes:   {dict(outcomes.most_common())}",
        f"findings:   {findings}",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
