"""The page *On This Computer*: every offline map of this machine, of any portal, also without network."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QPixmap
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...core.offline_map.update_mode import UpdateMode
from ...core.portal.urls import parse_url
from ...core.working_copy.replica_state import RegistrationState
from ..jobs.job_queue import JobQueue
from ..jobs.local_areas import LocalAreas
from ..jobs.thumbnails import Thumbnails
from ..rows.area_model import AreaModel
from ..rows.area_row import AreaRow
from ..rows.local_area import LocalArea
from ..rows.wording import size_in_words
from ..widgets.area_pane import AreaPane
from ..widgets.message_page import MessagePage


class LocalMapsPage(QWidget):
    """Lists what `LocalAreas` finds, and tells what the user wants of it; it does nothing of that itself.

    `wanted` tells ids of rows and an action for them; `browse_wanted` that another folder or .mmpk is to be
    opened.
    """

    wanted = pyqtSignal(list, object)
    browse_wanted = pyqtSignal()

    def __init__(
        self,
        local: LocalAreas,
        queue: JobQueue,
        thumbnails: Thumbnails,
        canvas: QgsMapCanvas,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("offlineMapAreasLocal")
        self._local = local
        self._queue = queue
        self._thumbnails = thumbnails
        self.model = AreaModel(self)
        self._pane = AreaPane(
            self.model, canvas, self._picture, self._explain, self.tr("Search offline maps"), self
        )
        self.filter, self.view = self._pane.filter, self._pane.view
        self._build()
        local.changed.connect(self._show)
        queue.changed.connect(lambda _key: self._show())
        thumbnails.arrived.connect(lambda _item: self.view.viewport().update())
        self._show()

    def follow_theme(self) -> None:
        """QGIS has another theme."""
        self._pane.follow_theme()

    # ---- building -----------------------------------------------------------------------------

    def _build(self) -> None:
        self.view.setObjectName("offlineMapAreasLocalList")
        self.view.setAccessibleName(self.tr("Offline maps on this computer"))
        self.view.wanted.connect(self.wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._pane, 1)
        layout.addLayout(self._build_foot())

    def _build_foot(self) -> QHBoxLayout:
        self._summary = QLabel(self)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        browse = QPushButton(self.tr("Open Other…"), self)
        browse.setToolTip(self.tr("Open a folder with an offline map, or an .mmpk file"))
        browse.clicked.connect(lambda _checked: self.browse_wanted.emit())
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 4, 10, 6)
        foot.addWidget(self._summary, 1)
        foot.addWidget(browse)
        return foot

    # ---- showing ------------------------------------------------------------------------------

    def _show(self) -> None:
        rows = list(map(self._row, self._local.everything))
        ids = {row.id for row in rows}
        for row in self.model.rows():
            if row.id not in ids:
                self.model.remove(row.id)
        self.model.put(rows)
        self._pane.show_rows()
        maps = [row for row in rows if row.local.is_map]
        size = size_in_words(sum(row.bytes_on_disk for row in maps))
        self._summary.setText(self.tr("Offline maps: {maps} ({size})").format(maps=len(maps), size=size))

    def _explain(self, message: MessagePage) -> None:
        message.show_text(
            "folder",
            self.tr("No offline maps yet"),
            self.tr("Download a map area, or open a folder or an .mmpk file that an ArcGIS app made."),
        )

    def _row(self, here: LocalArea) -> AreaRow:
        row = AreaRow(
            str(here.place),
            here.title,
            self._origin(here),
            area=self._local.heard(here.key),
            outline=here.outline,
            here=here,
            portal_url=here.portal_url,
        )
        if self._queue.folder(here.key) != here.place:
            return row  # what is done is done to another map of this area, perhaps
        return replace(
            row,
            activity=self._queue.activity(here.key),
            progress=self._queue.progress(here.key),
            error=self._queue.error(here.key),
        )

    def _origin(self, here: LocalArea) -> str:
        """Of which web map and portal it is, and how it is kept current."""
        host = _host(here.portal_url) or self.tr("Offline map of another program")
        registrations = {
            RegistrationState.PENDING: self.tr("not registered yet"),
            RegistrationState.REFUSED: self.tr("registration refused"),
        }
        mode = self._modes().get(here.update_mode, "") if not here.is_finished else self.tr("finished")
        registration = registrations.get(here.local.registration, "")
        return " · ".join(filter(None, (here.web_map_title, host, mode, registration)))

    def _modes(self) -> dict[str, str]:
        return {
            UpdateMode.NONE.value: self.tr("no updates"),
            UpdateMode.SYNC.value: self.tr("syncs with feature services"),
            UpdateMode.SCHEDULED.value: self.tr("scheduled updates"),
            UpdateMode.SCHEDULED_AND_UPLOAD.value: self.tr("scheduled updates, uploads new features"),
        }

    def _picture(self, row: AreaRow) -> QPixmap:
        return self._thumbnails.pixmap_on_disk(row.key)


def _host(portal_url: str) -> str:
    try:
        return parse_url(portal_url).origin.host
    except ValueError:
        return ""
