"""Random histories until one fails: `python -m tests.sync_check --help`."""

from __future__ import annotations

import argparse
from pathlib import Path
import shutil
import sys
import tempfile
import time
import traceback
from typing import Optional

from .client import download
from .history import Run, Setting, Step, drawn
from .model import Violation
from .server import MODELS, Server


class Laboratory:
    """One server, and maps that were downloaded once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = Server(folder / "server")
        self._maps = {}
        for model in MODELS:
            self._maps[model] = folder / "downloaded" / model / "Alte Stadt (Süd)"
            self._maps[model].parent.mkdir(parents=True)
            download(self._server.places[model], self._maps[model])
        self.last: Optional[Run] = None

    def try_out(self, setting: Setting, steps: list[Step]) -> Optional[str]:
        """What is wrong with the history; None where all is well."""
        place = self._folder / "history"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        self.last = Run(self._server, self._maps, place, setting, steps)
        try:
            self.last.run()
        except Violation as wrong:
            return str(wrong)
        except Exception:
            return traceback.format_exc()
        return None

    def stop(self) -> None:
        self._server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--keep-going", action="store_true")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sync-check-"))
    laboratory = Laboratory(folder)
    began, failed, done, syncs = time.monotonic(), 0, 0, 0
    try:
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            setting = Setting.drawn(seed)
            steps = drawn(setting)
            wrong = laboratory.try_out(setting, steps)
            done += 1
            syncs += laboratory.last.syncs
            if wrong:
                failed += 1
                print(f"--- seed {seed}: {setting}")
                print("\n".join(laboratory.last.told))
                print(wrong, flush=True)
                if not arguments.keep_going:
                    break
    finally:
        laboratory.stop()
        shutil.rmtree(folder, ignore_errors=True)
    passed = time.monotonic() - began
    print(f"{done} histories, {failed} failed, {syncs} syncs, {passed:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
