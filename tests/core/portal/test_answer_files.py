"""Answers that go to files, arrays, and files that go to the server; over both transports."""

from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
import threading

import pytest

from plugin.core.errors import (
    BrokenAnswer,
    Cancelled,
    ItemNotFound,
    NetworkError,
    NoConnection,
    PortalError,
    ServerBusy,
    SignInRequired,
    StorageError,
    TimedOut,
)
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.session import Deadlines
from tests.core.hosts import Watcher
from tests.portal import (
    Body,
    Busy,
    Chunked,
    Drop,
    Gzip,
    HangUp,
    Html,
    PortalFault,
    Redirect,
    Stall,
    Status,
    Truncated,
    WrongLength,
)

from .conftest import Town

RANGER = UserPassword("ranger", "correct horse")
LARGE = json.dumps({"edits": [{"id": 4, "adds": [{"Straße": "Am Wall"}] * 9000}]}).encode()
HASTY = Deadlines(connect=5, silence=0.3, answer=5, work=3)


@pytest.fixture
def running(portal):
    return portal(Town("public").content)


@pytest.fixture
def session(connect, running):
    return connect(running.url)


@pytest.fixture
def url(running):
    return f"{running.server_url}/rest/services/town/FeatureServer/synchronizeReplica"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "Antwort größer.json"


@pytest.mark.parametrize("how", [None, Gzip(), Chunked()], ids=["plain", "gzip", "chunked"])
def test_a_large_answer_goes_to_a_file(session, running, url, target, how):
    running.fault("/synchronizeReplica", Body(LARGE))
    if how:
        running.fault("/synchronizeReplica", how)
    session.post_to_file(url, {"replicaID": "x"}, target)
    assert target.read_bytes() == LARGE
    (asked,) = running.asked("/synchronizeReplica")
    assert asked.method == "POST"
    assert asked.form == {"f": "json", "replicaID": "x"}


def test_a_file_is_asked_for_as_its_address_is_written(session, running, url, target):
    running.fault("/synchronizeReplica", Body(LARGE))
    session.get_to_file(f"{url}?sig=a%2Fb&x=1", target)
    assert target.read_bytes() == LARGE
    assert running.asked("/synchronizeReplica")[0].query == {"sig": "a/b", "x": "1"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (PortalFault(400, "Unable to sync."), PortalError),
        (PortalFault(403), SignInRequired),
        (PortalFault(404), ItemNotFound),
        (PortalFault(404, as_status=True), ItemNotFound),
        (PortalFault(499), SignInRequired),
        (PortalFault(400, as_status=True), PortalError),
        (Status(404), ItemNotFound),
        (Status(500), ServerBusy),
        (Busy(), ServerBusy),
        (Html(), BrokenAnswer),
        (Html("<html>" + "x" * 200_000), BrokenAnswer),
        (Body(b""), BrokenAnswer),
        (Body(b"null"), BrokenAnswer),
        (Body(b"SQLite format 3\0" + bytes(90_000)), BrokenAnswer),
        (Body(b'{"edits": [,'), BrokenAnswer),
        (Body(b'{"edits": NaN}'), BrokenAnswer),
    ],
    ids=lambda value: repr(value)[:40] if not isinstance(value, type) else value.__name__,
)
def test_an_error_is_raised_as_such_and_leaves_no_file(session, running, url, target, fault, error):
    running.fault("/synchronizeReplica", fault)
    with pytest.raises(error) as raised:
        session.post_to_file(url, {}, target)
    assert raised.type is error
    assert not target.exists()
    assert len(running.asked("/synchronizeReplica")) == 1


@pytest.mark.parametrize(
    "fault", [Drop(40_000), Drop(40_000, reset=True), Drop(0), HangUp(), WrongLength(100)], ids=repr
)
def test_a_form_is_not_sent_again_when_the_line_breaks(session, running, url, target, fault):
    session.get_json(running.rest + "/portals/self")
    running.fault("/synchronizeReplica", Body(LARGE))
    running.fault("/synchronizeReplica", fault)
    with pytest.raises(NoConnection):
        session.post_to_file(url, {}, target)
    assert not target.exists()
    assert len(running.asked("/synchronizeReplica")) == 1


