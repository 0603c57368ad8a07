"""A client: the folder of an offline map, what a user does in it, and processes that synchronise it.

A process is forked from this one; what it asks of the portal goes through real sockets. It may stop at any
request until the checker says go on, and may end at any request or SQL statement as by kill -9.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
import json
from multiprocessing.connection import Connection, Pipe
import os
from pathlib import Path
import signal
import sqlite3
import sys
import traceback
from typing import Any, Optional

from plugin.core.errors import OfflineMapError
from plugin.core.host import Silent
from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.core.offline_map.removal import set_aside, sweep
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.pinned import PinnedTransport
from plugin.core.portal.reach import look_up
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.core.update.finish import FinishRequest, finish_map
from plugin.core.update.orphans import Orphan
from plugin.core.update.surroundings import UpdateSurroundings
from plugin.core.update.sync import update_map
from plugin.core.update.update_request import UpdateDirection, UpdateRequest
from plugin.core.working_copy.connection import connect_working_copy
from tests.core.hosts import QuickClock
from tests.core.scene import job_at, run

from .town import OWNER, PASSWORD

_STATEMENTS = ("execute", "executemany", "commit")
_LONGEST = 120
"""Seconds that a process may take."""


@dataclass(frozen=True)
class Kill:
    """Ends the process before or after its `at`-th request, or before its `at`-th SQL statement."""

    what: str
    at: int


@dataclass
class Outcome:
    """`error` is the code of an error, "killed" for a process that ended without a word."""

    error: str = ""
    text: str = ""
    moved: int = 0
    refused: int = 0
    notices: list[str] = field(default_factory=list)


class Client:
    """`machine` is the computer that it pretends to be on, `born` when its files were made; the clipboard has
    rows with their tables.
    """

    def __init__(self, name: str, folder: Path, machine: str, signs_in: bool) -> None:
        self.name, self.folder, self.machine, self.signs_in = name, folder, machine, signs_in
        self.born = 1
        self.clipboard: list[tuple[str, dict[str, Any]]] = []
        self._orphans = folder.parent / f"{name} orphans.json"
        self._scratch = folder.parent / f"{name} scratch"

    @property
    def copy(self) -> Path:
        (found,) = working_copies_in(MapFolder(self.folder).work)
        return found

    def connect(self) -> sqlite3.Connection:
        connection = connect_working_copy(self.copy)
        connection.execute("PRAGMA busy_timeout = 100")
        connection.row_factory = sqlite3.Row
        return connection

    def state(self) -> dict[str, Any]:
        """What the working copy says of its replica."""
        with closing(self.connect()) as connection:
            found = connection.execute(
                "SELECT value FROM gpkgext_offline_copy WHERE name = 'replica'"
            ).fetchone()
        state: dict[str, Any] = json.loads(found[0]) if found else {}
        return state

    def edits(self) -> list[tuple[str, str, str]]:
        """(table, GlobalID, operation) of what waits."""
        with closing(self.connect()) as connection:
            return [
                tuple(row)
                for row in connection.execute(
                    "SELECT table_name, global_id, operation FROM gpkgext_offline_changes ORDER BY id"
                )
            ]

    # -- processes

    def synchronise(
        self,
        direction: str = "both",
        rollback: bool = False,
        kill: Optional[Kill] = None,
        pause_at: int = 0,
        meanwhile: Optional[Callable[[], None]] = None,
    ) -> Outcome:
        """`meanwhile` is called while the process waits before its `pause_at`-th request."""

        def work(around: UpdateSurroundings) -> Outcome:
            request = UpdateRequest(self.folder, UpdateDirection(direction), rollback)
            result = update_map(request, around, Silent())
            copies = result.report.copies
            return Outcome(
                moved=sum(one.uploaded + one.downloaded for one in copies),
                refused=sum(one.edit_errors for one in copies),
                notices=[one.code for copy in copies for one in copy.notices],
            )

        return self._run(work, kill, pause_at, meanwhile)

    def finish(self) -> Outcome:
        def work(around: UpdateSurroundings) -> Outcome:
            finish_map(FinishRequest(self.folder, True, True, True), around, _remove, Silent())
            return Outcome()

        return self._run(work, None, 0, None)

    def _run(
        self,
        work: Callable[[UpdateSurroundings], Outcome],
        kill: Optional[Kill],
        pause_at: int,
        meanwhile: Optional[Callable[[], None]],
    ) -> Outcome:
        near, far = Pipe()
        pid = os.fork()
        if pid == 0:
            near.close()
            _in_child(far, work, self._around(far, kill, pause_at), kill)
        far.close()
        outcome = Outcome("killed")
        with near:
            while True:
                try:
                    word, value = near.recv()
                except (EOFError, ConnectionError):
                    break
                if word == "waits":
                    if meanwhile:
                        meanwhile()
                    near.send("go")
                else:
                    outcome = value
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
            return Outcome("crash", f"it did not end within {_LONGEST} s")
        return outcome

    def _around(self, pipe: Connection, kill: Optional[Kill], pause_at: int) -> UpdateSurroundings:
        self._scratch.mkdir(exist_ok=True)
        transport = _Watched(pipe, kill, pause_at)
        clock = QuickClock()
        credentials = UserPassword(OWNER, PASSWORD) if self.signs_in else None

        def session(url: str) -> PortalSession:
            deadlines = Deadlines(connect=20, silence=20, answer=60)
            return PortalSession(url, credentials, transport=transport, clock=clock, deadlines=deadlines)

        return UpdateSurroundings(
            session_of=session,
            clock=clock,
            machine_id=self.machine,
            born=lambda path: self.born,
            orphans=_Orphans(self._orphans),
            scratch=self._scratch,
            plugin_version="9.9",
        )


def _in_child(
    pipe: Connection,
    work: Callable[[UpdateSurroundings], Outcome],
    around: UpdateSurroundings,
    kill: Optional[Kill],
) -> None:
    signal.alarm(_LONGEST)
    try:
        if kill and kill.what == "statement":
            sys.setprofile(_Statements(kill.at))
        outcome = work(around)
    except OfflineMapError as error:
        outcome = Outcome(error.code, str(error))
    except BaseException:  # noqa: BLE001 - told to who forked this process
        outcome = Outcome("crash", traceback.format_exc())
    sys.setprofile(None)
    pipe.send(("done", outcome))
    os._exit(0)


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Statements:
    """Ends the process before its n-th SQL statement."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self, frame: Any, event: str, what: Any) -> None:
        if event == "c_call" and what.__name__ in _STATEMENTS:
            self._left -= 1
            if not self._left:
                _end()


