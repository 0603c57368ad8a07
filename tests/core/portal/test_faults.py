"""A bad day: what goes wrong on the wire, over both transports, ends in a sentence or is overcome."""

import socket
import time

import pytest

from plugin.core.errors import (
    BadInput,
    BrokenAnswer,
    Cancelled,
    ItemNotFound,
    NetworkError,
    NoConnection,
    ServerBusy,
    TimedOut,
)
from plugin.core.portal.items import Portal
from plugin.core.portal.session import Deadlines
from tests.portal import (
    Body,
    Busy,
    Chunked,
    Drop,
    Gzip,
    HangUp,
    Header,
    Html,
    PortalFault,
    Slow,
    Stall,
    Status,
    Truncated,
    WrongLength,
)

from .conftest import ZIP, Town

HASTY = Deadlines(connect=0.5, silence=0.5, answer=2)


@pytest.fixture
def town():
    return Town("public")


@pytest.fixture
def running(portal, town):
    return portal(town.content)


@pytest.fixture
def api(connect, running):
    return Portal(connect(running.url))


def test_retry_after_is_waited_for(api, running, town, clock):
    api.item(town.area)
    running.fault(f"/items/{town.area}", Busy("7"), times=2)
    assert api.item(town.area).title == "Old town"
    assert clock.passed == pytest.approx(14)


def test_retry_after_may_be_a_date(api, running, town, clock):
    running.fault(f"/items/{town.area}", Busy("Sun, 22 Nov 2026 00:00:30 GMT", 503))
    assert api.item(town.area).title == "Old town"
    assert clock.passed == pytest.approx(30)


def test_a_long_retry_after_is_not_waited_for(api, running, town, clock):
    running.fault(f"/items/{town.area}", Busy("86400"), times=None)
    with pytest.raises(ServerBusy, match=r"Try again in a few minutes\."):
        api.item(town.area)
    assert clock.passed == 0
    assert len(running.asked(f"/items/{town.area}")) == 1


def test_a_compressed_answer_may_come_byte_by_byte(api, running, town):
    """Its first bytes give no text yet, which is not the end."""
    running.fault(f"/items/{town.area}", Gzip())
    running.fault(f"/items/{town.area}", Slow(200))
    assert api.item(town.area).title == "Old town"


ODD_NUMBERS = [b"\xb2", "٣".encode(), b"-7", b"1e9", b"9" * 5000, b"", b"\x00"]


@pytest.mark.parametrize(
    "value",
    [
        *ODD_NUMBERS,
        b"Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
        b"Mon, 01 Jan 99999 00:00:00 GMT",
        b"Mon, 32 Jan 2024 00:00:00",
    ],
)
def test_a_retry_after_that_says_nothing_is_waited_for_as_none(api, running, town, clock, value):
    api.item(town.area)
    running.fault(f"/items/{town.area}", Busy(), times=2)
    running.fault(f"/items/{town.area}", Header("Retry-After", value), times=2)
    assert api.item(town.area).title == "Old town"
    assert clock.passed == pytest.approx(1.5)


@pytest.mark.parametrize("value", [b"Fri, 31 Dec 9999 23:59:59 GMT", b"9" * 18])
def test_a_retry_after_beyond_all_patience_gives_up_at_once(api, running, town, clock, value):
    api.item(town.area)
    running.fault(f"/items/{town.area}", Busy(), times=None)
    running.fault(f"/items/{town.area}", Header("Retry-After", value), times=None)
    with pytest.raises(ServerBusy):
        api.item(town.area)
    assert clock.passed == 0


@pytest.mark.parametrize("value", ODD_NUMBERS)
def test_a_length_that_is_none_is_no_length(api, running, town, value):
    """JSON is read to its end; a file too, and is whole or an error."""
    running.fault(f"/items/{town.area}", Header("Content-Length", value))
    assert api.item(town.area).title == "Old town"
    running.fault("/data", Header("Content-Length", value))
    try:
        with api.session.open_stream(api.data_url(town.tiles)) as response:
            assert response.content == ZIP
    except NetworkError:
        pass