def test_a_file_is_asked_for_again(session, running, url, target):
    running.fault("/synchronizeReplica", Body(LARGE), times=None)
    running.fault("/synchronizeReplica", Drop(40_000))
    session.get_to_file(url, target)
    assert target.read_bytes() == LARGE
    assert len(running.asked("/synchronizeReplica")) == 2


def test_a_small_answer_that_was_cut_is_no_answer(session, running, url, target):
    running.fault("/synchronizeReplica", Body(b'{"edits": [{"id": 4}]}'))
    running.fault("/synchronizeReplica", Truncated(12))
    with pytest.raises(BrokenAnswer):
        session.post_to_file(url, {}, target)
    assert not target.exists()


@pytest.mark.parametrize("how", [None, Gzip()], ids=["plain", "gzip"])
def test_more_than_the_limit_is_refused(session, running, url, target, how):
    running.fault("/synchronizeReplica", Body(LARGE))
    if how:
        running.fault("/synchronizeReplica", how)
    with pytest.raises(BrokenAnswer, match="more data"):
        session.post_to_file(url, {}, target, limit=len(LARGE) - 1)
    assert not target.exists()


def test_a_folder_that_cannot_be_written_is_a_storage_error(session, running, url, tmp_path):
    running.fault("/synchronizeReplica", Body(LARGE))
    with pytest.raises(StorageError):
        session.post_to_file(url, {}, tmp_path / "gone" / "answer.json")


def test_a_server_may_work_longer_than_it_may_be_silent_elsewhere(connect, running, url, target):
    session = connect(running.url, deadlines=HASTY)
    running.fault("/synchronizeReplica", Body(LARGE))
    running.fault("/synchronizeReplica", Stall(-1, seconds=1.0))
    session.post_to_file(url, {}, target)
    assert target.read_bytes() == LARGE


def test_it_may_not_work_for_ever(connect, running, url, target):
    session = connect(running.url, deadlines=Deadlines(connect=0.3, silence=0.3, answer=5, work=0.5))
    stall = running.fault("/synchronizeReplica", Stall(-1))
    with pytest.raises(TimedOut):
        session.post_to_file(url, {}, target)
    stall.release()
    assert len(running.asked("/synchronizeReplica")) == 1


def test_a_cancel_leaves_no_file(connect, running, url, target):
    watcher = Watcher(lambda done, total, subject: True)
    session = connect(running.url, feedback=watcher)
    _ = session.rest
    stalled = running.fault("/synchronizeReplica", Stall(100_000, seconds=0.5))
    running.fault("/synchronizeReplica", Body(LARGE))
    threading.Timer(0.2, lambda: watcher.report(0, 0, "")).start()
    with pytest.raises(Cancelled):
        session.post_to_file(url, {}, target)
    stalled.release()
    assert not target.exists()


def test_an_expired_token_is_the_one_reason_to_repeat_a_form(connect, portal, url, target):
    running = portal(Town().content)
    url = f"{running.server_url}/rest/services/town/FeatureServer/synchronizeReplica"
    session = connect(running.url, RANGER)
    running.fault("/synchronizeReplica", PortalFault(498))
    running.fault("/synchronizeReplica", Body(LARGE), at=2)
    session.post_to_file(url, {"edits": "[]"}, target)
    first, second = running.asked("/synchronizeReplica")
    assert first.token
    assert second.token not in (None, first.token)
    assert first.form == second.form
    assert target.read_bytes() == LARGE


def test_files_of_a_servers_directories_get_its_token(connect, portal, target):
    running = portal(Town().content)
    session = connect(running.url, RANGER)
    running.fault("/arcgisjobs/*", Body(LARGE))
    session.get_to_file(f"{running.server_url}/rest/directories/arcgisjobs/j1/result.json", target)
    assert running.asked("/arcgisjobs/*")[0].token