class _Watched(PinnedTransport):
    """requests' own transport, which stops and ends where it is told to."""

    def __init__(self, pipe: Connection, kill: Optional[Kill], pause_at: int) -> None:
        super().__init__(look_up)
        self._pipe, self._kill, self._pause_at = pipe, kill, pause_at
        self._count = 0

    def send(self, *values: Any, **options: Any) -> Any:
        self._count += 1
        if self._count == self._pause_at:
            self._pipe.send(("waits", None))
            self._pipe.recv()
        self._die("request")
        answer = super().send(*values, **options)
        self._die("answer")
        return answer

    def _die(self, what: str) -> None:
        if self._kill and self._kill.what == what and self._kill.at == self._count:
            _end()


class _Orphans:
    """What a profile remembers, in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def orphans(self) -> list[Orphan]:
        listed = json.loads(self._path.read_text()) if self._path.exists() else []
        return [found for found in map(Orphan.from_json, listed) if found]

    def remember(self, orphan: Orphan) -> None:
        self._write([*self.orphans(), orphan])

    def forget(self, orphan: Orphan) -> None:
        self._write([one for one in self.orphans() if one != orphan])

    def _write(self, orphans: list[Orphan]) -> None:
        self._path.write_text(json.dumps([one.to_json() for one in orphans]))


def _remove(folder: Path) -> Any:
    aside = set_aside(folder)
    sweep(aside.place)
    return aside.others


def download(place: dict[str, str], folder: Path) -> None:
    """Takes the map area offline, in a process of its own: it starts threads."""
    pid = os.fork()
    if pid == 0:
        try:
            job = job_at(
                place["url"], folder, place["area"], None, web_map=place["web_map"],
                update_mode=UpdateMode.SYNC,
            )  # fmt: skip
            run(job)
        except BaseException:  # noqa: BLE001 - a forked process must end here
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("the map area could not be downloaded")
