"""One file over real sockets: resumed with proof, never mixed, complete or not there."""

import hashlib
import random

import pytest

from plugin.core.errors import BrokenAnswer, Cancelled, NetworkError, NoConnection, PortalError, StorageError
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.core.transfer.file_version import strong_validator
from plugin.core.transfer.transfer import Transfer, Wanted
from tests.portal import (
    Body,
    ChangedEtag,
    Chunked,
    Drop,
    Gzip,
    HangUp,
    Header,
    Html,
    IgnoreIfRange,
    IgnoreRange,
    NoEtag,
    PortalContent,
    PortalFault,
    ShiftedRange,
    Stall,
    Status,
    WeakEtag,
    WrongLength,
)

from ..hosts import QuickClock, Watcher

CONTENT = b"PK\x03\x04" + random.Random(4).randbytes(3_000_000)


class Scene:
    """A portal with one package, and a transfer of it."""

    def __init__(self, start, folder, data=CONTENT, **options):
        self.content = content = PortalContent()
        self.item = content.add_item("Tile Package", "Base", data=data)
        self.portal = start(content, **options)
        self.target = folder / "base.tpk"
        self.session = PortalSession(
            self.portal.url, clock=QuickClock(), deadlines=Deadlines(connect=2, silence=0.5)
        )
        self.path = f"{self.item}/data"
        self.origin = "storage" if options.get("redirect_data") else "portal"

    def transfer(self, feedback=None, revision="1", size=None):
        wanted = Wanted(
            url=f"{self.session.rest}/content/items/{self.item}/data",
            target=self.target,
            size=len(CONTENT) if size is None else size,
            revision=revision,
            subject="Base",
        )
        watcher = feedback or Watcher()
        return Transfer(
            self.session,
            wanted,
            watcher,
            QuickClock(),
            lambda done: watcher.report(done, wanted.size, "Base"),
        ).run()

    def fault(self, fault, **options):
        return self.portal.fault(self.path, fault, origin=self.origin, **options)

    def asked(self):
        return self.portal.asked(self.path, origin=self.origin, method="GET")


@pytest.fixture(params=[False, True], ids=["direct", "redirected"])
def scene(request, portal, tmp_path):
    return Scene(portal, tmp_path, redirect_data=request.param)


def whole(scene, fetched):
    assert scene.target.read_bytes() == CONTENT
    assert fetched.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert fetched.bytes == len(CONTENT)
    assert [path.name for path in scene.target.parent.iterdir()] == ["base.tpk"]


def test_a_calm_download_is_one_request(scene):
    watcher = Watcher()
    whole(scene, scene.transfer(watcher))
    assert [asked.range for asked in scene.asked()] == [None]
    assert watcher.reports[-1] == (len(CONTENT), len(CONTENT), "Base")
    assert [done for done, _, _ in watcher.reports] == sorted(done for done, _, _ in watcher.reports)


def test_a_dropped_connection_continues_at_the_byte_reached(scene):
    scene.fault(Drop(after=2_000_000))
    whole(scene, scene.transfer())
    first, second = scene.asked()
    start = int(second.range[len("bytes=") : -1])
    assert first.range is None
    assert 0 < start <= 2_000_000
    assert second.headers["If-Range"].startswith('"')
    assert first.bytes_sent + second.bytes_sent <= len(CONTENT) + (1 << 20)


def test_a_stalled_server_ends_within_the_deadline_and_the_rest_follows(scene):
    stall = scene.fault(Stall(after=1_500_000))
    whole(scene, scene.transfer())
    stall.release()
    assert len(scene.asked()) == 2


def test_a_second_run_uses_the_bytes_of_the_first(scene):
    with pytest.raises(Cancelled):
        scene.transfer(Watcher(lambda done, *_: done > 1_000_000))
    assert not scene.target.exists()
    whole(scene, scene.transfer())
    assert scene.asked()[-1].range is not None


def test_bytes_of_another_revision_are_never_continued(scene):
    with pytest.raises(Cancelled):
        scene.transfer(Watcher(lambda done, *_: done > 1_000_000), revision="1")
    whole(scene, scene.transfer(revision="2"))
    assert scene.asked()[-1].range is None


@pytest.mark.parametrize(
    "fault", [ChangedEtag(), IgnoreRange(), ShiftedRange(5)], ids=["changed", "ignored", "shifted"]
)
def test_an_answer_that_does_not_continue_the_file_starts_it_again(scene, fault):
    scene.fault(Drop(after=2_000_000))
    scene.fault(fault, at=2)
    whole(scene, scene.transfer())


