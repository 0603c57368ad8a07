"""What the algorithms that ask a portal share: where it is, who asks, and how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterString,
)

from ..core.errors import BadInput, OfflineMapError
from ..core.portal import ARCGIS_ONLINE
from ..qgis_io.feedback import HostFeedback
from .algorithm import Algorithm

if TYPE_CHECKING:
    from ..core.portal.items import Portal
    from ..core.portal.urls import ItemId, WebUrl
    from ..qgis_io.authentication import Authentication

# Requests at once to one portal; what browsers allow themselves as well.
PARALLEL_REQUESTS = 6


class PortalAlgorithm(Algorithm):
    """Base of the algorithms that ask a portal.

    An instance runs once: what `prepareAlgorithm` reads in the main thread (QGIS may ask for
    its master password there) waits in it for `processAlgorithm`, which may run in any thread.
    """

    PORTAL = "PORTAL"
    AUTHCFG = "AUTHCFG"
    WEB_MAP = "WEB_MAP"

    def __init__(self) -> None:
        super().__init__()
        self._portal_url = ""
        self._web_map_id: Optional[ItemId] = None
        self._authentication: Optional[Authentication] = None
        self._refusal: Optional[OfflineMapError] = None

    def add_portal_parameters(self, web_map_optional: bool = False) -> None:
        """PORTAL, AUTHCFG and WEB_MAP."""
        portal = QgsProcessingParameterString(
            self.PORTAL, self.tr("Portal (URL, or name of a saved connection)"), ARCGIS_ONLINE
        )
        authcfg = QgsProcessingParameterAuthConfig(self.AUTHCFG, self.tr("Authentication"), None, True)
        web_map = QgsProcessingParameterString(
            self.WEB_MAP,
            self.tr("Web map (item id, or any link to it)"),
            None,
            False,
            web_map_optional,
        )
        for parameter in (portal, authcfg, web_map):
            self.addParameter(parameter)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        from ..qgis_io.authentication import require_known

        _, authcfg, _ = self._address(parameters, context)
        require_known(authcfg)

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        from ..qgis_io.authentication import read_authentication

        try:
            self._portal_url, authcfg, self._web_map_id = self._address(parameters, context)
            self._authentication = read_authentication(authcfg, self._portal_url)
        except OfflineMapError as error:
            self._refusal = error  # raised in `portal`: from here its sentence would reach the log only
        return True

    def text(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """The value of a text parameter, without blanks around it."""
        return self.parameterAsString(parameters, name, context).strip()

    def _address(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[str, str, Optional[ItemId]]:
        """The portal's URL, the configuration to sign in with, and the web map's id.

        Raises `BadInput` for what is none of them.
        """
        from ..core.portal.urls import parse_web_map_reference, same_system
        from ..qgis_io.connections import find_connection

        portal = self.text(parameters, self.PORTAL, context)
        authcfg = self.text(parameters, self.AUTHCFG, context)
        web_map = self.text(parameters, self.WEB_MAP, context)
        portal_of_link, web_map_id = parse_web_map_reference(web_map) if web_map else (None, None)
        saved = find_connection(portal)
        if saved is not None:
            return saved.url, authcfg or saved.authcfg, web_map_id
        # A link to a web map knows its portal; the parameter may still hold its default.
        if portal_of_link and portal in ("", ARCGIS_ONLINE):
            # But a link out of a mail must not decide where a password goes.
            if authcfg and not same_system(portal_of_link, ARCGIS_ONLINE):
                raise BadInput(
                    "The link to the web map leads to “{portal}”, for which this sign-in was not given.",
                    next_step="Enter it as portal URL if you trust it.",
                    portal=portal_of_link,
                )
            portal = portal_of_link
        return str(_address_of(portal or ARCGIS_ONLINE)), authcfg, web_map_id

    @property
    def web_map_id(self) -> ItemId:
        """The web map's id. Raises `BadInput` where none was given."""
        if self._web_map_id is None:
            raise BadInput("No web map was given.", next_step="Enter its item id or any link to it.")
        return self._web_map_id

    @contextmanager
    def portal(self, feedback: QgsProcessingFeedback) -> Iterator[Portal]:
        """The portal, signed in with the chosen configuration, for as long as the job runs."""
        from ..core.portal.items import Portal
        from ..qgis_io.authentication import open_session

        if self._refusal:
            raise self._refusal
        if self._authentication is None:
            raise RuntimeError("prepareAlgorithm() comes first")
        provider = self.provider()  # none where a script runs an algorithm that it made itself
        consent = provider.consent if provider else None
        host = HostFeedback(feedback)
        with open_session(self._portal_url, self._authentication, host, consent) as session:
            yield Portal(session)


def _address_of(portal: str) -> WebUrl:
    """The address in `portal`, which is no saved connection. Raises `BadInput`.

    A word alone is taken for a mistyped title, not for a computer to look for in the network.
    """
    from ..core.portal.urls import portal_address
    from ..qgis_io.connections import connections

    if any(mark in portal for mark in ".:/?"):
        return portal_address(portal)
    raise BadInput(
        "“{portal}” is neither a saved connection nor the address of a portal.",
        next_step=(
            "Enter one of your connections ({titles}), or an address like https://gis.example.org/portal."
        ),
        portal=portal[:80],
        titles=", ".join(one.title for one in connections()),
    )
