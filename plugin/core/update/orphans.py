"""Replicas whose offline map is gone: remembered outside of its folder until their service knows, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional, Protocol

from ..json_value import Json, text_of
from ..portal.urls import web_address


@dataclass(frozen=True)
class Orphan:
    """A replica that has to be unregistered still. `map_title` is that of the map area it served; where its
    id is not known, since an answer was lost, its `name` finds it.
    """

    portal_url: str
    service_url: str
    replica: str
    name: str
    owner: str
    map_title: str

    @classmethod
    def from_json(cls, content: Json) -> Optional[Orphan]:
        """None for what names no replica of a service."""
        service = web_address(content.get("service"))
        replica, name = text_of(content, "replica"), text_of(content, "name")
        if not service or not (replica or name):
            return None
        portal_url, owner = web_address(content.get("portal")), text_of(content, "owner")
        return cls(portal_url, service, replica, name, owner, text_of(content, "map"))

    def to_json(self) -> dict[str, Any]:
        return {
            "portal": self.portal_url,
            "service": self.service_url,
            "replica": self.replica,
            "name": self.name,
            "owner": self.owner,
            "map": self.map_title,
        }


class OrphanStore(Protocol):
    """Where they are remembered: the settings of the user's profile."""

    def orphans(self) -> Sequence[Orphan]: ...

    def remember(self, orphan: Orphan) -> None: ...

    def forget(self, orphan: Orphan) -> None: ...
