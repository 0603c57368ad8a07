"""What a geodatabase says about its tables: from JSON first, from XML where JSON is silent."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.geodatabase.replica import (
    Generations,
    SyncDirection,
    SyncModel,
    generation_to_julian,
)
from plugin.core.geodatabase.schema import Cardinality, FieldType, TableRole
from tests.fixtures import geodatabase_replica as written
from tests.fixtures.geodatabase import (
    Dataset,
    Domain,
    Field,
    Relationship,
    Row,
    attachment_dataset,
    attachment_relationship,
    write_geodatabase,
)

from .shapes import wkb

STATUS = Domain("Status", "Integer", {2: "in use", 1: "planned", 3: "äußer"})
FLOW = Domain("Flow", "Double", low=0.5, high=99)
FIELDS = [
    Field("name", alias="Name of the thing", length=40, default="new"),
    Field("status", "Integer", domain=STATUS),
    Field("flow", "Double", domain=FLOW, nullable=False),
    Field("seen", "Date", editable=False),
]
TYPES = [
    {
        "id": 1,
        "name": "Main",
        "domains": {
            "status": {"type": "inherited"},
            "flow": {"type": "range", "name": "Fast", "range": [10, 20]},
        },
        "templates": [{"prototype": {"attributes": {"flow": 12.5, "name": None}}}],
    },
    {"id": 2, "name": "Side", "domains": {}, "templates": []},
]  # fmt: skip


def opened(tmp_path, *datasets, **options):
    return open_geodatabase(write_geodatabase(tmp_path / "x.geodatabase", datasets, **options))


def things(layer_id=0, **options):
    return Dataset(
        "Things", "Point", FIELDS, [Row(wkb("POINT (1 1)"), {"flow": 1})], layer_id=layer_id, **options
    )


@pytest.mark.parametrize("domains_in_json", [True, False])
@pytest.mark.parametrize("layer_id", [0, None])
def test_fields(tmp_path, layer_id, domains_in_json):
    """Domains come from the JSON, from the XML when the JSON has none or there is no service."""
    with opened(tmp_path, things(layer_id), domains_in_json=domains_in_json) as geodatabase:
        table = geodatabase.table("main.things")
    assert [field.name for field in table.fields] == [
        "OBJECTID",
        "name",
        "status",
        "flow",
        "seen",
        "GlobalID",
    ]
    name, status, flow, seen = table.fields[1:5]
    assert (name.alias, name.length, name.default, name.type) == (
        "Name of the thing",
        40,
        "new",
        FieldType.TEXT,
    )
    assert status.domain.codes == ((2, "in use"), (1, "planned"), (3, "äußer"))
    assert (flow.domain.minimum, flow.domain.maximum, flow.domain.is_range) == (0.5, 99.0, True)
    assert (name.nullable, flow.nullable) == (True, False)
    assert (name.editable, seen.editable) == (True, False)
    assert (table.object_id, table.global_id) == ("OBJECTID", "GlobalID")
    assert not table.fields[0].editable
    assert not table.fields[5].editable


def test_layer_ids_lead_to_tables(tmp_path):
    other = Dataset("Notes", None, [Field("text")], [], layer_id=3)
    with opened(tmp_path, other, things(1)) as geodatabase:
        assert [table.name for table in geodatabase.tables] == ["Things", "Notes"]
        assert geodatabase.table_of_layer(3).role is TableRole.TABLE
        assert geodatabase.table_of_layer(1).role is TableRole.FEATURES
        assert geodatabase.table_of_layer(2) is None
        assert geodatabase.table_of_layer(1).layer["displayField"] == "name"


def test_the_order_of_fields_is_the_authors(tmp_path):
    order = [{"name": name, "type": "esriFieldTypeString"} for name in ("seen", "flow", "name")]
    with opened(tmp_path, things(layer={"fields": order})) as geodatabase:
        names = [field.name for field in geodatabase.tables[0].fields]
    assert names == ["seen", "flow", "name", "OBJECTID", "status", "GlobalID"]


def test_a_stated_type_that_contradicts_the_column_is_not_believed(tmp_path):
    fields = [
        {"name": "name", "type": "esriFieldTypeGlobalID"},
        {"name": "flow", "type": "esriFieldTypeDate"},
    ]
    with opened(tmp_path, things(layer={"fields": fields})) as geodatabase:
        table = geodatabase.tables[0]
    assert table.field("NAME").type is FieldType.TEXT
    assert table.field("flow").type is FieldType.DOUBLE


def test_subtypes_with_their_own_domains_and_defaults(tmp_path):
    with opened(tmp_path, things(layer={"typeIdField": "status", "types": TYPES})) as geodatabase:
        table = geodatabase.tables[0]
    assert table.subtype_field == "status"
    main, side = table.subtypes
    assert (main.code, main.name, side.code) == (1, "Main", 2)
    assert set(main.domains) == {"flow"}
    assert (main.domains["flow"].minimum, main.domains["flow"].maximum) == (10, 20)
    assert main.defaults == {"flow": 12.5}


def test_editor_tracking(tmp_path):
    info = {"creatorField": "name", "editDateField": "seen"}
    for layer_id in (0, None):
        with opened(tmp_path, things(layer_id, layer={"editFieldsInfo": info})) as geodatabase:
            tracking = geodatabase.tables[0].tracking
        assert (tracking.creator, tracking.edited_at, tracking.editor) == ("name", "seen", "")
        assert tracking.fields() == ("name", "seen")


def test_broken_xml_is_read_around_its_fault(tmp_path):
    with opened(tmp_path, things(None), broken_xml=True) as geodatabase:
        table = geodatabase.tables[0]
    assert table.field("name").alias == "Name of the thing"
    assert table.geometry.reference.code == 3857


def test_relationships_of_every_kind(tmp_path):
    owner = things(0)
    children = Dataset("Children", None, [Field("parent", "GUID")], [], layer_id=1)
    pairs = Dataset("Pairs", None, [Field("a", "GUID"), Field("b", "GUID")], [])
    files = attachment_dataset(owner, [(owner.id_of(owner.rows[0], 1), "a.jpg", "image/jpeg", b"1")])
    many = Relationship(
        "Pairs", "Things", "Children", "GlobalID", "GlobalID", "ManyToMany",
        middle="Pairs", middle_origin_key="a", middle_destination_key="b",
    )  # fmt: skip
    one = Relationship(
        "HasChildren", "Things", "Children", "GlobalID", "parent", composite=True, forward_label="has"
    )
    broken = Relationship("Broken", "Things", "Children", "nothing", "parent")
    with opened(
        tmp_path,
        owner,
        children,
        pairs,
        files,
        relationships=[many, one, broken, attachment_relationship(owner)],
    ) as geodatabase:
        found = {relationship.name: relationship for relationship in geodatabase.relationships}
        assert geodatabase.table("Things__ATTACH").role is TableRole.ATTACHMENTS
    assert set(found) == {"Pairs", "HasChildren", "Things__ATTACHREL"}
    assert found["Pairs"].cardinality is Cardinality.MANY_TO_MANY
    assert (found["Pairs"].middle, found["Pairs"].middle_origin_key) == ("Pairs", "a")
    assert (found["Pairs"].middle_destination_key, found["Pairs"].destination_key) == ("b", "GlobalID")
    assert (found["HasChildren"].destination_key, found["HasChildren"].composite) == ("parent", True)
    assert found["HasChildren"].forward_label == "has"
    assert found["Things__ATTACHREL"].attachments


def test_relationships_of_services_and_of_attachments_without_a_class(tmp_path):
    relation = {"id": 0, "name": "Children", "cardinality": "esriRelCardinalityOneToMany"}
    origin = {**relation, "relatedTableId": 1, "role": "esriRelRoleOrigin", "keyField": "GlobalID"}
    back = {**relation, "relatedTableId": 0, "role": "esriRelRoleDestination", "keyField": "parent"}
    owner = things(0, layer={"relationships": [origin]})
    children = Dataset(
        "Children", None, [Field("parent", "GUID")], [], layer_id=1, layer={"relationships": [back]}
    )
    with opened(tmp_path, owner, children, attachment_dataset(owner, [])) as geodatabase:
        related, attached = geodatabase.relationships
    assert (related.origin, related.origin_key) == ("Things", "GlobalID")
    assert (related.destination, related.destination_key) == ("Children", "parent")
    assert (attached.destination, attached.attachments) == ("Things__ATTACH", True)


def test_annotation_is_known_as_such(tmp_path):
    labels = Dataset("Labels", "Polygon", [Field("TextString")], [], subtype=11)
    with opened(tmp_path, labels) as geodatabase:
        assert geodatabase.tables[0].role is TableRole.ANNOTATION


def test_types_that_no_sample_proves_are_marked(tmp_path):
    fields = [Field("big", "BigInteger"), Field("day", "DateOnly", declared="text(10)")]
    with opened(tmp_path, Dataset("New", "Point", fields, [], has_m=True)) as geodatabase:
        table = geodatabase.tables[0]
    assert [field.type for field in table.fields[1:3]] == [FieldType.BIG_INTEGER, FieldType.DATE_ONLY]
    assert len(table.doubts) == 3


def test_generations_come_from_the_copy_that_a_sync_updates(tmp_path):
    fresh, stale = written.Generations(99, 5000, 6000, 7000), written.Generations(1)
    replica = written.Replica(
        "https://x.example.org/FeatureServer", {"Things": 4}, {"Things": fresh}, {"Things": stale},
        id="{547A88C0-C334-4371-8BF5-1D0EBE5D7ABC}", area=[(0, 0), (0, 5), (5.5, 5), (0, 0)],
        last_sync="2024-02-03T04:05:06.789000",
    )  # fmt: skip
    with opened(tmp_path, things(4), replica=replica) as geodatabase:
        read = geodatabase.replica
    assert read.datasets[0].generations == Generations(99, 5000, 6000, 7000)
    assert (read.datasets[0].table, read.datasets[0].layer_id) == ("Things", 4)
    assert read.id == "{547A88C0-C334-4371-8BF5-1D0EBE5D7ABC}"
    assert (read.model, read.direction) == (SyncModel.PER_LAYER, SyncDirection.BIDIRECTIONAL)
    assert read.service_url == "https://x.example.org/FeatureServer"
    assert read.last_sync == datetime(2024, 2, 3, 4, 5, 6, 789000, tzinfo=timezone.utc)
    assert read.query_rings == (((0, 0), (0, 5), (5.5, 5), (0, 0)),)
    assert read.query_wkid == 3857


def test_one_generation_for_all_in_the_per_replica_model(tmp_path):
    replica = written.Replica(
        "", {"Things": 0}, {"": written.Generations(3, 0, 1394153618359, 1394153618359)}, model="PerReplica"
    )
    with opened(tmp_path, things(), replica=replica) as geodatabase:
        read = geodatabase.replica
    assert read.id is None
    assert read.last_sync is None
    assert read.datasets[0].generations == Generations(3, 0, 1394153618359, 1394153618359)


def test_generations_are_milliseconds_since_1970():
    """The pair that the format's facts prove on a real file."""
    uploaded = datetime(2016, 3, 4, 20, 19, 16, 338000, tzinfo=timezone.utc)
    assert generation_to_julian(1457122756338) == pytest.approx(
        uploaded.timestamp() / 86400 + 2440587.5, abs=1e-9
    )


def test_samples_tell_their_replica(samples):
    path = samples / "canyonlands/p13/3b1fef0d-2cb0-4b6f-b526-9fe0a1ca3f69.geodatabase"
    with open_geodatabase(path) as geodatabase:
        replica = geodatabase.replica
        assert geodatabase.service["name"] == "canyonlands_roads_trails"
    assert replica.direction is SyncDirection.DOWNLOAD
    assert [(d.table, d.layer_id, d.generations.server) for d in replica.datasets] == [
        ("CNP_Roads", 0, 443368),
        ("CNP_Trails", 1, 443368),
    ]
    with open_geodatabase(samples / "geodatabase/militaryoverlay.geodatabase") as geodatabase:
        identity = geodatabase.table("Units").field("identity").domain
    assert identity.codes[3] == (3, "Friend")
