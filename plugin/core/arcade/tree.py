"""The tree of an Arcade script, and why one is not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from ..offline.plan import Notice


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
    """A variable or constant; names are the same in any case, so they are kept folded."""

    name: str


@dataclass(frozen=True)
class Member:
    """`object.key` and `object["key"]`."""

    object: Node
    key: Node


@dataclass(frozen=True)
class Call:
    """A call of a function by its name; functions are no values here."""

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
    """`name = value`; `x += 1` and `x++` are read as `x = x + 1`.

    A `step` (`x++`) is worth what the variable was before, any other assignment nothing.
    """

    name: str
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
Statement = Union[Node, Assign, Declare, If, Return, Function]
