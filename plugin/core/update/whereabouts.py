"""Is this working copy the one that was registered, or has its folder been copied since?

Two copies under one replica silently miss each other's edits: a server leaves out of a download what that
replica sent. The name of a computer tells nothing (a container gets another one every night), nor does
the path alone (folders are moved, and shares have other names elsewhere). A file is known by its number in
the file system and the moment of its birth: both stay when it is moved, and when another computer sees it
through a share; a copy gets others.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
import json
from pathlib import Path
from typing import Optional

from ..errors import OfflineMapError
from ..json_value import json_object, text_of, whole_of
from ..untrusted.json_text import parse_json
from ..working_copy.copy_reading import read_state
from ..working_copy.replica_state import ReplicaState
from .surroundings import UpdateSurroundings

_LONGEST = 1 << 16


class Whereabouts(Enum):
    """What became of a working copy since it was registered."""

    SAME = "same"
    MOVED = "moved"
    COPIED = "copied"  # the first one is still there, or may be
    REPLACED = "replaced"  # the first one is gone: this one lies in its place, out of a backup for instance


@dataclass(frozen=True)
class FileIdentity:
    """`number` is that of the file system, `born` in milliseconds since 1970; both 0 where it has none."""

    number: int
    born: int
    path: str

    @classmethod
    def of(cls, path: Path, around: UpdateSurroundings) -> FileIdentity:
        return cls(path.stat().st_ino, around.born(path), str(path.resolve()))

    @classmethod
    def parse(cls, text: str) -> Optional[FileIdentity]:
        """Of what `as_text` gave; None for anything else."""
        try:
            content = json_object(parse_json(text.encode("utf-8"), _LONGEST))
        except ValueError:
            return None
        path = text_of(content, "path")
        return cls(whole_of(content, "number") or 0, whole_of(content, "born") or 0, path) if path else None

    def as_text(self) -> str:
        return json.dumps({"number": str(self.number), "born": self.born, "path": self.path})

    def is_file(self, other: FileIdentity) -> bool:
        """True for one and the same file, under whatever path."""
        born_alike = self.born == other.born or not (self.born and other.born)
        return self.number != 0 and self.number == other.number and born_alike


def whereabouts(state: ReplicaState, here: FileIdentity, machine_id: str) -> Whereabouts:
    """Of the working copy `here`, whose state names the computer and the file that were registered."""
    first = FileIdentity.parse(state.place)
    if first is None or first.is_file(here):
        return Whereabouts.SAME if first is None or first.path == here.path else Whereabouts.MOVED
    if state.machine and machine_id and state.machine != machine_id:
        return Whereabouts.COPIED
    if first.path == here.path:
        # Some file systems number their files anew whenever they are mounted.
        kept = first.born != 0 and first.born == here.born
        return Whereabouts.SAME if kept else Whereabouts.REPLACED
    return Whereabouts.COPIED if _holds(Path(first.path), state) else Whereabouts.MOVED


def _holds(path: Path, state: ReplicaState) -> bool:
    """True where a working copy of the same registration lies at `path`; it may have come further since."""
    with suppress(OfflineMapError):
        there = read_state(path)
        if there is None or there.replica_name != state.replica_name:
            return False
        return not state.replica or there.replica == state.replica
    return False
