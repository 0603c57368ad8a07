"""Kills a process at every call that changes the disk, then lets the disk refuse every one: minutes.

`python -m tests.trust.crash_points [EVERY [WORK]]` needs gcc; EVERY 5 tries every fifth call. WORK is
download, registration, sync, finish, “finish, kept”, deltas or package (of a scheduled update); without it
each has its turn.

The small map that is downloaded has all kinds of files; that of Canyonlands, where the sample packages are,
has large ones made by Esri's software. What must hold of the other works stands in `kept_map`; what must,
wherever a download was disturbed:

- the output folder is absent, or it is the whole map;
- a disk that refuses ends the job with an error of storage, or does no harm;
- the same download, started again, finishes, and what it leaves equals that of a calm run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
import errno
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple, Optional

from tests.core.scene import left_in
from tests.portal import CANYONLANDS, CANYONLANDS_AREA, PortalStandIn, canyonlands

from .kept_map import WORKS, Outcome
from .one_download import Wanted, take_offline
from .small_map import AREA, SmallMap

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SAMPLES = ROOT.parent / "shared" / "samples"
NAME = "Grüne Wege"
DOWNLOAD = "download"
MODES = {"killed": {}, "disk full": {"TRUST_ERRNO": str(errno.ENOSPC)}}
_PWRITES = 12  # of the writes of SQLite, which are many and alike, one in so many


@contextmanager
def small(folder: Path) -> Iterator[Wanted]:
    made = SmallMap(folder)
    with PortalStandIn(made.content) as portal:
        made.name_picture(portal.rest)
        yield Wanted(portal.url, made.web_map, AREA)


@contextmanager
def large(_folder: Path) -> Iterator[Wanted]:
    with PortalStandIn(canyonlands(SAMPLES)) as portal:
        yield Wanted(portal.url, CANYONLANDS, CANYONLANDS_AREA)


MAPS = {"small map": small, "Canyonlands": large}


class Call(NamedTuple):
    """A call that changes the disk: its number in a calm run, name, and path below the folder."""

    number: int
    name: str
    path: str


def main(every: int, works: Sequence[str], folder: Path) -> int:
    library = built(folder)
    wrong = 0
    for work in works:
        for mode in MODES:
            if work == DOWNLOAD:
                continue
            print(f"{work}, {mode}:", flush=True)
            wrong += told(disturbed_work(library, work, mode, 1, every))
    if DOWNLOAD in works:
        wrong += downloads(every, library, folder)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


def built(folder: Path) -> Path:
    """The library that stops calls."""
    library = folder / "interpose.so"
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "interpose.c"), "-ldl"]
    subprocess.run(command, check=True)
    return library


def disturbed_work(library: Path, work: str, mode: str, first: int, every: int) -> Iterator[Outcome]:
    """What came of each run of one of `WORKS`, disturbed at every so many calls from the first one on."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.trust.kept_map",
        work,
        mode,
        f"{first}",
        f"{every}",
    ]
    with tempfile.TemporaryDirectory(prefix="kept-map-") as folder:
        environment = {**os.environ, "LD_PRELOAD": str(library)}
        running = subprocess.Popen(
            [*command, folder], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        with running:
            for line in running.stdout or ():
                yield Outcome(*json.loads(line))
        if running.returncode:
            raise SystemExit(f"{work} ended with {running.returncode}")


def told(outcomes: Iterable[Outcome]) -> int:
    """Prints how the second runs ended, and how many did not end well, which it returns."""
    wrong, ended = [], Counter[str]()
    for outcome in outcomes:
        ended[(outcome.ended[0] or "no error") if outcome.ended else "killed"] += 1
        if not outcome.is_right:
            wrong.append(outcome)
            print(f"  WRONG at {outcome.call}: {outcome.ended}", *outcome.wrong, sep="\n    ", flush=True)
    print(f"  {sum(ended.values())} runs, {len(wrong)} wrong; {dict(ended)}", flush=True)
    return len(wrong)


def downloads(every: int, library: Path, folder: Path) -> int:
    wrong = 0
    for name, serve in MAPS.items():
        if serve is large and not SAMPLES.is_dir():
            continue
        place = folder / name.replace(" ", "_")
        place.mkdir()
        with serve(place) as wanted:
            trial = Trial(wanted, library, place)
            calls = trial.calm()
            few = [call for call in calls if call.name != "pwrite"]
            few += [call for call in calls if call.name == "pwrite"][::_PWRITES]
            for mode in MODES:
                print(f"{name}, {mode}:", flush=True)
                wrong += trial.mode(mode, sorted(few)[::every])
    return wrong


class Trial:
    """Downloads into one folder, each disturbed at another call."""

    def __init__(self, wanted: Wanted, library: Path, folder: Path) -> None:
        self._wanted, self._library, self._folder = wanted, library, folder
        self._output = folder / "tries" / NAME
        self._whole: dict[str, str] = {}

    def calm(self) -> list[Call]:
        """Remembers what a run leaves that nothing disturbs; returns the calls that it made."""
        output, log = self._folder / "calm" / NAME, self._folder / "calls"
        code, text = self._child(output, {"TRUST_LOG": str(log)})
        if code is not None:
            raise SystemExit(text)
        self._whole = left_in(output.parent)
        lines = (line.split(" ", 2) for line in log.read_text().splitlines())
        return [Call(int(number), name, path.replace(str(output), "", 1)) for number, name, path in lines]

    def mode(self, name: str, calls: list[Call]) -> int:
        """Disturbs one run at each call; prints and returns how many did not end well."""
        outcomes: Counter[str] = Counter()
        wrong = 0
        for call in calls:
            outcome, is_right = self._disturbed(call, MODES[name])
            outcomes[outcome] += 1
            wrong += not is_right
            if not is_right:
                print(f"  WRONG at {call.number} {call.name} {call.path}: {outcome}", flush=True)
        print(f"  {len(calls)} runs, {wrong} wrong; {dict(outcomes)}", flush=True)
        return wrong

    def _disturbed(self, call: Call, mode: dict[str, str]) -> tuple[str, bool]:
        """What came of it in the end, and whether that is right."""
        shutil.rmtree(self._output.parent, ignore_errors=True)
        code, text = self._child(self._output, {"TRUST_AT": str(call.number), **mode})
        if mode and code not in (None, "storage"):
            return f"told as {code}: {text[-300:]}", False
        if self._output.exists():
            is_whole = left_in(self._output.parent) == self._whole
            return ("whole" if is_whole else f"half: {self._differences()}"), is_whole
        code, text = take_offline(self._wanted, self._output)
        if code is not None:
            return f"does not go on: {text[-300:]}", False
        is_whole = left_in(self._output.parent) == self._whole
        return ("finished, equal" if is_whole else f"finished: {self._differences()}"), is_whole

    def _differences(self) -> str:
        there = left_in(self._output.parent)
        return ", ".join(sorted(name for name, _ in set(there.items()) ^ set(self._whole.items())))

    def _child(self, output: Path, environment: dict[str, str]) -> tuple[Optional[str], str]:
        """A download in a process of its own; killed, it has no code either."""
        output.parent.mkdir()
        preload = {"LD_PRELOAD": str(self._library), "TRUST_PATH": str(output)}
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "tests.trust.one_download",
            *self._wanted,
            str(output),
        ]
        ended = subprocess.run(
            command, env={**os.environ, **preload, **environment}, capture_output=True, text=True, check=False
        )
        if not ended.stdout:
            return (None, "") if ended.returncode < 0 else ("traceback", ended.stderr)
        code, text = json.loads(ended.stdout)
        return code, text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="crash-points-") as made:
        sys.exit(main(int((sys.argv[1:] or ["1"])[0]), sys.argv[2:] or [DOWNLOAD, *WORKS], Path(made)))
