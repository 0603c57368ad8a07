"""The areas of the chosen web map: asked of the portal, found on this machine, kept in one model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional, Union

from qgis.core import QgsGeometry, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core.errors import AWAY, OfflineMapError, StoreLocked
from ...core.offline_map.area_status import (
    OFFLINE_KEYWORD,
    Activity,
    Asking,
    Content,
    Listing,
    ListState,
    Remote,
    list_state,
    remote_after,
    remote_of,
)
from ...core.portal.items import Item, Portal
from ...core.portal.map_areas import BrokenArea, MapArea, find_map_areas, load_map_areas
from ...core.portal.urls import same_system
from ...processing.portal_algorithm import PARALLEL_REQUESTS
from ...qgis_io.connections import ChosenWebMap, Connection
from ...qgis_io.outlines import outline
from ...qgis_io.threads import QtExecutor
from ...qgis_io.wording import in_words
from ..jobs.job_queue import JobQueue
from ..jobs.local_areas import LocalAreas
from ..jobs.questions import Question, Questions
from ..rows.area_key import AreaKey, area_key
from ..rows.area_model import AreaModel
from ..rows.area_row import AreaRow
from ..rows.local_area import LocalArea

Found = Union[Item, BrokenArea]


@dataclass(frozen=True)
class ListedWebMap:
    """A web map, and the connection by which it is seen."""

    connection: Connection
    web_map: ChosenWebMap


@dataclass(frozen=True)
class _Answer:
    """What the portal says beside the areas. `user` is empty for anonymous visitors."""

    web_map: Item
    user: str


class AreaList(QObject):
    """Fills an `AreaModel`. Main thread only; everything that takes time happens elsewhere.

    `changed` tells that the state of the list is another; `model` tells about rows itself.
    """

    changed = pyqtSignal()
    _found = pyqtSignal(object, str, object)
    _loaded = pyqtSignal(object, object, QgsGeometry)

    def __init__(
        self,
        questions: Questions,
        queue: JobQueue,
        local: LocalAreas,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self.model = AreaModel(self)
        self.choice: Optional[ListedWebMap] = None
        self.user: Optional[str] = None  # None as long as nobody asked
        self._questions = questions
        self._queue = queue
        self._local = local
        self._listing = Listing()
        self._is_incomplete = False  # some areas were not told of, since the portal was away meanwhile
        self._marker: Optional[object] = None
        self._question: Optional[Question] = None
        self._found.connect(self._show_found)
        self._loaded.connect(self._show_loaded)
        queue.changed.connect(self._show_activity)
        local.changed.connect(self._show_local)

    @property
    def state(self) -> ListState:
        """The one thing to tell of the list."""
        return list_state(self._listing)

    @property
    def error(self) -> str:
        """Why the portal's answer is none, in words; empty when it is one."""
        return in_words(self._listing.error) if self._listing.error else ""

    @property
    def is_locked(self) -> bool:
        """True when nobody was asked, since QGIS keeps locked what signs in."""
        return isinstance(self._listing.error, StoreLocked)

    @property
    def is_asking(self) -> bool:
        """True while the portal is being asked."""
        return self._listing.asking is Asking.ASKING

    @property
    def was_asked(self) -> bool:
        """True when the portal was asked about this web map, whatever came of it."""
        return self._listing.asking is not Asking.NOT_ASKED

    @property
    def is_complete(self) -> bool:
        """True when the portal said all that it was asked about this web map."""
        return self._was_answered() and not self._is_incomplete

    @property
    def is_portal_away(self) -> bool:
        """True when it did not answer, or not to the end, and may do so later."""
        if self.is_asking or self._listing.error is None:
            return self._is_incomplete and not self.is_asking
        return self.state is ListState.NO_NETWORK or isinstance(self._listing.error, AWAY)

    def choose(self, choice: Optional[ListedWebMap]) -> None:
        """Another web map, or none. Shows what is on this machine; asks no portal."""
        self._stop_asking()
        self.choice, self.user = choice, None
        self._listing, self._is_incomplete = Listing(), False
        self.model.replace_all([])
        self._show_local()
        self.changed.emit()

    def refresh(self) -> None:
        """Asks the portal, from scratch."""
        if self.choice is None:
            return
        self._stop_asking()
        self._listing, self._is_incomplete = Listing(Asking.ASKING), False
        self._local.look()
        connection, web_map_id = self.choice.connection, self.choice.web_map.id
        transforms = QgsProject.instance().transformContext()
        marker = object()  # tells the answers to this question from those to an earlier one
        self._marker = marker

        def ask(portal: Portal) -> _Answer:
            found = find_map_areas(portal, web_map_id)
            self._found.emit(marker, portal.url, found)
            with QtExecutor(PARALLEL_REQUESTS) as executor:
                web_map = executor.submit(portal.item, web_map_id)
                info = executor.submit(portal.info)
                for area in load_map_areas(portal, found, executor):
                    shape = outline(area, transforms) if isinstance(area, MapArea) else QgsGeometry()
                    self._loaded.emit(marker, area, shape)
                return _Answer(web_map.result(), info.result().full_name or info.result().user)

        self._question = self._questions.ask(connection, ask, self._end, self._fail)
        self.changed.emit()

    def close(self) -> None:
        """Waits for no answer any more."""
        self._stop_asking()

    # ---- what the portal says -----------------------------------------------------------------

    def _stop_asking(self) -> None:
        self._marker = None
        if self._question is not None:
            self._question.cancel()
            self._question = None

    def _show_found(self, marker: object, portal_url: str, found: tuple[Found, ...]) -> None:
        """The rows are there before their packages are known."""
        if marker is not self._marker:
            return
        self._take_address(portal_url)
        named = {_id(entry): entry for entry in found}
        for row in self.model.rows():
            if row.id not in named:
                self._lose(row)
        rows, url = [], self.choice.connection.url
        for area_id, entry in named.items():
            row = self.model.row(area_id) or AreaRow(area_id, entry.title)
            rows.append(
                replace(row, title=entry.title, remote=Remote.ASKING, portal_url=url, **_texts(entry))
            )
        self._put(rows)
        self._listing = replace(self._listing, areas=len(found))
        self.changed.emit()

    def _take_address(self, portal_url: str) -> None:
        """A portal may have been found below the address that was saved; offline maps name where it is."""
        listed = self.choice
        if not same_system(portal_url, listed.connection.url):
            self.choice = replace(listed, connection=replace(listed.connection, url=portal_url))

    def _show_loaded(self, marker: object, area: Union[MapArea, BrokenArea], shape: QgsGeometry) -> None:
        if marker is not self._marker:
            return
        if isinstance(area, BrokenArea):
            self._is_incomplete |= isinstance(area.error, AWAY)
            self.model.change(_id(area), remote=remote_after(area.error), error=in_words(area.error))
            return
        self.model.change(
            area.item.id,
            area=area,
            outline=shape,
            remote=remote_of(area),
            error=self._queue.error(self._key(area.item.id)),
        )
        self._local.hear(self.choice.connection.url, area)
        self._show_local_of(area.item.id)

    def _end(self, answer: _Answer) -> None:
        enabled = OFFLINE_KEYWORD in answer.web_map.type_keywords
        self._listing = replace(self._listing, asking=Asking.ANSWERED, enabled=enabled)
        self.user = answer.user
        if self.choice is not None:
            named = ChosenWebMap(self.choice.web_map.id, answer.web_map.title)
            self.choice = replace(self.choice, web_map=named)
        self.changed.emit()

    def _fail(self, error: OfflineMapError) -> None:
        self._listing = replace(self._listing, asking=Asking.ANSWERED, error=error)
        for row in self.model.rows():
            if row.local.content is Content.NOTHING and row.activity is Activity.NONE:
                self.model.remove(row.id)
            elif row.remote is Remote.ASKING:
                self.model.change(row.id, remote=Remote.NOT_ASKED)
        self.changed.emit()

    def _lose(self, row: AreaRow) -> None:
        """The portal answered, and this one is not among its areas."""
        if row.local.content is Content.NOTHING and row.activity is Activity.NONE:
            self.model.remove(row.id)
        else:
            self.model.change(row.id, remote=Remote.GONE)

    # ---- what is on this machine and what is being done ---------------------------------------

    def _show_local(self) -> None:
        if self.choice is None:
            return
        remote = Remote.GONE if self._was_answered() else Remote.NOT_ASKED
        url = self.choice.connection.url
        self._put(
            [
                AreaRow(local.area_id, local.title, remote=remote, outline=local.outline, portal_url=url)
                for local in self._local.of_web_map(url, self.choice.web_map.id)
                if self.model.row(local.area_id) is None
            ]
        )
        for row in self.model.rows():
            self._show_local_of(row.id)
        self.changed.emit()

    def _show_local_of(self, area_id: str) -> None:
        row = self.model.row(area_id)
        if row is None:
            return
        local = self._local.find(row.key)
        self.model.change(area_id, **_local_values(row, local))
        self._drop_if_nothing(area_id)

    def _show_activity(self, key: AreaKey) -> None:
        was = self.model.row(key.area_id)
        if was is None or was.key != key:
            return
        activity = self._queue.activity(key)
        error = self._queue.error(key) or (was.error if activity is was.activity else "")
        self.model.change(was.id, activity=activity, progress=self._queue.progress(key), error=error)

    def _drop_if_nothing(self, area_id: str) -> None:
        """A row that stood there only for what lay here goes when that goes."""
        row = self.model.row(area_id)
        nothing = row.local.content is Content.NOTHING and row.activity is Activity.NONE and row.area is None
        answered = self._listing.asking is Asking.ANSWERED
        if nothing and (row.remote is Remote.GONE or (row.remote is Remote.NOT_ASKED and answered)):
            self.model.remove(area_id)

    def _was_answered(self) -> bool:
        return self._listing.asking is Asking.ANSWERED and self._listing.error is None

    def _key(self, area_id: str) -> AreaKey:
        return area_key(self.choice.connection.url, area_id)

    def _put(self, rows: Iterable[AreaRow]) -> None:
        """Rows, with what is here and being done about them, in place of those of the same areas."""
        self.model.put(
            replace(
                row,
                activity=self._queue.activity(row.key),
                progress=self._queue.progress(row.key),
                **_local_values(row, self._local.find(row.key)),
            )
            for row in rows
        )


def _local_values(row: AreaRow, here: Optional[LocalArea]) -> Mapping[str, Any]:
    if here is None:
        return {"here": None}
    return {"here": here, "outline": here.outline if row.outline.isNull() else row.outline}


def _id(entry: Found) -> str:
    """The item id; what the portal described without one is known by its title."""
    if isinstance(entry, BrokenArea):
        return entry.id or f"without id: {entry.title}"
    return entry.id


def _texts(entry: Found) -> Mapping[str, Any]:
    if isinstance(entry, BrokenArea):
        return {}
    return {"item": entry, "snippet": " ".join(entry.snippet.split())}
