"""The federated ArcGIS server on an origin of its own: `/arcgis/rest`.

It trusts the portal's accounts but not the portal's tokens, unless told so: only those exchanged for it.
Like real servers it does not care about the case of a path.
"""

from __future__ import annotations

from typing import Any

from .answers import Answer, FileAnswer, error_answer, html_answer, json_answer
from .content import PortalContent
from .feature_service.routes import answer as feature_service_answer
from .record import Asked
from .sharing import Addresses
from .tokens import SERVER as SERVER_AUDIENCE
from .tokens import Refusal, StandInClock, Tokens, token_required

_SERVICES = "/arcgis/rest/services/"


class FederatedServer:
    """Answers for the server; `addresses` tell which portal owns it."""

    def __init__(
        self,
        content: PortalContent,
        tokens: Tokens,
        addresses: Addresses,
        clock: StandInClock,
        audiences: tuple[str, ...] = (SERVER_AUDIENCE,),
    ) -> None:
        self.content, self.tokens, self.addresses, self.clock = content, tokens, addresses, clock
        self.audiences = audiences

    def __call__(self, asked: Asked) -> Answer | FileAnswer:
        path = asked.path.rstrip("/").lower()
        if path == "/arcgis/rest/info":
            return json_answer(server_info(self.addresses), asked)
        if not path.startswith(_SERVICES):
            return html_answer("<h1>404 Not Found</h1>", 404)
        try:
            return self._service(asked, path[len(_SERVICES) :])
        except Refusal as refusal:
            return error_answer(refusal.error, asked)

    def _service(self, asked: Asked, path: str) -> Answer | FileAnswer:
        token = self.tokens.shown_by(asked, *self.audiences)
        root, _, rest = path.partition("/featureserver")
        feature_service = self.content.feature_services.get(root)
        if feature_service is not None and rest[:1] in ("", "/"):
            if feature_service.access != "public" and token is None:
                raise token_required()
            url = f"{self.addresses.server}/rest/services/{feature_service.name}/FeatureServer"
            inside = asked.path.rstrip("/")[len(_SERVICES) + len(root) + len("/featureserver") :]
            user = token.user if token else ""
            return feature_service_answer(feature_service, asked, inside, user, url, self.clock())
        service = self.content.services.get(path)
        if service is None:
            raise Refusal(404, "Service not found.", details=("The requested service does not exist.",))
        if service.access != "public" and token is None:
            raise token_required()
        return json_answer(self.addresses.live(service.json), asked)


def server_info(addresses: Addresses) -> dict[str, Any]:
    return {
        "currentVersion": 11.3,
        "fullVersion": "11.3.0",
        "owningSystemUrl": addresses.portal,
        "authInfo": {
            "isTokenBasedSecurity": True,
            "tokenServicesUrl": f"{addresses.portal}/sharing/rest/generateToken",
        },
    }


class Stranger:
    """An origin that belongs to nobody and claims to be a server of the portal; it takes what it is shown."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses

    def __call__(self, asked: Asked) -> Answer:
        if asked.path.endswith("/rest/info"):
            return json_answer(server_info(self.addresses), asked)
        return html_answer("<html><body>Hello.</body></html>")
