"""An Arcade script → the text of a QGIS expression."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..offline.plan import notice
from .convert import as_text, number_as_text
from .fields import Fields
from .interpreter import Interpreter
from .parser import parse
from .tree import Node, NotRead
from .values import Kind, Value, each


@dataclass(frozen=True)
class Translation:
    """A QGIS expression and the kind of its values; dates come out as QGIS dates."""

    text: str
    kind: Kind


def translate(script: str, fields: Fields) -> Translation:
    """The QGIS expression of a script. Raises `NotRead`."""
    interpreter, value = _run(script, fields)
    return Translation(interpreter.keeper.written_out(each(value, _final).text), value.kind)


def translate_text(script: str, fields: Fields) -> str:
    """The QGIS expression of what a script shows: a text, null for nothing. Raises `NotRead`."""
    interpreter, value = _run(script, fields)
    return interpreter.keeper.written_out(shown_text(value))


def value_of(node: Node, fields: Fields) -> Value:
    """The worth of one expression that is a tree already. Raises `NotRead`."""
    interpreter = Interpreter(fields)
    value = interpreter.run((node,))
    return replace(value, text=interpreter.keeper.written_out(value.text), parts=(), cases=())


def shown_text(value: Value) -> str:
    """The QGIS expression of what a value shows; null for nothing."""
    return value.text if value.kind is Kind.TEXT else each(value, _shown).text


def _run(script: str, fields: Fields) -> tuple[Interpreter, Value]:
    interpreter = Interpreter(fields)
    value = interpreter.run(parse(script))
    if not value.shown:
        raise NotRead(notice("arcade", "An Arcade expression that gives a list or a feature is not read."))
    return interpreter, value


def _final(value: Value) -> Value:
    """Dates as QGIS has them."""
    return Value(value.kind, f"datetime_from_epoch({value.text})") if value.kind is Kind.DATE else value


def _shown(value: Value) -> Value:
    """Nothing for null; dates as they read in any language."""
    if value.kind is Kind.DATE:
        text = f"format_date(datetime_from_epoch({value.text}), 'yyyy-MM-dd hh:mm')"
        return Value(Kind.TEXT, text, nullable=True)
    if value.kind is Kind.NULL or value.kind is Kind.TEXT:
        return value
    if value.nullable and value.kind is Kind.NUMBER:
        return Value(Kind.TEXT, number_as_text(value), nullable=True)
    return as_text(value)
