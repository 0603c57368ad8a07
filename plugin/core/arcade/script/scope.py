"""The variables of a script while it is read, and the lists and dictionaries that they mean.

Where a script branches, each branch goes on with a scope of its own; afterwards they are merged:
what differs becomes a CASE.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
import itertools
import re
from typing import Optional, Union

from ...notice import notice
from ..functions.lists import as_array, one_item
from ..syntax.tree import NotRead
from ..values import FAILURE, NULL, Kind, Value, checked, choose, failure, refused
from .cost import too_long_to_parse

UNKNOWN_VALUE = Value(Kind.UNKNOWN)
_LONG = 120
_LONGEST_INSIDE = 400
_MANY_LEVELS = 3
# Until all is read, kept values are marked so; a NUL is in no literal (`quote` sees to that).
_MARK = re.compile("\0(\\d+)\0")

Contents = Union[tuple[Value, ...], dict[str, Value], Value]
"""Of a list whose items are known, of a dictionary, or of a list that QGIS makes."""


@dataclass
class Scope:
    """Variables by name, those of the function that runs before the script's own."""

    names: dict[str, Value] = field(default_factory=dict)
    own: Optional[dict[str, Value]] = None
    contents: dict[int, Contents] = field(default_factory=dict)

    def copy(self) -> Scope:
        """A scope of its own, with the same variables."""
        own = None if self.own is None else dict(self.own)
        return Scope(dict(self.names), own, dict(self.contents))

    def find(self, name: str) -> Optional[Value]:
        """The variable of that name."""
        if self.own is not None and name in self.own:
            return self.own[name]
        return self.names.get(name)

    def declare(self, name: str, value: Value) -> None:
        """A new variable, or a new value for an old one."""
        (self.names if self.own is None else self.own)[name] = value

    def assign(self, name: str, value: Value) -> bool:
        """A new value for a variable; False where there is none."""
        for names in (self.own or {}, self.names):
            if name in names:
                names[name] = value
                return True
        return False

    def still_is(self, before: Scope, but: Collection[str] = (), places: Collection[int] = ()) -> bool:
        """True where all variables, lists and dictionaries of `before` are what they were; `but` for some."""
        pairs = [(before.names, self.names), (before.own or {}, self.own or {})]
        same_names = all(
            now.get(name) is value for old, now in pairs for name, value in old.items() if name not in but
        )
        return same_names and all(
            self.contents[place] is inside for place, inside in before.contents.items() if place not in places
        )

    def opened(self, value: Value) -> Value:
        """A list or dictionary with what is in it; any other value as it is."""
        if not value.place:
            return value
        inside = self.contents[value.place]
        if isinstance(inside, Value):
            return inside
        if isinstance(inside, dict):
            return replace(value, members=inside)
        return replace(value, items=inside)


class Keeper:
    """Keeps lists and dictionaries in their places, and long values in variables of QGIS."""

    def __init__(self) -> None:
        self._places: Iterator[int] = itertools.count(1)
        self._kept: list[str] = []
        self.paused = 0
        """Above 0 while something is read that depends on the round of a loop."""

    def new_place(self) -> int:
        """A place for a list or dictionary."""
        return next(self._places)

    def placed(self, value: Value, scope: Scope) -> Value:
        """A list or dictionary in a place of its own; any other value as it is."""
        if value.place or value.kind not in (Kind.LIST, Kind.ARRAY, Kind.DICTIONARY):
            return value
        place = self.new_place()
        kind = Kind.DICTIONARY if value.kind is Kind.DICTIONARY else Kind.LIST
        if value.kind is Kind.ARRAY:
            scope.contents[place] = self.short(value)
        elif value.kind is Kind.LIST:
            scope.contents[place] = tuple(self.placed(item, scope) for item in value.items)
        else:
            scope.contents[place] = {key: self.placed(item, scope) for key, item in value.members.items()}
        return Value(kind, place=place)

    def short(self, value: Value) -> Value:
        """The value under a name, where its text is long: written once however often it is used.

        QGIS evaluates it first, whether its branch is taken or not, so it must not fail.
        """
        if self.paused or len(value.text) < _LONG or FAILURE in value.text:
            return value
        if value.parts:
            parts = tuple(self._marked(part) for part in value.parts)
            before, after = (f"concat({', '.join(one)})" for one in (value.parts, parts))
            return replace(value, text=value.text.replace(before, after), parts=parts)
        if value.kind is Kind.MIXED:
            cases = [(condition, self.short(one)) for condition, one in value.cases]
            texts = [f"WHEN {when} THEN {one.text}" if when else f"ELSE {one.text}" for when, one in cases]
            return replace(value, text=f"CASE {' '.join(texts)} END", cases=tuple(cases))
        return replace(value, text=self._marked(value.text), cases=())

    def _marked(self, text: str) -> str:
        if len(text) < _LONG:
            return text
        self._kept.append(text)
        return f"\0{len(self._kept) - 1}\0"

    def written_out(self, text: str) -> str:
        """An expression with the values that it uses; short ones used once stand where they are used.

        Values that need no other ones are kept in one variable, as a list; those that need only
        these in the next one, and so on: QGIS reads variables in variables slowly.
        """
        used: Counter[int] = Counter()
        pending = [text]
        while pending:
            for found in map(int, _MARK.findall(pending.pop())):
                if not used[found]:
                    pending.append(self._kept[found])
                used[found] += 1
        texts: dict[int, str] = {}
        levels: dict[int, int] = {}
        rows: list[list[str]] = []

        def put(match: re.Match[str]) -> str:
            return texts[int(match[1])]

        # Earlier ones are never made of later ones.
        for number in sorted(used):
            kept = self._kept[number]
            level = max((levels[int(inner)] for inner in _MARK.findall(kept)), default=0)
            texts[number] = checked(_MARK.sub(put, kept))
            levels[number] = level
            if used[number] > 1 or (len(texts[number]) > _LONGEST_INSIDE and level < _MANY_LEVELS):
                levels[number] += 1
                rows += [[]] * (level + 1 - len(rows))
                rows[level] = [*rows[level], texts[number]]
                texts[number] = f"@v{level}[{len(rows[level]) - 1}]"
        result = checked(_MARK.sub(put, text))
        for level in reversed(range(len(rows))):
            result = checked(f"with_variable('v{level}', array({', '.join(rows[level])}), {result})")
        if too_long_to_parse(result):
            raise NotRead(
                notice("arcade", "An Arcade expression is nested too deeply for a QGIS expression.")
            )
        return result

    def merge(self, conditions: Sequence[Value], scopes: Sequence[Scope], into: Scope) -> _Merged:
        """Makes `into` what the scopes are, each under its condition; the last may be without one."""
        merged = _Merged(self, conditions, scopes, into)
        merged.all()
        return merged


