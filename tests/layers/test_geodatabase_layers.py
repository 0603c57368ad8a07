"""What a geodatabase says of its tables, as QGIS shows it in a project: subtypes, relations, attachments."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from qgis.core import (
    Qgis,
    QgsAttributeEditorTextElement,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsMapLayer,
    QgsProject,
    QgsRectangle,
    QgsVectorLayerUtils,
)
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm, QgsGui
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QBuffer, QIODevice
from qgis.PyQt.QtGui import QColor, QImage
from qgis.PyQt.QtWidgets import QApplication, QComboBox

from plugin.core.host import Silent
from plugin.core.offline_map.ready_map import OfflineMap
from plugin.core.offline_map.single_package import map_of_geodatabase, open_package
from plugin.core.working_copy.write import write_working_copy
from plugin.layers.project.project import write_project
from plugin.qgis_io.drawing import running_drawing
from tests.core.geodatabase.shapes import wkb
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

from .conftest import draw
from .test_group import by_hand, by_processing

TREES = Domain("Trees", "Integer", {1: "Oak", 2: "Elm"})
BUSHES = Domain("Bushes", "Integer", {1: "Box", 3: "Yew"})
ANY = Domain("Any", "Integer", {9: "Unknown"})
HEIGHTS = Domain("Heights", "Double", low=0, high=5)
TALL = Domain("Tall", "Double", low=2, high=50)
FIELDS = [
    Field("type", "Integer", alias="Kind of plant"),
    Field("species", "Integer", domain=ANY),
    Field("height", "Double", domain=HEIGHTS),
    Field("note", default="none"),
]
SUBTYPES = [
    Subtype(10, "Tree", {"species": TREES, "height": TALL}, {"species": 2, "note": "it's tall"}),
    Subtype(20, "Bush", {"species": BUSHES}, {"species": 3}),
    Subtype(30, "Other", {}, {}),
]


class Written:
    """A geodatabase as a project, both in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def project(self, *datasets: Dataset, **options) -> QgsProject:
        return self.written(self.offline_map(*datasets, **options))

    def offline_map(self, *datasets: Dataset, **options) -> OfflineMap:
        self.folder.mkdir()
        source = write_geodatabase(self.folder / "x.geodatabase", datasets, **options)
        copy = write_working_copy(source, self.folder / "x.gpkg", Silent())
        assert not [table.error for table in copy.tables if table.error]
        return map_of_geodatabase(source, copy.path, {})

    def written(self, offline_map: OfflineMap) -> QgsProject:
        file = self.folder / "x.qgz"
        self.report = write_project(offline_map, file)
        return self.read(file)

    def read(self, file: Path) -> QgsProject:
        """QGIS' own project, where it looks up the layers of value relations."""
        project = QgsProject.instance()
        assert project.read(str(file))
        return project

    @property
    def losses(self) -> list[str]:
        return [loss.text for entry in self.report.layers for loss in entry.losses if loss.code != "renderer"]


@pytest.fixture
def written(tmp_path, qgis_app):
    yield Written(tmp_path / "made")
    QgsProject.instance().clear()


def test_the_row_number_of_the_copy_is_hidden(written):
    """An object id called FID stands beside it and is shown, read-only."""
    rows = [Row(wkb("POINT (1 1)"), {"kind": 1}, object_id=7)]
    ways = Dataset(
        "Ways", "Point", [Field("kind", "Integer", alias="Art")], rows, layer_id=0, object_id="FID"
    )
    layer = layer_of(written.project(ways), "Ways")
    at = layer.fields().lookupField("FID")
    assert next(layer.getFeatures())["FID"] == 7
    assert layer.editorWidgetSetup(at).type() == ""
    assert layer.editFormConfig().readOnly(at)
    assert layer.editorWidgetSetup(layer.fields().lookupField("fid_2")).type() == "Hidden"


def test_doubts_and_losses_of_the_copy_are_in_the_report(tmp_path, qgis_app):
    rows = [Row(wkb("POINT (1 1)"), {"big": 1 << 40, "seen": 1e9})]
    fields = [Field("big", "BigInteger"), Field("seen", "Date")]
    source = write_geodatabase(tmp_path / "x.geodatabase", [Dataset("Things", "Point", fields, rows)])
    for expected in (True, False):
        package = open_package(source, tmp_path, running_drawing(), Silent())
        losses = [loss.text for loss in write_project(package, tmp_path / "x.qgz").layers[0].losses]
        told = {text for text in losses if "file made by ArcGIS" in text or "Dates" in text}
        # Once, with the download or the first opening: later the copy is the user's.
        assert told == ({
            "Never tested with a file made by ArcGIS: “big” has the type esriFieldTypeBigInteger.",
            "Dates that are not valid or of an unknown kind, and were left empty: 1.",
        } if expected else set())  # fmt: skip


