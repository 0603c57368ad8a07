"""Keys and clicks that go through the window system, as a person's do; all of them are counted."""

from __future__ import annotations

import subprocess
from typing import Optional

from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtWidgets import QApplication, QWidget


class Hand:
    """Moves the pointer and presses keys of the display, and counts."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def click(self, widget: QWidget, point: Optional[QPoint] = None) -> None:
        self._send(*self._move(widget, point or widget.rect().center()), "click", "1")
        self.done.append("click")

    def drag(self, widget: QWidget, points: list[QPoint], pause: float = 0.03) -> None:
        """Presses at the first point, moves over the others, and lets go; `pause` in seconds."""
        first, *others = (self._move(widget, point) for point in points)
        moves = [word for move in others for word in (*move, "sleep", str(pause))]
        self._send(*first, "mousedown", "1", *moves, "mouseup", "1")
        self.done.append("drag")

    def press(self, key: str) -> None:
        self._send("key", key)
        self.done.append(key)

    def write(self, text: str) -> None:
        self._send("type", "--delay", "8", text)
        self.done.append("text")

    def paste(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        self._send("key", "ctrl+v")
        self.done.append("paste")

    @staticmethod
    def _move(widget: QWidget, point: QPoint) -> tuple[str, ...]:
        place = widget.mapToGlobal(point)
        return ("mousemove", str(place.x()), str(place.y()))

    @staticmethod
    def _send(*arguments: str) -> None:
        subprocess.Popen(["xdotool", *arguments])
