"""The project of an offline map: every layer of its maps as the web map arranges them.

The project is built in a `QgsProject` of its own; every object is made, used and deleted in the
calling thread, and no file stays open (a folder that is renamed at the end of a download, or
moved by its user, must not be held). It refers to its files by relative paths, needs no plugin
and no network, and holds no secret and no Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
import os
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsMapLayer, QgsProject
from qgis.PyQt import sip

from ...core.errors import BadInput, StorageError
from ...core.host import Feedback, Silent
from ...core.notice import Notice
from ...core.offline_map.pictures import PictureFiles
from ...core.offline_map.ready_map import OfflineMap
from ...core.untrusted.text import inert
from ..base.credits import show_credits
from ..base.identity import AREA_ID, MAP_FOLDER
from ..base.read_only import show_rights
from ..base.temporal import set_map_time
from .map_group import MapGroup
from .map_view import add_bookmarks, set_view
from .members import report_map
from .report import LayerReport, ProjectReport
from .sources import check_sources


def write_project(
    offline_map: OfflineMap, target: Path, feedback: Optional[Feedback] = None
) -> ProjectReport:
    """Writes the project of an offline map to `target` (a .qgz) and says what came of each layer.

    Raises the first layer's error when no layer can be shown, `StorageError` when the project
    cannot be written, `Cancelled`.
    """
    with _built(offline_map, target, feedback or Silent()) as (project, report):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not project.write(str(target)):
            raise StorageError(
                "The project “{file}” could not be written: {reason}.",
                next_step="Check the disk and the folder, then try again.",
                file=target.name,
                reason=project.error() or "unknown reason",
            )
    return report


def check_project(
    offline_map: OfflineMap,
    target: Path,
    opened: Iterable[QgsMapLayer] = (),
    feedback: Optional[Feedback] = None,
) -> ProjectReport:
    """What comes of each layer of an offline map whose project is there, and is the user's by now.

    `opened` are layers of that project: what they draw from is not opened once more. Losses are only
    those of the sources. Raises the first layer's error when no layer can be shown, `Cancelled`.
    """
    reports = list(check_sources(offline_map, opened, feedback or Silent()))
    _require_something(reports, offline_map)
    return ProjectReport(target, tuple(reports))


@contextmanager
def _built(
    offline_map: OfflineMap, target: Path, feedback: Feedback
) -> Iterator[tuple[QgsProject, ProjectReport]]:
    project = QgsProject()
    try:
        project.setTitle(inert(offline_map.title))
        project.setFilePathStorage(Qgis.FilePathType.Relative)
        reports: list[LayerReport] = []
        notices: list[Notice] = []
        for position, ready_map in enumerate(offline_map.maps):
            single = len(offline_map.maps) == 1
            title = offline_map.title if single else ready_map.title
            group = project.layerTreeRoot().addGroup(inert(title))
            # Several maps would hide each other.
            group.setItemVisibilityChecked(position == 0)
            group.setCustomProperty(AREA_ID, offline_map.area_id)
            group.setCustomProperty(MAP_FOLDER, _relative(offline_map.folder, target.parent))
            legend = MapGroup(project, ready_map, PictureFiles(offline_map.folder), feedback)
            reports += legend.fill(group)
            notices += legend.notices
            report_map(ready_map.web_map.json, notices)
        _require_something(reports, offline_map)
        _describe(project, offline_map, notices)
        show_rights(project.mapLayers().values())
        yield project, ProjectReport(target, tuple(reports), tuple(notices))
    finally:
        # Now and here, not when and where Python gets to it: layers hold files open.
        sip.delete(project)


def _describe(project: QgsProject, offline_map: OfflineMap, notices: list[Notice]) -> None:
    """What the project as a whole says; of several maps the first one gives view and time."""
    first = offline_map.maps[0]
    set_view(project, first, notices)
    set_map_time(project, first.web_map.json, notices)
    for ready_map in offline_map.maps:
        add_bookmarks(project, ready_map, notices)
    show_credits(project)


def _require_something(reports: list[LayerReport], offline_map: OfflineMap) -> None:
    """Raises the first error where no layer is left to show."""
    errors = [report.error for report in reports if report.error]
    if len(errors) < len(reports):
        return
    if errors:
        raise errors[0]
    raise BadInput("The offline map “{title}” has no layer that can be opened.", title=offline_map.title)


def _relative(folder: Path, start: Path) -> str:
    """The folder as seen from the project; absolute where no relative path leads there."""
    try:
        return Path(os.path.relpath(folder, start)).as_posix()
    except ValueError:  # another drive
        return str(folder)
