"""Downloads that were begun and not finished, as the settings keep them for the next session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...qgis_io.settings import UNFINISHED_DOWNLOADS


@dataclass(frozen=True)
class Download:
    """What is to be downloaded: the parameters of `downloadmaparea`, and what happens afterwards."""

    area_id: str
    title: str
    parameters: Mapping[str, Any]
    open_when_done: bool = False

    @property
    def folder(self) -> Path:
        """Where the offline map will be."""
        return Path(self.parameters["OUTPUT"])


def unfinished_downloads() -> list[Download]:
    """What was begun in this or an earlier session, and can go on."""
    found = []
    for json in UNFINISHED_DOWNLOADS.values():
        try:
            download = Download(
                str(json["area"]), str(json["title"]), dict(json["parameters"]), bool(json["open"])
            )
            if not download.folder.exists():
                found.append(download)
        except (KeyError, TypeError, ValueError, OSError):
            continue  # edited by hand, or of another version: then it is not offered
    return found


def unfinished_download(area_id: str) -> Optional[Download]:
    """The one of an area."""
    return next((download for download in unfinished_downloads() if download.area_id == area_id), None)


def forget_unfinished(area_id: str) -> None:
    """It is finished, or nobody wants it any more."""
    kept = [
        json
        for json in UNFINISHED_DOWNLOADS.values()
        if not isinstance(json, dict) or json.get("area") != area_id
    ]
    UNFINISHED_DOWNLOADS.set(kept)


def forget_unless_begun(download: Download) -> None:
    """It was stopped before anything of it came."""
    from ...core.download.staging import Staging

    if not Staging(download.folder).folder.is_dir():
        forget_unfinished(download.area_id)


def remember(download: Download) -> None:
    """Until it is finished, the next session can go on with it."""
    forget_unfinished(download.area_id)
    entry = {
        "area": download.area_id,
        "title": download.title,
        "parameters": dict(download.parameters),
        "open": download.open_when_done,
    }
    UNFINISHED_DOWNLOADS.set([entry, *UNFINISHED_DOWNLOADS.values()])
