"""Deliberate faults: each is put into the clients, and the checker has to find it.

They are set in the process that clients are forked from, and taken out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from plugin.core.update import edits_json, incoming, receiving, registration, replica_maker, upload
from plugin.core.update.channel import reached
from plugin.core.update.results import Verdict
from plugin.core.update.whereabouts import Whereabouts
from plugin.core.working_copy import apply, batch
from plugin.core.working_copy.feature_json import feature_of


def _acknowledge_rows() -> Any:
    """What was edited again while it was under way is forgotten with the rest."""
    accept = batch._accept

    def by_row(connection: Any, columns: Any, sent: Any, edit: Any) -> None:
        accept(connection, columns, sent, edit and replace(edit, revision=sent.revision))

    return patch.object(batch, "_accept", by_row)


def _generation_first() -> Any:
    """How far the rows are is noted before they are there."""
    take_in = receiving._take_in

    def in_two_steps(link: Any, answer: Any) -> None:
        with link.copy.transaction():
            link.copy.note(generations=reached(link.copy.state.generations, answer.generations))
        take_in(link, answer)

    return patch.object(receiving, "_take_in", in_two_steps)


def _send_again() -> Any:
    """After a lost answer all is sent once more, and nobody asks what is there."""

    def forget(self: Any) -> None:
        edits = upload.batch_under_way(self._copy, self._rules)
        if edits.edits:
            self._settle(edits, Verdict(), None)

    return patch.object(upload.Upload, "finish", forget)


def _drop_deletions() -> Any:
    """What others deleted stays."""
    target = incoming.Incoming._target

    def without(self: Any, change: Any) -> Any:
        table, is_delete = target(self, change)
        return (None, False) if is_delete else (table, is_delete)

    return patch.object(incoming.Incoming, "_target", without)


def _track_while_applying() -> Any:
    """The triggers that see edits see the rows that come from the service; those of the index rest."""

    @contextmanager
    def without_index(connection: Any, table: str) -> Iterator[None]:
        found = connection.execute(
            "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
            " AND name NOT LIKE 'offline_tracking%'",
            (table,),
        ).fetchall()
        for name, _ in found:
            connection.execute(f'DROP TRIGGER main."{name}"')
        yield
        for _, statement in found:
            connection.execute(statement)

    return patch.object(apply, "without_triggers", without_index)


def _share_a_replica() -> Any:
    """A copied folder goes on under the replica of the first."""
    return patch.object(registration, "whereabouts", lambda *_: Whereabouts.SAME)


def _send_whole_rows() -> Any:
    """An update carries every field and the geometry."""
    feature_to_send = edits_json.feature_to_send

    def whole(row: Any, rules: Any, known: Any = None) -> Any:
        feature = feature_to_send(row, rules, known)
        every = feature_of(row.now, row.table, list(rules.editable), bool(row.table.geometry))
        return {**every, **feature, "attributes": {**every["attributes"], **feature["attributes"]}}

    return patch.object(edits_json, "feature_to_send", whole)


def _take_over_ordinary() -> Any:
    """An ordinary replica whose rows were in the lost answer is taken for one that was registered."""
    return patch.object(replica_maker.ReplicaMaker, "settle", _settle_with_any)


def _settle_with_any(self: Any, generations: Any) -> Any:
    asked = replica_maker.read_copy_value(self._copy.connection, replica_maker._ASKED)
    name = asked.get("name")
    for found in self._service.replicas() if name else ():
        if name in found.name:
            info = self._service.replica(found.id)
            self._copy.state = replace(self._copy.state, generations=info.generations)
            return replica_maker.MadeReplica(found.id)
    return None


FAULTS: dict[str, Callable[[], Any]] = {
    "acknowledge-rows": _acknowledge_rows,
    "generation-first": _generation_first,
    "send-again": _send_again,
    "drop-deletions": _drop_deletions,
    "track-while-applying": _track_while_applying,
    "share-a-replica": _share_a_replica,
    "send-whole-rows": _send_whole_rows,
    "take-over-ordinary": _take_over_ordinary,
}
