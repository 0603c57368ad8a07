"""Geodatabases of every kind that the field knows, by a name for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from math import cos, pi, sin
from pathlib import Path
import sqlite3
from typing import Optional

from plugin.core.geodatabase.shapes.batch import Grid
from tests.fixtures.geodatabase import (
    DEGREE_GRID,
    WGS84_WKT,
    Dataset,
    Domain,
    Field,
    Reference,
    Relationship,
    Row,
    Subtype,
    attachment_dataset,
    attachment_relationship,
    write_geodatabase,
)

from .shapes import wkb

HOLED = "POLYGON ((0 0,90 0,90 90,0 90,0 0),(10 10,10 20,20 20,20 10,10 10),(30 30,30 40,40 40,40 30,30 30))"
TWO_PARTS = "MULTIPOLYGON (((0 0,9 0,9 9,0 0)),((20 20,30 20,30 30,20 20),(25 21,28 22,28 21,25 21)))"
TOUCHING = "POLYGON ((0 0,10 0,10 10,0 0,-10 10,-10 0,0 0))"
"""A ring that comes by its own first vertex half way (japan); GEOS finds it invalid."""
CODES = Domain("Condition", "Integer", {2: "good", 1: "poor", 3: "äußerst schlecht"})
SPAN = Domain("Span", "Double", low=0.5, high=99)


def _of_shapes() -> list[Dataset]:
    """Every geometry type with every set of dimensions."""
    texts = {
        "Point": ["POINT{} (1 2{})", "POINT{} EMPTY"],
        "Multipoint": ["MULTIPOINT{} ((1 2{}),(3 4{}))"],
        "Polyline": ["LINESTRING{} (0 0{},1 1{},2 0{})", "MULTILINESTRING{} ((0 0{},1 1{}),(5 5{},6 6{}))"],
        "Polygon": ["POLYGON{} ((0 0{},9 0{},9 9{},0 0{}))"],
    }
    datasets = []
    for dimensions, more in (("", ""), (" Z", " 7.5"), (" M", " 3.25"), (" ZM", " 7.5 3.25")):
        for kind, shapes in texts.items():
            rows = [
                Row(wkb(text.format(*[dimensions] + [more] * text.count(",") + [more] * 9)))
                for text in shapes
            ]
            rows = [*rows, Row(None)]
            name = f"{kind}{dimensions.strip()}"
            datasets.append(Dataset(name, kind, [], rows, has_z="Z" in dimensions, has_m="M" in dimensions))
    return datasets


def _circle(vertices: int) -> str:
    corners = [
        (1000 * cos(2 * pi * k / vertices), 1000 * sin(2 * pi * k / vertices)) for k in range(vertices)
    ]
    return "POLYGON ((" + ",".join(f"{x:.4f} {y:.4f}" for x, y in [*corners, corners[0]]) + "))"


def _values() -> list[Dataset]:
    """Values of every type, and the columns that ArcGIS Pro has added to attachments."""
    fields = [
        Field("small", "SmallInteger"), Field("whole", "Integer"), Field("real", "Double"), Field("text"),
        Field("seen", "Date"), Field("guid", "GUID"), Field("bytes", "Blob"), Field("xml", "XML"),
    ]  # fmt: skip
    guid = "{8D2F3B0A-0C1E-4C55-9B1B-7B8F6A1C2D3E}"
    values = {
        "small": 1,
        "whole": 2,
        "real": 0.1,
        "text": "漢字",
        "guid": guid,
        "bytes": b"\0",
        "xml": "<a/>",
    }
    values["seen"] = datetime(2024, 2, 29, 23, 59, 59, 999000)
    layer = Dataset("Values", "Point", fields, [Row(wkb("POINT (1 1)"), values), Row()], layer_id=0)
    files = attachment_dataset(layer, [(layer.id_of(layer.rows[0], 1), "a.jpg", "image/jpeg", b"1" * 5000)])
    newer = [*files.fields, Field("KEYWORDS", length=255), Field("EXIFINFO", "Blob")]
    rows = [Row(None, {**row.values, "KEYWORDS": "front", "EXIFINFO": b"{}"}) for row in files.rows]
    return [layer, Dataset(files.name, None, newer, rows, object_id="ATTACHMENTID", global_id="GLOBALID")]


def _meaning(layer_id: Optional[int]) -> list[Dataset]:
    """Domains, subtypes, tracking; a table without rows."""
    other = Domain("Other", "Integer", {2: "fine"})
    subtypes = [Subtype(1, "Main", {"state": CODES}, {"state": 2}), Subtype(2, "Side", {"state": other})]
    fields = [Field("kind", "Integer"), Field("state", "Integer"), Field("span", "Double", domain=SPAN)]
    rows = [Row(wkb("POINT (1 1)"), {"kind": 1, "state": 2, "span": 1})]
    layer = {"editFieldsInfo": {"creatorField": "who"}}
    things = Dataset(
        "Things", "Point", [*fields, Field("who")], rows, layer_id=layer_id, layer=layer,
        subtype_field="kind", subtypes=subtypes,
    )  # fmt: skip
    return [things, Dataset("Nothing", "Polygon", [Field("name")], []), Dataset("Bare", None, [], [])]


def _pro() -> list[Dataset]:
    """As ArcGIS Pro's own files may look: no service, wide ids, newer dates, rules."""
    fields = [
        Field("big", "BigInteger"), Field("day", "DateOnly"), Field("hour", "TimeOnly"),
        Field("moment", "TimestampOffset"),
    ]  # fmt: skip
    values = {"big": 1 << 60, "day": "2024-02-29", "hour": "23:59:58", "moment": "2024-02-29T10:00:00+05:30"}
    rows = [Row(wkb("POINT (1 1)"), values, object_id=1 << 40), Row(None, {}, object_id=(1 << 40) + 1)]
    return [
        Dataset("main_thing", "Point", fields, rows, wide_ids=True, archived=False, rules=True),
        Dataset("archived_thing", "Point", fields, rows, wide_ids=True),
    ]