@pytest.mark.parametrize("fault", [WeakEtag(), NoEtag()], ids=["weak", "none"])
def test_without_a_strong_validator_nothing_is_continued(scene, fault):
    scene.fault(fault, times=None)
    scene.fault(Drop(after=2_000_000))
    whole(scene, scene.transfer())
    resumed = [asked for asked in scene.asked() if asked.range]
    assert all(not asked.headers.get("If-Range", "").startswith(("W/", '"')) for asked in resumed)


# The same length, and other bytes from the first third on, as a package that was built again.
REBUILT = CONTENT[:1_000_000] + random.Random(5).randbytes(len(CONTENT) - 1_000_000)
OTHER_DATE = Header("Last-Modified", b"Mon, 02 Nov 2026 00:00:00 GMT")


@pytest.mark.parametrize(
    ("always", "second"),
    [
        ([], [NoEtag()]),
        ([], [Header("ETag", None)]),
        ([], [Header("ETag", b'"other"')]),
        ([], [WeakEtag()]),
        ([ChangedEtag('"by-its-length"')], [OTHER_DATE]),
        ([Header("ETag", None)], [OTHER_DATE]),
        ([Header("ETag", None)], [Header("Last-Modified", None)]),
        ([Header("ETag", None)], [Header("Last-Modified", b"\xb2")]),
    ],
    ids=[
        "no validator",
        "no ETag",
        "another ETag",
        "a weak ETag",
        "another date under the same ETag",
        "another date",
        "no date",
        "no readable date",
    ],
)
def test_a_part_that_does_not_name_the_version_again_is_not_taken(scene, always, second):
    """The server cuts its part out of what it has now, whatever version was asked for."""
    for fault in always:
        scene.fault(fault, times=None)
    scene.fault(Drop(after=2_000_000))
    for fault in (IgnoreIfRange(), *second):
        scene.fault(fault, at=2)
    with pytest.raises(Cancelled):
        scene.transfer(Watcher(lambda done, *_: done >= 2_000_000))
    scene.content.items[scene.item].data = REBUILT
    fetched = scene.transfer()
    assert [asked.status for asked in scene.asked()] == [200, 206, 200]
    assert scene.target.read_bytes() == REBUILT
    assert fetched.sha256 == hashlib.sha256(REBUILT).hexdigest()


def test_a_date_that_is_named_again_continues_the_file(scene):
    scene.fault(Header("ETag", None), times=None)
    scene.fault(Drop(after=2_000_000))
    whole(scene, scene.transfer())
    assert [(asked.range, asked.status) for asked in scene.asked()] == [
        (None, 200),
        ("bytes=2000000-", 206),
    ]


def test_what_was_whole_when_the_process_ended_is_not_asked_for_again(scene):
    def end(done, *_):
        if done == len(CONTENT):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scene.transfer(Watcher(end))
    whole(scene, scene.transfer())
    assert len(scene.asked()) == 1


def test_a_range_beyond_the_file_starts_it_again(scene):
    """The portal's file became shorter, but its ETag did not change."""
    scene.fault(ChangedEtag('"kept"'), times=None)
    with pytest.raises(Cancelled):
        scene.transfer(Watcher(lambda done, *_: done > 1_000_000))
    scene.content.items[scene.item].data = CONTENT[:900_000]
    assert scene.transfer(size=900_000).bytes == 900_000
    assert [asked.status for asked in scene.asked()] == [200, 416, 200]
    assert scene.target.read_bytes() == CONTENT[:900_000]


def test_chunked_and_compressed_bodies_arrive_as_they_are(scene):
    scene.fault(Chunked())
    whole(scene, scene.transfer())
    scene.target.unlink()
    scene.fault(Gzip())
    whole(scene, scene.transfer())


def test_bytes_that_were_compressed_on_the_way_are_not_continued(scene):
    scene.fault(Gzip())
    with pytest.raises(Cancelled):
        scene.transfer(Watcher(lambda done, *_: done > 1_000_000))
    whole(scene, scene.transfer())
    assert scene.asked()[-1].range is None


@pytest.mark.parametrize("extra", [-7, 9])
def test_a_wrong_length_is_refused_and_leaves_nothing(scene, extra):
    with pytest.raises(BrokenAnswer, match=f"instead of the {len(CONTENT) + extra} that"):
        scene.transfer(size=len(CONTENT) + extra)
    assert not list(scene.target.parent.iterdir())


