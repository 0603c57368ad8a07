"""The list against a portal on real sockets: what it says when all is well, and when it is not."""

import time

import pytest
from qgis.PyQt.QtWidgets import QLabel

from plugin.core.offline_map.area_status import AreaStatus, ListState
from plugin.gui.jobs.growing_pause import GrowingPause
from plugin.gui.widgets.message_page import MessagePage
from tests.portal import Busy, HangUp, Html, PortalFault


def by_title(areas):
    return {row.title: row for row in areas.model.rows()}


@pytest.fixture
def asked(dock_content, elmsund, listed, wait):
    """The list of Elmsund's areas, answered."""
    areas = dock_content.areas
    areas.choose(listed(elmsund))
    areas.refresh()
    wait(lambda: not areas.is_asking)
    return areas


def test_nothing_is_asked_before_somebody_wants_it(dock_content, elmsund, listed):
    dock_content.start()
    assert dock_content.areas.choice is None
    dock_content.areas.choose(listed(elmsund))
    assert dock_content.areas.state is ListState.NOT_ASKED
    assert elmsund.asked() == []


def test_the_areas_are_listed_with_what_the_portal_says(asked):
    assert asked.state is ListState.SHOWING
    assert asked.user == ""
    rows = by_title(asked)
    assert {title: row.status for title, row in rows.items()} == {
        "Elmsund": AreaStatus.READY,
        "Old Town and Harbour": AreaStatus.READY,
        "Strand and South Beach": AreaStatus.READY,
        "Northern Hills": AreaStatus.PACKAGING,
    }
    assert rows["Elmsund"].size > 100_000
    assert rows["Elmsund"].packaged is not None
    assert rows["Northern Hills"].snippet.startswith("Hanger Wood")
    assert all(not row.outline.isNull() for row in rows.values())


def test_rows_are_there_before_their_packages(dock_content, elmsund, listed, wait):
    areas, seen = dock_content.areas, []
    areas.model.rowsInserted.connect(lambda _parent, *_numbers: seen.extend(areas.model.rows()))
    areas.choose(listed(elmsund))
    areas.refresh()
    wait(lambda: not areas.is_asking)
    assert [row.status for row in seen] == [AreaStatus.LOADING] * 4


@pytest.mark.parametrize(
    ("fault", "path", "state"),
    [
        (HangUp(), "*", ListState.NO_NETWORK),
        (Html(), "*", ListState.NO_NETWORK),
        (PortalFault(499), "/relatedItems", ListState.SIGN_IN_REQUIRED),
        (PortalFault(400, "Unable to read the relationships."), "/relatedItems", ListState.FAILED),
    ],
    ids=["no network", "captive portal", "sign-in", "error"],
)
def test_why_there_is_no_list(asked, elmsund, wait, fault, path, state):
    elmsund.fault(path, fault, times=None)
    asked.refresh()
    wait(lambda: not asked.is_asking)
    assert asked.state is state
    assert asked.error
    assert asked.model.rows() == ()  # none of them is here
    elmsund.script.clear()
    asked.refresh()
    wait(lambda: not asked.is_asking)
    assert asked.state is ListState.SHOWING
    assert len(asked.model.rows()) == 4


def test_one_broken_area_hides_no_other(asked, elmsund, wait):
    hills = by_title(asked)["Northern Hills"]
    elmsund.fault(f"/{hills.id}/relatedItems", PortalFault(400, "Broken."), times=None)
    asked.refresh()
    wait(lambda: not asked.is_asking)
    rows = by_title(asked)
    assert rows["Northern Hills"].status is AreaStatus.LOAD_FAILED
    assert "Broken." in rows["Northern Hills"].error
    assert rows["Elmsund"].status is AreaStatus.READY


def hurry(dock_content):
    """Pauses of a moment instead of seconds."""

    class Moments(GrowingPause):
        def next(self):
            return super().next() / 100

    dock_content.coming_back._pause = Moments()
    dock_content.coming_back._timer.setInterval(10)


def test_the_page_counts_down_for_longer_and_longer(asked, dock_content, elmsund, wait):
    told = []
    dock_content.coming_back.counted.connect(told.append)
    elmsund.fault("*", HangUp(), times=None)
    asked.refresh()
    dock_content.coming_back.see(True)
    wait(lambda: told and told[-1] == 6)
    assert max(told) == 8
    (shown,) = dock_content.page.findChildren(MessagePage)
    texts = [label.text() for label in shown.findChildren(QLabel)]
    assert any(text.endswith("Trying again in 6 s.") for text in texts)
    wait(lambda: told[-1] == 16)
    elmsund.script.clear()
    asked.refresh()
    wait(lambda: asked.state is ListState.SHOWING and not asked.is_asking)
    assert told[-1] == 0


def test_a_busy_portal_is_asked_again(asked, dock_content, elmsund, wait):
    hurry(dock_content)
    dock_content.coming_back.see(True)
    elmsund.fault("*", Busy("0", 503), times=12)
    asked.refresh()
    wait(lambda: asked.state is ListState.FAILED)
    wait(lambda: asked.state is ListState.SHOWING and not asked.is_asking)


def test_areas_that_were_not_told_of_are_asked_for_again(asked, dock_content, elmsund, wait):
    hurry(dock_content)
    hills = by_title(asked)["Northern Hills"]
    elmsund.fault(f"/{hills.id}/relatedItems", HangUp(), times=None)
    asked.refresh()
    wait(lambda: not asked.is_asking)
    assert by_title(asked)["Northern Hills"].status is AreaStatus.NOT_LOADED
    elmsund.script.clear()
    dock_content.coming_back.see(True)
    wait(lambda: by_title(asked)["Northern Hills"].status not in (AreaStatus.NOT_LOADED, AreaStatus.LOADING))
    assert by_title(asked)["Northern Hills"].error == ""


def test_it_comes_back_by_itself_with_the_network(asked, dock_content, elmsund, wait):
    """From a broken line to a hotel's page, and from that to the portal; only while somebody looks."""
    hurry(dock_content)
    elmsund.fault("*", HangUp(), times=None)
    asked.refresh()
    wait(lambda: asked.state is ListState.NO_NETWORK)
    known = len(elmsund.asked())
    wait_for = time.monotonic() + 0.4
    wait(lambda: time.monotonic() > wait_for)
    assert len(elmsund.asked()) == known  # nobody looks
    dock_content.coming_back.see(True)
    wait(lambda: len(elmsund.asked()) > known + 2)
    assert asked.state is ListState.NO_NETWORK
    elmsund.script.clear()
    elmsund.fault("*", Html(), times=None)
    known = len(elmsund.asked())
    wait(lambda: len(elmsund.asked()) > known + 2)
    assert asked.state is ListState.NO_NETWORK
    elmsund.script.clear()
    wait(lambda: asked.state is ListState.SHOWING and not asked.is_asking)
    known = len(elmsund.asked())
    wait_for = time.monotonic() + 0.4
    wait(lambda: time.monotonic() > wait_for)
    assert len(elmsund.asked()) == known  # it is there: no more questions
