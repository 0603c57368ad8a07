"""A client of which some synchronisations run in QGIS, by `qgis_process`.

There it is killed at a moment, not at a request; while it runs only its own user works, for what the service
does in between cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Callable
import json
import os
from pathlib import Path
import subprocess
import tempfile
import time
from typing import Any, Optional

from .client import Client, Kill, Outcome

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST = 300
_UNTIL_IT_WORKS = 1.5
"""Seconds, about, that QGIS needs to start."""


class QgisProcess:
    """`environment` is that of a new profile in which the plugin is enabled."""

    def __init__(self, place: Path) -> None:
        (place / "plugins").mkdir(parents=True)
        (place / "plugins" / "offline_map_areas").symlink_to(_ROOT)
        (place / "run").mkdir(mode=0o700)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("QGIS_")},
            "HOME": str(place),
            "XDG_RUNTIME_DIR": str(place / "run"),
            "QGIS_PLUGINPATH": str(place / "plugins"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        command = ["qgis_process", "plugins", "enable", "offline_map_areas"]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def run(
        self,
        algorithm: str,
        inputs: dict[str, Any],
        kill_after: Optional[float] = None,
        meanwhile: Optional[Callable[[], None]] = None,
    ) -> Outcome:
        with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                ["qgis_process", "run", f"offlinemapareas:{algorithm}", "-"],
                env=self.environment, stdin=subprocess.PIPE, stdout=told, stderr=errors, text=True,
            )  # fmt: skip
            assert process.stdin is not None
            process.stdin.write(json.dumps({"inputs": inputs}))
            process.stdin.close()
            if meanwhile:
                time.sleep(_UNTIL_IT_WORKS)
                meanwhile()
            try:
                code = process.wait(_LONGEST if kill_after is None else kill_after)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                return Outcome("killed" if kill_after is not None else "crash", "it did not end")
            told.seek(0)
            errors.seek(0)
            return _outcome(code, told.read(), errors.read())


def _outcome(code: int, told: str, errors: str) -> Outcome:
    if code:
        return Outcome("failed" if code == 1 else "crash", errors.strip()[-2000:])
    results = json.loads(told)["results"]
    moved = results.get("UPLOADED", 0) + results.get("DOWNLOADED", 0)
    return Outcome(moved=moved, refused=results.get("EDIT_ERRORS", 0))


class QgisClient(Client):
    """Nobody signs in, and forked processes do not say on which computer they are."""

    def __init__(self, name: str, folder: Path, qgis: QgisProcess) -> None:
        super().__init__(name, folder, "", signs_in=False)
        self.born = 0
        self._qgis = qgis

    def synchronise_in_qgis(
        self,
        direction: str = "both",
        rollback: bool = False,
        kill: Optional[Kill] = None,
        pause_at: int = 0,
        meanwhile: Optional[Callable[[], None]] = None,
    ) -> Outcome:
        delay = _UNTIL_IT_WORKS + kill.at % 64 / 32 if kill else None
        directions = ("both", "download", "upload")
        inputs = {"INPUT": str(self.folder), "DIRECTION": directions.index(direction)}
        inputs["ROLLBACK_ON_FAILURE"] = rollback
        return self._qgis.run("updateofflinemap", inputs, delay, meanwhile if pause_at else None)
