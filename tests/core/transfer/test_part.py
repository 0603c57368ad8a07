"""What has arrived is continued as far as its own record proves it, whatever became of the two files."""

from contextlib import suppress
import hashlib
import json
import random
import sys

import pytest

from plugin.core.errors import NetworkError, OfflineMapError, StorageError
from plugin.core.host import Silent
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.core.transfer.file_version import FileVersion
from plugin.core.transfer.part import Part
from plugin.core.transfer.transfer import Transfer, Wanted
from tests.portal import Drop, PortalContent

from ..hosts import QuickClock, Watcher

MIB = 1 << 20
BYTES = random.Random(8).randbytes(5 * MIB + 300_000)
ALL = len(BYTES)
VERSION = FileVersion('"one"', "Sun, 22 Nov 2026 00:00:30 GMT")


@pytest.fixture
def target(tmp_path):
    return tmp_path / "Straßen und Wege.geodatabase"


@pytest.fixture
def part_file(target):
    return target.with_name(target.name + ".part")


@pytest.fixture
def proof(target):
    return target.with_name(target.name + ".part.json")


def arrived(target, count=ALL):
    """A part of which `count` bytes came, in blocks as a wire gives them, before the run ended."""
    part = Part(target, "7", "Straßen")
    part.start_again(VERSION)
    with part.growing():
        for start in range(0, count, 50_001):
            part.append(BYTES[start : min(start + 50_001, count)])


def taken_up(target, revision="7"):
    part = Part(target, revision, "Straßen")
    part.take_up(Silent())
    return part


def finished(part):
    """Appends what is missing; true when the file is what it should be."""
    with part.growing():
        part.append(BYTES[part.bytes :])
    return part.finish() == hashlib.sha256(BYTES).hexdigest()


def test_all_bytes_of_a_run_that_ended_in_order_count(target):
    arrived(target, 2 * MIB + 17)
    part = taken_up(target)
    assert (part.bytes, part.version) == (2 * MIB + 17, VERSION)
    assert finished(part)
    assert target.read_bytes() == BYTES
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_what_a_killed_process_had_not_noted_is_fetched_again(target, part_file, proof):
    arrived(target, 3 * MIB)
    noted = json.loads(proof.read_bytes().splitlines()[-1])[0]
    part_file.write_bytes(BYTES[: 3 * MIB + 900_000])
    part = taken_up(target)
    assert part.bytes == noted == 3 * MIB
    assert finished(part)
    assert target.read_bytes() == BYTES


@pytest.mark.parametrize("zeros", [1, 700_000, 2 * MIB], ids=["a byte", "half a MiB", "two MiB"])
def test_an_end_that_a_power_cut_left_as_zeros_is_found(target, part_file, zeros):
    arrived(target)
    part_file.write_bytes(BYTES[:-zeros] + bytes(zeros))
    part = taken_up(target)
    assert len(BYTES) - zeros - MIB - 50_001 <= part.bytes <= len(BYTES) - zeros
    assert finished(part)
    assert target.read_bytes() == BYTES


def test_a_file_shorter_than_its_record_counts_as_far_as_it_goes(target, part_file):
    arrived(target)
    part_file.write_bytes(BYTES[: 2 * MIB + 400_000])
    part = taken_up(target)
    assert 2 * MIB <= part.bytes < 2 * MIB + 400_000
    assert finished(part)


@pytest.mark.parametrize(
    "tear",
    [lambda lines: lines[:-40], lambda lines: lines[:-40] + bytes(40), lambda lines: lines + b'[9, "a"]\n'],
    ids=["cut off", "zeros", "a line that goes back"],
)
def test_a_record_with_a_torn_end_counts_up_to_there(target, proof, tear):
    arrived(target, 4 * MIB)
    proof.write_bytes(tear(proof.read_bytes()))
    part = taken_up(target)
    assert part.bytes >= 3 * MIB
    assert finished(part)


@pytest.mark.parametrize(
    "record",
    [b"", b"\0" * 80, b"[]", b'{"revision": "7"}', b'{"revision": "7", "validator": 5}', b"{" * 100_000],
)
def test_a_record_that_says_nothing_proves_nothing(target, proof, record):
    arrived(target, 2 * MIB)
    proof.write_bytes(record)
    assert taken_up(target).bytes == 0


def test_bytes_that_are_dropped_are_not_said_to_be_kept(small_disk):
    part = Part(small_disk / "base.tpk", "7", "Base")
    with suppress(OSError), (small_disk / "others").open("wb", buffering=0) as others:
        while others.write(bytes(4096)):
            pass
    with pytest.raises(StorageError, match="disk is full") as caught:
        part.start_again(VERSION)
    assert "is kept" not in str(caught.value)


