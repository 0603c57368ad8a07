"""Where packages and deltas of an update arrive: `updates/incoming` of the map, until their rows are in.

A run that ends early leaves them there, and the next one goes on with them.
"""

from __future__ import annotations

from contextlib import suppress
import json
from pathlib import Path
import shutil
from typing import Optional

from ..errors import StorageError
from ..host import Clock, Feedback
from ..json_value import text_of
from ..offline_map.layout import GEODATABASE_SUFFIX, MapFolder, main_file, package_name
from ..offline_map.manifest import PackageFile
from ..portal.items import Portal
from ..portal.urls import ItemId
from ..storage import file_sha256, storage, write_whole
from ..transfer.transfer import Transfer, Wanted
from ..untrusted.json_text import parse_json_object
from .package_choice import DeltaFile

_RECORD = ".json"


class IncomingFiles:
    """Of one offline map; a `PackageFolder` for `fetch_package`. The folder is made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self.packages = MapFolder(folder).incoming
        self._wanted: set[str] = set()

    def open(self, *names: str) -> None:
        """Makes room for files of these names. Raises `StorageError`."""
        self._wanted.update(names)
        with storage(self.packages.name):
            for folder in (self.packages.parent, self.packages):  # not that of the map, if it was moved
                folder.mkdir(exist_ok=True)

    def finished(self, item_id: str, name: str, revision: str, feedback: Feedback) -> Optional[PackageFile]:
        """A package that an earlier run brought, proven by its hash again."""
        path = self.packages / name
        record = self._record(name)
        if not path.is_file() or text_of(record, "revision") != revision:
            return None
        if file_sha256(path, feedback) != text_of(record, "sha256"):
            return None
        size, etag = path.stat().st_size, text_of(record, "etag")
        return PackageFile(item_id, name, size, text_of(record, "sha256"), revision, etag)

    def keep(self, package: PackageFile) -> None:
        """Writes down that a package is whole."""
        record = {"revision": package.revision, "sha256": package.sha256, "etag": package.etag}
        write_whole(self._record_of(package.name), json.dumps(record).encode("ascii"))

    def arrived(self, item_id: str, revision: str, feedback: Feedback) -> Optional[PackageFile]:
        """The package of a revision, where it is whole here."""
        name = package_name(item_id, revision, GEODATABASE_SUFFIX)
        return self.finished(item_id, name, revision, feedback)

    def fetch_delta(
        self, delta: DeltaFile, item_id: ItemId, portal: Portal, clock: Clock, feedback: Feedback
    ) -> Path:
        """The file of a delta. Raises `PortalError`, `NetworkError`, `StorageError`, `Cancelled`."""
        name = package_name(item_id, delta.name, GEODATABASE_SUFFIX)
        self.open(name)
        url = portal.resource_url(item_id, delta.name)
        wanted = Wanted(url, self.packages / name, delta.size, delta.name, delta.name)
        with suppress(OSError):
            if wanted.target.stat().st_size == delta.size:
                return wanted.target
        return (
            Transfer(
                portal.session,
                wanted,
                feedback,
                clock,
                lambda done: feedback.report(done, delta.size, delta.name),
            )
            .run()
            .path
        )

    def sweep(self) -> None:
        """Removes what no run goes on with: files of other revisions."""
        with storage(self.packages.name):
            for path in self.packages.iterdir() if self.packages.is_dir() else ():
                if main_file(path.name.removesuffix(_RECORD)) not in self._wanted:
                    path.unlink()

    def discard(self) -> None:
        """Removes all of it, once it is in the map; what cannot be removed goes with the next update."""
        with suppress(StorageError), storage(self.packages.name):
            if self.packages.is_dir():
                shutil.rmtree(self.packages)

    def _record_of(self, name: str) -> Path:
        return self.packages / f"{name}{_RECORD}"

    def _record(self, name: str) -> dict[str, object]:
        try:
            return dict(parse_json_object(self._record_of(name).read_bytes()))
        except (OSError, ValueError):
            return {}
