"""What a feature service and its layers say of themselves, as far as editing and synchronising need it.

Source: the ArcGIS REST API. Keys, flags and capabilities are read without regard to letter case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ..json_value import Json, folded_keys, json_list, json_object, json_objects, json_string, json_whole

_EDITOR_TRACKING = ("creationdatefield", "creatorfield", "editdatefield", "editorfield")


@dataclass(frozen=True)
class ServiceInfo:
    """A feature service.

    `capabilities` in lower case (`sync`, `create`, `changetracking`, …). `layers` are the names of layers
    and tables by id. `floors` are the oldest generations that change tracking can still serve, by layer.
    `most_records` of one query, None where the service does not say. `json` is all of it.
    """

    capabilities: frozenset[str] = frozenset()
    sync_enabled: bool = False
    layers: Mapping[int, str] = field(default_factory=dict)
    floors: Mapping[int, int] = field(default_factory=dict)
    has_versioned_data: bool = False
    has_branch_versioned_data: bool = False
    supports_edits_by_global_id: bool = False
    most_records: Optional[int] = None
    json: Json = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, json: Json) -> ServiceInfo:
        """Of the answer of the service's address; what has the wrong type counts as absent."""
        known = folded_keys(json)
        listed = [*json_objects(known.get("layers")), *json_objects(known.get("tables"))]
        tracking = folded_keys(json_object(known.get("changetrackinginfo")))
        floors = map(folded_keys, json_objects(tracking.get("layerservergens")))
        return cls(
            capabilities=_words(known.get("capabilities")),
            sync_enabled=known.get("syncenabled") is True,
            layers=_by_id((one.get("id"), json_string(one.get("name"))) for one in map(folded_keys, listed)),
            floors=_by_id((one.get("id"), json_whole(one.get("minservergen"))) for one in floors),
            has_versioned_data=known.get("hasversioneddata") is True,
            has_branch_versioned_data=known.get("hasbranchversioneddata") is True,
            supports_edits_by_global_id=known.get("supportsapplyeditswithglobalids") is True,
            most_records=json_whole(known.get("maxrecordcount")),
            json=json,
        )

    @property
    def can_sync(self) -> bool:
        """True where replicas can be made."""
        return self.sync_enabled or "sync" in self.capabilities

    @property
    def tracks_changes(self) -> bool:
        """True where changes can be extracted without a replica."""
        return "changetracking" in self.capabilities

    @property
    def takes_uploads(self) -> bool:
        """True where files can be uploaded."""
        return "uploads" in self.capabilities

    @property
    def supports_async(self) -> bool:
        return self._syncs_with("supportsasync")

    @property
    def supports_registering(self) -> bool:
        """True where a packaged copy can become a replica."""
        return self._syncs_with("supportsregisteringexistingdata")

    @property
    def supports_direction_control(self) -> bool:
        return self._syncs_with("supportssyncdirectioncontrol")

    @property
    def supports_per_layer_model(self) -> bool:
        return self._syncs_with("supportsperlayersync")

    @property
    def supports_per_replica_model(self) -> bool:
        """True where the service does not say: that model is the older one."""
        return self._syncs_with("supportsperreplicasync", unsaid=True)

    @property
    def supports_attachment_direction(self) -> bool:
        return self._syncs_with("supportsattachmentssyncdirection")

    @property
    def supports_rollback(self) -> bool:
        """True where an upload can be all or nothing."""
        return self._syncs_with("supportsrollbackonfailure")

    @property
    def supports_branch_reconcile(self) -> bool:
        return self._syncs_with("supportsbranchversionreconcile")

    @property
    def lists_last_syncs(self) -> bool:
        """True where the list of replicas can say when each was last synchronised."""
        return self._lists("supportsreturnlastsyncdate")

    @property
    def lists_versions(self) -> bool:
        """True where the list of replicas can name their versions."""
        return self._lists("supportsreturnversion")

    @property
    def extracts_with(self) -> frozenset[str]:
        """The flags of change extraction that are true, in lower case."""
        flags = folded_keys(json_object(folded_keys(self.json).get("extractchangescapabilities")))
        return frozenset(name for name, value in flags.items() if value is True)

    def _lists(self, flag: str) -> bool:
        known = folded_keys(self._sync_flags)
        advanced = folded_keys(json_object(known.get("advancedreplicasresourcecapabilities")))
        return advanced.get(flag) is True

    def _syncs_with(self, flag: str, unsaid: bool = False) -> bool:
        return folded_keys(self._sync_flags).get(flag, unsaid) is True

    @property
    def _sync_flags(self) -> Json:
        return json_object(folded_keys(self.json).get("synccapabilities"))


