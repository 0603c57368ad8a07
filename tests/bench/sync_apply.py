"""Bench: changes of a server into a working copy, against a bare `executemany` on the same file.

    .venv/bin/python -m tests.bench.sync_apply [--rows 200000] [--changes 50000] [--keep FOLDER]

Three cases: attributes of rows found by GlobalID, whole rows with their shapes and the R*Tree, and rows that
are new. “bare” is what SQLite alone needs for the same values in a transaction of the same file, without
any trigger, without the base, and for shapes with one statement for the R*Tree, too. Both are rolled back, in
turns, best of three; each process measures itself. “json” is the CPU of reading the same changes from JSON
text that is parsed already. A ratio of 0.5 says that we take twice as long as the bare statements.
"""

from __future__ import annotations

import argparse
from contextlib import closing
import json
from pathlib import Path
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.host import Silent
from plugin.core.working_copy.apply import apply_rows
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.feature_json import feature_of, rows_of
from plugin.core.working_copy.tracked_table import TrackedTable, tracked_tables
from plugin.core.working_copy.write import write_working_copy

from .geodatabase_files import grow, points

ROOT = Path(__file__).resolve().parents[2]
CASES = ("attributes", "shapes", "new rows")
ROUNDS = 3
CHUNK = 2_000


def changes(case: str, connection: sqlite3.Connection, table: TrackedTable, count: int) -> list[dict]:
    """Rows as the server would send them: other values, in no order."""
    names = [*table.all_columns]
    chosen = ", ".join(f'"{name}"' for name in names)
    statement = f"SELECT {chosen} FROM Grown WHERE fid % ? = 0 LIMIT ?"
    (highest,) = connection.execute("SELECT max(fid) FROM Grown").fetchone()
    rows = connection.execute(statement, (highest // count or 1, count)).fetchall()
    random.Random(7).shuffle(rows)
    result = []
    for number, values in enumerate(rows):
        row = dict(zip(names, values))
        row.update(name=f"changed {number}", height=number / 7, seen="2026-11-30T12:00:00.000Z")
        if case == "attributes":
            del row["geom"]
        if case == "new rows":
            row["GlobalID"] = f"{{{number:08X}-7777-4000-8000-000000000000}}"
        if case == "shapes":
            x, y = struct.unpack_from("<2d", row["geom"], 13)
            row["geom"] = row["geom"][:13] + struct.pack("<2d", x + number % 1000, y - number % 777)
        result.append(row)
    return result


def bare(case: str, connection: sqlite3.Connection, rows: list[dict]) -> float:
    """CPU seconds of SQLite's own statements."""
    connection.execute("BEGIN")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    own = [name for name in rows[0] if name != "GlobalID"]
    cpu = time.process_time()
    if case == "new rows":
        marks = ", ".join("?" * (len(own) + 1))
        statement = f"INSERT INTO Grown ({', '.join(own)}, GlobalID) VALUES ({marks})"
        (first,) = connection.execute("SELECT max(fid) + 1 FROM Grown").fetchone()
    else:
        statement = f"UPDATE Grown SET {', '.join(f'{name} = ?' for name in own)} WHERE GlobalID = ?"
    connection.executemany(statement, ((*map(row.get, own), row["GlobalID"]) for row in rows))
    if case == "shapes":
        index = (
            "UPDATE rtree_Grown_geom SET minx = ?1, maxx = ?1, miny = ?2, maxy = ?2"
            " WHERE id = (SELECT fid FROM Grown WHERE GlobalID = ?3)"
        )
        boxes = ((*struct.unpack_from("<2d", row["geom"], 13), row["GlobalID"]) for row in rows)
        connection.executemany(index, boxes)
    if case == "new rows":
        boxes = ((k, *struct.unpack_from("<2d", row["geom"], 13)) for k, row in enumerate(rows, first))
        connection.executemany("INSERT INTO rtree_Grown_geom VALUES (?1, ?2, ?2, ?3, ?3)", boxes)
    cpu = time.process_time() - cpu
    connection.rollback()
    return cpu


def ours(connection: sqlite3.Connection, table: TrackedTable, rows: list[dict]) -> float:
    connection.execute("BEGIN")
    cpu = time.process_time()
    apply_rows(connection, table, iter(rows), (), Silent())
    cpu = time.process_time() - cpu
    connection.rollback()
    return cpu


def decoding(features: list[dict], table: TrackedTable) -> float:
    cpu = time.process_time()
    for start in range(0, len(features), CHUNK):
        rows_of(features[start : start + CHUNK], table)
    return time.process_time() - cpu


def measure(case: str, source: Path, copy: Path, count: int) -> None:
    """One line of the table."""
    with closing(connect_working_copy(copy)) as connection:
        with open_geodatabase(source) as geodatabase:
            (table,) = tracked_tables(connection, geodatabase)
        rows = changes(case, connection, table, count)
        features = [feature_of(row, table, None, "geom" in row) for row in rows]
        features = json.loads(json.dumps(features))
        best = [
            min(times)
            for times in zip(
                *(
                    (bare(case, connection, rows), ours(connection, table, rows), decoding(features, table))
                    for _ in range(ROUNDS)
                )
            )
        ]
    theirs, own, read = (1e6 * seconds / len(rows) for seconds in best)
    print(f"| {case} | {len(rows):,} | {theirs:.1f} | {own:.1f} | {theirs / own:.2f} | {read:.1f} |")


def memory(source: Path, copy: Path, count: int) -> None:
    """Peak memory of the process with few changes and with many, which are made one by one."""
    with closing(connect_working_copy(copy)) as connection:
        with open_geodatabase(source) as geodatabase:
            (table,) = tracked_tables(connection, geodatabase)
        (row,) = changes("shapes", connection, table, 1)
        few = ({**row, "GlobalID": f"{{{k:08X}-8888-4000-8000-000000000000}}"} for k in range(CHUNK))
        many = ({**row, "GlobalID": f"{{{k:08X}-9999-4000-8000-000000000000}}"} for k in range(count))
        peaks = []
        for some in ((), few, many):
            connection.execute("BEGIN")
            apply_rows(connection, table, some, (), Silent())
            connection.rollback()
            status = Path("/proc/self/status").read_text().split()
            peaks.append(int(status[status.index("VmHWM:") + 1]) >> 10)
            Path("/proc/self/clear_refs").write_text("5")
    print(f"\npeak memory: {peaks[1]} MiB with {CHUNK:,} changes, {peaks[2]} MiB with {count:,}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the layer")
    parser.add_argument("--changes", type=int, default=50_000)
    parser.add_argument("--keep", type=Path, help="folder that keeps the grown files for the next run")
    parser.add_argument("--case", choices=[*CASES, "memory"], help="only this one, in this process")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / f"synced.{options.rows}.geodatabase"
        kept = source.with_suffix(".gpkg")
        if not kept.is_file():
            grow(source, "Point", points(), options.rows)
            write_working_copy(source, kept, Silent())
        if options.case:
            copy = Path(shutil.copy(kept, Path(temporary) / "copy.gpkg"))
            if options.case == "memory":
                memory(source, copy, 2 * options.changes)
            else:
                measure(options.case, source, copy, options.changes)
            return
        heads = ["case", "changes", "bare µs", "ours µs", "ratio", "json µs"]
        print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|", flush=True)
        sizes = ["--rows", str(options.rows), "--changes", str(options.changes), "--keep", str(folder)]
        for case in (*CASES, "memory"):
            command = [sys.executable, "-m", "tests.bench.sync_apply", "--case", case, *sizes]
            subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
