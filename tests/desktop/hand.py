"""Keys and clicks that go through the window system, as a person's do; all of them are counted."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
import subprocess
from typing import Optional

from qgis.PyQt.QtCore import QObject, QPoint, QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialog, QMenu, QWidget

_TEXT = "text"


class Hand:
    """Moves the pointer and presses keys of the display. `done` has what was done, in its order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._one_by_one = ThreadPoolExecutor(1)

    def click(self, widget: QWidget, point: Optional[QPoint] = None) -> None:
        self._at(widget, point, "click", "1")
        self.done.append("click")

    def point_at(self, widget: QWidget, point: Optional[QPoint] = None) -> None:
        self._at(widget, point)

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
        self.done.append(_TEXT)

    def paste(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        self._send("key", "ctrl+v")
        self.done.append("paste")

    def in_words(self) -> str:
        """How many of each, as “1 paste, 2 keys, 1 click”."""
        kinds = Counter("key" if one not in ("click", "drag", "paste", _TEXT) else one for one in self.done)
        return ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in kinds.items())

    def _at(self, widget: QWidget, point: Optional[QPoint], *then: str) -> None:
        self._send(*self._move(widget, point or widget.rect().center()), *then)

    @staticmethod
    def _move(widget: QWidget, point: QPoint) -> tuple[str, ...]:
        place, ratio = widget.mapToGlobal(point), widget.devicePixelRatioF()
        return ("mousemove", str(round(place.x() * ratio)), str(round(place.y() * ratio)))

    def _send(self, *arguments: str) -> None:
        self._one_by_one.submit(subprocess.run, ["xdotool", *arguments], check=True)


class Windows(QObject):
    """Notes every form and prompt that comes, and forms of ours that come over forms of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.stacked: list[list[str]] = []
        self._open: set[str] = set()
        self._look = QTimer(self)
        self._look.timeout.connect(self._note)
        self._look.start(30)

    def _note(self) -> None:
        shown = [
            one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()
        ]
        names = {type(one).__name__ for one in shown}
        for one in shown:
            if type(one).__name__ not in self._open:
                one.activateWindow()  # as window managers do; this display has none
        self.seen += names - self._open
        self._open = names
        ours = [type(one).__name__ for one in shown if "plugin.gui" in type(one).__module__]
        if len(ours) > 1:
            self.stacked.append(ours)


def open_menu() -> Optional[QMenu]:
    """The menu that is open, if one is."""
    found = QApplication.activePopupWidget()
    return found if isinstance(found, QMenu) else None
