"""Killed, or without room on the disk, at a call of Python's that changes the disk: the next run finishes.

A part of the calls, another one for each mode; `crash_points` tries all of them, those of SQLite as well.
"""

import json
from pathlib import Path
import subprocess
import sys

import pytest

from .python_calls import Outcome
from .small_map import AREA, SmallMap

ROOT = Path(__file__).resolve().parents[2]
EVERY = 11


@pytest.fixture
def outcomes(portal, tmp_path):
    """`outcomes(mode, first)` are those of every eleventh call from the first one on."""
    (tmp_path / "packages").mkdir()
    small = SmallMap(tmp_path / "packages")
    running = portal(small.content)
    small.name_picture(running.rest)

    def of(mode, first):
        wanted = [running.url, small.web_map, AREA]
        command = [sys.executable, "-W", "ignore", "-m", "tests.trust.python_calls", *wanted]
        folder = tmp_path / mode
        folder.mkdir()
        ended = subprocess.run(
            [*command, str(folder), mode, str(first), str(EVERY)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        return [Outcome(*json.loads(line)) for line in ended.stdout.splitlines()]

    return of


@pytest.mark.parametrize(("mode", "first"), [("killed", 1), ("refused", 3), ("full", 5)])
def test_the_same_download_started_again_finishes(outcomes, mode, first):
    """And a disk that refuses ends it with an error of storage, or does no harm."""
    found = outcomes(mode, first)
    assert len(found) > 10
    assert {one.first[0] for one in found if one.first} <= {"storage", None}
    # That the names in a folder are flushed is wanted, not needed: such a call may be refused unseen.
    telling = [one for one in found if not one.call.startswith("fsync") or Path(one.call).suffix]
    hidden = [
        one for one in telling if "report.json" in (one.first or ["", ""])[1] and "report" not in one.call
    ]
    assert hidden == [], "the error to tell is the first one"
    assert [one for one in found if one.second and one.second[0]] == []
    assert [one for one in found if one.differs] == []
