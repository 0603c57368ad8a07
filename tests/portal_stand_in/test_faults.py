"""Each fault, as a plain client and a bare socket see it."""

import gzip
import json
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
import requests

from tests.portal import (
    Body,
    Busy,
    ChangedEtag,
    Chunked,
    Drop,
    Gzip,
    HangUp,
    Html,
    IgnoreRange,
    NoEtag,
    PortalFault,
    PortalStandIn,
    Redirect,
    ShiftedRange,
    Slow,
    Stall,
    Status,
    Truncated,
    WeakEtag,
    WrongLength,
)
from tests.portal_stand_in.conftest import error_of

DATA = bytes(range(256)) * 400


@pytest.fixture
def file(portal, town):
    """A running portal, the address of a file and its item id."""
    town = town()
    running = portal(town.content)
    return running, f"{running.rest}/content/items/{town.geodatabase}/data", town.geodatabase


def raw_get(url, *headers):
    """The answer byte for byte until the server ends the connection, and the error if it was cut."""
    parts = urlsplit(url)
    got = b""
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        lines = [f"GET {parts.path}?{parts.query} HTTP/1.1", "Host: x", "Connection: close", *headers]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        try:
            while block := connection.recv(65536):
                got += block
        except ConnectionResetError as error:
            return got, error
    return got, None


@pytest.mark.parametrize("reset", [False, True])
def test_drop_after_some_bytes(file, reset):
    running, url, item = file
    running.fault("/data", Drop(1000, reset=reset))
    got, error = raw_get(url)
    head, _, body = got.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(DATA)}".encode() in head
    if reset:
        assert isinstance(error, ConnectionResetError)
    else:
        assert (body, error) == (DATA[:1000], None)
    assert running.bytes_sent(item) == 1000
    assert raw_get(url)[0].endswith(DATA)


@pytest.mark.parametrize("after", [0, len(DATA) - 1])
def test_drop_at_the_edges(file, after):
    running, url, item = file
    running.fault(f"{item}/data", Drop(after))
    head, _, body = raw_get(url)[0].partition(b"\r\n\r\n")
    assert head.endswith(b"close")
    assert body == DATA[:after]
    assert running.bytes_sent(item) == after


def test_drop_inside_a_range(file):
    running, url, _ = file
    running.fault("/data", Drop(10))
    got, _ = raw_get(url, "Range: bytes=500-")
    assert got.startswith(b"HTTP/1.1 206")
    assert got.partition(b"\r\n\r\n")[2] == DATA[500:510]


@pytest.mark.parametrize("reset", [False, True])
def test_hang_up_without_an_answer(file, reset):
    running, url, _ = file
    running.fault("/data", HangUp(reset=reset))
    got, error = raw_get(url)
    assert (got, error is not None) == (b"", reset)


def test_stall_until_released(file, http):
    running, url, item = file
    stall = running.fault("/data", Stall(after=700))
    got = []
    reader = threading.Thread(target=lambda: got.append(http.get(url).content))
    reader.start()
    assert stall.reached.wait(5)
    assert running.bytes_sent(item) == 700
    assert running.asked("/data")[0].status == 200
    assert reader.is_alive()
    stall.release()
    reader.join(5)
    assert got == [DATA]


def test_stall_for_some_time_and_before_the_first_byte(file, http):
    running, url, _ = file
    running.fault("/data", Stall(seconds=0.2))
    started = time.monotonic()
    assert http.get(url).content == DATA
    assert time.monotonic() - started >= 0.2
    for after, error in ((0, requests.exceptions.ConnectionError), (-1, requests.exceptions.ReadTimeout)):
        running.fault("/data", Stall(after))
        with pytest.raises(error):
            http.get(url, timeout=0.2)


def test_a_stalled_portal_still_stops_at_once(town, http):
    town = town()
    with PortalStandIn(town.content) as running:
        stall = running.fault("/data", Stall(after=5))
        answer = http.get(f"{running.rest}/content/items/{town.geodatabase}/data", stream=True)
        assert stall.reached.wait(5)
        started = time.monotonic()
    assert time.monotonic() - started < 1
    answer.close()


@pytest.mark.parametrize("code", [498, 499, 500])
def test_an_error_at_the_nth_request_as_body_and_as_status(file, http, code):
    running, url, _ = file
    running.fault("/data", PortalFault(code), at=3)
    assert [http.get(url).content == DATA for _ in range(4)] == [True, True, False, True]
    running.fault("/data", PortalFault(code))
    assert error_of(http.get(url))["code"] == code
    running.fault("/data", PortalFault(code, as_status=True))
    answer = http.get(url)
    assert (answer.status_code, answer.json()["error"]["code"]) == (code, code)


