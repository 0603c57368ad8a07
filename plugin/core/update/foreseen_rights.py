"""Which layers of a map will be read-only: what its packages and its feature services let one know before.

The rules are those by which a copy is opened, see offline_map/rights.py; whether a service registers the copy
is known only when it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Optional, Union

from ..errors import Cancelled, OfflineMapError
from ..geodatabase.replica import SyncDirection
from ..host import Executor
from ..json_value import Json
from ..notice import Notice, notice
from ..offline_map.rights import layer_rights
from ..offline_map.update_mode import UpdateMode
from ..portal.feature_service import FeatureService
from ..portal.map_areas import Package, PackageKind
from ..web_map import MapLayer
from ..working_copy.replica_state import RegistrationState, ReplicaState
from .service_facts import layers_of, service_facts, takes_edits

_MANY = 12  # titles in one sentence
_TAKES_EDITS = "takesEdits"


def foreseen_rights(
    mode: UpdateMode,
    layers: Iterable[tuple[MapLayer, Package]],
    service_of: Callable[[str], FeatureService],
    executor: Executor,
) -> tuple[Notice, ...]:
    """A sentence for each reason, with the layers and tables that it holds for.

    Asks the feature services where edits would be sent to them; one that gives no answer is told of.
    """
    geodatabases = [(layer, package) for layer, package in layers if package.kind is PackageKind.GEODATABASE]
    packages = {package.item.id: package for _layer, package in geodatabases}
    asked = list(packages.values()) if mode.uploads else []
    found = dict(
        zip(
            (package.item.id for package in asked),
            executor.map(lambda package: _ask(package, service_of), asked),
        )
    )
    reasons: dict[str, tuple[Notice, list[str]]] = {}
    for layer, package in geodatabases:
        reason = _reason(mode, layer, found.get(package.item.id, {}))
        if reason is not None:
            reasons.setdefault(reason.text, (reason, []))[1].append(layer.title)
    return tuple(_told(titles, reason) for reason, titles in reasons.values())


def _ask(package: Package, service_of: Callable[[str], FeatureService]) -> Union[Json, Notice]:
    """What its service allows; a notice where that cannot be known, or where it takes nothing."""
    if not package.can_sync:
        return notice("read_only", "The package was made without sync.")
    try:
        service = service_of(package.service_url)
        info = service.info()
        if not (info.can_sync or info.tracks_changes):
            return notice("read_only", "The feature service neither synchronises nor tracks changes.")
        facts = service_facts(info, layers_of(service, info, package.layer_ids or info.layers))
        return {**facts, _TAKES_EDITS: takes_edits(info)}
    except Cancelled:
        raise
    except OfflineMapError as error:
        return notice("read_only", "The feature service does not say what it allows: {reason}", reason=error)


def _reason(mode: UpdateMode, layer: MapLayer, found: Union[Json, Notice]) -> Optional[Notice]:
    """Why not everything may be edited."""
    if isinstance(found, Notice):
        return found
    direction = SyncDirection.BIDIRECTIONAL if found.get(_TAKES_EDITS) else SyncDirection.DOWNLOAD
    state = ReplicaState(
        mode=mode.value, direction=direction, registration=RegistrationState.REGISTERED, replica="foreseen"
    )
    return layer_rights(mode.value, state, found, layer.layer_id).reason


def _told(titles: list[str], reason: Notice) -> Notice:
    named = ", ".join(f"“{title}”" for title in titles[:_MANY])
    if len(titles) > _MANY:
        return notice(
            reason.code,
            "{layers} and {more} more: {reason}",
            layers=named,
            more=len(titles) - _MANY,
            reason=reason,
        )
    return notice(reason.code, "{layers}: {reason}", layers=named, reason=reason)
