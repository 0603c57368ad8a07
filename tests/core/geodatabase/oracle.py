"""Other ways to the same answers: a decoder that reads one blob byte by byte, and OGR."""

from __future__ import annotations

from pathlib import Path
import sqlite3

SAMPLES = {
    "geodatabase/LA_Trails.geodatabase": {"Trailheads": 475},
    "canyonlands/p13/3b1fef0d-2cb0-4b6f-b526-9fe0a1ca3f69.geodatabase": {"CNP_Roads": 89, "CNP_Trails": 55},
    "geodatabase/usa.geodatabase": {"Cities": 3537, "Highways": 656, "States": 50},
    "geodatabase/militaryoverlay.geodatabase": {
        "Units_Multipoint": 5, "Units": 4, "Air": 2, "ControlMeasuresLines": 9, "ControlMeasuresAreas": 10,
    },
}  # fmt: skip


def varint(blob: bytes, at: int) -> tuple[int, int]:
    """One signed varint and where the next one starts."""
    first = blob[at]
    value, shift, more = first & 0x3F, 6, first & 0x80
    at += 1
    while more:
        value |= (blob[at] & 0x7F) << shift
        shift, more, at = shift + 7, blob[at] & 0x80, at + 1
    return (-value if first & 0x40 else value), at


def scalar_decode(blob: bytes) -> list[list[int]]:
    """The vertices of a blob in grid units, separators left out, read from the front."""
    size = int.from_bytes(blob[4:8], "little")
    width = 2 + (blob[8] >> 1 & 1) + (blob[8] & 1)
    at = 10
    for _ in range(4 if size > 10 else 0):
        _, at = varint(blob, at)
    if blob[9] & 0x40 and blob[8] >> 2 in (5, 6):
        parts, at = varint(blob, at)
        for _ in range(parts):
            _, at = varint(blob, at)
    at += 8
    columns = [[0] * size for _ in range(width)]
    x = y = 0
    for number in range(size):
        step, at = varint(blob, at)
        x += step
        step, at = varint(blob, at)
        y += step
        columns[0][number], columns[1][number] = x, y
    for column in columns[2:]:
        value = 0
        for number in range(size):
            step, at = varint(blob, at)
            value += step
            column[number] = value
    assert at == len(blob)
    return [list(vertex) for vertex in zip(*columns) if vertex[:2] != (-1, 0)]


def plain_rows(path: Path, statement: str) -> list[tuple]:
    """Rows of a geodatabase through nothing but SQLite."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return connection.execute(statement).fetchall()
    finally:
        connection.close()
