"""Arcade's functions of numbers in those of QGIS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import math
import re

from ..convert import NO_NUMBER, as_number
from ..values import (
    BEYOND,
    Arguments,
    Kind,
    Value,
    boolean,
    constant,
    each,
    known_number,
    known_text,
    not_read,
)
from .masks import round_half_up

LOGARITHM = f"CASE WHEN {{0}} > 0 THEN ln({{0}}) WHEN {{0}} = 0 THEN -{BEYOND} END"
SQUARE_ROOT = "CASE WHEN {0} >= 0 THEN sqrt({0}) END"
ARC = "CASE WHEN abs({{0}}) <= 1 THEN {}({{0}}) END"
_MOST_PLACES = 9


def in_number(template: str, wild: bool = False) -> Callable[[Arguments], Value]:
    """A function of one number; `wild` where it may be NaN for a number."""

    def apply(arguments: Arguments) -> Value:
        number = as_number(arguments[0])
        return Value(Kind.NUMBER, template.format(number.text), wild=wild or number.wild)

    return apply


def rounded(arguments: Arguments) -> Value:
    """`Round(number, places)`; halves go up."""
    number, places = as_number(arguments[0]), _places(arguments, "Round")
    known = known_number(number)
    if known is not None and not places and abs(known) < 2**52:
        return constant(float(math.floor(known + 0.5)))
    if number.whole and places >= 0:
        return number
    return Value(Kind.NUMBER, round_half_up(number.text, places), wild=number.wild, integral=places <= 0)


def to_whole(name: str) -> Callable[[Arguments], Value]:
    """Floor and Ceil, with decimals or without."""

    def apply(arguments: Arguments) -> Value:
        number, places = as_number(arguments[0]), _places(arguments, name)
        known = known_number(number)
        if known is not None and not places:
            return constant(float(math.floor(known) if name == "floor" else math.ceil(known)))
        if number.whole and places >= 0:
            return number
        if not places:
            return Value(Kind.NUMBER, f"{name}({number.text})", wild=number.wild, integral=True)
        if places < 0:
            raise not_read(name)
        scale = f"1{'0' * places}"
        # The product is rounded first, so that 2.3 * 10 is 23 and no less.
        text = f"({name}(round({number.text} * {scale}, {_MOST_PLACES})) / {scale})"
        return Value(Kind.NUMBER, text, wild=number.wild)

    return apply


def _places(arguments: Arguments, name: str) -> int:
    places = known_number(as_number(arguments[1])) if len(arguments) > 1 else 0.0
    if places is None or places != int(places) or not -15 <= places <= _MOST_PLACES:
        raise not_read(name)
    return int(places)


def listed(arguments: Arguments) -> Arguments:
    """The numbers of a call like `Max(a, b)` or `Max([a, b])`; dates are none."""
    items = list(arguments[0].items) if arguments and arguments[0].kind is Kind.LIST else arguments
    return [NO_NUMBER if item.kind is Kind.DATE else as_number(item) for item in items]


def extreme(name: str) -> Callable[[Arguments], Value]:
    """Max and Min; NaN where one of the numbers is."""

    def apply(arguments: Arguments) -> Value:
        if arguments and arguments[0].kind is Kind.ARRAY:
            return _of_array(arguments[0], f"array_{name}", name)
        if arguments and arguments[0].kind is Kind.RELATED:
            return related(arguments, name)
        numbers = listed(arguments)
        if not numbers:
            return Value(Kind.NUMBER, f"-{BEYOND}" if name == "max" else BEYOND, wild=True)
        wild = [number.text for number in numbers if number.wild]
        text = (
            f"{name}({', '.join(number.text for number in numbers)})" if len(numbers) > 1 else numbers[0].text
        )
        if wild:
            # QGIS would leave out what is no number.
            unknown = " OR ".join(f"{one} IS NULL" for one in wild)
            text = f"CASE WHEN NOT ({unknown}) THEN {text} END"
        return Value(Kind.NUMBER, text, wild=bool(wild), whole=all(number.whole for number in numbers))

    return apply


def total(arguments: Arguments) -> Value:
    """`Sum(a, b, …)`."""
    if arguments and arguments[0].kind is Kind.ARRAY:
        return _of_array(arguments[0], "array_sum", "Sum")
    if arguments and arguments[0].kind is Kind.RELATED:
        return related(arguments, "sum")
    numbers = listed(arguments)
    if not numbers:
        return constant(0.0)
    text = " + ".join(number.text for number in numbers)
    return Value(
        Kind.NUMBER,
        f"({text})",
        wild=any(number.wild for number in numbers),
        whole=all(number.whole for number in numbers),
    )


def mean(arguments: Arguments) -> Value:
    """`Mean(a, b, …)` and `Average(a, b, …)`."""
    if arguments and arguments[0].kind is Kind.ARRAY:
        return _of_array(arguments[0], "array_mean", "Mean")
    if arguments and arguments[0].kind is Kind.RELATED:
        return related(arguments, "mean")
    numbers = listed(arguments)
    if not numbers:
        return NO_NUMBER
    return replace(total(numbers), text=f"({total(numbers).text} / {len(numbers)})", whole=False)


def spread(root: bool) -> Callable[[Arguments], Value]:
    """Variance and Stdev of a whole population."""

    def apply(arguments: Arguments) -> Value:
        numbers = listed(arguments)
        if not 1 <= len(numbers) <= 12:
            raise not_read("Variance")
        middle = mean(numbers)
        squares = " + ".join(f"({number.text} - {middle.text}) ^ 2" for number in numbers)
        text = f"(({squares}) / {len(numbers)})"
        return Value(Kind.NUMBER, f"sqrt({text})" if root else text, wild=middle.wild)

    return apply


def _of_array(array: Value, function: str, name: str) -> Value:
    """An aggregate of a list that QGIS makes. A list of nothing is no number but in Sum."""
    if array.item is None or array.item.kind is not Kind.NUMBER or array.item.wild:
        raise not_read(name)
    text = array.text
    if array.item.nullable:
        text = f"array_foreach({text}, coalesce(@element, 0))"
    if function == "array_sum":
        return Value(Kind.NUMBER, f"coalesce(array_sum({text}), 0)")
    beyond = {"array_max": f"-{BEYOND}", "array_min": BEYOND}.get(function)
    return Value(
        Kind.NUMBER, f"coalesce({function}({text}), {beyond})" if beyond else f"{function}({text})", wild=True
    )


def related(arguments: Arguments, statistic: str) -> Value:
    """`Sum(records, field)` and the like, of a field by its name alone."""
    name = known_text(arguments[1]) if len(arguments) == 2 else None
    if name is None or not re.fullmatch(r"\w+", name):
        raise not_read(statistic.title())
    text = f"relation_aggregate({arguments[0].text}, '{statistic}', \"{name}\")"
    # Of no records, there is no greatest, and no mean; their sum is 0.
    return Value(Kind.NUMBER, f"coalesce({text}, 0)" if statistic == "sum" else text, wild=True)


def power(arguments: Arguments) -> Value:
    """`Pow(base, exponent)`; NaN for roots of negative numbers, without bounds for 0 ^ -1."""
    base, exponent = as_number(arguments[0]), known_number(as_number(arguments[1]))
    if exponent is None:
        raise not_read("Pow")
    text = f"({base.text} ^ {as_number(arguments[1]).text})"
    if exponent < 0:
        if exponent != int(exponent):
            raise not_read("Pow")
        return Value(
            Kind.NUMBER,
            f"CASE WHEN {base.text} <> 0 THEN {text} WHEN {base.text} = 0 THEN {BEYOND} END",
            wild=True,
        )
    if exponent != int(exponent):
        return Value(Kind.NUMBER, f"CASE WHEN {base.text} >= 0 THEN {text} END", wild=True)
    return Value(Kind.NUMBER, text, wild=base.wild)


def constrained(arguments: Arguments) -> Value:
    """`Constrain(number, least, most)`."""
    number, least, most = (as_number(one) for one in arguments)
    bounds = known_number(least), known_number(most)
    if bounds[0] is None or bounds[1] is None or bounds[0] > bounds[1]:
        raise not_read("Constrain")
    inner = extreme("max")([number, least])
    return extreme("min")([inner, most])


def number(arguments: Arguments) -> Value:
    """`Number(value)`; of a literal also by a mask."""
    if len(arguments) == 1:
        return as_number(arguments[0])
    text, mask = known_text(arguments[0]), known_text(arguments[1])
    if text is None or mask is None or not set(mask) <= set("#0,.$"):
        raise not_read("Number")
    return as_number(constant(text.replace("$", "").replace(",", "")))


def is_nan(arguments: Arguments) -> Value:
    """`IsNan(value)`."""
    (value,) = arguments
    if not value.shown or value.kind is Kind.MIXED:
        raise not_read("IsNan")
    return boolean(f"{value.text} IS NULL") if value.wild else constant(False)


def truth(arguments: Arguments) -> Value:
    """`Boolean(value)`: true for “true” and for all numbers but 0."""
    return each(arguments[0], _truth)


def _truth(value: Value) -> Value:
    if value.kind is Kind.BOOLEAN and not value.nullable:
        return value
    if value.kind is Kind.NULL:
        return constant(False)
    if value.kind is Kind.NUMBER:
        return boolean(f"coalesce({value.text}, 0) <> 0")
    known = known_text(value)
    if known is not None:
        return constant(known.casefold() == "true")
    if value.kind is Kind.TEXT and not value.loose:
        return boolean(f"lower(coalesce({value.text}, '')) = 'true'")
    raise not_read("Boolean")


def angle(arguments: Arguments) -> Value:
    """`Atan2(y, x)`."""
    y, x = (as_number(one) for one in arguments)
    return Value(Kind.NUMBER, f"atan2({y.text}, {x.text})", wild=y.wild or x.wild)
