"""Which kinds of edits a layer or table of a working copy takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rights:
    """What may be sent from here: new rows, changed rows, deletions. Rows that were never sent are free."""

    insert: bool = True
    update: bool = True
    delete: bool = True
