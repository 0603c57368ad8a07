"""Map areas in the locator bar of QGIS: type “area” and a few letters to jump to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from qgis.core import QgsFeedback, QgsLocatorContext, QgsLocatorFilter, QgsLocatorResult
from qgis.PyQt.QtCore import QCoreApplication

from ..core.untrusted.text import inert

if TYPE_CHECKING:
    from .rows.area_row import AreaRow


class AreaLocatorFilter(QgsLocatorFilter):
    """Finds rows by title, and calls `jump` with the id of the one that was chosen."""

    def __init__(self, rows: Callable[[], Iterable[AreaRow]], jump: Callable[[str], None]) -> None:
        super().__init__()
        self._rows = rows
        self._jump = jump

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("AreaLocatorFilter", text)

    def clone(self) -> AreaLocatorFilter:
        return AreaLocatorFilter(self._rows, self._jump)

    def name(self) -> str:
        return "offlinemapareas"

    def displayName(self) -> str:
        return self.tr("Map Areas")

    def prefix(self) -> str:
        return "area"

    def flags(self) -> QgsLocatorFilter.Flags:
        # The rows belong to the main thread, and there are at most some hundreds of them.
        return QgsLocatorFilter.Flag.FlagFast

    def fetchResults(self, string: str, context: QgsLocatorContext, feedback: QgsFeedback) -> None:
        if not string and not context.usingPrefix:
            return
        from .rows.glyphs import icon
        from .rows.wording import Words, icon_name

        words = Words()
        for row in self._rows():
            score = _score(row.title, string)
            if score <= 0:
                continue
            result = QgsLocatorResult(self, inert(row.title), row.id)
            result.description = words.state_line(row)
            result.icon = icon(icon_name(row.status))
            result.score = score
            self.resultFetched.emit(result)

    def triggerResult(self, result: QgsLocatorResult) -> None:
        self._jump(result.userData)


def _score(title: str, wanted: str) -> float:
    """1 for what begins so, less for what holds every word of it, 0 for all else."""
    title, wanted = title.casefold(), wanted.casefold()
    if title.startswith(wanted):
        return 1.0
    return 0.7 if all(word in title for word in wanted.split()) else 0.0
