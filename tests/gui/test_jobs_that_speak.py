"""What jobs tell while they run, wait and end: rows, the line below the pages, messages, the next session."""

from datetime import datetime, timezone
from pathlib import Path
import subprocess
import sys
import time

import pytest
from qgis.core import QgsProject
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtWidgets import QPushButton

from plugin.core.offline_map.area_status import Activity, AreaStatus
from plugin.core.offline_map.layout import MapFolder
from plugin.gui.jobs.away import AwayPortals
from plugin.gui.jobs.job_progress import JobProgress, Pace
from plugin.gui.jobs.map_job import MapJob
from plugin.gui.jobs.unfinished import unfinished_downloads
from plugin.gui.rows.actions import Action
from plugin.gui.rows.area_row import AreaRow, Progress
from plugin.gui.rows.wording import Words, duration_in_words
from plugin.qgis_io.feedback import Received
from plugin.qgis_io.settings import set_parallel_downloads
from tests.portal import Drop, HangUp, PortalFault, Slow

from .test_downloads import Dock

pytestmark = pytest.mark.timeout(180)
ROOT = Path(__file__).resolve().parents[2]
TITLES = ("Elmsund", "Old Town and Harbour", "Strand and South Beach")


@pytest.fixture
def dock(dock_content, elmsund, listed, wait):
    """A dock that shows Elmsund's areas."""
    dock_content.areas.choose(listed(elmsund))
    dock_content.areas.refresh()
    wait(lambda: not dock_content.areas.is_asking)
    return Dock(dock_content, wait)


@pytest.fixture
def bar(dock_content):
    """`bar()` are the messages that QGIS shows: their texts and buttons."""
    (shown,) = dock_content._window.findChildren(QgsMessageBar)

    def messages():
        return [
            (item.text(), [button.text() for button in item.findChildren(QPushButton)])
            for item in shown.items()
        ]

    return messages


def line(dock):
    label = dock.work.queue_line
    return "" if label.isHidden() else label.text()


def facts(dock, title):
    return facts_of(dock.row(title))


def facts_of(row):
    return Words().spoken(row)


def test_the_line_tells_of_all_jobs_and_goes_with_them(dock, elmsund):
    assert line(dock) == ""
    elmsund.fault("/data", Slow(150_000), times=None)
    for title in TITLES:
        dock.start(title)
    seen = set()
    while last := line(dock):
        seen.add(last)
        dock.wait(lambda last=last: line(dock) != last)
    numbers = {text.split(" · ")[0] for text in seen}
    assert numbers == {"1 of 3", "2 of 3", "3 of 3"}
    assert any(part.endswith("/s") for text in seen for part in text.split(" · "))
    assert any(part.endswith(" left") for text in seen for part in text.split(" · "))


def test_a_row_tells_bytes_and_speed(dock, elmsund):
    elmsund.fault("/data", Slow(300_000), times=None)
    dock.start("Elmsund")
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.speed)
    progress = dock.row("Elmsund").progress
    assert 0 < progress.there < progress.total == dock.row("Elmsund").area.size
    assert progress.speed < 3_000_000  # what the portal sends, not what the disk can
    assert " MB · " in facts(dock, "Elmsund")
    assert facts(dock, "Elmsund").endswith("/s")


def test_what_an_earlier_run_left_is_no_speed(dock, elmsund):
    elmsund.fault("/data", Slow(300_000), times=None)
    dock.start("Elmsund")
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.there > 1_200_000)
    dock.do("Elmsund", Action.PAUSE)
    dock.until("Elmsund", AreaStatus.PAUSED)
    elmsund.script.clear()
    elmsund.fault("/data", Slow(50_000), times=None)
    dock.do("Elmsund", Action.RESUME)
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.speed)
    assert dock.row("Elmsund").progress.there > 1_000_000
    assert dock.row("Elmsund").progress.speed < 250_000


