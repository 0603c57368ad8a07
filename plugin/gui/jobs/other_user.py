"""The question whether an offline map that another user registered is registered anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...core.errors import OfflineMapError
from ...core.portal.items import Portal
from ...core.update.other_user import leave_replicas, other_owners
from ...qgis_io.connections import Connection, connection_for
from ...qgis_io.edit_marks import require_unedited
from ...qgis_io.lock import sole_writer
from ...qgis_io.orphans import SavedOrphans
from ...qgis_io.wording import in_words
from ..rows.local_area import LocalArea
from ..widgets.question import ask_whether, question_box
from .services import Services


class OtherUser:
    """Asks nothing where a map is registered by who is signed in, or where that cannot be known."""

    def __init__(self, services: Services, window: QWidget) -> None:
        self._questions, self._notices, self._window = services.questions, services.notices, window

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("OtherUser", text)

    def look(self, here: LocalArea, go_on: Callable[[], None]) -> None:
        """Asks where another user is signed in, and calls `go_on` once the map can be registered anew."""

        def find(portal: Portal) -> tuple[str, list[str]]:
            user = portal.info().user
            return user, other_owners(here.place, user)

        def found(answer: tuple[str, list[str]]) -> None:
            user, owners = answer
            if owners:
                self._ask(here, owners, user, go_on)

        connection = connection_for(here.portal_url) or Connection("", here.portal_url)
        self._questions.ask(connection, find, found, lambda _error: None)

    def _ask(self, here: LocalArea, owners: list[str], user: str, go_on: Callable[[], None]) -> None:
        nobody = self.tr("nobody")
        text = self.tr(
            "Registered by: {owner}\n"
            "Signed in now: {user}\n\n"
            "A feature service synchronises a map only with the user who registered it. If you register "
            "it again, the map keeps its edits, and they are sent in the name of the user who is signed "
            "in now."
        )
        names = ", ".join(owner or nobody for owner in owners)
        box = question_box(
            self._window,
            "offlineMapAreasOtherUser",
            self.tr("Update Offline Map"),
            self.tr("Register “{title}” again?").format(title=here.title),
            text.format(owner=names, user=user or nobody),
            "copies-and-what-services-keep",
        )
        role = QMessageBox.ButtonRole.AcceptRole
        ask_whether(box, self.tr("Register Again"), lambda: self._leave(here, user, go_on), role)

    def _leave(self, here: LocalArea, user: str, go_on: Callable[[], None]) -> None:
        def failed(error: OfflineMapError) -> None:
            self._notices.failure(in_words(error))

        self._questions.run(
            lambda _question: _leave_replicas(here.place, user), lambda _answer: go_on(), failed
        )


def _leave_replicas(folder: Path, user: str) -> None:
    with sole_writer(folder):
        require_unedited(folder)
        leave_replicas(folder, user, SavedOrphans())
