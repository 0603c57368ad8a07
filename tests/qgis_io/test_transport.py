"""requests over the network of QGIS, in every kind of thread."""

import threading
import time

import pytest
from qgis.core import QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QThread, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply
import requests

from plugin.core.errors import Cancelled, NoConnection, TimedOut
from plugin.core.portal.session import PortalSession
from plugin.qgis_io.threads import QtExecutor
from plugin.qgis_io.transport import QgisTransport
from tests.portal import Body, Drop, Fault, HangUp, PortalContent, Redirect, Stall
from tests.portal.answers import Answer

from .conftest import FILE


def fetch(session, url, headers=None):
    with session.open_stream(url, headers) as response:
        return response.content


def cancel_soon(watcher, stall):
    """Stops as soon as the server is silent; returns the list that will hold the moment."""
    moment = []

    def stop():
        stall.reached.wait(20)
        time.sleep(0.2)
        moment.append(time.monotonic())
        watcher.stop.set()

    threading.Thread(target=stop, daemon=True).start()
    return moment


def test_a_file_arrives_whole(session, served, anywhere):
    assert anywhere(lambda: fetch(session, served[1])) == FILE


def test_a_part_arrives_as_asked_for(session, served, anywhere):
    assert (
        anywhere(lambda: fetch(session, served[1], {"Range": "bytes=1000000-1000099"}))
        == FILE[1000000:1000100]
    )


@pytest.mark.parametrize("after", [0, 1_000_000], ids=["before the headers", "in the body"])
def test_a_silent_server_is_given_up_in_time(session, served, anywhere, after):
    running, url = served
    running.fault("/data", Stall(after), times=None)
    began = time.monotonic()
    with pytest.raises(TimedOut):
        anywhere(lambda: fetch(session, url))
    assert 0.9 < time.monotonic() - began < 2.5


@pytest.mark.parametrize("after", [0, 1_000_000], ids=["before the headers", "in the body"])
def test_a_cancel_is_heard_within_a_second(session, served, anywhere, watcher, after):
    running, url = served
    session._deadlines = type(session._deadlines)(60, 60, 60)
    moment = cancel_soon(watcher, running.fault("/data", Stall(after), times=None))
    with pytest.raises(Cancelled):
        anywhere(lambda: fetch(session, url))
    assert time.monotonic() - moment[0] < 1.0


def test_a_broken_line_is_no_end(session, served, anywhere):
    running, url = served
    running.fault("/data", Drop(after=2_000_000), times=None)
    with pytest.raises(NoConnection, match="was lost"):
        anywhere(lambda: fetch(session, url))


def test_a_response_closed_early_lets_go_of_the_line(session, served, anywhere):
    running, url = served
    stall = running.fault("/data", Stall(1_000_000))

    def begin():
        with session.open_stream(url) as response:
            return next(response.iter_content(1000))

    assert FILE.startswith(anywhere(begin))
    stall.release()
    assert replies_of_this_thread() == []


def replies_of_this_thread():
    return QgsNetworkAccessManager.instance().findChildren(QNetworkReply)


def test_nothing_is_left_behind_in_a_thread_without_a_loop(session, served):
    _, url = served

    def many():
        for _ in range(5):
            fetch(session, url)
        with session.open_stream(url):
            pass
        return len(replies_of_this_thread())

    with QtExecutor(1) as executor:
        assert executor.submit(many).result() == 0


def test_a_forgotten_response_does_no_harm_in_another_thread(session, served):
    _, url = served
    with QtExecutor(1) as executor:
        response = executor.submit(lambda: session.open_stream(url)).result()
        response.close()
    assert fetch(session, url) == FILE


def test_a_slow_reader_holds_the_server_back(portal, watcher):
    """What nobody reads yet waits at the server: no package ever lies in memory as a whole."""
    content = PortalContent()
    big = content.add_item("SQLite Geodatabase", "Big", data=FILE * 8)
    running = portal(content)
    session = PortalSession(running.url, transport=QgisTransport(watcher), feedback=watcher)
    with session.open_stream(f"{running.rest}/content/items/{big}/data") as response:
        _ = response.raw.read(1000)
        for _ in range(20):
            QCoreApplication.processEvents()
            time.sleep(0.02)
        assert running.asked("/data")[0].bytes_sent < 4 * len(FILE)
        assert sum(map(len, response.iter_content(1 << 20))) > 7 * len(FILE)


def test_files_are_never_cached(session, served):
    running, url = served
    cache = QgsNetworkAccessManager.instance().cache()
    before = cache.cacheSize()
    assert fetch(session, url) == fetch(session, url) == FILE
    assert len(running.asked("/data")) == 2
    assert cache.cacheSize() == before