def test_a_job_waits_for_its_portal_says_so_and_goes_on_by_itself(dock, elmsund):
    elmsund.fault("/data", Drop(after=60_000), times=None)
    dock.start("Elmsund")
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.waits)
    row = dock.row("Elmsund")
    assert Words().state(row) == "Waiting"
    assert "Trying again in " in facts(dock, "Elmsund")
    assert "was lost" in facts(dock, "Elmsund")
    assert "waiting, trying again in" in line(dock)
    elmsund.script.clear()
    dock.until("Elmsund", AreaStatus.DOWNLOADED)


def test_while_the_portal_is_away_nothing_fails_and_nothing_is_asked_for_in_vain(dock, elmsund, bar):
    """Three areas, one after the other; the portal goes in mid-download and comes back after a while."""
    set_parallel_downloads(1)
    elmsund.fault("*", HangUp(), times=None)
    for title in TITLES:
        dock.start(title)
    dock.wait(lambda: all(dock.row(t).progress and dock.row(t).progress.waits for t in TITLES))
    assert {dock.row(title).status for title in TITLES} == {AreaStatus.QUEUED}
    assert {Words().state(dock.row(title)) for title in TITLES} == {"Waiting"}
    assert line(dock).startswith("1 of 3 · waiting, trying again in ")
    asked = len(elmsund.asked())
    until = time.monotonic() + 3
    dock.wait(lambda: time.monotonic() > until)
    assert len(elmsund.asked()) == asked
    elmsund.script.clear()
    for title in TITLES:
        dock.until(title, AreaStatus.DOWNLOADED)
    assert [text for text, _ in bar()] == ["Map areas downloaded: 3."]


def test_who_waits_can_be_paused_and_asks_at_once_when_resumed(dock, elmsund):
    elmsund.fault("*", HangUp(), times=None)
    dock.start("Elmsund")
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.waits)
    dock.do("Elmsund", Action.PAUSE)
    dock.until("Elmsund", AreaStatus.PAUSED)
    elmsund.script.clear()
    began = time.monotonic()
    dock.do("Elmsund", Action.RESUME)
    dock.until("Elmsund", AreaStatus.DOWNLOADING)
    assert time.monotonic() - began < 6
    dock.until("Elmsund", AreaStatus.DOWNLOADED)


def test_many_downloads_end_in_one_message_that_names_the_failed(dock, elmsund, bar):
    elmsund.fault("/data", PortalFault(400, "The file is being replaced."), times=1)
    for title in TITLES:
        dock.start(title, continue_on_errors=False)
    dock.wait(lambda: bar() and not line(dock))
    failed = next(title for title in TITLES if dock.row(title).status is AreaStatus.DOWNLOAD_FAILED)
    assert bar() == [
        (f"Not downloaded: “{failed}”. Map areas downloaded: 2.", ["Open All", "Details"]),
    ]
    press(dock, "Open All")
    dock.wait(lambda: len(bar()) == 2)
    maps = [group.name() for group in QgsProject.instance().layerTreeRoot().findGroups()]
    assert len([name for name in maps if not name.startswith("Basemap")]) == 2
    assert any(text.startswith("Offline maps opened: 2. Layers: ") for text, _ in bar())


def press(dock, text):
    buttons = dock.work._window.findChildren(QPushButton)
    next(button for button in buttons if button.text() == text).click()


def test_a_failure_keeps_its_reason_over_sessions_until_it_is_tried_again(dock, elmsund, look):
    elmsund.fault("/data", PortalFault(400, "The file is being replaced."), times=None)
    dock.start("Elmsund", continue_on_errors=False)
    dock.until("Elmsund", AreaStatus.DOWNLOAD_FAILED)
    dock.work.queue._entries.clear()  # as a session begins
    row = look()["Elmsund"]
    assert row.status is AreaStatus.DOWNLOAD_FAILED
    assert "The file is being replaced." in row.reason
    assert row.reason in facts_of(row)
    elmsund.script.clear()
    elmsund.fault("/data", Slow(400_000), times=None)
    dock.work.local_maps.wanted.emit([row.id], Action.RETRY)
    dock.until("Elmsund", AreaStatus.DOWNLOADING)
    dock.do("Elmsund", Action.PAUSE)
    dock.until("Elmsund", AreaStatus.PAUSED)
    assert look()["Elmsund"].reason == ""


