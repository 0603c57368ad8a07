"""What came of an update: per layer, in numbers and feature by feature, as updates/<UTC>.json says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
import json
from pathlib import Path
from typing import Any, Optional, Union

from ..errors import OfflineMapError
from ..geodatabase.schema import Operation
from ..notice import Notice
from ..sentences import sentence_to_json
from ..storage import storage, write_whole
from ..working_copy.change_tracking import LocalEdit

_COUNTED = {Operation.INSERT: "added", Operation.UPDATE: "updated", Operation.DELETE: "deleted"}


@dataclass(frozen=True)
class RefusedEdit:
    """An edit that stays here: `words` are a reason seen here, or the service's own."""

    global_id: str
    operation: Operation
    words: Union[Notice, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "globalId": self.global_id,
            "operation": self.operation.value,
            "by": "service" if isinstance(self.words, str) or self.words.code == "service" else "check",
            **_told(self.words),
        }


@dataclass
class LayerCounts:
    """Of one table: features, rows, or attachments."""

    title: str
    layer_id: int
    is_attachments: bool = False
    uploaded: dict[Operation, int] = field(default_factory=lambda: dict.fromkeys(Operation, 0))
    downloaded: dict[Operation, int] = field(default_factory=lambda: dict.fromkeys(Operation, 0))
    rebased: int = 0
    refused: list[RefusedEdit] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.layer_id,
            "title": self.title,
            "attachments": self.is_attachments,
            "uploaded": _counts(self.uploaded),
            "downloaded": _counts(self.downloaded),
            "rebased": self.rebased,
            "refused": [one.as_json() for one in self.refused],
        }


@dataclass(frozen=True)
class PackageFetch:
    """What came of a package: so many deltas, or all of it; `bytes` in all."""

    deltas: int = 0
    bytes: int = 0
    is_package: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"deltas": self.deltas, "package": self.is_package, "bytes": self.bytes}


@dataclass
class CopyReport:
    """Of one geodatabase. `layers` are by the name of the table; `saved` is the file of the edits sent.

    `fetched` is what came from the portal, where scheduled updates do.
    """

    item: str
    service: str
    layers: dict[str, LayerCounts] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    error: Optional[OfflineMapError] = None
    saved: Optional[Path] = None
    fetched: PackageFetch = PackageFetch()

    def refuse(self, edit: LocalEdit, words: Union[Notice, str]) -> None:
        """Notes an edit that was not taken, here or there."""
        refused = RefusedEdit(edit.global_id or "", edit.operation, words)
        self.layers[edit.table].refused.append(refused)

    def forget_refusals(self) -> None:
        for layer in self.layers.values():
            layer.refused.clear()

    @property
    def uploaded(self) -> int:
        return sum(sum(layer.uploaded.values()) for layer in self.layers.values())

    @property
    def downloaded(self) -> int:
        return sum(sum(layer.downloaded.values()) for layer in self.layers.values())

    @property
    def edit_errors(self) -> int:
        return sum(len(layer.refused) for layer in self.layers.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "service": self.service,
            "layers": [{"table": table, **layer.as_json()} for table, layer in self.layers.items()],
            "fetched": self.fetched.as_json(),
            "notices": [{"code": one.code, **_told(one)} for one in self.notices],
            "savedEdits": self.saved.name if self.saved else None,
            "error": _error(self.error) if self.error else None,
        }


@dataclass
class UpdateReport:
    """Of a whole offline map; its keys are part of the public contract."""

    title: str
    parameters: Mapping[str, Any]
    started: datetime
    copies: list[CopyReport] = field(default_factory=list)

    def as_json(self, finished: datetime) -> dict[str, Any]:
        return {
            "version": 1,
            "title": self.title,
            "parameters": dict(self.parameters),
            "geodatabases": [copy.as_json() for copy in self.copies],
            "uploaded": sum(copy.uploaded for copy in self.copies),
            "downloaded": sum(copy.downloaded for copy in self.copies),
            "editErrors": sum(copy.edit_errors for copy in self.copies),
            "times": {"started": self.started.isoformat(), "finished": finished.isoformat()},
        }

    def write(self, path: Path, finished: datetime) -> None:
        """Raises `StorageError`."""
        text = json.dumps(self.as_json(finished), ensure_ascii=False, indent=1)
        with storage(path.name):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8"))


def _told(words: Union[Notice, str]) -> dict[str, Any]:
    """The English text, and what a window makes a sentence of its own language of."""
    if isinstance(words, str):
        return {"text": words}
    return {"text": words.text, "sentence": sentence_to_json(words)}


def _error(error: OfflineMapError) -> dict[str, Any]:
    return {**error.as_json(), "sentence": sentence_to_json(error)}


def _counts(counted: Mapping[Operation, int]) -> dict[str, int]:
    return {_COUNTED[operation]: count for operation, count in counted.items()}


def moment_in_name(moment: datetime) -> str:
    """A moment of UTC as file names have it: 20261130T154501Z."""
    return moment.strftime("%Y%m%dT%H%M%SZ")
