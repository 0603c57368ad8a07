"""Downloads through the dock: the queue, pausing and resuming, cancelling, and what is left."""

from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProject

from plugin.core.download.staging import Staging
from plugin.core.offline_map.area_status import AreaStatus
from plugin.core.offline_map.folder_name import folder_name
from plugin.core.offline_map.local_maps import read_unfinished
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.gui.jobs.unfinished import unfinished_downloads
from plugin.gui.rows.actions import Action
from plugin.qgis_io.settings import UNFINISHED_DOWNLOADS, root_folder, set_parallel_downloads
from tests.portal import Drop, PortalFault, Slow, Stall

from .wanted import download_of

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def dock(dock_content, elmsund, listed, wait):
    """A dock that shows Elmsund's areas."""
    dock_content.areas.choose(listed(elmsund))
    dock_content.areas.refresh()
    wait(lambda: not dock_content.areas.is_asking)
    return Dock(dock_content, wait)


class Dock:
    def __init__(self, dock_content, wait):
        self.work, self.wait = dock_content, wait
        self.ended, self.wanted = [], {}
        dock_content.queue.ended.connect(lambda download, outcome: self.ended.append((download, outcome)))

    def row(self, title):
        return next((row for row in self.work.areas.model.rows() if row.title == title), None)

    def start(self, title, folder=None, **chosen):
        download = download_of(self.work.areas.choice, self.row(title), folder, **chosen)
        self.wanted[title] = download
        self.work.queue.start(download)

    def do(self, title, action):
        self.work.page.wanted.emit([self.row(title).id], action)

    def until(self, title, status, seconds=60):
        self.wait(lambda: self.row(title) and self.row(title).status is status, seconds)


def test_a_download_goes_to_the_default_folder_and_is_known_then(dock):
    dock.start("Strand and South Beach")
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    row = dock.row("Strand and South Beach")
    web_map = dock.work.areas.choice.web_map
    assert row.folder == root_folder() / "127.0.0.1" / folder_name(web_map.title, web_map.id) / row.id
    assert row.bytes_on_disk > row.area.size
    assert unfinished_downloads() == []
    assert not QgsProject.instance().mapLayers()  # downloaded is not opened


def test_opening_adds_the_group_once(dock):
    dock.start("Strand and South Beach")
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    dock.do("Strand and South Beach", Action.OPEN)
    dock.wait(lambda: dock.row("Strand and South Beach").is_open)
    root = QgsProject.instance().layerTreeRoot()
    assert [group.name() for group in root.findGroups()] == [
        "Strand and South Beach",
        "Basemap: Strand and South Beach",
    ]
    layers = QgsProject.instance().mapLayers().values()
    assert len(layers) > 5
    assert all(layer.isValid() for layer in layers)
    root.removeAllChildren()
    dock.wait(lambda: not dock.row("Strand and South Beach").is_open)


def test_pause_keeps_what_came_and_resume_fetches_the_rest(dock, elmsund):
    elmsund.fault("/data", Slow(250_000), times=None)
    dock.start("Elmsund")
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.percent > 10)
    assert "MB" in dock.row("Elmsund").progress.text
    dock.do("Elmsund", Action.PAUSE)
    dock.until("Elmsund", AreaStatus.PAUSED)
    elmsund.script.clear()
    staging = Staging(unfinished_downloads()[0].folder).folder
    there = sum(path.stat().st_size for path in staging.rglob("*.part*")) or 1
    sent = {item: elmsund.bytes_sent(item) for item in packages(dock)}
    dock.do("Elmsund", Action.RESUME)
    dock.until("Elmsund", AreaStatus.DOWNLOADED)
    again = sum(elmsund.bytes_sent(item) - sent[item] for item in packages(dock))
    assert there > 0
    assert again < dock.row("Elmsund").area.size


def packages(dock):
    return [package.item.id for package in dock.row("Elmsund").area.packages]