def test_a_refused_sign_in_is_kept_too(dock, elmsund, look):
    elmsund.fault("/sharing/rest/*", PortalFault(499), times=None)
    dock.start("Elmsund")
    dock.until("Elmsund", AreaStatus.DOWNLOAD_FAILED)
    dock.work.queue._entries.clear()
    assert look()["Elmsund"].status is AreaStatus.DOWNLOAD_FAILED
    assert look()["Elmsund"].reason


def test_an_earlier_session_is_told_of_in_a_line_that_can_be_read(dock, elmsund, bar):
    elmsund.fault("/data", Slow(100_000), times=None)
    for title in TITLES:
        dock.start(title)
    dock.wait(lambda: len(unfinished_downloads()) == 3)
    found = unfinished_downloads()
    dock.work.actions.teller.offer_unfinished([*found, *found])
    assert "3 others" in bar()[0][0]
    for title in TITLES:
        dock.do(title, Action.CANCEL)
    dock.wait(lambda: not any(MapFolder(one.folder).partial.exists() for one in found))


def test_what_is_done_to_a_map_stands_in_the_same_line(dock, elmsund):
    """Updates and all that goes through the queue; here an algorithm that takes a while."""
    dock.start("Strand and South Beach")
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    elmsund.fault("/data", Slow(150_000), times=None)
    dock.start("Elmsund")
    dock.until("Elmsund", AreaStatus.DOWNLOADING)
    row, ended = dock.row("Strand and South Beach"), []
    job = MapJob(
        row.key,
        row.title,
        row.folder,
        "offlinemapareas:verifyofflinemap",
        Activity.UPDATING,
        "Verify",
        ended.append,
    )
    dock.work.queue.start(job)
    assert line(dock).startswith("1 of 2")
    dock.wait(lambda: ended)
    assert line(dock).startswith("2 of 2")
    dock.do("Elmsund", Action.CANCEL)
    dock.wait(lambda: not line(dock))


