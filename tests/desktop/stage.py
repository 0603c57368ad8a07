"""Inside QGIS: a tour is a generator that yields what it waits for; the event loop runs meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
import json
from multiprocessing.connection import Client
import os
from pathlib import Path
import sys
import threading
import time
import traceback
from typing import Any, Optional

from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QMessageBox

_STEP = 20  # milliseconds between two looks
_BEAT = 5  # milliseconds between two beats of the pulse
_LONG = 0.12  # seconds without a beat that want an explanation
Step = Callable[[], Any]


class Stage(QObject):
    """Runs one tour and notes what is wrong; QGIS ends afterwards."""

    def __init__(self, window, quit_qgis: Callable[[], None]) -> None:
        super().__init__()
        self.told = json.loads(os.environ["TOUR"])
        self.window = window
        self._quit = quit_qgis
        self._line = Client(tuple(self.told["control"]))
        self._wrong: list[str] = []
        self._measured: list[str] = []
        self._beats: list[float] = []
        self._waiting: tuple[Step, float, str] = (lambda: True, 0.0, "")
        self._timer, self._pulse = QTimer(self), QTimer(self)
        self._timer.setInterval(_STEP)
        self._timer.timeout.connect(self._go_on)
        self._pulse.setInterval(_BEAT)
        self._pulse.timeout.connect(lambda: self._beats.append(time.monotonic()))
        self._pauses = Pauses(self._beats)

    def run(self, tour: Iterator[tuple[str, Step]]) -> None:
        self._write({"wrong": ["QGIS did not come to the end of the tour"]})
        self._tour = tour
        self.window.stage = self  # nobody else keeps it
        self._timer.start()

    def portal(self, name: str, **arguments: Any) -> Any:
        """Tells the portal's process to change something."""
        self._line.send((name, arguments))
        return self._line.recv()

    def expect(self, true: Any, text: str) -> None:
        if not true:
            self._wrong.append(text)

    def figure(self, what: str, milliseconds: float, most: Optional[float]) -> None:
        """Notes a time; above `most` something is wrong."""
        goal = f"≤ {most:.0f} ms" if most else ""
        self._measured.append(f"| {what} | {milliseconds:,.0f} ms | {goal} |")

    def picture(self, name: str) -> None:
        """What the display shows where the window of QGIS is, with forms and menus above it."""
        QApplication.processEvents()
        place = self.window.frameGeometry()
        shown = QGuiApplication.primaryScreen().grabWindow(
            0, place.x(), place.y(), place.width(), place.height()
        )
        shown.save(str(Path(self.told["pictures"]) / f"{name}.png"))

    def start_pulse(self) -> None:
        self._beats.clear()
        self._pulse.start()
        self._pauses.watch()

    def stop_pulse(self, what: str, most: int = 250) -> float:
        """Notes how long the event loop kept people waiting; the longest wait in milliseconds."""
        self._pulse.stop()
        (Path(self.told["outcome"]).parent / f"pauses, {what}.txt").write_text(self._pauses.end(), "utf-8")
        gaps = sorted(b - a - _BEAT / 1000 for a, b in zip(self._beats, self._beats[1:]))
        if not gaps:
            return 0.0
        p99, worst = (max(0.0, gaps[int(len(gaps) * share) - 1]) * 1000 for share in (0.99, 1.0))
        figures = f"p99 {p99:.0f} ms, longest {worst:.0f} ms"
        self._measured.append(f"| event loop, {what} | {figures} | p99 < 100 ms, longest ≤ {most} ms |")
        return worst

    def end(self) -> None:
        self._timer.stop()
        self._write({"wrong": self._wrong, "measured": self._measured})
        self._line.close()
        self._leave()

    def _leave(self) -> None:
        """Quits as users do: QGIS asks whether it may cancel what runs, and stays until it is told again."""
        QTimer.singleShot(1500, self._leave)
        question = QApplication.activeModalWidget()
        if isinstance(question, QMessageBox):
            question.button(QMessageBox.StandardButton.Yes).click()
        else:
            self._quit()

    def _write(self, outcome: dict[str, list[str]]) -> None:
        Path(self.told["outcome"]).write_text(json.dumps(outcome), "utf-8")

    def _go_on(self) -> None:
        condition, deadline, what = self._waiting
        try:
            if not condition():
                if time.monotonic() < deadline:
                    return
                self._wrong.append(f"waited in vain until {what}; {self.told.get('now', str)()}")
                self.picture(f"wrong {len(self._wrong)}")
                self.end()
                return
            self._timer.stop()  # a step may run the event loop itself
            what, condition = next(self._tour)
            self._waiting = (condition, time.monotonic() + 40, what)
            self._timer.start()
        except StopIteration:
            self.end()
        except Exception:  # noqa: BLE001 - it is told, and ends the tour
            self._wrong.append(traceback.format_exc())
            self.end()


class Pauses:
    """Looks over the shoulder of the main thread: what Python did in it when beats failed to come."""

    def __init__(self, beats: list[float]) -> None:
        self._beats = beats
        self._over = threading.Event()
        self._seen: list[str] = []

    def watch(self) -> None:
        self._over.clear()
        self._seen.clear()
        threading.Thread(target=self._look, args=(threading.get_ident(),), daemon=True).start()

    def end(self) -> str:
        self._over.set()
        return "\n".join(self._seen)

    def _look(self, main: int) -> None:
        told_of = 0.0
        while not self._over.wait(0.02):
            last = self._beats[-1] if self._beats else time.monotonic()
            if time.monotonic() - last > _LONG and last != told_of:
                told_of = last
                frame = sys._current_frames().get(main)
                stack = traceback.format_stack(frame) if frame else ["  no Python\n"]
                self._seen.append(f"more than {_LONG * 1000:.0f} ms\n{''.join(stack[-12:])}")


def settled(milliseconds: int = 300) -> tuple[str, Step]:
    """Time for layouts, pictures and the map to come to rest."""
    until = time.monotonic() + milliseconds / 1000
    return "things have settled", lambda: time.monotonic() >= until


def click(widget, point: QPoint) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def hover(widget, point: QPoint) -> None:
    QTest.mouseMove(widget, point)
    QApplication.sendPostedEvents(None, QEvent.Type.MouseMove)


def dialog(name: str):
    """A window that is shown, by its object name."""
    found = [one for one in QApplication.topLevelWidgets() if one.objectName() == name and one.isVisible()]
    return found[0] if found else None
