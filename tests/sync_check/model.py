"""What must be: every value that somebody wrote, who wrote it, and whether the service has taken it.

The model knows nothing of requests, generations or triggers. Each value is written once in a history, so it
tells whose it is. After each step it is shown the rows of the service, and says whether what changed can come
from whoever acted; in the end it says what everybody must have.

    a wish      one value of one cell that a client wants at the service; EXIST is the row itself
    arrived     the service has had it

The last writer wins, by the order in which wishes arrive. A wish arrives once: one that comes again over a
later value is an old edit sent a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from .town import FILES

EXIST = "*"
Key = tuple[str, str]
Rows = Mapping[str, Mapping[str, Mapping[str, Any]]]
CELLS = {
    "Posts": ("name", "note", "size", "geometry"),
    "Lines": ("name", "size", "geometry"),
    "Checks": ("name", "note"),
    FILES: ("name", "data"),
}
PARENTS = {"Checks": "post", FILES: "parentGlobalId"}


class Violation(Exception):
    """What must not happen has happened."""


@dataclass(frozen=True)
class Rules:
    """`update`, `delete`: whether `user`, as whom all clients sign in, may do that to rows of others."""

    user: str
    update: bool = True
    delete: bool = True


@dataclass
class Wish:
    """`void`: the client took it back before it arrived."""

    client: str
    key: Key
    cell: str
    value: Any
    step: int
    arrived: bool = False
    void: bool = False


Backup = list[Wish]
"""What a client had to send when its folder was backed up."""


class Model:
    """`clients` do not include the service, whose own edits have the name "service"."""

    def __init__(self, rows: Rows, rules: Rules) -> None:
        self.step = 0
        self._rules = rules
        self._creators = _creators(rows)
        self._wishes: list[Wish] = []
        self._there = _cells(rows)
        self._parents = _parents(rows)
        self._died: dict[Key, int] = {}
        self._changed: dict[tuple[Key, str], tuple[int, str]] = {}
        self._failed: dict[str, int] = {}
        self._settled: dict[str, int] = {}
        self._contested: set[str] = set()

    # -- what is wished

    def change(self, client: str, key: Key, cell: str, value: Any) -> None:
        self._wishes.append(Wish(client, key, cell, value, self.step))

    def add(self, client: str, key: Key, values: Mapping[str, Any], parent: Optional[Key] = None) -> None:
        self._wishes.append(Wish(client, key, EXIST, True, self.step))
        for cell, value in values.items():
            self.change(client, key, cell, value)
        if parent:
            self._parents[key] = parent

    def delete(self, client: str, key: Key) -> None:
        for wish in self._of(client, key):
            wish.void = wish.void or not wish.arrived
        self._wishes.append(Wish(client, key, EXIST, False, self.step))

    def copy(self, client: str, other: str) -> None:
        """A copy of the folder has the same edits to send."""
        self._wishes += [
            replace(wish, client=other) for wish in self._wishes if wish.client == client and not wish.arrived
        ]
        self._failed[other] = self._failed.get(client, -1)

    def back_up(self, client: str) -> Backup:
        """What a copy of the folder has to send."""
        return [
            replace(wish)
            for wish in self._wishes
            if wish.client == client and not (wish.arrived or wish.void)
        ]

    def restore(self, client: str, kept: Backup) -> None:
        """The folder is as it was: what it has to send may have arrived since, and goes out once more."""
        for wish in self._wishes:
            wish.void = wish.void or (wish.client == client and not wish.arrived)
        self._wishes += [replace(wish) for wish in kept]
        self._failed[client] = self.step

    def paste(self, client: str, key: Key, values: Mapping[str, Any], parent: Optional[Key] = None) -> None:
        """A row that the client deleted comes back with other values."""
        for wish in self._of(client, key):
            if wish.cell == EXIST and not wish.value:
                wish.void = wish.void or not wish.arrived
        if key not in self._there:
            self.add(client, key, values, parent)
            return
        for cell, value in values.items():
            self.change(client, key, cell, value)

    def contested(self, client: str) -> None:
        """The client was told that nobody knows whether an edit arrived that somebody wrote over."""
        self._contested.add(client)

    def settled(self, client: str) -> None:
        """The client knows of all that it had sent before this step what became of it."""
        self._settled[client] = self.step

    def failed(self, client: str) -> None:
        """A synchronisation of the client ended, and nobody knows where."""
        self._failed[client] = self.step

    # -- what is seen

    def observe(self, actor: str, rows: Rows) -> bool:
        """The service after a step in which `actor` alone can have changed it. Whether anything changed."""
        now = _cells(rows)
        self._creators.update(_creators(rows))
        before, self._there = self._there, now
        self._parents.update(_parents(rows))
        gone = before.keys() - now.keys()
        for key in gone:
            if self._parents.get(key) not in gone:
                self._arrive(actor, key, EXIST, False)
            self._died[key] = self.step
        for key, values in now.items():
            if key not in before:
                self._forget_addition(actor, key)
                self._arrive(actor, key, EXIST, True)
            for cell, value in values.items():
                old = before.get(key, {}).get(cell)
                if value != old and not (key not in before and value is None):
                    self._arrive(actor, key, cell, value)
                    self._changed[key, cell] = (self.step, actor)
        return before != now

    def _forget_addition(self, actor: str, key: Key) -> None:
        """Whose answer was lost cannot tell an addition that never arrived from one that was deleted
        since: it is sent again.
        """
        steps = [wish.step for wish in self._of(actor, key) if wish.cell == EXIST and wish.value]
        if (
            key in self._died
            and steps
            and self._settled.get(actor, -1) <= steps[-1] <= self._failed.get(actor, -1)
        ):
            for wish in self._of(actor, key):
                wish.arrived = False

    def _arrive(self, actor: str, key: Key, cell: str, value: Any) -> None:
        own = [wish for wish in self._of(actor, key) if wish.cell == cell]
        for position in reversed(range(len(own))):
            if own[position].value == value and not own[position].arrived:
                for wish in own[: position + 1]:
                    wish.arrived = True
                return
        writers = [wish for wish in self._wishes if (wish.key, wish.cell, wish.value) == (key, cell, value)]
        told = ", ".join(f"{wish.client}{' (arrived before)' if wish.arrived else ''}" for wish in writers)
        raise Violation(f"{actor} brought {key} {cell} = {value!r}, which was of: {told or 'nobody'}")

    def _of(self, client: str, key: Key) -> list[Wish]:
        return [wish for wish in self._wishes if wish.client == client and wish.key == key]

    # -- what must be in the end

    def missing(self, client: str, waiting: Iterable[Key]) -> list[str]:
        """Wishes of a client that the service should have had. `waiting` are rows whose edits it refused."""
        last: dict[tuple[Key, str], Wish] = {}
        for wish in self._wishes:
            if wish.client == client and not wish.void:
                last[wish.key, wish.cell] = wish
        stuck = set(waiting)
        # Of a copied folder either may have sent it.
        had = {(wish.key, wish.cell, wish.value) for wish in self._wishes if wish.arrived}
        return [
            f"{client}: {wish.key} {wish.cell} = {wish.value!r} of step {wish.step} never arrived"
            for wish in last.values()
            if (wish.key, wish.cell, wish.value) not in had
            and not (wish.key in stuck or self._is_excused(wish))
        ]

    def _is_excused(self, wish: Wish) -> bool:
        """Gone there since, or with what it belongs to; or nobody can know, since somebody wrote later."""
        parent = self._parents.get(wish.key)
        if self.is_dead(wish.key) or (parent is not None and parent in self._died):
            return True
        if wish.cell == EXIST:
            return wish.value is False and (
                wish.key not in self._there
                or self._died.get(wish.key, -1) >= wish.step
                or self._never_sent(wish)
            )
        step, actor = self._changed.get((wish.key, wish.cell), (-1, ""))
        failed = self._failed.get(wish.client, -1)
        if actor == wish.client or failed < wish.step or step < wish.step:
            return False
        return failed <= step or wish.client in self._contested

    def _never_sent(self, wish: Wish) -> bool:
        """What was added and deleted before it was sent: if it is there, a copy of the folder has sent it."""
        added = [one for one in self._of(wish.client, wish.key) if one.cell == EXIST and one.value]
        return bool(added) and not any(one.arrived for one in added)

    def is_dead(self, key: Key) -> bool:
        """True for a row that the service had, and has no more."""
        return key in self._died and key not in self._there

    def may_wait(self, key: Key, operation: str) -> bool:
        """Whether an edit of the row can be refused for good."""
        parent = self._parents.get(key)
        orphaned = parent is not None and self.is_dead(parent)
        # What is deleted along with another row waits with that.
        if any(self._is_forbidden(one, operation) for one in (key, parent) if one is not None):
            return True
        return operation != "delete" and (self.is_dead(key) or (key[0] == FILES and orphaned))

    def _is_forbidden(self, key: Key, operation: str) -> bool:
        allowed = {"update": self._rules.update, "delete": self._rules.delete}.get(operation, True)
        if allowed or key[0] == FILES or key not in self._there:
            return False
        return self._creators.get(key) != self._rules.user

    def is_hidden(self, key: Key) -> bool:
        """A part whose whole was deleted once: whether a service sends it is its own affair."""
        parent = self._parents.get(key)
        return parent is not None and (parent in self._died or parent not in self._there)


def _cells(rows: Rows) -> dict[Key, dict[str, Any]]:
    return {
        (table, gid): {cell: _told(values.get(cell)) for cell in CELLS[table]}
        for table, listed in rows.items()
        for gid, values in listed.items()
    }


def _creators(rows: Rows) -> dict[Key, Any]:
    """Who added each row, as far as the service notes that."""
    return {
        (table, gid): values.get("created_user")
        for table, listed in rows.items()
        for gid, values in listed.items()
    }


def _told(value: Any) -> Any:
    """Of a geometry its first position, which is enough to know it by."""
    if not isinstance(value, Mapping):
        return value
    place = (value["x"], value["y"]) if "x" in value else value["paths"][0][0][:2]
    return tuple(round(number, 3) for number in place)


def _parents(rows: Rows) -> dict[Key, Key]:
    return {
        (table, gid): ("Posts", values[column])
        for table, column in PARENTS.items()
        for gid, values in rows.get(table, {}).items()
        if values.get(column)
    }
