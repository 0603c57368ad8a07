"""A path from outside leads to a file of this computer, or nothing looks at it."""

import os
import socket
import sys

import pytest

from plugin.core.untrusted.path import is_plain_name, local_file, stays_inside

SHARES = [
    "//server/share/x.tpk",
    r"\\server\share\x.tpk",
    r"\/server/share/x.tpk",
    r"\\?\UNC\server\share\x.tpk",
    r"\\.\pipe\x",
    "///server/share/x.tpk",
    "/net/server/x.tpk",
    "/Network/Servers/server/x.tpk",
    "/afs/example.org/x.tpk",
    "/run/user/1000/gvfs/smb-share:server=a,share=b/x.tpk",
    "../../../../../../../../../../../../net/server/x.tpk",
]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "Karten für unterwegs" / "p13"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def looked_at(monkeypatch):
    """Every path that was looked at."""
    seen = []
    for name in ("stat", "lstat", "readlink", "open"):
        real = getattr(os, name)

        def spy(path, *args, _real=real, **named):
            seen.append(os.fspath(path))
            return _real(path, *args, **named)

        monkeypatch.setattr(os, name, spy)
    return seen


@pytest.mark.parametrize("path", SHARES)
def test_another_computer_is_not_looked_at(path, folder, looked_at):
    with pytest.raises(ValueError, match="another computer|device"):
        local_file(path, folder)
    assert not any("server" in str(one) or "example" in str(one) for one in looked_at)


def test_a_map_on_a_share_may_name_files_of_that_share(tmp_path, monkeypatch):
    home = type(tmp_path)("/net/files/maps/area/p13")
    assert str(local_file("../../base/x.tpk", home)) == "/net/files/maps/base/x.tpk"
    assert str(local_file("/net/files/maps/x.tpk", home)) == "/net/files/maps/x.tpk"
    for elsewhere in ("/net/other/maps/x.tpk", "../../../../other/x.tpk", "//files/maps/x.tpk"):
        with pytest.raises(ValueError, match="another computer"):
            local_file(elsewhere, home)


@pytest.mark.parametrize(
    "path",
    [
        *("x\0y.tpk", "x\ny.tpk", "a" * 256 + ".tpk", "ä" * 130, "ab/" * 1400 + "x.tpk", "a" * 5000),
        *("/dev/zero", "/dev/stdin", "/proc/self/mem", "/sys/x", "sub/NUL", "com1.tpk"),
        *("LPT1 .tpk", "COM\u00b9", "conin$"),
        "../../../../../../../dev/tty",
    ],
    ids=lambda path: repr(path[:20]),
)
def test_what_is_no_file_is_refused(path, folder):
    with pytest.raises(ValueError):
        local_file(path, folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither")
def test_pipes_and_sockets_are_refused_without_waiting_for_them(folder):
    os.mkfifo(folder / "basemap.tpk")
    with pytest.raises(ValueError, match="neither"):
        local_file("basemap.tpk", folder)
    here = os.getcwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("other.tpk")
    finally:
        os.chdir(here)
    with pytest.raises(ValueError, match="neither"):
        local_file("other.tpk", folder)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_judged_by_where_they_lead(folder, looked_at):
    (folder / "there.tpk").write_bytes(b"x")
    for name, target in {
        "good": "there.tpk",
        "far": "/net/server/x.tpk",
        "tty": "/dev/tty",
        "round": "round",
        "two": "far",
    }.items():
        (folder / name).symlink_to(target)
    assert local_file("good", folder) == folder / "there.tpk"
    for name in ("far", "tty", "round", "two"):
        with pytest.raises(ValueError):
            local_file(name, folder)
    assert "/net/server/x.tpk" not in looked_at


def test_paths_of_this_computer_are_files(folder):
    assert local_file("x.tpk", folder) == folder / "x.tpk"
    assert local_file("./x.tpk", folder) == folder / "x.tpk"
    assert local_file("../../Grundkarten/ä b.tpk", folder) == folder.parents[1] / "Grundkarten" / "ä b.tpk"
    assert local_file(str(folder / "x.tpk"), folder.parent) == folder / "x.tpk"
    assert local_file("ä" * 120 + ".tpk", folder) == folder / ("ä" * 120 + ".tpk")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", r"a\b", "C:x", "x\0", "/x", "nul.tpk", "x.", "x ", "a" * 256, 5, None]
)
def test_a_plain_name_has_no_folder_drive_or_parent_in_it(name):
    assert not is_plain_name(name)
    assert is_plain_name("Straßen & Wege (1).tpk")


def test_what_stays_inside_may_lie_in_folders():
    assert stays_inside("p13/ä b.geodatabase")
    for path in ("../x", "p13/../x", "/x", "p13//x", r"p13\x", "p13/" + "a" * 300):
        assert not stays_inside(path)
