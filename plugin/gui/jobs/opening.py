"""Opening offline maps: the algorithm prepares them, their layers go into a group of the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsApplication, QgsLayerTreeGroup, QgsProject
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QCoreApplication, QObject, QTimer, pyqtSignal

from ...layers.base.companions import is_companion
from ...layers.open_project.closing import close_offline_map
from ...layers.open_project.groups import Groups, View, add_groups, read_groups
from ...qgis_io.made_here import answer_project
from ...qgis_io.settings import remember_offline_map
from ...qgis_io.spatial_reference import system_from_text
from ...qgis_io.wording import in_words
from ..rows.local_area import LocalArea
from ..widgets.report import ReportDialog, Row
from .foreign_projects import ForeignProject, ask_project, find_foreign_project
from .services import Services
from .tasks import Outcome

_ALGORITHM = "offlinemapareas:openofflinemap"


@dataclass(frozen=True)
class _Opened:
    """An offline map whose layers are in the project: how many, how many failed, and what was warned of."""

    title: str
    layers: int
    failed: int
    warnings: tuple[str, ...]


class Opener(QObject):
    """Opens offline maps in the open project. `opened` tells the folder or file.

    `project_wanted` tells the file of a project that is to take the place of the open one.
    """

    opened = pyqtSignal(Path)
    project_wanted = pyqtSignal(str)

    def __init__(
        self,
        services: Services,
        canvas: QgsMapCanvas,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = services.jobs
        self._questions = services.questions
        self._notices = services.notices
        self._canvas = canvas
        self._opening: set[Path] = set()
        self._opened: list[_Opened] = []  # what is told once nothing is being opened any more

    def open(self, path: Path) -> None:
        """Prepares the offline map at `path` in the background, then adds its groups on top of the legend."""
        if path in self._opening:
            return
        self._opening.add(path)
        self._prepare(path, lambda outcome: self._prepared(path, outcome))

    def open_as_project(self, path: Path) -> None:
        """Prepares the offline map at `path`, then asks for its project in place of the open one."""

        def prepared(outcome: Outcome) -> None:
            if outcome.error:
                self._notices.failure(outcome.error)
            elif not outcome.cancelled:
                self.project_wanted.emit(outcome.results["PROJECT"])

        self._prepare(path, prepared)

    def _prepare(self, path: Path, prepared: Callable[[Outcome], None]) -> None:
        """Asks first, where the map comes with a project of somebody else."""
        profile = Path(QgsApplication.qgisSettingsDirPath())

        def found(project: Optional[ForeignProject]) -> None:
            if project is None:
                self._run(path, prepared)
            else:
                window = self._canvas.window()
                ask_project(project, lambda wanted: answered(project, wanted), cancelled, window)

        def answered(project: ForeignProject, wanted: bool) -> None:
            answer_project(project.sha256, wanted)
            self._run(path, prepared)

        def cancelled() -> None:
            prepared(Outcome(cancelled=True))

        self._questions.run(
            lambda _question: find_foreign_project(path, profile),
            found,
            lambda error: prepared(Outcome(error=in_words(error))),
        )

    def _run(self, path: Path, prepared: Callable[[Outcome], None]) -> None:
        title = self.tr("Open offline map “{name}”").format(name=path.name)
        self._jobs.run(_ALGORITHM, {"INPUT": str(path), "LOAD": False}, prepared, title)

    def _prepared(self, path: Path, outcome: Outcome) -> None:
        if outcome.error or outcome.cancelled:
            self._fail(path, outcome.error)
            return
        project_file = Path(outcome.results["PROJECT"])
        self._questions.run(
            lambda _question: _read_for_main_thread(project_file),
            lambda groups: self._add(path, groups, outcome),
            lambda error: self._fail(path, in_words(error)),
        )

    def _fail(self, path: Path, error: str) -> None:
        """Nothing is said where its user cancelled it."""
        if error:
            self._notices.failure(error)
        self._done_with(path)

    def _done_with(self, path: Path) -> None:
        self._opening.discard(path)
        if not self._opening and self._opened:
            opened, self._opened = self._opened, []
            self._tell(opened)

    def _add(self, path: Path, groups: Groups, outcome: Outcome) -> None:
        project = QgsProject.instance()
        was_empty = project.count() == 0
        made = add_groups(project, groups)
        remember_offline_map(path)
        if was_empty:
            # After QGIS has shown the first layer in its own way, which it does when it comes to it.
            QTimer.singleShot(0, lambda: self._show_first(groups.view))
        self._opened.append(_opened(made, groups, outcome))
        self.opened.emit(path)
        self._done_with(path)

    def _show_first(self, view: View) -> None:
        """An empty project takes the map's own reference and first view."""
        system = system_from_text(view.system)
        if system.isValid():
            QgsProject.instance().setCrs(system)
            self._canvas.setDestinationCrs(system)
        if view.extent.isEmpty():
            self._canvas.zoomToFullExtent()
        else:
            self._canvas.setExtent(view.extent)
            self._canvas.refresh()

    def _tell(self, opened: Sequence[_Opened]) -> None:
        layers, failed = sum(one.layers for one in opened), sum(one.failed for one in opened)
        if len(opened) > 1:
            text = self.tr("Offline maps opened: {maps}. Layers: {layers}.")
            if failed:
                text = self.tr(
                    "Offline maps opened: {maps}. Layers: {layers}; layers and tables that could not be "
                    "opened: {failed}."
                )
        elif failed:
            text = self.tr(
                "“{title}” opened. Layers: {layers}; layers and tables that could not be opened: {failed}."
            )
        else:
            text = self.tr("“{title}” opened. Layers: {layers}.")
        title = ", ".join(one.title for one in opened)
        told = text.format(title=title, maps=len(opened), layers=layers, failed=failed)
        if not failed:
            self._notices.success(told)
            return
        warnings = [(one.title, warning) for one in opened for warning in one.warnings]
        details = [Row(self.tr("Warning"), of if len(opened) > 1 else "", text) for of, text in warnings]
        self._notices.offer(
            told,
            Qgis.MessageLevel.Warning,
            self.tr("Details"),
            lambda: ReportDialog(title, details, self._canvas.window()).show(),
            "\n".join(text for _, text in warnings),
        )


def _opened(made: list[QgsLayerTreeGroup], groups: Groups, outcome: Outcome) -> _Opened:
    results = outcome.results
    # Not those of LAYERS, which has no place for vector tiles.
    shown = sum(not is_companion(layer) for layer in groups.layers.values())
    return _Opened(
        ", ".join(group.name() for group in made),
        shown,
        results["LAYER_ERRORS"] + results["TABLE_ERRORS"],
        outcome.warnings,
    )


def close_layers(here: LocalArea) -> None:
    """Takes the layers of an offline map out of the open project."""
    for folder in here.legend_folders:
        close_offline_map(QgsProject.instance(), folder)


def _read_for_main_thread(project_file: Path) -> Groups:
    """Opens the layers in this thread and hands them to the one where they will live."""
    groups = read_groups(project_file)
    for layer in (*groups.layers.values(), *groups.ties.companions.values()):
        layer.moveToThread(QCoreApplication.instance().thread())
    return groups
