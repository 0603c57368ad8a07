"""What the portal has of the packages of a map area now: asked once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from ..errors import ItemNotFound, OfflineMapError
from ..portal.items import Portal
from ..portal.map_areas import Package, packages_of_area
from ..portal.urls import ItemId
from .synced_map import SyncedMap


class AreaPackages:
    """The portal is asked when one is needed."""

    def __init__(self, portal: Portal, synced: SyncedMap) -> None:
        self.portal, self._synced = portal, synced
        self._found: dict[str, Package] = {}
        self._more = self._asked()

    def find(self, item_id: str, title: str) -> Package:
        """The package of an item; `title` names it to people.

        Raises `ItemNotFound` where the area no longer has it, and what asking raises.
        """
        while item_id not in self._found:
            package = self._next()
            if package is None:
                raise ItemNotFound(
                    "The map area “{map}” no longer has the package “{package}”: its author has set it up"
                    " again, or shares it with others. The offline map stays as it is.",
                    next_step="Download the map area again, into another folder.",
                    map=self._synced.title,
                    package=title,
                )
            self._found[package.item.id] = package
        return self._found[item_id]

    def _next(self) -> Optional[Package]:
        try:
            return next(self._more, None)
        except OfflineMapError:
            self._more = self._asked()  # for whoever asks again
            raise

    def _asked(self) -> Iterator[Package]:
        warnings: list[OfflineMapError] = []
        try:
            yield from packages_of_area(self.portal, ItemId(self._synced.manifest.area.id), warnings)
        except ItemNotFound as error:
            raise ItemNotFound(
                "The map area “{map}” is no longer on the portal, or not shared with you. The offline "
                "map stays as it is.",
                next_step="Sign in with an account that may see it, or ask its owner.",
                map=self._synced.title,
            ) from error
