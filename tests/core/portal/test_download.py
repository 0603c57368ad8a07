"""One package through a session, over both transports: interrupted, refused, continued."""

import hashlib

import pytest

from plugin.core.download.transfer import Transfer, Wanted
from plugin.core.host import Silent
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.items import Portal
from tests.portal import Busy, ChangedEtag, Drop, PortalFault

from .conftest import SQLITE


@pytest.fixture(params=[False, True], ids=["Enterprise", "ArcGIS Online"])
def running(portal, town, request):
    return portal(town.content, redirect_data=request.param)


@pytest.fixture
def fetch(connect, running, town, clock, tmp_path):
    def fetched():
        api = Portal(connect(running.url, UserPassword("ranger", "correct horse")))
        item = api.item(town.geodatabase)
        target = tmp_path / "town.geodatabase"
        wanted = Wanted(api.data_url(item.id), target, item.size, item.revision, item.title)
        return Transfer(api.session, wanted, Silent(), clock, lambda done: None).run()

    return fetched


def test_a_calm_download(fetch, running):
    fetched = fetch()
    assert fetched.path.read_bytes() == SQLITE
    assert fetched.sha256 == hashlib.sha256(SQLITE).hexdigest()
    assert running.secrets_seen() == []


def test_a_token_that_runs_out_in_mid_download_costs_no_byte_twice(fetch, running, town):
    running.fault("/data", Drop(after=500_000), origin=running.data_origin)
    running.fault("/data", PortalFault(498), at=2, origin="portal")
    assert fetch().path.read_bytes() == SQLITE
    asked = running.asked("/data", origin=running.data_origin)
    assert asked[-1].range == "bytes=500000-"
    assert asked[-1].headers["If-Range"].startswith('"')
    assert running.bytes_sent(town.geodatabase) < len(SQLITE) + 2000
    assert len([one for one in running.asked("/generateToken") if "username" in one.form]) == 2
    assert running.secrets_seen() == []


def test_a_busy_day(fetch, running):
    running.fault("/data", Drop(after=300_000), origin=running.data_origin)
    running.fault("/data", Busy("5"), at=2, times=2, origin="portal")
    running.fault("/data", Drop(after=200_000, reset=True), at=2, origin=running.data_origin)
    assert fetch().path.read_bytes() == SQLITE


def test_another_version_is_never_mixed_in(fetch, running):
    running.fault("/data", Drop(after=300_000), origin=running.data_origin)
    running.fault("/data", ChangedEtag(), at=2, times=None, origin=running.data_origin)
    assert fetch().path.read_bytes() == SQLITE
    assert running.asked("/data", origin=running.data_origin)[-1].status == 200
