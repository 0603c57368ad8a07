"""Two SQL statements compared by what they mean: blanks, letter case and equal ways to write NULL aside.

GDAL writes the triggers of the same index with other blanks and letter case than the specification
does, and SQLite writes a trigger anew when a layer or a column gets another name.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[^\w\s]""")
_NULL = {("is", "not", "null"): "notnull", ("not", "null"): "notnull", ("is", "null"): "isnull"}


def meaning_of(statement: str) -> tuple[str, ...]:
    """The words of a statement in one spelling; equal for statements that do the same.

    Unequal ones may still do the same. Comments count as words, for SQLite keeps and nobody needs them.
    """
    words = [_word(token) for token in _TOKEN.findall(statement)]
    result, at = [], 0
    while at < len(words):
        length = next((n for n in (3, 2) if tuple(words[at : at + n]) in _NULL), 1)
        result.append(_NULL.get(tuple(words[at : at + length]), words[at]))
        at += length
    return tuple(result)


def _word(token: str) -> str:
    """Keywords and names in small letters, as far as SQLite folds them: ASCII; texts as they are."""
    return token if token[0] == "'" else token.encode().lower().decode()
