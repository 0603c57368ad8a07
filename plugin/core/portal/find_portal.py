"""Finding the portal behind an address that somebody typed or pasted."""

from __future__ import annotations

from typing import Any, Callable, Optional

from ..errors import BadInput, BrokenAnswer, NoPortal, PortalError, ServerBusy, SignInRequired
from .urls import WebUrl, arcgis_environment, parse_url, portal_candidates, same_or_upgraded

_INFO = "/sharing/rest/info"

Ask = Callable[[str], tuple[dict[str, Any], str]]


def find_portal(address: WebUrl, ask: Ask) -> WebUrl:
    """The portal at or below `address`: whose `sharing/rest/info` answers as a portal does.

    `ask(url)` gives a JSON object and the address that answered in the end; it sends no secret.
    Raises `NoPortal` when there is none, `BadInput` when it is another one, `NetworkError`.
    """
    for candidate in portal_candidates(address):
        try:
            info, answered_at = ask(candidate + _INFO)
        except (ServerBusy, SignInRequired):
            raise
        except (BrokenAnswer, PortalError):
            continue
        found = _portal_of(info, answered_at)
        if found is not None:
            return _adopted(address, found)
    raise NoPortal(
        "No portal answers at “{address}”.",
        next_step="Enter the address of ArcGIS Online or of a portal, like "
        "https://gis.example.org/portal. If it is right, the network itself may require you "
        "to sign in.",
        address=str(address),
    )


def _portal_of(info: dict[str, Any], answered_at: str) -> Optional[WebUrl]:
    final = parse_url(answered_at)
    if not final.path.endswith(_INFO) or not ("authInfo" in info or "owningSystemUrl" in info):
        return None
    return WebUrl(final.origin, final.path[: -len(_INFO)])


def _adopted(given: WebUrl, found: WebUrl) -> WebUrl:
    """`found`, if a password that is meant for the given address may go there."""
    environment = arcgis_environment(found.origin.host)
    same_online = environment is not None and environment == arcgis_environment(given.origin.host)
    if same_or_upgraded(given, found) or same_online:
        return found
    raise BadInput(
        "“{given}” leads to another portal, “{found}”.",
        next_step="Use that address instead if you trust it.",
        given=str(given),
        found=str(found),
    )
