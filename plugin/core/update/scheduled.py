"""The scheduled update of one working copy: deltas where they lead to what the portal has, else its package.

Whatever comes goes into the copy in one transaction, with the generation and the revision that it has then.
Before that nothing of the map has changed; after it the copy is current, whatever happens to the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
import tempfile
from typing import Optional

from ..errors import AccessDenied, BrokenAnswer, ItemNotFound, PackageError, Unsupported
from ..geodatabase.catalogue import open_geodatabase
from ..geodatabase.delta import Delta, ExpectedDelta, not_understood, open_delta
from ..geodatabase.replica import Replica
from ..geodatabase.same_schema import schema_difference
from ..host import Clock, Feedback, raise_if_cancelled
from ..notice import notice
from ..portal.generations import ServerGenerations
from ..portal.items import Portal
from ..portal.map_areas import Package
from ..portal.urls import service_key
from ..transfer.fetch import fetch_package, file_name
from ..working_copy.apply import Applied
from ..working_copy.base import attached_package
from ..working_copy.delta_rows import apply_delta, convert_delta
from ..working_copy.package_state import PackageState, package_state_in, write_package_state
from ..working_copy.renewed_rows import RenewedTable, renew_rows
from ..working_copy.table_names import table_in_copy
from ..working_copy.tracked_table import TrackedTable
from .incoming import count_applied
from .incoming_files import IncomingFiles
from .open_copy import OpenCopy
from .package_choice import (
    Choice,
    DeltaFile,
    Fetch,
    Held,
    Offered,
    choose_fetch,
    delta_files,
    may_use_deltas,
)
from .package_files import place_package
from .report import CopyReport, PackageFetch

_SCRATCH = "offline-map-areas-"
_UNUSABLE = (PackageError, BrokenAnswer, ItemNotFound, AccessDenied)
"""What is wrong with deltas alone: the package may be had all the same."""


@dataclass(frozen=True)
class PackageSource:
    """The package as the portal describes it now, and where files of it arrive."""

    portal: Portal
    package: Package
    incoming: IncomingFiles
    clock: Clock

    def choose(self, held: Held) -> Choice:
        """Asks for the deltas where they may be of use. Raises `PortalError`, `NetworkError`."""
        offered = Offered.of(self.package)
        if not may_use_deltas(held, offered):
            return choose_fetch(held, offered, ())
        try:
            resources = self.portal.resources(self.package.item.id)
        except (ItemNotFound, AccessDenied):
            resources = []
        return choose_fetch(held, offered, delta_files(resources))


def held_by(package: PackageState, replica: Replica, revision: str, generations: ServerGenerations) -> Held:
    """What a working copy has: as its package, or as the updates since, or as its own replica brought it."""
    first = min(generations.layers, default=None)
    own = generations.replica if first is None else generations.layers[first]
    told = package.generation if package.generation is not None else replica.server_gen
    known = [number for number in (told, own) if number]
    return Held(max(known, default=None), package.revision or revision)


class ScheduledUpdate:
    """Of one open working copy; `folder` is that of the map."""

    def __init__(
        self, folder: Path, there: OpenCopy, source: PackageSource, report: CopyReport, feedback: Feedback
    ) -> None:
        self._folder, self._there, self._source = folder, there, source
        self._report, self._feedback = report, feedback
        copy, state = there.copy, there.state
        package = package_state_in(there.connection)
        self._held = held_by(package, copy.replica, copy.revision, state.generations)

    def run(self) -> None:
        """Raises `PortalError`, `NetworkError`, `PackageError`, `StorageError`, `Cancelled`."""
        self._check_service()
        choice = self._source.choose(self._held)
        if choice.fetch is Fetch.DELTAS:
            try:
                self._take_deltas(choice.deltas)
            except _UNUSABLE as error:
                text = (
                    "The scheduled updates of “{service}” could not be used, so the newest package was taken:"
                    " {reason}"
                )
                title = self._there.copy.title
                self._report.notices.append(notice("deltas", text, service=title, reason=error))
                self._take_package()
        elif choice.fetch is Fetch.PACKAGE:
            self._take_package()
        else:
            self._take_nothing()

    def try_out(self) -> None:
        """Tells what `run` would fetch."""
        self._check_service()
        choice = self._source.choose(self._held)
        size = size_of_choice(choice, self._source.package)
        text = "“{service}” has no new data."
        if choice.fetch is Fetch.DELTAS:
            text = "“{service}” has scheduled updates: {count}, with {size} bytes."
        elif choice.fetch is Fetch.PACKAGE:
            text = "“{service}” has a newer package, with {size} bytes."
        title, count = self._there.copy.title, len(choice.deltas)
        self._report.notices.append(notice("dry_run", text, service=title, count=count, size=size))

    def _check_service(self) -> None:
        stated, own = self._source.package.service_url, self._there.copy.service_url
        if stated and service_key(stated) != service_key(own):
            raise Unsupported(
                "The package of “{service}” is that of another service now: {other}. The offline map stays as"
                " it is.",
                next_step="Download the map area again, into another folder.",
                service=self._there.copy.title,
                other=stated,
            )

    def _take_nothing(self) -> None:
        """An item that changed without its data is what the copy equals from now on."""
        revision = self._source.package.item.revision
        if revision == self._held.revision:
            return
        generation, offered = self._held.generation, self._source.package.server_gen
        if offered is not None and generation is not None and offered < generation:
            text = (
                "The portal has an older package of “{service}” than this offline map, which stays as it is."
            )
            self._report.notices.append(notice("older", text, service=self._there.copy.title))
        with self._there.transaction():
            write_package_state(self._there.connection, PackageState(generation, revision))

    # ---- deltas ------------------------------------------------------------------------------

    def _take_deltas(self, deltas: tuple[DeltaFile, ...]) -> None:
        source, feedback = self._source, self._feedback
        item = source.package.item
        files = [
            source.incoming.fetch_delta(one, item.id, source.portal, source.clock, feedback) for one in deltas
        ]
        with (
            _opened(files, deltas, self._there) as opened,
            tempfile.TemporaryDirectory(prefix=_SCRATCH) as made,
        ):
            self._check_chain(deltas, opened)
            converted = [Path(made) / f"{number}.gpkg" for number in range(len(opened))]
            for delta, target in zip(opened, converted):
                convert_delta(delta, target, feedback)
            there = self._there
            tables = {table.name: table for table in there.tables}
            applied: list[tuple[TrackedTable, Applied]] = []
            with there.transaction():
                for delta, rows in zip(opened, converted):
                    raise_if_cancelled(feedback)
                    applied += apply_delta(there.connection, tables, delta, rows)
                state = PackageState(deltas[-1].generation, item.revision)
                write_package_state(there.connection, state)
        self._count(applied)
        self._report.fetched = PackageFetch(len(deltas), sum(one.size for one in deltas))

    def _count(self, applied: Iterable[tuple[TrackedTable, Applied]]) -> None:
        """What is in the copy now, and not before."""
        for table, rows in applied:
            count_applied(self._report, table, rows)

    def _check_chain(self, deltas: tuple[DeltaFile, ...], opened: list[Delta]) -> None:
        """Where a delta tells what it leads on from, that must have been reached by then."""
        reached = self._held.generation or 0
        for file, delta in zip(deltas, opened):
            if delta.begins_at is not None and delta.begins_at > reached:
                raise not_understood(file.name, f"{delta.begins_at} > {reached}")
            reached = file.generation

    # ---- the package -------------------------------------------------------------------------

    def _take_package(self) -> None:
        source, there, feedback = self._source, self._there, self._feedback
        source.incoming.open(file_name(source.package))
        arrived = fetch_package(source.package, source.incoming, source.portal, source.clock, feedback)
        staged = source.incoming.packages / arrived.name
        renewed, generation = self._renewed_tables(staged)
        with attached_package(there.connection, staged, feedback), there.transaction():
            applied = [(one.table, renew_rows(there.connection, one, feedback)) for one in renewed]
            write_package_state(there.connection, PackageState(generation, arrived.revision))
        self._count(applied)
        self._report.fetched = PackageFetch(0, arrived.bytes, is_package=True)
        place_package(self._folder, arrived, staged)

    def _renewed_tables(self, staged: Path) -> tuple[list[RenewedTable], Optional[int]]:
        """The tables that get rows, and the generation of the package that came."""
        copy = self._there.copy
        with open_geodatabase(staged) as new, open_geodatabase(copy.package) as old:
            replica = new.replica
            if replica is None or not _same_area(replica, copy.replica):
                raise Unsupported(
                    "The newest package of “{service}” is that of another map area. The offline map stays as"
                    " it is.",
                    next_step="Download the map area again, into another folder.",
                    service=copy.title,
                )
            generation = replica.server_gen
            self._require_newer(generation)
            difference = schema_difference(old, new)
            if difference is not None:
                raise self._other_schema(difference)
            sources = {table.name: table for table in map(table_in_copy, new.tables)}
        tables = list(self._there.tables)
        lacking = next((table for table in tables if not table.global_id), None)
        if lacking is not None:
            raise self._other_schema(lacking.title)
        return [RenewedTable(table, sources[table.name]) for table in tables], generation

    def _require_newer(self, generation: Optional[int]) -> None:
        held = self._held.generation
        if held is not None and (generation or 0) < held:
            raise Unsupported(
                "The newest package of “{service}” is older than this offline map, which stays as it is.",
                next_step="Try again after the next scheduled update.",
                service=self._there.copy.title,
            )

    def _other_schema(self, place: str) -> Unsupported:
        return Unsupported(
            "The newest package of “{service}” has another schema ({place}). The offline map stays as it is.",
            next_step="Download the map area again, into another folder.",
            service=self._there.copy.title,
            place=place,
        )


def size_of_choice(choice: Choice, package: Package) -> int:
    """Bytes to fetch."""
    if choice.fetch is Fetch.PACKAGE:
        return package.item.size
    return sum(one.size for one in choice.deltas)


@contextmanager
def _opened(files: Iterable[Path], deltas: Iterable[DeltaFile], there: OpenCopy) -> Iterator[list[Delta]]:
    replica = there.copy.replica.uuid
    with open_geodatabase(there.copy.package) as geodatabase:
        tables = geodatabase.tables
    with ExitStack() as stack:
        yield [
            stack.enter_context(open_delta(path, ExpectedDelta(replica, one.generation, tables)))
            for path, one in zip(files, deltas)
        ]


def _same_area(one: Replica, other: Replica) -> bool:
    return (one.query_rings, one.query_wkid) == (other.query_rings, other.query_wkid)