def _named() -> list[Dataset]:
    """Names that are words of SQL, start with digits, or hold anything at all; loudoun's object ids."""
    names = ["select", "1st_class", "Straße 漢字", "a b'c;d", "x.y", "percent%20"]
    rows = [Row(wkb("POINT (1 1)"), {"order": "x"})]
    odd = [Dataset(name, "Point", [Field("order"), Field("ünï")], rows) for name in names]
    own = [Field("OBJECTID", "Integer"), Field("name")]
    leftover = [Row(wkb("POINT (1 1)"), {"OBJECTID": 77, "name": "a"}, object_id=5)]
    return [*odd, Dataset("Leftover", "Point", own, leftover, object_id="OBJECTID_1", archived=False)]


def _named_as_in_a_geopackage() -> list[Dataset]:
    """Fields with the names of GeoPackage's own columns, as layers that were shapefiles have them."""
    rows = [Row(wkb("POINT (1 1)"), {"Geom": "x", "fid_2": 7}, object_id=k) for k in (101, 102)]
    fields = [Field("Geom", alias="Shape"), Field("fid_2", "Integer")]
    trees = Dataset("Trees", "Point", fields, rows, object_id="FID")
    notes = [Row(None, {"tree": 101}, object_id=201)]
    return [trees, Dataset("Notes", None, [Field("tree", "Integer")], notes, object_id="fid")]


def _histories() -> list[Dataset]:
    """Versions of rows, one of them deleted (offline); no index triggers (arcrest)."""
    versions = [
        Row(wkb("POINT (1 1)"), {"name": "old"}, object_id=1, died=2457002.5),
        Row(wkb("POINT (2 2)"), {"name": "new"}, object_id=1, born=2457002.5),
        Row(wkb("POINT (3 3)"), {"name": "gone"}, object_id=2, died=2457002.5),
    ]
    return [Dataset("Rows", "Point", [Field("name")], versions, index_triggers=False)]


