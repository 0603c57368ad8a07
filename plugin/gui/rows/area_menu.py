"""What can be done with map areas, as entries of a menu: of both pages, and of the Browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QAction, QMenu, QWidget

from .actions import Action, actions
from .area_row import AreaRow
from .glyphs import glyph_of, icon
from .wording import Words

_APART = (
    Action.CANCEL,
    Action.STOP,
    Action.REVERT,
    Action.FORGET,
    Action.REMOVE,
    Action.FINISH,
)  # what takes something away stands below a line
_ONE_WAY = (Action.SEND, Action.RECEIVE)  # seldom wanted: a menu of their own
Want = Callable[[list[str], Action], None]


class AreaEntries:
    """Makes the entries, which belong to `parent`; `want` is told ids of rows and what is to be done."""

    def __init__(self, want: Want, parent: QWidget) -> None:
        self._want = want
        self._parent = parent

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("AreaEntries", text)

    def of(self, row: AreaRow) -> Iterator[QAction]:
        """Those of one area; the line between them is an entry, too."""
        offered = actions(row)
        for before, action in zip((None, *offered), offered):
            if action in _APART and before not in (None, *_APART):
                line = QAction(self._parent)
                line.setSeparator(True)
                yield line
            if action in _ONE_WAY:
                if before not in _ONE_WAY:
                    yield self._one_way(row)
                continue
            entry = self._entry([row.id], action, Words().action(action))
            entry.setEnabled(action is not Action.ZOOM or not row.outline.isNull())
            yield entry

    def _one_way(self, row: AreaRow) -> QAction:
        menu = QMenu(self.tr("Update One Way"), self._parent)
        offered = [action for action in actions(row) if action in _ONE_WAY]
        menu.addActions([self._entry([row.id], action, Words().action(action)) for action in offered])
        return menu.menuAction()

    def of_many(self, rows: Sequence[AreaRow]) -> Iterator[QAction]:
        """What can be done with all of them, or with those of them that it applies to."""
        for action, text in (
            (Action.DOWNLOAD, self.tr("Download Selected Areas ({count})…")),
            (Action.RESUME, self.tr("Resume Selected Downloads ({count})")),
            (Action.PAUSE, self.tr("Pause Selected Downloads ({count})")),
            (Action.OPEN, self.tr("Open Selected Areas ({count})")),
            (Action.ZOOM, self.tr("Zoom to Selected Areas ({count})")),
            (Action.CLOSE, self.tr("Close Selected Areas ({count})")),
            (Action.CHECK, self.tr("Check Selected Areas for Updates ({count})")),
            (Action.VERIFY, self.tr("Verify Selected Areas ({count})")),
        ):
            ids = [row.id for row in rows if action in actions(row)]
            if ids:
                yield self._entry(ids, action, text.format(count=len(ids)))

    def _entry(self, ids: list[str], action: Action, text: str) -> QAction:
        entry = QAction(icon(glyph_of(action)), text, self._parent)
        entry.triggered.connect(lambda _checked: self._want(ids, action))
        return entry


def area_menu(rows: Sequence[AreaRow], want: Want, parent: QWidget) -> QMenu:
    """The menu of one row, or of several together. What Enter does is its default."""
    menu = QMenu(parent)
    entries = AreaEntries(want, menu)
    if len(rows) > 1:
        menu.addActions(list(entries.of_many(rows)))
        return menu
    (row,) = rows
    menu.addActions(list(entries.of(row)))
    if actions(row)[0] is not Action.ZOOM:
        menu.setDefaultAction(menu.actions()[0])
    return menu
