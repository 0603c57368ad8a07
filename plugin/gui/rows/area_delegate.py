"""How a map area looks in the list: its picture, what it is, its state, and what can be done with it.

    ┌───────┐  Title
    │picture│  Description
    └───────┘  12.4 MB · packaged 3 days ago
    (●) Ready to download           [Download…] [⋯]

Nothing is decoded, scaled or read while painting: pictures and pictograms are ready-made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Optional

from qgis.PyQt.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPixmap,
)
from qgis.PyQt.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from ...core.offline_map.area_status import AreaStatus
from .actions import Action, actions
from .area_model import AreaRole
from .area_row import AreaRow
from .glyphs import blended, glyph, glyph_of, tone_colour
from .wording import Tone, Words, icon_name, tone

_GAP = 8
_PADDING = 10
_CORNER = 4
# These stand in the row itself; the others are in its menu.
_IN_ROW = (
    Action.DOWNLOAD,
    Action.RESUME,
    Action.RETRY,
    Action.OPEN,
    Action.UPDATE,
    Action.RELOAD,
    Action.PAUSE,
)
# What ends a job has a button of its own beside them.
_ENDING = {
    AreaStatus.QUEUED: Action.CANCEL,
    AreaStatus.DOWNLOADING: Action.CANCEL,
    AreaStatus.UPDATING: Action.STOP,
    AreaStatus.SYNCING: Action.STOP,
    AreaStatus.FINISHING: Action.STOP,
}
# Focus is drawn once the keyboard is used, as other lists do.
_KEYBOARD = QStyle.StateFlag.State_KeyboardFocusChange


@dataclass(frozen=True)
class _Button:
    """A button of a row; without an action it is the one that shows the menu.

    `content` is its text, or the name of a pictogram.
    """

    action: Optional[Action]
    content: str
    rect: QRect
    has_text: bool = False


@dataclass(frozen=True)
class _Layout:
    """Where everything of a row is."""

    picture: QRect
    title: QRect
    snippet: QRect
    facts: QRect
    mark: QRect
    state: QRect
    bar: QRect
    buttons: tuple[_Button, ...]


class AreaDelegate(QStyledItemDelegate):
    """Paints the rows of `view`. `triggered` tells an area id and an action, `menu_wanted` where to show it.

    `picture` gives the thumbnail of a row, or a placeholder while there is none.
    """

    triggered = pyqtSignal(str, object)
    menu_wanted = pyqtSignal(QModelIndex, QPoint)

    def __init__(
        self, view: QAbstractItemView, picture: Callable[[AreaRow], QPixmap], parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._picture = picture
        self._words = Words()
        self._pressed: Optional[_Button] = None
        self._pointed_at = ""
        self._pointer = QPoint(-1, -1)  # where it last moved: asking the display costs more than a row

    def point_at(self, area_id: str) -> None:
        """Emphasises the row of the area that the pointer is over on the map; none for an empty id."""
        if area_id != self._pointed_at:
            self._pointed_at = area_id
            self._view.viewport().update()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        line = QFontMetrics(option.font).height()
        return QSize(16 * line, 3 * line + _button_height(option.font) + 2 * _PADDING + _GAP + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        row: AreaRow = index.data(AreaRole.ROW)
        place = self._layout(option.rect, option.font, row)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ground(painter, option, row.id == self._pointed_at)
        self._paint_picture(painter, place.picture, row)
        self._paint_texts(painter, place, row, option)
        self._paint_state(painter, place, row, option)
        for button in place.buttons:
            self._paint_button(painter, button, option)
        painter.restore()

    def editorEvent(self, event: QEvent, model, option: QStyleOptionViewItem, index: QModelIndex) -> bool:
        if event.type() == QEvent.Type.MouseMove:
            self._pointer = event.pos()
            self._view.update(index)
            return False
        if event.type() not in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        button = self._button_at(event.pos(), option, index)
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = button
            return button is not None
        pressed, self._pressed = self._pressed, None
        if button is None or pressed is None or button.action is not pressed.action:
            return False
        if button.action is None:
            self.menu_wanted.emit(index, self._view.viewport().mapToGlobal(button.rect.bottomLeft()))
        else:
            self.triggered.emit(index.data(AreaRole.ID), button.action)
        return True

    def helpEvent(
        self, event, view: QAbstractItemView, option: QStyleOptionViewItem, index: QModelIndex
    ) -> bool:
        button = self._button_at(event.pos(), option, index)
        if button is None:
            return super().helpEvent(event, view, option, index)
        text = self._words.action(button.action) if button.action else self.tr("More actions")
        QToolTip.showText(event.globalPos(), text, view)
        return True

    def menu_position(self, index: QModelIndex) -> QPoint:
        """Where the menu of a row appears when the keyboard asks for it; global."""
        rect = self._view.visualRect(index)
        place = self._layout(rect, self._view.font(), index.data(AreaRole.ROW))
        return self._view.viewport().mapToGlobal(place.buttons[-1].rect.bottomLeft())

    def _button_at(
        self, point: QPoint, option: QStyleOptionViewItem, index: QModelIndex
    ) -> Optional[_Button]:
        place = self._layout(option.rect, option.font, index.data(AreaRole.ROW))
        return next((button for button in place.buttons if button.rect.contains(point)), None)

    # ---- layout -------------------------------------------------------------------------------

    def _layout(self, rect: QRect, font: QFont, row: AreaRow) -> _Layout:
        inner = rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        line = QFontMetrics(font).height()
        picture = QRect(inner.left(), inner.top() + 1, round(3 * line * 1.5), 3 * line)
        left = picture.right() + 1 + _PADDING
        texts = [QRect(left, inner.top() + i * line, inner.right() - left + 1, line) for i in range(3)]
        height = _button_height(font)
        foot = QRect(inner.left(), inner.bottom() - height + 1, inner.width(), height)
        buttons = self._buttons(foot, font, row)
        mark = QRect(foot.left(), foot.center().y() - 7, 15, 15)
        state_left = mark.right() + 1 + 6
        state = QRect(state_left, foot.top(), buttons[0].rect.left() - _GAP - state_left, height)
        bar = QRect(inner.left(), foot.top() - 5, inner.width(), 3)
        return _Layout(picture, *texts, mark, state, bar, buttons)

    def _buttons(self, foot: QRect, font: QFont, row: AreaRow) -> tuple[_Button, ...]:
        """From left to right; the menu is always the last."""
        metrics, height = QFontMetrics(font), foot.height()
        right = foot.right() + 1 - height
        made = [_Button(None, "more", QRect(right, foot.top(), height, height))]
        first = actions(row)[0]
        ending = _ENDING.get(row.status)
        if ending is not None:
            right -= height + 2
            made.insert(0, _Button(ending, glyph_of(ending), QRect(right, foot.top(), height, height)))
        if first in _IN_ROW:
            text = self._words.action(first)
            width = metrics.horizontalAdvance(text) + 2 * _PADDING
            right -= width + 4
            made.insert(0, _Button(first, text, QRect(right, foot.top(), width, height), has_text=True))
        return tuple(made)

    # ---- painting -----------------------------------------------------------------------------

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, pointed_at: bool) -> None:
        """A calm tint instead of the full highlight, so that the colours of states stay readable."""
        palette, rect = option.palette, option.rect
        highlight = palette.color(QPalette.ColorRole.Highlight)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = pointed_at or bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            tint = QColor(highlight)
            tint.setAlpha(46 if selected else 18)
            painter.fillRect(rect, tint)
        if selected:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), highlight)
        line = blended(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), 0.86)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), line)
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & _KEYBOARD:
            painter.setPen(QPen(highlight, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(4, 1, -2, -3))

    def _paint_picture(self, painter: QPainter, rect: QRect, row: AreaRow) -> None:
        pixmap = self._picture(row)
        clip = QPainterPath()
        clip.addRoundedRect(rect.x(), rect.y(), rect.width(), rect.height(), _CORNER, _CORNER)
        painter.save()
        painter.setClipPath(clip)
        fitted = pixmap.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        target = QRect(QPoint(0, 0), fitted)
        target.moveCenter(rect.center())
        painter.drawPixmap(target, pixmap)
        painter.restore()

    def _paint_texts(
        self, painter: QPainter, place: _Layout, row: AreaRow, option: QStyleOptionViewItem
    ) -> None:
        palette = option.palette
        text = palette.color(QPalette.ColorRole.Text)
        quiet = blended(text, palette.color(QPalette.ColorRole.Base), 0.3)
        bold = QFont(option.font)
        bold.setBold(True)
        facts = self._words.facts_line(row, datetime.now(timezone.utc))
        for content, rect, font, colour in (
            (row.title, place.title, bold, text),
            (row.snippet, place.snippet, option.font, text),
            (facts, place.facts if row.snippet else place.snippet, option.font, quiet),
        ):
            _draw_text(painter, content, rect, font, colour)

    def _paint_state(
        self, painter: QPainter, place: _Layout, row: AreaRow, option: QStyleOptionViewItem
    ) -> None:
        status = row.status
        colour = tone_colour(tone(status), option.palette)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(place.mark.topLeft(), glyph(icon_name(status), colour, place.mark.width(), ratio))
        text_place = self._paint_edits(painter, place.state, row, option)
        _draw_text(painter, self._words.state(row), text_place, option.font, colour)
        if row.progress is not None and (row.progress.percent or not row.progress.waits):
            ground = blended(colour, option.palette.color(QPalette.ColorRole.Base), 0.75)
            painter.fillRect(place.bar, ground)
            done = QRect(place.bar)
            done.setWidth(round(place.bar.width() * row.progress.percent / 100))
            painter.fillRect(done, colour)

    def _paint_edits(
        self, painter: QPainter, rect: QRect, row: AreaRow, option: QStyleOptionViewItem
    ) -> QRect:
        """How many edits the state does not tell of, after its text; what is left for that text."""
        count = self._words.edits(row)
        if not count:
            return rect
        metrics, side = QFontMetrics(option.font), 15
        needed = side + 3 + metrics.horizontalAdvance(count)
        left = min(
            rect.left() + metrics.horizontalAdvance(self._words.state(row)) + _GAP, rect.right() + 1 - needed
        )
        colour = tone_colour(Tone.WARNING, option.palette)
        mark = glyph("edit", colour, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(left, rect.center().y() - side // 2, mark)
        text = QRect(left + side + 3, rect.top(), needed - side - 3, rect.height())
        _draw_text(painter, count, text, option.font, colour)
        return QRect(rect.left(), rect.top(), left - _GAP // 2 - rect.left(), rect.height())

    def _paint_button(self, painter: QPainter, button: _Button, option: QStyleOptionViewItem) -> None:
        palette = option.palette
        text, base = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
        hovered = button.rect.contains(self._pointer) and bool(
            option.state & QStyle.StateFlag.State_MouseOver
        )
        path = QPainterPath()
        rect = button.rect.adjusted(0, 0, -1, -1)
        path.addRoundedRect(rect.x() + 0.5, rect.y() + 0.5, rect.width(), rect.height(), _CORNER, _CORNER)
        if hovered:
            painter.fillPath(path, blended(text, base, 0.86))
        if button.has_text:
            painter.setPen(QPen(blended(text, base, 0.6), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
            painter.setPen(text)
            painter.setFont(option.font)
            painter.drawText(button.rect, Qt.AlignmentFlag.AlignCenter, button.content)
            return
        ratio = painter.device().devicePixelRatioF()
        side = 16
        corner = button.rect.center() - QPoint(side // 2 - 1, side // 2 - 1)
        painter.drawPixmap(corner, glyph(button.content, text, side, ratio))


def _button_height(font: QFont) -> int:
    return max(24, QFontMetrics(font).height() + 8)


def _draw_text(painter: QPainter, text: str, rect: QRect, font: QFont, colour: QColor) -> None:
    """One line."""
    painter.setFont(font)
    painter.setPen(colour)
    fitted = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)
