"""The provider of the Processing algorithms.

An algorithm is added by putting its class into `ALGORITHMS`, in the order of the user's work.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsProcessingAlgorithm, QgsProcessingProvider
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QIcon

from .apply_saved_edits import ApplySavedEdits
from .check_for_updates import CheckForUpdates
from .convert_geodatabase import ConvertMobileGeodatabase
from .convert_tile_package import ConvertTilePackage
from .download_map_area import DownloadMapArea
from .download_map_areas import DownloadMapAreas
from .export_local_edits import ExportLocalEdits
from .finish_offline_map import FinishOfflineMap
from .list_map_areas import ListMapAreas
from .list_replicas import ListReplicas
from .open_offline_map import OpenOfflineMap
from .revert_local_edits import RevertLocalEdits
from .unregister_replicas import UnregisterReplicas
from .update_offline_map import UpdateOfflineMap
from .verify_offline_map import VerifyOfflineMap

if TYPE_CHECKING:
    from ..core.portal.reach import Consent

ALGORITHMS: tuple[type[QgsProcessingAlgorithm], ...] = (
    ListMapAreas,
    DownloadMapArea,
    DownloadMapAreas,
    OpenOfflineMap,
    CheckForUpdates,
    UpdateOfflineMap,
    ExportLocalEdits,
    ApplySavedEdits,
    RevertLocalEdits,
    FinishOfflineMap,
    ListReplicas,
    UnregisterReplicas,
    VerifyOfflineMap,
    ConvertMobileGeodatabase,
    ConvertTilePackage,
)

ICON = Path(__file__).parents[2] / "resources" / "icon.svg"


class OfflineMapAreasProvider(QgsProcessingProvider):
    """Offers the algorithms in the toolbox, in models and to qgis_process.

    `groups_added`: the open project got groups of an offline map from one of them, and its decorations
    may have changed. `consent` asks the user about hosts in private networks, where there is a window.
    """

    groups_added = pyqtSignal()
    consent: Optional[Consent] = None

    def id(self) -> str:
        return "offlinemapareas"

    def name(self) -> str:
        return "Offline Map Areas"

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def loadAlgorithms(self) -> None:
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
