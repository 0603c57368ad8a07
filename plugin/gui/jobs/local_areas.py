"""The map areas that this machine has, whole or begun, as both pages of the dock need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication, QgsGeometry, QgsProject
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...core.offline_map.area_status import Content, Local
from ...core.offline_map.currency import Newer
from ...core.offline_map.layout import PACKAGE_SUFFIX, MapFolder
from ...core.offline_map.local_maps import LocalMap, UnfinishedDownload, find_local_maps
from ...core.offline_map.places import unpacked_folder
from ...core.portal.map_areas import MapArea
from ...core.portal.urls import system_key
from ...layers.base.identity import MAP_FOLDER
from ...layers.open_project.closing import resolved_folder
from ...qgis_io.connections import connection_for
from ...qgis_io.lock import is_written_elsewhere
from ...qgis_io.made_here import is_begun_here, is_downloaded_here, note_place
from ...qgis_io.outlines import box_outline
from ...qgis_io.settings import offline_map_folders, root_folder
from ...qgis_io.wording import in_words
from ..rows.area_key import AreaKey, area_key
from ..rows.local_area import LocalArea
from .questions import Question, Questions
from .unfinished import staging_folders

_OFTEN = 3000  # milliseconds


class LocalAreas(QObject):
    """Knows them after `look`; `changed` tells that something is another.

    What the portal says of an area, and what was found in its files, is told here, and so on every page.
    """

    changed = pyqtSignal()

    def __init__(self, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self._question: Optional[Question] = None
        self._found: list[LocalArea] = []  # as the disk has them
        self._told: dict[AreaKey, MapArea] = {}  # what a portal said last
        self._damage: dict[Path, str] = {}
        self._checked: dict[Path, Newer] = {}  # what the services of registered maps said last
        self._open: frozenset[str] = frozenset()
        self.everything: tuple[LocalArea, ...] = ()  # downloads that were begun, then maps
        self._areas: dict[AreaKey, LocalArea] = {}
        # Layers are added and removed one by one, areas of a list loaded: one look afterwards is enough.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(50)
        self._soon.timeout.connect(self._show)
        # Nobody tells when another program is done with a download.
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_OFTEN)
        self._again.timeout.connect(self.look)
        self._project = QgsProject.instance()
        self._signals = (
            self._project.layerTreeRoot().addedChildren,
            self._project.layerTreeRoot().removedChildren,
            self._project.readProject,
            self._project.cleared,
        )
        for signal in self._signals:
            signal.connect(self._show_soon)

    def look(self) -> None:
        """Looks anew, in the background."""
        if self._question is not None:
            self._question.cancel()
        root, known = root_folder(), [*offline_map_folders(), *staging_folders()]
        profile = Path(QgsApplication.qgisSettingsDirPath())
        self._question = self._questions.run(
            lambda _question: _look(known, root, profile), self._take, _ignore
        )

    def find(self, key: AreaKey) -> Optional[LocalArea]:
        """What there is of an area."""
        return self._areas.get(key)

    def of_web_map(self, portal_url: str, web_map_id: str) -> list[LocalArea]:
        """What there is of a web map of the portal at this address."""
        areas = self._areas.values()
        portal = system_key(portal_url)
        return [area for area in areas if area.web_map_id == web_map_id and area.key.portal == portal]

    def hear(self, portal_url: str, area: MapArea) -> None:
        """What the portal says of an area now: an offline map of it may be older."""
        key = area_key(portal_url, area.item.id)
        self._told[key] = area
        if key in self._areas:
            self._show_soon()

    def heard(self, key: AreaKey) -> Optional[MapArea]:
        """What a portal said last of an area; None where nobody asked in this session."""
        return self._told.get(key)

    def note_damage(self, place: Path, why: str) -> None:
        """What verifying found in an offline map; an empty text where it is whole."""
        self._damage[place] = why
        self._show_soon()

    def note_check(self, place: Path, newer: Newer) -> None:
        """What the services of a registered map said of changes by others."""
        self._checked[place] = newer
        self._show_soon()

    def close(self) -> None:
        """Looks no more."""
        for signal in self._signals:
            signal.disconnect(self._show_soon)
        self._soon.stop()
        self._again.stop()

    def _take(self, found: list[LocalArea]) -> None:
        self._question = None
        self._found = found
        if any(area.local.content is Content.TAKEN for area in found):
            self._again.start()
        self._show(always=True)

    def _show_soon(self, *_arguments: object) -> None:
        self._soon.start()

    def _show(self, always: bool = False) -> None:
        self._open = frozenset(open_folders(self._project))
        everything = tuple(map(self._marked, self._found))
        if everything == self.everything and not always:
            return
        self.everything = everything
        # A map that is here counts more than the download of a newer one that was begun; of several our own
        # counts most, then the first.
        maps = sorted((area for area in everything if area.local.is_map), key=lambda area: not area.is_own)
        first = {area.key: area for area in reversed(maps)}
        begun = {area.key: area for area in everything if not area.local.is_map}
        self._areas = {key: area for key, area in {**begun, **first}.items() if key.area_id}
        self.changed.emit()

    def _marked(self, area: LocalArea) -> LocalArea:
        """With what is known of it beside the disk."""
        area = replace(area, is_open=not self._open.isdisjoint(area.legend_folders))
        area = area.beside(self._told.get(area.key))
        if area.is_registered:
            area = area.against(self._checked.get(area.place, Newer.UNKNOWN))
        why = self._damage.get(area.place) if area.local.is_map else None
        return area.damaged(why) if why and not area.error else area


def open_folders(project: QgsProject) -> set[str]:
    """The folders of the offline maps whose groups are in a project's legend."""
    groups = project.layerTreeRoot().findGroups(True)
    folders = (group.customProperty(MAP_FOLDER) for group in groups)
    return {resolved_folder(folder, project) for folder in folders if folder}


