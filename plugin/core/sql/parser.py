"""Filter text → tree. Bounded in length and depth."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
import re
from typing import Optional, TypeVar

from ..notice import notice
from .tree import (
    Between,
    Case,
    FilterNotRead,
    In,
    Interval,
    IsNull,
    Like,
    Logic,
    Moment,
    Negative,
    Not,
    Now,
    Null,
    Number,
    SqlBinary,
    SqlCall,
    SqlColumn,
    SqlNode,
    Text,
)

_LONGEST = 64_000
_DEEPEST = 40
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>[Nn]?'(?:[^']|'')*')
      | (?P<quoted>(?:(?:[^\W\d][\w$]*|"(?:[^"]|"")*"|\[[^\]]*\])\.){0,3}
          (?:"(?:[^"]|"")*"|\[[^\]]*\]|`[^`]*`))
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<word>[^\W\d][\w$]*(?:\.[^\W\d][\w$]*)*)
      | (?P<mark>\|\||<>|!=|<=|>=|[-+*/%=<>(),])
    )""",
    re.VERBOSE,
)
_LAST_NAME = re.compile(r"""(?:"(?:[^"]|"")*"|\[[^\]]*\]|`[^`]*`)$""")
_COMPARISONS = {"=", "<>", "!=", "<", ">", "<=", ">="}
_UNITS = {"DAY": 1.0, "HOUR": 1 / 24, "MINUTE": 1 / 1440, "SECOND": 1 / 86400}
_NOW = {"CURRENT_TIMESTAMP": False, "CURRENT_DATE": True}
_FORMS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M:%S",
)
_Made = TypeVar("_Made")


def parse_filter(filter_text: str) -> SqlNode:
    """The tree of a filter. Raises `FilterNotRead`."""
    parser = _Parser(filter_text)
    node = parser.condition()
    parser.expect_end()
    return node


