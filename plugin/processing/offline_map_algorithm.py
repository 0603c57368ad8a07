"""What the algorithms share that work on an offline map which was downloaded: where it is, and who signs in.

The map itself states its portal; how to sign in there is told by AUTHCFG or by a saved connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional
import weakref

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterAuthConfig,
)

from ..core.errors import BadInput, OfflineMapError
from ..core.portal import ARCGIS_ONLINE
from ..qgis_io.feedback import HostFeedback
from .algorithm import Algorithm

if TYPE_CHECKING:
    from ..core.portal.session import PortalSession
    from ..core.update.surroundings import UpdateSurroundings
    from ..layers.open_project.held_layers import HeldLayers
    from ..layers.open_project.stored_rights import OpenProject
    from ..qgis_io.authentication import Authentication


class OfflineMapAlgorithm(Algorithm):
    """Base of the algorithms for one offline map and its portal.

    An instance runs once: what `prepareAlgorithm` reads in the main thread (QGIS may ask for its master
    password there) waits in it for `processAlgorithm`, which may run in any thread.
    """

    AUTHCFG = "AUTHCFG"

    def __init__(self) -> None:
        super().__init__()
        self._portal_url = ""
        self._authentication: Optional[Authentication] = None
        self._refusal: Optional[OfflineMapError] = None
        self._folder: Optional[Path] = None
        self._is_own = False
        self._opened: Optional[OpenProject] = None
        self._stored: Optional[Path] = None
        self._edited: list[str] = []  # titles of layers that are edited in this window
        self._written: Optional[Path] = None
        self._held: Optional[HeldLayers] = None

    def add_authentication(self) -> None:
        """AUTHCFG."""
        self.addParameter(
            QgsProcessingParameterAuthConfig(self.AUTHCFG, self.tr("Authentication"), None, True)
        )

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        from ..qgis_io.authentication import require_known

        self.folder(parameters, context)
        if self.parameterDefinition(self.AUTHCFG):
            require_known(self.parameterAsString(parameters, self.AUTHCFG, context).strip())

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        from ..layers.base.companions import is_companion
        from ..layers.open_project.layers_of_map import edited_layers
        from ..layers.open_project.stored_rights import OpenProject
        from ..qgis_io.authentication import read_authentication

        self._opened = OpenProject.now()
        self._folder = self.folder(parameters, context)
        self._is_own = is_own(self._folder)
        self._edited = [layer.name() for layer in edited_layers(self._folder) if not is_companion(layer)]
        if not self._edited and self.writes(parameters, context):
            self._hold_layers(self._folder)
        if self.parameterDefinition(self.AUTHCFG) is None:
            return True
        try:
            authcfg = self.parameterAsString(parameters, self.AUTHCFG, context).strip()
            self._portal_url, authcfg = portal_of(self._folder, authcfg)
            self._authentication = read_authentication(authcfg, self._portal_url)
        except OfflineMapError as error:
            self._refusal = error  # raised where the portal is asked: some answers need no portal
        return True

    def writes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
        """True for a run that is `writing` to the offline map."""
        return False

    def _hold_layers(self, folder: Path) -> None:
        """From here on, since only now this is the main thread; until `writing` ends, or nobody runs it."""
        from ..layers.open_project.held_layers import HeldLayers

        self._held = HeldLayers(folder)
        weakref.finalize(self, self._held.release).atexit = False

    def folder(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path:
        """The folder of the offline map. Raises `BadInput` for one that was not downloaded."""
        from ..core.update.synced_map import map_folder

        return map_folder(Path(self.parameterAsFile(parameters, self.INPUT, context)).absolute())

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Has the layers of the open project show the rows that are there now, and what may be edited."""
        from ..layers.open_project.layers_of_map import reload_layers
        from ..layers.open_project.stored_rights import show_in_open_project

        if self._written is not None:
            reload_layers(self._written)
        if self._folder is not None:
            show_in_open_project(self._folder, self._stored)
        return {}

    @contextmanager
    def writing(self, folder: Path) -> Iterator[None]:
        """Alone in writing to an offline map, of which no layer is being edited; they are loaded anew then.

        Open layers can be edited again afterwards. Raises `BadInput` that names the layers, or the other
        process.
        """
        from ..qgis_io.edit_marks import require_unedited
        from ..qgis_io.lock import sole_writer

        try:
            self._require_unedited_here(folder)
            with sole_writer(folder):
                require_unedited(folder)
                self._written = folder
                yield
        finally:
            if self._held is not None:
                self._held.release()

    def _require_unedited_here(self, folder: Path) -> None:
        if self._edited:
            raise BadInput(
                "Layers of “{folder}” are being edited: {layers}.",
                next_step="Save or discard the edits and stop editing, then try again.",
                folder=folder.name,
                layers=", ".join(self._edited),
            )

    @contextmanager
    def surroundings(
        self, feedback: QgsProcessingFeedback, *, reads_only: bool = False
    ) -> Iterator[UpdateSurroundings]:
        """This QGIS around an update, for as long as the job runs.

        Unless it only reads, the project of the map shows afterwards what may be edited by then.
        """
        from tempfile import TemporaryDirectory

        provider = self.provider()  # none where a script runs an algorithm that it made itself
        consent = provider.consent if provider else None
        opened: list[PortalSession] = []

        def session_of(portal_url: str) -> PortalSession:
            if self._refusal:
                raise self._refusal
            if not opened:
                opened.append(self._open(portal_url, HostFeedback(feedback), consent))
            return opened[0]

        with TemporaryDirectory(prefix="offline-map-areas-") as scratch:
            try:
                yield update_surroundings(session_of, Path(scratch))
            finally:
                for session in opened:
                    session.close()
                if not reads_only:
                    self._keep_up()

    def _keep_up(self) -> None:
        """Has the project on disk, and what the profile knows, follow the manifest and the working copies."""
        from ..core.offline_map.layout import MapFolder
        from ..core.offline_map.manifest import read_manifest
        from ..layers.open_project.stored_rights import store_rights
        from ..qgis_io.made_here import note_place

        folder = self._folder
        if folder is None or self._opened is None or not MapFolder(folder).manifest.is_file():
            return
        if self._is_own:
            note_place(folder, read_manifest(folder).finished)
        project = MapFolder(folder).project
        if store_rights(project, self._opened):
            self._stored = project

    def _open(self, portal_url: str, host: HostFeedback, consent: Any) -> PortalSession:
        from ..qgis_io.authentication import open_session

        if self._authentication is None:
            raise RuntimeError("prepareAlgorithm() comes first")
        return open_session(self._portal_url or portal_url, self._authentication, host, consent)