def test_a_stranger_gets_no_token(connect, portal, target):
    running = portal(Town().content)
    session = connect(running.url, RANGER)
    session.get_json(f"{running.rest}/portals/self")
    running.fault("/result.json", Body(LARGE))
    session.get_to_file(f"{running.stranger_url}/arcgis/rest/services/x/result.json", target)
    assert target.read_bytes() == LARGE
    assert running.secrets_seen("stranger") == []


def test_a_redirect_to_a_file_is_followed_without_secrets(connect, portal, target):
    running = portal(Town().content)
    session = connect(running.url, RANGER)
    running.fault("/rest/services/job/result", Redirect(f"{running.stranger_url}/result.json"))
    running.fault("/result.json", Body(LARGE))
    session.get_to_file(f"{running.server_url}/rest/services/job/result", target)
    assert target.read_bytes() == LARGE
    assert running.secrets_seen("stranger") == []


def test_an_array_is_an_answer(session, running, url):
    running.fault("/replicas", Body(b'[{"replicaName": "a", "replicaID": "1"}]'))
    assert session.get_array(url.replace("synchronizeReplica", "replicas")) == [
        {"replicaName": "a", "replicaID": "1"}
    ]
    running.fault("/replicas", Body(b'{"replicas": []}'))
    with pytest.raises(BrokenAnswer):
        session.get_array(url.replace("synchronizeReplica", "replicas"))
    running.fault("/replicas", PortalFault(403))
    with pytest.raises(SignInRequired):
        session.get_array(url.replace("synchronizeReplica", "replicas"))


def test_an_array_is_no_object(session, running, url):
    running.fault("/synchronizeReplica", Body(b"[]"))
    with pytest.raises(BrokenAnswer):
        session.post_json(url, {})


@pytest.mark.parametrize(
    "content", [b"GIF89a" + bytes(100_000), b"{ no json", b"<p>Notiz</p>", b'{"a": 1}', b""], ids=repr
)
def test_an_attachment_may_be_any_file(session, running, url, tmp_path, content):
    running.fault("/synchronizeReplica", Body(content, "application/octet-stream"))
    target = tmp_path / "Foto Übersicht.gif"
    session.get_file(url, target)
    assert target.read_bytes() == content


@pytest.mark.parametrize("fault", [PortalFault(400, "gone"), PortalFault(404), Status(404)], ids=repr)
def test_an_error_is_no_attachment(session, running, url, target, fault):
    running.fault("/synchronizeReplica", fault)
    with pytest.raises(PortalError):
        session.get_file(url, target)
    assert not target.exists()


class Postbox(ThreadingHTTPServer):
    """Takes multipart forms apart with Python's own mail parser."""

    def __init__(self):
        self.letters = []
        super().__init__(("127.0.0.1", 0), _Clerk)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/arcgis/rest/services/town/FeatureServer"


class _Clerk(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser(policy=policy.HTTP).parsebytes(head + body).iter_parts()
        self.server.letters.append(
            {
                part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
                for part in parts
            }
        )
        answer = b'{"success": true, "item": {"itemID": "i7f"}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def postbox():
    box = Postbox()
    thread = threading.Thread(target=box.serve_forever)
    thread.start()
    yield box
    box.shutdown()
    thread.join()
    box.server_close()


def test_a_file_is_sent_with_its_values(connect, postbox):
    content = bytes(range(256)) * 4000 + b"\r\n--boundary--\r\n"
    session = connect(postbox.url)
    answer = session.post_file_part(f"{postbox.url}/uploads/upload", {"partId": "3"}, "edits.json", content)
    assert answer["item"]["itemID"] == "i7f"
    assert postbox.letters == [{"f": b"json", "partId": b"3", "file": content}]


def test_nobody_there_is_a_network_error(connect, postbox, tmp_path):
    session = connect(postbox.url)
    url = postbox.url.replace(str(postbox.server_address[1]), "9")
    with pytest.raises(NetworkError):
        session.post_file_part(url, {}, "a", b"x")