def parse_moment(text: str) -> Moment:
    """A date as text → as ISO 8601 in UTC. Raises `FilterNotRead` for what is no date."""
    plain = text.strip().replace("T", " ").removesuffix("Z")
    for form in _FORMS:
        with suppress(ValueError):
            return Moment(datetime.strptime(plain, form).isoformat(timespec="milliseconds") + "Z")
    raise FilterNotRead(
        notice("filter", "The filter compares with “{text}”, which cannot be read as a date.", text=text[:40])
    )


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise FilterNotRead(notice("filter", "The filter is too long."))
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def condition(self) -> SqlNode:
        return self._deeper(lambda: self._chain("OR", lambda: self._chain("AND", self._negation)))

    def expect_end(self) -> None:
        if self._kind != "end":
            raise _unread()

    # Tokens

    @property
    def _kind(self) -> str:
        return self._tokens[self._next][0]

    @property
    def _value(self) -> str:
        return self._tokens[self._next][1]

    def _take(self) -> str:
        value = self._value
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return value

    def _is(self, *words: str) -> bool:
        return self._kind in ("word", "mark") and self._value.upper() in words

    def _accept(self, *words: str) -> bool:
        if not self._is(*words):
            return False
        self._take()
        return True

    def _expect(self, *words: str) -> None:
        if not self._accept(*words):
            raise _unread()

    def _text(self) -> str:
        if self._kind != "text":
            raise _unread()
        return self._take()[1:-1].replace("''", "'")

    def _deeper(self, parse_it: Callable[[], _Made]) -> _Made:
        if self._depth >= _DEEPEST:
            raise FilterNotRead(notice("filter", "The filter is nested too deeply."))
        self._depth += 1
        made = parse_it()
        self._depth -= 1
        return made

    # Conditions

    def _chain(self, word: str, parse_it: Callable[[], SqlNode]) -> SqlNode:
        items = [parse_it()]
        while self._accept(word):
            items.append(parse_it())
        return Logic(word, tuple(items)) if len(items) > 1 else items[0]

    def _negation(self) -> SqlNode:
        return Not(self._deeper(self._negation)) if self._accept("NOT") else self._predicate()

    def _predicate(self) -> SqlNode:
        left = self._sum()
        if self._kind == "mark" and self._value in _COMPARISONS:
            operator = self._take()
            return SqlBinary("<>" if operator == "!=" else operator, left, self._sum())
        if self._accept("IS"):
            negated = self._accept("NOT")
            self._expect("NULL")
            return Not(IsNull(left)) if negated else IsNull(left)
        negated = self._accept("NOT")
        found = self._about(left)
        if found is None:
            if negated:
                raise _unread()
            return left
        return Not(found) if negated else found

    def _about(self, left: SqlNode) -> Optional[SqlNode]:
        if self._accept("BETWEEN"):
            low = self._sum()
            self._expect("AND")
            return Between(left, low, self._sum())
        if self._accept("IN"):
            self._expect("(")
            return In(left, self._until_bracket(self._sum))
        if self._accept("LIKE"):
            pattern = self._pattern()
            return Like(left, pattern, self._text() if self._accept("ESCAPE") else "")
        return None

    def _pattern(self) -> str:
        """A text, or one in upper or lower case: as clients write what is to match any case."""
        for word, change in (("UPPER", str.upper), ("LOWER", str.lower)):
            if self._accept(word):
                self._expect("(")
                text = change(self._text())
                self._expect(")")
                return text
        return self._text()

    # Operands

    def _sum(self) -> SqlNode:
        return self._deeper(
            lambda: self._operands(("+", "-", "||"), lambda: self._operands(("*", "/", "%"), self._sign))
        )

    def _operands(self, marks: tuple[str, ...], parse_it: Callable[[], SqlNode]) -> SqlNode:
        left = parse_it()
        for _ in range(_DEEPEST):
            if not (self._kind == "mark" and self._value in marks):
                return left
            left = SqlBinary(self._take(), left, parse_it())
        raise FilterNotRead(notice("filter", "The filter is nested too deeply."))

    def _sign(self) -> SqlNode:
        if self._accept("-"):
            return Negative(self._deeper(self._sign))
        return self._primary()

    def _primary(self) -> SqlNode:
        kind = self._kind
        if kind == "text":
            return Text(self._text())
        if kind == "number":
            return Number(self._take())
        if kind == "quoted":
            return SqlColumn(_unquoted(self._take()))
        if self._accept("("):
            node = self.condition()
            self._expect(")")
            return node
        if kind != "word":
            raise _unread()
        return self._worded(self._take())

    def _worded(self, word: str) -> SqlNode:
        upper = word.upper()
        if upper == "NULL":
            return Null()
        if upper == "CASE":
            return self._case()
        if upper in _NOW:
            return Now(_NOW[upper])
        if upper in ("DATE", "TIMESTAMP") and self._kind == "text":
            return parse_moment(self._text())
        if upper == "INTERVAL" and self._kind == "text":
            return self._interval()
        return self._call(upper) if self._accept("(") else SqlColumn(word)

    def _interval(self) -> SqlNode:
        count, unit = self._text().strip(), self._take().upper()
        if self._accept("("):
            self._until_bracket(self._sum)
        if unit not in _UNITS or not re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", count) or self._is("TO"):
            raise _unread()
        return Interval(float(count) * _UNITS[unit])

    def _case(self) -> SqlNode:
        branches = []
        while self._accept("WHEN"):
            test = self.condition()
            self._expect("THEN")
            branches.append((test, self._sum()))
        other = self._sum() if self._accept("ELSE") else None
        self._expect("END")
        if not branches:
            raise _unread()
        return Case(tuple(branches), other)

    def _call(self, name: str) -> SqlNode:
        if name == "EXTRACT":
            unit = self._take().upper()
            self._expect("FROM")
            return SqlCall(unit, (self._closed(self._sum()),))
        if name == "CAST":
            return self._cast(self._sum())
        if name == "POSITION":
            needle = self._sum()
            self._expect("IN")
            return SqlCall("POSITION", (needle, self._closed(self._sum())))
        if name == "TRIM" and self._accept("BOTH"):
            what = self._text() if self._kind == "text" else " "
            self._expect("FROM")
            return SqlCall("TRIM", (self._closed(self._sum()), Text(what)))
        if name == "SUBSTRING":
            return self._substring(self._sum())
        return SqlCall(name, self._until_bracket(self._sum))

    def _closed(self, node: SqlNode) -> SqlNode:
        self._expect(")")
        return node

    def _cast(self, operand: SqlNode) -> SqlNode:
        self._expect("AS")
        target = self._take().upper()
        if target == "DOUBLE":
            self._accept("PRECISION")
        if self._accept("("):
            self._until_bracket(self._sum)
        self._expect(")")
        return SqlCall(f"CAST {target}", (operand,))

    def _substring(self, operand: SqlNode) -> SqlNode:
        arguments = [operand]
        while self._accept(",", "FROM", "FOR"):
            arguments.append(self._sum())
        self._expect(")")
        return SqlCall("SUBSTRING", tuple(arguments))

    def _until_bracket(self, parse_it: Callable[[], SqlNode]) -> tuple[SqlNode, ...]:
        if self._accept(")"):
            return ()
        items = [parse_it()]
        while self._accept(","):
            items.append(parse_it())
        self._expect(")")
        return tuple(items)


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unread()
        kind = str(match.lastgroup)
        found.append(
            (kind, match[kind].removeprefix("N").removeprefix("n") if kind == "text" else match[kind])
        )
        position = match.end()
    return [*found, ("end", "")]


def _unquoted(name: str) -> str:
    """The name within the last quotes: before it may stand those of database and table."""
    name = _LAST_NAME.search(name)[0]  # type: ignore[index]  # it is a token of this form
    return name[1:-1].replace('""', '"') if name.startswith('"') else name[1:-1]


def _unread() -> FilterNotRead:
    return FilterNotRead(notice("filter", "The filter uses SQL that is not supported."))
