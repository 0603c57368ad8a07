"""The algorithm `openofflinemap`: an offline map on this machine as QGIS layers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
)

from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import in_words, notice_in_words
from .algorithm import Algorithm, advanced, errors_in_words, tell_losses

if TYPE_CHECKING:
    from ..core.host import Feedback
    from ..core.offline_map.places import Place
    from ..core.offline_map.ready_map import OfflineMap
    from ..layers.open_project.groups import Groups
    from ..layers.project.report import ProjectReport


class OpenOfflineMap(Algorithm):
    """Opens a folder that a download made, one of an ArcGIS app, or an .mmpk file."""

    SECTION = "open-an-offline-map"
    OUTPUT, LOAD = "OUTPUT", "LOAD"
    PROJECT, LAYERS = "PROJECT", "LAYERS"
    LAYER_ERRORS, TABLE_ERRORS = "LAYER_ERRORS", "TABLE_ERRORS"

    def name(self) -> str:
        return "openofflinemap"

    def displayName(self) -> str:
        return self.tr("Open offline map")

    def tags(self) -> list[str]:
        return self.tr(
            "arcgis,offline,map area,preplanned,mobile map package,mmpk,geodatabase,tpk,tpkx,vtpk"
        ).split(",")

    def shortDescription(self) -> str:
        return self.tr(
            "Opens an offline map on this computer, in the order and with the symbols of its web map."
        )

    def shortHelpString(self) -> str:
        return self.tr(
            "Opens an offline map: the folder of a downloaded map area (downloaded here or by an ArcGIS "
            "app), or a mobile map package (.mmpk). Features become GeoPackage working copies, tile "
            "packages are drawn in place or copied, and a project shows them as the web map does.\n\n"
            "Offline map: the folder, its package.info, or an .mmpk file; also a single geodatabase or "
            "tile package.\n"
            "Working folder: where an .mmpk is unpacked and working copies are created; by default the "
            "offline map itself if this plugin downloaded it, otherwise a folder in your QGIS "
            "profile.\n"
            "Add to the open project: adds a group for each map.\n\n"
            "Project: the project file that shows the offline map.\n"
            "Layers: sources that other algorithms can open, topmost first.\n"
            "Layers and tables that could not be opened are counted and named in the log; the others "
            "open."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_offline_map()
        self.addParameter(
            advanced(
                QgsProcessingParameterFolderDestination(
                    self.OUTPUT, self.tr("Working folder"), optional=True, createByDefault=False
                )
            )
        )
        self.addParameter(
            advanced(
                QgsProcessingParameterBoolean(
                    self.LOAD, self.tr("Add to the open project"), defaultValue=True
                )
            )
        )
        self.addOutput(QgsProcessingOutputFile(self.PROJECT, self.tr("Project")))
        self.addOutput(QgsProcessingOutputMultipleLayers(self.LAYERS, self.tr("Layers")))
        self.addOutput(
            QgsProcessingOutputNumber(self.LAYER_ERRORS, self.tr("Layers that could not be opened"))
        )
        self.addOutput(
            QgsProcessingOutputNumber(self.TABLE_ERRORS, self.tr("Tables that could not be opened"))
        )

    def prepareAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> bool:
        from ..layers.open_project.stored_rights import OpenProject

        self._opened = OpenProject.now()
        self._work_folder: Optional[Path] = None
        self._stored: Optional[Path] = None
        return True

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        path = self.parameterAsFile(parameters, self.INPUT, context)
        output = self.parameterAsString(parameters, self.OUTPUT, context)
        load = self.parameterAsBoolean(parameters, self.LOAD, context) and context.project() is not None
        host = HostFeedback(feedback)
        with errors_in_words():
            place = _place(Path(path).absolute(), Path(output).absolute() if output else None, host)
            self._work_folder = place.work_folder
            with _nothing_left_of_a_refused(place):
                offline_map = _prepared(place, host)
                for told in place.notices:
                    host.warn(notice_in_words(told))
                report, groups = self._shown(place, offline_map, load, host)
            self._tell(offline_map, report, host)
            if groups:
                self.load_on_completion(groups, context)
        return {
            self.OUTPUT: str(place.work_folder.parent),
            self.PROJECT: str(report.project),
            self.LAYERS: list(report.sources),
            self.LAYER_ERRORS: len(report.layer_errors),
            self.TABLE_ERRORS: len(report.table_errors),
        }

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Has the layers of the map that were open already show what may be edited."""
        from ..layers.open_project.stored_rights import show_in_open_project

        if self._work_folder is not None:
            show_in_open_project(self._work_folder, self._stored)
        return {}

    def _shown(
        self, place: Place, offline_map: OfflineMap, load: bool, host: Feedback
    ) -> tuple[ProjectReport, Optional[Groups]]:
        """What came of the project, and its groups where they are to be loaded.

        The project is written where there is none: one that is there is the user's by now.
        """
        from ..layers.open_project.groups import read_groups
        from ..layers.open_project.stored_rights import store_rights
        from ..layers.project.dead_layers import revive
        from ..layers.project.project import check_project, write_project
        from ..qgis_io.made_here import trust_project, usable_project

        project = usable_project(place.projects())
        if project != place.project:
            self._tell_foreign(place, host)
        known = project.is_file()
        report = None if known else write_project(offline_map, project, host)
        if not known or revive(project, offline_map):
            trust_project(project)
        if known and store_rights(project, self._opened):
            self._stored = project
        groups = read_groups(project) if load else None
        if report is None:
            opened = groups.all_layers() if groups else ()
            report = check_project(offline_map, project, opened, host)
        return report, groups

    def _tell_foreign(self, place: Place, host: Feedback) -> None:
        """Warnings for a project that is not read, and edits that came with it."""
        from ..core.offline_map.contents import edits_in

        text = self.tr(
            "The project “{file}” is not used, because this QGIS profile neither created nor saved it. "
            "The map is drawn as its author drew it. To choose otherwise, open it from the page On This "
            "Computer."
        )
        host.warn(text.format(file=place.project))
        edits = edits_in(place.work_folder)
        if edits:
            host.warn(self.tr("Edits that came with it: {count}. They are kept.").format(count=edits))

    def _tell(self, offline_map: OfflineMap, report: ProjectReport, host: Feedback) -> None:
        """Warnings for all that is missing or differs from the web map."""
        from ..core.web_map import LayerKind, why_online_only

        for found in offline_map.notices:
            host.warn(notice_in_words(found))
        for ready_map in offline_map.maps:
            for layer in ready_map.web_map.walk():
                if layer.kind is LayerKind.ONLINE_ONLY:
                    host.warn(notice_in_words(why_online_only(layer)))
        for entry in report.layers:
            if entry.error:
                host.warn(f"{entry.layer.title}: {in_words(entry.error)}")
        tell_losses(report, host)


def _place(path: Path, output: Optional[Path], host: Feedback) -> Place:
    from ..core.offline_map.places import find_place

    return find_place(path, output, Path(QgsApplication.qgisSettingsDirPath()), host)


@contextmanager
def _nothing_left_of_a_refused(place: Place) -> Iterator[None]:
    """An offline map that is refused, by its packages or by QGIS, leaves nothing behind."""
    from ..core.offline_map.places import withdraw

    try:
        yield
    except BaseException as error:
        withdraw(place, error)
        raise


def _prepared(place: Place, host: Feedback) -> OfflineMap:
    """The offline map at a place with its working copies."""
    from ..core.offline_map.layout import MapFolder
    from ..core.offline_map.prepare import prepare_offline_map
    from ..core.offline_map.single_package import open_package
    from ..qgis_io.drawing import running_drawing

    prepare = prepare_offline_map if MapFolder(place.folder).package_info.is_file() else open_package
    return prepare(place.folder, place.work_folder, running_drawing(), host)
