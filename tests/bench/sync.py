"""Bench: edits of an offline map to its feature service, changes of others from there, bulk edits, a check.

    .venv/bin/python -m tests.bench.sync [--scale 0.1] [--keep FOLDER] [--only up|down|edit|check]

The service is the portal stand-in in a process of its own; one layer of points with 15 columns. Every size
has a service and an offline map of its own. Measured is the process that updates the map: CPU (user and
system) of `update_map`, its memory at the peak beyond that after all imports, its requests as the service
counts them. Of 21 changes ten are additions, ten updates (every second with a new shape), one a deletion.
The slope is that of log CPU over log changes, less the CPU of an update that has nothing to do.

“edit” changes all rows with and without the triggers that track edits, by one statement of OGR SQL and then
as a layer of QGIS does; the R*Tree is kept in all. “check” is the question whether there is anything to do,
on a map without news.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from math import log
from multiprocessing import get_context
import os
from pathlib import Path
import shutil
import struct
import tempfile
import time
from typing import Any, Callable

from osgeo import gdal
from qgis.core import QgsApplication, QgsGeometry, QgsPointXY, QgsVectorLayer

from plugin.core.host import Silent
from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.session import PortalSession
from plugin.core.update.check import check_for_updates
from plugin.core.update.registration import register_map
from plugin.core.update.surroundings import UpdateSurroundings
from plugin.core.update.sync import update_map
from plugin.core.update.synced_map import open_synced_map
from plugin.core.update.update_request import UpdateDirection, UpdateRequest
from plugin.core.working_copy.connection import connect_working_copy
from tests.core.hosts import QuickClock
from tests.core.scene import job_at, run

from .sync_service import (
    OWNER,
    PASSWORD,
    global_id_of,
    grow_package,
    running_service,
    shares,
)

ROWS = 60_000
SIZES = {"up": (0, 1_000, 10_000, 21_000, 100_000), "down": (0, 1_000, 10_000, 50_000, 100_000)}
SLOPE = (1_000, 10_000, 100_000)
ROUNDS = 3
EDITS = {
    "update": "UPDATE Grown SET height = height + 1, name = name || '!'",
    "move": "UPDATE Grown SET geom = CastToPoint(geom)",
    "insert": "INSERT INTO Grown (geom, name, kind, height) SELECT geom, name, kind, height FROM Grown",
    "delete": "DELETE FROM Grown",
}


@dataclass(frozen=True)
class Measured:
    """CPU seconds, wall seconds, MiB beyond the start of the process, and what came of the changes."""

    cpu: float
    wall: float
    peak: int
    done: int


def around(url: str, scratch: Path) -> UpdateSurroundings:
    def session(portal: str) -> PortalSession:
        return PortalSession(portal, UserPassword(OWNER, PASSWORD), clock=QuickClock())

    return UpdateSurroundings(
        session_of=session,
        clock=QuickClock(),
        machine_id="bench",
        born=lambda path: 0,
        orphans=_NoOrphans(),
        scratch=scratch,
        plugin_version="9.9",
    )


class _NoOrphans:
    def orphans(self) -> list[Any]:
        return []

    def remember(self, _orphan: Any) -> None:
        """Nothing is unregistered here."""

    def forget(self, _orphan: Any) -> None:
        """Nothing is unregistered here."""


def download(service: tuple[str, str, str], folder: Path) -> None:
    """Takes the map offline and registers it."""
    url, web_map, area = service
    job = job_at(
        url, folder, area, UserPassword(OWNER, PASSWORD), web_map=web_map, update_mode=UpdateMode.SYNC
    )
    run(job)
    register_map(open_synced_map(folder), around(url, folder.parent), Silent())


def working_copy(folder: Path) -> Path:
    (found,) = working_copies_in(MapFolder(folder).work)
    return found


def edit(folder: Path, count: int) -> None:
    """The user's edits, as a script with SQLite makes them."""
    added, updated, deleted = shares(count)

    def point(number: int) -> bytes:
        place = (800.25 * (number % 997), 800.75 * (number % 991))
        return b"GP\0\x01" + struct.pack("<i", srs_id) + struct.pack("<BI2d", 1, 1, *place)

    with closing(connect_working_copy(working_copy(folder))) as connection:
        (srs_id,) = connection.execute("SELECT srs_id FROM gpkg_geometry_columns").fetchone()
        rows = ((point(n), f"Here {n}", n / 7, "2026-11-30T12:00:00.000Z") for n in range(added))
        statement = "INSERT INTO Grown (geom, name, height, seen) VALUES (?, ?, ?, ?)"
        connection.executemany(statement, rows)
        changes = ((f"Edited {n}", n / 3, global_id_of(n)) for n in range(1, updated + 1))
        connection.executemany("UPDATE Grown SET name = ?, height = ? WHERE GlobalID = ?", changes)
        shapes = ((point(n), global_id_of(n)) for n in range(1, updated + 1, 2))
        connection.executemany("UPDATE Grown SET geom = ? WHERE GlobalID = ?", shapes)
        gone = ((global_id_of(n),) for n in range(updated + 1, updated + deleted + 1))
        connection.executemany("DELETE FROM Grown WHERE GlobalID = ?", gone)
        connection.commit()


