"""Calls: of functions that need the feature, a dictionary, or another function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..fields import OF_FEATURE
from ..functions.dictionaries import default_inside, has_key, paired
from ..functions.geometry import GEOMETRY, centroid, of_feature
from ..functions.lists import as_array, known_list
from ..functions.table import call
from ..operators import any_of, binary, equal
from ..syntax.tree import Call
from ..values import NULL, Kind, Value, choose, constant, is_true, known_text, not_read, refused
from .changes import CHANGING, Changes
from .reading import Expressions, ScriptReading
from .scope import Scope

_WITH_FUNCTION = ("map", "filter", "any", "all", "reduce", "sort")
_CHOICES = ("iif", "when", "decode")

Apply = Callable[[str, Sequence[Value], Scope], Value]
"""Calls a function of the script's own by its name."""


class Calls:
    """Everything that a script may call."""

    def __init__(
        self, reading: ScriptReading, expressions: Expressions, changes: Changes, apply: Apply
    ) -> None:
        self._reading, self._keeper = reading, reading.keeper
        self._value, self._pure_value = expressions.value, expressions.pure_value
        self._changes, self._apply = changes, apply

    def call(self, node: Call, scope: Scope) -> Value:
        """What a call is worth. Raises `NotRead`."""
        name = node.name
        if name in _CHOICES and name not in self._reading.functions:
            return self._choice(node, scope)
        arguments = [self._value(argument, scope) for argument in node.arguments]
        if name in self._reading.functions:
            return self._apply(name, arguments, scope)
        if name in CHANGING:
            return self._changes.change(name, arguments, scope)
        made = self._made(name, arguments, scope)
        return self._keeper.short(made) if made.shown else self._keeper.placed(made, scope)

    def _made(self, name: str, arguments: list[Value], scope: Scope) -> Value:
        """What a function makes that changes nothing."""
        if name in _WITH_FUNCTION and any(one.kind is Kind.FUNCTION for one in arguments):
            return self._with_function(name, arguments, scope)
        opened = [scope.opened(argument) for argument in arguments]
        if any(one.kind is Kind.UNKNOWN for one in opened):
            raise refused()
        first = opened[0].kind if opened else Kind.NULL
        if name == "centroid" and first in (Kind.FEATURE, Kind.GEOMETRY) and len(opened) == 1:
            return centroid(opened[0] if first is Kind.GEOMETRY else of_feature(self._reading.fields))
        if first is Kind.FEATURE and name != "typeof":
            return self._about_feature(name, opened)
        inside = _INSIDE.get(name)
        if inside is not None and len(opened) == inside[0] and first is not Kind.NULL:
            return inside[1](*opened)
        return paired(opened) if name == "dictionary" else call(name, opened)

    def _choice(self, node: Call, scope: Scope) -> Value:
        """IIf, When and Decode look at no more than they have to: a part that is not taken may fail."""
        arguments = list(node.arguments)
        if len(arguments) < 3 or (node.name == "iif" and len(arguments) != 3):
            raise not_read(node.name)
        decoded = self._value(arguments.pop(0), scope) if node.name == "decode" else None
        if len(arguments) % 2 == 0:
            raise not_read(node.name)
        cases: list[tuple[Value, Value]] = []
        for test, result in zip(arguments[:-1:2], arguments[1::2]):
            tested = self._pure_value(test, scope)
            condition = is_true(tested) if decoded is None else equal(decoded, tested)
            if condition.is_constant and not condition.constant:
                continue
            # The one branch that is known to be taken may do what it likes.
            certain = condition.is_constant and not cases
            cases.append((condition, (self._value if certain else self._pure_value)(result, scope)))
            if condition.is_constant:
                break
        else:
            last = self._pure_value if cases else self._value
            cases.append((constant(True), last(arguments[-1], scope)))
        values = [value for _, value in cases]
        if len(values) == 1:
            return values[0]
        if any(value.place or value.kind is Kind.UNKNOWN for value in values):
            conditions = [condition for condition, _ in cases]
            return self._keeper.merge(conditions, [scope.copy() for _ in cases], scope).value(values)
        return choose(cases, NULL)

    def _about_feature(self, name: str, arguments: list[Value]) -> Value:
        """Functions whose first argument is the feature: of its fields by name."""
        key = known_text(arguments[1]) if len(arguments) > 1 else None
        if name == "expects":
            return NULL
        if name in GEOMETRY and len(arguments) <= 2:
            return GEOMETRY[name](self._reading.fields, *arguments[1:])
        least, most, function = OF_FEATURE.get(name, (0, -1, None))
        if function is None or not least <= len(arguments) - 1 <= most or (least and key is None):
            raise not_read(name)
        return function(self._reading.fields, key or "", *arguments[2:])

    # Functions of functions

    def _invoke(self, function: Value, arguments: list[Value], scope: Scope) -> Value:
        if function.kind is not Kind.FUNCTION:
            raise refused()
        if function.name in self._reading.functions:
            return self._apply(function.name, arguments, scope)
        return call(function.name, [scope.opened(one) for one in arguments])

    def _with_function(self, name: str, arguments: list[Value], scope: Scope) -> Value:
        if name == "reduce" and len(arguments) in (2, 3):
            return self._reduced(arguments, scope)
        if len(arguments) != 2 or name == "sort":
            raise not_read(name)
        listed, function = scope.opened(arguments[0]), arguments[1]
        if listed.kind is Kind.ARRAY:
            return self._through_array(name, listed, function, scope)
        if listed.kind is not Kind.LIST:
            raise not_read(name)
        results = [self._invoke(function, [item], scope) for item in listed.items]
        if name == "map":
            return known_list(results)
        conditions = [is_true(one) for one in results]
        if name == "any":
            return any_of(conditions)
        if name == "all":
            return choose([(one, constant(True)) for one in [_all(conditions)]], constant(False))
        return self._filtered(listed.items, conditions)

    def _filtered(self, items: Sequence[Value], conditions: list[Value]) -> Value:
        """The items whose condition is true; which ones these are may only be known for a feature."""
        if all(one.is_constant for one in conditions):
            return known_list([item for item, one in zip(items, conditions) if one.constant])
        kept = [_shown_in_list(item) for item in items]
        array = as_array(known_list(kept))
        parts = [
            f"CASE WHEN {one.text} THEN array({item.text}) ELSE array() END"
            for item, one in zip(kept, conditions)
        ]
        return replace(array, text=f"array_cat({', '.join(parts)})")

    def _through_array(self, name: str, listed: Value, function: Value, scope: Scope) -> Value:
        element = self._reading.element()
        before = scope.copy()
        self._keeper.paused += 1
        result = self._invoke(function, [replace(listed.item or NULL, text=f"@{element}")], scope)
        self._keeper.paused -= 1
        if not scope.still_is(before):
            raise not_read(name)
        made = f"with_variable('{element}', @element, {result.text})"
        if name == "map":
            if not result.shown or result.kind is Kind.MIXED:
                raise not_read(name)
            item = Value(result.kind, nullable=result.nullable, wild=result.wild, whole=result.whole)
            return Value(Kind.ARRAY, f"array_foreach({listed.text}, {made})", item=item)
        is_true(result)
        if name == "filter":
            return replace(listed, text=f"array_filter({listed.text}, {made})")
        if name == "any":
            return Value(Kind.BOOLEAN, f"(array_length(array_filter({listed.text}, {made})) > 0)")
        if name == "all":
            return Value(Kind.BOOLEAN, f"(array_length(array_filter({listed.text}, NOT {made})) = 0)")
        raise not_read(name)

    def _reduced(self, arguments: list[Value], scope: Scope) -> Value:
        listed = scope.opened(arguments[0])
        items = list(listed.items)
        if listed.kind is not Kind.LIST or not (items or len(arguments) == 3):
            raise not_read("Reduce")
        value = arguments[2] if len(arguments) == 3 else items.pop(0)
        for item in items:
            value = self._keeper.short(self._invoke(arguments[1], [value, item], scope))
        return value


_INSIDE: Mapping[str, tuple[int, Callable[..., Value]]] = {
    "haskey": (2, has_key),
    "defaultvalue": (3, default_inside),
}


def _all(conditions: list[Value]) -> Value:
    result = constant(True)
    for one in conditions:
        result = binary("&&", result, one)
    return result


def _shown_in_list(item: Value) -> Value:
    """An item as it can stand in a list of QGIS' own among others of its kind."""
    if item.kind is Kind.MIXED or item.loose:
        raise refused()
    return item