def layer_of(project: QgsProject, name: str):
    (layer,) = (one for one in project.mapLayers().values() if one.name() == name)
    return layer


def plants(layer_id, **options) -> Dataset:
    rows = [
        Row(wkb(f"POINT ({k} 1)"), {"type": kind, "species": species})
        for k, (kind, species) in enumerate([(10, 1), (20, 1), (20, 3), (30, 9)])
    ]
    return Dataset(
        "Plants", "Point", FIELDS, rows, layer_id=layer_id, subtype_field="type", subtypes=SUBTYPES, **options
    )


def choices(layer, feature) -> dict:
    """What the form offers for the species of a feature: name → code."""
    index = layer.fields().lookupField("species")
    setup = layer.editorWidgetSetup(index)
    assert setup.type() == "ValueRelation"
    context = QgsAttributeEditorContext()
    context.setFormFeature(feature)
    wrapper = QgsGui.editorWidgetRegistry().create("ValueRelation", layer, index, setup.config(), None, None)
    wrapper.setContext(context)
    box = wrapper.widget()
    wrapper.setFeature(feature)
    assert isinstance(box, QComboBox)
    assert box.currentData() == feature["species"]
    return {box.itemText(k): box.itemData(k) for k in range(box.count()) if box.itemData(k)}


@pytest.mark.parametrize("layer_id", [0, None], ids=["JSON", "XML"])
def test_each_subtype_offers_its_own_values(written, layer_id):
    project = written.project(plants(layer_id))
    layer = layer_of(project, "Plants")
    assert layer.attributeAlias(layer.fields().lookupField("type")) == "Kind of plant"
    kinds = layer.editorWidgetSetup(layer.fields().lookupField("type")).config()["map"]
    assert kinds == [{"Tree": "10"}, {"Bush": "20"}, {"Other": "30"}]
    tree, _, bush, other = layer.getFeatures()
    assert choices(layer, tree) == {"Oak": 1, "Elm": 2}
    assert choices(layer, bush) == {"Box": 1, "Yew": 3}
    assert choices(layer, other) == {"Unknown": 9}
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    shown = []
    for feature in layer.getFeatures():
        context.setFeature(feature)
        shown.append(QgsExpression('represent_value("species")').evaluate(context))
    assert shown == ["Oak / Box", "Oak / Box", "Yew", "Unknown"]
    assert written.losses == []


def test_new_rows_have_the_subtype_that_the_file_says(written):
    layer = layer_of(written.project(plants(None)), "Plants")
    feature = QgsVectorLayerUtils.createFeature(layer)
    assert (feature["type"], feature["species"], feature["note"]) == (10, 2, "it's tall")


@pytest.mark.parametrize("layer_id", [0, None], ids=["JSON", "XML"])
def test_each_subtype_has_its_own_defaults_and_ranges(written, layer_id):
    layer = layer_of(written.project(plants(layer_id)), "Plants")
    at = layer.fields().lookupField
    made = {}
    for kind in (10, 20, 30):
        feature = QgsVectorLayerUtils.createFeature(layer, attributes={at("type"): kind})
        made[kind] = (feature["species"] or None, feature["note"])
    assert made == {10: (2, "it's tall"), 20: (3, "none"), 30: (None, "none")}
    rule, context = QgsExpression(layer.constraintExpression(at("height"))), QgsExpressionContext()
    allowed = {}
    for kind in (10, 30):
        for height in (1.0, 4.0, 40.0):
            feature = QgsFeature(layer.fields())
            feature["type"], feature["height"] = kind, height
            context.setFeature(feature)
            allowed[kind, height] = bool(rule.evaluate(context))
    assert allowed == {
        (10, 1.0): False, (10, 4.0): True, (10, 40.0): True,
        (30, 1.0): True, (30, 4.0): True, (30, 40.0): False,
    }  # fmt: skip


