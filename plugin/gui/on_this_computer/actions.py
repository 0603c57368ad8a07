"""What happens when a user wants something of an offline map here, or of an unfinished download."""

from __future__ import annotations

from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...core.errors import OfflineMapError
from ...core.offline_map.currency import Newer, newer_at_portal
from ...core.offline_map.local_maps import LocalMap, UnfinishedDownload
from ...core.offline_map.places import unpacked_folder
from ...core.portal.map_areas import MapArea, load_map_area
from ...core.untrusted.json_text import parse_json
from ...qgis_io.connections import Connection, connection_for
from ...qgis_io.settings import forget_offline_map
from ...qgis_io.wording import in_words
from ..jobs.downloads import Downloads
from ..jobs.local_areas import LocalAreas
from ..jobs.opening import close_offline_map
from ..jobs.removing import ask_removal, remove_places
from ..jobs.services import Services
from ..jobs.tasks import Outcome
from ..jobs.unfinished import Download, forget_unfinished, unfinished_download
from ..widgets.report import ReportDialog, Row


class LocalMapActions(QObject):
    """Does it. `project_wanted` tells the file of a project that is to take the place of the open one.

    `broken` says what verifying found, by place, until it is verified again.
    """

    project_wanted = pyqtSignal(str)

    def __init__(self, local: LocalAreas, downloads: Downloads, services: Services, window: QWidget) -> None:
        super().__init__()
        self._local = local
        self._downloads = downloads
        self._jobs = services.jobs
        self._questions = services.questions
        self._notices = services.notices
        self._window = window
        self.broken: dict[Path, str] = {}

    def open_as_project(self, place: Path) -> None:
        """Prepares the offline map, then asks for its project instead of the open one."""

        def prepared(outcome: Outcome) -> None:
            if outcome.error:
                self._notices.failure(outcome.error)
            elif not outcome.cancelled:
                self.project_wanted.emit(outcome.results["PROJECT"])

        title = self.tr("Open offline map “{name}”").format(name=place.name)
        parameters = {"INPUT": str(place), "LOAD": False}
        self._jobs.run("offlinemapareas:openofflinemap", parameters, prepared, title)

    def close(self, place: Path) -> None:
        """Takes the layers of an offline map out of the open project."""
        for folder in places_when_open(place):
            close_offline_map(QgsProject.instance(), folder)

    # ---- verifying ----------------------------------------------------------------------------

    def verify(self, entry: LocalMap) -> None:
        """Reads every file, and tells what is damaged."""
        title = self.tr("Verify offline map “{title}”").format(title=entry.title)
        self._jobs.run(
            "offlinemapareas:verifyofflinemap",
            {"INPUT": str(entry.place)},
            lambda outcome: self._tell_verified(entry, outcome),
            title,
        )

    def _tell_verified(self, entry: LocalMap, outcome: Outcome) -> None:
        if outcome.cancelled:
            return
        if outcome.error:
            self._notices.failure(outcome.error)
            return
        files = _report_files(Path(outcome.results["REPORT"]))
        if outcome.results["OK"]:
            self.broken.pop(entry.place, None)
            text = self.tr("“{title}” is whole. Files checked: {files}.")
            self._notices.success(text.format(title=entry.title, files=len(files)))
        else:
            self.broken[entry.place] = outcome.warnings[0]
            rows = [
                Row(self.tr("Damaged"), ", ".join(file["layers"]) or file["path"], warning)
                for file, warning in zip((file for file in files if file["error"]), outcome.warnings)
            ]
            text = self.tr("“{title}” is damaged. Files with an error: {files}.")
            self._notices.offer(
                text.format(title=entry.title, files=len(rows)),
                Qgis.MessageLevel.Warning,
                self.tr("Details"),
                lambda: ReportDialog(entry.title, rows, self._window).show(),
                "\n".join(outcome.warnings),
            )
        self._local.look()

    # ---- updates ------------------------------------------------------------------------------

    def check(self, entry: LocalMap) -> None:
        """Asks the portal of a map whether it has newer packages, and tells."""
        connection = connection_for(entry.portal_url) or Connection("", entry.portal_url)

        def found(area: MapArea) -> None:
            newer = newer_at_portal(entry.revisions, area)
            if newer is Newer.NONE:
                self._notices.success(self.tr("“{title}” is up to date.").format(title=entry.title))
                return
            text = self.tr(
                "The portal has newer packages of “{title}”. To have them, remove it and download it again."
            )
            if newer is Newer.UNKNOWN:
                text = self.tr(
                    "The portal has not finished its packages of “{title}”. Check again when it has."
                )
            self._notices.tell(text.format(title=entry.title))

        self._questions.ask(
            connection,
            lambda portal: load_map_area(portal, entry.area_id),
            found,
            lambda error: self._notices.failure(in_words(error)),
        )

    # ---- downloads ----------------------------------------------------------------------------

    def resume(self, entry: UnfinishedDownload) -> None:
        """The same call again; one that this computer does not remember is made of what it left."""
        saved = connection_for(entry.portal_url)
        parameters = {
            "PORTAL": saved.url if saved else entry.portal_url,
            "WEB_MAP": entry.web_map_id,
            "MAP_AREA": entry.area_id,
            "LOAD": False,
            "OUTPUT": str(entry.folder),
        }
        if saved is not None and saved.authcfg:
            parameters["AUTHCFG"] = saved.authcfg
        remembered = unfinished_download(entry.area_id)
        self._downloads.start(remembered or Download(entry.area_id, entry.title, parameters))

    def cancel(self, entry: UnfinishedDownload) -> None:
        self._downloads.cancel(entry.area_id, entry.folder)

    # ---- forgetting and removing --------------------------------------------------------------

    def forget(self, place: Path) -> None:
        forget_offline_map(place)
        self._local.look()

    def ask_removal(self, entry: LocalMap) -> None:
        """Removes a map, if the user means it."""
        ask_removal(entry.title, lambda: self.remove(entry), self._window)

    def remove(self, entry: LocalMap) -> None:
        """Takes the layers of an offline map out of the project and its files off this machine."""
        places = places_when_open(entry.place)
        self.close(entry.place)

        def gone(_answer: object) -> None:
            forget_offline_map(entry.place)
            forget_unfinished(entry.area_id)
            self.broken.pop(entry.place, None)
            self._local.look()
            self._notices.success(self.tr("“{title}” removed.").format(title=entry.title))

        def kept(error: OfflineMapError) -> None:
            self._notices.failure(in_words(error))

        self._questions.run(lambda _question: remove_places(places), gone, kept)


def places_when_open(place: Path) -> list[Path]:
    """Under which folders the groups of an offline map stand: an .mmpk is unpacked into another one."""
    places = [place.resolve()]
    if place.is_file():
        places.append(unpacked_folder(place, Path(QgsApplication.qgisSettingsDirPath())).resolve())
    return places


def _report_files(report: Path) -> list[dict]:
    return parse_json(report.read_bytes())["files"]
