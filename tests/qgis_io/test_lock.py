"""One writer for one folder: a lock that names nobody is nobody's, one that is held is respected."""

import fcntl
from pathlib import Path
import subprocess
import sys

import pytest

from plugin.core.errors import BadInput
from plugin.qgis_io.lock import is_written_elsewhere, sole_writer

ROOT = Path(__file__).resolve().parents[2]
# Takes the lock, says so, and holds it until its input ends.
OWNER = """
import sys
from pathlib import Path
from plugin.core.errors import BadInput
from plugin.qgis_io.lock import is_written_elsewhere, sole_writer
sys.stdin.readline()
try:
    with sole_writer(Path(sys.argv[1])):
        print("mine", flush=True)
        sys.stdin.readline()
except BadInput as error:
    print(error, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "Grüne Wege"


@pytest.fixture
def owner(folder):
    """`owner()` is another process that takes the lock once it is told to."""
    running = []

    def start():
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", OWNER, str(folder)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return running[-1]

    yield start
    for process in running:
        process.communicate("\n\n", timeout=20)


def tell(process):
    process.stdin.write("\n")
    process.stdin.flush()


def lock_file(folder):
    return folder.with_name(f"{folder.name}.lock")


@pytest.mark.parametrize("content", ["", "garbage\n", "-1\nQGIS\nhost\n", "\0" * 20])
def test_a_lock_file_that_names_no_process_is_nobodys(folder, content):
    lock_file(folder).write_text(content)
    with sole_writer(folder):
        assert lock_file(folder).read_text() != content
        with pytest.raises(BadInput, match="is being written by"), sole_writer(folder):
            pass
    assert not lock_file(folder).exists()


def test_a_lock_file_that_a_process_is_about_to_write_is_not_taken(folder):
    with lock_file(folder).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(BadInput, match="cannot be locked"), sole_writer(folder):
            pass
    with sole_writer(folder):
        pass


def test_the_lock_of_a_process_that_lives_is_kept_and_of_one_that_was_killed_taken(folder, owner):
    process = owner()
    tell(process)
    assert process.stdout.readline() == "mine\n"
    with pytest.raises(BadInput, match=f"process {process.pid} on"), sole_writer(folder):
        pass
    process.kill()
    process.wait()
    with sole_writer(folder):
        pass


def test_of_many_that_find_a_lock_of_nobody_one_takes_it(folder, owner):
    processes = [owner() for _ in range(3)]
    lock_file(folder).write_text("")
    for process in processes:
        tell(process)
    said = [process.stdout.readline() for process in processes]
    assert said.count("mine\n") == 1, said


def test_it_is_known_that_another_process_writes(folder, owner):
    assert not is_written_elsewhere(folder)
    with sole_writer(folder):
        assert not is_written_elsewhere(folder)
    process = owner()
    tell(process)
    assert process.stdout.readline() == "mine\n"
    assert is_written_elsewhere(folder)
    process.kill()
    process.wait()
    assert not is_written_elsewhere(folder)