class _Merged:
    def __init__(
        self, keeper: Keeper, conditions: Sequence[Value], scopes: Sequence[Scope], into: Scope
    ) -> None:
        self._keeper, self._conditions, self._scopes, self._into = keeper, conditions, scopes, into
        self._places: dict[tuple[int, ...], Value] = {}

    def all(self) -> None:
        """Merges places, then names."""
        before = dict(self._into.contents)
        for scope in self._scopes:
            self._into.contents.update(
                {place: inside for place, inside in scope.contents.items() if place not in before}
            )
        for place in before:
            self._into.contents[place] = self._contents([scope.contents[place] for scope in self._scopes])
        self._into.names = self._names([scope.names for scope in self._scopes])
        if self._into.own is not None:
            self._into.own = self._names([scope.own or {} for scope in self._scopes])

    def value(self, values: Sequence[Optional[Value]]) -> Value:
        """One value of what a variable is in each scope."""
        if all(value is values[0] for value in values) and values[0] is not None:
            return values[0]
        there = [value for value in values if value is not None]
        if len(there) == len(values) and all(value.place for value in there):
            return self._place(there)
        kinds = {value.kind for value in there} - {Kind.NULL}
        missing = failure(next(iter(kinds)) if len(kinds) == 1 else Kind.TEXT)
        try:
            return self._keeper.short(self._chosen([value or missing for value in values]))
        except NotRead:
            # Nobody may ask for it again.
            return UNKNOWN_VALUE

    def _names(self, names: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
        every = dict.fromkeys(name for one in names for name in one)
        return {name: self.value([one.get(name) for one in names]) for name in every}

    def _chosen(self, values: Sequence[Value]) -> Value:
        return choose(list(zip(self._conditions, values)), NULL)

    def _place(self, values: Sequence[Value]) -> Value:
        key = tuple(value.place for value in values)
        if len(set(key)) == 1:
            return values[0]
        if key not in self._places:
            inside = self._contents([self._into.contents[place] for place in key])
            kind = values[0].kind
            place = self._keeper.new_place()
            self._into.contents[place] = inside
            self._places[key] = Value(kind, place=place)
        return self._places[key]

    def _contents(self, contents: Sequence[Contents]) -> Contents:
        if all(one is contents[0] for one in contents):
            return contents[0]
        if all(isinstance(one, dict) for one in contents):
            return self._names([one for one in contents if isinstance(one, dict)])
        lists = [one for one in contents if isinstance(one, tuple)]
        if len(lists) == len(contents) and len({len(one) for one in lists}) == 1:
            return tuple(self.value(items) for items in zip(*lists))
        try:
            return self._array(contents)
        except NotRead:
            return UNKNOWN_VALUE

    def _array(self, contents: Sequence[Contents]) -> Value:
        arrays = [self._as_array(one) for one in contents]
        item = arrays[0].item
        for array in arrays[1:]:
            item = one_item(item, array.item)
        # A choice among arrays is one among any texts of QGIS.
        texts = [Value(Kind.TEXT, array.text, cases=array.cases) for array in arrays]
        chosen = choose(list(zip(self._conditions, texts)), NULL)
        return self._keeper.short(replace(chosen, kind=Kind.ARRAY, item=item))

    def _as_array(self, inside: Contents) -> Value:
        if isinstance(inside, dict):
            raise refused()
        return as_array(inside if isinstance(inside, Value) else Value(Kind.LIST, items=inside))
