"""Random histories of clients, colleagues and failures: does everybody have the same in the end?

python -m tests.sync_check --count 5000          # make sync-check
python -m tests.sync_check --seed 4711 --count 1 --qgis 0 # one history again, step by step
python -m tests.sync_check --shrink 4711         # the steps of it that its failure needs
python -m tests.sync_check --faults              # is each deliberate fault found?
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import chain
from pathlib import Path
import sys
import tempfile
import time

from .faults import FAULTS
from .laboratory import Laboratory, Verdict, verdicts

_ENOUGH = 500
"""Histories within which a deliberate fault has to be found."""
_TOLD = 25
"""After so many histories it is told how far the check is."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="of the first history")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--fault", choices=sorted(FAULTS), default="", help="put into the clients")
    parser.add_argument(
        "--faults", action="store_true", help="each deliberate fault (or --fault), one by one"
    )
    parser.add_argument("--qgis", type=int, default=100, help="so many more, with QGIS")
    parser.add_argument("--shrink", type=int, metavar="SEED")
    arguments = parser.parse_args()
    if arguments.shrink is not None:
        return _shrink(arguments.shrink, arguments.fault)
    if arguments.faults:
        wanted = [arguments.fault] if arguments.fault else list(FAULTS)
        return max([_find(fault, arguments.seed, arguments.processes) for fault in wanted])
    return _check(arguments)


def _check(arguments: argparse.Namespace) -> int:
    began, done, failed = time.monotonic(), 0, []
    counts: Counter[str] = Counter()
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    in_qgis = range(arguments.seed, arguments.seed + arguments.qgis)
    for verdict in chain(
        verdicts(seeds, arguments.processes, arguments.fault),
        verdicts(in_qgis, arguments.processes, arguments.fault, in_qgis=True),
    ):
        done += 1
        counts += verdict.counts
        if verdict.wrong or len(seeds) + len(in_qgis) == 1:
            _print(verdict)
        if verdict.wrong:
            failed.append(verdict.seed)
        if done % _TOLD == 0:
            seconds = time.monotonic() - began
            print(f"{done} histories, {len(failed)} failed, {seconds:.0f} s; {dict(counts)}", flush=True)
    for name, count in sorted(counts.items()):
        print(f"| {name} | {count} |")
    print(
        f"{done} histories from seed {arguments.seed} on, {time.monotonic() - began:.0f} s; failed: {failed}"
    )
    return int(bool(failed))


def _find(fault: str, first: int, processes: int) -> int:
    """Whether the fault is found, and after how many histories."""
    for done, verdict in enumerate(verdicts(range(first, first + _ENOUGH), processes, fault), start=1):
        if verdict.wrong:
            line = verdict.wrong.splitlines()[0]
            print(f"| {fault} | {done} | seed {verdict.seed}: {line}", flush=True)
            return 0
    print(f"| {fault} | not found in {_ENOUGH} |", flush=True)
    return 1


def _shrink(seed: int, fault: str) -> int:
    with tempfile.TemporaryDirectory(prefix="sync-check-") as folder:
        laboratory = Laboratory(Path(folder), fault)
        try:
            found = laboratory.shrunk(seed)
        finally:
            laboratory.stop()
    _print(found)
    return int(bool(found.wrong))


def _print(verdict: Verdict) -> None:
    print(f"--- seed {verdict.seed}")
    print("\n".join(verdict.told))
    print(verdict.wrong or "all is well", flush=True)


if __name__ == "__main__":
    sys.exit(main())
