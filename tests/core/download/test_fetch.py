"""Several packages side by side: all at once, added up, stopped together, in one order in the end."""

import json
import shutil
import threading
import time

import pytest

from plugin.core.errors import BrokenAnswer, Cancelled, PortalError, StorageError
from plugin.core.transfer.fetch import file_name
from tests.fixtures.tile_grids import WEB_MERCATOR
from tests.fixtures.tile_package import write_tpk
from tests.portal import (
    CANYONLANDS_GEODATABASE,
    CANYONLANDS_TILES,
    Fault,
    Html,
    PortalContent,
    PortalFault,
    Slow,
    add_map_area,
    add_tiles,
    add_web_map,
    tiled_layer,
)

from ..hosts import Watcher
from ..scene import IMAGERY, ROADS, TRAILS, Scene, codes, tree

EXTENT = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)
NAMES = ("Straßen", "Häuser und Höfe", "Wald", "Wasser", "Luftbild")


class Atlas(Scene):
    """A map of five tile packages, each of other bytes and another length."""

    def __init__(self, start, folder):
        self.content = PortalContent()
        self.output = folder / "maps" / "Südstrand"
        self.threads = len(NAMES)
        self._credentials = None
        services = [
            f"https://tiles.example.org/arcgis/rest/services/{n}/MapServer" for n in range(len(NAMES))
        ]
        layers = [tiled_layer(name, url) for name, url in zip(NAMES, services)]
        self.web_map_id = add_web_map(self.content, "Atlas", layers)
        self.area = add_map_area(self.content, self.web_map_id, "Südstrand", EXTENT)
        self.data = []
        for number in range(1, len(NAMES) + 1):
            tile = b"\x89PNG\r\n\x1a\n" + bytes([number]) * 150_000 * number
            path = write_tpk(folder / f"{number}.tpk", WEB_MERCATOR, {(3, number, 2): tile})
            self.data.append(path.read_bytes())
        self.items = [
            add_tiles(self.content, self.area, data, url, levels=[3])
            for data, url in zip(self.data, services)
        ]
        self.portal = start(self.content)

    def job(self, **overrides):
        return super().job(area=self.area, web_map=self.web_map_id, **overrides)

    def download(self, feedback=None, **overrides):
        job = self.job(**overrides)
        job.plan()
        job.download(feedback or Watcher())
        return job

    @property
    def staging(self):
        return self.output.with_name("Südstrand.partial")

    def there(self):
        return sorted(path.read_bytes() for path in (self.staging / "p13").glob("*.tpk"))

    def bytes_sent(self):
        return sum(self.portal.bytes_sent(item) for item in self.items)


@pytest.fixture
def atlas(portal, tmp_path):
    return Atlas(portal, tmp_path)


class Meeting(Fault):
    """Nobody is answered before `guests` requests are there."""

    def __init__(self, guests):
        self.barrier = threading.Barrier(guests, timeout=10)

    def instead(self, asked):
        self.barrier.wait()


class After(Fault):
    """Answers once a condition holds."""

    def __init__(self, condition):
        self._condition = condition

    def instead(self, asked):
        end = time.monotonic() + 10
        while not self._condition():
            assert time.monotonic() < end
            time.sleep(0.01)


class FailsAfter(After):
    """Answers with an error once a condition holds."""

    def instead(self, asked):
        super().instead(asked)
        return PortalFault(400, "No.").instead(asked)


def test_all_packages_are_on_their_way_at_once(atlas):
    meeting = Meeting(len(NAMES))
    for item in atlas.items:
        atlas.portal.fault(f"{item}/data", meeting)
    atlas.download()
    assert [len(atlas.portal.asked(f"{item}/data")) for item in atlas.items] == [1] * len(NAMES)
    assert atlas.there() == sorted(atlas.data)


def test_progress_is_the_sum_of_all_and_never_goes_back(atlas):
    watcher = Watcher()
    atlas.download(watcher)
    total = sum(map(len, atlas.data))
    assert {whole for _, whole, _ in watcher.reports} == {total}
    done = [done for done, _, _ in watcher.reports]
    assert done == sorted(done)
    assert done[-1] == total
    assert {subject for _, _, subject in watcher.reports} == {
        atlas.content.items[item].json["title"] for item in atlas.items
    }


