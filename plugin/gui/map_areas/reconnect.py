"""Asks again, after longer and longer pauses, while a list waits for its portal and somebody looks at it."""

from __future__ import annotations

import math
import time
from typing import Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...qgis_io.connections import Connection
from ..jobs.growing_pause import GrowingPause
from ..jobs.questions import Question, Questions
from .area_list import AreaList

_TICK = 1000  # milliseconds


class ComingBack(QObject):
    """Refreshes `areas` as soon as its portal answers again. The question itself signs nobody in.

    `counted` tells the seconds until it is asked, 0 where nothing is waited for.
    """

    counted = pyqtSignal(int)

    def __init__(self, areas: AreaList, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._areas = areas
        self._questions = questions
        self._is_seen = False
        self._question: Optional[Question] = None
        self._pause = GrowingPause()
        self._until = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._count)
        areas.changed.connect(self._follow)

    def see(self, is_seen: bool) -> None:
        """Whether somebody looks at the list; else the network is left alone."""
        self._is_seen = is_seen
        self._follow()

    def close(self) -> None:
        """Asks no more."""
        self._timer.stop()
        if self._question is not None:
            self._question.cancel()
            self._question = None

    def _follow(self) -> None:
        if self._areas.is_complete:
            self._pause.reset()
        waits = self._is_seen and self._areas.is_portal_away
        if waits and not self._timer.isActive() and self._question is None:
            self._wait()
        elif not waits:
            self.close()
            self.counted.emit(0)

    def _wait(self) -> None:
        self._until = time.monotonic() + self._pause.next()
        self._timer.start()
        self._count()

    def _count(self) -> None:
        left = math.ceil(self._until - time.monotonic())
        self.counted.emit(max(0, left))
        if left <= 0:
            self._timer.stop()
            self._ask()

    def _ask(self) -> None:
        listed = self._areas.choice
        if listed is not None:
            visitor = Connection("", listed.connection.url)
            self._question = self._questions.ask(
                visitor, lambda portal: portal.url, self._come_back, self._stay_away
            )

    def _come_back(self, _url: str) -> None:
        self._question = None
        self._areas.refresh()

    def _stay_away(self, _error: object) -> None:
        self._question = None
        self._wait()