def measured(way: str, url: str, folder: Path) -> Measured:
    """An update in this process."""
    start = _memory("VmRSS:")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    wall, cpu = time.perf_counter(), time.process_time()
    request = UpdateRequest(folder, UpdateDirection.UPLOAD if way == "up" else UpdateDirection.DOWNLOAD)
    result = update_map(request, around(url, folder.parent), Silent())
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    (copy,) = result.report.copies
    if copy.error or copy.edit_errors:
        raise SystemExit(f"{copy.as_json()}"[:2_000])
    done = copy.uploaded if way == "up" else copy.downloaded
    return Measured(cpu, wall, (_memory("VmHWM:") - start) >> 10, done)


def checked(url: str, folder: Path) -> float:
    """CPU seconds of a check."""
    cpu = time.process_time()
    found = check_for_updates(folder, around(url, folder.parent), Silent())
    cpu = time.process_time() - cpu
    if found.edits or found.notices:
        raise SystemExit(f"the check found {found}")
    return cpu


def _memory(name: str) -> int:
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index(name) + 1])


def in_process(call: Callable[..., Any], *values: Any) -> Any:
    """What a call gives that has a fresh process to itself."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(call, *values).result()


def transfer(way: str, package: Path, changes: int, scratch: Path) -> tuple[Measured, int]:
    """One update with that many changes; and its requests."""
    folder = scratch / f"{way} {changes}" / "Grown"
    folder.parent.mkdir(parents=True)
    with running_service(package) as service:
        in_process(download, (service.url, service.web_map, service.area), folder)
        if changes:
            in_process(edit, folder, changes) if way == "up" else service.edit(changes)
        service.forget()
        result = in_process(measured, way, service.url, folder)
        requests, _ = service.asked()
    shutil.rmtree(folder.parent)
    if result.done != changes:
        raise SystemExit(f"{way}: {result.done} of {changes} changes arrived")
    return result, requests


def transfers(way: str, package: Path, scale: float, scratch: Path) -> None:
    """The table of one direction."""
    found: dict[int, float] = {}
    for size in SIZES[way]:
        changes = max(int(size * scale), 21) if size else 0
        result, requests = transfer(way, package, changes, scratch)
        found[size] = result.cpu - found.get(0, 0.0)
        each = f"{1e6 * found[size] / changes:.0f}" if changes else ""
        cells = [way, f"{changes:,}", f"{result.cpu:.2f}", f"{result.wall:.1f}", each, f"{requests:,}"]
        show(*cells, f"{result.peak} MiB")
    slopes = [log(found[b] / found[a]) / log(b / a) for a, b in zip(SLOPE, SLOPE[1:])]
    whole = log(found[SLOPE[-1]] / found[SLOPE[0]]) / log(SLOPE[-1] / SLOPE[0])
    print(f"\n{way}: slope {whole:.3f} over all; {' and '.join(f'{one:.3f}' for one in slopes)}\n")


def bulk_edits(package: Path, scratch: Path) -> None:
    """Tracked and untracked statements on copies of one file, in turns, best of three."""
    folder = scratch / "edit" / "Grown"
    folder.parent.mkdir(parents=True)
    with running_service(package) as service:
        in_process(download, (service.url, service.web_map, service.area), folder)
    tracked, untracked = working_copy(folder), folder.parent / "untracked.gpkg"
    shutil.copy(tracked, untracked)
    with closing(connect_working_copy(untracked)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'offline_tracking*'"
        )
        for (name,) in names.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.commit()
    for name, statement in EDITS.items():
        cells = [name]
        for call in (edit_by_statement, edit_in_qgis):
            times = [
                [in_process(call, path, name, statement) for path in (untracked, tracked)]
                for _ in range(ROUNDS)
            ]
            bare, ours = (min(column) for column in zip(*times))
            cells += [f"{ROWS / bare / 1000:.0f} k", f"{ROWS / ours / 1000:.0f} k", f"{bare / ours:.2f}"]
        show(*cells)
    shutil.rmtree(folder.parent)
    print()


def edit_in_qgis(path: Path, name: str, _statement: str) -> float:
    """CPU seconds of an edit of all rows of a copy of the file, as a layer of QGIS commits it."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QgsApplication([], False)
    application.initQgis()
    with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
        copy = shutil.copy(path, Path(temporary) / "copy.gpkg")
        layer = QgsVectorLayer(f"{copy}|layername=Grown", "Grown", "ogr")
        provider, fields = layer.dataProvider(), layer.fields()
        features = list(provider.getFeatures())
        values = {fields.indexOf("height"): 1.5, fields.indexOf("name"): "other"}
        moved = QgsGeometry.fromPointXY(QgsPointXY(1_234.5, 5_678.9))
        bare = {fields.indexOf("fid"), fields.indexOf("GlobalID")}
        for feature in features if name == "insert" else ():
            for number in bare:
                feature.setAttribute(number, None)
        calls: dict[str, Callable[[], Any]] = {
            "update": lambda: provider.changeAttributeValues({one.id(): values for one in features}),
            "move": lambda: provider.changeGeometryValues({one.id(): moved for one in features}),
            "insert": lambda: provider.addFeatures(features),
            "delete": lambda: provider.deleteFeatures([one.id() for one in features]),
        }
        cpu = time.process_time()
        done = calls[name]()
        cpu = time.process_time() - cpu
    if not (done[0] if isinstance(done, tuple) else done):
        raise SystemExit(f"QGIS could not {name} the rows")
    return cpu


