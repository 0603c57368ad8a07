"""Every member of a web map, its layers and their services: kept, known to say nothing, or reported.

`KEPT` are the members that somebody here reads (renderers, labels, popups and forms account for their
own insides); `SAYS_NOTHING` those that change nothing on a map in QGIS without a network, each with
the reason. What is in neither, the next version's members too, is named in the report.
"""

from __future__ import annotations

import re

from ...core.json_value import Json
from ...core.notice import Notice, notice
from ...core.web_map import LayerKind, MapLayer
from ..base.accounted import kept, unkept

_MOST = 60  # names in one sentence

KEPT = {
    "map": "operationalLayers tables spatialReference bookmarks initialState widgets background baseMap",
    "layer": (
        "id title layerType type url path styleUrl visibility opacity minScale maxScale popupInfo formInfo"
        " disablePopup showLabels showLegend listMode timeAnimation blendMode effect featureEffect"
        " isReference visibilityMode subtypeCode layerDefinition layers"
    ),
    "definition": "definitionExpression minScale maxScale drawingInfo featureReduction orderBy",
    "drawing": "renderer labelingInfo transparency",
    "service": (
        "drawingInfo minScale maxScale fields types templates typeIdField subtypes subtypeField domains"
        " relationships hasAttachments timeInfo featureReduction orderBy copyrightText editFieldsInfo"
        " dateFieldsTimeReference datesInUnknownTimezone geometryProperties objectIdField globalIdField"
        " displayField"
    ),
}
SAYS_NOTHING = {
    "map": {
        "who wrote it, by which version": "version authoringApp authoringAppVersion",
        "the tools that an app offers beside the map": "applicationProperties",
        "scenes and slides, no maps": "presentation viewingMode clippingArea ground",
        "levels that a client may zoom to": "tilingSchemes",
    },
    "layer": {
        "how clients ask the service for features": "mode featureCollectionType",
        "the portal's item, which the package stands for": "itemId layerItemId itemProperties resourceInfo",
        "what may be edited: the package says it": "capabilities",
        "whether a credit is shown: it always is": "attributionVisible",
        "a picture for lists": "thumbnail",
        "scenes": "screenSizePerspective elevationInfo",
    },
    "definition": {
        "what the service says of itself, repeated; the package holds it": (
            "id name type geometryType fields objectIdField globalIdField displayField typeIdField types"
            " templates hasAttachments extent spatialReference source currentVersion capabilities"
            " defaultVisibility hasM hasZ copyrightText htmlPopupType relationships indexes"
            " dateFieldsTimeReference"
        ),
        "scenes": "elevationInfo",
    },
    "drawing": {
        "whether the service has labels: labelingInfo says which": "showLabels",
        "whether symbols follow the map's reference scale, which is reported": "scaleSymbols",
    },
    "service": {
        "which layer and service it is": (
            "id name type description parentLayer subLayers currentVersion cimVersion serviceItemId"
            " parentLayerId subLayerIds layerId"
        ),
        "how its data are stored": (
            "geometryType extent indexes uniqueIdField geometryField spatialReference sourceSpatialReference"
            " heightModelInfo verticalSR zDefault collation preferredTimeReference archivingInfo"
            " attachmentProperties attachmentFields"
        ),
        "who may ask it what, and how": (
            "capabilities useStandardizedQueries allowGeometryUpdates allowTrueCurvesUpdates"
            " allowUpdateWithoutMValues onlyAllowTrueCurveUpdatesByTrueCurveClients canModifyLayer"
            " canScaleSymbols advancedQueryCapabilities advancedEditingCapabilities"
            " advancedQueryAnalyticCapabilities queryBinsCapabilities ownershipBasedAccessControlForFeatures"
            " syncCanReturnChanges sourceSchemaChangesAllowed viewSourceHasAttachments adminLayerInfo"
        ),
        "when it changed, and how long an answer stays good": (
            "editingInfo cacheMaxAge infoInEstimates changeTrackingInfo"
        ),
        "whether it is shown first: the web map says that": "defaultVisibility",
        "a filter that the server applied before it gave the data": "definitionExpression",
        "the popup of clients before web maps": "htmlPopupType",
    },
}
# Named alike in every service: what it can do, has and allows. `hasAttachments` is read as well.
_CAPABILITY = re.compile(
    r"(?:supports|supported|has|is|enable|max|standardMax|tileMax|exceeds)[A-Z]\w*", re.ASCII
)
_VIEWPOINT = kept("scale rotation targetGeometry camera")  # a camera is for scenes
_TIME_SLIDER = kept(
    # Speed and repetition belong to the player; QGIS' controller has its own.
    "startTime endTime currentTimeExtent timeStopInterval stops numberOfStops thumbCount thumbMovingRate loop"
)
# Members that get a sentence of their own, in the words of those who use the map.
_SENTENCES = {
    "refreshInterval": notice(
        "refresh", "The layer does not refresh automatically: an offline map has no network."
    ),
    "definitionEditor": notice(
        "filter", "The filter does not ask for values; it uses those that the author set."
    ),
    "layerDefinition.displayFilterInfo": notice(
        "filter", "Display filters are not kept; all features are shown."
    ),
    "attributeTableInfo": notice("table", "The arrangement of the attribute table is not kept."),
    "charts": notice("charts", "Charts are not kept."),
    "visibilityTimeExtent": notice("time", "The layer is shown at all times."),
}


