"""What a script is worth: its expressions here; parts of their own do its calls and statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...notice import notice
from ..convert import joined
from ..fields import Fields, read_field
from ..functions.dictionaries import entry
from ..functions.geometry import member
from ..functions.lists import item_at, known_list
from ..functions.table import FUNCTIONS
from ..operators import binary, unary
from ..syntax.tree import (
    Array,
    Binary,
    Call,
    Dictionary,
    Function,
    Literal,
    Member,
    Name,
    Node,
    NotRead,
    Statement,
    Template,
    Unary,
)
from ..values import BEYOND, NULL, Kind, Value, choose, constant, known_text, refused, unknown_name
from .calls import Calls
from .changes import Changes
from .reading import ScriptReading
from .scope import Scope
from .statements import Statements

_FORMATTING = {
    "newline": "\n",
    "doublequote": '"',
    "singlequote": "'",
    "tab": "\t",
    "forwardslash": "/",
    "backwardslash": "\\",
}
_FEATURE = Value(Kind.FEATURE)


class Evaluator:
    """Evaluates one script with the fields of a feature; its `keeper` writes out what came of it."""

    def __init__(self, fields: Fields) -> None:
        self._reading = ScriptReading(fields)
        self.keeper = self._reading.keeper
        self._scope = Scope()
        changes = Changes(self._reading)
        self._statements = Statements(self._reading, self, changes)
        calls = Calls(self._reading, self, changes, self._statements.apply)
        self._rules: dict[type[Node], Callable[[Any, Scope], Value]] = {
            Binary: self._binary,
            Literal: lambda node, _: constant(node.value),
            Name: self._name,
            Member: self._member,
            Call: calls.call,
            Unary: lambda node, scope: unary(node.operator, self.value(node.operand, scope)),
            Template: lambda node, scope: joined([self.value(part, scope) for part in node.parts]),
            Array: self._list,
            Dictionary: self._dictionary,
        }

    def run(self, statements: Sequence[Statement]) -> Value:
        """What a script is worth: what it returns, else what its last statement is worth."""
        self._reading.functions = {one.name: one for one in statements if isinstance(one, Function)}
        return self.opened(self._statements.run(statements, self._scope))

    def opened(self, value: Value) -> Value:
        """A list or dictionary that the script made, with what is in it."""
        return self._scope.opened(value)

    def value(self, node: Node, scope: Scope) -> Value:
        """What an expression is worth. Raises `NotRead`."""
        self._reading.step()
        self._reading.deeper()
        value = self._rules[type(node)](node, scope)
        self._reading.depth -= 1
        return value

    def pure_value(self, node: Node, scope: Scope) -> Value:
        """The worth of an expression that may not be looked at; it must not change anything then."""
        before = scope.copy()
        value = self.value(node, scope)
        if not scope.still_is(before):
            raise NotRead(
                notice(
                    "arcade",
                    "Changes in a part of an Arcade expression that may be skipped are not supported.",
                )
            )
        return value

    # Kinds of expressions

    def _list(self, node: Array, scope: Scope) -> Value:
        return self.keeper.placed(known_list([self.value(item, scope) for item in node.items]), scope)

    def _dictionary(self, node: Dictionary, scope: Scope) -> Value:
        members = {key: self.value(item, scope) for key, item in node.items}
        return self.keeper.placed(Value(Kind.DICTIONARY, members=members), scope)

    def _binary(self, node: Binary, scope: Scope) -> Value:
        """Long sums lean to the left; they are worked off without going deeper for each term."""
        pending = [node]
        while isinstance(pending[-1].left, Binary):
            pending.append(pending[-1].left)
        value = self.value(pending[-1].left, scope)
        for one in reversed(pending):
            decided = value.constant if one.operator in ("&&", "||") and value.is_constant else None
            if decided is (one.operator == "||"):
                # What stands behind it is not even looked at.
                continue
            read = self.pure_value if one.operator in ("&&", "||") else self.value
            value = binary(one.operator, scope.opened(value), scope.opened(read(one.right, scope)))
        return value

    def _name(self, node: Name, scope: Scope) -> Value:
        name = node.name
        found = scope.find(name)
        if found is not None:
            return found
        if name == "$feature":
            return _FEATURE
        if name == "pi":
            return constant(3.141592653589793)
        if name == "infinity":
            return Value(Kind.NUMBER, BEYOND, wild=True)
        if name in self._reading.functions or name in FUNCTIONS:
            return Value(Kind.FUNCTION, name=name)
        raise unknown_name(name)

    def _member(self, node: Member, scope: Scope) -> Value:
        if isinstance(node.object, Name) and scope.find(node.object.name) is None:
            key = node.key.value if isinstance(node.key, Literal) else None
            name = str(key).casefold()
            if node.object.name == "textformatting" and name in _FORMATTING:
                return constant(_FORMATTING[name])
            if node.object.name == "$view" and name == "scale":
                return Value(Kind.NUMBER, "coalesce(@map_scale, 0)")
        owner = scope.opened(self.value(node.object, scope))
        key_value = self.value(node.key, scope)
        if owner.kind is Kind.FEATURE:
            return self._field(key_value)
        if owner.kind in (Kind.LIST, Kind.ARRAY):
            return item_at(owner, key_value)
        if owner.kind is Kind.DICTIONARY:
            return entry(owner, key_value)
        if owner.kind is Kind.GEOMETRY:
            return member(owner, key_value)
        raise refused()

    def _field(self, key: Value) -> Value:
        """A field of the feature; which one may depend on a condition."""
        if key.kind is Kind.TEXT and key.cases:
            return choose([(_condition(when), self._field(one)) for when, one in key.cases], NULL)
        return read_field(self._reading.fields, known_text(key))


def _condition(text: str) -> Value:
    return Value(Kind.BOOLEAN, text) if text else constant(True)
