"""Statuses as tables: every combination of portal, machine and activity, every end of a question."""

from itertools import product

import pytest

from plugin.core import errors
from plugin.core.offline_map.area_status import (
    Activity,
    AreaStatus,
    Asking,
    Content,
    Listing,
    ListState,
    Local,
    Remote,
    area_status,
    list_state,
    remote_after,
    remote_of,
)
from plugin.core.offline_map.currency import Newer
from plugin.core.portal.items import Item
from plugin.core.portal.map_areas import MapArea, Package, PackageKind, PackagingStatus

# A line for what the portal says and what lies here: content, edits that no portal has, newer packages. Then
# the status with nothing being done, and after a download that failed. “present” is all but GONE.
TABLE = """
portal            content  edits  newer    at rest           after a failure
NOT_ASKED         NOTHING  any    any      NOT_LOADED        DOWNLOAD_FAILED
ASKING            NOTHING  any    any      LOADING           DOWNLOAD_FAILED
UNREADABLE        NOTHING  any    any      LOAD_FAILED       DOWNLOAD_FAILED
PACKAGING         NOTHING  any    any      PACKAGING         DOWNLOAD_FAILED
PACKAGING_FAILED  NOTHING  any    any      PACKAGING_FAILED  DOWNLOAD_FAILED
PACKAGED          NOTHING  any    any      READY             DOWNLOAD_FAILED
GONE              NOTHING  any    any      GONE              GONE
present           STAGED   any    any      PAUSED            DOWNLOAD_FAILED
GONE              STAGED   any    any      GONE              GONE
present           FAILED   any    any      DOWNLOAD_FAILED   DOWNLOAD_FAILED
GONE              FAILED   any    any      GONE              GONE
any               TAKEN    any    any      TAKEN             TAKEN
present           WHOLE    0      UNKNOWN  DOWNLOADED        DOWNLOADED
present           WHOLE    0      NONE     DOWNLOADED        DOWNLOADED
present           WHOLE    0      YES      UPDATE_AVAILABLE  UPDATE_AVAILABLE
present           WHOLE    3      UNKNOWN  LOCAL_EDITS       LOCAL_EDITS
present           WHOLE    3      NONE     LOCAL_EDITS       LOCAL_EDITS
present           WHOLE    3      YES      UPDATE_AVAILABLE  UPDATE_AVAILABLE
GONE              WHOLE    any    any      GONE              GONE
any               DAMAGED  any    any      DAMAGED           DAMAGED
"""
LOCALS = [Local(*values) for values in product(Content, (0, 3), Newer)]
STATES = list(product(Remote, LOCALS))


def named(enum, name):
    """The members that a cell means."""
    if name == "present":
        return [one for one in Remote if one is not Remote.GONE]
    return list(enum) if name == "any" else [enum[name]]


def table():
    """(portal, local) and the statuses at rest and after a failure, line by line."""
    for line in TABLE.strip().splitlines()[1:]:
        remote, content, edits, newer, *statuses = line.split()
        numbers = (0, 3) if edits == "any" else (int(edits),)
        for portal in named(Remote, remote):
            for values in product(named(Content, content), numbers, named(Newer, newer)):
                yield (portal, Local(*values)), [AreaStatus[name] for name in statuses]


def test_the_table_has_every_state_once():
    known = [state for state, _ in table()]
    assert len(known) == len(set(known))
    assert set(known) == set(STATES)


@pytest.mark.parametrize(("remote", "local"), STATES)
def test_status_of_an_area(remote, local):
    at_rest, failed = dict(table())[remote, local]
    assert area_status(remote, local, Activity.NONE) is at_rest
    assert area_status(remote, local, Activity.FAILED) is failed


@pytest.mark.parametrize("name", ["QUEUED", "DOWNLOADING", "UPDATING", "SYNCING", "FINISHING"])
def test_what_runs_counts_first(name):
    assert {area_status(*state, Activity[name]) for state in STATES} == {AreaStatus[name]}


def test_every_status_can_be_reached():
    reached = {area_status(*state, activity) for state in STATES for activity in Activity}
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
        (Listing(), ListState.NOT_ASKED),
        (Listing(Asking.ASKING), ListState.LOADING),
        (Listing(Asking.ASKING, areas=3), ListState.SHOWING),
        (Listing(Asking.ANSWERED, areas=3), ListState.SHOWING),
        (Listing(Asking.ANSWERED), ListState.NO_AREAS),
        (Listing(Asking.ANSWERED, enabled=False), ListState.OFFLINE_DISABLED),
        (Listing(Asking.ANSWERED, areas=3, enabled=False), ListState.SHOWING),
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
        (errors.PrivateNetwork, ListState.FAILED),
        (errors.SignInRequired, ListState.SIGN_IN_REQUIRED),
        (errors.AccessDenied, ListState.FAILED),
        (errors.ItemNotFound, ListState.FAILED),
        (errors.ServerBusy, ListState.FAILED),
    ],
)
@pytest.mark.parametrize("areas", [0, 3])
def test_an_error_is_never_no_areas(error, state, areas):
    assert list_state(Listing(Asking.ANSWERED, error("Why."), areas)) is state
