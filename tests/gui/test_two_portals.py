"""Production and a copy of it for tests: two portals, whose items have the same ids."""

import pytest

from plugin.core.offline_map.area_status import Activity, AreaStatus
from plugin.gui.rows.area_key import area_key
from tests.portal import Slow

from .wanted import download_of

pytestmark = pytest.mark.timeout(120)

TITLE = "Old Town and Harbour"


@pytest.fixture
def copy(town, portal):
    """The same items on another port."""
    return portal(town)


@pytest.fixture
def show(dock_content, listed, wait):
    """`show(portal)` shows its areas in the dock; the row of one of them."""

    def row_of(portal):
        dock_content.areas.choose(listed(portal))
        dock_content.areas.refresh()
        wait(lambda: not dock_content.areas.is_asking and dock_content.local._question is None)
        return next(row for row in dock_content.areas.model.rows() if row.title == TITLE)

    return row_of


def test_the_map_of_one_is_none_of_the_other(downloaded, elmsund, copy, show, look, dock_content, listed):
    look()
    assert show(elmsund).folder == downloaded
    row = show(copy)
    assert row.status is AreaStatus.READY
    assert row.here is None
    dock_content.areas.choose(listed(copy))  # as where nobody can be asked
    assert dock_content.areas.model.rowCount() == 0
    dock_content.areas.choose(listed(elmsund))
    assert [row.folder for row in dock_content.areas.model.rows()] == [downloaded]


def test_what_one_says_is_not_said_of_the_map_of_the_other(downloaded, elmsund, copy, town, show, look, wait):
    (item,) = [one for one in town.items.values() if one.json["title"] == TITLE]
    package = town.related(item.id, ["Area2Package"])[0]
    before = dict(package.json)
    package.json["modified"] += 86_400_000
    try:
        show(copy)
        assert look()[TITLE].status is AreaStatus.DOWNLOADED
        show(elmsund)
        wait(lambda: look()[TITLE].status is AreaStatus.UPDATE_AVAILABLE)
    finally:
        package.json.update(before)


def test_a_download_from_one_is_none_from_the_other(elmsund, copy, show, dock_content, wait):
    queue, areas = dock_content.queue, dock_content.areas
    elmsund.fault("/data", Slow(bytes_per_second=20_000), times=None)
    row = show(elmsund)
    queue.start(download_of(areas.choice, row))
    wait(lambda: queue.activity(row.key) is Activity.DOWNLOADING)
    other = show(copy)
    assert other.status is AreaStatus.READY
    folder = download_of(areas.choice, other).folder.with_name("von der Kopie")
    queue.start(download_of(areas.choice, other, folder))
    assert areas.model.row(other.id).status is AreaStatus.QUEUED
    queue.cancel(row.key, row.folder)
    wait(lambda: queue.activity(row.key) is Activity.NONE)
    wait(lambda: areas.model.row(other.id).status is AreaStatus.DOWNLOADED)
    assert areas.model.row(other.id).folder == folder


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://gis.example.org/portal", "http://GIS.example.org:80/portal/home", True),
        ("https://town.maps.arcgis.com", "https://www.arcgis.com", True),
        ("https://gis.example.org/portal", "https://gis.example.org/test", False),
        ("https://gis.example.org/portal", "https://gis.example.org:8443/portal", False),
        ("https://www.arcgis.com", "https://devext.arcgis.com", False),
    ],
)
def test_portals_are_told_apart_by_host_port_and_path(one, other, same):
    assert (area_key(one, "a") == area_key(other, "a")) is same
