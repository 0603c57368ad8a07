"""The form *Download Map Area*: the author's defaults, what may be chosen instead, and what to expect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
import json
import os
from pathlib import Path
import shutil
from typing import Any, Optional

from qgis.core import QgsApplication, QgsProcessingAlgorithm, QgsProcessingContext
from qgis.gui import QgsFileWidget
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QMenu, QWidget

from ...core.download.parameters import Overrides, default_parameters
from ...core.download.staging import check_output
from ...core.errors import OfflineMapError
from ...core.offline_map.folder_name import folder_name
from ...core.offline_map.update_mode import UpdateMode
from ...core.portal.map_areas import MapArea
from ...core.portal.urls import portal_address
from ...core.untrusted.json_text import parse_json
from ...core.untrusted.text import inert
from ...qgis_io.guide import open_guide
from ...qgis_io.settings import root_folder
from ...qgis_io.wording import in_words
from ..jobs.tasks import Job, Jobs, Outcome
from ..jobs.unfinished import Download
from ..rows.schedule_words import schedule_in_words
from ..rows.wording import size_in_words
from .area_list import ListedWebMap

_FORM = Path(__file__).parents[3] / "ui" / "download.ui"
_PAUSE = 400  # milliseconds without a change before the dry run
_LARGEST_REPORT = 32 << 20


class DownloadDialog(QDialog):
    """Asks how to download one area, or several with the same options. `wanted` tells each download.

    With one area a dry run of the algorithm tells size and warnings; with several the folder is
    the parent of theirs.
    """

    wanted = pyqtSignal(object)
    in_processing_wanted = pyqtSignal(dict)

    def __init__(
        self, listed: ListedWebMap, areas: list[MapArea], jobs: Jobs, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(_FORM), self)
        self._listed = listed
        self._areas = areas
        self._jobs = jobs
        self._trial: Optional[Job] = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._try)
        self._fill()
        self._connect()
        self._note_change()

    def downloads(self) -> list[Download]:
        """What was chosen."""
        return list(map(self._download, self._areas))

    def _download(self, area: MapArea) -> Download:
        """What is as the author left it is not chosen."""
        connection = self._listed.connection
        return Download(
            area_id=area.item.id,
            title=area.item.title,
            web_map_id=self._listed.web_map.id,
            portal_url=connection.url,
            folder=self._folder_of(area),
            authcfg=connection.authcfg,
            overrides=Overrides(
                update_mode=self.modeBox.currentData(),
                continue_on_errors=self.continueBox.isChecked(),
                include_basemap=self.basemapBox.isChecked(),
                reference_basemap_directory=self.directoryWidget.filePath().strip() or None,
                reference_basemap_filename=self.fileEdit.text().strip() or None,
            ),
            open_when_done=self.openBox.isChecked(),
            size=area.size,
        )

    @property
    def _parameters(self) -> dict[str, Any]:
        """Those of `downloadmaparea`, for one area."""
        return self._download(self._areas[0]).parameters

    def accept(self) -> None:
        self._stop_trial()
        for download in self.downloads():
            self.wanted.emit(download)
        super().accept()

    def reject(self) -> None:
        self._stop_trial()
        super().reject()

    # ---- building -----------------------------------------------------------------------------

    def _fill(self) -> None:
        font = QFont(self.titleLabel.font())
        font.setBold(True)
        self.titleLabel.setFont(font)
        self.titleLabel.setText(", ".join(area.item.title for area in self._areas))
        for widget in (self.folderWidget, self.directoryWidget):
            widget.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        home = default_folder(self._listed)
        self.folderWidget.setFilePath(str(home / _name_of(self._areas[0]) if self._is_single else home))
        if not self._is_single:
            self.folderLabel.setText(self.tr("&Folder for the offline maps"))
            self.openBox.setChecked(False)
        self._fill_modes()
        self._fill_schedules()
        ok = self.buttonBox.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("Download"))
        menu = QMenu(self)
        menu.addAction(self.tr("Open as Processing Algorithm…"), self._to_processing)
        menu.addSeparator()
        menu.addAction(self.tr("Copy as Python Command"), self._copy_python)
        menu.addAction(self.tr("Copy as qgis_process Command"), self._copy_process)
        menu.addAction(self.tr("Copy as JSON"), self._copy_json)
        self.advancedButton.setMenu(menu)
        self.advancedButton.setVisible(self._is_single)

    def _fill_modes(self) -> None:
        """Only what the packages allow; the author's default says what it is."""
        names = {
            UpdateMode.NONE: self.tr("No updates"),
            UpdateMode.SYNC: self.tr("Sync with feature services"),
            UpdateMode.SCHEDULED: self.tr("Scheduled updates"),
            UpdateMode.SCHEDULED_AND_UPLOAD: self.tr("Scheduled updates, and upload of new features"),
        }
        capabilities = [area.update_capabilities for area in self._areas]
        default = default_parameters(None, capabilities[0]).update_mode
        allowed = {
            UpdateMode.NONE: True,
            UpdateMode.SYNC: all(one.sync for one in capabilities),
            UpdateMode.SCHEDULED: all(one.scheduled for one in capabilities),
            UpdateMode.SCHEDULED_AND_UPLOAD: all(one.scheduled and one.sync for one in capabilities),
        }
        text = self.tr("Author's default ({mode})").format(mode=names[default])
        self.modeBox.addItem(text if self._is_single else self.tr("Author's default"), None)
        for mode in UpdateMode:
            if allowed[mode]:
                self.modeBox.addItem(names[mode], mode)

    def _fill_schedules(self) -> None:
        """When the portal packages the areas anew: each schedule once."""
        texts = dict.fromkeys(area.refresh_schedule for area in self._areas if area.refresh_schedule)
        now = datetime.now(timezone.utc)
        self.scheduleLabel.setText("\n".join(schedule_in_words(text, now) for text in texts))
        for widget in (self.scheduleTitle, self.scheduleLabel):
            widget.setVisible(bool(texts))

    def _connect(self) -> None:
        self.buttonBox.accepted.connect(self.accept)
        self.buttonBox.rejected.connect(self.reject)
        self.buttonBox.helpRequested.connect(lambda: open_guide("download-a-map-area"))
        for signal in (
            self.folderWidget.fileChanged,
            self.directoryWidget.fileChanged,
            self.fileEdit.textChanged,
            self.modeBox.currentIndexChanged,
            self.basemapBox.toggled,
            self.continueBox.toggled,
        ):
            signal.connect(self._note_change)

    # ---- what to expect -----------------------------------------------------------------------

    @property
    def _is_single(self) -> bool:
        return len(self._areas) == 1

    def _folder_of(self, area: MapArea) -> Path:
        folder = Path(self.folderWidget.filePath().strip()).expanduser().absolute()
        return folder if self._is_single else folder / _name_of(area)

    def _note_change(self, *_value: object) -> None:
        self.referenceGroup.setEnabled(self.basemapBox.isChecked())
        self._show_size(sum(area.size for area in self._areas))
        self._show_path()
        problem = self._problem()
        self._allow(not problem)
        self._show_notices([problem] if problem else self._known_of_several())
        self._stop_trial()
        if self._is_single and not problem:
            self.noticesText.setPlaceholderText(self.tr("Asking the portal…"))
            self._pause.start()

    def _problem(self) -> str:
        """What can be said of the folder here and now."""
        if not self.folderWidget.filePath().strip():
            return self.tr("Choose a folder for the offline map.")
        try:
            for area in self._areas:
                check_output(self._folder_of(area))
        except OfflineMapError as error:
            return in_words(error)
        return ""

    def _known_of_several(self) -> list[str]:
        """What the update mode comes to where no dry run tells; the layers are named after the download."""
        modes = {
            self.modeBox.currentData() or default_parameters(None, area.update_capabilities).update_mode
            for area in self._areas
        }
        if self._is_single or all(mode.uploads for mode in modes):
            return []
        if any(mode.uploads for mode in modes):
            return [self.tr("Layers of areas that send no edits will be read-only.")]
        return [self.tr("All layers will be read-only: in this update mode no edits are sent.")]

    def _show_path(self) -> None:
        """All of it, however long; it may be broken after each folder."""
        folder = self._folder_of(self._areas[0])
        path = str(folder if self._is_single else folder.parent)
        self.pathLabel.setText(path.replace(os.sep, f"{os.sep}\u200b"))
        self.pathLabel.setToolTip(inert("\n".join(str(self._folder_of(area)) for area in self._areas)))

    def _show_size(self, size: int) -> None:
        free = _free_space(self._folder_of(self._areas[0]))
        text = self.tr("Download: {size} · free on this disk: {free}")
        self.sizeLabel.setText(text.format(size=size_in_words(size), free=size_in_words(free)))

    def _show_notices(self, sentences: list[str]) -> None:
        self.noticesText.setPlainText("\n".join(sentences))
        self.noticesText.setPlaceholderText("")

    def _allow(self, allowed: bool) -> None:
        self.buttonBox.button(QDialogButtonBox.StandardButton.Ok).setEnabled(allowed)

    def _try(self) -> None:
        """A dry run: size, warnings, and what the author's defaults come to."""
        parameters = {**self._parameters, "DRY_RUN": True}
        title = self.tr("Plan the download of “{title}”").format(title=self._areas[0].item.title)
        self._trial = self._jobs.run(Download.algorithm, parameters, self._show_trial, title)

    def _stop_trial(self) -> None:
        self._pause.stop()
        trial, self._trial = self._trial, None
        if trial is not None:
            trial.ended = _nobody
            trial.cancel()

    def _show_trial(self, outcome: Outcome) -> None:
        self._trial = None
        if outcome.error:
            self._show_notices([outcome.error])
            self._allow(False)
            return
        if outcome.cancelled:
            return
        self._show_size(int(outcome.results["BYTES"]))
        self._show_notices(list(outcome.warnings))
        if not outcome.warnings:
            self.noticesText.setPlaceholderText(self.tr("Nothing is missing."))
        name = _reference_name(Path(outcome.results["REPORT"]))
        self.fileEdit.setPlaceholderText(name)

    # ---- the same elsewhere -------------------------------------------------------------------

    def _to_processing(self) -> None:
        self.in_processing_wanted.emit(self._parameters)
        self.reject()

    def _copy_python(self) -> None:
        algorithm, parameters = self._algorithm()
        _copy(algorithm.asPythonCommand(parameters, QgsProcessingContext()))

    def _copy_process(self) -> None:
        algorithm, parameters = self._algorithm()
        command, _ = algorithm.asQgisProcessCommand(parameters, QgsProcessingContext())
        _copy(command)

    def _copy_json(self) -> None:
        """What `qgis_process run offlinemapareas:downloadmaparea -` reads."""
        _copy(json.dumps({"inputs": self._algorithm()[1]}, ensure_ascii=False, indent=1))

    def _algorithm(self) -> tuple[QgsProcessingAlgorithm, Mapping[str, Any]]:
        parameters = self._parameters
        parameters.pop("LOAD")  # this window's own way; elsewhere the default is right
        return QgsApplication.processingRegistry().createAlgorithmById(Download.algorithm), parameters


def default_folder(listed: ListedWebMap) -> Path:
    """Where the areas of a web map go, each in a folder of its own."""
    host = portal_address(listed.connection.url).origin.host.replace(":", "_")
    return root_folder() / host / folder_name(listed.web_map.title, listed.web_map.id)


def _name_of(area: MapArea) -> str:
    return folder_name(area.item.title, area.item.id)


def _free_space(folder: Path) -> int:
    place = next((one for one in (folder, *folder.parents) if one.is_dir()), None)
    return shutil.disk_usage(place).free if place else 0


def _reference_name(report: Path) -> str:
    """The tile package that the author expects on the computer; empty when he names none."""
    try:
        content = parse_json(report.read_bytes(), _LARGEST_REPORT)
        return str(content["parameters"]["referenceBasemapFilename"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _copy(text: str) -> None:
    QApplication.clipboard().setText(text)


def _nobody(_outcome: Outcome) -> None:
    """The form is closed, or asks again."""
