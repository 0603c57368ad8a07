"""The query language of `search`, as far as offline maps need it.

    type:"Web Map" -type:"Web Mapping Application" typekeywords:"Offline Map Areas" (owner:a OR owner:b)

Terms side by side must all hold. `field:"a phrase"` or `field:word` looks into one field, a bare
word into title, tags and snippet. Case does not matter.
"""

from __future__ import annotations

import re
from typing import Any, Callable

Item = dict[str, Any]
Test = Callable[[Item], bool]

_PIECE = re.compile(
    r"""\s*(?: (?P<mark>[()]) | (?P<not>-|NOT\b) | (?P<and>AND\b) | (?P<or>OR\b)
      | (?P<field>\w+)\s*:\s*(?P<value>"[^"]*"|[^\s()]+) | (?P<word>"[^"]*"|[^\s()]+) )""",
    re.VERBOSE,
)

_EXACT = {"id": "id", "owner": "owner", "access": "access", "orgid": "orgId", "accountid": "orgId"}


def parse(query: str) -> Test:
    """The test that an item must pass. Raises ValueError for a query that cannot be read."""
    pieces = []
    position, query = 0, query.strip()
    while position < len(query):
        match = _PIECE.match(query, position)
        if match is None:
            raise ValueError(query)
        pieces.append(match)
        position = match.end()
    test, rest = _any_of(pieces)
    if rest:
        raise ValueError(query)
    return test


def _any_of(pieces: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    test, pieces = _all_of(pieces)
    tests = [test]
    while pieces and pieces[0]["or"]:
        test, pieces = _all_of(pieces[1:])
        tests.append(test)
    return (lambda item: any(test(item) for test in tests)), pieces


def _all_of(pieces: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    tests: list[Test] = []
    while pieces and not pieces[0]["or"] and pieces[0]["mark"] != ")":
        if pieces[0]["and"]:
            pieces = pieces[1:]
        test, pieces = _one(pieces)
        tests.append(test)
    if not tests:
        raise ValueError("a term is missing")
    return (lambda item: all(test(item) for test in tests)), pieces


def _one(pieces: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    if not pieces:
        raise ValueError("a term is missing")
    piece, rest = pieces[0], pieces[1:]
    if piece["not"]:
        test, rest = _one(rest)
        return (lambda item: not test(item)), rest
    if piece["mark"] == "(":
        test, rest = _any_of(rest)
        if not rest or rest[0]["mark"] != ")":
            raise ValueError("a bracket is not closed")
        return test, rest[1:]
    if piece["field"]:
        return _field(piece["field"].lower(), piece["value"].strip('"').lower()), rest
    return _words(piece["word"].strip('"').lower(), ("title", "tags", "snippet")), rest


def _field(field: str, value: str) -> Test:
    if field in _EXACT:
        return lambda item: str(item.get(_EXACT[field], "")).lower() == value
    if field == "typekeywords":
        return lambda item: value in (keyword.lower() for keyword in item["typeKeywords"])
    if field == "group":
        return lambda item: value in item["groups"]
    return _words(value, (field,))


def _words(value: str, fields: tuple[str, ...]) -> Test:
    """Whole words in order: `web map` is in "My Web Map", not in "Web Mapping Application"."""
    phrase = re.compile(r"(?<!\w)" + re.escape(value).replace(r"\*", r"\w*") + r"(?!\w)", re.IGNORECASE)

    def test(item: Item) -> bool:
        texts = [item.get(field) or "" for field in fields]
        return any(phrase.search(" | ".join(text) if isinstance(text, list) else text) for text in texts)

    return test
