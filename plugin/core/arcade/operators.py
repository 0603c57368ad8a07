"""Arcade's operators. Every rule here was seen in the SDK's answers for values, nulls and zeros."""

from __future__ import annotations

from collections.abc import Callable, Mapping
import math
import operator as python
from typing import Any, Optional

from .convert import as_number, joined
from .values import (
    BEYOND,
    NULL,
    Kind,
    Value,
    boolean,
    case_of,
    choose,
    constant,
    is_true,
    known_number,
    known_text,
    refused,
)

_ARITHMETIC = (Kind.NULL, Kind.NUMBER, Kind.BOOLEAN)
_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_CALCULATIONS: Mapping[str, Callable[[float, float], float]] = {
    "+": python.add,
    "-": python.sub,
    "*": python.mul,
    "/": python.truediv,
    "%": math.fmod,
}


def binary(operator: str, left: Value, right: Value) -> Value:
    """`left operator right`. Raises `NotRead`."""
    if operator in ("&&", "||"):
        return _logic(operator, is_true(left), right)
    if operator in ("==", "!="):
        same = equal(left, right)
        return same if operator == "==" else negation(same)
    if not (left.shown and right.shown):
        raise refused()
    known = _known(operator, left, right)
    if known is not None:
        return known
    for side, other, turned in ((left, right, False), (right, left, True)):
        if side.kind is Kind.MIXED:
            pairs = [(condition, one, other) for condition, one in side.cases]
            return case_of(
                (condition, binary(operator, *((b, a) if turned else (a, b)))) for condition, a, b in pairs
            )
    if operator in _RELATIONS:
        return _relation(operator, left, right)
    return _plus(left, right) if operator == "+" else _calculation(operator, left, right)


def _known(operator: str, left: Value, right: Value) -> Optional[Value]:
    """The worth of an operation of literals; None where it is no finite number or truth value."""
    a, b = known_number(left), known_number(right)
    if operator in _RELATIONS:
        if a is not None and b is not None:
            return constant(_RELATIONS[operator](a, b))
        first, second = known_text(left), known_text(right)
        if first is None or second is None:
            return None
        # JavaScript compares the units of UTF-16.
        units = [text.encode("utf-16-be", "surrogatepass") for text in (first, second)]
        return constant(_RELATIONS[operator](*units))
    if a is None or b is None or (operator in "/%" and not b):
        return None
    result = _CALCULATIONS[operator](a, b)
    return constant(float(result)) if math.isfinite(result) else None


def unary(operator: str, operand: Value) -> Value:
    """`!operand`, `-operand`, `+operand`. Raises `NotRead`."""
    if operator == "!":
        return negation(is_true(operand))
    if operand.kind is Kind.DATE or not operand.shown:
        raise refused()
    known = known_number(operand)
    if known is not None:
        return constant(-known if operator == "-" else known)
    number = as_number(operand)
    return number if operator == "+" else Value(Kind.NUMBER, f"(-({number.text}))", wild=number.wild)


def negation(value: Value) -> Value:
    """The opposite of a truth value."""
    return constant(not value.constant) if value.is_constant else boolean(f"NOT {value.text}")


def _logic(operator: str, left: Value, right: Value) -> Value:
    decides = operator == "||"
    if left.is_constant and left.constant is decides:
        # What stands behind it is not even looked at.
        return left
    right = is_true(right)
    for known, other in ((left, right), (right, left)):
        if known.is_constant:
            return known if known.constant is decides else other
    return boolean(f"{left.text} {'OR' if decides else 'AND'} {right.text}")


def _plus(left: Value, right: Value) -> Value:
    """A sum, or texts in a row. Null + null is the number 0, so that two null texts show “0”."""
    if left.kind in _ARITHMETIC and right.kind in _ARITHMETIC:
        return _calculation("+", left, right)
    if Kind.TEXT not in (left.kind, right.kind):
        return _calculation("+", left, right)
    text = joined((left, right))
    if any(side.kind is Kind.TEXT and not side.nullable and not side.loose for side in (left, right)):
        return text
    kinds = [side.kind for side in (left, right)]
    if Kind.DATE in kinds:
        raise refused()
    loose = left.loose or right.loose
    # Either side may be a number by now, and numbers are added, not put in a row.
    if Kind.BOOLEAN in kinds or (left.loose and right.loose) or (loose and Kind.NUMBER in kinds):
        raise refused()
    if loose or not (left.nullable and right.nullable):
        return Value(Kind.TEXT, text.text, loose=True, parts=text.parts)
    nothing = " AND ".join(f"{side.text} IS NULL" for side in (left, right) if side.kind is not Kind.NULL)
    return Value(Kind.TEXT, f"CASE WHEN {nothing} THEN '0' ELSE {text.text} END", loose=True)


