"""The map areas as one item of the canvas: outlines in the colour of their state, and titles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsGeometry
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen
from qgis.PyQt.QtWidgets import QApplication, QStyleOptionGraphicsItem, QWidget

from ...core.offline_map.area_status import AreaStatus
from ..rows.glyphs import tone_colour
from ..rows.wording import Tone, tone
from .area_shapes import PlacedShape, projected, with_margin
from .area_titles import AreaTitles
from .moving_picture import MovingPicture
from .outline_sheet import OutlineSheet

_Z = 50.0  # above the map, below what tools draw
_DOT = 6.0  # radius, pixels
_AROUND = 8.0  # pixels: the widest line and its casing reach less far out
_REACH = 12.0  # pixels around a dot where a click still means it
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


@dataclass(frozen=True, eq=False)
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

    One picture holds all outlines and titles. It moves with the map: after a pan only what came into it is
    painted. What is selected or pointed at is drawn over it.
    """

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setZValue(_Z)
        self._canvas = canvas
        self._areas: dict[str, MapOutline] = {}
        self._projected: dict[str, QgsGeometry] = {}
        self._placed: Optional[tuple[OutlineSheet, AreaTitles]] = None
        self._picture: Optional[MovingPicture] = None
        self._selected: frozenset[str] = frozenset()
        self._hovered = ""
        self._view = self._visible()
        emphases = (_PLAIN, _HOVERED, _SELECTED)
        self._looks = {(status, one): _Look(status, one) for status in AreaStatus for one in emphases}

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
        sheet, titles = self._all_placed()
        there = point - sheet.shift
        named = [area_id for area_id, box in titles.boxes.items() if box.contains(there)]
        under = [area_id for area_id, shape in sheet.shapes.items() if shape.is_at(there, _REACH)]
        return list(dict.fromkeys((*named, *reversed(under))))

    def reproject(self) -> None:
        """The map has another coordinate system."""
        self._projected.clear()
        self._place_anew()

    def updatePosition(self) -> None:
        """Called by the canvas when its view may have changed."""
        if self._placed is None:
            self._place_anew()
            return
        sheet, titles = self._placed
        shift = sheet.shift_to(self._canvas.mapSettings(), self._canvas.devicePixelRatioF())
        if shift is None:
            self._place_anew()
        elif shift != sheet.shift:
            by = shift - sheet.shift
            sheet.move(shift)
            gone, new = titles.arrange(sheet.shapes, sheet.view)
            if self._picture is not None:
                self._picture.move(by, [_around(box).translated(shift) for box in gone])
                self._picture.add(lambda painter: self._paint_titles(painter, dict.fromkeys(new, _PLAIN)))
            self.update()

    def boundingRect(self) -> QRectF:
        return with_margin(self._view)

    def paint(
        self,
        painter: QPainter,
        option: Optional[QStyleOptionGraphicsItem] = None,
        widget: Optional[QWidget] = None,
    ) -> None:
        sheet, _titles = self._all_placed()
        box, ratio = self.boundingRect(), self._canvas.devicePixelRatioF()
        if self._picture is None:
            self._picture = MovingPicture(box, ratio, self._paint_plain)
        over = {area_id: _SELECTED for area_id in sheet.shapes if area_id in self._selected}
        if self._hovered in sheet.shapes:
            over[self._hovered] = over.pop(self._hovered, _HOVERED)  # to the end: on top
        painter.drawPixmap(box.topLeft(), self._picture.pixmap)
        if over:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_outlines(painter, over)
            self._paint_titles(painter, over)

    def _paint_plain(self, painter: QPainter, part: QRectF) -> None:
        """What lies in a part of the canvas, the smallest areas on top."""
        sheet, titles = self._all_placed()
        part = _around(part.translated(-sheet.shift))
        outlines = [area_id for area_id, shape in sheet.shapes.items() if part.intersects(shape.box)]
        self._paint_outlines(painter, dict.fromkeys(outlines, _PLAIN))
        named = [area_id for area_id, box in titles.boxes.items() if part.intersects(box)]
        self._paint_titles(painter, dict.fromkeys(named, _PLAIN))

    def _paint_outlines(self, painter: QPainter, emphases: _Emphases) -> None:
        sheet, _titles = self._all_placed()
        painter.translate(sheet.shift)
        for area_id, emphasis in emphases.items():
            look = self._looks[self._areas[area_id].status, emphasis]
            _paint_shape(painter, sheet.shapes[area_id], look)
        painter.translate(-sheet.shift)

    def _paint_titles(self, painter: QPainter, emphases: _Emphases) -> None:
        sheet, _titles = self._all_placed()
        painter.translate(sheet.shift)
        painter.setFont(QApplication.font())
        for area_id, emphasis in emphases.items():
            box, area = self._wanted_title(area_id), self._areas[area_id]
            if box is not None:
                _paint_title(painter, area.title, box, self._looks[area.status, emphasis])
        painter.translate(-sheet.shift)

    def _wanted_title(self, area_id: str) -> Optional[QRectF]:
        """Where the title lies, or would lie if it had room; None for an area out of view."""
        sheet, titles = self._all_placed()
        shape = sheet.shapes.get(area_id)
        if area_id in titles.boxes or shape is None:
            return titles.boxes.get(area_id)
        return next(titles.candidates(area_id, shape, sheet.view), None)

    def _visible(self) -> QRectF:
        size = self._canvas.mapSettings().outputSize()
        return QRectF(0, 0, size.width(), size.height())

    def _place_anew(self) -> None:
        self._placed = self._picture = None
        self.prepareGeometryChange()
        self._view = self._visible()
        self.update()

    def _update_only(self, ids: Iterable[str]) -> None:
        """Paints again where these areas lie: the pointer passes over many while it moves."""
        if self._placed is None:
            self.update()
            return
        sheet, _titles = self._placed
        for area_id in ids:
            shape = sheet.shapes.get(area_id)
            for box in (shape.box if shape else None, self._wanted_title(area_id)):
                if box is not None:
                    self.update(_around(box).translated(sheet.shift))

    def _all_placed(self) -> tuple[OutlineSheet, AreaTitles]:
        if self._placed is None:
            settings = self._canvas.mapSettings()
            for area_id, area in self._areas.items():
                if area_id not in self._projected:
                    self._projected[area_id] = projected(area.outline, settings)
            sheet = OutlineSheet(self._projected, settings)
            titles = AreaTitles({area_id: area.title for area_id, area in self._areas.items()})
            titles.arrange(sheet.shapes, sheet.view)
            self._placed = sheet, titles
        return self._placed


