"""What a mobile geodatabase says about its tables, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Optional, Union

from ..errors import OfflineMapError
from ..notice import Notice
from .shapes.batch import Grid, ShapeKind, ShapeLayout

FieldValue = Union[int, float, str]
"""A code, a bound or a default, as JSON and XML write them."""


class FieldType(Enum):
    """Field types, by their name in the REST API and in the XML definitions."""

    OBJECT_ID = "esriFieldTypeOID"
    SMALL_INTEGER = "esriFieldTypeSmallInteger"
    INTEGER = "esriFieldTypeInteger"
    BIG_INTEGER = "esriFieldTypeBigInteger"
    SINGLE = "esriFieldTypeSingle"
    DOUBLE = "esriFieldTypeDouble"
    TEXT = "esriFieldTypeString"
    DATE = "esriFieldTypeDate"
    DATE_ONLY = "esriFieldTypeDateOnly"
    TIME_ONLY = "esriFieldTypeTimeOnly"
    TIMESTAMP_OFFSET = "esriFieldTypeTimestampOffset"
    GUID = "esriFieldTypeGUID"
    GLOBAL_ID = "esriFieldTypeGlobalID"
    BLOB = "esriFieldTypeBlob"
    XML = "esriFieldTypeXML"


UNPROVEN_TYPES = frozenset(
    {FieldType.BIG_INTEGER, FieldType.DATE_ONLY, FieldType.TIME_ONLY, FieldType.TIMESTAMP_OFFSET}
)
"""Types that no file seen so far holds: read as declared, and said so in the report."""


@dataclass(frozen=True)
class Domain:
    """Allowed values: either `codes` (code → name, in the author's order) or a range."""

    name: str
    codes: tuple[tuple[FieldValue, str], ...] = ()
    minimum: Optional[float] = None
    maximum: Optional[float] = None
    description: str = ""

    @property
    def is_range(self) -> bool:
        return self.minimum is not None and self.maximum is not None


@dataclass(frozen=True)
class Field:
    """One column of a table; `length` in characters, 0 where the type has none."""

    name: str
    alias: str
    type: FieldType
    length: int = 0
    nullable: bool = True
    editable: bool = True
    default: Optional[FieldValue] = None
    domain: Optional[Domain] = None


@dataclass(frozen=True)
class SpatialReference:
    """`authority` is EPSG or ESRI, or "" for one that only its `wkt` (Esri's dialect) defines."""

    authority: str
    code: int
    wkt: str
    grid: Grid


@dataclass(frozen=True)
class Geometry:
    """The geometry column of a feature class.

    `grids` holds, by srid, every grid its blobs may be on: the table's own and those of private
    references with the same coordinate system. `index` is the name of Esri's R-tree table.
    """

    column: str
    layout: ShapeLayout
    srid: int
    reference: SpatialReference
    grids: Mapping[int, Grid]
    index: str = ""


@dataclass(frozen=True)
class Subtype:
    """A subtype: its code, name, and the domains and defaults that replace the fields' own."""

    code: FieldValue
    name: str
    domains: Mapping[str, Domain] = field(default_factory=dict)
    defaults: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True)
class EditorTracking:
    """Names of the fields that the server fills; "" where there is none."""

    creator: str = ""
    created_at: str = ""
    editor: str = ""
    edited_at: str = ""

    def fields(self) -> tuple[str, ...]:
        names = (self.creator, self.created_at, self.editor, self.edited_at)
        return tuple(name for name in names if name)


class TableRole(Enum):
    """What a table is for."""

    FEATURES = "features"
    ANNOTATION = "annotation"
    TABLE = "table"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True)
class Table:
    """A feature class, table or attachment table.

    `fields` come in the author's order, without the shape and the history columns. `archived`
    tables hold history rows; only those are current whose gdb_to_date lies in the year 9999.
    `layer_id` and `layer` are the id and the JSON of the layer in the service the file was made
    from: None and {} where there was no service. `doubts` tell what was read although no file seen
    so far proves how, and what the table has that GeoPackage and QGIS cannot do.
    """

    name: str
    alias: str
    role: TableRole
    fields: tuple[Field, ...]
    object_id: str
    global_id: str = ""
    geometry: Optional[Geometry] = None
    archived: bool = False
    layer_id: Optional[int] = None
    layer: Mapping[str, Any] = field(default_factory=dict)
    subtype_field: str = ""
    subtypes: tuple[Subtype, ...] = ()
    tracking: EditorTracking = field(default_factory=EditorTracking)
    doubts: tuple[Notice, ...] = ()

    def field(self, name: str) -> Optional[Field]:
        """The field of that name, in any case."""
        wanted = name.casefold()
        return next((f for f in self.fields if f.name.casefold() == wanted), None)


class Cardinality(Enum):
    """How many rows are related to how many."""

    ONE_TO_ONE = "esriRelCardinalityOneToOne"
    ONE_TO_MANY = "esriRelCardinalityOneToMany"
    MANY_TO_MANY = "esriRelCardinalityManyToMany"


@dataclass(frozen=True)
class Relationship:
    """A relationship class: origin.origin_key = destination.destination_key.

    Many to many: `middle` is the table between, `middle_origin_key` and
    `middle_destination_key` its columns. A `composite` destination dies with its origin. `number` is
    the id that the origin's layer gives it in the service, None for one that only the file knows.
    """

    name: str
    cardinality: Cardinality
    composite: bool
    origin: str
    origin_key: str
    destination: str
    destination_key: str
    forward_label: str = ""
    backward_label: str = ""
    attachments: bool = False
    middle: str = ""
    middle_origin_key: str = ""
    middle_destination_key: str = ""
    number: Optional[int] = None


CURRENT = '"gdb_to_date" > 5373484.4999'
"""SQL: true for the rows of an archived table that are not history.

Julian day of the last second of 9999, with room for how the versions of Esri write it.
"""


class Operation(Enum):
    """What became of a row since it was downloaded."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class CatalogueItem:
    """A row of GDB_Items: one thing in the catalogue."""

    object_id: int
    uuid: str
    type: str
    name: str
    subtype: Optional[int]
    definition: str


@dataclass(frozen=True)
class TableProblem:
    """A table that is in the file and cannot be read."""

    name: str
    layer_id: Optional[int]
    error: OfflineMapError


KIND_OF_TYPE_CODE = {1: ShapeKind.POINT, 4: ShapeKind.MULTIPOINT, 5: ShapeKind.LINE, 6: ShapeKind.POLYGON}
"""st_geometry_columns.geometry_type without its thousands (1000 Z, 2000 M, 3000 both)."""