def _look(known: Sequence[Path], root: Path, profile: Path) -> list[LocalArea]:
    found = find_local_maps(known, root)
    maps = (_of_map(one, profile) for one in found.maps)
    return [
        *(_of_download(one, MapFolder(one.folder).partial in known) for one in found.unfinished),
        *(replace(one, is_listed=not one.is_there or root not in one.place.parents) for one in maps),
    ]


def _of_download(download: UnfinishedDownload, is_known: bool) -> LocalArea:
    """An area whose download was begun. Its web map's id is the name of its parent in older ones.

    `is_known`: this profile's settings know of it.
    """
    web_map_id = download.web_map_id or download.folder.parent.name
    return LocalArea(
        place=download.folder,
        title=download.title,
        local=Local(_content_of(download)),
        area_id=download.area_id,
        web_map_id=web_map_id,
        web_map_title=_chosen_title(download.portal_url, web_map_id),
        portal_url=download.portal_url,
        bytes=download.bytes_there,
        bytes_total=download.bytes_total,
        error=in_words(download.failure) if download.failure else "",
        is_own=is_known or is_begun_here(download.folder),
    )


def _chosen_title(portal_url: str, web_map_id: str) -> str:
    """The title that a web map had when it was chosen in the dock; empty where it was not."""
    saved = connection_for(portal_url)
    titles = (one.title for one in saved.web_maps if one.id == web_map_id) if saved else iter(())
    return " ".join(next(titles, "").split())


def _content_of(download: UnfinishedDownload) -> Content:
    if is_written_elsewhere(download.folder):
        return Content.TAKEN
    return Content.FAILED if download.failure else Content.STAGED


def _of_map(found: LocalMap, profile: Path) -> LocalArea:
    is_own = is_downloaded_here(found.place, found.finished)
    if is_own:
        note_place(found.place, found.finished)
    outline = box_outline(found.extent) if found.extent else QgsGeometry()
    places = [found.place]
    if (
        found.place.suffix.lower() == PACKAGE_SUFFIX and found.place.is_file()
    ):  # it is opened from where it was unpacked
        places.append(unpacked_folder(found.place, profile))
    return LocalArea(
        place=found.place,
        title=found.title,
        local=Local(
            Content.DAMAGED if found.error else Content.WHOLE, found.edits, registration=found.registration
        ),
        area_id=found.area_id,
        web_map_id=found.web_map_id,
        web_map_title=" ".join(found.web_map_title.split()),
        portal_url=found.portal_url,
        update_mode=found.update_mode,
        bytes=found.bytes,
        packaged=found.packaged,
        downloaded=found.downloaded,
        outline=outline,
        error=in_words(found.error) if found.error else "",
        revisions=found.revisions,
        legend_folders=tuple(str(place.resolve()) for place in places),
        is_there=found.place.exists(),
        is_own=is_own,
        is_finished=found.is_finished,
    )


def _ignore(_error: object) -> None:
    """What cannot be read is told by the entry itself."""
