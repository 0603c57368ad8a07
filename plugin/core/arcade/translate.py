"""An Arcade script → the text of a QGIS expression.

The script is run with expressions for values: variables are put in where they stand, functions
of the script's own are written out, and where it branches, so does the expression (CASE).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ..offline.plan import notice
from .dates import local
from .functions import call, default_value, not_read
from .operators import any_of, binary, equal, unary
from .parser import parse
from .tree import (
    Array,
    Assign,
    Binary,
    Call,
    Declare,
    Dictionary,
    Function,
    If,
    Literal,
    Member,
    Name,
    Node,
    NotRead,
    Return,
    Statement,
    Template,
    Unary,
)
from .values import (
    FAILURE,
    NULL,
    Kind,
    Value,
    as_text,
    choose,
    column,
    constant,
    each,
    is_true,
    joined,
    known_number,
    known_text,
    quote,
    refused,
)

_MOST_STEPS = 4_000
_DEEPEST = 100
_DEEPEST_CALL = 6
_MOST_CODES = 300
_FORMATTING = {
    "newline": "\n",
    "doublequote": '"',
    "singlequote": "'",
    "tab": "\t",
    "forwardslash": "/",
    "backwardslash": "\\",
}
_FEATURE = Value(Kind.FEATURE)

Scope = dict[str, Value]


@dataclass(frozen=True)
class FeatureField:
    """A field as Arcade sees it: its column, its type, and the names of its coded values.

    `computed` is a QGIS expression for a number that the service has in a field and we have not.
    """

    column: str
    kind: Kind
    codes: Mapping[str, str] = field(default_factory=dict)
    computed: str = ""

    @property
    def value(self) -> Value:
        """What an expression reads of it."""
        if self.computed:
            return Value(Kind.NUMBER, self.computed, nullable=True)
        return column(self.column, self.kind)


@dataclass(frozen=True)
class Translation:
    """A QGIS expression and the kind of its values; dates come out as QGIS dates."""

    text: str
    kind: Kind


def translate(script: str, fields: Mapping[str, FeatureField]) -> Translation:
    """The QGIS expression of a script; `fields` by their folded names. Raises `NotRead`."""
    value = _run(script, fields)
    return Translation(_final(value).text, value.kind)


def translate_text(script: str, fields: Mapping[str, FeatureField]) -> str:
    """The QGIS expression of what a script shows: a text, null for nothing. Raises `NotRead`."""
    return shown_text(_run(script, fields))


def value_of(node: Node, fields: Mapping[str, FeatureField]) -> Value:
    """The worth of one expression that is a tree already. Raises `NotRead`."""
    return _Interpreter(fields).run((node,))


def shown_text(value: Value) -> str:
    """The QGIS expression of what a value shows; null for nothing."""
    return value.text if value.kind is Kind.TEXT else each(value, _shown).text


def _run(script: str, fields: Mapping[str, FeatureField]) -> Value:
    value = _Interpreter(fields).run(parse(script))
    if not value.shown:
        raise NotRead(notice("arcade", "An Arcade expression that gives a list or a feature is not read."))
    return value


def _final(value: Value) -> Value:
    """Dates as QGIS has them, infinity and NaN as nothing."""
    return each(value, lambda one: Value(one.kind, local(one)) if one.kind is Kind.DATE else one)


def _shown(value: Value) -> Value:
    """Nothing for null; dates as the user's own settings write them."""
    if value.kind is Kind.DATE:
        return Value(Kind.TEXT, f"format_date({local(value)}, 'yyyy-MM-dd hh:mm')", nullable=True)
    if value.kind is Kind.NULL or value.kind is Kind.TEXT:
        return value
    if value.nullable and value.kind is Kind.NUMBER:
        return Value(Kind.TEXT, f"to_string({value.text})", nullable=True)
    return as_text(value)


