"""Titles, domains and relations, as GDAL and QGIS find them in a working copy."""

from __future__ import annotations

from contextlib import closing
import sqlite3

from osgeo import gdal, ogr
from qgis.core import QgsVectorLayer

from plugin.core.host import Silent
from plugin.core.working_copy.write import copied_tables, write_working_copy
from tests.fixtures.geodatabase import (
    Dataset,
    Domain,
    Field,
    Relationship,
    Row,
    Subtype,
    attachment_dataset,
    attachment_relationship,
    write_geodatabase,
)

from .shapes import wkb

gdal.UseExceptions()
STATUS = Domain("Status", "Integer", {2: "in use", 1: "planned"})
OTHER_STATUS = Domain("Status", "String", {"x": "gone", "it's": "quoted"})
FLOW = Domain("Flow", "Double", low=0.5, high=99)


def copied(tmp_path, *datasets, **options):
    source = write_geodatabase(tmp_path / "x.geodatabase", datasets, **options)
    return write_working_copy(source, tmp_path / "copy.gpkg", Silent()).path


def things(*extra, **options):
    fields = [
        Field("status", "Integer", alias="State of it", domain=STATUS),
        Field("again", "Integer", alias="State again", domain=STATUS),
        Field("flow", "Double", domain=FLOW),
        Field("name", alias="Name"),
        *extra,
    ]
    return Dataset("Things", "Point", fields, [Row(wkb("POINT (1 1)"), {"status": 2})], layer_id=0, **options)


def field_domain(path, layer, field):
    """(name, codes or (minimum, maximum)) of a field's domain; None without one."""
    source = gdal.OpenEx(str(path))
    definition = source.GetLayerByName(layer).GetLayerDefn()
    name = definition.GetFieldDefn(definition.GetFieldIndex(field)).GetDomainName()
    domain = source.GetFieldDomain(name) if name else None
    if domain is None:
        return None
    if domain.GetDomainType() == ogr.OFDT_RANGE:
        return name, (domain.GetMinAsDouble(), domain.GetMaxAsDouble())
    return name, dict(domain.GetEnumeration())


def test_coded_and_range_domains(tmp_path):
    path = copied(tmp_path, things())
    codes = {"2": "in use", "1": "planned"}
    assert field_domain(path, "Things", "status") == ("Status", codes)
    assert field_domain(path, "Things", "flow") == ("Flow", (0.5, 99))
    assert field_domain(path, "Things", "again") == ("Status", codes)
    assert field_domain(path, "Things", "name") is None


def test_domains_of_one_name_and_other_values_stay_apart(tmp_path):
    other = Dataset("Other", None, [Field("state", domain=OTHER_STATUS)], [], layer_id=1)
    path = copied(tmp_path, things(), other)
    assert field_domain(path, "Other", "state") == ("Status_2", {"x": "gone", "it's": "quoted"})
    assert field_domain(path, "Things", "status")[0] == "Status"


def test_subtypes_are_codes_of_their_field(tmp_path):
    types = [{"id": 1, "name": "Main"}, {"id": 5, "name": "Side"}]
    kind = things(Field("kind", "Integer"), layer={"typeIdField": "kind", "types": types})
    path = copied(tmp_path, kind)
    assert field_domain(path, "Things", "kind") == ("Things_kind", {"1": "Main", "5": "Side"})


def test_a_plain_reader_has_all_values_of_all_subtypes(tmp_path):
    """One list for the field, and a table that says which subtype has which."""
    trees = Domain("Trees", "Integer", {1: "Oak", 2: "Elm"})
    bushes = Domain("Bushes", "Integer", {1: "Box", 3: "Yew"})
    subtypes = [Subtype(10, "Tree", {"species": trees}), Subtype(20, "Bush", {"species": bushes})]
    fields = [Field("kind", "Integer"), Field("species", "Integer")]
    plants = Dataset("Plants", "Point", fields, [], subtype_field="kind", subtypes=subtypes)
    taken = Dataset("subtype_values", None, [Field("mine")], [])
    path = copied(tmp_path, plants, taken)
    assert field_domain(path, "Plants", "species") == (
        "Plants_species",
        {"1": "Oak / Box", "2": "Elm", "3": "Yew"},
    )
    source = ogr.Open(str(path))
    rows = [
        (row.GetField("subtype"), row.GetField("integer_code"), row.GetField("label"))
        for row in source.GetLayerByName("subtype_values_1")
    ]
    shared = [(None, 1, "Oak / Box"), (None, 2, "Elm"), (None, 3, "Yew")]
    assert rows == [*shared, ("10", 1, "Oak"), ("10", 2, "Elm"), ("20", 1, "Box"), ("20", 3, "Yew")]
    assert copied_tables(path) == {"Plants", "subtype_values"}