def _around(box: QRectF) -> QRectF:
    return box.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)


class _Look:
    """Pens and brushes for a state: made once, for they cost more than what they paint."""

    def __init__(self, status: AreaStatus, emphasis: _Emphasis) -> None:
        self.colour = map_colour(status)
        self.fill = QColor(self.colour)
        self.fill.setAlpha(emphasis.fill)
        self.casing = _pen(_CASING, emphasis.width + 3.0)
        self.line = _pen(self.colour, emphasis.width, _LINES[tone(status)])
        self.thin_casing = QPen(_CASING, emphasis.width)
        self.thinner_casing = QPen(_CASING, emphasis.width * 0.6)
        self.title = self.colour.darker(emphasis.darkness)


def _paint_shape(painter: QPainter, shape: PlacedShape, look: _Look) -> None:
    if shape.dot is not None:
        painter.setPen(look.thin_casing)
        painter.setBrush(look.colour)
        painter.drawEllipse(shape.dot, _DOT, _DOT)
        return
    painter.fillPath(shape.path, look.fill)
    painter.strokePath(shape.path, look.casing)
    painter.strokePath(shape.path, look.line)


def _paint_title(painter: QPainter, title: str, box: QRectF, look: _Look) -> None:
    painter.setPen(look.thinner_casing)
    painter.setBrush(look.title)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(Qt.GlobalColor.white)
    room = box.width() - box.height() * 0.7
    text = QFontMetricsF(painter.font()).elidedText(title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _pen(colour: QColor, width: float, line: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    # Round joins would cost several times as much, and none shows at these widths.
    return QPen(colour, width, line, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