def edit_by_statement(path: Path, _name: str, statement: str) -> float:
    """CPU seconds of a statement on a copy of the file, with its commit."""
    gdal.UseExceptions()
    with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
        copy = Path(shutil.copy(path, Path(temporary) / "copy.gpkg"))
        source = gdal.OpenEx(str(copy), gdal.OF_UPDATE | gdal.OF_VECTOR)
        cpu = time.process_time()
        source.StartTransaction()
        source.ExecuteSQL(statement)
        source.CommitTransaction()
        return time.process_time() - cpu


def check(package: Path, scratch: Path) -> None:
    folder = scratch / "check" / "Grown"
    folder.parent.mkdir(parents=True)
    with running_service(package) as service:
        in_process(download, (service.url, service.web_map, service.area), folder)
        service.forget()
        cpu = in_process(checked, service.url, folder)
        requests, size = service.asked()
    show("check", f"{requests}", f"{size:,}", f"{cpu * 1000:.0f} ms")
    shutil.rmtree(folder.parent)


def show(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def heads(*cells: str) -> None:
    show(*cells)
    print("|---" * len(cells) + "|", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full numbers of changes")
    parser.add_argument("--keep", type=Path, help="folder that keeps the grown file for the next run")
    parser.add_argument("--only", action="append", choices=[*SIZES, "edit", "check"])
    options = parser.parse_args()
    parts = options.only or [*SIZES, "edit", "check"]
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        folder = options.keep or scratch
        folder.mkdir(parents=True, exist_ok=True)
        package = folder / f"replica.{ROWS}.geodatabase"
        if not package.is_file():
            grow_package(package, ROWS)
        for way in SIZES:
            if way in parts:
                heads("way", "changes", "CPU s", "wall s", "µs a change", "requests", "peak beyond start")
                transfers(way, package, options.scale, scratch)
        if "edit" in parts:
            heads("edit", *("untracked rows/s", "tracked rows/s", "ratio") * 2)
            bulk_edits(package, scratch)
        if "check" in parts:
            heads("check", "requests", "bytes", "CPU")
            check(package, scratch)


if __name__ == "__main__":
    main()