def test_titles_and_names_that_are_unique_in_the_file(tmp_path):
    other = Dataset("Other", None, [Field("name", alias="Name")], [], layer_id=1)
    path = copied(tmp_path, things(), other)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT table_name, column_name, name, title FROM gpkg_data_columns"
        ).fetchall()
    assert ("Things", "status", "State of it", "State of it") in rows
    assert ("Things", "name", None, "Name") in rows
    assert ("Other", "name", None, "Name") in rows


def test_qgis_offers_the_codes_as_a_value_map(tmp_path, qgis_app):
    path = copied(tmp_path, things())
    layer = QgsVectorLayer(f"{path}|layername=Things", "x", "ogr")
    field = layer.fields()[layer.fields().indexOf("status")]
    assert field.constraints().domainName() == "Status"
    setup = layer.editorWidgetSetup(layer.fields().indexOf("status"))
    assert setup.type() == "ValueMap"
    assert {"in use": "2"} in setup.config()["map"]


def test_relations_and_attachments(tmp_path):
    owner = things()
    key = owner.id_of(owner.rows[0], 1)
    children = Dataset("Children", None, [Field("parent", "GUID")], [Row(None, {"parent": key})] * 2)
    files = attachment_dataset(owner, [(key, "a.jpg", "image/jpeg", b"\xff\xd8picture")])
    one = Relationship("HasChildren", "Things", "Children", "GlobalID", "parent")
    path = copied(tmp_path, owner, children, files, relationships=[one, attachment_relationship(owner)])
    source = gdal.OpenEx(str(path))
    layers = [source.GetLayer(k).GetName() for k in range(source.GetLayerCount())]
    assert [name for name in layers if not name.startswith("related_")] == [
        "Things", "Children", "Things__ATTACH",
    ]  # fmt: skip
    found = {}
    for name in source.GetRelationshipNames():
        relationship = source.GetRelationship(name)
        left, mapping = relationship.GetLeftTableName(), relationship.GetMappingTableName()
        found[relationship.GetRightTableName()] = (left, mapping)
    assert found == {
        "Children": ("Things", "related_HasChildren"),
        "Things__ATTACH": ("Things", "related_Things__ATTACHREL"),
    }
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM related_HasChildren").fetchall() == [(1, 1), (1, 2)]
        assert connection.execute("SELECT * FROM related_Things__ATTACHREL").fetchall() == [(1, 1)]
        assert connection.execute("SELECT DATA FROM Things__ATTACH").fetchall() == [(b"\xff\xd8picture",)]


def test_many_to_many_relations_go_through_the_table_between(tmp_path):
    owner = things()
    key = owner.id_of(owner.rows[0], 1)
    people = Dataset("People", None, [Field("name")], [Row(None, {"name": n}) for n in "ab"])
    pairs = [Row(None, {"t": key, "p": people.id_of(people.rows[1], 2)})]
    between = Dataset("Pairs", None, [Field("t", "GUID"), Field("p", "GUID")], pairs)
    many = Relationship(
        "Pairs", "Things", "People", "GlobalID", "GlobalID", "ManyToMany",
        middle="Pairs", middle_origin_key="t", middle_destination_key="p",
    )  # fmt: skip
    path = copied(tmp_path, owner, people, between, relationships=[many])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM related_Pairs").fetchall() == [(1, 2)]


def test_annotation_is_polygons_with_their_text(tmp_path):
    row = Row(wkb("POLYGON ((0 0,1 0,1 1,0 0))"), {"TextString": "Main Street", "Element": b"\1\2"})
    labels = Dataset("Labels", "Polygon", [Field("TextString"), Field("Element", "Blob")], [row], subtype=11)
    source = ogr.Open(str(copied(tmp_path, labels)))
    layer = source.GetLayer(0)
    feature = layer.GetFeature(1)
    assert feature.GetField("TextString") == "Main Street"
    assert feature.GetGeometryRef().GetGeometryName() == "MULTIPOLYGON"
