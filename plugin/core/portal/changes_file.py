"""A file of changes that a feature service gave, read piece by piece: rows, attachments, results of edits.

The answers of createReplica (`layers`), of synchronizeReplica and extractChanges (`edits`) and of applyEdits
(an array) are one thing here. Keys are read without regard to letter case and in any order. Results stand
beside `features` or inside of it, deletes are called `deleteIds` or `deletes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple, Optional

from ..errors import BrokenAnswer
from ..json_value import Json, folded_keys, json_object, json_string, json_whole
from ..untrusted.json_stream import JsonPlace
from .answer_file import AnswerFile
from .answers import broken_json, raise_for_error
from .generations import ServerGenerations
from .global_ids import global_id

_LISTS = ("edits", "layers", "tables")
_CUT_OFF = "exceededtransferlimit"
_LAYER_ID = (("id",), ("layerid",))
_MOST_LAYERS = 10_000
_DEEPEST = 3
_Entry = tuple[str, int]


class ChangeKind(Enum):
    """What a change is of, and what happened; results are the server's answers to edits that were sent."""

    ADD = "adds"
    UPDATE = "updates"
    DELETE = "deletes"
    ADD_RESULT = "addresults"
    UPDATE_RESULT = "updateresults"
    DELETE_RESULT = "deleteresults"
    ATTACHMENT_ADD = "attachments.adds"
    ATTACHMENT_UPDATE = "attachments.updates"
    ATTACHMENT_DELETE = "attachments.deletes"
    ATTACHMENT_ADD_RESULT = "attachments.addresults"
    ATTACHMENT_UPDATE_RESULT = "attachments.updateresults"
    ATTACHMENT_DELETE_RESULT = "attachments.deleteresults"

    @property
    def is_delete(self) -> bool:
        return self in (ChangeKind.DELETE, ChangeKind.ATTACHMENT_DELETE)

    @property
    def is_result(self) -> bool:
        return self.value.endswith("results")


_KINDS = {kind.value: kind for kind in ChangeKind}
_CONTENT = frozenset(name for value in _KINDS for name in value.split(".")) | {"features", "deleteids"}


@dataclass(frozen=True)
class EditResult:
    """What the server says of one edit. `global_id` as `{UPPER}`, None where the answer has none.

    `code` and `message` tell why it was refused; the message is one line without secrets.
    """

    success: bool
    global_id: Optional[str] = None
    object_id: Optional[int] = None
    code: Optional[int] = None
    message: str = ""


class Change(NamedTuple):
    """One row, attachment or result.

    `value`: for rows and attachments that were added or updated their JSON object as the server wrote it; for
    deleted ones the GlobalID as `{UPPER}`; for results an `EditResult`, in the order of the answer.
    """

    layer_id: int
    kind: ChangeKind
    value: Any


class ChangesFile(AnswerFile):
    """An answer with changes. Raises `BrokenAnswer`, `StorageError`, and `PortalError` for an error."""

    @property
    def head(self) -> Json:
        """The members of the answer by key in lower case, without the changes."""
        return self._outline.head

    @property
    def generations(self) -> ServerGenerations:
        """Those that the answer names, wherever in the file."""
        return ServerGenerations.from_answer(self.head)

    @property
    def is_cut_off(self) -> bool:
        """True where the server had more to give: its generations say how far this one goes."""
        return self._outline.is_cut_off

    @property
    def has_changes(self) -> bool:
        """True where the answer tells of any layer."""
        return self._outline.has_changes

    @property
    def layers(self) -> frozenset[int]:
        """The ids of the layers that the answer tells of, even where they have no changes."""
        return frozenset(self._outline.layer_ids.values())

    def changes(self) -> Iterator[Change]:
        """Every change, in the order of the file. Memory stays bounded, however long the file is."""
        layer_ids = self._outline.layer_ids
        for place, value in self.values(_opens):
            entry, names = _within_entry(place)
            kind = _kind(place, names)
            if entry is None or kind is None:
                continue
            if entry not in layer_ids:
                raise broken_json(self.asked.host)
            yield Change(layer_ids[entry], kind, self._value(kind, value))

    @cached_property
    def _outline(self) -> _Outline:
        """Read before the changes, since keys stand in any order."""
        outline = _Outline()
        for place, value in self.values(_opens):
            outline.note(place, value)
            if len(outline.layer_ids) > _MOST_LAYERS:
                raise broken_json(self.asked.host)
        raise_for_error(outline.head, self.asked)
        return outline

    def _value(self, kind: ChangeKind, value: object) -> Any:
        if kind.is_result:
            return self._result(folded_keys(json_object(value)))
        found: object = value if isinstance(value, dict) else None
        if kind.is_delete:
            found = global_id(folded_keys(json_object(value)).get("globalid", value))
        if found is None:
            raise BrokenAnswer(
                "“{host}” sent a change that cannot be read.",
                next_step="Contact the administrator of the service.",
                host=self.asked.host,
            )
        return found

    def _result(self, known: Json) -> EditResult:
        error = folded_keys(json_object(known.get("error")))
        words = " ".join(filter(None, (json_string(error.get(key)) for key in ("message", "description"))))
        return EditResult(
            success=known.get("success") is True,
            global_id=global_id(known.get("globalid")),
            object_id=json_whole(known.get("objectid")),
            code=json_whole(error.get("code")),
            message=self.asked.repeated(words),
        )


class _Outline:
    """What an answer says beside its changes."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.layer_ids: dict[_Entry, int] = {}
        self.is_cut_off = False
        self.has_changes = False

    def note(self, place: JsonPlace, value: object) -> None:
        entry, names = _within_entry(place)
        if entry is None:
            key = str(place[-1]).casefold() if len(place) == 1 else ""
            self.head[key] = value
            self.is_cut_off |= key == _CUT_OFF and value is True
            return
        self.has_changes |= bool(names)
        self.is_cut_off |= names[-1:] == (_CUT_OFF,) and value is True
        number = json_whole(value)
        if names in _LAYER_ID and number is not None:
            self.layer_ids[entry] = number


def _opens(place: JsonPlace) -> bool:
    """The lists of layers, a layer, and its lists of changes; no change."""
    entry, names = _within_entry(place)
    if entry is None:
        return not place or str(place[0]).casefold() in _LISTS
    if not names:
        return True
    return isinstance(place[-1], str) and names[0] in _CONTENT and len(names) <= _DEEPEST


def _within_entry(place: JsonPlace) -> tuple[Optional[_Entry], tuple[str, ...]]:
    """Which layer of the answer a place lies in (None: in none), and the keys from there, in lower case."""
    if place and isinstance(place[0], int):
        entry, rest = ("", place[0]), place[1:]
    elif len(place) > 1 and isinstance(place[0], str) and isinstance(place[1], int):
        entry, rest = (place[0], place[1]), place[2:]
    else:
        return None, ()
    return entry, tuple(step.casefold() for step in rest if isinstance(step, str))


def _kind(place: JsonPlace, names: tuple[str, ...]) -> Optional[ChangeKind]:
    """What the item at a place is; None for all else that an answer holds."""
    if not names or not isinstance(place[-1], int):
        return None
    steps = ["deletes" if name == "deleteids" else name for name in names if name != "features"]
    if steps in ([], ["attachments"]):  # rows of a new replica are a list by themselves
        steps.append("adds")
    return _KINDS.get(".".join(steps))
