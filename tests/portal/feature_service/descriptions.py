"""What a service and its layers say about themselves, by the switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .behaviour import Json
from .layers import ServiceLayer

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn


def service_json(service: FeatureServiceStandIn) -> Json:
    behaviour = service.behaviour
    told = {
        "currentVersion": 11.3,
        "maxRecordCount": 2000,
        "allowGeometryUpdates": True,
        "supportedQueryFormats": "JSON",
        **service.json,
        "hasVersionedData": behaviour.versioned,
        "hasStaticData": False,
        "capabilities": behaviour.capabilities,
        "syncEnabled": behaviour.allows("Sync"),
        "supportsApplyEditsWithGlobalIds": behaviour.apply_edits_with_global_ids,
        "editorTrackingInfo": _ownership(service),
    }
    if behaviour.allows("Sync"):
        told["syncCapabilities"] = service.spelling.sync_flags()
    if behaviour.allows("ChangeTracking"):
        told["extractChangesCapabilities"] = {
            "supportsReturnIdsOnly": True,
            "supportsReturnAttachments": True,
            "supportsLayerQueries": True,
            "supportsGeometry": True,
            "supportsServerGens": True,
        }
        told["changeTrackingInfo"] = {
            "lastSyncDate": 1_700_000_000_000,
            "layerServerGens": [
                {
                    "id": number,
                    "minServerGen": service.floor[number],
                    "serverGen": service.generation_of(layer),
                }
                for number, layer in service.layers.items()
            ],
        }
    return told


def _ownership(service: FeatureServiceStandIn) -> Json:
    behaviour = service.behaviour
    rules = not (behaviour.allow_others_update and behaviour.allow_others_delete)
    return {
        "enableEditorTracking": any(layer.tracking for layer in service.layers.values()),
        "enableOwnershipAccessControl": rules,
        "allowOthersToQuery": True,
        "allowOthersToUpdate": behaviour.allow_others_update,
        "allowOthersToDelete": behaviour.allow_others_delete,
    }


def layer_json(service: FeatureServiceStandIn, layer: ServiceLayer) -> Json:
    behaviour = service.behaviour
    told = {
        **layer.json,
        "capabilities": behaviour.layer_capabilities.get(layer.id, behaviour.capabilities),
        "isDataVersioned": behaviour.versioned,
        "hasAttachments": layer.has_attachments,
        "supportsApplyEditsWithGlobalIds": behaviour.apply_edits_with_global_ids,
        "supportsAttachmentsByUploadId": behaviour.allows("Uploads"),
        "supportsRollbackOnFailureParameter": True,
        "advancedQueryCapabilities": {"supportsPagination": True, "supportsQueryAttachments": True},
    }
    told["relationships"] = [
        {key: value for key, value in one.items() if key != "relatedKeyField"}
        for one in layer.json.get("relationships", ())
    ]
    if not (behaviour.allow_others_update and behaviour.allow_others_delete):
        told["ownershipBasedAccessControlForFeatures"] = {
            "allowOthersToQuery": True,
            "allowOthersToUpdate": behaviour.allow_others_update,
            "allowOthersToDelete": behaviour.allow_others_delete,
        }
    return told
