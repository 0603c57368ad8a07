"""What came of a job: per layer, per table, and as report.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
import json
from pathlib import Path
from typing import Any, Optional

from ..errors import OfflineMapError
from ..notice import Notice
from ..storage import write_whole
from ..transfer.fetch import file_name
from ..web_map import LayerRole, MapLayer
from .plan import Plan


@dataclass(frozen=True)
class LayerOutcome:
    """One layer or table: whole, with losses, or failed.

    `losses` tell what the layer could not keep of the web map; their code is the property.
    """

    layer: MapLayer
    package_id: str = ""
    error: Optional[OfflineMapError] = None
    losses: tuple[Notice, ...] = ()

    @property
    def is_table(self) -> bool:
        """True for the web map's tables."""
        return self.layer.role is LayerRole.TABLE

    def as_json(self) -> dict[str, Any]:
        """The entry of `layers` or `tables` in report.json."""
        return {
            "id": self.layer.id,
            "title": self.layer.title,
            "package": self.package_id,
            "error": self.error.as_json() if self.error else None,
            "losses": [_told(loss) for loss in self.losses],
        }


@dataclass(frozen=True)
class Outcomes:
    """All layers and tables of a job, and what else the user should know."""

    entries: tuple[LayerOutcome, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def layer_errors(self) -> tuple[LayerOutcome, ...]:
        """The layers that could not be taken offline."""
        return tuple(entry for entry in self.entries if entry.error and not entry.is_table)

    @property
    def table_errors(self) -> tuple[LayerOutcome, ...]:
        """The tables that could not be taken offline."""
        return tuple(entry for entry in self.entries if entry.error and entry.is_table)

    def failed(self, layers: Iterable[MapLayer], error: OfflineMapError) -> Outcomes:
        """The same with `error` for `layers`, where none stands already."""
        marked = [id(layer) for layer in layers]
        return replace(
            self,
            entries=tuple(
                replace(entry, error=entry.error or error) if id(entry.layer) in marked else entry
                for entry in self.entries
            ),
        )

    def lost(self, losses: Mapping[str, tuple[Notice, ...]]) -> Outcomes:
        """The same with the losses of each layer id added."""
        return replace(
            self,
            entries=tuple(
                replace(entry, losses=(*entry.losses, *losses.get(entry.layer.id, ())))
                for entry in self.entries
            ),
        )

    def told(self, notices: Iterable[Notice]) -> Outcomes:
        """The same with more that the user should know."""
        return replace(self, notices=(*self.notices, *notices))

    def as_json(self) -> dict[str, Any]:
        """`layers`, `tables` and `warnings` of report.json."""
        return {
            "layers": [entry.as_json() for entry in self.entries if not entry.is_table],
            "tables": [entry.as_json() for entry in self.entries if entry.is_table],
            "warnings": [_told(entry) for entry in self.notices],
        }


def _told(entry: Notice) -> dict[str, str]:
    return {"code": entry.code, "text": entry.text}


@dataclass
class Report:
    """What report.json says; grows while the job runs, so that a failure is told as well."""

    plan: Plan
    started: datetime
    outcomes: Outcomes = field(default_factory=Outcomes)
    bytes: int = 0
    error: Optional[OfflineMapError] = None

    def as_json(self, finished: datetime) -> dict[str, Any]:
        """The whole report; its keys are part of the public contract."""
        return {
            "version": 1,
            "area": {"id": self.plan.area.item.id, "title": self.plan.area.item.title},
            "parameters": self.plan.parameters.as_json(),
            "plan": [
                {"file": file_name(package), "package": package.item.id, "bytes": package.item.size}
                for package in self.plan.packages
            ],
            "packages": [
                {
                    "id": package.item.id,
                    "title": package.item.title,
                    "type": package.item.type,
                    "bytes": package.item.size,
                    "service": package.service_url,
                }
                for package in self.plan.packages
            ],
            **self.outcomes.as_json(),
            "bytes": self.bytes,
            "error": self.error.as_json() if self.error else None,
            "times": {"started": self.started.isoformat(), "finished": finished.isoformat()},
        }

    def write(self, path: Path, finished: datetime) -> None:
        """Writes report.json."""
        text = json.dumps(self.as_json(finished), ensure_ascii=False, indent=1)
        write_whole(path, text.encode("utf-8"))
