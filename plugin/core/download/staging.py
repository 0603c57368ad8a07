"""Where a download grows: `<folder>.partial`, beside the folder that it will become.

Nothing half made ever stands under the final name: the staging folder becomes it by one rename
at the end. The job record (`job_record`) says whose bytes these are, so that a later run continues the
same map area and never another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
import json
import os
from pathlib import Path
import shutil
import threading
from typing import Any, Optional

from ..errors import BadInput, OfflineMapError, StorageError
from ..host import Feedback
from ..json_value import Json
from ..offline_map.failure import FAILURE_MEMBER, failure_record
from ..offline_map.job_record import read_job
from ..offline_map.layout import MapFolder, is_package_file, is_work_file
from ..offline_map.manifest import PackageFile
from ..offline_map.own_files import delete_own
from ..offline_map.unread_names import check_folder_names
from ..storage import (
    file_sha256,
    growing_name,
    is_unfinished,
    move,
    publish_folder,
    storage,
    unfinished,
    write_whole,
)


def check_output(output: Path) -> None:
    """Raises `BadInput` unless `output` can become an offline map: absent, or an empty folder."""
    check_folder_names(output)
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise BadInput("“{name}” is not a folder.", next_step="Choose another folder.", name=output.name)
    if output.is_dir() and any(output.iterdir()):
        raise BadInput(
            "The folder “{name}” is not empty.",
            next_step="Choose a new or empty folder: a download never overwrites anything.",
            name=output.name,
        )
    parent = next(folder for folder in (output.parent, *output.parents) if folder.is_dir())
    if not os.access(parent, os.W_OK | os.X_OK):
        raise BadInput(
            "You do not have permission to write to “{name}”.",
            next_step="Choose a folder that you may write to.",
            name=parent.name or str(parent),
        )


class Staging:
    """The staging folder of one output folder."""

    def __init__(self, output: Path):
        self.output = output
        self.folder = MapFolder(output).partial
        self._inside = MapFolder(self.folder)
        self.packages = self._inside.packages
        self.work = self._inside.work
        self._job_file = self._inside.job
        self._job: dict[str, Any] = {}
        self._lock = threading.Lock()

    def note(self, area_id: str, area_title: str, origin: Mapping[str, Any]) -> None:
        """Makes the folder of a download that is to come, or takes up what an earlier run of it left.

        `origin` is all that the download needs to go on, in another session too: `webMap`, `portal`, `chosen`
        (see `Overrides`), and the `bytes` of all packages once they are known. Members that are not named
        here stay as they are. Raises `BadInput` when the folder belongs to another map area.
        """
        earlier = self._read_job()
        if earlier and earlier.get("area") != area_id:
            raise BadInput(
                "“{folder}” contains an unfinished download of another map area, “{title}”.",
                next_step="Choose another folder, or delete that one if you no longer need it.",
                folder=self.folder.name,
                title=earlier.get("title") or earlier.get("area"),
            )
        finished = earlier.get("packages")
        self._job = {
            **{name: value for name, value in earlier.items() if name != FAILURE_MEMBER},
            **origin,
            "version": 1,
            "area": area_id,
            "title": area_title,
            "packages": finished if isinstance(finished, dict) else {},
        }
        with storage(self.folder.name, keeps=bool(finished)):
            self.packages.mkdir(parents=True, exist_ok=True)
        self._write_job()

    def note_failure(self, error: OfflineMapError) -> None:
        """Writes down why a run ended, until the next one begins; nothing where no download is noted."""
        if self._job_file.is_file():
            self._job = {**self._read_job(), FAILURE_MEMBER: failure_record(error)}
            self._write_job()

    def open(
        self,
        area_id: str,
        area_title: str,
        parameters: Mapping[str, Any],
        origin: Optional[Mapping[str, Any]] = None,
    ) -> None:
        """Makes ready for a run with these `parameters`; all else as `note` does it."""
        self.note(area_id, area_title, {**(origin or {}), "parameters": dict(parameters)})
        with storage(self.folder.name, keeps=bool(self._job["packages"])):
            # Layers are made anew by each run: they are quick, and an old one may be half made.
            self.work.mkdir(exist_ok=True)
            self._drop(self.work, is_work_file)
            for folder in (self.folder, self.packages, self.work):
                self._drop(folder, is_unfinished)  # a run that was killed left them

    def _drop(self, folder: Path, is_ours: Callable[[str], bool]) -> None:
        for path in folder.iterdir():
            if is_ours(path.name) and not path.is_dir():
                path.unlink()

    def rename(self, earlier: str, name: str) -> None:
        """Gives what an earlier version left of a package, whole or begun, the name that it has now."""
        with storage(self.folder.name):
            for path in self.packages.glob(f"{earlier}*"):
                target = path.with_name(name + path.name.removeprefix(earlier))
                if not target.exists():
                    move(path, target)

    def finished(self, item_id: str, name: str, revision: str, feedback: Feedback) -> Optional[PackageFile]:
        """A package of this revision that an earlier run completed, proven by its hash again."""
        record = self._job["packages"].get(item_id)
        path = self.packages / name
        if not isinstance(record, dict) or record.get("revision") != revision or not path.is_file():
            return None
        if file_sha256(path, feedback) != record.get("sha256"):
            return None
        return PackageFile(
            item_id, name, path.stat().st_size, record["sha256"], revision, str(record.get("etag", ""))
        )

    def keep(self, package: PackageFile) -> None:
        """Writes down, from any thread, that a package is whole: a later run does not fetch it again."""
        with self._lock:
            self._job["packages"][package.item_id] = {
                "revision": package.revision,
                "sha256": package.sha256,
                "etag": package.etag,
            }
            self._write_job()

    def publish(self, wanted: set[str]) -> None:
        """Gives the folder its final name: everything in it is complete and flushed first.

        Packages other than `wanted` (names in the package folder) and traces of transfers are
        left out. What else somebody put there stays.
        """
        wanted = wanted | {self._inside.map_document.name, self._inside.area_document.name}
        with storage(self.output.name, keeps=True):
            for path in self.packages.iterdir():
                if path.name not in wanted and is_package_file(path.name) and not path.is_dir():
                    path.unlink()
            for name in (self._job_file, self._inside.manifest, self._inside.report):
                for path in unfinished(name):
                    path.unlink()
            self._job_file.unlink(missing_ok=True)
            publish_folder(self.folder, self.output)

    def discard(self) -> tuple[str, ...]:
        """Deletes what the download made; returns the files of others in the staging folder, which stay."""
        with storage(self.folder.name):
            return delete_own(self.folder) if self.folder.is_dir() else ()

    def require_space(self, needed: int, names: Iterable[str]) -> None:
        """Raises `StorageError` when the disk cannot take `needed` bytes.

        Those that arrived of the packages called `names` are on the disk already.
        """
        place = next(folder for folder in (self.folder, *self.folder.parents) if folder.is_dir())
        if self.packages.is_dir():
            there = (path for path in self.packages.iterdir() if path.name.startswith(tuple(names)))
            needed -= sum(path.stat().st_size for path in there)
        free = shutil.disk_usage(place).free
        if free < needed:
            raise StorageError(
                "The disk has {free} MB free, but this download needs {needed} MB.",
                next_step="Free some space, or choose a folder on another disk.",
                free=free >> 20,
                needed=-(-needed >> 20),
            )

    def _read_job(self) -> Json:
        job = read_job(self.folder)
        if job is None and self._holds_files():
            raise BadInput(
                "The folder “{folder}” is in the way: it is not an unfinished download.",
                next_step="Move it away, or choose another folder.",
                folder=self.folder.name,
            )
        return job or {}

    def _holds_files(self) -> bool:
        """False for what a run leaves that ended before job.json was there: empty folders and its report."""
        report = self._inside.report
        begun = {
            path for file in (self._job_file, report) for path in (growing_name(file), *unfinished(file))
        }
        own = begun | {report}
        return any(path not in own and not path.is_dir() for path in self.folder.rglob("*"))

    def _write_job(self) -> None:
        write_whole(self._job_file, json.dumps(self._job, ensure_ascii=False).encode("utf-8"))
