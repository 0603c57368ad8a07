"""Replicas that are to be unregistered still, remembered in the settings of the profile."""

from __future__ import annotations

import hashlib
import json
from typing import Optional

from ..core.json_value import json_object
from ..core.untrusted.json_text import parse_json
from ..core.update.orphans import Orphan
from .settings import SettingGroup

_ORPHANS = SettingGroup("orphaned_replicas")
_LONGEST = 1 << 16  # bytes


class SavedOrphans:
    """The `OrphanStore` of this profile."""

    def orphans(self) -> list[Orphan]:
        found = (_read(text) for text in _ORPHANS.values())
        return sorted(filter(None, found), key=lambda one: (one.service_url, one.replica))

    def remember(self, orphan: Orphan) -> None:
        _ORPHANS.set(_key(orphan), json.dumps(orphan.to_json(), ensure_ascii=False))

    def forget(self, orphan: Orphan) -> None:
        _ORPHANS.forget(_key(orphan))


def _read(text: str) -> Optional[Orphan]:
    try:
        return Orphan.from_json(json_object(parse_json(text.encode("utf-8"), _LONGEST)))
    except ValueError:
        return None


def _key(orphan: Orphan) -> str:
    return hashlib.sha256(f"{orphan.service_url}\n{orphan.replica}\n{orphan.name}".encode()).hexdigest()