def test_a_header_that_promises_more_is_met_by_the_size_of_the_item(scene):
    scene.fault(WrongLength(1000))
    whole(scene, scene.transfer())


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Html(), BrokenAnswer),
        (Body(b'{"error": {"code": 400, "message": "no"}}'), PortalError),
        (PortalFault(403), PortalError),
        (Status(500), PortalError),
    ],
    ids=["captive-portal", "error-body", "forbidden", "down"],
)
def test_what_is_no_file_is_an_error_and_no_file(scene, fault, kind):
    scene.fault(fault, times=None)
    with pytest.raises(kind):
        scene.transfer()
    assert not scene.target.exists()


def test_a_server_that_never_gives_a_byte_ends_after_some_tries(scene):
    scene.fault(HangUp(), times=None)
    with pytest.raises(NoConnection):
        scene.transfer()
    assert 1 < len(scene.asked()) < 20


def test_a_full_disk_is_said_and_what_arrived_is_kept(portal, small_disk):
    scene = Scene(portal, small_disk)
    with pytest.raises(StorageError, match="disk is full: “Base”"):
        scene.transfer()
    assert not scene.target.exists()
    assert (small_disk / "base.tpk.part").stat().st_size > 500_000


def test_random_faults_never_mix_or_lose_bytes(portal, tmp_path):
    random_ = random.Random(11)
    for round_ in range(25):
        scene = Scene(portal, tmp_path / str(round_), redirect_data=bool(round_ % 2))
        scene.target.parent.mkdir()
        for number in range(1, random_.randint(1, 4)):
            scene.fault(
                random_.choice(
                    [
                        Drop(random_.randint(0, len(CONTENT))),
                        Drop(random_.randint(0, len(CONTENT)), reset=True),
                        ChangedEtag(),
                        IgnoreRange(),
                        WeakEtag(),
                        HangUp(),
                        ShiftedRange(random_.randint(1, 99)),
                    ]
                ),
                at=number,
            )
        try:
            fetched = scene.transfer()
        except NetworkError:
            fetched = scene.transfer()
        whole(scene, fetched)


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"ETag": '"a"'}, '"a"'),
        ({"ETag": 'W/"a"', "Last-Modified": "Sat, 01 Nov 2025 00:00:00 GMT"}, ""),
        (
            {"Last-Modified": "Sat, 01 Nov 2025 00:00:00 GMT", "Date": "Sat, 01 Nov 2025 00:02:00 GMT"},
            "Sat, 01 Nov 2025 00:00:00 GMT",
        ),
        ({"Last-Modified": "Sat, 01 Nov 2025 00:00:00 GMT", "Date": "Sat, 01 Nov 2025 00:00:30 GMT"}, ""),
        ({"Last-Modified": "yesterday", "Date": "today"}, ""),
        ({}, ""),
    ],
)
def test_only_strong_validators_count(headers, validator):
    assert strong_validator(headers) == validator


def test_a_wait_is_told_with_its_reason_before_it_begins(scene):
    scene.fault(Drop(after=0), times=6)  # each is asked for once more at once
    watcher = Watcher()
    whole(scene, scene.transfer(watcher))
    assert [seconds for seconds, _ in watcher.waits] == [2, 4, 8]
    assert all(isinstance(why, NoConnection) for _, why in watcher.waits)


@pytest.mark.parametrize("small_disk", ["5m"], indirect=True)
@pytest.mark.parametrize(("spoilt", "is_kept"), [(None, True), (NoEtag(), False), (WeakEtag(), False)])
def test_a_full_disk_says_that_bytes_are_kept_only_where_the_next_run_goes_on_with_them(
    portal, small_disk, spoilt, is_kept
):
    filler = small_disk / "others"
    filler.write_bytes(bytes(3_500_000))
    (small_disk / "map").mkdir()
    scene = Scene(portal, small_disk / "map")
    if spoilt is not None:
        scene.fault(spoilt, times=None)
    with pytest.raises(StorageError, match="disk is full") as told:
        scene.transfer()
    assert ("what was downloaded so far is kept" in told.value.next_step) is is_kept
    asked = len(scene.asked())
    filler.unlink()
    whole(scene, scene.transfer())
    assert (scene.asked()[asked].range is not None) is is_kept