def _operand(value: Value) -> Value:
    """A number to calculate with; dates are none, but for null."""
    if value.kind is Kind.DATE:
        return Value(Kind.NUMBER, f"CASE WHEN {value.text} IS NULL THEN 0 END", wild=True)
    return as_number(value)


def _calculation(operator: str, left: Value, right: Value) -> Value:
    a, b = _operand(left), _operand(right)
    wild = a.wild or b.wild
    text = f"({a.text} {operator} {b.text})"
    whole = operator in "+-*" and a.whole and b.whole
    if operator in "/%" and not known_number(b):
        wild = True
        if operator == "/":
            # QGIS divides nothing by zero; Arcade gets infinity, and NaN for 0 / 0.
            zero = f"{b.text} = 0 AND {a.text}"
            text = (
                f"CASE WHEN {b.text} <> 0 THEN {a.text} / {b.text}"
                f" WHEN {zero} > 0 THEN {BEYOND} WHEN {zero} < 0 THEN -{BEYOND} END"
            )
    tail = {"+": b.text, "-": f"(-{b.text})"}.get(operator, "")
    return Value(Kind.NUMBER, text, wild=wild, whole=whole, head=a, tail=tail)


def equal(left: Value, right: Value) -> Value:
    """`left == right`: false for values of two types, true for two nulls, false for NaN."""
    for side, other in ((left, right), (right, left)):
        if side.kind is Kind.MIXED:
            return case_of((condition, equal(one, other)) for condition, one in side.cases)
        if other.kind is Kind.NULL and side.kind is Kind.GEOMETRY:
            return boolean(f"{side.text} IS NULL")
        if other.kind is Kind.NULL and side.kind in (Kind.LIST, Kind.ARRAY, Kind.DICTIONARY, Kind.FEATURE):
            return constant(False)
    if left.loose or right.loose or not (left.shown and right.shown):
        raise refused()
    if left.is_constant and right.is_constant:
        return constant((left.kind, left.constant) == (right.kind, right.constant))
    return _same_kind(left, right) if left.kind is right.kind else _both_null(left, right)


def _both_null(left: Value, right: Value) -> Value:
    if not (left.nullable and right.nullable):
        return constant(False)
    sides = [side for side in (left, right) if side.kind is not Kind.NULL]
    return boolean(" AND ".join(f"{side.text} IS NULL" for side in sides))


def _same_kind(left: Value, right: Value) -> Value:
    if left.kind is Kind.BOOLEAN:
        return _same_truth(is_true(left), is_true(right))
    same = f"{left.text} = {right.text}"
    if left.nullable and right.nullable:
        return boolean(f"coalesce({same}, {left.text} IS NULL AND {right.text} IS NULL)")
    unsure = left.nullable or right.nullable or left.wild or right.wild
    return boolean(f"coalesce({same}, FALSE)" if unsure else same)


def _same_truth(left: Value, right: Value) -> Value:
    """QGIS does not find TRUE equal to what a comparison gives."""
    for known, other in ((left, right), (right, left)):
        if known.is_constant:
            return other if known.constant else negation(other)
    return boolean(f"({left.text} AND {right.text}) OR NOT ({left.text} OR {right.text})")


def _relation(operator: str, left: Value, right: Value) -> Value:
    """Texts by their characters, everything else as numbers; null is 0, but no text."""
    if left.kind is Kind.TEXT and right.kind is Kind.TEXT:
        if left.loose or right.loose:
            raise refused()
        compared = f"{left.text} {operator} {right.text}"
        if not (left.nullable or right.nullable):
            return boolean(compared)
        nulls = left.nullable and right.nullable and "=" in operator
        other = f"{left.text} IS NULL AND {right.text} IS NULL" if nulls else "FALSE"
        return boolean(f"coalesce({compared}, {other})")
    if Kind.TEXT in (left.kind, right.kind) and (
        NULL in (left, right) or Kind.DATE in (left.kind, right.kind)
    ):
        raise refused()
    a, b = as_number(left), as_number(right)
    compared = f"{a.text} {operator} {b.text}"
    return boolean(f"coalesce({compared}, FALSE)" if a.wild or b.wild else compared)


def any_of(conditions: list[Value]) -> Value:
    """True where one of the conditions is."""
    return choose([(condition, constant(True)) for condition in conditions], constant(False))
