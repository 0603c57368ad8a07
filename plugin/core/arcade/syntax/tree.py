"""The tree of an Arcade script, and why one is not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from ...notice import Notice


class NotRead(Exception):
    """A script that has no translation; `notice` is the sentence that says why."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        super().__init__(notice.text)


@dataclass(frozen=True)
class Literal:
    """null, a truth value, a number or a text."""

    value: Union[bool, float, str, None]


@dataclass(frozen=True)
class Name:
    """A variable, constant or function; names are the same in any case, so they are kept folded."""

    name: str


@dataclass(frozen=True)
class Member:
    """`object.key` and `object["key"]`."""

    object: Node
    key: Node


@dataclass(frozen=True)
class Call:
    """A call of a function by its name."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Unary:
    """`!`, `-` or `+`."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary:
    """Arithmetic, comparison and logic."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Template:
    """A template literal: texts and expressions in turn."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Array:
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Dictionary:
    """`{a: 1, "b": 2}`."""

    items: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Assign:
    """`name = value` and `list[0] = value`; `x += 1` and `x++` are read as `x = x + 1`.

    A `step` (`x++`) is worth what the variable was before, any other assignment nothing.
    """

    target: Union[Name, Member]
    value: Node
    step: bool = False


@dataclass(frozen=True)
class Declare:
    """`var name = value`."""

    name: str
    value: Optional[Node]


@dataclass(frozen=True)
class If:
    """`if (test) … else if (test) … else …`: tests with their statements, and the last resort."""

    branches: tuple[tuple[Node, tuple[Statement, ...]], ...]
    other: tuple[Statement, ...]


@dataclass(frozen=True)
class Loop:
    """`for (start; test; next) …`, and `while (test) …` without the other two."""

    start: tuple[Statement, ...]
    test: Optional[Node]
    next: tuple[Statement, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True)
class Each:
    """`for (var name in over) …`: over positions, keys or features; with `of` over `values`."""

    name: str
    over: Node
    body: tuple[Statement, ...]
    values: bool = False


@dataclass(frozen=True)
class Break:
    """`break`."""


@dataclass(frozen=True)
class Continue:
    """`continue`."""


@dataclass(frozen=True)
class Return:
    """`return value`."""

    value: Optional[Node]


@dataclass(frozen=True)
class Function:
    """`function name(parameters) { body }`."""

    name: str
    parameters: tuple[str, ...]
    body: tuple[Statement, ...]


Node = Union[Literal, Name, Member, Call, Unary, Binary, Template, Array, Dictionary]
Statement = Union[Node, Assign, Declare, If, Loop, Each, Break, Continue, Return, Function]


def bodies(statement: Statement) -> tuple[tuple[Statement, ...], ...]:
    """The statements inside of a statement, but for those of functions."""
    if isinstance(statement, If):
        return (*(body for _, body in statement.branches), statement.other)
    return (statement.body,) if isinstance(statement, (Loop, Each)) else ()


def leaves(statement: Statement) -> bool:
    """True for what may end its function, or the loop that it stands in."""
    if isinstance(statement, (Return, Break, Continue)):
        return True
    inside = [inner for body in bodies(statement) for inner in body]
    if isinstance(statement, (Loop, Each)):
        return any(_returns(inner) for inner in inside)
    return any(leaves(inner) for inner in inside)


def _returns(statement: Statement) -> bool:
    if isinstance(statement, Return):
        return True
    return any(_returns(inner) for body in bodies(statement) for inner in body)


def assigned(statements: tuple[Statement, ...]) -> set[str]:
    """Names that statements give a value, in themselves or in what is inside of them."""
    found: set[str] = set()
    for statement in statements:
        if isinstance(statement, Assign) and isinstance(statement.target, Name):
            found.add(statement.target.name)
        elif isinstance(statement, (Declare, Each)):
            found.add(statement.name)
        if isinstance(statement, Loop):
            found |= assigned((*statement.start, *statement.next))
        for body in bodies(statement):
            found |= assigned(body)
    return found