def people_and_places(prefix: str = "") -> tuple[list[Dataset], list[Relationship]]:
    """Places, people, who owns what (many to many, with a share), and visits of places (one to many).

    `prefix` comes before the names of the tables.
    """
    places = Dataset(
        f"{prefix}Places",
        "Point",
        [Field("name")],
        [Row(wkb(f"POINT ({k} 1)"), {"name": f"p{k}"}) for k in range(3)],
    )
    named = [Row(None, {"name": name}) for name in ("Ada", "Bo")]
    people = Dataset(f"{prefix}People", None, [Field("name")], named)
    place_ids = [places.id_of(row, k) for k, row in enumerate(places.rows, 1)]
    people_ids = [people.id_of(row, k) for k, row in enumerate(people.rows, 1)]
    owned = [(0, 0), (0, 1), (2, 1)]
    pairs = [Row(None, {"place": place_ids[a], "owner": people_ids[b], "share": 0.5}) for a, b in owned]
    owns = Dataset(
        f"{prefix}Owns",
        None,
        [Field("place", "GUID"), Field("owner", "GUID"), Field("share", "Double")],
        pairs,
    )
    visits = Dataset(
        f"{prefix}Visits",
        None,
        [Field("place", "GUID"), Field("what")],
        [Row(None, {"place": place_ids[1], "what": "x"})],
    )
    many = Relationship(
        f"{prefix}Owns", f"{prefix}Places", f"{prefix}People", "GlobalID", "GlobalID", "ManyToMany",
        forward_label="Owners", middle=f"{prefix}Owns", middle_origin_key="place",
        middle_destination_key="owner",
    )  # fmt: skip
    one = Relationship("Visited", f"{prefix}Places", f"{prefix}Visits", "GlobalID", "place", composite=True)
    return [places, people, owns, visits], [many, one]


KEPT_BY_GEOPACKAGE = ["", "gpkg_", "RTREE_"]
"""Before the names of tables: with the last two they have another name in the working copy."""


@pytest.mark.parametrize("prefix", KEPT_BY_GEOPACKAGE)
def test_relations_that_only_the_file_knows(written, prefix):
    datasets, relationships = people_and_places(prefix)
    project = written.project(*datasets, relationships=relationships)
    places, people, visits = (layer_of(project, prefix + name) for name in ("Places", "People", "Visits"))
    assert places.source().endswith("|layername=" + (f"_{prefix}Places" if prefix else "Places"))
    relations = {one.name(): one for one in project.relationManager().referencedRelations(places)}
    assert set(relations) == {"Owners", "Visited"}
    assert relations["Visited"].referencingLayer() == visits
    assert relations["Visited"].strength() == Qgis.RelationshipStrength.Composition
    second = list(places.getFeatures())[1]
    assert [one["what"] for one in relations["Visited"].getRelatedFeatures(second)] == ["x"]
    (visit,) = visits.getFeatures()
    key = visits.fields().lookupField("place")
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(visits))
    context.setFeature(visit)
    assert visits.editorWidgetSetup(key).type() == "RelationReference"
    assert QgsExpression('represent_value("place")').evaluate(context) == "p1"
    (back,) = project.relationManager().referencedRelations(people)
    own, other = places.editFormConfig(), people.editFormConfig()
    assert own.widgetConfig(relations["Owners"].id()) == {"nm-rel": back.id()}
    assert other.widgetConfig(back.id()) == {"nm-rel": relations["Owners"].id()}
    assert written.losses == []


@pytest.mark.parametrize("prefix", KEPT_BY_GEOPACKAGE)
def test_many_to_many_relations_show_what_lies_beyond_the_table_between(written, prefix):
    datasets, relationships = people_and_places(prefix)
    project = written.project(*datasets, relationships=relationships)
    places = layer_of(project, f"{prefix}Places")
    manager = project.relationManager()
    (relation,) = (one for one in manager.referencedRelations(places) if one.name() == "Owners")
    beyond = manager.relation(places.editFormConfig().widgetConfig(relation.id())["nm-rel"])
    found = []
    for place in places.getFeatures():
        pairs = relation.getRelatedFeatures(place)
        found.append(sorted(beyond.getReferencedFeature(pair)["name"] for pair in pairs))
    assert found == [["Ada", "Bo"], [], ["Bo"]]


def test_a_map_without_the_table_between_has_it_as_a_companion(written):
    """The author's web map holds the two sides only, as web maps do."""
    datasets, relationships = people_and_places()
    whole = written.offline_map(*datasets, relationships=relationships)
    (only,) = whole.maps
    sides = tuple(entry for entry in only.layers if entry.layer.title != "Owns")
    layers = tuple(one for one in only.web_map.layers)
    tables = tuple(one for one in only.web_map.tables if one.title != "Owns")
    web_map = replace(only.web_map, layers=layers, tables=tables)
    project = written.written(replace(whole, maps=(replace(only, web_map=web_map, layers=sides),)))
    (middle,) = (one for one in project.mapLayers().values() if one.name() == "Places – Owns")
    assert project.layerTreeRoot().findLayer(middle) is None
    assert middle.flags() & QgsMapLayer.LayerFlag.Private
    relations = project.relationManager().referencingRelations(middle)
    assert len(relations) == 2
    assert all(relation.isValid() for relation in relations)


