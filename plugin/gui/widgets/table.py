"""A table whose rows can be selected and copied, as text with tabs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAction, QApplication, QHeaderView, QTableWidget, QTableWidgetItem, QWidget


class CopyableTable(QTableWidget):
    """Texts under `heads`; `name` is what those hear who do not see it. Numbers stand to the right."""

    def __init__(
        self, heads: Sequence[str], name: str, parent: Optional[QWidget] = None, numbers: Iterable[int] = ()
    ) -> None:
        super().__init__(0, len(heads), parent)
        self._numbers = frozenset(numbers)
        self.setHorizontalHeaderLabels(list(heads))
        self.setAccessibleName(name)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)  # the key leaves the table, as it enters it
        self.setWordWrap(True)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        for text, sequence, slot in (
            (self.tr("Copy"), QKeySequence.StandardKey.Copy, self.copy_selected),
            (self.tr("Copy All"), None, self.copy_all),
        ):
            action = QAction(text, self)
            if sequence is not None:
                action.setShortcut(sequence)
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(slot)
            self.addAction(action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_texts(self, rows: Iterable[Sequence[str]]) -> None:
        """Other rows."""
        self.setRowCount(0)
        for number, row in enumerate(rows):
            self.insertRow(number)
            for column, text in enumerate(row):
                cell = QTableWidgetItem(text)
                if column in self._numbers:
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(number, column, cell)
        self.resizeRowsToContents()

    def copy_selected(self) -> None:
        """Puts the selected rows on the clipboard."""
        self._copy(sorted({index.row() for index in self.selectedIndexes()}))

    def copy_all(self) -> None:
        """Puts all rows on the clipboard."""
        self._copy(range(self.rowCount()))

    def _copy(self, rows: Iterable[int]) -> None:
        columns = range(self.columnCount())
        lines = ("\t".join(self.item(row, column).text() for column in columns) for row in rows)
        QApplication.clipboard().setText("\n".join(lines))