@pytest.mark.parametrize("fault", [Status(500), Status(502), PortalFault(503), PortalFault(504)])
def test_a_server_that_stumbles_is_asked_again(api, running, town, fault):
    running.fault(f"/items/{town.area}", fault, times=2)
    assert api.item(town.area).title == "Old town"


def test_a_server_that_stays_down_is_named(api, running, town, clock):
    running.fault(f"/items/{town.area}", Status(503), times=None)
    with pytest.raises(ServerBusy, match=r"“127.0.0.1” is busy or not working \(HTTP 503\)"):
        api.item(town.area)
    assert len(running.asked(f"/items/{town.area}")) == 4
    assert 0 < clock.passed < 10


def test_files_are_as_patient(api, running, town, clock):
    running.fault("/data", Busy("3"))
    with api.session.open_stream(api.data_url(town.tiles)) as response:
        assert response.content == town.content.items[town.tiles].data
    assert clock.passed == pytest.approx(3)


def test_a_form_is_never_repeated(api, running):
    running.fault("/search", Status(503), times=None, method="POST")
    with pytest.raises(ServerBusy):
        api.session.post_json(f"{api.session.rest}/search", {"q": "x"})
    assert len(running.asked("/search")) == 1


def test_a_dropped_connection_is_taken_up_once(api, running, town):
    running.fault(f"/items/{town.area}", HangUp())
    assert api.item(town.area).title == "Old town"


def test_a_line_that_keeps_breaking_is_an_error(api, running, town):
    running.fault(f"/items/{town.area}", Drop(after=20), times=None)
    with pytest.raises(NoConnection, match="was lost"):
        api.item(town.area)


@pytest.mark.parametrize("reset", [False, True])
def test_an_answer_that_ends_early_is_no_whole_file(api, running, town, reset):
    running.fault("/data", Drop(after=100_000, reset=reset), times=None)
    received = []
    with api.session.open_stream(api.data_url(town.geodatabase)) as response:
        with pytest.raises(NoConnection, match="was lost"):
            received.extend(response.iter_content(10_000))
        assert sum(map(len, received)) <= 100_000


def test_a_chunked_file_arrives_whole_and_its_early_end_is_seen(api, running, town):
    running.fault("/data", Chunked(), times=None)
    with api.session.open_stream(api.data_url(town.geodatabase)) as response:
        assert response.content == town.content.items[town.geodatabase].data
    running.fault("/data", Drop(after=100_000))
    with api.session.open_stream(api.data_url(town.geodatabase)) as response, pytest.raises(NoConnection):
        _ = response.content


def test_a_page_of_the_network_is_no_data(api, running, town):
    running.fault("/items/*", Html(), times=None)
    with pytest.raises(BrokenAnswer, match="a web page instead of data"):
        api.item(town.area)
    with pytest.raises(BrokenAnswer, match="a web page instead of data"):
        api.session.open_stream(api.data_url(town.geodatabase))


@pytest.mark.parametrize(
    "fault",
    [
        Body(),
        Body(b""),
        Body(b"[" * 100_000),
        Body(b'{"id": "' + b"x" * (9 << 20) + b'"}'),
        Body(b"null"),
        Truncated(30),
    ],
    ids=["broken", "empty", "deep", "huge", "null", "cut"],
)
def test_json_that_is_none(api, running, town, fault):
    running.fault(f"/items/{town.area}", fault, times=None)
    with pytest.raises(BrokenAnswer):
        api.item(town.area)


def test_compressed_json_is_read_and_a_damaged_one_refused(api, running, town):
    running.fault(f"/items/{town.area}", Gzip())
    assert api.item(town.area).title == "Old town"


