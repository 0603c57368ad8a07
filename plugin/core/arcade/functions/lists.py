"""Arcade's functions of lists: of those whose items are known, and of those that QGIS makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Optional

from ..operators import any_of, equal, negation
from ..values import (
    FAILURE,
    NULL,
    Arguments,
    Kind,
    Value,
    as_condition,
    choose,
    constant,
    known_number,
    known_text,
    member_of,
    not_read,
    refused,
)

_ITEM_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.BOOLEAN)
_MOST_ITEMS = 500


def known_list(items: Sequence[Value]) -> Value:
    """A list with these items."""
    if len(items) > _MOST_ITEMS:
        raise refused()
    return Value(Kind.LIST, items=tuple(items))


def as_array(value: Value) -> Value:
    """A list as one that QGIS makes; its items have to be of one kind."""
    if value.kind is Kind.ARRAY:
        return value
    kinds = {item.kind for item in value.items} - {Kind.NULL}
    if len(kinds) > 1 or not kinds <= set(_ITEM_KINDS) or any(item.loose for item in value.items):
        raise refused()
    nullable = any(item.nullable for item in value.items)
    wild = any(item.wild for item in value.items)
    if nullable and wild:
        raise refused()
    whole = all(item.whole or item.kind is Kind.NULL for item in value.items)
    kind = kinds.pop() if kinds else Kind.NULL
    item = Value(kind, nullable=nullable, wild=wild, whole=whole) if value.items else None
    return Value(Kind.ARRAY, f"array({', '.join(one.text for one in value.items)})", item=item)


def one_item(first: Optional[Value], second: Optional[Value]) -> Optional[Value]:
    """What the items of two arrays have in common; None for an empty array."""
    if first is None or second is None:
        return first or second
    kinds = {first.kind, second.kind} - {Kind.NULL}
    nullable, wild = first.nullable or second.nullable, first.wild or second.wild
    if len(kinds) > 1 or (nullable and wild):
        raise refused()
    kind = kinds.pop() if kinds else Kind.NULL
    return Value(kind, nullable=nullable, wild=wild, whole=first.whole and second.whole)


def item_at(owner: Value, key: Value) -> Value:
    """`list[position]`; from the end with negative ones. Arcade fails beyond the ends."""
    index = known_number(key)
    if owner.kind is Kind.LIST and index is not None:
        if index != int(index) or not -len(owner.items) <= index < len(owner.items):
            raise refused()
        return owner.items[int(index)]
    if key.kind is not Kind.NUMBER or key.nullable or (key.wild and owner.kind is not Kind.LIST):
        raise refused()
    if owner.kind is Kind.LIST:
        cases = [(equal(constant(float(at)), key), item) for at, item in enumerate(owner.items)]
        kinds = {item.kind for item in owner.items}
        return choose(cases, Value(kinds.pop() if len(kinds) == 1 else Kind.TEXT, FAILURE))
    item = owner.item or Value(Kind.TEXT)
    text = f"array_get({owner.text}, {key.text})"
    if key.name == owner.text:
        return replace(item, text=text)
    if index is not None:
        needed = int(index) + 1 if index >= 0 else int(-index)
        inside = f"array_length({owner.text}) >= {needed}"
    else:
        inside = f"{key.text} BETWEEN -array_length({owner.text}) AND array_length({owner.text}) - 1"
    return replace(item, text=f"CASE WHEN {inside} THEN {text} ELSE {FAILURE} END")


def count(arguments: Arguments) -> Value:
    """`Count(list)`, of a dictionary its keys, of a text its letters."""
    (value,) = arguments
    if value.kind is Kind.LIST:
        return constant(float(len(value.items)))
    if value.kind is Kind.DICTIONARY:
        return constant(float(len(value.members)))
    if value.kind is Kind.ARRAY:
        return Value(Kind.NUMBER, f"array_length({value.text})", whole=True)
    if value.kind is Kind.RELATED:
        return Value(Kind.NUMBER, f"relation_aggregate({value.text}, 'count', 1)", whole=True)
    known = known_text(value)
    if known is not None:
        return constant(len(known.encode("utf-16-le", "surrogatepass")) / 2)
    if value.kind is Kind.TEXT and not value.loose:
        text = f"coalesce({value.text}, '')" if value.nullable else value.text
        return Value(Kind.NUMBER, f"length({text})", whole=True)
    raise not_read("Count")


def first(arguments: Arguments) -> Value:
    """`First(list)`: null for an empty one."""
    value = arguments[0]
    if value.kind is Kind.LIST:
        return value.items[0] if value.items else NULL
    if value.kind is not Kind.ARRAY or value.item is None or value.item.wild:
        raise not_read("First")
    return replace(value.item, text=f"array_get({value.text}, 0)", nullable=True)


def at_end(name: str) -> Callable[[Arguments], Value]:
    """`Front(list)` and `Back(list)`, which fail for an empty one."""
    return lambda arguments: item_at(_list(arguments[0], name), constant(0.0 if name == "Front" else -1.0))


def _list(value: Value, name: str) -> Value:
    if value.kind not in (Kind.LIST, Kind.ARRAY):
        raise not_read(name)
    return value


def reverse(arguments: Arguments) -> Value:
    """`Reverse(list)`."""
    value = _list(arguments[0], "Reverse")
    if value.kind is Kind.LIST:
        return known_list(value.items[::-1])
    return replace(value, text=f"array_reverse({value.text})")


def part(arguments: Arguments) -> Value:
    """`Slice(list, from, to)`."""
    value = _list(arguments[0], "Slice")
    start = known_number(arguments[1]) if len(arguments) > 1 else 0.0
    end = known_number(arguments[2]) if len(arguments) > 2 else None
    unknown = start is None or (len(arguments) > 2 and end is None)
    if unknown or any(one is not None and one != int(one) for one in (start, end)):
        raise not_read("Slice")
    begin, stop = int(start or 0), None if end is None else int(end)
    if value.kind is Kind.LIST:
        return known_list(value.items[begin:stop])
    if begin < 0 or (stop is not None and stop < 1):
        raise not_read("Slice")
    last = "-1" if stop is None else f"{stop - 1}"
    text = f"array_slice({value.text}, {begin}, {last})"
    # From beyond the end, QGIS would count from the other end.
    return replace(value, text=f"CASE WHEN array_length({value.text}) > {begin} THEN {text} ELSE array() END")


def top(arguments: Arguments) -> Value:
    """`Top(list, count)`."""
    number = known_number(arguments[1])
    if number is None or number < 0:
        raise not_read("Top")
    value = _list(arguments[0], "Top")
    if value.kind is Kind.LIST:
        return known_list(value.items[: int(number)])
    if not number:
        return known_list(())
    return replace(value, text=f"array_slice({value.text}, 0, {int(number) - 1})")


def spliced(arguments: Arguments) -> Value:
    """`Splice(a, b, …)`: lists and values in a row."""
    items = [item for one in arguments for item in (one.items if one.kind is Kind.LIST else (one,))]
    if any(item.kind is Kind.ARRAY for item in items):
        raise not_read("Splice")
    return known_list(items)


def filled(arguments: Arguments) -> Value:
    """`Array(count, value)`."""
    number = known_number(arguments[0])
    if number is None or not 0 <= number <= _MOST_ITEMS:
        raise not_read("Array")
    return known_list([arguments[1] if len(arguments) > 1 else NULL] * int(number))


def distinct(arguments: Arguments) -> Value:
    """`Distinct(list)`; of values that are null or of several types it makes what nobody expects."""
    value = arguments[0] if len(arguments) == 1 else known_list(arguments)
    if value.kind is Kind.LIST and all(item.is_constant for item in value.items):
        if len({item.kind for item in value.items}) > 1 or NULL in value.items:
            raise not_read("Distinct")
        return known_list(list({item.constant: item for item in value.items}.values()))
    array = as_array(_list(value, "Distinct"))
    if array.item is None:
        return array
    if array.item.nullable or array.item.wild:
        raise not_read("Distinct")
    return replace(array, text=f"array_distinct({array.text})")


def ordered(arguments: Arguments) -> Value:
    """`Sort(list)`, nulls first. Texts in QGIS follow the user's language, so only known ones are read."""
    value = _list(arguments[0], "Sort")
    if value.kind is Kind.LIST and all(item.is_constant for item in value.items):
        kinds = {item.kind for item in value.items if item is not NULL}
        if len(kinds) > 1:
            raise not_read("Sort")
        nulls = [item for item in value.items if item is NULL]
        rest = [item for item in value.items if item is not NULL]
        return known_list([*nulls, *sorted(rest, key=_order)])
    array = as_array(value)
    if array.item is None or array.item.kind is not Kind.NUMBER or array.item.wild:
        raise not_read("Sort")
    return replace(array, text=f"array_sort({array.text})")


