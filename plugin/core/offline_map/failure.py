"""Why a download failed, as its folder remembers it until it is tried again."""

from __future__ import annotations

from typing import Any, Optional

from ..errors import OfflineMapError
from ..json_value import Json, json_object
from ..sentences import sentence_from_json, sentence_to_json

FAILURE_MEMBER = "failure"
"""The member of job.json."""


def failure_record(error: OfflineMapError) -> dict[str, Any]:
    """The JSON of an error."""
    return sentence_to_json(error)


def read_failure(job: Json) -> Optional[OfflineMapError]:
    """The error of a job record; None where there is none that can be told."""
    told = sentence_from_json({"next": "", **json_object(job.get(FAILURE_MEMBER))})
    return told if isinstance(told, OfflineMapError) else None
