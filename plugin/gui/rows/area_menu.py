"""What can be done with map areas, as entries of a menu: that of the list, and that of the Browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qgis.PyQt.QtCore import QCoreApplication, QObject
from qgis.PyQt.QtWidgets import QAction

from .area_row import AreaRow
from .glyphs import glyph_of, icon
from .wording import Action, Words, actions

_APART = (Action.CANCEL, Action.REMOVE)  # what destroys stands below a line
Want = Callable[[list[str], Action], None]


def offered(row: AreaRow) -> tuple[Action, ...]:
    """What the state of a row allows, the most likely first."""
    return actions(row.status, row.local, row.is_open)


class AreaEntries:
    """Makes the entries, which belong to `parent`; `want` is told ids of areas and what is to be done."""

    def __init__(self, want: Want, parent: QObject) -> None:
        self._want = want
        self._parent = parent

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("AreaEntries", text)

    def of(self, row: AreaRow) -> Iterator[QAction]:
        """Those of one area; the lines between them are entries, too."""
        for action in offered(row):
            if action in _APART:
                line = QAction(self._parent)
                line.setSeparator(True)
                yield line
            entry = self._entry([row.id], action, Words().action(action))
            entry.setEnabled(action is not Action.ZOOM or not row.outline.isNull())
            yield entry

    def of_many(self, rows: Sequence[AreaRow]) -> Iterator[QAction]:
        """What can be done with all of them, or with those of them that it applies to."""
        for action, text in (
            (Action.DOWNLOAD, self.tr("Download Selected Areas ({count})…")),
            (Action.RESUME, self.tr("Resume Selected Downloads ({count})")),
            (Action.PAUSE, self.tr("Pause Selected Downloads ({count})")),
            (Action.ZOOM, self.tr("Zoom to Selected Areas ({count})")),
        ):
            ids = [row.id for row in rows if action in offered(row)]
            if ids:
                yield self._entry(ids, action, text.format(count=len(ids)))

    def _entry(self, ids: list[str], action: Action, text: str) -> QAction:
        entry = QAction(icon(glyph_of(action)), text, self._parent)
        entry.triggered.connect(lambda _checked: self._want(ids, action))
        return entry
