"""Reading every file of an offline map in the background, and telling what is damaged."""

from __future__ import annotations

from pathlib import Path

from qgis.core import Qgis
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QWidget

from ...core.untrusted.json_text import parse_json
from ..rows.local_area import LocalArea
from ..widgets.report import ReportDialog, Row
from .local_areas import LocalAreas
from .services import Services
from .tasks import Outcome

_ALGORITHM = "offlinemapareas:verifyofflinemap"


class Verifier:
    """Verifies; what it finds is known to `LocalAreas` until the map is verified again."""

    def __init__(self, local: LocalAreas, services: Services, window: QWidget) -> None:
        self._local = local
        self._jobs = services.jobs
        self._notices = services.notices
        self._window = window

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("Verifier", text)

    def verify(self, here: LocalArea) -> None:
        """Reads every file of an offline map, and tells what is damaged."""
        title = self.tr("Verify offline map “{title}”").format(title=here.title)
        parameters = {"INPUT": str(here.place)}
        self._jobs.run(_ALGORITHM, parameters, lambda outcome: self._tell(here, outcome), title)

    def _tell(self, here: LocalArea, outcome: Outcome) -> None:
        if outcome.cancelled:
            return
        if outcome.error:
            self._notices.failure(outcome.error)
            return
        files = _report_files(Path(outcome.results["REPORT"]))
        if outcome.results["OK"]:
            self._local.note_damage(here.place, "")
            text = self.tr("“{title}” is whole. Files checked: {files}.")
            self._notices.success(text.format(title=here.title, files=len(files)))
        else:
            self._local.note_damage(here.place, outcome.warnings[0])
            self._tell_damage(here, [file for file in files if file["error"]], outcome.warnings)
        self._local.look()

    def _tell_damage(self, here: LocalArea, files: list[dict], warnings: tuple[str, ...]) -> None:
        rows = [
            Row(self.tr("Damaged"), ", ".join(file["layers"]) or file["path"], warning)
            for file, warning in zip(files, warnings)
        ]
        text = self.tr("“{title}” is damaged. Files with an error: {files}.")
        self._notices.offer(
            text.format(title=here.title, files=len(rows)),
            Qgis.MessageLevel.Warning,
            self.tr("Details"),
            lambda: ReportDialog(here.title, rows, self._window).show(),
            "\n".join(warnings),
        )


def _report_files(report: Path) -> list[dict]:
    return parse_json(report.read_bytes())["files"]
