"""What the plugin remembers from one session to the next, all declared here with type and default.

Everything lies in the settings of the QGIS profile below one prefix. None of it is a secret.
What stands there may be old, or edited by hand: a value that cannot be used counts as absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
import json
from pathlib import Path
from typing import Any, Generic, TypeVar

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QStandardPaths

from ..core.json_value import json_list
from ..core.portal.urls import parse_url
from ..core.untrusted.json_text import parse_json

_PREFIX = "plugins/offline_map_areas"
_LONGEST_LIST = 1 << 20  # bytes
_MOST_FOLDERS = 1000
_MOST_NAMES = 5000
_MOST_PARALLEL = 6

_T = TypeVar("_T", str, int, bool)


@dataclass(frozen=True)
class Setting(Generic[_T]):
    """One remembered value: its key below the prefix, and its default, which gives it its type."""

    key: str
    default: _T

    def value(self) -> _T:
        try:
            return QgsSettings().value(self._path, self.default, type=type(self.default))
        except TypeError:
            return self.default

    def set(self, value: _T) -> None:
        QgsSettings().setValue(self._path, value)

    @property
    def _path(self) -> str:
        return f"{_PREFIX}/{self.key}"


@dataclass(frozen=True)
class ListSetting:
    """A remembered list of JSON values, kept as JSON text."""

    key: str

    def values(self) -> list[Any]:
        text = Setting(self.key, "").value()
        try:
            return json_list(parse_json(text.encode("utf-8"), _LONGEST_LIST))
        except ValueError:
            return []

    def set(self, values: Iterable[Any]) -> None:
        Setting(self.key, "").set(json.dumps(list(values), ensure_ascii=False))


@dataclass(frozen=True)
class SettingGroup:
    """Remembered texts by name, the newest thousands.

    Each has a key of its own: jobs and windows that write at the same time lose nothing of each other.
    """

    key: str

    def value(self, name: str) -> str:
        """Empty for a name that is not there."""
        return Setting(f"{self.key}/{name}", "").value().partition(" ")[2]

    def values(self) -> list[str]:
        """All texts, in no order."""
        return [self.value(name) for name in self._names()]

    def set(self, name: str, value: str) -> None:
        names = self._names()
        if len(names) >= _MOST_NAMES:
            oldest = sorted(names, key=lambda one: Setting(f"{self.key}/{one}", "").value())
            for one in oldest[: _MOST_NAMES // 10]:
                self.forget(one)
        moment = datetime.now(timezone.utc).isoformat(timespec="microseconds")
        Setting(f"{self.key}/{name}", "").set(f"{moment} {value}")

    def forget(self, name: str) -> None:
        QgsSettings().remove(f"{_PREFIX}/{self.key}/{name}")

    def forget_values(self, value: str) -> None:
        """Forgets every name that has this value."""
        for name in self._names():
            if self.value(name) == value:
                self.forget(name)

    def _names(self) -> list[str]:
        settings = QgsSettings()
        settings.beginGroup(f"{_PREFIX}/{self.key}")
        return settings.childKeys()


# The portals that qgis_io/connections.py reads and writes, and the one that was chosen last.
CONNECTIONS = ListSetting("connections")
CHOSEN_CONNECTION = Setting("chosen_connection", "ArcGIS Online")
AREAS_ON_MAP = Setting("areas_on_map", True)
BASEMAP_ON_MAP = Setting("basemap_on_map", False)
_ROOT = Setting("root", "")
_PARALLEL = Setting("parallel_downloads", 2)
_FOLDERS = ListSetting("offline_maps")
_PRIVATE_HOSTS = ListSetting("private_hosts")
# The folders of downloads that were begun and not finished, as gui/jobs/unfinished.py writes them.
UNFINISHED_DOWNLOADS = ListSetting("unfinished_downloads")


def root_folder() -> Path:
    """Where new offline maps go: `<root>/<portal host>/<web map>/<area>`, see `folder_name`."""
    chosen = _ROOT.value().strip()
    return Path(chosen) if chosen else default_root_folder()


def default_root_folder() -> Path:
    """*Offline Map Areas* among the user's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "Offline Map Areas"


def set_root_folder(folder: Path) -> None:
    """Where new offline maps go from now on; those that are there stay where they are."""
    _ROOT.set("" if folder == default_root_folder() else str(folder))


def parallel_downloads() -> int:
    """How many map areas are downloaded at once: 1 to 6."""
    return min(max(_PARALLEL.value(), 1), _MOST_PARALLEL)


def set_parallel_downloads(count: int) -> None:
    """As `parallel_downloads` reads it."""
    _PARALLEL.set(count)


def private_hosts() -> list[str]:
    """The hosts in private networks that portals in the internet may lead to, as `Origin` spells them."""
    return [_host_in(text) for text in _PRIVATE_HOSTS.values() if isinstance(text, str) and text]


def set_private_hosts(hosts: Iterable[str]) -> None:
    """Names, IP addresses or URLs of hosts, which `private_hosts` gives from now on."""
    _PRIVATE_HOSTS.set(dict.fromkeys(map(_host_in, hosts)))


def _host_in(text: str) -> str:
    """The host of a URL, or `text` as the host itself; what is neither stays, and is nobody's name."""
    try:
        return parse_url(text if "://" in text else f"https://{text}").origin.host
    except ValueError:
        return text


def offline_map_folders() -> list[Path]:
    """The folders of offline maps, and `.mmpk` files, that were downloaded or opened; newest first."""
    return [Path(text) for text in _FOLDERS.values() if isinstance(text, str) and text]


def remember_offline_map(folder: Path) -> None:
    """Puts `folder` first among the known ones."""
    others = [known for known in offline_map_folders() if known != folder]
    _FOLDERS.set(str(known) for known in [folder, *others][:_MOST_FOLDERS])


def forget_offline_map(folder: Path) -> None:
    """Takes `folder` off the list; what lies in it stays."""
    _FOLDERS.set(str(known) for known in offline_map_folders() if known != folder)