def test_cancel_removes_what_came(dock, elmsund):
    elmsund.fault("/data", Slow(250_000), times=None)
    dock.start("Elmsund")
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.percent > 5)
    folder = unfinished_downloads()[0].folder
    dock.do("Elmsund", Action.CANCEL)
    dock.until("Elmsund", AreaStatus.READY)
    dock.wait(lambda: not Staging(folder).folder.exists())
    assert not folder.exists()
    assert unfinished_downloads() == []


def test_many_wait_their_turn(dock, elmsund):
    titles = ["Elmsund", "Old Town and Harbour", "Strand and South Beach"]
    most = 0
    elmsund.fault("/data", Slow(600_000), times=None)
    for title in titles:
        dock.start(title)
    while not all(dock.row(title).status is AreaStatus.DOWNLOADED for title in titles):
        states = [dock.row(title).status for title in titles]
        most = max(most, states.count(AreaStatus.DOWNLOADING))
        dock.wait(lambda states=states: [dock.row(title).status for title in titles] != states, 60)
    assert most <= 2
    assert len(dock.ended) == 3


@pytest.fixture
def two_threads(qgis_app):
    """The task manager of a small computer."""
    pool = QgsApplication.taskManager().threadPool()
    threads = pool.maxThreadCount()
    pool.setMaxThreadCount(2)
    yield
    pool.setMaxThreadCount(threads)


def test_a_map_opens_while_as_many_downloads_run_as_there_are_threads(two_threads, dock, elmsund):
    set_parallel_downloads(2)
    dock.start("Strand and South Beach")
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    stall = elmsund.fault("/data", Stall(after=100), times=None)
    both = ("Elmsund", "Old Town and Harbour")
    for title in both:
        dock.start(title)
    dock.wait(stall.reached.is_set)
    dock.do("Strand and South Beach", Action.OPEN)
    dock.wait(lambda: dock.row("Strand and South Beach").is_open, 10)
    dock.wait(lambda: {dock.row(one).status for one in both} == {AreaStatus.DOWNLOADING, AreaStatus.QUEUED})
    assert len(dock.ended) == 1
    running, waiting = sorted(both, key=lambda one: dock.row(one).status is AreaStatus.QUEUED)
    dock.do(running, Action.PAUSE)
    dock.until(waiting, AreaStatus.DOWNLOADING)  # its turn; the free thread is free again


def test_the_same_area_is_not_downloaded_twice_at_once(dock, elmsund):
    elmsund.fault("/data", Slow(400_000), times=None)
    dock.start("Strand and South Beach")
    dock.start("Strand and South Beach")
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    assert len(dock.ended) == 1


def test_a_failure_is_told_kept_and_retried(dock, elmsund):
    elmsund.fault("/data", PortalFault(400, "The file is being replaced."), times=None)
    dock.start("Strand and South Beach", continue_on_errors=False)
    dock.until("Strand and South Beach", AreaStatus.DOWNLOAD_FAILED)
    assert "The file is being replaced." in dock.row("Strand and South Beach").error
    elmsund.script.clear()
    dock.do("Strand and South Beach", Action.RETRY)
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    assert dock.row("Strand and South Beach").error == ""


def test_an_area_that_the_portal_lost_stays_openable(dock, town, elmsund):
    dock.start("Strand and South Beach")
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    elmsund.fault("/relatedItems", Drop(0), times=0)
    lost = dock.row("Strand and South Beach").id
    dock.work.areas._show_found(dock.work.areas._marker, elmsund.url, ())
    dock.until("Strand and South Beach", AreaStatus.GONE)
    assert dock.row("Strand and South Beach").id == lost
    assert dock.row("Elmsund") is None


