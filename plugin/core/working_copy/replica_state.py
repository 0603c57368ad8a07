"""What a working copy knows of itself: what it was made of, for whom, and how far it is synchronised.

One table of JSON values by name, hidden from GDAL and QGIS. It is changed in the transactions that change the
rows it speaks of, so that neither is ever ahead of the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
import json
import sqlite3
from typing import Any, Optional, Union

from ..geodatabase.replica import SyncDirection, SyncModel
from ..json_value import Json, json_object, json_string
from ..portal.generations import ServerGenerations
from ..sentences import Told, sentence_from_json
from ..untrusted.json_text import parse_json_object

FORMAT = 3
"""Of the tables and triggers for change tracking and synchronisation; copies of version 0.1.0 say none, which
is 1."""
COPY_STATE = "gpkgext_offline_copy"
STATE_TABLE = "CREATE TABLE main.gpkgext_offline_copy (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)"
_NAME = "replica"


class RegistrationState(Enum):
    """Whether the feature service knows of a geodatabase, so that edits can go there."""

    NONE = "none"  # the update mode needs none
    PENDING = "pending"
    REGISTERED = "registered"
    DIRECT = "direct"  # no replica: changes are extracted from the service and edits applied to it
    REFUSED = "refused"


@dataclass(frozen=True)
class ReplicaState:
    """All that synchronisation has to know of one working copy.

    `area`, `item` and `revision` are those of the map area and of the package that it was made of, `mode`
    is the update mode as the .marea spells it, `service` the URL of the feature service. `replica` is the id
    that the service gave, `replica_name` the name that was chosen before the service was asked; `owner` the
    user who registered, "" for nobody. `machine` and `place` say where the copy was registered: the id of
    the computer, and the identity of the file there. `attachments`: the replica carries attachments.
    `last_sync` is a moment of UTC in ISO 8601. `status_url` is that of the job which works on the batch that
    was sent, `sent` tells of that batch what update/sync.py has to know of it later. `reason` is in English,
    `sentence` the same as sentences.py keeps it.
    """

    area: str = ""
    item: str = ""
    revision: str = ""
    mode: str = ""
    service: str = ""
    model: SyncModel = SyncModel.PER_LAYER
    direction: SyncDirection = SyncDirection.BIDIRECTIONAL
    registration: RegistrationState = RegistrationState.NONE
    reason: str = ""
    replica: str = ""
    replica_name: str = ""
    owner: str = ""
    machine: str = ""
    place: str = ""
    attachments: bool = False
    generations: ServerGenerations = field(default_factory=ServerGenerations)
    last_sync: str = ""
    status_url: str = ""
    sent: Json = field(default_factory=dict)
    sentence: Json = field(default_factory=dict)

    @property
    def told(self) -> Union[Told, str]:
        """`reason` as a sentence that can be translated, where it is one."""
        known = sentence_from_json(self.sentence)
        return known if known is not None and str(known) == self.reason else self.reason

    @classmethod
    def from_json(cls, content: Json) -> ReplicaState:
        """Of values that a working copy held; what cannot be used counts as absent."""
        texts = {name: json_string(content.get(name)) for name in _TEXTS}
        return cls(
            model=_member(SyncModel, content.get("model"), SyncModel.PER_LAYER),
            direction=_member(SyncDirection, content.get("direction"), SyncDirection.BIDIRECTIONAL),
            registration=_member(RegistrationState, content.get("registration"), RegistrationState.NONE),
            attachments=content.get("attachments") is True,
            generations=ServerGenerations.from_json(json_object(content.get("generations"))),
            sent=json_object(content.get("sent")),
            sentence=json_object(content.get("sentence")),
            **texts,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "model": self.model.value,
            "direction": self.direction.value,
            "registration": self.registration.value,
            "attachments": self.attachments,
            "generations": self.generations.to_json(),
            "sent": dict(self.sent),
            "sentence": dict(self.sentence),
        }


_TEXTS = (
    "area", "item", "revision", "mode", "service", "reason", "replica", "replica_name", "owner", "machine",
    "place", "last_sync", "status_url",
)  # fmt: skip


def read_replica_state(connection: sqlite3.Connection) -> Optional[ReplicaState]:
    """None for a copy that was not told yet, or that version 0.1.0 made."""
    content = read_copy_value(connection, _NAME)
    return ReplicaState.from_json(content) if content else None


def write_replica_state(connection: sqlite3.Connection, state: ReplicaState) -> None:
    """In the caller's transaction."""
    write_copy_value(connection, _NAME, state.to_json())


def read_copy_value(connection: sqlite3.Connection, name: str) -> Json:
    """One JSON object of the table; an empty one where there is none, or no such table."""
    known = "SELECT count(*) FROM main.sqlite_master WHERE type = 'table' AND name = ?"
    if not connection.execute(known, (COPY_STATE,)).fetchone()[0]:
        return {}
    row = connection.execute("SELECT value FROM gpkgext_offline_copy WHERE name = ?", (name,)).fetchone()
    try:
        return parse_json_object(row[0].encode("utf-8")) if row else {}
    except (AttributeError, ValueError):
        return {}


def write_copy_value(connection: sqlite3.Connection, name: str, value: Mapping[str, Any]) -> None:
    """In the caller's transaction; the table is there in every copy of the present format."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    connection.execute("INSERT OR REPLACE INTO gpkgext_offline_copy VALUES (?, ?)", (name, text))


def _member(kind: Any, stated: object, default: Any) -> Any:
    return next((member for member in kind if member.value == stated), default)
