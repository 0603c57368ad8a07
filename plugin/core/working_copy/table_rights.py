"""Which kinds of edits a table of a working copy takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rights:
    """What may be done to the rows of a table."""

    insert: bool
    update: bool
    delete: bool