class _Interpreter:
    def __init__(self, fields: Mapping[str, FeatureField]) -> None:
        self._fields = fields
        self._functions: dict[str, Function] = {}
        self._calls = self._steps = self._depth = 0
        self._rules: dict[type[Node], Callable[[Any, Scope], Value]] = {
            Binary: self._binary,
            Literal: self._literal,
            Name: self._name,
            Member: self._member,
            Call: self._call,
            Unary: self._unary,
            Template: self._template,
            Array: self._list,
            Dictionary: self._dictionary,
        }

    def run(self, statements: Sequence[Statement]) -> Value:
        self._functions = {one.name: one for one in statements if isinstance(one, Function)}
        return self._statements(statements, {})

    # Statements

    def _statements(self, statements: Sequence[Statement], scope: Scope) -> Value:
        """The worth of statements: what they return, else what the last one is worth."""
        last = NULL
        for index, statement in enumerate(statements):
            self._step()
            if isinstance(statement, Return):
                return self._value(statement.value, scope) if statement.value else NULL
            if isinstance(statement, If):
                rest = statements[index + 1 :]
                if _returns(statement):
                    return self._branches(statement, rest, scope)
                last = self._merged(statement, scope)
            elif isinstance(statement, (Declare, Assign)):
                before = scope.get(statement.name, NULL)
                self._assign(statement, scope)
                last = before if isinstance(statement, Assign) and statement.step else NULL
            elif isinstance(statement, Function):
                last = NULL
            else:
                last = self._value(statement, scope)
        return last

    def _assign(self, statement: Statement, scope: Scope) -> None:
        if isinstance(statement, Declare):
            scope[statement.name] = self._value(statement.value, scope) if statement.value else NULL
        elif isinstance(statement, Assign):
            if statement.name not in scope:
                raise _unknown(statement.name)
            scope[statement.name] = self._value(statement.value, scope)

    def _branches(self, statement: If, rest: Sequence[Statement], scope: Scope) -> Value:
        """An `if` with a `return` in it: what follows it goes on in each branch."""
        self._deeper()
        cases = []
        for test, body in (*statement.branches, (None, statement.other)):
            condition = is_true(self._value(test, scope)) if test else constant(True)
            if condition.is_constant and not condition.constant:
                continue
            cases.append((condition, self._statements((*body, *rest), dict(scope))))
            if condition.is_constant:
                break
        self._depth -= 1
        return choose(cases, NULL)

    def _merged(self, statement: If, scope: Scope) -> Value:
        """An `if` without `return`: afterwards each variable is what its branch made it."""
        scopes: list[tuple[Value, Scope, Value]] = []
        for test, body in (*statement.branches, (None, statement.other)):
            condition = is_true(self._value(test, scope)) if test else constant(True)
            if condition.is_constant and not condition.constant:
                continue
            inner = dict(scope)
            scopes.append((condition, inner, self._statements(body, inner)))
            if condition.is_constant:
                break
        known = set.intersection(*(set(inner) for _, inner, _ in scopes))
        for name in known:
            values = [inner[name] for _, inner, _ in scopes]
            if any(value is not values[0] for value in values):
                scope[name] = choose([(condition, inner[name]) for condition, inner, _ in scopes], NULL)
            else:
                scope[name] = values[0]
        return choose([(condition, value) for condition, _, value in scopes], NULL)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise NotRead(notice("arcade", "An Arcade expression has too many parts to be read."))

    # Expressions

    def _value(self, node: Node, scope: Scope) -> Value:
        self._step()
        self._deeper()
        value = self._rules[type(node)](node, scope)
        self._depth -= 1
        return value

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotRead(notice("arcade", "An Arcade expression is nested too deep to be read."))

    def _literal(self, node: Literal, _: Scope) -> Value:
        return constant(node.value)

    def _unary(self, node: Unary, scope: Scope) -> Value:
        return unary(node.operator, self._value(node.operand, scope))

    def _template(self, node: Template, scope: Scope) -> Value:
        return joined([self._value(part, scope) for part in node.parts])

    def _list(self, node: Array, scope: Scope) -> Value:
        return Value(Kind.LIST, items=tuple(self._value(item, scope) for item in node.items))

    def _dictionary(self, node: Dictionary, scope: Scope) -> Value:
        members = {key.casefold(): self._value(item, scope) for key, item in node.items}
        return Value(Kind.DICTIONARY, members=members)

    def _binary(self, node: Binary, scope: Scope) -> Value:
        """Long sums lean to the left; they are worked off without going deeper for each term."""
        pending = [node]
        while isinstance(pending[-1].left, Binary):
            pending.append(pending[-1].left)
        value = self._value(pending[-1].left, scope)
        for one in reversed(pending):
            value = binary(one.operator, value, self._value(one.right, scope))
        return value

    def _name(self, node: Name, scope: Scope) -> Value:
        name = node.name
        if name in scope:
            return scope[name]
        if name == "$feature":
            return _FEATURE
        if name == "pi":
            return constant(3.141592653589793)
        raise _unknown(name)

    def _member(self, node: Member, scope: Scope) -> Value:
        if isinstance(node.object, Name) and node.object.name not in scope:
            key = node.key.value if isinstance(node.key, Literal) else None
            name = str(key).casefold()
            if node.object.name == "textformatting" and name in _FORMATTING:
                return constant(_FORMATTING[name])
            if node.object.name == "$view" and name == "scale":
                return Value(Kind.NUMBER, "coalesce(@map_scale, 0)")
        owner, key_value = self._value(node.object, scope), self._value(node.key, scope)
        if owner.kind is Kind.FEATURE:
            return self._field(known_text(key_value))
        if owner.kind is Kind.LIST:
            return _item(owner, known_number(key_value))
        if owner.kind is Kind.PARTS:
            return _part(owner, known_number(key_value))
        if owner.kind is Kind.DICTIONARY:
            return _entry(owner, key_value)
        raise refused()

    def _field(self, name: Optional[str]) -> Value:
        found = self._fields.get((name or "").casefold())
        if found is None:
            raise NotRead(
                notice(
                    "arcade",
                    "An Arcade expression asks for the field “{field}”, which is not there.",
                    field=name or "?",
                )
            )
        if found.kind is Kind.NULL:
            raise NotRead(
                notice(
                    "arcade",
                    "An Arcade expression uses the field “{field}”, whose type is not read.",
                    field=name,
                )
            )
        return found.value

    def _call(self, node: Call, scope: Scope) -> Value:
        own = self._functions.get(node.name)
        arguments = [self._value(argument, scope) for argument in node.arguments]
        if own is not None:
            return self._call_own(own, arguments, scope)
        if arguments and arguments[0].kind is Kind.FEATURE:
            return self._about_feature(node.name, arguments)
        if node.name == "haskey" and len(arguments) == 2 and arguments[0].kind is Kind.DICTIONARY:
            return any_of([equal(constant(key), arguments[1]) for key in arguments[0].members])
        return call(node.name, arguments)

    def _call_own(self, function: Function, arguments: list[Value], scope: Scope) -> Value:
        if self._calls >= _DEEPEST_CALL or len(arguments) != len(function.parameters):
            raise not_read(function.name)
        self._calls += 1
        # A copy: what a function does to the variables around it would be lost, so it is refused.
        inner = {**scope, **dict(zip(function.parameters, arguments))}
        outside = _assigned(function.body) & set(scope) - set(function.parameters)
        if outside:
            raise not_read(function.name)
        value = self._statements(function.body, inner)
        self._calls -= 1
        return value

    def _about_feature(self, name: str, arguments: list[Value]) -> Value:
        """Functions whose first argument is the feature: of its fields by name."""
        if name == "expects":
            return NULL
        key = known_text(arguments[1]) if len(arguments) > 1 else None
        if key is None:
            raise not_read(name)
        if name == "haskey":
            return constant(key.casefold() in self._fields)
        if name == "defaultvalue" and len(arguments) == 3:
            there = key.casefold() in self._fields
            return default_value(self._field(key), arguments[2]) if there else arguments[2]
        if name == "domainname" and len(arguments) == 2:
            return self._domain_name(key)
        raise not_read(name)

    def _domain_name(self, key: str) -> Value:
        value = self._field(key)
        codes = self._fields[key.casefold()].codes
        if not codes:
            return value
        return coded_name(value, codes)


