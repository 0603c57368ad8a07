"""Changes of lists and dictionaries: what is in a place is put there anew."""

from __future__ import annotations

from dataclasses import replace

from ...notice import notice
from ..functions.lists import as_array, known_list, one_item
from ..syntax.tree import Assign, Call, Member, Name, NotRead, Statement, bodies
from ..values import NULL, Kind, Value, known_number, known_text, member_of, not_read, refused
from .reading import ScriptReading
from .scope import Scope

CHANGING = ("push", "insert", "erase", "pop", "resize")
_MOST_ADDED = 1_000


class Changes:
    """`list[0] = value`, Push and the like."""

    def __init__(self, reading: ScriptReading) -> None:
        self._reading = reading

    def put(self, owner: Value, key: Value, value: Value, scope: Scope) -> None:
        """`owner[key] = value`."""
        inside = scope.contents.get(owner.place)
        if isinstance(inside, dict) and known_text(key) is not None:
            name = str(key.constant)
            scope.contents[owner.place] = {**inside, member_of(inside, name) or name: value}
            return
        index = known_number(key)
        if isinstance(inside, tuple) and index is not None and index == int(index):
            at = int(index)
            if -len(inside) <= at < len(inside):
                at %= len(inside)
                scope.contents[owner.place] = (*inside[:at], value, *inside[at + 1 :])
                return
            if at == len(inside):
                self.append(owner, value, scope)
                return
        if isinstance(inside, Value) and inside.kind is Kind.ARRAY and key.text:
            if key.text == inside.name:
                self._reading.put_by_position.add(owner.place)
            if key.text in (f"array_length({inside.text})", inside.name):
                self.append(owner, value, scope)
                return
        raise NotRead(
            notice(
                "arcade",
                "Changing a list in an Arcade expression is supported only where the position is known "
                "beforehand.",
            )
        )

    def append(self, owner: Value, value: Value, scope: Scope) -> None:
        """Puts a value behind the last one of a list."""
        inside = scope.contents[owner.place]
        if isinstance(inside, tuple):
            scope.contents[owner.place] = known_list((*inside, value)).items
            return
        if not isinstance(inside, Value) or inside.kind is not Kind.ARRAY or not value.shown:
            raise refused()
        added = as_array(known_list([value]))
        text = f"array_cat({inside.text}, {added.text})"
        item = one_item(inside.item, added.item)
        made = replace(inside, text=text, item=item, name="")
        scope.contents[owner.place] = self._reading.keeper.short(made)

    def change(self, name: str, arguments: list[Value], scope: Scope) -> Value:
        """Push, Insert, Erase, Pop and Resize."""
        owner, *rest = arguments or [NULL]
        if name == "push" and len(rest) == 1 and owner.place:
            self.append(owner, rest[0], scope)
            return NULL
        inside = scope.contents.get(owner.place)
        at = known_number(rest[0]) if rest else None
        if not isinstance(inside, tuple) or (rest and at is None):
            raise not_read(name)
        if name == "pop" and not rest and inside:
            scope.contents[owner.place] = inside[:-1]
            return inside[-1]
        position = int(at or 0)
        if name == "insert" and len(rest) == 2 and 0 <= position <= len(inside):
            made = (*inside[:position], rest[1], *inside[position:])
        elif name == "erase" and len(rest) == 1 and 0 <= position < len(inside):
            made = (*inside[:position], *inside[position + 1 :])
        elif name == "resize" and rest and position >= 0:
            filler = rest[1] if len(rest) > 1 else NULL
            made = known_list(
                (*inside[:position], *[filler] * min(position - len(inside), _MOST_ADDED))
            ).items
        else:
            raise not_read(name)
        scope.contents[owner.place] = made
        return NULL


def changed_lists(statements: tuple[Statement, ...]) -> set[str]:
    """Names of variables whose lists statements change."""
    found: set[str] = set()
    for statement in statements:
        target: object = None
        if isinstance(statement, Assign) and isinstance(statement.target, Member):
            target = statement.target.object
        elif isinstance(statement, Call) and statement.name in CHANGING and statement.arguments:
            target = statement.arguments[0]
        if isinstance(target, Name):
            found.add(target.name)
        for body in bodies(statement):
            found |= changed_lists(body)
    return found
