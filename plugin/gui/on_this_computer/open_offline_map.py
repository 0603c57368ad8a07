"""The form *Open Offline Map*."""

from __future__ import annotations

from pathlib import Path

from qgis.gui import QgsFileWidget
from qgis.PyQt import uic
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QWidget

from ...qgis_io.guide import open_guide

_FORM = Path(__file__).parents[3] / "ui" / "open_offline_map.ui"


class OpenOfflineMapDialog(QDialog):
    """Asks for a folder with an offline map, its package.info, or a mobile map package."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        uic.loadUi(str(_FORM), self)
        self.inputWidget.setFocusProxy(self.inputWidget.lineEdit())
        self.inputWidget.setFilter(
            self.tr(
                "Offline map (package.info *.mmpk);;Geodatabase or tile package "
                "(*.geodatabase *.tpk *.tpkx *.vtpk);;All files (*)"
            )
        )
        self.inputWidget.fileChanged.connect(self._check)
        self.folderChoice.toggled.connect(self._browse_for)
        self.buttonBox.accepted.connect(self.accept)
        self.buttonBox.rejected.connect(self.reject)
        self.buttonBox.helpRequested.connect(lambda: open_guide("open-an-offline-map"))
        self._browse_for(folder=True)
        self._check()

    def path(self) -> str:
        """The folder or file that was chosen, or an empty text."""
        return self.inputWidget.filePath().strip()

    def _browse_for(self, folder: bool) -> None:
        mode = QgsFileWidget.StorageMode
        self.inputWidget.setStorageMode(mode.GetDirectory if folder else mode.GetFile)

    def _check(self) -> None:
        ok = self.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        ok.setEnabled(bool(self.path()) and Path(self.path()).exists())