@pytest.mark.parametrize("way", [by_processing, by_hand])
def test_what_ties_layers_comes_along_into_another_project(written, way, wait):
    """Twice, as somebody does who opens two copies of a map."""
    datasets, relationships = people_and_places()
    places = replace(datasets[0], layer_id=0, layer={"hasAttachments": True})
    file = (places.id_of(places.rows[0], 1), "a.txt", "text/plain", b"a")
    everything = [places, *datasets[1:], plants(1), attachment_dataset(places, [file])]
    written.project(*everything, relationships=[*relationships, attachment_relationship(places)])
    project = QgsProject.instance()
    project.clear()
    for _ in range(2):
        way(written.folder / "x.qgz", wait)
    relations = project.relationManager().relations()
    assert len(relations) == 2 * 4
    assert all(relation.isValid() for relation in relations.values())
    first, second = (one for one in project.mapLayers().values() if one.name() == "Places")
    assert first.id() != second.id()
    for layer in (first, second):
        own = project.relationManager().referencedRelations(layer)
        assert {one.name() for one in own} == {"Owners", "Visited", "Attachments"}
        (owners,) = (one for one in own if one.name() == "Owners")
        beyond = relations[layer.editFormConfig().widgetConfig(owners.id())["nm-rel"]]
        assert beyond.referencingLayer() == owners.referencingLayer()
        (attached,) = (one for one in own if one.name() == "Attachments")
        (found,) = attached.getRelatedFeatures(next(layer.getFeatures()))
        assert found["ATT_NAME"] == "a.txt"
        assert attached.referencingLayer().flags() & QgsMapLayer.LayerFlag.Private
    for layer in project.mapLayers().values():
        if layer.name() == "Plants":
            assert choices(layer, next(layer.getFeatures())) == {"Oak": 1, "Elm": 2}
    nodes = project.layerTreeRoot().findLayers()
    shown = {node.name() for node in nodes if not node.layer().flags() & QgsMapLayer.LayerFlag.Private}
    assert shown == {"Places", "People", "Owns", "Visits", "Plants"}


def photograph(colour: str, kind: str) -> bytes:
    """A picture of one colour."""
    picture = QImage(600, 400, QImage.Format.Format_RGB32)
    picture.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert picture.save(buffer, kind)
    return bytes(buffer.data())


@pytest.fixture
def attached(written):
    """Two places, the first with a picture, a text and a picture that is said to be large."""
    rows = [Row(wkb("POINT (1 1)"), {"name": "a"}), Row(wkb("POINT (2 2)"), {"name": "b"})]
    places = Dataset("Places", "Point", [Field("name")], rows)
    key = places.id_of(rows[0], 1)
    red, green = photograph("#c03030", "PNG"), photograph("#30c030", "PNG")
    files = attachment_dataset(
        places, [(key, "red.png", "image/png", red), (key, "note.txt", "text/plain", b"<b>note</b>")]
    )
    large = Row(
        None, {**files.rows[0].values, "ATT_NAME": "large.png", "DATA_SIZE": 50_000_000, "DATA": green}
    )
    project = written.project(places, replace(files, rows=[*files.rows, large]))
    (relation,) = project.relationManager().referencedRelations(layer_of(project, "Places"))
    return relation.referencingLayer(), relation


def seen(layer, feature) -> tuple[set[str], QImage]:
    """The colours that cover much of a feature's form, and the form as a picture."""
    context = QgsAttributeEditorContext()
    form = QgsAttributeForm(layer, feature, context)
    form.resize(700, 600)
    form.show()
    QApplication.processEvents()
    image = form.grab().toImage()
    found = Counter(
        image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)
    )
    form.close()
    return {colour for colour, times in found.items() if times > 400}, image


