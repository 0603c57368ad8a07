"""Thumbnails: a placeholder at once, pictures within bounds, and nothing asked twice."""

import struct
import zlib

import pytest
from qgis.PyQt.QtCore import QSize

from plugin.core.portal.items import Portal
from plugin.gui.jobs.thumbnails import Thumbnails, placeholder
from plugin.gui.rows.area_key import area_key
from plugin.qgis_io.connections import Connection
from tests.portal import Status

from .conftest import wait_for


def item_of(questions, connection, item_id):
    found = []
    questions.ask(connection, lambda portal: portal.item(item_id), found.append, found.append)
    wait_for(lambda: found)
    return found[0]


def same(one, other):
    return one.toImage() == other.toImage()


@pytest.fixture
def asked(running):
    return lambda: running.asked("/info/thumbnail/*")


def test_a_placeholder_first_and_the_picture_when_it_is_there(thumbnails, questions, visitor, content):
    item, arrived = item_of(questions, visitor, content.public), []
    thumbnails.arrived.connect(arrived.append)
    assert same(thumbnails.pixmap(item, visitor), placeholder())
    longest = wait_for(lambda: arrived)
    assert arrived == [content.public]
    assert thumbnails.pixmap(item, visitor).size() == QSize(240, 160)
    assert longest < 0.1


def test_it_is_asked_for_once_and_found_on_disk_without_a_portal(
    thumbnails, questions, visitor, content, asked, tmp_path
):
    item, arrived = item_of(questions, visitor, content.public), []
    thumbnails.arrived.connect(arrived.append)
    for _ in range(5):
        thumbnails.pixmap(item, visitor)
    wait_for(lambda: arrived and list((tmp_path / "thumbnails").glob("*.png")))
    assert len(asked()) == 1
    later, shown = Thumbnails(questions, tmp_path / "thumbnails"), []
    later.arrived.connect(shown.append)
    later.pixmap(item, visitor)
    later.pixmap_on_disk(area_key(visitor.url, content.public))
    wait_for(lambda: len(shown) == 2)
    assert later.pixmap_on_disk(area_key(visitor.url, content.public)).size() == QSize(240, 160)
    copy = Connection("A copy of it", "http://127.0.0.1:9")
    later.pixmap_on_disk(area_key(copy.url, content.public))
    later.pixmap(item, copy)
    done = []
    questions.ask(visitor, lambda portal: portal.url, done.append, done.append)
    wait_for(lambda: done)
    assert same(later.pixmap_on_disk(area_key(copy.url, content.public)), placeholder())
    assert len(asked()) == 1


def test_a_picture_that_comes_is_the_newest_of_its_item(thumbnails, questions, visitor, content):
    key, arrived = area_key(visitor.url, content.public), []
    assert same(thumbnails.pixmap_on_disk(key), placeholder())
    thumbnails.arrived.connect(arrived.append)
    thumbnails.pixmap(item_of(questions, visitor, content.public), visitor)
    wait_for(lambda: arrived)
    assert thumbnails.pixmap_on_disk(key).size() == QSize(240, 160)
    assert not same(thumbnails.pixmap_on_disk(key), placeholder())


def test_a_new_version_replaces_the_old_one_on_disk(thumbnails, questions, visitor, content, tmp_path):
    arrived = []
    thumbnails.arrived.connect(arrived.append)
    for count in (1, 2):
        thumbnails.pixmap(item_of(questions, visitor, content.public), visitor)
        wait_for(lambda wanted=count: len(arrived) == wanted)
        content.items[content.public].json["modified"] += 60_000
    wait_for(lambda: len(list((tmp_path / "thumbnails").glob("*"))) == 1)


def test_what_could_not_be_had_is_asked_for_again_after_a_refresh_only(
    thumbnails, questions, visitor, content, running, asked
):
    item, arrived = item_of(questions, visitor, content.public), []
    thumbnails.arrived.connect(arrived.append)
    running.fault("/info/thumbnail/*", Status(404))
    thumbnails.pixmap(item, visitor)
    wait_for(lambda: len(asked()) == 1)
    done = []
    questions.ask(visitor, lambda portal: portal.url, done.append, done.append)
    wait_for(lambda: done)
    assert same(thumbnails.pixmap(item, visitor), placeholder())
    wait_for(lambda: True)
    assert len(asked()) == 1
    thumbnails.forget_failures()
    thumbnails.pixmap(item, visitor)
    wait_for(lambda: arrived)


def test_a_private_picture_is_asked_for_as_its_owner(thumbnails, questions, ranger, content, running):
    item, arrived = item_of(questions, ranger, content.private), []
    thumbnails.arrived.connect(arrived.append)
    thumbnails.pixmap(item, ranger)
    wait_for(lambda: arrived)
    assert not running.secrets_seen()


def test_a_folder_that_cannot_be_written_costs_no_picture(questions, visitor, content, tmp_path):
    (tmp_path / "file").write_text("in the way")
    shown, arrived = Thumbnails(questions, tmp_path / "file"), []
    shown.arrived.connect(arrived.append)
    shown.pixmap(item_of(questions, visitor, content.public), visitor)
    wait_for(lambda: arrived)


def huge_png(width, height):
    """A few bytes that claim to be a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_broken_picture_of_a_portal_stays_a_placeholder(thumbnails, questions, visitor, content, asked):
    content.items[content.public].files["thumbnail/ago_downloaded.png"] = huge_png(9000, 9000)
    item = item_of(questions, visitor, content.public)
    thumbnails.pixmap(item, visitor)
    wait_for(asked)
    done = []
    questions.ask(visitor, Portal.info, done.append, done.append)
    wait_for(lambda: done)
    assert same(thumbnails.pixmap(item, visitor), placeholder())
