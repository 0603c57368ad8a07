"""Is an offline map what the portal has now: one answer, however it is asked."""

from datetime import datetime, timezone

import pytest

from plugin.core.host import Silent
from plugin.core.offline_map.currency import Newer, newer_at_portal
from plugin.core.offline_map.local_maps import read_local_map
from plugin.core.portal.items import Item
from plugin.core.portal.map_areas import MapArea, Package, PackageKind, PackagingStatus


def area(status=PackagingStatus.COMPLETE, **minutes):
    """An area whose packages changed at these minutes."""
    packages = tuple(
        Package(
            Item(id=letter * 32, title=letter, type="", size=10, modified=_at(minute)),
            PackageKind.TILES,
            False,
            "",
        )
        for letter, minute in minutes.items()
    )
    return MapArea(Item(id="f" * 32, title="", type="Map Area"), status, None, None, packages)


def _at(minute):
    return datetime(2024, 5, 3, 12, minute, tzinfo=timezone.utc)


HELD = {package.item.id: package.item.revision for package in area(a=1, b=2).packages}


@pytest.mark.parametrize(
    ("now", "newer"),
    [
        (area(a=1, b=2), Newer.NONE),
        (area(a=1, b=2, c=9), Newer.NONE),  # a basemap that was not wanted
        (area(a=1, b=3), Newer.YES),
        (area(a=1), Newer.YES),
        (area(PackagingStatus.UNKNOWN, a=1, b=3), Newer.YES),  # an old area
        (area(PackagingStatus.PROCESSING, a=1, b=2), Newer.NONE),
        (area(PackagingStatus.PROCESSING, a=1, b=3), Newer.UNKNOWN),
        (area(PackagingStatus.FAILED), Newer.UNKNOWN),
    ],
)
def test_what_the_portal_has_beside_what_is_here(now, newer):
    assert newer_at_portal(HELD, now) is newer


def test_nobody_knows_it_of_a_map_without_revisions():
    assert newer_at_portal({}, area(a=1)) is Newer.UNKNOWN


@pytest.fixture
def downloaded(scene):
    job = scene.job()
    plan = job.plan()
    job.download(Silent())
    job.make_layers(Silent())
    job.publish()
    return scene.output, plan.area


def test_what_was_just_downloaded_is_current(downloaded):
    folder, now = downloaded
    assert newer_at_portal(read_local_map(folder).revisions, now) is Newer.NONE