def _related() -> tuple[list[Dataset], list[Relationship]]:
    owner = Dataset("Owner", "Point", [Field("name")], [Row(wkb("POINT (1 1)"))] * 2)
    one = owner.id_of(owner.rows[0], 1)
    child = Dataset("Child", None, [Field("parent", "GUID")], [Row(None, {"parent": one})])
    pair = [Row(None, {"a": one, "b": child.id_of(child.rows[0], 1)})]
    between = Dataset("Pairs", None, [Field("a", "GUID"), Field("b", "GUID")], pair)
    files = attachment_dataset(owner, [(one, "a.png", "image/png", b"x")])
    many = Relationship(
        "Pairs", "Owner", "Child", "GlobalID", "GlobalID", "ManyToMany",
        middle="Pairs", middle_origin_key="a", middle_destination_key="b",
    )  # fmt: skip
    has = Relationship("Has", "Owner", "Child", "GlobalID", "parent")
    single = Relationship("Single", "Owner", "Child", "GlobalID", "parent", "OneToOne")
    return [owner, child, between, files], [many, has, single, attachment_relationship(owner)]


def _write(*datasets: Dataset, **options) -> Callable[[Path], Path]:
    return lambda path: write_geodatabase(path, datasets, **options)


def _references() -> Sequence[Reference]:
    grid = Grid(-16901100.0, -6972200.0, 148447161.58)
    own = WGS84_WKT.replace("GCS_WGS_1984", "Town").replace("6378137.0", "6378000.0")
    return [Reference(300001, 0, own, grid, ""), Reference(300002, 4326, WGS84_WKT, DEGREE_GRID)]


def _placed() -> list[Dataset]:
    """Private references; blobs on another one with equal numbers (usa)."""
    rows = [Row(wkb("POINT (10.5 20.25)"))]
    return [
        Dataset("Town", "Point", [], rows, srid=300001),
        Dataset("World", "Point", [], rows, srid=300002, blob_srid=4326),
    ]


def _bare_st_geometry(path: Path) -> Path:
    """A SQLite database with ST_Geometry and nothing of the catalogue."""
    write_geodatabase(path, [Dataset("Ships", "Point", [Field("name")], [Row(wkb("POINT (1 1)"))] * 3)])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.create_collation("ICUFOLDCASE", lambda a, b: (a > b) - (a < b))
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'GDB%'")
        for view in ("Ships_evw", "Ships_evw2"):
            connection.execute(f"DROP VIEW {view}")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TABLE {name}")
    return path


_DATASETS, _RELATIONSHIPS = _related()
_RINGS = [HOLED, TWO_PARTS, TOUCHING, _circle(12_000), "POLYGON EMPTY"]
KINDS: dict[str, Callable[[Path], Path]] = {
    "shapes of all dimensions": _write(*_of_shapes()),
    "rings": _write(Dataset("Rings", "Polygon", [], [Row(wkb(text)) for text in _RINGS])),
    "values": _write(*_values()),
    "meaning in JSON": _write(*_meaning(0)),
    "meaning in broken XML": _write(*_meaning(None), broken_xml=True),
    "ArcGIS Pro": _write(*_pro()),
    "names": _write(*_named()),
    "names of a GeoPackage": _write(
        *_named_as_in_a_geopackage(), relationships=[Relationship("Noted", "Trees", "Notes", "FID", "tree")]
    ),
    "history": _write(*_histories(), wal=True),
    "relations": _write(*_DATASETS, relationships=_RELATIONSHIPS),
    "references": _write(*_placed(), references=_references()),
    "annotation": _write(
        Dataset("Labels", "Polygon", [Field("TextString"), Field("Element", "Blob")],
                [Row(wkb("POLYGON ((0 0,1 0,1 1,0 0))"), {"TextString": "x", "Element": b"1"})], subtype=11)
    ),
    "ST_Geometry alone": _bare_st_geometry,
}  # fmt: skip
UNPROVEN = {"shapes of all dimensions", "meaning in broken XML", "ArcGIS Pro"}
"""Kinds of which something has to be marked as not proven, or as not kept."""