@pytest.mark.parametrize("name", ["gpkg_places", "rtree_places", "_gpkg_places"])
def test_attachments_follow_a_table_that_has_another_name_in_the_copy(written, name):
    rows = [Row(wkb("POINT (1 1)"), {"name": "a"}, object_id=12), Row(wkb("POINT (2 2)"), {"name": "b"})]
    places = Dataset(name, "Point", [Field("name")], rows, layer_id=4, layer={"name": "Orte"})
    files = attachment_dataset(places, [(places.id_of(rows[0], 1), "a.txt", "text/plain", b"a")])
    project = written.project(places, files)
    layer = layer_of(project, "Orte")
    (relation,) = project.relationManager().referencedRelations(layer)
    first = next(layer.getFeatures())
    assert [one["ATT_NAME"] for one in relation.getRelatedFeatures(first)] == ["a.txt"]


def test_the_form_of_an_attachment_shows_its_picture(attached):
    layer, relation = attached
    red, note, large = layer.getFeatures()
    assert "#c03030" in seen(layer, red)[0]
    assert not {"#c03030", "#30c030"} & (seen(layer, note)[0] | seen(layer, large)[0])
    assert layer.editorWidgetSetup(layer.fields().lookupField("DATA")).type() == "Binary"
    assert layer.attributeAlias(layer.fields().lookupField("ATT_NAME")) == "File name"
    owner = next(relation.referencedLayer().getFeatures())
    names = [one["ATT_NAME"] for one in relation.getRelatedFeatures(owner)]
    assert names == ["red.png", "note.txt", "large.png"]
    assert layer.displayExpression() == '"ATT_NAME"'


def test_attachments_by_object_ids(written):
    """As tables without GlobalIDs have them."""
    places = Dataset("Places", "Point", [], [Row(wkb("POINT (1 1)"), object_id=5)] * 1, global_id="")
    fields = [
        Field("REL_OBJECTID", "Integer"),
        Field("ATT_NAME"),
        Field("CONTENT_TYPE"),
        Field("DATA", "Blob"),
    ]
    row = Row(None, {"REL_OBJECTID": 5, "ATT_NAME": "a.txt", "DATA": b"a"})
    files = Dataset("Places__ATTACH", None, fields, [row], object_id="ATTACHMENTID", global_id="")
    project = written.project(places, files)
    layer = layer_of(project, "Places")
    (relation,) = project.relationManager().referencedRelations(layer)
    assert [one["ATT_NAME"] for one in relation.getRelatedFeatures(next(layer.getFeatures()))] == ["a.txt"]
    assert written.losses == []


def test_a_picture_is_found_after_the_folder_moved(attached, written, tmp_path):
    moved = tmp_path / "moved folder"
    QgsProject.instance().clear()
    written.folder.rename(moved)
    project = written.read(moved / "x.qgz")
    (relation,) = project.relationManager().referencedRelations(layer_of(project, "Places"))
    layer = relation.referencingLayer()
    assert "#c03030" in seen(layer, next(layer.getFeatures()))[0]


def test_what_an_attachment_says_of_itself_is_no_html(written):
    """Its type and name come from anybody who could edit the layer."""
    places = Dataset("Places", "Point", [], [Row(wkb("POINT (1 1)"))])
    key = places.id_of(places.rows[0], 1)
    evil = 'image/png"><b>[% 1 %]</b>'
    project = written.project(
        places, attachment_dataset(places, [(key, "[% 2 %]", evil, b"\xff\xd8\xff, says it")])
    )
    (relation,) = project.relationManager().referencedRelations(layer_of(project, "Places"))
    layer = relation.referencingLayer()
    (element,) = (
        one
        for one in layer.editFormConfig().invisibleRootContainer().children()
        if one.type() == Qgis.AttributeEditorType.TextElement
    )
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    text = sip.cast(element, QgsAttributeEditorTextElement).text()
    shown = QgsExpression.replaceExpressionText(text, context)
    data = b64encode(b"\xff\xd8\xff, says it").decode()
    assert shown == f'<p><img width="420" src="data:image/*;base64,{data}"></p>'


def test_annotation_is_drawn_as_its_text(written):
    """Its polygons are the boxes around the text, which ArcGIS does not draw either."""
    row = Row(wkb("POLYGON ((0 0,400 0,400 100,0 100,0 0))"), {"TextString": "Harbour"})
    labels = Dataset("Labels", "Polygon", [Field("FontName"), Field("TextString")], [row], subtype=11)
    project = written.project(labels)
    layer = layer_of(project, "Labels")
    assert layer.displayExpression() == '"TextString"'
    assert layer.labelsEnabled()
    picture = draw(project, (400, 200), QgsRectangle(-100, -100, 500, 200))
    dark = [(x, y) for x in range(400) for y in range(200) if picture.pixelColor(x, y).lightness() < 128]
    assert len(dark) > 50
    assert all(100 < x < 300 and 60 < y < 140 for x, y in dark)
