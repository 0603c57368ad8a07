"""Paths from outside, judged before the file system hears of them.

To look at a path can be too much already: on Windows the system then signs in at the server that the path
names, a FIFO never answers, and automatic mounts call whom they are asked for.
"""

from __future__ import annotations

import os
from pathlib import Path
import re
import stat

_LONGEST = 4096  # bytes, as Linux has it
_LONGEST_NAME = 255
_MOST_LINKS = 8
# Windows has them in every folder, whatever blanks and suffix follow.
_DEVICE_NAME = r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])[ ]*(?:\.[^/]*)?"
_HARMFUL_NAME = re.compile(
    rf"""^$ | ^/ | // | (?:^|/)\.\.?(?:/|$)      # empty, absolute, leading elsewhere
      | [\\:\x00-\x1f\x7f]                      # other separators, drives, streams, control
      | [. ](?:/|$)                             # Windows drops a trailing dot or blank
      | (?:^|/){_DEVICE_NAME}(?:/|$)""",
    re.VERBOSE | re.IGNORECASE,
)
# A share (\\server\share), and where Unix systems keep those of others.
_SHARE = re.compile(
    r"(?://|/net/|/afs/|/network/servers/|/run/user/\d+/gvfs/)[^/]*(?:/[^/]*)?", re.IGNORECASE
)
_DEVICE = re.compile(
    rf"/{{1,2}}[?.]{{1,2}}/ | /(?:dev|proc|sys)(?:/|$) | .*/{_DEVICE_NAME}$",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def stays_inside(path: str) -> bool:
    """True for a path with forward slashes that leads below the folder it counts from, on every system."""
    return not _HARMFUL_NAME.search(path) and not _is_too_long(path)


def is_plain_name(name: object) -> bool:
    """True for the name of a file, without any folder, drive or parent in it."""
    return isinstance(name, str) and "/" not in name and stays_inside(name)


def local_file(path: str, folder: Path) -> Path:
    """The file that `path` means, counted from `folder`; it need not be there.

    Raises `ValueError`, before anything is looked at, for a path to another computer than that of `folder`,
    for devices and for what no file system takes; then for what is there and is neither file nor folder.
    """
    for _ in range(_MOST_LINKS):
        file = _judged(path, folder)
        try:
            mode = file.lstat().st_mode
        except OSError:
            return file
        if not stat.S_ISLNK(mode):
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise ValueError("neither a file nor a folder")
            return file
        path, folder = os.readlink(file), file.parent
    raise ValueError("links in circles")


def _judged(path: str, folder: Path) -> Path:
    if re.search(r"[\x00-\x1f\x7f]", path):
        raise ValueError("control character")
    if path.replace("\\", "/").startswith("//") and _share(path) != _share(str(folder)):
        raise ValueError("on another computer")
    file = Path(os.path.normpath(folder / path))
    if _is_too_long(file.as_posix()):
        raise ValueError("too long")
    if _share(str(file)) not in ("", _share(str(folder))):
        raise ValueError("on another computer")
    if _DEVICE.match(str(file).replace("\\", "/")):
        raise ValueError("a device")
    return file


def _is_too_long(path: str) -> bool:
    if len(path) <= _LONGEST_NAME // 4:
        return False
    content = path.encode("utf-8", "surrogateescape")
    return len(content) > _LONGEST or max(map(len, content.split(b"/"))) > _LONGEST_NAME


def _share(path: str) -> str:
    """What says on which other computer a path lies; empty for one on this computer."""
    found = _SHARE.match(path.replace("\\", "/"))
    return found[0].casefold() if found else ""
