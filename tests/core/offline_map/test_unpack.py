"""An .mmpk is unpacked whole or not at all, also by several at once."""

import os
from pathlib import Path
import subprocess
import sys
import time
import zipfile

import pytest

from plugin.core.errors import BadInput
from plugin.core.host import Silent
from plugin.core.offline_map.places import find_place, withdraw
from plugin.core.offline_map.unpack import unpack

MEMBERS = {
    "package.info": b'{"title": "S\xc3\xbcd 1"}',
    "p13/mobile_map.mmap": b"{}",
    "p13/Stra\u00dfen 1.2.geodatabase": bytes(range(256)) * 9000,
    "p13/base.tpkx": bytes(3 << 20),
    "qgis/offline_map.qgz": b"a stranger's",
}
UNPACKED = {name: content for name, content in MEMBERS.items() if not name.startswith("qgis/")}

ROOT = Path(__file__).parents[3]
UNPACK_WHEN_TOLD = """
from pathlib import Path
import sys
from plugin.core.host import Silent
from plugin.core.offline_map.unpack import unpack
package, folder, start = map(Path, sys.argv[1:])
print("ready", flush=True)
while not start.exists():
    pass
print(unpack(package, folder, Silent()))
"""


class During(Silent):
    """Does something once, while the first bytes are written."""

    def __init__(self, act):
        self.act = act

    def report(self, _done, _total, _subject):
        act, self.act = self.act, lambda: None
        act()


@pytest.fixture
def mmpk(tmp_path):
    path = tmp_path / "Süd 1.mmpk"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)
    return path


def content_of(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def names_beside(folder):
    return sorted(path.name for path in folder.parent.iterdir())


@pytest.mark.parametrize("name", ["Süd 1 [neu]", "ä" * 120])
def test_who_comes_second_uses_what_the_first_one_made(mmpk, tmp_path, name):
    folder = tmp_path / "geöffnet" / name
    made = []
    assert not unpack(mmpk, folder, During(lambda: made.append(unpack(mmpk, folder, Silent()))))
    assert made == [True]
    assert content_of(folder) == UNPACKED
    assert names_beside(folder) == [name]


def test_what_the_first_one_made_stays_when_the_second_one_gives_up(mmpk, tmp_path):
    profile = tmp_path / "profile"
    places = []
    second = During(lambda: places.append(find_place(mmpk, None, profile, Silent())))
    place = find_place(mmpk, None, profile, second)
    assert place.folder == places[0].folder
    withdraw(place, BadInput("refused"))
    assert content_of(place.folder).items() >= UNPACKED.items()


def test_processes_that_unpack_at_once(mmpk, tmp_path):
    folder, start = tmp_path / "geöffnet" / "Süd 1", tmp_path / "start"
    command = [sys.executable, "-c", UNPACK_WHEN_TOLD, str(mmpk), str(folder), str(start)]
    workers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    start.touch()
    assert sorted(worker.communicate(timeout=60)[0] for worker in workers) == ["False\n", "False\n", "True\n"]
    assert content_of(folder) == UNPACKED
    assert names_beside(folder) == ["Süd 1"]


def test_a_folder_that_gets_another_content_meanwhile_is_left_alone(mmpk, tmp_path):
    folder = tmp_path / "geöffnet"
    (folder).mkdir()
    with pytest.raises(Exception, match="geöffnet"):
        unpack(mmpk, folder, During(lambda: (folder / "mine.txt").write_text("mine", "utf-8")))
    assert content_of(folder) == {"mine.txt": b"mine"}
    assert not list(tmp_path.glob("*.unpacking"))


def test_what_killed_runs_left_is_swept_and_what_others_put_there_stays(mmpk, tmp_path):
    old, mine, young = (
        tmp_path / f"opened.{name}unpacking" for name in ("", "0123456789ab.", "ba9876543210.")
    )
    for folder in (old, mine, young):
        (folder / "p13").mkdir(parents=True)
        (folder / "p13" / "mobile_map.mmap").write_text("of a run that was killed", "utf-8")
    (mine / "mine.txt").write_text("mine", "utf-8")
    for folder in (old, mine):
        os.utime(folder, (time.time() - 90_000,) * 2)
    assert unpack(mmpk, tmp_path / "opened", Silent())
    assert not old.exists()
    assert content_of(mine) == {"mine.txt": b"mine"}
    assert content_of(young) == {"p13/mobile_map.mmap": b"of a run that was killed"}