@dataclass(frozen=True)
class ServiceField:
    """A field of a layer. `length` in characters, None where it has none; `domain` as in the layer's JSON:
    `type`, `name` and `codedValues` or `range`, empty for no domain.
    """

    name: str
    type: str
    length: Optional[int] = None
    nullable: bool = True
    editable: bool = True
    domain: Json = field(default_factory=dict)


@dataclass(frozen=True)
class ServiceRelationship:
    """A relationship, seen from one of its layers. `is_origin`: the related rows depend on this layer's."""

    id: int
    name: str
    related_layer: int
    is_origin: bool
    is_composite: bool
    key_field: str


@dataclass(frozen=True)
class LayerInfo:
    """A layer or table of a feature service.

    `capabilities` in lower case. `editor_fields` are those that the server fills by itself. `ownership` is
    `ownershipBasedAccessControlForFeatures`, empty where everybody may edit everything.
    `attachment_properties` are the names of what attachments have on this service. `json` is all of it.
    """

    id: int
    name: str = ""
    capabilities: frozenset[str] = frozenset()
    fields: tuple[ServiceField, ...] = ()
    global_id_field: str = ""
    object_id_field: str = ""
    editor_fields: frozenset[str] = frozenset()
    ownership: Json = field(default_factory=dict)
    has_attachments: bool = False
    attachment_properties: frozenset[str] = frozenset()
    relationships: tuple[ServiceRelationship, ...] = ()
    supports_edits_by_global_id: bool = False
    geometry_type: str = ""
    has_z: bool = False
    has_m: bool = False
    most_records: Optional[int] = None
    json: Json = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, layer_id: int, json: Json) -> LayerInfo:
        """Of the answer of the layer's address; what has the wrong type counts as absent."""
        known = folded_keys(json)
        tracking = folded_keys(json_object(known.get("editfieldsinfo")))
        properties = map(folded_keys, json_objects(known.get("attachmentproperties")))
        fields = [_field(folded_keys(one)) for one in json_objects(known.get("fields"))]
        return cls(
            id=layer_id,
            name=json_string(known.get("name")),
            capabilities=_words(known.get("capabilities")),
            fields=tuple(one for one in fields if one.name),
            global_id_field=json_string(known.get("globalidfield")) or _of_type(fields, "globalid"),
            object_id_field=json_string(known.get("objectidfield")) or _of_type(fields, "oid"),
            editor_fields=frozenset(
                filter(None, (json_string(tracking.get(key)) for key in _EDITOR_TRACKING))
            ),
            ownership=json_object(known.get("ownershipbasedaccesscontrolforfeatures")),
            has_attachments=known.get("hasattachments") is True,
            attachment_properties=frozenset(
                json_string(one.get("name")) for one in properties if one.get("isenabled") is not False
            ),
            relationships=_relationships(known.get("relationships")),
            supports_edits_by_global_id=known.get("supportsapplyeditswithglobalids") is True,
            geometry_type=json_string(known.get("geometrytype")),
            has_z=known.get("hasz") is True,
            has_m=known.get("hasm") is True,
            most_records=json_whole(known.get("maxrecordcount")),
            json=json,
        )


def _field(known: Json) -> ServiceField:
    return ServiceField(
        name=json_string(known.get("name")),
        type=json_string(known.get("type")),
        length=json_whole(known.get("length")),
        nullable=known.get("nullable") is not False,
        editable=known.get("editable") is not False,
        domain=json_object(known.get("domain")),
    )


def _of_type(fields: list[ServiceField], kind: str) -> str:
    wanted = f"esrifieldtype{kind}"
    return next((one.name for one in fields if one.type.casefold() == wanted), "")


def _relationships(value: object) -> tuple[ServiceRelationship, ...]:
    found = []
    for known in map(folded_keys, json_objects(value)):
        number, related = json_whole(known.get("id")), json_whole(known.get("relatedtableid"))
        if number is not None and related is not None:
            role = json_string(known.get("role")).casefold()
            composite, key = known.get("composite") is True, json_string(known.get("keyfield"))
            name = json_string(known.get("name"))
            found.append(ServiceRelationship(number, name, related, role.endswith("origin"), composite, key))
    return tuple(found)


def _words(value: object) -> frozenset[str]:
    """A list of words with commas between them, or a JSON list, in lower case."""
    words = json_list(value) or json_string(value).split(",")
    return frozenset(filter(None, (json_string(word).strip().casefold() for word in words)))


def _by_id(pairs: Any) -> dict[int, Any]:
    found = ((json_whole(key), value) for key, value in pairs)
    return {key: value for key, value in found if key is not None and value is not None}
