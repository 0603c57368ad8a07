"""What is done to an offline map that is on this computer, as a job of the queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from ...core.offline_map.area_status import Activity
from ..rows.area_key import AreaKey
from .tasks import Outcome


@dataclass(frozen=True)
class MapJob:
    """A run of an algorithm whose INPUT is the offline map; `more` are its other parameters.

    `description` is what the task manager calls it, `ended` is told what came of it.
    """

    is_staged: ClassVar[bool] = False
    size: ClassVar[int] = 0

    key: AreaKey
    title: str
    folder: Path
    algorithm: str
    activity: Activity
    description: str
    ended: Callable[[Outcome], None] = field(compare=False)
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, Any]:
        """Those of the algorithm."""
        return {"INPUT": str(self.folder), **self.more}
