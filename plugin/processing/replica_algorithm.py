"""What the algorithms for replicas share: at which services they are, and whose maps they serve."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from ..core.errors import BadInput
from ..core.portal import ARCGIS_ONLINE
from .offline_map_algorithm import portal_of, update_surroundings
from .portal_algorithm import PARALLEL_REQUESTS, PortalAlgorithm

if TYPE_CHECKING:
    from ..core.portal.items import Portal
    from ..core.portal.urls import ItemId
    from ..core.update.replicas import MapsHere
    from ..core.update.surroundings import UpdateSurroundings


class ReplicaAlgorithm(PortalAlgorithm):
    """PORTAL, or the portal of the offline map INPUT; WEB_MAP or INPUT narrow its services down."""

    def add_replica_parameters(self) -> None:
        """PORTAL, AUTHCFG, WEB_MAP and INPUT."""
        self.add_portal_parameters(web_map_optional=True)
        self.add_offline_map(optional=True)

    def folder(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Optional[Path]:
        """The offline map that was given; None where none was. Raises `BadInput` for what is none."""
        from ..core.update.synced_map import map_folder

        text = self.text(parameters, self.INPUT, context)
        return map_folder(Path(text).absolute()) if text else None

    def _address(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[str, str, Optional[ItemId]]:
        folder = self.folder(parameters, context)
        if folder is None:
            return super()._address(parameters, context)
        if self.text(parameters, self.WEB_MAP, context):
            raise BadInput(
                "Both a web map and an offline map were given, but only one of them can be used.",
                next_step="Leave one of them out.",
            )
        if self.text(parameters, self.PORTAL, context) not in ("", ARCGIS_ONLINE):
            url, authcfg, _ = super()._address(parameters, context)
            return url, authcfg, None
        return (*portal_of(folder, self.text(parameters, self.AUTHCFG, context)), None)

    @contextmanager
    def asked(
        self, folder: Optional[Path], feedback: QgsProcessingFeedback
    ) -> Iterator[tuple[Portal, MapsHere, UpdateSurroundings]]:
        """The portal, the offline maps on this computer and in `folder`, and this QGIS around both."""
        from tempfile import TemporaryDirectory

        from ..core.offline_map.local_maps import find_local_maps
        from ..core.update.replicas import MapsHere
        from ..qgis_io.settings import offline_map_folders, root_folder

        given = [] if folder is None else [folder]
        found = find_local_maps([*given, *offline_map_folders()], root_folder())
        here = MapsHere.of(one.place for one in found.maps if one.ours)
        with self.portal(feedback) as portal, TemporaryDirectory(prefix="offline-map-areas-") as scratch:
            yield portal, here, update_surroundings(lambda _url: portal.session, Path(scratch))

    def services(
        self, folder: Optional[Path], portal: Portal, here: MapsHere, around: UpdateSurroundings
    ) -> list[str]:
        """Those of the offline map, else of the web map, else of the maps here and of those that are gone."""
        from ..core.offline_map.manifest import read_manifest
        from ..core.update.replicas import orphaned_services, services_of_web_map
        from ..core.update.synced_map import read_synced_map
        from ..qgis_io.threads import QtExecutor

        if folder is not None:
            synced = read_synced_map(folder, read_manifest(folder))
            return [copy.service_url for copy in synced.copies]
        if self._web_map_id is not None:
            with QtExecutor(PARALLEL_REQUESTS) as executor:
                return services_of_web_map(portal, self._web_map_id, executor)
        return [*here.services(portal.url), *orphaned_services(around, portal.url)]
