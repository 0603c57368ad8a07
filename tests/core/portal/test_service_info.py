"""What services and layers say of themselves, in any letter case, and nonsense among it."""

import pytest

from plugin.core.portal.service_info import LayerInfo, ServiceInfo, ServiceRelationship

SERVICE = {
    "capabilities": "Create,Delete, Query ,SYNC,Update,Editing,Uploads,ChangeTracking",
    "syncEnabled": True,
    "maxRecordCount": 2000,
    "hasVersionedData": True,
    "supportsApplyEditsWithGlobalIds": True,
    "layers": [{"id": 0, "name": "Bäume"}, {"id": 12, "name": "Wege"}],
    "tables": [{"id": 3, "name": "Pflege"}],
    "syncCapabilities": {
        "supportsASync": True,
        "supportsRegisteringExistingData": True,
        "supportsPerLayerSync": True,
        "supportsRollbackOnFailure": True,
        "supportsSyncDirectionControl": False,
        "supportsAttachmentsSyncDirection": "true",
        "advancedReplicasResourceCapabilities": {"supportsReturnLastSyncDate": True},
    },
    "extractChangesCapabilities": {"supportsServerGens": True, "supportsReturnIdsOnly": False},
    "changeTrackingInfo": {
        "layerServerGens": [
            {"id": 0, "minServerGen": 50, "serverGen": 120},
            {"id": "3", "minServerGen": "61"},
            {"id": None, "minServerGen": 7},
            {"id": 12},
        ]
    },
}
LAYER = {
    "name": "Bäume",
    "capabilities": "Create,Query",
    "geometryType": "esriGeometryPoint",
    "hasZ": True,
    "hasAttachments": True,
    "globalIdField": "GlobalID",
    "objectIdField": "FID",
    "supportsApplyEditsWithGlobalIds": True,
    "ownershipBasedAccessControlForFeatures": {"allowOthersToUpdate": False},
    "editFieldsInfo": {"creationDateField": "created", "editorField": "last_editor", "realm": ""},
    "attachmentProperties": [{"name": "name", "isEnabled": True}, {"name": "keywords", "isEnabled": False}],
    "fields": [
        {"name": "FID", "type": "esriFieldTypeOID", "editable": False, "nullable": False},
        {
            "name": "Art",
            "type": "esriFieldTypeString",
            "length": 40,
            "domain": {"type": "codedValue", "codedValues": [{"code": "E", "name": "Eiche"}]},
        },
        {"type": "esriFieldTypeString"},
        "no field",
    ],
    "relationships": [
        {
            "id": 4,
            "name": "Pflege",
            "relatedTableId": 3,
            "role": "esriRelRoleOrigin",
            "composite": True,
            "keyField": "GlobalID",
        },
        {"id": 5, "name": "leads nowhere"},
    ],
}


def swapped(value):
    if isinstance(value, list):
        return [swapped(one) for one in value]
    return {key.swapcase(): swapped(one) for key, one in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("spelled", [lambda one: one, swapped], ids=["usual", "other case"])
def test_a_service(spelled):
    info = ServiceInfo.from_json(spelled(SERVICE))
    assert info.capabilities == {
        "create", "delete", "query", "sync", "update", "editing", "uploads", "changetracking",
    }  # fmt: skip
    assert (info.can_sync, info.tracks_changes, info.takes_uploads) == (True, True, True)
    assert info.layers == {0: "Bäume", 12: "Wege", 3: "Pflege"}
    assert info.floors == {0: 50, 3: 61}
    assert (info.has_versioned_data, info.has_branch_versioned_data) == (True, False)
    assert info.supports_edits_by_global_id
    assert info.most_records == 2000
    assert (info.supports_async, info.supports_registering, info.supports_rollback) == (True, True, True)
    assert (info.supports_per_layer_model, info.supports_per_replica_model) == (True, True)
    assert not info.supports_direction_control
    assert not info.supports_attachment_direction
    assert not info.supports_branch_reconcile
    assert info.lists_last_syncs
    assert info.extracts_with == {"supportsservergens"}


def test_a_service_that_says_nothing():
    info = ServiceInfo.from_json({"capabilities": None, "syncCapabilities": [], "layers": {"id": 1}})
    assert (info.can_sync, info.supports_async, info.supports_per_layer_model) == (False, False, False)
    assert info.supports_per_replica_model
    assert (info.layers, info.floors, info.most_records, info.extracts_with) == ({}, {}, None, frozenset())


def test_a_service_may_forbid_the_older_model():
    info = ServiceInfo.from_json({"syncCapabilities": {"supportsPerReplicaSync": False}})
    assert not info.supports_per_replica_model


@pytest.mark.parametrize("spelled", [lambda one: one, swapped], ids=["usual", "other case"])
def test_a_layer(spelled):
    layer = LayerInfo.from_json(12, spelled(LAYER))
    assert (layer.id, layer.name, layer.capabilities) == (12, "Bäume", {"create", "query"})
    assert (layer.global_id_field, layer.object_id_field) == ("GlobalID", "FID")
    assert (layer.geometry_type, layer.has_z, layer.has_m) == ("esriGeometryPoint", True, False)
    assert layer.editor_fields == {"created", "last_editor"}
    assert list(layer.ownership.values()) == [False]
    assert layer.attachment_properties == {"name"}
    assert layer.has_attachments
    assert layer.supports_edits_by_global_id
    fid, art = layer.fields
    assert (fid.editable, fid.nullable, fid.domain) == (False, False, {})
    assert (art.name, art.length, art.editable, art.nullable) == ("Art", 40, True, True)
    assert len(art.domain) == 2
    assert layer.relationships == (ServiceRelationship(4, "Pflege", 3, True, True, "GlobalID"),)


def test_the_ids_of_a_layer_may_be_told_by_type_only():
    fields = [{"name": "gid", "type": "esriFieldTypeGlobalID"}, {"name": "oid", "type": "esriFieldTypeOID"}]
    layer = LayerInfo.from_json(0, {"fields": fields})
    assert (layer.global_id_field, layer.object_id_field) == ("gid", "oid")
