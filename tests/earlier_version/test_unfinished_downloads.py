"""Downloads that were stopped with version 0.1.0: they are remembered, and go on where they were."""

import json
from pathlib import Path

import pytest

from plugin.core.errors import BadInput
from plugin.core.host import Silent
from plugin.core.offline_map.layout import package_name
from plugin.core.offline_map.local_maps import find_local_maps
from plugin.core.offline_map.places import find_place
from plugin.gui.jobs.unfinished import (
    forget_unfinished,
    remember_unfinished,
    unfinished_download,
    unfinished_downloads,
)
from plugin.qgis_io.connections import find_connection
from plugin.qgis_io.settings import UNFINISHED_DOWNLOADS, offline_map_folders, parallel_downloads, root_folder


@pytest.fixture
def served(earlier, portal, profile_settings):
    """The portal of then, running, and the settings of then."""
    running = portal(earlier.portal_content())
    earlier.restore_settings(running.url)
    return running


def packages(earlier, served):
    """The three that the stopped download wants: the one that was whole, half there, not begun."""
    return [
        served.content.items[earlier.recorded["unfinished"][name]].data
        for name in ("whole", "half", "absent")
    ]


def test_one_is_no_map_to_open_and_is_told_from_other_folders(earlier, tmp_path):
    staging = earlier.home / earlier.recorded["unfinished"]["staging"]
    with pytest.raises(BadInput) as refused:
        find_place(staging, None, tmp_path / "profile", Silent())
    assert refused.value.text == f"“{staging.name}” is an unfinished download."
    assert f"“{staging.name.removesuffix('.partial')}”" in refused.value.next_step
    (staging / "job.json").unlink()
    with pytest.raises(BadInput, match="is not an offline map"):
        find_place(staging, None, tmp_path / "profile", Silent())


def test_they_are_in_the_settings_with_all_that_was_chosen(earlier, served):
    unfinished = earlier.recorded["unfinished"]
    queued, begun = unfinished_downloads()
    assert (queued.title, queued.folder) == ("Strand and South Beach", earlier.home / unfinished["queued"])
    assert begun.title == unfinished["title"]
    assert str(begun.folder) == str(earlier.home / unfinished["staging"]).removesuffix(".partial")
    assert begun.open_when_done
    options = {"UPDATE_MODE": 0, "CONTINUE_ON_ERRORS": True, "INCLUDE_BASEMAP": True}
    assert begun.parameters.items() >= {**options, "PORTAL": served.url, "MAP_AREA": begun.area_id}.items()


def test_the_other_settings_are_kept(earlier, served):
    assert root_folder() == earlier.home / "Offline Map Areas"
    assert parallel_downloads() == 1
    connection = find_connection("Stadt Elmsund")
    assert connection.url == served.url
    assert [web_map.title for web_map in connection.web_maps] == ["Elmsund"]


def test_all_maps_of_this_computer_are_listed(earlier, served):
    recorded = earlier.recorded
    found = find_local_maps(
        [*offline_map_folders(), *(one.folder for one in unfinished_downloads())], root_folder()
    )
    maps = {one.place: one for one in found.maps}
    wanted = [recorded["mmpk"], *(one["folder"] for one in reversed(recorded["maps"].values()))]
    assert offline_map_folders() == [earlier.home / name for name in wanted]
    for place in offline_map_folders():
        assert maps[place].error is None, place.name
    (download,) = found.unfinished
    assert (download.title, download.portal_url) == (recorded["unfinished"]["title"], served.url)
    sizes = [len(content) for content in packages(earlier, served)]
    assert download.bytes_there == sizes[0] + recorded["unfinished"]["arrived"]
    assert download.bytes_total == sum(sizes)


def test_a_download_goes_on_at_the_byte_that_it_had(earlier, served, run):
    unfinished = earlier.recorded["unfinished"]
    begun = unfinished_downloads()[1]
    results = run("downloadmaparea", **begun.parameters)
    assert (results["LAYER_ERRORS"], results["TABLE_ERRORS"]) == (0, 0)
    whole, half, absent = (served.asked(f"{unfinished[name]}/data") for name in ("whole", "half", "absent"))
    assert whole == []
    assert [(asked.range, asked.status) for asked in half] == [(f"bytes={unfinished['arrived']}-", 206)]
    assert [(asked.range, asked.status) for asked in absent] == [(None, 200)]
    assert not (earlier.home / unfinished["staging"]).exists()
    arrived = [path for path in (begun.folder / "p13").iterdir() if path.stem != "mobile_map"]
    assert {path.read_bytes() for path in arrived} == set(packages(earlier, served))
    items = [
        file for file in json.loads((begun.folder / "manifest.json").read_text())["files"] if "item" in file
    ]
    names = {
        package_name(one["item"]["id"], one["item"]["revision"], Path(one["path"]).suffix) for one in items
    }
    assert {path.name for path in arrived} == names
    assert run("verifyofflinemap", INPUT=str(begun.folder))["OK"] is True
    assert unfinished_downloads()[0].title == "Strand and South Beach"


def test_what_only_waited_gets_its_folder_when_it_is_started_and_the_other_stays_as_it_is(earlier, served):
    before = UNFINISHED_DOWNLOADS.values()
    queued, begun = unfinished_downloads()
    queued.note()
    remember_unfinished(queued.folder)
    assert UNFINISHED_DOWNLOADS.values() == [str(queued.folder), before[1]]
    noted, other = unfinished_downloads()
    assert (noted, other) == (queued, begun)
    assert noted.parameters == {**before[0]["parameters"], "LOAD": False}
    begun.note()
    remember_unfinished(begun.folder)
    assert unfinished_download(begun.folder) == begun
    kept = json.loads((earlier.home / earlier.recorded["unfinished"]["staging"] / "job.json").read_text())
    assert list(kept["packages"]) == [earlier.recorded["unfinished"]["whole"]]
    forget_unfinished(queued.folder)
    assert unfinished_downloads() == [begun]
