"""The algorithm `listmapareas`: the preplanned map areas of a web map as polygons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Optional, Union

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QDateTime, QMetaType, Qt

from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import in_words
from .algorithm import errors_in_words
from .portal_algorithm import PARALLEL_REQUESTS, PortalAlgorithm

if TYPE_CHECKING:
    from ..core.portal.items import Item, Portal
    from ..core.portal.map_areas import BrokenArea, MapArea

# Web maps with areas carry both keywords.
_MAPS_WITH_AREAS = 'type:"Web Map" typekeywords:"Offline Map Areas"'
_BROKEN = "broken"
_FIELDS = (
    ("item_id", QMetaType.Type.QString),
    ("title", QMetaType.Type.QString),
    ("snippet", QMetaType.Type.QString),
    ("status", QMetaType.Type.QString),
    ("packages", QMetaType.Type.Int),
    ("size", QMetaType.Type.LongLong),
    ("modified", QMetaType.Type.QDateTime),
    ("sync", QMetaType.Type.Bool),
    ("scheduled_updates", QMetaType.Type.Bool),
    ("web_map_id", QMetaType.Type.QString),
    ("web_map_title", QMetaType.Type.QString),
)


class ListMapAreas(PortalAlgorithm):
    """Lists the map areas of one web map, or of every web map that the user can see."""

    SECTION = "list-map-areas"
    OUTPUT, COUNT = "OUTPUT", "COUNT"

    def name(self) -> str:
        return "listmapareas"

    def displayName(self) -> str:
        return self.tr("List map areas")

    def tags(self) -> list[str]:
        return self.tr("arcgis,portal,offline,map area,preplanned,web map").split(",")

    def shortDescription(self) -> str:
        return self.tr("Lists the preplanned map areas of a web map as polygons.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Lists the map areas that the author of a web map prepared for offline use: where they are, "
            "how large their packages are, and how they can be kept up to date.\n\n"
            "Web map: an item id or any link to it; leave it empty for all web maps that you can "
            "see.\n\n"
            "Map areas: polygons in WGS 84. The status is complete, processing or failed as the portal "
            "says, or broken if the area cannot be read; the log then says why. Sizes are in bytes."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_portal_parameters(web_map_optional=True)
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                self.OUTPUT, self.tr("Map areas"), Qgis.ProcessingSourceType.VectorPolygon
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.COUNT, self.tr("Number of map areas")))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..qgis_io.outlines import LON_LAT

        fields = QgsFields()
        for name, kind in _FIELDS:
            fields.append(QgsField(name, kind))
        with errors_in_words(), self.portal(feedback) as portal:
            found = list(self._areas(portal, feedback))
        sink, destination = self.parameterAsSink(
            parameters,
            self.OUTPUT,
            context,
            fields,
            Qgis.WkbType.MultiPolygon,
            QgsCoordinateReferenceSystem(LON_LAT),
        )
        for web_map, area in found:
            feature = _feature(web_map, area, fields, context)
            sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
        return {self.OUTPUT: destination, self.COUNT: len(found)}

    def _areas(
        self, portal: Portal, feedback: QgsProcessingFeedback
    ) -> Iterator[tuple[Item, Union[MapArea, BrokenArea]]]:
        from ..core.host import raise_if_cancelled
        from ..core.portal.map_areas import BrokenArea, list_map_areas
        from ..qgis_io.threads import QtExecutor

        host = HostFeedback(feedback)
        web_maps = (
            [portal.item(self.web_map_id)] if self._web_map_id else list(portal.search(_MAPS_WITH_AREAS))
        )
        with QtExecutor(PARALLEL_REQUESTS) as executor:
            for position, web_map in enumerate(web_maps):
                raise_if_cancelled(host)
                host.report(position, len(web_maps), web_map.title)
                for area in list_map_areas(portal, web_map.id, executor):
                    if isinstance(area, BrokenArea):
                        feedback.pushWarning(f"{area.title}: {in_words(area.error)}")
                    yield web_map, area


def _feature(
    web_map: Item, area: Union[MapArea, BrokenArea], fields: QgsFields, context: QgsProcessingContext
) -> QgsFeature:
    from ..core.portal.map_areas import BrokenArea, PackagingStatus
    from ..qgis_io.outlines import outline

    feature = QgsFeature(fields)
    feature["web_map_id"], feature["web_map_title"] = web_map.id, web_map.title
    if isinstance(area, BrokenArea):
        feature["item_id"], feature["title"], feature["status"] = area.id or "", area.title, _BROKEN
        return feature
    capabilities = area.update_capabilities
    feature["item_id"] = area.item.id
    feature["title"] = area.item.title
    feature["snippet"] = area.item.snippet
    feature["status"] = PackagingStatus.COMPLETE.value if area.is_packaged else area.status.value
    feature["packages"] = len(area.packages)
    feature["size"] = area.size
    if area.item.modified:
        milliseconds = round(area.item.modified.timestamp() * 1000)
        feature["modified"] = QDateTime.fromMSecsSinceEpoch(milliseconds, Qt.TimeSpec.UTC)
    feature["sync"] = capabilities.sync
    feature["scheduled_updates"] = capabilities.scheduled
    feature.setGeometry(outline(area, context.transformContext()))
    return feature
