"""Which computer this is, and which file a path leads to: what stays when names change."""

from __future__ import annotations

from collections.abc import Iterator
import hashlib
from pathlib import Path
import sys
import uuid

from qgis.PyQt.QtCore import QFileInfo, QSettings

_PURPOSE = "offline map areas"
_LINUX = tuple(Path(folder, "machine-id") for folder in ("/etc", "/var/lib/dbus"))
_WINDOWS = "\\".join(("HKEY_LOCAL_MACHINE", "SOFTWARE", "Microsoft"))
_RANDOM = 1 << 40  # the bit of an address that no network card gave


def machine_id() -> str:
    """The same on every start of this system, whatever its host is called; empty where it has none.

    It is the id of the operating system, hashed: the id itself is to stay on the computer.
    """
    own = next(filter(None, _ids()), "")
    return hashlib.sha256(f"{_PURPOSE}\n{own}".encode()).hexdigest()[:32] if own else ""


def _ids() -> Iterator[str]:
    if sys.platform == "win32":
        registry = QSettings(_WINDOWS, QSettings.Format.NativeFormat)
        yield str(registry.value("Cryptography/MachineGuid", ""))
    elif sys.platform == "darwin":
        card = uuid.getnode()
        yield "" if card & _RANDOM else str(card)
    for path in _LINUX:
        if path.is_file():
            yield path.read_text("ascii", "replace").strip()


def born(path: Path) -> int:
    """When a file was made, in milliseconds since 1970; 0 where the file system does not know."""
    moment = QFileInfo(str(path)).birthTime()
    return max(0, moment.toMSecsSinceEpoch()) if moment.isValid() else 0
