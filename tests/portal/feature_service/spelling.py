"""How a server spells ids and keys."""

from __future__ import annotations

from collections.abc import Mapping
import re
from typing import Any, Optional

from .behaviour import SYNC_FLAGS, Behaviour, Json

_GUID = re.compile(r"\{?([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})\}?", re.IGNORECASE)
_OTHER_KEYS = {
    "statusUrl": "statusURL",
    "objectId": "objectID",
    "globalId": "globalID",
    "replicaID": "replicaId",
    "replicaName": "ReplicaName",
}


def bare_guid(value: Any) -> Optional[str]:
    """Any of the three spellings as the server keeps it, bare and upper case; None for what is none."""
    match = _GUID.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    digits = match[1].replace("-", "").upper()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def braced(guid: str) -> str:
    return "{" + guid + "}"


def with_bare_guids(where: str) -> str:
    """A where clause whose GUIDs are spelled as the server keeps them."""
    return re.sub(
        r"'(\{?[0-9a-fA-F-]{32,36}\}?)'", lambda match: f"'{bare_guid(match[1]) or match[1]}'", where
    )


class Spelling:
    """A server's own spelling, by its switches."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour

    def guid(self, guid: Optional[str]) -> Optional[str]:
        if guid is None:
            return None
        return {"braced": braced(guid), "bare": guid, "lower": guid.lower()}[self.behaviour.guids]

    def replica_id(self, guid: str) -> str:
        """Replica ids are told in the style of all ids, but never with braces."""
        return guid.lower() if self.behaviour.guids == "lower" else guid

    def keys(self, value: Any) -> Any:
        """An answer, or a part of it, with its keys in the letter case of the server."""
        if self.behaviour.key_case == "usual":
            return value
        if isinstance(value, Mapping):
            return {_OTHER_KEYS.get(key, key): self.keys(one) for key, one in value.items()}
        return [self.keys(one) for one in value] if isinstance(value, list) else value

    def sync_flags(self) -> Json:
        """`syncCapabilities`, without the flags that were taken away."""
        flags = {**SYNC_FLAGS, **self.behaviour.sync_flags}
        return {self.flag(name): value for name, value in flags.items() if value is not None}

    def flag(self, name: str) -> str:
        if self.behaviour.flag_case == "lower":
            return name.lower()
        if self.behaviour.flag_case == "upper":
            return name.replace("Async", "ASync").replace("supportsPer", "SupportsPer").replace("OnF", "Onf")
        return name
