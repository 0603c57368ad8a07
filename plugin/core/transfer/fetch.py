"""One package of the portal, whole, proven and of one revision. Several may be fetched side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Protocol

from ..errors import BrokenAnswer
from ..host import Clock, Feedback, raise_if_cancelled
from ..offline_map.layout import package_name
from ..offline_map.manifest import PackageFile
from ..portal.items import Portal
from ..portal.map_areas import Package
from ..storage import storage
from .check_package import verify_package
from .transfer import Transfer, Wanted

_REBUILDS = 3  # how often a package may change on the portal while it is fetched


def file_name(package: Package) -> str:
    """Name of a package on disk; see `package_name`."""
    return package_name(package.item.id, package.item.revision, package.kind.suffix_of(package.item.name))


class PackageFolder(Protocol):
    """Where packages are put, and which of them are whole: a staging folder is one."""

    packages: Path

    def finished(self, item_id: str, name: str, revision: str, feedback: Feedback) -> Optional[PackageFile]:
        """A package of this revision that is whole there, proven again."""

    def keep(self, package: PackageFile) -> None:
        """Writes down that a package is whole."""


def fetch_package(
    package: Package, folder: PackageFolder, portal: Portal, clock: Clock, feedback: Feedback
) -> PackageFile:
    """Brings a package into `folder` under its `file_name`; goes on with what an earlier call left.

    `feedback` is told the bytes of this package. A package that is refreshed meanwhile is fetched
    again. Raises `PortalError`, `NetworkError`, `PackageError`, `StorageError` and `Cancelled`.
    """
    for _ in range(_REBUILDS):
        file = _fetch_revision(package, folder, portal, clock, feedback)
        folder.keep(file)
        # A refresh in mid-download would leave a file that its item no longer describes.
        item = portal.item(package.item.id)
        if item.revision == package.item.revision:
            return file
        with storage(package.item.title):
            (folder.packages / file.name).unlink()
        package = package.of(item)
    raise BrokenAnswer(
        "“{package}” changes on the portal faster than it can be downloaded.",
        next_step="Try again when the portal has finished refreshing the map area.",
        package=package.item.title,
    )


def _fetch_revision(
    package: Package, folder: PackageFolder, portal: Portal, clock: Clock, feedback: Feedback
) -> PackageFile:
    name, item = file_name(package), package.item
    earlier = folder.finished(item.id, name, item.revision, feedback)
    if earlier:
        feedback.report(earlier.bytes, item.size, item.title)
        return earlier
    raise_if_cancelled(feedback)
    wanted = Wanted(
        url=portal.data_url(item.id),
        target=folder.packages / name,
        size=item.size,
        revision=item.revision,
        subject=item.title,
    )
    fetched = Transfer(
        portal.session,
        wanted,
        feedback,
        clock,
        lambda done: feedback.report(done, item.size, item.title),
    ).run()
    verify_package(fetched.path, package.kind, item.title)
    return PackageFile(item.id, name, fetched.bytes, fetched.sha256, item.revision, fetched.etag)