def test_gateway_errors_and_busy_answers(file, http):
    running, url, _ = file
    running.fault("/data", Status(503), times=2)
    assert [http.get(url).status_code for _ in range(3)] == [503, 503, 200]
    running.fault("/data", Busy("7"))
    answer = http.get(url)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_pages_and_broken_json_with_status_200(file, http):
    running, url, _ = file
    for fault in (Html(), Body()):
        running.fault("/data", fault)
        answer = http.get(url)
        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.content)
    running.fault("/info", Truncated(20))
    answer = http.get(f"{running.rest}/info?f=json")
    assert answer.headers["Content-Length"] == "20"
    assert answer.text.startswith("{")
    assert len(answer.content) == 20


@pytest.mark.parametrize("by", [-100, 100])
def test_a_wrong_length(file, by):
    running, url, _ = file
    running.fault("/data", WrongLength(by))
    head, _, body = raw_get(url)[0].partition(b"\r\n\r\n")
    assert f"Content-Length: {len(DATA) + by}".encode() in head
    assert body == DATA


def test_validators_that_change_weaken_or_fail(file, http):
    running, url, _ = file
    etag = http.head(url).headers["ETag"]
    asked = {"Range": "bytes=100-", "If-Range": etag}
    assert http.get(url, headers=asked).status_code == 206
    running.fault("/data", ChangedEtag('"2"'))
    answer = http.get(url, headers=asked)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    running.fault("/data", WeakEtag())
    answer = http.get(url, headers=asked)
    assert (answer.status_code, answer.headers["ETag"]) == (200, "W/" + etag)
    running.fault("/data", NoEtag())
    assert not {"ETag", "Last-Modified"} & set(http.get(url).headers)


def test_ranges_that_are_ignored_or_shifted(file, http):
    running, url, _ = file
    wanted = {"Range": "bytes=100-"}
    running.fault("/data", IgnoreRange(), times=None)
    answers = [http.get(url, headers=wanted) for _ in range(3)]
    assert [(answer.status_code, len(answer.content)) for answer in answers] == [(200, len(DATA))] * 3
    running.script.clear()
    running.fault("/data", ShiftedRange(5))
    answer = http.get(url, headers=wanted)
    assert (answer.status_code, answer.content) == (206, DATA[105:])
    assert answer.headers["Content-Range"] == f"bytes 105-{len(DATA) - 1}/{len(DATA)}"


def test_a_slow_line(file, http):
    running, url, _ = file
    running.fault("/data", Slow(400_000))
    started = time.monotonic()
    assert http.get(url).content == DATA
    assert 0.2 < time.monotonic() - started < 1.5


def test_redirects_to_anywhere(file, http):
    running, url, _ = file
    running.fault("/data", Redirect(running.stranger_url + "/take"))
    assert http.get(url).text.startswith("<html>")
    assert running.asked("/take", origin="stranger")
    running.fault("/data", Redirect("file:///etc/hostname", status=307))
    answer = http.get(url, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "file:///etc/hostname")
    running.fault("/data", Redirect(), times=None)
    with pytest.raises(requests.exceptions.TooManyRedirects):
        http.get(url)


def test_the_stranger_speaks_plain_http_even_beside_tls(portal, http):
    running = portal(tls=True)
    assert running.url.startswith("https:")
    assert running.stranger_url.startswith("http:")
    http.verify = str(running.certificates.authority)
    assert http.get(f"{running.rest}/info?f=json").json()["owningSystemUrl"] == running.url
    http.close()
    http.verify = True
    with pytest.raises(requests.exceptions.SSLError):
        http.get(f"{running.rest}/info?f=json")


def test_compressed_and_chunked_bodies(file, http):
    running, url, _ = file
    running.fault("/data", Gzip())
    answer = http.get(url, stream=True)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.raw.read()) == DATA
    running.fault("/data", Chunked())
    answer = http.get(url)
    assert "Content-Length" not in answer.headers
    assert answer.content == DATA
    running.fault("/data", Chunked())
    running.fault("/data", Drop(300))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        http.get(url)


def test_faults_choose_by_path_method_and_origin(file, http):
    running, url, item = file
    running.fault(f"{item}/data", Status(500), method="POST", origin="portal")
    running.fault("/relatedItems", Status(500))
    assert http.get(url).status_code == 200
    assert http.post(url).status_code == 500
    assert http.post(url).status_code == 200


def test_small_answers_on_one_connection_are_not_delayed(portal, http):
    """Nagle's algorithm and delayed acknowledgements together would cost 40 ms each."""
    running = portal()
    http.get(f"{running.rest}/info?f=json")
    started = time.monotonic()
    for _ in range(50):
        http.get(f"{running.rest}/info?f=json")
    assert (time.monotonic() - started) / 50 < 0.02


def test_many_at_once(file):
    running, url, item = file
    wrong = []

    def fetch():
        with requests.Session() as session:
            session.trust_env = False
            wrong.extend(1 for _ in range(5) if session.get(url).content != DATA)

    threads = [threading.Thread(target=fetch) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert running.bytes_sent(item) == 80 * len(DATA)