def coded_name(value: Value, codes: Mapping[str, str]) -> Value:
    """The name of a coded value; the code itself where it has none."""
    if len(codes) > _MOST_CODES:
        raise not_read("DomainName")
    pairs = ", ".join(f"{quote(code)}, {quote(label)}" for code, label in codes.items())
    code = value.text if value.kind is Kind.TEXT else f"to_string({value.text})"
    return Value(Kind.TEXT, f"coalesce(map_get(map({pairs}), {code}), {code})", nullable=True)


def _returns(statement: Statement) -> bool:
    if isinstance(statement, If):
        bodies = [*(body for _, body in statement.branches), statement.other]
        return any(_returns(inner) for body in bodies for inner in body)
    return isinstance(statement, Return)


def _assigned(statements: Sequence[Statement]) -> set[str]:
    """Names that statements assign without declaring them."""
    found: set[str] = set()
    declared: set[str] = set()
    for statement in statements:
        if isinstance(statement, Declare):
            declared.add(statement.name)
        elif isinstance(statement, Assign):
            found.add(statement.name)
        elif isinstance(statement, If):
            for _, body in (*statement.branches, (None, statement.other)):
                found |= _assigned(body)
    return found - declared


def _item(owner: Value, index: Optional[float]) -> Value:
    if index is None or index != int(index):
        raise refused()
    try:
        return owner.items[int(index)]
    except IndexError:
        raise refused() from None


def _part(owner: Value, index: Optional[float]) -> Value:
    """A text of a split one. Arcade fails beyond the end, so the whole expression has to."""
    if index is None or index != int(index):
        raise refused()
    number = int(index)
    needed = number + 1 if number >= 0 else -number
    text = f"array_get({owner.text}, {number})"
    return Value(
        Kind.TEXT, f"CASE WHEN array_length({owner.text}) >= {needed} THEN {text} ELSE {FAILURE} END"
    )


def _entry(owner: Value, key: Value) -> Value:
    known = known_text(key)
    if known is not None:
        if known.casefold() not in owner.members:
            raise refused()
        return owner.members[known.casefold()]
    failure = Value(Kind.TEXT, FAILURE)
    kinds = {value.kind for value in owner.members.values()}
    if len(kinds) == 1:
        failure = Value(kinds.pop(), FAILURE)
    return choose([(equal(constant(name), key), value) for name, value in owner.members.items()], failure)


def _unknown(name: str) -> NotRead:
    return NotRead(notice("arcade", "An Arcade expression uses “{name}”, which is not read.", name=name[:40]))