ELSEWHERE = """
import sys
from pathlib import Path
from plugin.qgis_io.lock import sole_writer
with sole_writer(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def elsewhere():
    """`elsewhere(folder)` is another program that is at a download, until its input ends."""
    running = []

    def start(folder):
        command = [sys.executable, "-c", ELSEWHERE, str(folder)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout.readline() == "mine\n"
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def paused(dock, elmsund, title):
    elmsund.fault("/data", Slow(300_000), times=None)
    dock.start(title)
    dock.wait(lambda: dock.row(title).progress and dock.row(title).progress.there)
    dock.do(title, Action.PAUSE)
    dock.until(title, AreaStatus.PAUSED)
    elmsund.script.clear()


def test_what_another_window_downloads_is_neither_offered_nor_stopped(dock, elmsund, bar, elsewhere):
    paused(dock, elmsund, "Elmsund")
    found = unfinished_downloads()
    other = elsewhere(found[0].folder)
    dock.work.local.look()
    dock.until("Elmsund", AreaStatus.TAKEN)
    dock.work.actions.teller.offer_unfinished(found)
    assert bar() == []
    dock.work.queue.cancel(dock.row("Elmsund").key, found[0].folder)
    dock.wait(lambda: len(bar()) == 1)
    assert "is being written by" in bar()[0][0]
    assert unfinished_downloads() == found
    other.kill()
    dock.until("Elmsund", AreaStatus.PAUSED)  # it is looked at again by itself


def test_a_download_that_another_window_has_taken_waits_for_it(dock, elmsund, elsewhere):
    set_parallel_downloads(1)
    paused(dock, elmsund, "Strand and South Beach")
    elmsund.fault("/data", Slow(300_000), times=None)
    dock.start("Elmsund")
    dock.until("Elmsund", AreaStatus.DOWNLOADING)
    dock.do("Strand and South Beach", Action.RESUME)
    dock.until("Strand and South Beach", AreaStatus.QUEUED)
    folder = dock.row("Strand and South Beach").folder
    dock.wait(lambda: dock.work.queue._entries[dock.row("Strand and South Beach").key].is_noted)
    other = elsewhere(folder)
    elmsund.script.clear()
    dock.until("Elmsund", AreaStatus.DOWNLOADED)
    until = time.monotonic() + 2.5
    dock.wait(lambda: time.monotonic() > until)
    assert dock.row("Strand and South Beach").status is AreaStatus.QUEUED
    other.kill()
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)


def test_a_pace_is_that_of_the_last_seconds():
    pace = Pace()
    pace.note(5_000_000, 100.0)
    assert pace.per_second(100.0) == 0
    for second in range(1, 21):
        pace.note(5_000_000 + second * 1000, 100.0 + second)
    assert pace.per_second(120.0) == pytest.approx(1000)
    for second in range(21, 31):
        pace.note(5_020_000 + (second - 20) * 4000, 100.0 + second)
    assert pace.per_second(130.0) == pytest.approx(4000)
    assert pace.per_second(136.0) == 0
    pace.note(0, 136.0)  # a package began again
    assert pace.per_second(136.0) == 0


def test_a_wait_ends_with_its_time_or_with_the_next_bytes():
    progress = JobProgress()
    progress.receive(Received(300, 900, 100), 10.0)
    progress.wait(8.0, "It is away.", 10.0)
    assert (progress.shown(12.5).waits, progress.shown(12.5).reason) == (6, "It is away.")
    assert progress.shown(18.0).waits == 0
    progress.receive(Received(300, 900, 100), 12.0)  # another package tells that nothing has come
    assert progress.shown(12.5).waits == 6
    progress.receive(Received(400, 900, 200), 12.6)
    assert progress.shown(12.7).waits == 0
    assert progress.to_come(0) == 500


def test_portals_are_left_alone_for_longer_and_longer():
    away, now = AwayPortals(), 50.0
    pauses = []
    for _ in range(5):
        away.lose("https://a", "Away.", now)
        away.lose("https://a", "Away.", now + 1)  # another job of the same absence
        pauses.append(away.left("https://a", now))
        now += pauses[-1]
    assert pauses == [8, 16, 32, 60, 60]
    assert away.left("https://b", now) == 0
    away.hear("https://a")
    away.lose("https://a", "Away.", now)
    assert away.left("https://a", now) == 8


@pytest.mark.parametrize(
    ("there", "total", "speed", "told"),
    [
        (337_500, 1_640_000, 134_300, "0.3 of 1.6 MB · 134 kB/s"),
        (1_200_000_000, 2_000_000_000, 12_340_000, "1.2 of 2.0 GB · 12.3 MB/s"),
        (700, 999, 0, "700 of 999 bytes"),
    ],
)
def test_bytes_are_told_in_one_unit_so_that_they_fit(there, total, speed, told):
    progress = Progress(40.0, "Ground", there, total, speed)
    row = AreaRow("a", "Altstadt", activity=Activity.DOWNLOADING, progress=progress)
    assert Words().facts_line(row, datetime.now(timezone.utc)) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "1 s"), (7.4, "7 s"), (42, "40 s"), (94, "90 s"), (95, "2 min"), (3000, "50 min"), (7200, "2 h")],
)
def test_durations_are_told_as_people_do(seconds, told):
    assert duration_in_words(seconds) == told
