"""Edits that an offline map does not show: it was replaced or moved after they were made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Optional

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...core.errors import OfflineMapError
from ...core.offline_map.origin import Kept
from ...core.untrusted.text import inert
from ...core.working_copy.check import check_working_copy
from ...core.working_copy.write import copied_tables
from ...layers.base.source import table_source
from ...layers.base.table import open_table
from ...qgis_io.wording import in_words
from ..widgets.reveal import reveal
from ..widgets.table import CopyableTable


class EarlierEditsPage(QWidget):
    """Lists the files with such edits. What is chosen can be opened as layers, or shown in its folder."""

    def __init__(self, kept: Iterable[Kept], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._files = [(one, file, count) for one in kept for file, count in one.edited_files()]
        heads = [self.tr("Created from"), self.tr("Edits"), self.tr("File")]
        self.table = CopyableTable(heads, self.tr("Earlier edits"), self, numbers=(1,))
        self.table.show_texts(
            (one.origin.path, QLocale().toString(count), str(file)) for one, file, count in self._files
        )
        self.table.selectRow(0)
        self._note = QLabel(
            self.tr(
                "This offline map was replaced or moved after these edits were made: it does not show them."
            )
        )
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._button(self.tr("Open as Layers"), self._open))
        buttons.addWidget(self._button(self.tr("Show Folder"), lambda: reveal(self._chosen())))
        layout = QVBoxLayout(self)
        layout.addWidget(self._note)
        layout.addWidget(self.table)
        layout.addLayout(buttons)

    def _button(self, text: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.clicked.connect(lambda _checked: pressed())
        return button

    def _chosen(self) -> Path:
        return self._files[max(self.table.currentRow(), 0)][1]

    def _open(self) -> None:
        """Adds the tables of the chosen file to the project, in a group of their own."""
        file = self._chosen()
        try:
            layers = _layers(file)
        except OfflineMapError as error:
            self._note.setText(in_words(error))
            return
        project = QgsProject.instance()
        group = project.layerTreeRoot().insertGroup(
            0, inert(self.tr("Edits in {file}").format(file=file.name))
        )
        for layer in layers:
            project.addMapLayer(layer, False)
            group.addLayer(layer)


def _layers(file: Path) -> list[QgsVectorLayer]:
    """Raises as `check_working_copy`."""
    check_working_copy(file)
    made = (open_table(table_source(file, table), table) for table in sorted(copied_tables(file)))
    return [layer for layer in made if layer.isValid()]
