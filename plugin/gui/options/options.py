"""The page *Offline Map Areas* in the options of QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.gui import QgsFileWidget, QgsOptionsPageWidget
from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHeaderView, QTreeWidgetItem, QVBoxLayout, QWidget

from ...qgis_io.connections import Connection, connections, find_connection
from ...qgis_io.guide import open_guide
from ...qgis_io.settings import (
    default_root_folder,
    parallel_downloads,
    private_hosts,
    root_folder,
    set_parallel_downloads,
    set_private_hosts,
    set_root_folder,
)
from ..connections.box import ask_to_edit, ask_to_remove
from ..jobs.questions import Questions

_FORM = Path(__file__).parents[3] / "ui" / "options.ui"


class OptionsPage(QgsOptionsPageWidget):
    """Where offline maps go, how many downloads run at once, hosts that are allowed, and the saved portals.

    Connections are saved as they are edited, like those of other data sources; the rest by *OK*.
    """

    changed = pyqtSignal()

    def __init__(self, questions: Questions, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._questions = questions
        form = QWidget()
        uic.loadUi(str(_FORM), form)
        self.form = form
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(form)
        form.rootWidget.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        form.rootWidget.setFocusProxy(form.rootWidget.lineEdit())
        form.rootWidget.lineEdit().setPlaceholderText(str(default_root_folder()))
        form.rootWidget.setFilePath(str(root_folder()))
        form.parallelSpin.setValue(parallel_downloads())
        form.privateHostsEdit.setText(" ".join(private_hosts()))
        header = form.connectionsTree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        form.connectionsTree.currentItemChanged.connect(self._show_what_goes)
        form.connectionsTree.itemActivated.connect(self._edit)
        form.newButton.clicked.connect(self._add)
        form.editButton.clicked.connect(self._edit)
        form.removeButton.clicked.connect(self._remove)
        form.helpButton.clicked.connect(lambda _checked: open_guide("options"))
        self._reload()

    def apply(self) -> None:
        """Called by QGIS when the options are accepted."""
        chosen = self.form.rootWidget.filePath().strip()
        set_root_folder(Path(chosen) if chosen else default_root_folder())
        set_parallel_downloads(self.form.parallelSpin.value())
        set_private_hosts(self.form.privateHostsEdit.text().replace(",", " ").split())
        self.changed.emit()

    def _chosen(self) -> Connection:
        row = self.form.connectionsTree.currentItem()
        return (find_connection(row.text(0)) if row else None) or connections()[0]

    def _reload(self, chosen: str = "") -> None:
        tree, names = self.form.connectionsTree, QgsApplication.authManager().availableAuthMethodConfigs()
        tree.clear()
        for one in connections():
            config = names.get(one.authcfg)
            row = QTreeWidgetItem(tree, [one.title, one.url, config.name() if config else one.authcfg])
            if one.title == chosen or tree.currentItem() is None:
                tree.setCurrentItem(row)

    def _show_what_goes(self) -> None:
        self.form.removeButton.setEnabled(not self._chosen().is_fixed)

    def _add(self) -> None:
        self._take(ask_to_edit(self._questions, Connection("", ""), "", self))

    def _edit(self) -> None:
        edited = self._chosen()
        self._take(ask_to_edit(self._questions, edited, edited.title, self))

    def _remove(self) -> None:
        if ask_to_remove(self._chosen(), self):
            self._reload()
            self.changed.emit()

    def _take(self, saved: Optional[Connection]) -> None:
        if saved is not None:
            self._reload(saved.title)
            self.changed.emit()
