"""The map areas as one item of the canvas: outlines in the colour of their state, and titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsGeometry
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen, QPixmap
from qgis.PyQt.QtWidgets import QApplication, QStyleOptionGraphicsItem, QWidget

from ...core.offline_map.area_status import AreaStatus
from ..rows.glyphs import tone_colour
from ..rows.wording import Tone, tone
from .area_shapes import PlacedShape, placed, projected, with_margin

_Z = 50.0  # above the map, below what tools draw
_DOT = 6.0  # radius, pixels
_AROUND = 8.0  # pixels: the widest line and its casing reach less far out
_REACH = 12.0  # pixels around a dot where a click still means it
_WIDEST_TITLE = 240.0  # pixels
_CASING = QColor(255, 255, 255, 225)  # keeps any colour apart from any map


# Lines tell the tones apart for eyes that miss their hues.
_LINES = {
    Tone.QUIET: Qt.PenStyle.DashLine,
    Tone.READY: Qt.PenStyle.SolidLine,
    Tone.BUSY: Qt.PenStyle.DashDotLine,
    Tone.GOOD: Qt.PenStyle.SolidLine,
    Tone.WARNING: Qt.PenStyle.DashDotDotLine,
    Tone.BAD: Qt.PenStyle.DotLine,
}


def map_colour(status: AreaStatus) -> QColor:
    """The colour of a state on the map: that of the list on a light theme, for the casing is white."""
    return tone_colour(tone(status), QPalette(QColor("white")))


@dataclass(frozen=True)
class MapOutline:
    """What the canvas shows of one area; `outline` in EPSG:4326."""

    id: str
    title: str
    status: AreaStatus
    outline: QgsGeometry


@dataclass(frozen=True)
class _Emphasis:
    """Width of the line in pixels, how much of the colour fills the area (0 to 255), and the
    darkness of the title (100: the colour itself)."""

    width: float
    fill: int
    darkness: int


_Emphases = dict[str, _Emphasis]  # of areas by id, the last on top

_PLAIN = _Emphasis(2.0, 18, 100)
_HOVERED = _Emphasis(3.0, 36, 125)
_SELECTED = _Emphasis(4.0, 44, 140)


class ExtentsItem(QgsMapCanvasItem):
    """Draws the areas over the map.

    Pictures of all outlines and of all titles are made once for each view; dragging the map only
    moves them. What is selected or pointed at is drawn over each.
    """

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setZValue(_Z)
        self._canvas = canvas
        self._areas: dict[str, MapOutline] = {}
        self._projected: dict[str, QgsGeometry] = {}
        self._placed: Optional[dict[str, PlacedShape]] = None
        self._titles: dict[str, QRectF] = {}
        self._pictures: Optional[tuple[QPixmap, QPixmap]] = None
        self._selected: frozenset[str] = frozenset()
        self._hovered = ""
        self._view = self._visible()

    def set_areas(self, areas: Iterable[MapOutline]) -> None:
        """Shows these areas; only outlines that are new are projected."""
        before, self._areas = self._areas, {area.id: area for area in areas}
        self._projected = {
            name: shape
            for name, shape in self._projected.items()
            if name in self._areas and self._areas[name].outline is before[name].outline
        }
        self._place_anew()

    def set_selected(self, ids: Iterable[str]) -> None:
        """Emphasises these areas."""
        before, self._selected = self._selected, frozenset(ids)
        self._update_only(before ^ self._selected)

    def set_hovered(self, area_id: str) -> None:
        """Emphasises one area that the pointer is over; none for an empty id."""
        if area_id != self._hovered:
            before, self._hovered = self._hovered, area_id
            self._update_only((before, area_id))

    def area(self, area_id: str) -> Optional[MapOutline]:
        """What is shown under this id."""
        return self._areas.get(area_id)

    def areas_at(self, point: QPointF) -> list[str]:
        """The areas under a pixel of the canvas: titles first, then the smallest outline."""
        shapes = self._shapes()
        named = [area_id for area_id, box in self._titles.items() if box.contains(point)]
        under = [area_id for area_id, shape in shapes.items() if shape.is_at(point, _REACH)]
        under.sort(key=lambda area_id: shapes[area_id].size)
        return list(dict.fromkeys((*named, *under)))

    def reproject(self) -> None:
        """The map has another coordinate system."""
        self._projected.clear()
        self._place_anew()

    def updatePosition(self) -> None:
        """Called by the canvas when its view changed."""
        self._place_anew()

    def boundingRect(self) -> QRectF:
        return with_margin(self._view)

    def paint(
        self,
        painter: QPainter,
        option: Optional[QStyleOptionGraphicsItem] = None,
        widget: Optional[QWidget] = None,
    ) -> None:
        shapes = self._shapes()
        if self._pictures is None:
            large_first = sorted(shapes, key=lambda area_id: -shapes[area_id].size)
            plain = dict.fromkeys(large_first, _PLAIN)
            self._pictures = (
                self._picture(self._paint_outlines, plain),
                self._picture(self._paint_titles, plain),
            )
        over = {area_id: _SELECTED for area_id in shapes if area_id in self._selected}
        if self._hovered in shapes:
            over[self._hovered] = over.pop(self._hovered, _HOVERED)  # to the end: on top
        outlines, titles = self._pictures
        corner = self.boundingRect().topLeft()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(corner, outlines)
        self._paint_outlines(painter, over)
        painter.drawPixmap(corner, titles)
        self._paint_titles(painter, over)

    def _picture(self, paint: Callable[[QPainter, _Emphases], None], emphases: _Emphases) -> QPixmap:
        """What `paint` makes of the whole item."""
        box, ratio = self.boundingRect(), self._canvas.devicePixelRatioF()
        picture = QPixmap((box.size() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-box.topLeft())
        paint(painter, emphases)
        painter.end()
        return picture

    def _paint_outlines(self, painter: QPainter, emphases: _Emphases) -> None:
        for area_id, emphasis in emphases.items():
            status = self._areas[area_id].status
            _paint_shape(painter, self._shapes()[area_id], status, emphasis)

    def _paint_titles(self, painter: QPainter, emphases: _Emphases) -> None:
        for area_id, emphasis in emphases.items():
            box = self._titles.get(area_id)
            if box is None and emphasis is not _PLAIN:
                box = next(self._title_boxes(area_id), None)
            if box is not None:
                self._paint_title(painter, area_id, box, emphasis)

    def _visible(self) -> QRectF:
        size = self._canvas.mapSettings().outputSize()
        return QRectF(0, 0, size.width(), size.height())

    def _place_anew(self) -> None:
        self._placed = self._pictures = None
        self.prepareGeometryChange()
        self._view = self._visible()
        self.update()

    def _update_only(self, ids: Iterable[str]) -> None:
        """Paints again where these areas lie: the pointer passes over many while it moves."""
        if self._placed is None:
            self.update()
            return
        for area_id in ids:
            shape, title = self._placed.get(area_id), next(self._title_boxes(area_id), None)
            for box in (shape.box if shape else None, self._titles.get(area_id, title)):
                if box is not None:
                    self.update(box.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND))

    def _shapes(self) -> dict[str, PlacedShape]:
        if self._placed is None:
            self._placed = dict(self._place())
            self._titles = self._arranged_titles()
        return self._placed

    def _place(self) -> Iterator[tuple[str, PlacedShape]]:
        settings, view = self._canvas.mapSettings(), self._view
        for area_id, area in self._areas.items():
            if area_id not in self._projected:
                self._projected[area_id] = projected(area.outline, settings)
            shape = placed(self._projected[area_id], settings, view)
            if shape is not None:
                yield area_id, shape

    def _arranged_titles(self) -> dict[str, QRectF]:
        """A place for each title where none lies yet; one without room is left out.

        What is selected plays no part in it: titles stay where they are under a click.
        """
        arranged: dict[str, QRectF] = {}
        shapes = self._shapes()
        for area_id in sorted(shapes, key=lambda area_id: shapes[area_id].size):
            taken = arranged.values()
            boxes = self._title_boxes(area_id)
            free = next((box for box in boxes if not any(map(box.intersects, taken))), None)
            if free is not None:
                arranged[area_id] = free
        return arranged

    def _title_boxes(self, area_id: str) -> Iterator[QRectF]:
        """Boxes for a title, best first, moved into the view where they would stick out."""
        if area_id not in self._shapes():
            return
        metrics = QFontMetricsF(QApplication.font())
        width = min(metrics.horizontalAdvance(self._areas[area_id].title), _WIDEST_TITLE) + metrics.height()
        view = self._view.adjusted(4, 4, -4, -4)
        for place in self._shapes()[area_id].label_places():
            box = QRectF(0, 0, width, metrics.height() * 1.35)
            box.moveCenter(place)
            box.moveLeft(max(view.left(), min(box.left(), view.right() - width)))
            box.moveTop(max(view.top(), min(box.top(), view.bottom() - box.height())))
            yield box

    def _paint_title(self, painter: QPainter, area_id: str, box: QRectF, emphasis: _Emphasis) -> None:
        area, font = self._areas[area_id], QApplication.font()
        painter.setPen(QPen(_CASING, emphasis.width * 0.6))
        painter.setBrush(map_colour(area.status).darker(emphasis.darkness))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(Qt.GlobalColor.white)
        painter.setFont(font)
        room = box.width() - box.height() * 0.7
        text = QFontMetricsF(font).elidedText(area.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_shape(painter: QPainter, shape: PlacedShape, status: AreaStatus, emphasis: _Emphasis) -> None:
    colour = map_colour(status)
    if shape.dot is not None:
        painter.setPen(QPen(_CASING, emphasis.width))
        painter.setBrush(colour)
        painter.drawEllipse(shape.dot, _DOT, _DOT)
        return
    fill = QColor(colour)
    fill.setAlpha(emphasis.fill)
    painter.fillPath(shape.path, fill)
    painter.strokePath(shape.path, _pen(_CASING, emphasis.width + 3.0))
    painter.strokePath(shape.path, _pen(colour, emphasis.width, _LINES[tone(status)]))


def _pen(colour: QColor, width: float, line: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    # Round joins would cost several times as much, and none shows at these widths.
    return QPen(colour, width, line, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
