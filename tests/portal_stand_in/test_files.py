"""Files: ranges, validators, redirects to object storage, what is recorded."""

import pytest

DATA = bytes(range(256)) * 400
LAST = len(DATA) - 1


@pytest.fixture(params=[False, True], ids=["direct", "redirect"])
def served(request, portal, town):
    """A running portal and the address of a file, sent by the portal itself or by the second origin."""
    town = town()
    running = portal(town.content, redirect_data=request.param)
    return running, f"{running.rest}/content/items/{town.geodatabase}/data", town


def test_the_whole_file(served, http):
    running, url, town = served
    answer = http.get(url)
    assert answer.content == town.bytes == DATA
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"].endswith("GMT")
    name = town.content.items[town.geodatabase].json["name"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert running.bytes_sent(town.geodatabase) == len(DATA)
    assert running.asked("/data")[-1].origin == running.data_origin


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=1000-", 1000, LAST),
        ("bytes=100-199", 100, 199),
        ("bytes=-10", LAST - 9, LAST),
        ("bytes=5-999999999", 5, LAST),
    ],
)
def test_a_range(served, http, wanted, first, last):
    running, url, town = served
    answer = http.get(url, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert answer.content == DATA[first : last + 1]
    assert running.asked("/data")[-1].range == wanted
    assert running.bytes_sent(town.geodatabase) == len(answer.content)


@pytest.mark.parametrize("wanted", ["bytes=a-b", "bytes=-", "lines=1-2", "bytes=9-3", "bytes=0-1,5-6"])
def test_a_range_that_is_none_gives_the_whole_file(served, http, wanted):
    _, url, _ = served
    assert http.get(url, headers={"Range": wanted}).status_code == 200


@pytest.mark.parametrize("wanted", [f"bytes={len(DATA)}-", "bytes=-0"])
def test_a_range_behind_the_end(served, http, wanted):
    _, url, _ = served
    answer = http.get(url, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"


def test_if_range_holds_only_for_the_same_strong_version(served, http):
    _, url, town = served
    seen = http.head(url, allow_redirects=True).headers
    conditions = {
        seen["ETag"]: 206,
        seen["Last-Modified"]: 206,
        '"other"': 200,
        "W/" + seen["ETag"]: 200,
        "Mon, 01 Jan 2001 00:00:00 GMT": 200,
        "yesterday": 200,
    }
    for condition, status in conditions.items():
        answer = http.get(url, headers={"Range": "bytes=10-", "If-Range": condition})
        assert answer.status_code == status, condition
    town.content.replace_data(town.geodatabase, b"new" + DATA)
    answer = http.get(url, headers={"Range": "bytes=10-", "If-Range": seen["ETag"]})
    assert (answer.status_code, answer.content) == (200, b"new" + DATA)


def test_head_sends_no_body(served, http):
    running, url, town = served
    answer = http.head(url, allow_redirects=True, headers={"Range": "bytes=5-9"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(DATA))
    assert running.bytes_sent(town.geodatabase) == 0


def test_a_file_on_disk_is_served_from_where_it_lies(portal, town, http, tmp_path):
    town = town()
    path = tmp_path / "big.geodatabase"
    path.write_bytes(DATA * 30)
    town.content.replace_data(town.geodatabase, path)
    running = portal(town.content)
    answer = http.get(
        f"{running.rest}/content/items/{town.geodatabase}/data", headers={"Range": "bytes=256-"}
    )
    assert answer.content == (DATA * 30)[256:]


def test_only_files_are_redirected_and_only_while_signed(portal, town, http):
    town = town("private")
    running = portal(town.content, redirect_data=True)
    token = {"token": running.tokens.issue(town.content.owner).text}
    base = f"{running.rest}/content/items"
    assert http.get(f"{base}/{town.web_map}/data", params=token).history == []
    first = http.get(f"{base}/{town.geodatabase}/data", params=token, allow_redirects=False)
    address = first.headers["Location"]
    assert first.status_code == 302
    assert address.startswith(running.storage_url)
    assert token["token"] not in address
    assert http.get(address).content == DATA
    assert http.get(address[:-4] + "beef").status_code == 403
    assert http.get(address.partition("?")[0]).status_code == 403
    assert http.get(address, headers={"Authorization": "Bearer x"}).status_code == 400
    assert http.post(address).status_code == 405
    running.clock.advance(601)
    assert http.get(address).status_code == 403


def test_every_secret_shown_to_a_foreign_origin_is_seen(portal, town, http):
    running = portal(town().content)
    shown = {"X-Esri-Authorization": "Bearer a", "Authorization": "Bearer b", "Referer": "c", "Cookie": "d=e"}
    http.get(running.storage_url + "/x")
    assert running.secrets_seen() == []
    for name, value in shown.items():
        http.get(running.storage_url + "/x", headers={name: value})
        assert running.secrets_seen()[-1][1] == {name}
    http.get(running.stranger_url + "/x?token=t")
    http.post(running.stranger_url + "/x", data={"token": "t"})
    assert [names for _, names in running.secrets_seen("stranger")] == [{"token in query"}, {"token in form"}]
    http.get(running.url, headers=shown)
    assert len(running.secrets_seen()) == 6


def test_requests_are_recorded(portal, http):
    running = portal()
    http.post(f"{running.rest}/search?x=1", data={"q": "a b", "f": "json"}, headers={"User-Agent": "me"})
    (asked,) = running.asked("/search", origin="portal", method="POST")
    assert (asked.query, asked.form) == ({"x": "1"}, {"q": "a b", "f": "json"})
    assert (asked.headers["user-agent"], asked.status, asked.client) == ("me", 200, "127.0.0.1")
    assert running.asked("/search", method="GET") == running.asked("/search", origin="server") == []
    running.record.forget()
    assert running.asked() == []