def test_another_revision_of_the_item_counts_for_nothing(target):
    arrived(target, 2 * MIB)
    assert taken_up(target, revision="8").bytes == 0


def test_bytes_of_a_version_without_validator_are_not_continued(target):
    part = Part(target, "7", "Straßen")
    part.start_again(FileVersion())
    with part.growing():
        part.append(BYTES)
    assert taken_up(target).bytes == 0


def test_a_part_of_version_0_1_0_counts_as_it_is_and_is_recorded_from_then_on(target, part_file, proof):
    part_file.write_bytes(BYTES[:1_234_567])
    proof.write_text(json.dumps({"revision": "7", "validator": '"one"'}))
    assert taken_up(target).bytes == 1_234_567
    part = taken_up(target)
    assert part.bytes == 1_234_567
    part_file.write_bytes(BYTES[:1_234_000] + bytes(567))
    assert taken_up(target).bytes == 0
    part_file.write_bytes(BYTES[:1_234_567])
    assert finished(taken_up(target))


# ---- every step of a run that meets a new version -----------------------------------------------

OLD = b"PK\x03\x04" + random.Random(5).randbytes(400_000)
NEW = OLD[:100_000] + random.Random(6).randbytes(len(OLD) - 100_000)


class _Steps:
    """Calls of the file system below a folder; the one with the number `fails_at` raises `error`.

    Before every call, nothing of the old version may stand beside the name of the new one.
    """

    def __init__(self):
        self.folder, self.fails_at, self.error, self.count = None, 0, None, 0
        sys.addaudithook(self._hear)

    def _hear(self, event, arguments):
        if not self.folder or event not in ("open", "os.remove", "os.rename", "os.truncate"):
            return
        if not str(arguments[0]).startswith(str(self.folder)):
            return
        folder, self.folder = self.folder, None
        self._look(folder)
        self.folder = folder
        self.count += 1
        if self.count == self.fails_at:
            raise self.error

    def _look(self, folder):
        proofs, parts = (
            [path.read_bytes() for path in folder.glob(ending)] for ending in ("*.part.json", "*.part")
        )
        if proofs and self.new_etag.encode() in proofs[0] and parts:
            assert NEW.startswith(parts[0])

    def run(self, folder, call, fails_at, error):
        self.count, self.fails_at, self.error = 0, fails_at, error
        self.folder = folder
        try:
            call()
        except (OfflineMapError, KeyboardInterrupt) as raised:
            return raised
        finally:
            self.folder = None
        return None


@pytest.fixture(scope="module")
def steps():
    return _Steps()


@pytest.mark.parametrize(
    "error",
    [PermissionError(13, "Permission denied"), OSError(24, "Too many open files"), KeyboardInterrupt()],
    ids=["no permission", "too many open files", "stopped"],
)
def test_old_and_new_are_never_mixed_whichever_step_fails(portal, tmp_path, steps, error):
    content = PortalContent()
    item = content.add_item("Tile Package", "Base", data=OLD)
    running = portal(content)
    session = PortalSession(running.url, clock=QuickClock(), deadlines=Deadlines(connect=2, silence=2))

    def transfer(folder, feedback=None):
        folder.mkdir(exist_ok=True)
        wanted = Wanted(
            f"{session.rest}/content/items/{item}/data", folder / "base.tpk", len(OLD), "1", "Base"
        )
        watcher = feedback or Silent()
        return Transfer(
            session, wanted, watcher, QuickClock(), lambda done: watcher.report(done, 0, "")
        ).run()

    for number in range(1, 100):
        folder = tmp_path / f"Karte {number}"
        content.items[item].data = OLD
        running.fault(f"{item}/data", Drop(after=300_000))
        with pytest.raises((OfflineMapError, NetworkError)):
            transfer(folder, Watcher(lambda done, *_: done >= 300_000))
        assert (folder / "base.tpk.part").stat().st_size == 300_000
        content.items[item].data = NEW
        steps.new_etag = running_etag(session, item)
        raised = steps.run(folder, lambda folder=folder: transfer(folder), number, error)
        if steps.count < number:
            break
        if raised:  # where names of a folder cannot be flushed, the run goes on
            transfer(folder)
        assert (folder / "base.tpk").read_bytes() == NEW, number
    assert number > 8


def running_etag(session, item):
    with session.open_stream(f"{session.rest}/content/items/{item}/data") as response:
        return response.headers["ETag"].strip('"')
