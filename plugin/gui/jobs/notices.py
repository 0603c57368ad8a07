"""What has happened, in the message bar of QGIS and its log; how a job ended, with its details."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Optional

from qgis.core import Qgis, QgsMessageLog
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QPushButton

from ...core import TITLE
from ...qgis_io.wording import as_html


class Notices:
    """One sentence at a time, and behind a button all that belongs to it."""

    def __init__(self, bar: QgsMessageBar) -> None:
        self._bar = bar

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("Notices", text)

    def tell(self, text: str, level: Qgis.MessageLevel = Qgis.MessageLevel.Info, details: str = "") -> None:
        """A sentence, its details for the log only."""
        self._log(text, level, details)
        self._bar.pushMessage(TITLE, as_html(text), level)

    def success(self, text: str) -> None:
        """Something came out well."""
        self.tell(text, Qgis.MessageLevel.Success)

    def failure(self, text: str) -> None:
        """Something did not; stays until it is closed."""
        self.tell(text, Qgis.MessageLevel.Critical)

    def offer(
        self,
        text: str,
        level: Qgis.MessageLevel,
        button: str,
        pressed: Callable[[], None],
        details: str = "",
        others: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        """A sentence with a button, and perhaps `others`."""
        self._log(text, level, details)
        item = self._bar.createMessage(TITLE, as_html(text))
        for name, does in ((button, pressed), *others):
            made = QPushButton(name, item)
            made.clicked.connect(lambda _checked, does=does: does())
            item.layout().addWidget(made)
        self._bar.pushWidget(item, level)

    def _log(self, text: str, level: Qgis.MessageLevel, details: Optional[str]) -> None:
        QgsMessageLog.logMessage("\n".join(filter(None, (text, details))), TITLE, level, False)
