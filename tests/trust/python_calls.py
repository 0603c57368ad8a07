"""Runs in a process of its own: downloads that end, or are refused by the disk, at one call of Python's.

`python -m tests.trust.python_calls PORTAL WEB_MAP AREA FOLDER MODE FIRST EVERY` prints a line of JSON for
every disturbed download, an `Outcome`. Each is a fork, which ends as a killed process does, without cleaning
up.

MODE is `killed`; `refused`, where the disk has no room for that call; or `full`, where it has none any more.
"""

from __future__ import annotations

from collections.abc import Callable
import errno
from itertools import count
import json
import os
from pathlib import Path
import sqlite3
import sys
from typing import Any, NamedTuple, Optional
from urllib.parse import unquote

from tests.core.scene import left_in

from .one_download import Wanted, take_offline

NAME = "Grüne Wege"
# Events of Python's audit hooks: the argument that holds the path, and the one with the folder it is in.
_CHANGES = {"os.mkdir": (0, 2), "os.rename": (1, 3), "os.remove": (0, 1), "os.rmdir": (0, 1)}
_REMOVALS = ("os.remove", "os.rmdir")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Outcome(NamedTuple):
    """What came of a disturbed download, and of the same one started again: code and text of the error.

    `first` is None where the process was killed, `second` where there was no need; `differs` names what is
    not as after a calm run.
    """

    call: str
    first: Optional[list[Optional[str]]]
    second: Optional[list[Optional[str]]]
    differs: list[str]


class Disturbance:
    """Counts the calls that change something below a folder; `happens` is told of the one at `number`.

    `lasts`: of all that follow as well, but removals.
    """

    def __init__(self, folder: Path, number: int, lasts: bool, happens: Callable[[str], None]) -> None:
        self._folder, self._left, self._lasts, self._happens = str(folder), number, lasts, happens

    def begin(self) -> None:
        """From now on, for the rest of this process."""
        sys.addaudithook(self._hear)
        sync = os.fsync

        def fsync(file: int) -> None:
            self._count("fsync", os.readlink(f"/proc/self/fd/{file}"))
            sync(file)

        os.fsync = fsync

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES:
            path, folder = (arguments[index] for index in _CHANGES[event])
            inside = os.readlink(f"/proc/self/fd/{folder}") if folder >= 0 else ""
            self._count(event, os.path.join(inside, os.fsdecode(path)))
        elif event == "open" and arguments[2] & _WRITING and not isinstance(arguments[0], int):
            self._count(event, os.fsdecode(arguments[0]))
        elif event == "sqlite3.connect" and not str(arguments[0]).endswith("mode=ro"):
            self._count(event, unquote(str(arguments[0]).removeprefix("file://")))

    def _count(self, call: str, path: str) -> None:
        if path.startswith(self._folder):
            self._left -= 1
            if self._left == 0 or (self._left < 0 and self._lasts and call not in _REMOVALS):
                self._happens(f"{call} {path.removeprefix(self._folder)}")


def main(wanted: Wanted, folder: Path, mode: str, first: int, every: int) -> None:
    calm = folder / "calm" / NAME
    calm.parent.mkdir()
    undisturbed(wanted, calm)
    whole = left_in(calm.parent)
    for number in count(first, every):
        output = folder / str(number) / NAME
        output.parent.mkdir()
        call, told = disturbed(wanted, output, number, mode)
        if call is None:
            return
        then = None if output.exists() else undisturbed(wanted, output)
        there = left_in(output.parent)
        differs = {name for name, _ in there.items() ^ whole.items()}
        print(json.dumps(Outcome(call, told, then, sorted(differs))), flush=True)


def undisturbed(wanted: Wanted, output: Path) -> list[Optional[str]]:
    (ended,) = in_fork(lambda _tell: take_offline(wanted, output))
    return ended


def disturbed(
    wanted: Wanted, output: Path, number: int, mode: str
) -> tuple[Optional[str], Optional[list[Optional[str]]]]:
    """The call that did not happen, None where there are fewer; what came of the download."""

    def work(tell: Callable[[Any], None]) -> Any:
        def happens(call: str) -> None:
            tell(call)
            if mode == "killed":
                os._exit(1)
            if call.startswith("sqlite3"):
                raise sqlite3.OperationalError("unable to open database file")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        Disturbance(output, number, mode == "full", happens).begin()
        return take_offline(wanted, output)

    told = in_fork(work)
    calls = [message for message in told if isinstance(message, str)]
    ended = [message for message in told if not isinstance(message, str)]
    return (calls[0] if calls else None), (ended[0] if ended else None)


def in_fork(work: Callable[[Callable[[Any], None]], Any]) -> list[Any]:
    """What the work tells while it runs in a fork of this process, and what it returns, if it gets so far."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:

        def tell(message: Any) -> None:
            os.write(writing, json.dumps(message).encode() + b"\n")

        tell(work(tell))
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        told = [json.loads(line) for line in pipe]
    os.waitpid(process, 0)
    return told


if __name__ == "__main__":
    main(Wanted(*sys.argv[1:4]), Path(sys.argv[4]), sys.argv[5], int(sys.argv[6]), int(sys.argv[7]))
