"""What is asked of an update."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Optional


class UpdateDirection(Enum):
    """Which way edits travel; in the order of the choices of the algorithm."""

    BOTH = "both"
    DOWNLOAD = "download"
    UPLOAD = "upload"


@dataclass(frozen=True)
class UpdateRequest:
    """`rollback`: all edits or none. `dry_run`: nothing is changed; its `report` goes elsewhere.

    `report` is the file of the report; None for one in the folder `updates` of the map.
    """

    folder: Path
    direction: UpdateDirection = UpdateDirection.BOTH
    rollback: bool = False
    dry_run: bool = False
    report: Optional[Path] = None

    def as_json(self) -> dict[str, Any]:
        """The `parameters` of the report."""
        return {
            "direction": self.direction.value,
            "rollbackOnFailure": self.rollback,
            "dryRun": self.dry_run,
        }
