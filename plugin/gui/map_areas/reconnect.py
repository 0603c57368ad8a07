"""Asks again, now and then, while a list waits for the network and somebody looks at it."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QObject, QTimer

from ...core.offline_map.area_status import ListState
from ...qgis_io.connections import Connection
from ..jobs.questions import Question, Questions
from .area_list import AreaList

_PAUSE = 15_000  # milliseconds


class ComingBack(QObject):
    """Refreshes `areas` as soon as its portal answers again. The question itself signs nobody in."""

    def __init__(self, areas: AreaList, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._areas = areas
        self._questions = questions
        self._is_seen = False
        self._question: Optional[Question] = None
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._ask)
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

    def _follow(self) -> None:
        waits = self._is_seen and self._areas.state is ListState.NO_NETWORK
        if waits and not self._timer.isActive():
            self._timer.start()
        elif not waits:
            self.close()

    def _ask(self) -> None:
        if self._areas.choice is None or self._areas.is_asking:
            return
        if self._question is not None:
            self._question.cancel()
        visitor = Connection("", self._areas.choice.connection.url)
        self._question = self._questions.ask(
            visitor, lambda portal: portal.url, lambda _url: self._areas.refresh(), _still_away
        )


def _still_away(_error: object) -> None:
    """The list says so already."""
