"""The basemap below the areas: on the canvas alone, so that no project ever holds it."""

from __future__ import annotations

from typing import Optional

from qgis.core import Qgis, QgsMapLayer
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QObject, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPainter

from ...core.basemaps import FoundBasemap, find_basemap
from ...core.errors import OfflineMapError
from ...layers.base.credits import plain_text
from ...layers.tiles.online_basemap import make_basemap_layer
from ...qgis_io.wording import in_words
from ..jobs.questions import Question
from ..jobs.services import Services
from .area_list import ListedWebMap

_MARGIN = 4  # pixels
_PAPER = QColor(255, 255, 255, 180)


class CanvasBasemap(QObject):
    """Lays the basemap of a web map below all layers of a canvas.

    The canvas gets its layers anew from the legend whenever that changes; this one is then added again.
    """

    def __init__(self, canvas: QgsMapCanvas, services: Services, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._services = services
        self._shown: Optional[tuple[str, ...]] = None
        self._question: Optional[Question] = None
        self._credits: Optional[_Credits] = None
        self.layer: Optional[QgsMapLayer] = None
        canvas.layersChanged.connect(self._keep_below)

    def show(self, listed: Optional[ListedWebMap]) -> None:
        """The basemap of this web map in place of another; none for None. Asks once for each."""
        wanted = listed and (listed.connection.title, listed.connection.authcfg, listed.web_map.id)
        if wanted == self._shown:
            return
        self._take_away()
        self._shown = wanted
        if listed is not None:
            web_map_id = listed.web_map.id
            self._question = self._services.questions.ask(
                listed.connection, lambda portal: find_basemap(portal, web_map_id), self._lay, self._fail
            )

    def close(self) -> None:
        """Takes it off the map."""
        self.show(None)

    def _lay(self, found: FoundBasemap) -> None:
        layer = make_basemap_layer(found.basemap)
        if not layer.isValid():
            self._tell(self.tr("QGIS cannot show the basemap “{title}”.").format(title=found.basemap.title))
            return
        if found.own_error is not None:
            text = self.tr("The portal's default basemap is shown in place of the web map's own. {reason}")
            self._tell(text.format(reason=in_words(found.own_error)))
        self.layer = layer
        credits = plain_text(found.basemap.credits)
        self._credits = _Credits(self._canvas, credits) if credits else None
        self._keep_below()

    def _fail(self, error: OfflineMapError) -> None:
        self._tell(self.tr("No basemap can be shown. {reason}").format(reason=in_words(error)))

    def _tell(self, text: str) -> None:
        self._services.notices.tell(text, Qgis.MessageLevel.Warning)

    def _keep_below(self) -> None:
        if self.layer is not None:
            others = self._others()
            if self._canvas.layers() != [*others, self.layer]:
                self._canvas.setLayers([*others, self.layer])

    def _take_away(self) -> None:
        if self._question is not None:
            self._question.cancel()
            self._question = None
        if self._credits is not None:
            self._canvas.scene().removeItem(self._credits)
            self._credits = None
        if self.layer is not None:
            others, layer = self._others(), self.layer
            self.layer = None
            self._canvas.setLayers(others)
            layer.deleteLater()

    def _others(self) -> list[QgsMapLayer]:
        return [layer for layer in self._canvas.layers() if layer is not self.layer]


class _Credits(QgsMapCanvasItem):
    """Whom the basemap comes from, in the lower right corner of the map."""

    def __init__(self, canvas: QgsMapCanvas, text: str) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.text = text

    def boundingRect(self) -> QRectF:
        return QRectF(self._canvas.viewport().rect())

    def updatePosition(self) -> None:
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        painter.setFont(self._canvas.font())
        metrics = painter.fontMetrics()
        view = self.boundingRect()
        most = int(view.width()) - 2 * _MARGIN
        text = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, most)
        width, height = metrics.horizontalAdvance(text) + 2 * _MARGIN, metrics.height()
        box = QRectF(view.right() - width, view.bottom() - height, width, height)
        painter.fillRect(box, _PAPER)
        painter.setPen(QColor("#333333"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