def test_a_cancel_stops_all_and_what_arrived_goes_on(atlas):
    for item in atlas.items:
        atlas.portal.fault(f"{item}/data", Slow(400_000))
    began = []

    def cancel(done, *_):
        if done > 300_000 and not began:
            began.append(time.monotonic())
        return bool(began)

    with pytest.raises(Cancelled):
        atlas.download(Watcher(cancel))
    assert time.monotonic() - began[0] < 1
    assert len(list((atlas.staging / "p13").glob("*.part"))) >= 4
    atlas.download()
    assert atlas.there() == sorted(atlas.data)
    assert atlas.bytes_sent() < 1.2 * sum(map(len, atlas.data)) + 5 * 100_000


def test_without_continue_the_first_error_stops_the_others(atlas):
    others = atlas.items[:2] + atlas.items[3:]
    for item in others:
        atlas.portal.fault(f"{item}/data", Slow(100_000))
    atlas.portal.fault(
        f"{atlas.items[2]}/data",
        FailsAfter(lambda: all(atlas.portal.bytes_sent(item) > 20_000 for item in others)),
        times=None,
    )
    began = time.monotonic()
    with pytest.raises(PortalError, match=r"No\."):
        atlas.download(continue_on_errors=False)
    assert time.monotonic() - began < 5  # the longest of the others alone takes seven seconds
    assert len(list((atlas.staging / "p13").glob("*.part"))) == len(others)


def test_errors_belong_to_their_layers_whichever_came_first(atlas):
    failing, first = atlas.items[0], atlas.items[4]
    atlas.portal.fault(f"{first}/data", Html(), times=None)
    atlas.portal.fault(
        f"{failing}/data",
        FailsAfter(lambda: len(atlas.portal.asked(f"{first}/data")) > 0),
        times=None,
    )
    job = atlas.download()
    outcomes = job.report.outcomes
    assert {entry.layer.title: entry.error.code for entry in outcomes.entries if entry.error} == {
        NAMES[0]: PortalError.code,
        NAMES[4]: BrokenAnswer.code,
    }
    assert job.report.bytes == sum(map(len, atlas.data[1:4]))
    assert atlas.there() == sorted(atlas.data[1:4])


def test_a_disk_that_refuses_ends_the_job_whatever_is_to_be_continued(atlas):
    for item in atlas.items[:4]:
        atlas.portal.fault(f"{item}/data", Slow(100_000))
    job = atlas.job()
    *_, blocked = job.plan().packages
    (atlas.staging / "p13" / f"{file_name(blocked)}.part").mkdir(parents=True)
    (atlas.staging / "job.json").write_text(json.dumps({"area": atlas.area}))
    began = time.monotonic()
    with pytest.raises(StorageError, match=f"“{blocked.item.title}” could not be written"):
        job.download(Watcher())
    assert time.monotonic() - began < 5
    assert not atlas.there()


def test_what_was_written_down_survives_all_at_once(atlas):
    atlas.download()
    kept = json.loads((atlas.staging / "job.json").read_text("utf-8"))["packages"]
    assert set(kept) == set(atlas.items)
    atlas.download()
    assert [len(atlas.portal.asked(f"{item}/data")) for item in atlas.items] == [1] * len(NAMES)


@pytest.mark.parametrize("last", [CANYONLANDS_TILES, CANYONLANDS_GEODATABASE])
def test_the_same_files_and_manifest_whatever_comes_first(scene, last):
    scene.threads = 1
    scene.run()
    calm = tree(scene.output)
    manifest = (scene.output / "manifest.json").read_text("utf-8")
    shutil.rmtree(scene.output)

    def other_is_there():
        return json.loads((scene.staging / "job.json").read_text("utf-8"))["packages"]

    scene.threads = 2
    scene.portal.fault(f"{last}/data", After(other_is_there))
    result = scene.run()
    assert tree(scene.output) == calm
    assert [entry["path"] for entry in json.loads(manifest)["files"]] == [
        entry["path"] for entry in json.loads((scene.output / "manifest.json").read_text("utf-8"))["files"]
    ]
    assert codes(result.outcomes.layer_errors) == {}
    assert {entry.layer.id for entry in result.outcomes.entries} == {IMAGERY, ROADS, TRAILS}
