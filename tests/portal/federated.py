"""The federated ArcGIS server on an origin of its own: `/arcgis/rest`.

It trusts the portal's accounts but not the portal's tokens: only those exchanged for it.
Like real servers it does not care about the case of a path.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .answers import Answer, error_answer, html_answer, json_answer
from .content import SERVER, PortalContent
from .record import Asked
from .sharing import Addresses
from .tokens import SERVER as SERVER_AUDIENCE
from .tokens import Refusal, Tokens, token_required

_SERVICE = re.compile(r"/arcgis/rest/services/(?P<name>.+)/featureserver(?:/(?P<layer>\d+))?")


class FederatedServer:
    """Answers for the server; `addresses` tell which portal owns it."""

    def __init__(self, content: PortalContent, tokens: Tokens, addresses: Addresses) -> None:
        self.content, self.tokens, self.addresses = content, tokens, addresses

    def __call__(self, asked: Asked) -> Answer:
        path = asked.path.rstrip("/").lower()
        if path == "/arcgis/rest/info":
            return json_answer(server_info(self.addresses), asked)
        match = _SERVICE.fullmatch(path)
        if match is None:
            return html_answer("<h1>404 Not Found</h1>", 404)
        try:
            return self._service(asked, match["name"], match["layer"])
        except Refusal as refusal:
            return error_answer(refusal.error, asked)

    def _service(self, asked: Asked, name: str, layer: str | None) -> Answer:
        token = self.tokens.shown_by(asked, SERVER_AUDIENCE)
        service = self.content.services.get(name)
        if service is None:
            raise Refusal(404, "Service not found.", details=("Service does not exist.",))
        if service.access != "public" and token is None:
            raise token_required()
        if layer is not None and int(layer) not in service.layers:
            raise Refusal(400, "Invalid URL.", details=("Layer does not exist.",))
        value: dict[str, Any] = service.json if layer is None else service.layers[int(layer)]
        return json_answer(json.loads(json.dumps(value).replace(SERVER, self.addresses.server)), asked)


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