def test_a_file_compressed_on_the_way_arrives_as_it_is_stored(api, running, town):
    running.fault("/data", Gzip())
    with api.session.open_stream(api.data_url(town.geodatabase)) as response:
        assert response.content == town.content.items[town.geodatabase].data
    assert running.asked("/data")[0].headers["Accept-Encoding"] == "identity"


def test_error_json_instead_of_a_file(api, running, town):
    running.fault("/data", PortalFault(400, "Item does not exist or is inaccessible.", "CONT_0001"))
    with pytest.raises(ItemNotFound, match="does not have what was requested"):
        api.session.open_stream(api.data_url(town.geodatabase))


def test_a_missing_range_is_left_to_the_caller(api, town):
    with api.session.open_stream(api.data_url(town.tiles), {"Range": "bytes=99999999-"}) as response:
        assert response.status_code == 416


@pytest.mark.parametrize("after", [0, 50])
def test_a_silent_server_is_given_up(connect, running, town, after):
    api = Portal(connect(running.url, deadlines=HASTY))
    _ = api.url
    running.fault("/data", Stall(after), times=None)
    began = time.monotonic()
    with pytest.raises(TimedOut, match="did not answer in time"):  # noqa: SIM117
        with api.session.open_stream(api.data_url(town.geodatabase)) as response:
            _ = response.content
    assert time.monotonic() - began < 3


def test_a_length_too_long_is_a_silence_and_ends(connect, running, town):
    api = Portal(connect(running.url, deadlines=HASTY))
    running.fault(f"/items/{town.area}", WrongLength(+10), times=None)
    with pytest.raises((TimedOut, NoConnection)):
        api.item(town.area)


def test_a_dripping_answer_ends_too(connect, running, town, clock):
    """Every byte resets the deadline of silence; that of the whole answer does not move."""
    api = Portal(connect(running.url, deadlines=Deadlines(connect=2, silence=2, answer=0.5)))
    _ = api.url
    clock.monotonic = time.monotonic
    town.content.items[town.area].json["description"] = "x" * 500_000
    running.fault(f"/items/{town.area}", Slow(100_000))
    began = time.monotonic()
    with pytest.raises(TimedOut):
        api.item(town.area)
    assert time.monotonic() - began < 3


def test_a_refused_connection_is_named(connect):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoConnection, match="“127.0.0.1” refused the connection"):
        _ = connect(f"http://127.0.0.1:{port}").rest


def test_an_unknown_host_is_named(connect):
    with pytest.raises(NoConnection, match="The host “portal.invalid” was not found"):
        _ = connect("http://portal.invalid").rest


def test_an_address_without_a_portal_is_named(connect, running):
    with pytest.raises(BadInput, match="No portal answers at “http://127.0.0.1"):
        _ = connect(running.storage_url).rest


def test_the_portal_is_found_behind_its_pages_and_its_adaptor(connect, portal, town):
    running = portal(town.content)
    origin = running.url.rpartition("/")[0]
    for text in (origin, f"{running.url}/home/item.html?id={town.area}", f"{running.url}/sharing/rest"):
        assert connect(text).rest == running.rest
    maps = portal(town.content, web_adaptor="maps")
    assert connect(f"{maps.url}/home/").portal_url == maps.url


class Stopped:
    """A feedback whose user stopped, from the `after`-th question on."""

    def __init__(self, after=0):
        self.left = after

    def is_cancelled(self):
        self.left -= 1
        return self.left < 0

    def report(self, done, total, subject):
        pass

    def warn(self, text):
        pass

    def wait(self, seconds, why):
        pass


def test_a_cancelled_session_asks_for_nothing(connect, running):
    with pytest.raises(Cancelled):
        _ = connect(running.url, feedback=Stopped()).rest
    assert not running.asked()


def test_a_wait_for_a_busy_server_can_be_cancelled(connect, running, town, clock):
    api = Portal(connect(running.url, feedback=Stopped(after=40)))
    running.fault("/info", Busy("50"), times=None)
    with pytest.raises(Cancelled):
        _ = api.url
    assert clock.passed < 50
