"""One line for all jobs of the queue: which of how many, how fast, and how long it may take."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QWidget

from ..rows.wording import duration_in_words, speed_in_words
from .job_queue import JobQueue, QueueState


class QueueLine(QLabel):
    """Stands below both pages of the dock while something is to be done."""

    def __init__(self, queue: JobQueue, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("offlineMapAreasQueue")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setContentsMargins(10, 4, 10, 6)
        self._queue = queue
        queue.changed.connect(lambda _key: self._show())
        queue.ended.connect(lambda _work, _outcome: self._show())
        self._show()

    def _show(self) -> None:
        state = self._queue.state()
        self.setVisible(state is not None)
        if state is not None:
            self.setText(self._text(state))

    def _text(self, state: QueueState) -> str:
        parts = [self.tr("{number} of {total}").format(number=state.number, total=state.total)]
        if state.waits:
            parts.append(self.tr("waiting, trying again in {seconds} s").format(seconds=state.waits))
        elif state.speed:
            parts.append(speed_in_words(state.speed))
        if state.left and not state.waits:
            parts.append(self.tr("{time} left").format(time=duration_in_words(state.left)))
        return " · ".join(parts)
