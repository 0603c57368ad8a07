"""Makes `0.1.0.tar.xz`: what the released version 0.1.0 wrote, so that later versions can prove they read it.

    .venv/bin/python -m tests.earlier_version.make

The commit of that version is checked out into a temporary worktree, and `inside.py` runs there with the
plugin, the town of Elmsund and the portal stand-in as they were then; nothing of the present plugin is used.
The archive is the fixture and stays as it is. Made again, it holds the same but for times, the GlobalIDs that
the change tracking gave, what QGIS numbers anew in every project, and the name of the folder in the profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import lzma
import os
from pathlib import Path
import subprocess
import sys
import tarfile
import tempfile

COMMIT = "2b4f1527a382a1ce10c4f04569c3e7909da0c3ac"
HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "0.1.0.tar.xz"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="earlier-version-") as name:
        place = Path(name).resolve()
        made = place / "made"
        made.mkdir()
        with _checked_out(place / "source") as source:
            # The process has a home of its own: it writes settings and a QGIS profile.
            environment = {name: value for name, value in os.environ.items() if not name.startswith("QGIS_")}
            environment.update(
                HOME=str(place),
                PYTHONPATH=str(source),
                PYTHONDONTWRITEBYTECODE="1",
                QT_QPA_PLATFORM="offscreen",
                XDG_RUNTIME_DIR=str(place),
            )
            command = [sys.executable, str(HERE / "inside.py"), str(made)]
            subprocess.run(command, cwd=source, env=environment, check=True)
        _pack(made)


@contextmanager
def _checked_out(folder: Path) -> Iterator[Path]:
    git = ["git", "-C", str(HERE), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), COMMIT], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def _pack(folder: Path) -> None:
    """One archive: the packages, which are the same in every map, take their room once."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        return entry

    with tarfile.open(ARCHIVE, "w:xz", preset=9 | lzma.PRESET_EXTREME) as archive:
        for path in sorted(folder.rglob("*")):
            archive.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=plain)


if __name__ == "__main__":
    main()
