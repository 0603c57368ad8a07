"""What a feature service answers about replicas. Source: the ArcGIS REST API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from ..json_value import UNKNOWN_TIME, Json, folded_keys, json_string, moment_of
from .changes_file import ChangesFile
from .generations import ServerGenerations


@dataclass(frozen=True)
class CreatedReplica:
    """A replica that the service made.

    `has_data`: rows came with it, in `answer`, whatever was asked for; without, an existing copy was
    registered. `answer` is there wherever a file of changes came.
    """

    id: str
    name: str
    has_data: bool
    generations: ServerGenerations
    answer: Optional[ChangesFile] = None


@dataclass(frozen=True)
class ListedReplica:
    """A replica that the service lists for this user; `last_sync` is 1970 where it does not say.

    `version` is that of versioned data, "" where it has none or does not say.
    """

    id: str
    name: str
    last_sync: datetime = UNKNOWN_TIME
    version: str = ""

    @classmethod
    def from_json(cls, json: Json) -> ListedReplica:
        known = folded_keys(json)
        texts = (json_string(known.get(key)) for key in ("replicaid", "replicaname", "replicaversion"))
        replica, name, version = texts
        return cls(replica, name, moment_of(known, "lastsyncdate"), version)


@dataclass(frozen=True)
class ReplicaInfo:
    """What the service knows of one replica.

    `direction` and `model` in lower case, with Esri's prefixes where the service writes them; `json` is all.
    """

    id: str
    name: str
    owner: str
    direction: str
    model: str
    generations: ServerGenerations
    last_sync: datetime = UNKNOWN_TIME
    json: Json = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, replica: str, json: Json) -> ReplicaInfo:
        known = folded_keys(json)
        return cls(
            id=json_string(known.get("replicaid")) or replica,
            name=json_string(known.get("replicaname")),
            owner=json_string(known.get("replicaowner")),
            direction=json_string(known.get("syncdirection")).casefold(),
            model=json_string(known.get("syncmodel")).casefold(),
            generations=ServerGenerations.from_answer(json),
            last_sync=moment_of(known, "lastsyncdate"),
            json=json,
        )


@dataclass(frozen=True)
class SyncAnswer:
    """How a synchronisation, or an extraction of changes, ended.

    `generations` are those to go on from, empty where the service tells none at all. `response_type` as the
    service writes it (`esriReplicaResponseTypeEdits`, …), "" where it says nothing. `changes` holds what came
    down, and the results of what went up. `is_cut_off`: ask again from `generations`, there is more.
    """

    generations: ServerGenerations
    response_type: str = ""
    changes: Optional[ChangesFile] = None
    is_cut_off: bool = False
