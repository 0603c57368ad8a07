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
        """Reads every file of an offline map, and tells what is damaged and what nobody can vouch for."""
        title = self.tr("Verify offline map “{title}”").format(title=here.title)
        parameters = {"INPUT": str(here.place)}
        self._jobs.run(_ALGORITHM, parameters, lambda outcome: self._tell(here, outcome), title)

    def _tell(self, here: LocalArea, outcome: Outcome) -> None:
        if outcome.cancelled:
            return
        if outcome.error:
            self._notices.failure(outcome.error)
            return
        report = _read(Path(outcome.results["REPORT"]))
        if outcome.results["OK"]:
            self._local.note_damage(here.place, "")
            self._tell_whole(here, report)
        else:
            self._local.note_damage(here.place, outcome.warnings[0])
            self._tell_damage(here, report, outcome.warnings)
        self._local.look()

    def _tell_whole(self, here: LocalArea, report: dict) -> None:
        files, rows = report["files"], self._unverified(report)
        text = self.tr("“{title}” is intact. Files checked: {files}.")
        told = text.format(title=here.title, files=len(files))
        if not rows:
            self._notices.success(told)
            return
        only = self.tr("Files whose structure alone could be checked: {count}.")
        self._offer(here, f"{told} {only.format(count=len(rows))}", Qgis.MessageLevel.Success, rows)

    def _tell_damage(self, here: LocalArea, report: dict, warnings: tuple[str, ...]) -> None:
        damaged = [file for file in report["files"] if file["error"]]
        rows = [Row(self.tr("Damaged"), _subject(file), warning) for file, warning in zip(damaged, warnings)]
        text = self.tr("“{title}” is damaged. Files with an error: {files}.")
        told = text.format(title=here.title, files=len(rows))
        self._offer(here, told, Qgis.MessageLevel.Warning, [*rows, *self._unverified(report)])

    def _unverified(self, report: dict) -> list[Row]:
        """The files that are whole as far as anybody can tell."""
        text = self.tr(
            "Only the structure of “{file}” could be checked: there is no record of what its content "
            "should be."
        )
        return [
            Row(self.tr("Structure only"), _subject(file), text.format(file=file["path"]))
            for file in report["files"]
            if file["path"] in report["unverified"]
        ]

    def _offer(self, here: LocalArea, text: str, level: Qgis.MessageLevel, rows: list[Row]) -> None:
        self._notices.offer(
            text,
            level,
            self.tr("Details"),
            lambda: ReportDialog(here.title, rows, self._window).show(),
            "\n".join(row.text for row in rows),
        )


def _read(report: Path) -> dict:
    return parse_json(report.read_bytes())


def _subject(file: dict) -> str:
    return ", ".join(file["layers"]) or file["path"]
