"""A picture that moves with the map: only what comes into it is painted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qgis.PyQt.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import QPainter, QPixmap


class MovingPicture:
    """What `paint` makes of a `box` of the canvas, which is transparent where it paints nothing.

    `paint` gets a painter and the part of the canvas that it is asked for. `ratio`: pixels of the screen in
    one of the canvas.
    """

    def __init__(self, box: QRectF, ratio: float, paint: Callable[[QPainter, QRectF], None]) -> None:
        self._box = box
        self._ratio = ratio
        self._paint = paint
        self.pixmap = QPixmap((box.size() * ratio).toSize())
        self.pixmap.setDevicePixelRatio(ratio)
        self.pixmap.fill(Qt.GlobalColor.transparent)
        self._repaint(self.pixmap.rect())

    def move(self, by: QPointF, changed: Iterable[QRectF]) -> None:
        """Moves by pixels of the canvas, whole ones of the screen; paints what is new, and these boxes."""
        step, whole = (by * self._ratio).toPoint(), self.pixmap.rect()
        stays = whole.intersected(whole.translated(step))
        if stays.isEmpty():
            self._repaint(whole)
            return
        self.pixmap.scroll(step.x(), step.y(), whole)
        beside = QRect(0 if step.x() > 0 else stays.width(), 0, abs(step.x()), whole.height())
        above = QRect(stays.left(), 0 if step.y() > 0 else stays.height(), stays.width(), abs(step.y()))
        for box in changed:
            corner = (box.topLeft() - self._box.topLeft()) * self._ratio
            self._repaint(QRectF(corner, box.size() * self._ratio).toAlignedRect().intersected(stays))
        self._repaint(beside)
        self._repaint(above)

    def add(self, paint: Callable[[QPainter], None]) -> None:
        """Paints something on top."""
        painter = QPainter(self.pixmap)
        painter.translate(-self._box.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter)
        painter.end()

    def _repaint(self, part: QRect) -> None:
        """`part` in pixels of the screen."""
        if part.isEmpty():
            return
        painter = QPainter(self.pixmap)
        painter.translate(-self._box.topLeft())
        corner = QPointF(part.topLeft()) / self._ratio + self._box.topLeft()
        asked = QRectF(corner, QSizeF(part.size()) / self._ratio)
        painter.setClipRect(asked)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(asked, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, asked)
        painter.end()
