"""Runs histories, several processes side by side; drops what a failure does not need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection, Pipe, wait
import os
from pathlib import Path
import shutil
import signal
import tempfile
import traceback
from typing import Any

from .client import download
from .faults import FAULTS
from .history import Run
from .model import Violation
from .packages import read_once
from .qgis_client import QgisProcess
from .server import MODELS, Server
from .steps import Setting, Step, drawn


@dataclass
class Verdict:
    """`wrong` is empty where all is well; `counts` are the operations and faults that were tried."""

    seed: int
    wrong: str = ""
    told: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class Laboratory:
    """One server, and maps that were downloaded once; `fault` is one of FAULTS.

    `in_qgis`: clients synchronise there, too.
    """

    def __init__(self, folder: Path, fault: str = "", in_qgis: bool = False) -> None:
        self._folder, self._fault = folder, fault
        self._qgis = QgisProcess(folder / "profile") if in_qgis else None
        self._server = Server(folder / "server")
        self._maps = {}
        for model in MODELS:
            self._maps[model] = folder / "downloaded" / model / "Alte Stadt (Süd)"
            self._maps[model].parent.mkdir(parents=True)
            download(self._server.places[model], self._maps[model])
        read_once(folder / "downloaded")

    def try_seed(self, seed: int) -> Verdict:
        setting = Setting.drawn(seed)
        return self.try_out(setting, drawn(setting))

    def try_out(self, setting: Setting, steps: Sequence[Step]) -> Verdict:
        place = self._folder / "history"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        run = Run(self._server, self._maps, place, setting, steps, self._qgis)
        verdict = Verdict(setting.seed, "", run.told, run.counts)
        with FAULTS[self._fault]() if self._fault else nullcontext():
            try:
                run.run()
            except Violation as wrong:
                verdict.wrong = str(wrong)
            except Exception:  # noqa: BLE001 - whatever it is, it belongs to this history
                verdict.wrong = traceback.format_exc()
        return verdict

    def shrunk(self, seed: int) -> Verdict:
        """The failing history without the steps, and without the parts of steps, that it fails without."""
        setting = Setting.drawn(seed)
        steps, found = drawn(setting), self.try_seed(seed)
        for length in (8, 4, 2, 1):
            place = 0
            while found.wrong and place < len(steps):
                fewer = steps[:place] + steps[place + length :]
                again = self.try_out(setting, fewer)
                if again.wrong:
                    steps, found = fewer, again
                else:
                    place += length
        while found.wrong:
            tried = ((fewer, self.try_out(setting, fewer)) for fewer in _with_less(steps))
            simpler = next(((fewer, again) for fewer, again in tried if again.wrong), None)
            if simpler is None:
                break
            steps, found = simpler
        return found

    def stop(self) -> None:
        self._server.stop()


def _with_less(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """The steps with one fault, or one thing that happens meanwhile, left out."""
    for place, step in enumerate(steps):
        inner = [step.meanwhile[:index] + step.meanwhile[index + 1 :] for index in range(len(step.meanwhile))]
        less = [replace(step, meanwhile=one) for one in inner]
        less += [replace(step, fault=None), replace(step, kill=None), replace(step, rollback=False)]
        yield from ([*steps[:place], one, *steps[place + 1 :]] for one in less if one != step)


def verdicts(
    seeds: Sequence[int], processes: int, fault: str = "", in_qgis: bool = False
) -> Iterator[Verdict]:
    """As they come; the processes end with the iterator."""
    pipes: dict[Connection, int] = {}
    place = tempfile.TemporaryDirectory(prefix="sync-check-", ignore_cleanup_errors=True)
    try:
        for number in range(min(processes, len(seeds))):
            near, far = Pipe()
            pid = os.fork()
            if pid == 0:
                near.close()
                make = partial(Laboratory, Path(place.name, str(number)), fault, in_qgis)
                _work(far, seeds[number::processes], make)
            far.close()
            pipes[near] = pid
        running = list(pipes)
        while running:
            for pipe in wait(running):
                assert isinstance(pipe, Connection)
                try:
                    yield pipe.recv()
                except EOFError:
                    running.remove(pipe)
    finally:
        for pid in pipes.values():
            _end(pid)
        place.cleanup()


def _end(pid: int) -> None:
    """A process, and what it has forked."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _work(pipe: Any, seeds: Sequence[int], make: Callable[[], Laboratory]) -> None:
    """Until the seeds are done, or nobody listens any more; never returns."""
    os.setpgid(0, 0)
    laboratory = make()
    with suppress(BrokenPipeError):
        for seed in seeds:
            pipe.send(laboratory.try_seed(seed))
    laboratory.stop()
    os._exit(0)
