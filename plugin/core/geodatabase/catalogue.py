"""The catalogue of a mobile geodatabase: its tables, layers, relationships and replica."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
import sqlite3
from types import TracebackType
from typing import Any, Optional

from ..errors import Damaged, OfflineMapError, Unsupported
from ..json_value import Json, json_string
from ..notice import Notice
from ..untrusted.sqlite_file import ESRI_APPLICATION_ID, ForeignFile, damaged_page, naming_damage, quoted
from ..untrusted.text import UNKNOWN_CHARACTER
from ..untrusted.xml import Element
from .damage import DomainFinder, description_losses, relationship_losses
from .definition import parse_definition
from .fields import ColumnInfo, read_fields, read_subtypes, read_xml_domain, with_first_subtype
from .registry import RegisteredTable, bare, registered_tables, require_map
from .relationships import cut_relationships, read_relationships
from .replica import Replica, read_replica
from .schema import (
    KIND_OF_TYPE_CODE,
    CatalogueItem,
    Domain,
    EditorTracking,
    FieldType,
    Geometry,
    Relationship,
    SpatialReference,
    Table,
    TableProblem,
    TableRole,
)
from .service_items import COLUMNS, LayerItem, read_service_items
from .shapes.batch import Grid, ShapeLayout
from .spatial_reference import (
    FIRST_PRIVATE_SRID,
    authority_of,
    defined_reference,
    private_references,
    reference_of_code,
)
from .unproven import table_doubts

_FEATURE_CLASS = "{70737809-852C-4A03-9E22-2CECEA5B9BFA}"
_TABLE = "{CD06BC3B-789D-4C51-AAFA-A467912B8965}"
_CODED_DOMAIN = "{8C368B12-A12E-4C7E-9638-C9C64E69E98F}"
_RANGE_DOMAIN = "{C29DA988-8C3E-45F7-8B5C-18E51EE7BEB4}"
_ANNOTATION_SUBTYPE = 11

HISTORY_COLUMNS = ("gdb_archive_oid", "gdb_from_date", "gdb_to_date")
_MOST_TABLES = 2000


class MobileGeodatabase:
    """An open mobile geodatabase; a context manager.

    `tables` are those that can be read, feature classes and tables in the order of their layer
    ids, then the rest; `problems` those that are there and cannot. `uri` attaches the file to
    another SQLite connection, read only.
    """

    def __init__(self, path: Path) -> None:
        self._file = ForeignFile(path)
        self.name, self.uri = path.name, self._file.uri
        try:
            with naming_damage(self.name):
                reader = _Reader(self._file.connection, self.name, self._file.application_id)
                self.tables, self.problems = reader.tables()
                self.relationships: tuple[Relationship, ...] = reader.relationships(self.tables)
                self.replica: Optional[Replica] = reader.replica()
                self.service: Json = reader.service
                self.esri_version: str = reader.esri_version()
        except BaseException:
            self.close()
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """The hardened, read-only connection of the catalogue."""
        return self._file.connection

    def table_of_layer(self, layer_id: int) -> Optional[Table]:
        """The table that a layer id of the service stands for."""
        return next((table for table in self.tables if table.layer_id == layer_id), None)

    def table(self, name: str) -> Optional[Table]:
        """The table of that name, in any case, with or without “main.”."""
        wanted = bare(name)
        return next((table for table in self.tables if table.name.casefold() == wanted), None)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> MobileGeodatabase:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()


def open_geodatabase(path: Path) -> MobileGeodatabase:
    """Opens a `.geodatabase` read only.

    Raises `BadInput` (no such file), `Unsupported` (another format), `Damaged` (broken).
    """
    return MobileGeodatabase(Path(path))


def check_geodatabase(path: Path) -> None:
    """Reads the whole catalogue and has SQLite check every page of every table and index.

    Table by table: a check of the whole file would run the file's virtual tables. Raises like
    `open_geodatabase`, and `Damaged` for what the check finds.
    """
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    with open_geodatabase(path) as geodatabase, naming_damage(path.name):
        names = [str(name) for (name,) in geodatabase.connection.execute(tables)]
        finding = damaged_page(geodatabase.connection, (name for name in names if not name.isdigit()))
    if finding is not None:
        text = "The geodatabase “{file}” is damaged: {reason}."
        raise Damaged(text, file=path.name, reason=finding, next_step="Download it again.")


class _Reader:
    """Reads the system tables once and puts the tables together."""

    def __init__(self, connection: sqlite3.Connection, file: str, application_id: int) -> None:
        self.connection, self.file = connection, file
        rows = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')")
        self.kinds = {
            str(name): "virtual" if kind == "table" and _is_virtual(str(sql)) else str(kind)
            for name, kind, sql in rows.fetchall()
            if sql
        }
        self.plain = {name for name, kind in self.kinds.items() if kind == "table"}
        known = "GDB_Items" in self.plain or "st_geometry_columns" in self.plain
        if not known or (application_id != ESRI_APPLICATION_ID and "st_geometry_columns" not in self.plain):
            text = "“{file}” is not a mobile geodatabase: it is a SQLite file of another kind."
            raise Unsupported(text, file=file, next_step="Choose a .geodatabase file.")
        if len(self.plain) > _MOST_TABLES:
            raise Unsupported("“{file}” has {count} tables.", file=file, count=len(self.plain))
        self.items = self._items()
        self.references = private_references(connection, self.plain)
        self.domains, self.cut_domains = self._domains()
        self.layers, self.service = read_service_items(self._rows("GDB_ServiceItems", *COLUMNS))
        self.cut_relationships = cut_relationships(self.items)

    def _rows(self, table: str, *columns: str, where: str = "") -> list[tuple[Any, ...]]:
        """Rows of a system table; none where the file lacks the table or one of the columns."""
        if table not in self.plain:
            return []
        described = self.connection.execute(f"PRAGMA table_xinfo({quoted(table)})")
        if not {column.casefold() for column in columns} <= {str(row[1]).casefold() for row in described}:
            return []
        statement = ["SELECT", ", ".join(map(quoted, columns)), "FROM", quoted(table), where]
        return self.connection.execute(" ".join(statement)).fetchall()

    def _items(self) -> list[CatalogueItem]:
        columns = ("ObjectID", "UUID", "Type", "Name", "DatasetSubtype1", "Definition")
        return [
            CatalogueItem(
                object_id if isinstance(object_id, int) else -1,
                str(uuid),
                str(kind).upper(),
                str(name or ""),
                subtype if isinstance(subtype, int) else None,
                json_string(definition),
            )
            for object_id, uuid, kind, name, subtype, definition in self._rows("GDB_Items", *columns)
        ]

    def _domains(self) -> tuple[dict[str, Domain], set[str]]:
        """All domains, and the names of those whose definition is not whole."""
        found: dict[str, Domain] = {}
        cut = set()
        for item in self.items:
            if item.type in (_CODED_DOMAIN, _RANGE_DOMAIN):
                definition = parse_definition(item.definition)
                domain = read_xml_domain(definition)
                if domain is not None:
                    found[domain.name] = domain
                if definition.is_cut:
                    cut.add(domain.name if domain else item.name)
        return found, cut

    def tables(self) -> tuple[tuple[Table, ...], tuple[TableProblem, ...]]:
        tables, problems = [], []
        registered = self._registered()
        require_map(registered, self.plain, self.file)
        for one in registered:
            layer = self.layers.get(one.name.casefold(), LayerItem())
            try:
                if one.error is not None:
                    raise one.error
                tables.append(self._table(one.name, one.object_id, layer))
            except OfflineMapError as error:
                problems.append(TableProblem(one.name, layer.layer_id, error))
        tables.sort(key=lambda table: (table.layer_id is None, table.layer_id or 0))
        return tuple(tables), tuple(problems)

    def _registered(self) -> list[RegisteredTable]:
        """The user's tables: those of the registry, and others that have a shape or a definition."""
        rows = self._rows("GDB_TableRegistry", "table_name", "rowid_column")
        stated = [(str(name), str(object_id or "")) for name, object_id in rows]
        stated += [(str(name), "") for (name,) in self._rows("st_geometry_columns", "f_table_name")]
        datasets = [item.name for item in self.items if item.type in (_FEATURE_CLASS, _TABLE)]
        stated += [(name, "") for name in datasets]
        return registered_tables(stated, set(map(bare, datasets)), self.kinds, self.file)

    def _table(self, name: str, object_id: str, layer_item: LayerItem) -> Table:
        item, layer = self._item_of(name), layer_item.json
        definition = parse_definition(item.definition if item else "")
        columns = self._columns(name)
        geometry = self._geometry(name, columns, definition)
        domains = DomainFinder(self.domains, self.cut_domains)
        archived = {"gdb_to_date", "gdb_archive_oid"} <= {column.name.casefold() for column in columns}
        shape = geometry.column.casefold() if geometry else ""
        own = [c for c in columns if c.name.casefold() not in HISTORY_COLUMNS and c.name.casefold() != shape]
        own = [c for c in own if c.word != "geometryblob"]
        fields = read_fields(own, layer, definition, domains.find, name)
        subtype_field, subtypes = read_subtypes(layer, definition, fields, domains.find)
        fields = with_first_subtype(fields, subtype_field, definition)
        names = {field.name.casefold(): field.name for field in fields}
        of_type = {field.type: field.name for field in reversed(fields)}
        stated = str(layer.get("globalIdField") or definition.text_of("GlobalIDFieldName"))
        doubts = [
            *self._description_losses(item, definition, layer_item),
            *domains.losses(),
            *relationship_losses(self.cut_relationships, name),
            *table_doubts(fields, geometry, columns, layer, definition),
        ]
        return Table(
            name=name,
            alias=str(layer.get("name") or definition.text_of("AliasName") or name),
            role=_role(name, geometry, item),
            fields=fields,
            object_id=names.get(object_id.casefold(), of_type.get(FieldType.OBJECT_ID, "")),
            global_id=names.get(stated.casefold(), of_type.get(FieldType.GLOBAL_ID, "")),
            geometry=geometry,
            archived=archived,
            layer_id=layer_item.layer_id,
            layer=layer,
            subtype_field=subtype_field,
            subtypes=subtypes,
            tracking=_tracking(layer, definition, names),
            doubts=tuple(doubts),
        )

    def _description_losses(
        self, item: Optional[CatalogueItem], definition: Element, layer: LayerItem
    ) -> Iterator[Notice]:
        """None for a bare ST_Geometry database, which describes nothing."""
        if self.items:
            yield from description_losses(definition, item.definition if item else "", layer.text, layer.json)

    def _item_of(self, name: str) -> Optional[CatalogueItem]:
        own = {bare(item.name): item for item in self.items[::-1] if item.type in (_FEATURE_CLASS, _TABLE)}
        found = own.get(name.casefold())
        return found or next((i for n, i in own.items() if n.rpartition(".")[2] == name.casefold()), None)

    def _columns(self, name: str) -> list[ColumnInfo]:
        rows = self.connection.execute(f"PRAGMA table_xinfo({quoted(name)})").fetchall()
        if any(row[6] for row in rows):
            text = "The table “{table}” of “{file}” has computed columns."
            raise Unsupported(text, table=name, file=self.file)
        # SQLite takes the quoted name of a column that is not there for a text, and gives that as values.
        if any(UNKNOWN_CHARACTER in str(named) for named in (name, *(row[1] for row in rows))):
            text = "The table “{table}” of “{file}” has names with invalid characters."
            raise Unsupported(text, table=name, file=self.file)
        return [ColumnInfo(str(row[1]), str(row[2]), bool(row[3])) for row in rows]

    def _geometry(self, name: str, columns: Iterable[ColumnInfo], definition: Element) -> Optional[Geometry]:
        stated = ("f_table_name", "f_geometry_column", "geometry_type", "srid")
        for table, column, code, srid in self._rows("st_geometry_columns", *stated):
            if str(table).casefold() == name.casefold():
                return self._geometry_column(name, str(column), code, srid, definition)
        if any(column.word == "geometryblob" for column in columns):
            text = "The table “{table}” of “{file}” has shapes, but their type is not stated anywhere."
            raise Damaged(text, table=name, file=self.file, next_step="Download it again.")
        return None

    def _geometry_column(
        self, table: str, column: str, code: object, srid: object, definition: Element
    ) -> Geometry:
        number = code if isinstance(code, int) and 0 < code < 4000 else 0
        kind = KIND_OF_TYPE_CODE.get(number % 1000)
        if kind is None or not isinstance(srid, int):
            text = "The table “{table}” of “{file}” has a geometry type that is not supported ({code})."
            raise Unsupported(text, table=table, file=self.file, code=code)
        layout = ShapeLayout(kind, has_z=number // 1000 in (1, 3), has_m=number // 1000 in (2, 3))
        reference = self._reference(srid, definition)
        if reference is None:
            text = "The table “{table}” of “{file}” has no usable spatial reference ({code})."
            raise Damaged(text, table=table, file=self.file, code=srid)
        index = f"st_spindex__{table}_{column}"
        return Geometry(
            column=column,
            layout=layout,
            srid=srid,
            reference=reference,
            grids=self._grids(srid, reference, defined_reference(definition)),
            index=index if self.kinds.get(index) == "virtual" else "",
        )

    def _reference(self, srid: int, definition: Element) -> Optional[SpatialReference]:
        defined = defined_reference(definition)
        private = self.references.get(srid)
        found = private or defined or reference_of_code(srid)
        if found is None:
            return None
        if srid < FIRST_PRIVATE_SRID:
            return replace(found, authority=authority_of(srid), code=srid)
        if not found.code and defined is not None and defined.code:
            return replace(defined, grid=found.grid)
        return found

    def _grids(
        self, srid: int, reference: SpatialReference, defined: Optional[SpatialReference]
    ) -> dict[int, Grid]:
        """The table's grid, and others of the file on which coordinates are of the same system."""
        same = {
            number: other.grid
            for number, other in self.references.items()
            if (other.authority, other.code) == (reference.authority, reference.code)
            and (other.code or other.wkt == reference.wkt)
        }
        if defined is not None and defined.code and defined.code == reference.code:
            same[defined.code] = defined.grid
        return {**same, srid: reference.grid}

    def relationships(self, tables: tuple[Table, ...]) -> tuple[Relationship, ...]:
        return read_relationships(self.items, tables)

    def replica(self) -> Optional[Replica]:
        return read_replica(self.items)

    def esri_version(self) -> str:
        rows = self._rows("GDB_Version", "description")
        return str(rows[0][0]) if rows else ""


def _is_virtual(sql: str) -> bool:
    return sql.lstrip()[:14].upper() == "CREATE VIRTUAL"


def _role(name: str, geometry: Optional[Geometry], item: Optional[CatalogueItem]) -> TableRole:
    if geometry is not None:
        annotation = item is not None and item.subtype == _ANNOTATION_SUBTYPE
        return TableRole.ANNOTATION if annotation else TableRole.FEATURES
    return TableRole.ATTACHMENTS if name.casefold().endswith("__attach") else TableRole.TABLE


def _tracking(layer: Json, definition: Element, names: Mapping[str, str]) -> EditorTracking:
    info = layer.get("editFieldsInfo")
    keys: Iterable[str] = ("creatorField", "creationDateField", "editorField", "editDateField")
    tags = ("CreatorFieldName", "CreatedAtFieldName", "EditorFieldName", "EditedAtFieldName")
    if isinstance(info, dict):
        stated = [str(info.get(key) or "") for key in keys]
    elif definition.text_of("EditorTrackingEnabled") == "true":
        stated = [definition.text_of(tag) for tag in tags]
    else:
        return EditorTracking()
    return EditorTracking(*(names.get(name.casefold(), "") for name in stated))
