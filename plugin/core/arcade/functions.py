"""Arcade's functions in those of QGIS; what is not in the table is not read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..offline.plan import notice
from .dates import DATE_PARTS, date_part, difference, known_date, later, local, make_date, now, today
from .masks import date_by_mask, number_by_mask, round_half_up
from .operators import any_of, equal
from .tree import NotRead
from .values import (
    BEYOND,
    NULL,
    Kind,
    Value,
    as_number,
    as_text,
    boolean,
    case_of,
    choose,
    constant,
    each,
    is_true,
    joined,
    known_number,
    known_text,
    refused,
)

Arguments = list[Value]


def call(name: str, arguments: Arguments) -> Value:
    """The worth of a function call; `name` in lower case. Raises `NotRead`."""
    if name in DATE_PARTS and len(arguments) == 1:
        return date_part(name, arguments[0])
    found = FUNCTIONS.get(name)
    if found is None:
        raise NotRead(notice("arcade", "The Arcade function “{name}” is not read.", name=name))
    least, most, function = found
    if not least <= len(arguments) <= most:
        raise not_read(name)
    return function(arguments)


def not_read(name: str) -> NotRead:
    """For a call in a form that is not in the table."""
    return NotRead(notice("arcade", "This use of the Arcade function “{name}” is not read.", name=name))


def is_empty(value: Value) -> Value:
    """True for null and for an empty text; NaN is not empty."""
    if value.kind is Kind.MIXED:
        return case_of((condition, is_empty(one)) for condition, one in value.cases)
    if value.is_constant:
        return constant(value.constant is None or value.constant == "")
    if value.kind is Kind.TEXT:
        return boolean(f"coalesce({value.text}, '') = ''" if value.nullable else f"{value.text} = ''")
    if not value.shown:
        raise not_read("IsEmpty")
    return boolean(f"{value.text} IS NULL") if value.nullable else constant(False)


def default_value(value: Value, default: Value) -> Value:
    """The value, or the default for what is empty."""
    if value.kind is Kind.NUMBER and default.kind is Kind.NUMBER and not default.nullable and not value.wild:
        return Value(Kind.NUMBER, f"coalesce({value.text}, {default.text})", wild=default.wild)
    return each(value, lambda one: choose([(is_empty(one), default)], replace(one, nullable=one is NULL)))


def decode(arguments: Arguments) -> Value:
    """`Decode(value, key, result, …, default)`."""
    value, *pairs = arguments
    if len(pairs) % 2 == 0:
        raise not_read("Decode")
    return choose([(equal(value, key), result) for key, result in zip(pairs[:-1:2], pairs[1::2])], pairs[-1])


def _when(arguments: Arguments) -> Value:
    if len(arguments) % 2 == 0:
        raise not_read("When")
    return choose(
        [(is_true(test), value) for test, value in zip(arguments[:-1:2], arguments[1::2])], arguments[-1]
    )


def _text(arguments: Arguments) -> Value:
    value, mask = arguments[0], known_text(arguments[1]) if len(arguments) > 1 else ""
    if mask is None or not value.shown:
        raise not_read("Text")
    return each(value, lambda one: _masked(one, mask)) if mask else as_text(value)


def _masked(value: Value, mask: str) -> Value:
    if value.kind is Kind.DATE:
        text = date_by_mask(local(value), mask)
        return Value(Kind.TEXT, f"coalesce({text}, '')" if value.nullable else text)
    if value.kind is not Kind.NUMBER:
        return as_text(value)
    if not value.nullable:
        return number_by_mask(value, mask)
    return Value(Kind.TEXT, f"coalesce({_present(value, mask)}, '')")


def _present(value: Value, mask: str) -> str:
    """The masked number, null for null."""
    masked = number_by_mask(replace(value, nullable=False), mask)
    return f"CASE WHEN {value.text} IS NOT NULL THEN {masked.text} END"


def _in_text(template: str) -> Callable[[Arguments], Value]:
    """A function of one text."""
    return lambda arguments: Value(Kind.TEXT, template.format(as_text(arguments[0]).text))


def _in_number(template: str, wild: bool = False) -> Callable[[Arguments], Value]:
    """A function of one number; `wild` where it may be NaN for a number."""

    def apply(arguments: Arguments) -> Value:
        number = as_number(arguments[0])
        return Value(Kind.NUMBER, template.format(number.text), wild=wild or number.wild)

    return apply


def _rounded(arguments: Arguments) -> Value:
    number, places = as_number(arguments[0]), known_number(arguments[1]) if len(arguments) > 1 else 0.0
    if places is None or not -15 <= places <= 9:
        raise not_read("Round")
    return Value(Kind.NUMBER, round_half_up(number.text, int(places)), wild=number.wild)


def _cut(arguments: Arguments, name: str) -> Value:
    """Left and Right; QGIS takes a negative length for one from the other end."""
    length = known_number(arguments[1])
    text = f"{int(max(length, 0))}" if length is not None else f"max(0, floor({_tame(arguments[1], name)}))"
    return Value(Kind.TEXT, f"{name}({as_text(arguments[0]).text}, {text})")


def _middle(arguments: Arguments) -> Value:
    start = known_number(arguments[1])
    length = known_number(arguments[2]) if len(arguments) > 2 else 2**31 - 2
    if start is None or length is None or start < 0 or length < 0:
        raise not_read("Mid")
    # Beyond the end of the text QGIS gives null.
    text = f"substr({as_text(arguments[0]).text}, {int(start) + 1}, {int(length)})"
    return Value(Kind.TEXT, f"coalesce({text}, '')")


def _find(arguments: Arguments) -> Value:
    if len(arguments) > 2:
        raise not_read("Find")
    needle, text = (as_text(argument).text for argument in arguments)
    return Value(Kind.NUMBER, f"(strpos({text}, {needle}) - 1)")


def _replaced(arguments: Arguments) -> Value:
    if len(arguments) == 4 and not (arguments[3].is_constant and arguments[3].constant is True):
        raise not_read("Replace")
    old = known_text(arguments[1])
    if not old:
        raise not_read("Replace")
    text, new = as_text(arguments[0]).text, as_text(arguments[2]).text
    return Value(Kind.TEXT, f"replace({text}, {arguments[1].text}, {new})")


def _split(arguments: Arguments) -> Value:
    if not known_text(arguments[1]):
        raise not_read("Split")
    return Value(Kind.PARTS, f"string_to_array({as_text(arguments[0]).text}, {arguments[1].text})")


def _count(arguments: Arguments) -> Value:
    (value,) = arguments
    if value.kind is Kind.LIST:
        return constant(float(len(value.items)))
    if value.kind is Kind.PARTS:
        return Value(Kind.NUMBER, f"array_length({value.text})")
    if value.kind is Kind.TEXT and not value.loose:
        return Value(Kind.NUMBER, f"length({as_text(value).text})")
    raise not_read("Count")


def _concatenated(arguments: Arguments) -> Value:
    if arguments and arguments[0].kind is Kind.PARTS and len(arguments) == 2:
        return Value(Kind.TEXT, f"array_to_string({arguments[0].text}, {as_text(arguments[1]).text})")
    if not arguments or arguments[0].kind is not Kind.LIST:
        return joined(arguments)
    if len(arguments) > 2:
        raise not_read("Concatenate")
    between = arguments[1] if len(arguments) == 2 else constant("")
    texts = [text for item in arguments[0].items for text in (between, item)]
    return joined(texts[1:])


def _listed(arguments: Arguments) -> Arguments:
    """The numbers of a call like `Max(a, b)` or `Max([a, b])`."""
    items = list(arguments[0].items) if arguments[0].kind is Kind.LIST else arguments
    if not items or any(item.kind is Kind.DATE for item in items):
        raise refused()
    return [as_number(item) for item in items]


def _tame(value: Value, name: str) -> str:
    """The text of a number that cannot be NaN."""
    number = as_number(value)
    if number.wild:
        raise not_read(name)
    return number.text


def _extreme(name: str) -> Callable[[Arguments], Value]:
    def apply(arguments: Arguments) -> Value:
        return Value(
            Kind.NUMBER, f"{name}({', '.join(_tame(number, name) for number in _listed(arguments))})"
        )

    return apply


def _sum(arguments: Arguments) -> Value:
    numbers = _listed(arguments)
    text = " + ".join(number.text for number in numbers)
    return Value(Kind.NUMBER, f"({text})", wild=any(number.wild for number in numbers))


def _mean(arguments: Arguments) -> Value:
    total = _sum(arguments)
    return replace(total, text=f"({total.text} / {len(_listed(arguments))})")


def _position(arguments: Arguments) -> Value:
    listed, value = arguments
    if listed.kind is not Kind.LIST:
        raise not_read("IndexOf")
    cases = [(equal(item, value), constant(float(index))) for index, item in enumerate(listed.items)]
    return choose(cases, constant(-1.0))


def _includes(arguments: Arguments) -> Value:
    listed, value = arguments
    if listed.kind is not Kind.LIST:
        raise not_read("Includes")
    return any_of([equal(item, value) for item in listed.items])


def _power(arguments: Arguments) -> Value:
    base, exponent = as_number(arguments[0]), known_number(arguments[1])
    if exponent is None or exponent < 0 or exponent != int(exponent):
        raise not_read("Pow")
    return Value(Kind.NUMBER, f"({base.text} ^ {arguments[1].text})", wild=base.wild)


def _date(arguments: Arguments) -> Value:
    if not arguments:
        return now()
    return each(arguments[0], known_date) if len(arguments) == 1 else make_date(arguments)


def _is_nan(arguments: Arguments) -> Value:
    (value,) = arguments
    if not value.shown or value.kind is Kind.MIXED:
        raise not_read("IsNan")
    return boolean(f"{value.text} IS NULL") if value.wild else constant(False)


_LOGARITHM = f"CASE WHEN {{0}} > 0 THEN ln({{0}}) WHEN {{0}} = 0 THEN -{BEYOND} END"
_MANY = 200
FUNCTIONS: Mapping[str, tuple[int, int, Callable[[Arguments], Value]]] = {
    # name: least and most arguments, and what to make of them
    "iif": (3, 3, _when),
    "when": (3, _MANY, _when),
    "decode": (4, _MANY, decode),
    "isempty": (1, 1, lambda arguments: is_empty(arguments[0])),
    "isnan": (1, 1, _is_nan),
    "equals": (2, 2, lambda arguments: equal(*arguments)),
    "defaultvalue": (2, 2, lambda arguments: default_value(*arguments)),
    "text": (1, 2, _text),
    "number": (1, 1, lambda arguments: as_number(arguments[0])),
    "upper": (1, 1, _in_text("upper({})")),
    "lower": (1, 1, _in_text("lower({})")),
    "trim": (1, 1, _in_text("trim({})")),
    "proper": (1, 1, _in_text("coalesce(title({}), '')")),
    "left": (2, 2, lambda arguments: _cut(arguments, "left")),
    "right": (2, 2, lambda arguments: _cut(arguments, "right")),
    "mid": (2, 3, _middle),
    "find": (2, 3, _find),
    "replace": (3, 4, _replaced),
    "split": (2, 2, _split),
    "concatenate": (0, _MANY, _concatenated),
    "count": (1, 1, _count),
    "round": (1, 2, _rounded),
    "floor": (1, 1, _in_number("floor({})")),
    "ceil": (1, 1, _in_number("ceil({})")),
    "abs": (1, 1, _in_number("abs({})")),
    "sqrt": (1, 1, _in_number("CASE WHEN {0} >= 0 THEN sqrt({0}) END", wild=True)),
    "exp": (1, 1, _in_number("exp({})")),
    "log": (1, 1, _in_number(_LOGARITHM, wild=True)),
    "pow": (2, 2, _power),
    "min": (1, _MANY, _extreme("min")),
    "max": (1, _MANY, _extreme("max")),
    "sum": (1, _MANY, _sum),
    "mean": (1, _MANY, _mean),
    "average": (1, _MANY, _mean),
    "includes": (2, 2, _includes),
    "indexof": (2, 2, _position),
    "date": (0, 6, _date),
    "now": (0, 0, lambda _: now()),
    "today": (0, 0, lambda _: today()),
    "datediff": (2, 3, difference),
    "dateadd": (2, 3, later),
    # What a script asks to be loaded or logged is not part of its worth.
    "expects": (1, _MANY, lambda _: NULL),
    "console": (0, _MANY, lambda _: NULL),
}
