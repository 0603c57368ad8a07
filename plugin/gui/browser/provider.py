"""What QGIS asks for the items of its Browser. The areas of web maps load when somebody opens one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsDataItem, QgsDataItemProvider
from qgis.PyQt import sip

from ...core import TITLE
from .items import ConnectionItem, RootItem

if TYPE_CHECKING:
    from ...qgis_io.connections import ChosenWebMap
    from ..dock_content import DockContent


class BrowserProvider(QgsDataItemProvider):
    """Register it with `QgsApplication.dataItemProviderRegistry()`, which owns it then.

    `dock_content` makes what is behind the dock when it is not there yet; `is_awake` tells whether portals
    may be asked.
    """

    def __init__(self, dock_content: Callable[[], DockContent], is_awake: Callable[[], bool]) -> None:
        super().__init__()
        self._dock_content = dock_content
        self._is_awake = is_awake
        self._roots: list[RootItem] = []  # one for each model of the Browser

    def name(self) -> str:
        return TITLE

    def capabilities(self) -> Qgis.DataItemProviderCapability:
        return Qgis.DataItemProviderCapability.NetworkSources

    def createDataItem(self, path: str, parentItem: Optional[QgsDataItem]) -> Optional[QgsDataItem]:
        if path or parentItem is not None:
            return None
        root = RootItem(self._dock_content, self._is_awake, _make_web_map)
        sip.transferto(root, None)  # the Browser deletes it
        self._roots.append(root)
        return root

    def dress(self) -> None:
        """QGIS has another theme."""
        for root in self._living():
            root.dress()

    def refresh(self) -> None:
        """Connections were added, changed or removed, or web maps of them chosen."""
        for root in self._living():
            root.refresh()
            root.show_chosen()

    def _living(self) -> list[RootItem]:
        self._roots = [root for root in self._roots if not sip.isdeleted(root)]
        return self._roots


def _make_web_map(parent: ConnectionItem, web_map: ChosenWebMap) -> QgsDataItem:
    from .area_items import WebMapItem

    return WebMapItem(parent, web_map)
