"""How a web map looks in the list: its picture, its title, whose it is, and what it is about."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QPoint, QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPalette, QPen, QPixmap
from qgis.PyQt.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ...core.portal.items import Item
from ...core.portal.web_maps import has_areas
from ..rows.glyphs import blended
from .web_map_model import FACTS, ITEM

_GAP = 8
_CORNER = 4
_LINES = 3


class WebMapDelegate(QStyledItemDelegate):
    """Paints rows of a `WebMapModel`; `picture` gives the thumbnail of an item, or a placeholder."""

    def __init__(self, picture: Callable[[Item], QPixmap], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._picture = picture

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        line = QFontMetrics(option.font).height()
        return QSize(20 * line, _LINES * line + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        item: Item = index.data(ITEM)
        inner = option.rect.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        _paint_ground(painter, option)
        picture = QRect(inner.left(), inner.top(), round(inner.height() * 1.5), inner.height())
        _paint_picture(painter, picture, self._picture(item))
        texts = inner.adjusted(picture.width() + _GAP, 0, 0, 0)
        self._paint_texts(painter, texts, option, index)
        painter.restore()

    def _paint_texts(
        self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        item: Item = index.data(ITEM)
        text = option.palette.color(QPalette.ColorRole.Text)
        quiet = blended(text, option.palette.color(QPalette.ColorRole.Base), 0.3)
        bold = QFont(option.font)
        bold.setBold(True)
        note = item.snippet if has_areas(item) else self.tr("The portal lists no map areas for this web map.")
        line = QFontMetrics(option.font).height()
        for number, (content, font, colour) in enumerate(
            ((item.title, bold, text), (index.data(FACTS), option.font, quiet), (note, option.font, text))
        ):
            place = QRect(rect.left(), rect.top() + number * line, rect.width(), line)
            painter.setFont(font)
            painter.setPen(colour)
            fitted = QFontMetrics(font).elidedText(content, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """A tint of the highlight, so that texts keep their colours; the focus as a dotted frame."""
    palette, rect = option.palette, option.rect
    highlight = palette.color(QPalette.ColorRole.Highlight)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if selected or option.state & QStyle.StateFlag.State_MouseOver:
        tint = QColor(highlight)
        tint.setAlpha(46 if selected else 18)
        painter.fillRect(rect, tint)
    if selected:
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), highlight)
    line = blended(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), 0.86)
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), line)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(highlight, 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(4, 1, -2, -3))


def _paint_picture(painter: QPainter, rect: QRect, pixmap: QPixmap) -> None:
    clip = QPainterPath()
    clip.addRoundedRect(rect.x(), rect.y(), rect.width(), rect.height(), _CORNER, _CORNER)
    painter.save()
    painter.setClipPath(clip)
    target = QRect(
        QPoint(0, 0), pixmap.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    )
    target.moveCenter(rect.center())
    painter.drawPixmap(target, pixmap)
    painter.restore()
