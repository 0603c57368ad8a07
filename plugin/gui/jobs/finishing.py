"""The end of an offline map: its feature services are told, then it goes, or stays and is edited no more."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import Qgis
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QCoreApplication, QLocale
from qgis.PyQt.QtWidgets import QCheckBox, QMessageBox

from ...core.errors import OfflineMapError
from ...core.offline_map.area_status import Activity
from ...core.offline_map.manifest import read_manifest
from ...core.portal.items import Portal
from ...core.update.finish import UNREACHABLE
from ...core.update.held_replicas import held_replicas
from ...qgis_io.connections import Connection, connection_for
from ...qgis_io.wording import in_words
from ..rows.local_area import LocalArea
from ..widgets.question import ask_whether, offer_cancel, question_box
from .job_queue import JobQueue
from .map_job import MapJob
from .open_edits import settle_edits
from .opening import close_layers
from .services import Services
from .tasks import Outcome
from .updating import sign_in


class Finisher:
    """Asks, then runs `finishofflinemap`, and tells what came of it."""

    def __init__(self, queue: JobQueue, services: Services, canvas: QgsMapCanvas) -> None:
        self._queue = queue
        self._questions = services.questions
        self._notices = services.notices
        self._window = canvas.window()

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("Finisher", text)

    def ask(self, here: LocalArea) -> None:
        """Asks whether an offline map is finished; by default, everything stays."""
        settle_edits(here.title, here.place, lambda: self._ask(here), self._notices.failure, self._window)

    def finish(self, here: LocalArea, discard: bool, delete: bool) -> None:
        """Takes its layers out of the project and ends it. `discard`: edits may be lost."""
        close_layers(here)
        job = MapJob(
            here.key,
            here.title,
            here.place,
            "offlinemapareas:finishofflinemap",
            Activity.FINISHING,
            self.tr("Finish offline map “{title}”").format(title=here.title),
            lambda outcome: self._tell(here, outcome),
            {**sign_in(here), "DISCARD_EDITS": discard, "DELETE_FILES": delete},
        )
        self._queue.start(job)

    # ---- the questions ------------------------------------------------------------------------

    def _ask(self, here: LocalArea) -> None:
        texts = [str(here.place), self.tr("Its feature services are told that it is no longer in use.")]
        if here.is_own:
            texts.append(
                self.tr(
                    "Finish deletes everything that was downloaded or created for it, including your "
                    "changes to the project. Other files in that folder are kept. Its layers are "
                    "removed from the open project."
                )
            )
        else:
            texts.append(self.tr("This QGIS profile did not download it, so its files are kept, read-only."))
        text = self.tr("Finish “{title}”?").format(title=here.title)
        box = self._box("offlineMapAreasFinish", text, "\n\n".join(texts))
        offer_cancel(box)
        ends = [(self.tr("Keep Read-Only"), False)]
        if here.is_own:
            ends.append((self.tr("Finish"), True))
        discard = self._ask_edits(box, here)
        for text, delete in ends:
            button = box.addButton(text, QMessageBox.ButtonRole.DestructiveRole)
            button.clicked.connect(
                lambda _checked, delete=delete: self._reach(here, discard is not None, delete)
            )
            if discard is not None:
                button.setEnabled(False)
                discard.toggled.connect(button.setEnabled)
        box.open()

    def _ask_edits(self, box: QMessageBox, here: LocalArea) -> Optional[QCheckBox]:
        """Where there are edits, nothing can be done before it is said that they may be lost."""
        if not here.local.edits:
            return None
        text = self.tr("Discard the edits not sent yet: {count}")
        discard = QCheckBox(text.format(count=QLocale().toString(here.local.edits)), box)
        discard.setToolTip(self.tr("Update the offline map to send them, or save them as a file"))
        box.setCheckBox(discard)
        return discard

    def _reach(self, here: LocalArea, discard: bool, delete: bool) -> None:
        """Asks again where a service cannot be reached; what else may be wrong, finishing itself tells."""

        def go_on(_answer: object = None) -> None:
            self.finish(here, discard, delete)

        def failed(error: OfflineMapError) -> None:
            if isinstance(error, UNREACHABLE):
                self._ask_all_the_same(here, error, go_on)
            else:
                go_on()

        connection = connection_for(here.portal_url) or Connection("", here.portal_url)
        self._questions.ask(connection, lambda portal: _reach_services(portal, here.place), go_on, failed)

    def _ask_all_the_same(self, here: LocalArea, error: OfflineMapError, go_on) -> None:
        text = self.tr(
            "{reason}\n\n"
            "Finish it anyway? It will be unregistered at its services when you next use that portal."
        )
        box = self._box(
            "offlineMapAreasUnreachable",
            self.tr("“{title}” cannot be unregistered now.").format(title=here.title),
            text.format(reason=in_words(error)),
        )
        ask_whether(box, self.tr("Finish Anyway"), go_on)

    def _box(self, name: str, text: str, more: str) -> QMessageBox:
        title = self.tr("Finish Offline Map")
        return question_box(self._window, name, title, text, more, "finish", warns=True)

    def _tell(self, here: LocalArea, outcome: Outcome) -> None:
        if outcome.cancelled:
            return
        if outcome.error:
            text = self.tr("“{title}” was not finished: {reason}")
            self._notices.failure(text.format(title=here.title, reason=outcome.error))
            return
        gone = not here.place.exists() or outcome.results["DELETED"]
        text = self.tr("“{title}” removed.") if gone else self.tr("“{title}” is finished and read-only now.")
        told = " ".join([text.format(title=here.title), *outcome.warnings])
        self._notices.tell(told, Qgis.MessageLevel.Warning if outcome.warnings else Qgis.MessageLevel.Success)


def _reach_services(portal: Portal, folder: Path) -> None:
    """Raises what asking one of the services raises, that hold a replica of the map."""
    for held in held_replicas(folder, read_manifest(folder)):
        portal.session.get_json(held.service_url)
