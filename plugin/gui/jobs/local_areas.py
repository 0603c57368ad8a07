"""The map areas that this machine has, whole or begun, as the dock's list needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Optional

from qgis.core import QgsGeometry, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...core.offline_map.area_status import Content, Local
from ...core.offline_map.currency import newer_at_portal
from ...core.offline_map.local_maps import LocalMap, LocalMaps, UnfinishedDownload, find_local_maps
from ...core.portal.map_areas import MapArea
from ...layers.base.identity import MAP_FOLDER
from ...qgis_io.settings import offline_map_folders, root_folder
from ...qgis_io.wording import in_words
from .questions import Question, Questions


@dataclass(frozen=True)
class LocalArea:
    """A map area on this machine. `revisions` are those of its packages, by item id."""

    area_id: str
    title: str
    web_map_id: str
    folder: Path
    local: Local
    bytes: int = 0
    packaged: Optional[datetime] = None
    outline: QgsGeometry = field(default_factory=QgsGeometry, compare=False)
    error: str = ""
    revisions: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False

    def local_beside(self, area: Optional[MapArea]) -> Local:
        """What is here, given what the portal has now."""
        if not self.local.is_map or area is None:
            return self.local
        return replace(self.local, newer=newer_at_portal(self.revisions, area))


class LocalAreas(QObject):
    """Knows them after `look`; `changed` tells that something is another. `found` is all that was seen."""

    changed = pyqtSignal()

    def __init__(self, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self._question: Optional[Question] = None
        self.found = LocalMaps((), ())
        self._areas: dict[str, LocalArea] = {}
        self._open: frozenset[str] = frozenset()
        # Layers are added and removed one by one; one look at the legend afterwards is enough.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(50)
        self._soon.timeout.connect(self._look_at_legend)
        self._project = QgsProject.instance()
        self._signals = (
            self._project.layerTreeRoot().addedChildren,
            self._project.layerTreeRoot().removedChildren,
            self._project.readProject,
            self._project.cleared,
        )
        for signal in self._signals:
            signal.connect(self._look_soon)

    def look(self) -> None:
        """Looks anew, in the background."""
        if self._question is not None:
            self._question.cancel()
        root, known = root_folder(), offline_map_folders()
        self._question = self._questions.run(
            lambda _question: find_local_maps(known, root), self._show, _ignore
        )

    def find(self, area_id: str) -> Optional[LocalArea]:
        """What there is of an area."""
        return self._areas.get(area_id)

    def of_web_map(self, web_map_id: str) -> list[LocalArea]:
        """What there is of a web map."""
        return [area for area in self._areas.values() if area.web_map_id == web_map_id]

    @property
    def open(self) -> frozenset[str]:
        """The folders whose groups were in the legend when `changed` told so last."""
        return self._open

    def close(self) -> None:
        """Looks no more."""
        for signal in self._signals:
            signal.disconnect(self._look_soon)
        self._soon.stop()

    def _show(self, found: LocalMaps) -> None:
        self._question = None
        self.found = found
        self._open = frozenset(open_folders(self._project))
        # A map that is here counts more than the download of a newer one that was begun.
        areas = [*map(_of_download, found.unfinished), *map(_of_map, reversed(found.maps))]
        self._areas = {area.area_id: self._marked(area) for area in areas if area.area_id}
        self.changed.emit()

    def _look_soon(self, *_arguments: object) -> None:
        self._soon.start()

    def _look_at_legend(self) -> None:
        is_open = frozenset(open_folders(self._project))
        if is_open == self._open:
            return
        self._open = is_open
        self._areas = {area_id: self._marked(area) for area_id, area in self._areas.items()}
        self.changed.emit()

    def _marked(self, area: LocalArea) -> LocalArea:
        return replace(area, is_open=str(area.folder.resolve()) in self._open)


def open_folders(project: QgsProject) -> set[str]:
    """The folders of the offline maps whose groups are in a project's legend."""
    groups = project.layerTreeRoot().findGroups(True)
    folders = (group.customProperty(MAP_FOLDER) for group in groups)
    return {resolved_folder(folder, project) for folder in folders if folder}


def resolved_folder(folder: str, project: QgsProject) -> str:
    """Relative in a project of ours, absolute in one that it was added to."""
    return str((Path(project.absolutePath() or ".") / folder).resolve())


def local_of(found: LocalMap, is_damaged: bool) -> Local:
    """What is to be told of an offline map that is here."""
    return Local(Content.DAMAGED if is_damaged else Content.WHOLE, found.edits)


def _of_download(download: UnfinishedDownload) -> LocalArea:
    """An area whose download was begun. Its web map's id is the name of its parent in older ones."""
    web_map_id = download.web_map_id or download.folder.parent.name
    return LocalArea(
        download.area_id,
        download.title,
        web_map_id,
        download.folder,
        Local(Content.STAGED),
        download.bytes_there,
    )


def _of_map(found: LocalMap) -> LocalArea:
    outline = QgsGeometry.fromRect(QgsRectangle(*found.extent)) if found.extent else QgsGeometry()
    return LocalArea(
        area_id=found.area_id,
        title=found.title,
        web_map_id=found.web_map_id,
        folder=found.place,
        local=local_of(found, found.error is not None),
        bytes=found.bytes,
        packaged=found.packaged,
        outline=outline,
        error=in_words(found.error) if found.error else "",
        revisions=found.revisions,
    )


def _ignore(_error: object) -> None:
    """What cannot be read is told by the entry itself."""