def test_no_cookie_is_stored_or_sent(session, served, watcher):
    running, url = served
    assert running.asked("/info")
    fetch(session, url)
    jar = QgsNetworkAccessManager.instance().cookieJar()
    assert not any(bytes(cookie.name()) == b"JSESSIONID" for cookie in jar.cookiesForUrl(QUrl(running.url)))
    assert not any(asked.headers.get("Cookie") for asked in running.asked())


def test_redirects_are_left_to_the_session(served, watcher):
    running, url = served
    running.fault("/data", Redirect(f"{running.stranger_url}/elsewhere"))
    request = requests.Request("GET", url).prepare()
    response = QgisTransport(watcher).send(request, timeout=5)
    assert response.status_code == 302
    assert response.headers["location"] == f"{running.stranger_url}/elsewhere"
    response.close()
    assert not running.asked("/elsewhere")


def test_the_deadline_of_qgis_itself_is_a_time_out_and_no_cancel(served, watcher):
    running, url = served
    running.fault("/data", Stall(), times=None)
    before = QgsNetworkAccessManager.timeout()
    QgsNetworkAccessManager.setTimeout(500)
    try:
        session = PortalSession(running.url, transport=QgisTransport(watcher), feedback=watcher)
        began = time.monotonic()
        with pytest.raises(TimedOut):
            session.open_stream(url)
        assert time.monotonic() - began < 5
    finally:
        QgsNetworkAccessManager.setTimeout(before)


def test_a_server_that_works_is_given_more_time_than_qgis_gives(served, watcher, tmp_path):
    running, _ = served
    session = PortalSession(running.url, transport=QgisTransport(watcher), feedback=watcher)
    url = f"{session.rest}/search"
    running.fault("/search", Body(b'{"edits": []}'))
    running.fault("/search", Stall(-1, seconds=1.2))
    before = QgsNetworkAccessManager.timeout()
    QgsNetworkAccessManager.setTimeout(400)
    try:
        session.post_to_file(url, {}, tmp_path / "answer.json")
    finally:
        QgsNetworkAccessManager.setTimeout(before)
    assert (tmp_path / "answer.json").read_bytes() == b'{"edits": []}'


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("size", [10, 3_000_000])
def test_a_form_without_an_answer_is_not_sent_again(session, served, reset, size):
    """Qt itself would: the first one may have been heard."""
    running, _ = served
    running.fault("/nowhere", HangUp(reset), times=None)
    with pytest.raises(NoConnection):
        session.post_json(f"{session.rest}/nowhere", {"x": "x" * size})
    assert len(running.asked("/nowhere")) == 1


class Password(Fault):
    """A proxy or web server that asks for a password at the HTTP layer."""

    def instead(self, asked):
        return Answer(401, {"WWW-Authenticate": 'Basic realm="x"', "Content-Type": "text/html"}, b"<p>no</p>")


def test_a_question_of_qgis_does_not_lock_worker_and_main_thread(session, served):
    """QGIS asks for HTTP passwords in the main thread, and lets the worker wait for it."""
    running, url = served
    running.fault("/data", Password(), times=None)
    with QtExecutor(2) as executor:
        waiting = executor.submit(lambda: session.open_stream(url))
        with pytest.raises(Exception, match="requires you to sign in"):
            waiting.result()


def test_a_form_with_letters_of_all_kinds(session, served):
    running, _ = served
    session.post_json(f"{session.rest}/search", {"q": "Zürich & Ærø = 100 %"})
    assert running.asked("/search")[0].form["q"] == "Zürich & Ærø = 100 %"


def test_four_streams_at_once(session, served):
    _, url = served
    with QtExecutor(4) as executor:
        files = executor.map(lambda part: fetch(session, url, {"Range": f"bytes={part}-"}), range(12))
        assert all(file == FILE[part:] for part, file in enumerate(files))


def test_replies_do_not_take_each_other_for_deleted(session, served):
    """The main thread hears late that a worker's reply is gone; its address serves the next by then."""
    api = f"{session.rest}/portals/self"
    with QtExecutor(4) as executor:
        answers = list(executor.map(lambda _: session.get_json(api)["name"], range(800)))
    assert answers == ["Portal stand-in"] * 800


def test_the_main_thread_keeps_serving_its_events(session, served, qgis_app):
    """While a request in the main thread waits, timers and paints go on."""
    running, url = served
    running.fault("/data", Stall(1000, seconds=0.6))
    ticks = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(20)
    assert fetch(session, url) == FILE
    timer.stop()
    assert len(ticks) >= 15
    assert QThread.currentThread() is QCoreApplication.instance().thread()


def test_settings_of_the_user_are_not_touched(session, served):
    before = sorted(QgsSettings().allKeys())
    fetch(session, served[1])
    assert sorted(QgsSettings().allKeys()) == before
