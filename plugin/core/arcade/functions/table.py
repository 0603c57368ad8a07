"""Arcade's functions in those of QGIS; what is not in the table is not read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ...notice import notice
from ..operators import equal
from ..syntax.tree import NotRead
from ..values import NULL, Arguments, Kind, Value, boolean, case_of, choose, constant, each, not_read
from . import dates, lists, numbers, texts

_TYPES = {
    Kind.TEXT: "String",
    Kind.NUMBER: "Number",
    Kind.BOOLEAN: "Boolean",
    Kind.DATE: "Date",
    Kind.LIST: "Array",
    Kind.ARRAY: "Array",
    Kind.DICTIONARY: "Dictionary",
    Kind.FEATURE: "Feature",
    Kind.FUNCTION: "Function",
}


def call(name: str, arguments: Arguments) -> Value:
    """The worth of a function call; `name` in lower case. Raises `NotRead`."""
    found = FUNCTIONS.get(name)
    if found is None:
        raise NotRead(notice("arcade", "The Arcade function “{name}” is not supported.", name=name))
    least, most, function = found
    if not least <= len(arguments) <= most:
        raise not_read(name)
    return function(arguments)


def is_empty(value: Value) -> Value:
    """True for null and for an empty text; NaN and lists are not empty."""
    if value.kind is Kind.MIXED:
        return case_of((condition, is_empty(one)) for condition, one in value.cases)
    if value.is_constant:
        return constant(value.constant is None or value.constant == "")
    if value.kind is Kind.TEXT:
        return boolean(f"coalesce({value.text}, '') = ''" if value.nullable else f"{value.text} = ''")
    if value.kind is Kind.GEOMETRY or value.shown:
        return boolean(f"{value.text} IS NULL") if value.nullable else constant(False)
    if value.kind is Kind.UNKNOWN:
        raise not_read("IsEmpty")
    return constant(False)


def default_value(value: Value, default: Value) -> Value:
    """The value, or the default for what is empty."""
    if value.kind is Kind.NUMBER and default.kind is Kind.NUMBER and not default.nullable and not value.wild:
        whole = value.whole and default.whole
        return Value(Kind.NUMBER, f"coalesce({value.text}, {default.text})", wild=default.wild, whole=whole)
    return each(value, lambda one: choose([(is_empty(one), default)], replace(one, nullable=one is NULL)))


def _type_of(arguments: Arguments) -> Value:
    return each(arguments[0], _type_of_one)


def _type_of_one(value: Value) -> Value:
    if value.kind is Kind.NULL:
        return constant("")
    if value.kind not in _TYPES or value.loose:
        raise not_read("TypeOf")
    named = constant(_TYPES[value.kind])
    return choose([(boolean(f"{value.text} IS NULL"), constant(""))], named) if value.nullable else named


def _part_of_date(name: str) -> Callable[[Arguments], Value]:
    return lambda arguments: dates.date_part(name, arguments[0])


_MANY = 200
FUNCTIONS: Mapping[str, tuple[int, int, Callable[[Arguments], Value]]] = {
    # name: least and most arguments, and what to make of them
    "isempty": (1, 1, lambda arguments: is_empty(arguments[0])),
    "isnan": (1, 1, numbers.is_nan),
    "equals": (2, 2, lambda arguments: equal(*arguments)),
    "defaultvalue": (2, 2, lambda arguments: default_value(*arguments)),
    "hasvalue": (2, 2, lambda arguments: lists.has_value(*arguments)),
    "boolean": (1, 1, numbers.truth),
    "typeof": (1, 1, _type_of),
    # Texts
    "text": (1, 2, texts.text),
    "upper": (1, 1, texts.in_text("upper({})")),
    "lower": (1, 1, texts.in_text("lower({})")),
    "trim": (1, 1, texts.in_text("trim({})")),
    "proper": (1, 2, texts.proper),
    "left": (2, 2, texts.cut("left")),
    "right": (2, 2, texts.cut("right")),
    "mid": (2, 3, texts.middle),
    "find": (2, 3, texts.find),
    "replace": (3, 4, texts.replaced),
    "split": (2, 4, texts.split),
    "concatenate": (0, _MANY, texts.concatenated),
    "urlencode": (1, 1, texts.url_encoded),
    "fromcharcode": (1, _MANY, texts.characters),
    "fromcodepoint": (1, _MANY, texts.characters),
    # Numbers
    "number": (1, 2, numbers.number),
    "round": (1, 2, numbers.rounded),
    "floor": (1, 2, numbers.to_whole("floor")),
    "ceil": (1, 2, numbers.to_whole("ceil")),
    "abs": (1, 1, numbers.in_number("abs({})")),
    "sqrt": (1, 1, numbers.in_number(numbers.SQUARE_ROOT, wild=True)),
    "exp": (1, 1, numbers.in_number("exp({})")),
    "log": (1, 1, numbers.in_number(numbers.LOGARITHM, wild=True)),
    "sin": (1, 1, numbers.in_number("sin({})")),
    "cos": (1, 1, numbers.in_number("cos({})")),
    "tan": (1, 1, numbers.in_number("tan({})")),
    "asin": (1, 1, numbers.in_number(numbers.ARC.format("asin"), wild=True)),
    "acos": (1, 1, numbers.in_number(numbers.ARC.format("acos"), wild=True)),
    "atan": (1, 1, numbers.in_number("atan({})")),
    "atan2": (2, 2, numbers.angle),
    "pow": (2, 2, numbers.power),
    "constrain": (3, 3, numbers.constrained),
    "min": (0, _MANY, numbers.extreme("min")),
    "max": (0, _MANY, numbers.extreme("max")),
    "sum": (0, _MANY, numbers.total),
    "mean": (0, _MANY, numbers.mean),
    "average": (0, _MANY, numbers.mean),
    "variance": (1, _MANY, numbers.spread(root=False)),
    "stdev": (1, _MANY, numbers.spread(root=True)),
    # Lists
    "array": (1, 2, lists.filled),
    "count": (1, 1, lists.count),
    "distinct": (1, _MANY, lists.distinct),
    "first": (1, 1, lists.first),
    "front": (1, 1, lists.at_end("Front")),
    "back": (1, 1, lists.at_end("Back")),
    "includes": (2, 2, lists.includes),
    "indexof": (2, 2, lists.position),
    "reverse": (1, 1, lists.reverse),
    "slice": (1, 3, lists.part),
    "sort": (1, 1, lists.ordered),
    "splice": (1, _MANY, lists.spliced),
    "top": (2, 2, lists.top),
    # Dates
    "date": (0, 7, dates.date),
    "now": (0, 0, lambda _: dates.now()),
    "timestamp": (0, 0, lambda _: dates.now()),
    "today": (0, 0, lambda _: dates.today()),
    "datediff": (2, 3, dates.difference),
    "dateadd": (2, 3, dates.later),
    "millisecond": (1, 1, dates.millisecond),
    "week": (1, 2, dates.week),
    "toutc": (1, 1, dates.to_utc),
    "tolocal": (1, 1, lambda arguments: replace(dates.as_date(arguments[0]), utc=False)),
    **{name: (1, 1, _part_of_date(name)) for name in dates.DATE_PARTS},
    # What a script asks to be loaded or logged is not part of its worth.
    "expects": (1, _MANY, lambda _: NULL),
    "console": (0, _MANY, lambda _: NULL),
}
