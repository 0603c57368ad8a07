"""A page that says why there is no list, and what helps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ..rows.glyphs import glyph
from ..rows.wording import Action, Words

_GLYPH = 44


class MessagePage(QWidget):
    """A pictogram, a headline, a sentence, perhaps details, and buttons; `wanted` tells which."""

    wanted = pyqtSignal(object)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._glyph = ""
        self._picture = QLabel(self)
        self._headline, self._sentence, self._details = QLabel(self), QLabel(self), QLabel(self)
        font = self._headline.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self._headline.setFont(font)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(0, 8, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        for label in (self._picture, self._headline, self._sentence, self._details):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._picture)
            label.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(label)
        layout.addLayout(self._buttons)
        layout.addStretch(3)

    def show_text(
        self,
        picture: str,
        headline: str,
        sentence: str,
        details: str = "",
        buttons: Iterable[Action] = (),
    ) -> None:
        """Says something else. `picture` names a file of resources/status."""
        self._glyph = picture
        self.follow_theme()
        self._headline.setText(headline)
        self._sentence.setText(sentence)
        self._details.setText(details)
        self._details.setVisible(bool(details))
        self._show_buttons(tuple(buttons))

    def follow_theme(self) -> None:
        """QGIS has another theme."""
        if not self._glyph:
            return
        colour = QApplication.palette().color(QPalette.ColorRole.WindowText)
        colour.setAlphaF(0.55)
        self._picture.setPixmap(glyph(self._glyph, colour, _GLYPH, self.devicePixelRatioF()))

    def _show_buttons(self, buttons: tuple[Action, ...]) -> None:
        while self._buttons.count():
            entry = self._buttons.takeAt(0)
            if entry.widget():
                entry.widget().deleteLater()
        if not buttons:
            return
        self._buttons.addStretch()
        for action in buttons:
            button = QPushButton(Words().action(action), self)
            button.clicked.connect(lambda _checked, action=action: self.wanted.emit(action))
            self._buttons.addWidget(button)
        self._buttons.addStretch()
