"""An Arcade script → the text of a QGIS expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Optional

from ..notice import notice
from .convert import as_text
from .field_text import AS_IT_IS, FieldFormat, shown_value
from .fields import Fields
from .script.evaluator import Evaluator
from .syntax.parser import parse
from .syntax.tree import Node, NotRead
from .values import Kind, Value, each, known_text, unquoted

Parts = tuple[tuple[Optional[str], str], ...]
"""Of a text: what is known of it before any feature is seen, and the QGIS expression of the same."""


@dataclass(frozen=True)
class Translation:
    """A QGIS expression and the kind of its values; dates come out as QGIS dates."""

    text: str
    kind: Kind


def translate(script: str, fields: Fields) -> Translation:
    """The QGIS expression of a script. Raises `NotRead`."""
    evaluator, value = _run(script, fields)
    return Translation(evaluator.keeper.written_out(each(value, _final).text), value.kind)


def translate_text(script: str, fields: Fields, form: FieldFormat = AS_IT_IS) -> str:
    """The QGIS expression of what a script shows: a text, null for nothing. Raises `NotRead`."""
    evaluator, value = _run(script, fields)
    return evaluator.keeper.written_out(shown_value(value, form).text)


def value_of(node: Node, fields: Fields) -> Value:
    """The worth of one expression that is a tree already. Raises `NotRead`."""
    evaluator = Evaluator(fields)
    value = evaluator.run((node,))
    return replace(value, text=evaluator.keeper.written_out(value.text), parts=(), cases=())


def translate_parts(script: str, fields: Fields, form: FieldFormat = AS_IT_IS) -> dict[str, Parts]:
    """A script that gives a dictionary of texts, as the content of a popup. Raises `NotRead`.

    Of each text its parts: those that are known, and QGIS expressions of the others. What is in a
    dictionary inside has both keys, as `attributes.NAME`.
    """
    evaluator = Evaluator(fields)
    value = evaluator.run(parse(script))
    if value.kind is not Kind.DICTIONARY:
        raise NotRead(
            notice("arcade", "Arcade expressions that return a list or a feature are not supported.")
        )
    found: dict[str, Parts] = {}
    for key, member in _members(evaluator.opened(value), evaluator, ""):
        shown = shown_value(member, form)
        if member.kind is Kind.TEXT and member.parts:
            texts = [_part(part, evaluator) for part in member.parts]
        else:
            texts = [
                _part(shown.text, evaluator, known_text(as_text(member)) if member.is_constant else None)
            ]
        found[key] = tuple(texts)
    return found


def _members(value: Value, evaluator: Evaluator, path: str) -> Iterator[tuple[str, Value]]:
    """All members that can be shown, those of lists by their positions."""
    inside = value.members.items() if value.kind is Kind.DICTIONARY else enumerate(value.items)
    for key, member in inside:
        one = evaluator.opened(member)
        name = f"{path}{key}"
        if one.kind in (Kind.DICTIONARY, Kind.LIST):
            yield from _members(one, evaluator, f"{name}.")
        elif one.shown:
            yield name, one
        else:
            raise NotRead(
                notice("arcade", "Arcade expressions that return a list or a feature are not supported.")
            )


def _part(text: str, evaluator: Evaluator, known: Optional[str] = None) -> tuple[Optional[str], str]:
    literal = known if known is not None else unquoted(text)
    return literal, evaluator.keeper.written_out(text)


def _run(script: str, fields: Fields) -> tuple[Evaluator, Value]:
    evaluator = Evaluator(fields)
    value = evaluator.run(parse(script))
    if not value.shown:
        raise NotRead(
            notice("arcade", "Arcade expressions that return a list or a feature are not supported.")
        )
    return evaluator, value


def _final(value: Value) -> Value:
    """Dates as QGIS has them."""
    return Value(value.kind, f"datetime_from_epoch({value.text})") if value.kind is Kind.DATE else value