def update_surroundings(session_of: Any, scratch: Path) -> UpdateSurroundings:
    """This computer and this profile, around sessions that are opened by `session_of`."""
    from ..core.host import SystemClock
    from ..core.update.surroundings import UpdateSurroundings
    from ..core.version import plugin_version
    from ..qgis_io.machine import born, machine_id
    from ..qgis_io.orphans import SavedOrphans

    return UpdateSurroundings(
        session_of=session_of,
        clock=SystemClock(),
        machine_id=machine_id(),
        born=born,
        orphans=SavedOrphans(),
        scratch=scratch,
        plugin_version=plugin_version(),
    )


def is_own(folder: Path) -> bool:
    """True for an offline map that this profile downloaded."""
    from ..core.offline_map.manifest import read_manifest
    from ..qgis_io.made_here import is_downloaded_here

    try:
        finished = read_manifest(folder).finished
    except OfflineMapError:
        finished = ""
    return is_downloaded_here(folder, finished)


def portal_of(folder: Path, authcfg: str) -> tuple[str, str]:
    """The address of the portal of an offline map, and the configuration to sign in with.

    A saved connection to it counts as it was saved, scheme included. Raises `BadInput` for a
    configuration that would sign in at a portal which only the folder names: that may come from anybody.
    """
    from ..core.offline_map.manifest import read_manifest
    from ..core.portal.urls import same_system
    from ..qgis_io.connections import connection_for

    manifest = read_manifest(folder)
    saved = connection_for(manifest.portal_url)
    if saved is not None:
        return saved.url, authcfg or saved.authcfg
    is_known = is_own(folder) or same_system(manifest.portal_url, ARCGIS_ONLINE)
    if authcfg and not is_known:
        raise BadInput(
            "The offline map “{folder}” leads to “{portal}”, for which this sign-in was not given.",
            next_step="Save a connection to that portal if you trust it.",
            folder=folder.name,
            portal=manifest.portal_url,
        )
    return manifest.portal_url, authcfg