def _order(item: Value) -> tuple[float, bytes]:
    text = known_text(item)
    number = item.constant if isinstance(item.constant, (bool, float)) else 0.0
    return float(number), (text or "").encode("utf-16-be", "surrogatepass")


def includes(arguments: Arguments) -> Value:
    """`Includes(list, value)`."""
    listed, value = _list(arguments[0], "Includes"), arguments[1]
    if listed.kind is Kind.LIST:
        return any_of([equal(item, value) for item in listed.items])
    if listed.item is None:
        return constant(False)
    same = as_condition(equal(replace(listed.item, text="@element"), value))
    return Value(Kind.BOOLEAN, f"(array_length(array_filter({listed.text}, {same})) > 0)")


def position(arguments: Arguments) -> Value:
    """`IndexOf(list, value)`: -1 where it is not in the list."""
    listed, value = _list(arguments[0], "IndexOf"), arguments[1]
    if listed.kind is Kind.LIST:
        cases = [(equal(item, value), constant(float(at))) for at, item in enumerate(listed.items)]
        return choose(cases, constant(-1.0))
    if listed.item is None or listed.item.kind is not value.kind or value.nullable or listed.item.nullable:
        raise not_read("IndexOf")
    return Value(Kind.NUMBER, f"array_find({listed.text}, {value.text})", whole=True)


def has_value(owner: Value, key: Value) -> Value:
    """`HasValue(list, position)` and `HasValue(dictionary, key)`: true for what is there and not null."""
    if owner.kind is Kind.DICTIONARY and known_text(key) is not None:
        name = member_of(owner.members, known_text(key) or "")
        member = owner.members[name] if name else NULL
    elif owner.kind is Kind.LIST and known_number(key) is not None:
        at = int(known_number(key) or 0)
        member = owner.items[at] if 0 <= at < len(owner.items) else NULL
    else:
        raise not_read("HasValue")
    return negation(equal(member, NULL)) if member.shown else constant(True)
