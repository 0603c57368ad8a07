"""Statuses as tables: every combination of portal, machine and activity, every end of a question."""

from itertools import product

import pytest

from plugin.core import errors
from plugin.core.offline_map.area_status import (
    Activity,
    AreaStatus,
    Asking,
    Listing,
    ListState,
    Local,
    Remote,
    area_status,
    list_state,
    remote_after,
    remote_of,
)
from plugin.core.portal.items import Item
from plugin.core.portal.map_areas import MapArea, Package, PackageKind, PackagingStatus

# With nothing being done: a line for what the portal says, a column for what lies here.
IDLE = """
                  NOTHING           STAGED  WHOLE       OUTDATED          EDITED       DAMAGED
NOT_ASKED         NOT_LOADED        PAUSED  DOWNLOADED  UPDATE_AVAILABLE  LOCAL_EDITS  DAMAGED
ASKING            LOADING           PAUSED  DOWNLOADED  UPDATE_AVAILABLE  LOCAL_EDITS  DAMAGED
UNREADABLE        LOAD_FAILED       PAUSED  DOWNLOADED  UPDATE_AVAILABLE  LOCAL_EDITS  DAMAGED
PACKAGING         PACKAGING         PAUSED  DOWNLOADED  UPDATE_AVAILABLE  LOCAL_EDITS  DAMAGED
PACKAGING_FAILED  PACKAGING_FAILED  PAUSED  DOWNLOADED  UPDATE_AVAILABLE  LOCAL_EDITS  DAMAGED
PACKAGED          READY             PAUSED  DOWNLOADED  UPDATE_AVAILABLE  LOCAL_EDITS  DAMAGED
GONE              GONE              GONE    GONE        GONE              GONE         DAMAGED
"""


def table() -> dict[tuple[Remote, Local], AreaStatus]:
    head, *lines = (line.split() for line in IDLE.strip().splitlines())
    return {
        (Remote[line[0]], Local[local]): AreaStatus[status]
        for line in lines
        for local, status in zip(head, line[1:])
    }


def test_the_table_is_whole():
    assert set(table()) == set(product(Remote, Local))


@pytest.mark.parametrize(("remote", "local"), list(product(Remote, Local)))
def test_status_of_an_area_at_rest(remote, local):
    assert area_status(remote, local, Activity.NONE) is table()[remote, local]


@pytest.mark.parametrize(("remote", "local"), list(product(Remote, Local)))
def test_what_runs_counts_first(remote, local):
    assert area_status(remote, local, Activity.QUEUED) is AreaStatus.QUEUED
    assert area_status(remote, local, Activity.DOWNLOADING) is AreaStatus.DOWNLOADING


@pytest.mark.parametrize(("remote", "local"), list(product(Remote, Local)))
def test_a_failed_download_is_told_until_there_is_a_map_or_the_area_is_gone(remote, local):
    status = area_status(remote, local, Activity.FAILED)
    if remote is Remote.GONE or local.is_map:
        assert status is table()[remote, local]
    else:
        assert status is AreaStatus.DOWNLOAD_FAILED


def test_every_status_can_be_reached():
    reached = {area_status(*state) for state in product(Remote, Local, Activity)}
    assert reached == set(AreaStatus)


def area(status, *packages):
    return MapArea(Item("a" * 32, "Area", "Map Area"), status, None, None, packages)


PACKAGE = Package(Item("b" * 32, "Package", "Tile Package"), PackageKind.TILES, False, "")


@pytest.mark.parametrize(
    ("area", "remote"),
    [
        (area(PackagingStatus.COMPLETE, PACKAGE), Remote.PACKAGED),
        (area(PackagingStatus.UNKNOWN, PACKAGE), Remote.PACKAGED),  # made before portals said so
        (area(PackagingStatus.UNKNOWN), Remote.PACKAGING),
        (area(PackagingStatus.PROCESSING, PACKAGE), Remote.PACKAGING),
        (area(PackagingStatus.FAILED, PACKAGE), Remote.PACKAGING_FAILED),
    ],
)
def test_what_the_portal_says(area, remote):
    assert remote_of(area) is remote


@pytest.mark.parametrize(
    ("error", "remote"),
    [
        (errors.ItemNotFound("Gone."), Remote.GONE),
        (errors.NoConnection("No route."), Remote.NOT_ASKED),
        (errors.AccessDenied("No."), Remote.UNREADABLE),
    ],
)
def test_what_an_error_says_of_the_portal(error, remote):
    assert remote_after(error) is remote


@pytest.mark.parametrize(
    ("listing", "state"),
    [
        (Listing(), ListState.NO_CONNECTION_CHOSEN),
        (Listing(chosen=True), ListState.NOT_ASKED),
        (Listing(True, Asking.ASKING), ListState.LOADING),
        (Listing(True, Asking.ASKING, areas=3), ListState.SHOWING),
        (Listing(True, Asking.ANSWERED, areas=3), ListState.SHOWING),
        (Listing(True, Asking.ANSWERED), ListState.NO_AREAS),
        (Listing(True, Asking.ANSWERED, enabled=False), ListState.OFFLINE_DISABLED),
        (Listing(True, Asking.ANSWERED, areas=3, enabled=False), ListState.SHOWING),
    ],
)
def test_list_states(listing, state):
    assert list_state(listing) is state


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (errors.NoConnection, ListState.NO_NETWORK),
        (errors.TimedOut, ListState.NO_NETWORK),
        (errors.BrokenAnswer, ListState.NO_NETWORK),  # the page of a hotel's Wi-Fi
        (errors.NoPortal, ListState.NO_NETWORK),  # the same, as the first answer
        (errors.UnsafeRedirect, ListState.FAILED),
        (errors.SignInRequired, ListState.SIGN_IN_REQUIRED),
        (errors.AccessDenied, ListState.FAILED),
        (errors.ItemNotFound, ListState.FAILED),
        (errors.ServerBusy, ListState.FAILED),
    ],
)
@pytest.mark.parametrize("areas", [0, 3])
def test_an_error_is_never_no_areas(error, state, areas):
    assert list_state(Listing(True, Asking.ANSWERED, error("Why."), areas)) is state