def _known(kind: str) -> str:
    return " ".join((KEPT[kind], *SAYS_NOTHING[kind].values()))


_DRAWING = kept(_known("drawing"))
_COLLECTION = kept(
    "showLegend",
    # Of the features' own members the reader tells; the definition is accounted for as a service's.
    layers=kept(
        "featureSet layerDefinition popupInfo disablePopup visibility showLegend title id nextObjectId"
    ),
)
_LAYER = kept(
    _known("layer"),
    layerDefinition=kept(_known("definition"), drawingInfo=_DRAWING),
    featureCollection=_COLLECTION,
)
_SERVICE = kept(
    _known("service"),
    drawingInfo=_DRAWING,
    timeInfo=kept(
        "startTimeField endTimeField trackIdField"
        # What a time slider offers where the web map has none, and how times are stored.
        " timeExtent timeInterval timeIntervalUnits hasLiveData",
        timeReference=kept("timeZone respectsDaylightSaving"),
        exportOptions=kept("useTime timeDataCumulative"),
    ),
)
_MAP = kept(
    _known("map"),
    baseMap=kept("baseMapLayers title id elevationLayers"),  # elevation is for scenes
    background=kept("color"),
    bookmarks=kept("name extent timeExtent thumbnail id uid", viewpoint=_VIEWPOINT),
    initialState=kept("timeExtent environment", viewpoint=_VIEWPOINT),  # the light of a scene
    widgets=kept("", timeSlider=kept("", properties=_TIME_SLIDER)),
)


def report_layer(layer: MapLayer, service_layer: Json, losses: list[Notice]) -> None:
    """Names what of a layer or group, and of its service's description, has no place in QGIS."""
    lost = unkept(layer.json, _LAYER)
    holds_layers = layer.kind is LayerKind.GROUP or layer.json.get("layerType") == "SubtypeGroupLayer"
    if layer.json.get("layers") and not holds_layers:
        lost.add("layers")
    described = {key: value for key, value in service_layer.items() if not _CAPABILITY.fullmatch(str(key))}
    lost |= {f"service.{key}" for key in unkept(described, _SERVICE)}
    _report(lost, "layer", losses)


def report_map(web_map: Json, losses: list[Notice]) -> None:
    """Names what of the map itself has no place in QGIS."""
    _report(unkept(web_map, _MAP), "map", losses)


def _report(lost: set[str], code: str, losses: list[Notice]) -> None:
    losses += [_SENTENCES[key] for key in sorted(lost & _SENTENCES.keys())]
    names = sorted(lost - _SENTENCES.keys())
    for start in range(0, len(names), _MOST):
        keys = ", ".join(names[start : start + _MOST])
        losses.append(notice(code, "Settings that are not kept: {keys}.", keys=keys))