def test_removing_takes_layers_and_folder_away(dock):
    dock.start("Strand and South Beach")
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    dock.do("Strand and South Beach", Action.OPEN)
    dock.wait(lambda: dock.row("Strand and South Beach").is_open)
    row = dock.row("Strand and South Beach")
    dock.work.actions.remove(row.here)
    dock.until("Strand and South Beach", AreaStatus.READY)
    assert not QgsProject.instance().mapLayers()
    assert list(Path(row.folder).parent.iterdir()) == []


def test_what_waits_is_noted_in_its_folder_with_all_that_was_chosen(dock, elmsund, tmp_path):
    """A next session finds it, wherever it is, also where the first one was killed."""
    set_parallel_downloads(1)
    elmsund.fault("/data", Slow(250_000), times=None)
    outside = tmp_path / "Karten für unterwegs" / "Südstrand"
    dock.start("Elmsund")
    dock.until("Elmsund", AreaStatus.DOWNLOADING)
    dock.start("Strand and South Beach", outside, include_basemap=False, update_mode=UpdateMode.NONE)
    dock.wait(lambda: len(unfinished_downloads()) == 2)
    assert dock.row("Strand and South Beach").status is AreaStatus.QUEUED
    assert UNFINISHED_DOWNLOADS.values()[0] == str(outside)
    waiting, running = unfinished_downloads()
    assert waiting == dock.wanted["Strand and South Beach"]
    assert running == dock.wanted["Elmsund"]
    dock.do("Elmsund", Action.PAUSE)
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    assert not [path for path in outside.glob("p13/*") if path.suffix in (".tpk", ".tpkx", ".vtpk")]


def test_what_waits_can_be_paused_and_goes_on_outside_the_root_folder(dock, elmsund, tmp_path):
    set_parallel_downloads(1)
    elmsund.fault("/data", Slow(250_000), times=None)
    outside = tmp_path / "Karten für unterwegs" / "Südstrand"
    dock.start("Elmsund")
    dock.start("Strand and South Beach", outside)
    dock.wait(lambda: len(unfinished_downloads()) == 2)
    dock.do("Strand and South Beach", Action.PAUSE)
    dock.until("Strand and South Beach", AreaStatus.PAUSED)
    assert dock.row("Strand and South Beach").folder == outside
    assert str(outside) in [row.id for row in dock.work.local_maps.model.rows()]
    dock.work.local_maps.wanted.emit([str(outside)], Action.RESUME)
    dock.until("Strand and South Beach", AreaStatus.QUEUED)
    dock.do("Elmsund", Action.CANCEL)
    dock.until("Strand and South Beach", AreaStatus.DOWNLOADED)
    assert unfinished_downloads() == []


def test_cancelling_removes_a_paused_download_from_both_pages(dock, elmsund):
    elmsund.fault("/data", Slow(250_000), times=None)
    dock.start("Elmsund")
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.percent > 5)
    dock.do("Elmsund", Action.PAUSE)
    dock.until("Elmsund", AreaStatus.PAUSED)
    dock.do("Elmsund", Action.CANCEL)
    dock.until("Elmsund", AreaStatus.READY)
    assert dock.work.local_maps.model.rows() == ()


def test_the_folder_of_another_download_is_refused_and_left_alone(dock, elmsund):
    elmsund.fault("/data", Slow(250_000), times=None)
    dock.start("Elmsund")
    dock.wait(lambda: dock.row("Elmsund").progress and dock.row("Elmsund").progress.percent > 5)
    dock.do("Elmsund", Action.PAUSE)
    dock.until("Elmsund", AreaStatus.PAUSED)
    folder = dock.row("Elmsund").folder
    dock.start("Strand and South Beach", folder)
    dock.until("Strand and South Beach", AreaStatus.DOWNLOAD_FAILED)
    assert "another map area, “Elmsund”" in dock.row("Strand and South Beach").error
    dock.do("Strand and South Beach", Action.CANCEL)
    dock.until("Strand and South Beach", AreaStatus.READY)
    assert read_unfinished(Staging(folder).folder).area_id == dock.row("Elmsund").id
