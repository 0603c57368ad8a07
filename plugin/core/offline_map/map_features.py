"""Features that the maps of an offline map hold themselves: one GeoPackage, a table for each layer of them.

It is made of the map documents, once by each version that reads them otherwise; nobody edits it, so that it
may be made again at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
import re

from ..errors import Damaged, OfflineMapError
from ..host import Feedback
from ..notice import Notice, notice
from ..tiles.routes import Drawing
from ..web_map import LayerKind, MapLayer
from ..working_copy.columns import free_name
from ..working_copy.plain_tables import PlainTable, write_plain_tables
from ..working_copy.write import copied_tables
from .collection_table import CollectionTable, read_collection
from .layout import map_features_file
from .mobile_map import MobileMapPackage
from .ready_map import FeatureSource
from .work_record import WorkRecord

_VERSION = 1
"""Counts up with each version that makes other rows or shapes of the same features."""

_READ_ONLY = notice("read_only", "These features are part of the map itself, so the layer is read-only.")
_NO_WORD = re.compile(r"\W+")
_LONGEST_NAME = 40
_RESERVED = ("gpkg", "rtree_", "sqlite_", "related_")


class MapFeatures:
    """Knows the layers of the kind `MAP_FEATURES` of a package; makes their file when one is asked for."""

    def __init__(
        self, package: MobileMapPackage, work_folder: Path, drawing: Drawing, feedback: Feedback
    ) -> None:
        self._file = map_features_file(work_folder)
        self._drawing, self._feedback = drawing, feedback
        self._layers = list(_layers(package))
        self._tables: dict[int, CollectionTable] = {}
        self._errors: dict[int, OfflineMapError] = {}
        self._losses: dict[str, tuple[Notice, ...]] = {}

    def source(self, layer: MapLayer) -> FeatureSource:
        """Where the features of a layer are. Raises what is wrong with them, `StorageError`, `Cancelled`."""
        if not (self._tables or self._errors):
            self._read()
            self._make()
        if id(layer) in self._errors:
            raise self._errors[id(layer)]
        found = self._tables[id(layer)]
        losses = self._losses.get(found.table.name, ())
        return FeatureSource(self._file, found.table.name, found.service, losses, _READ_ONLY)

    def _read(self) -> None:
        for name, layer, reference in self._layers:
            try:
                found = read_collection(layer, name, reference, self._drawing.definition)
            except OfflineMapError as error:
                self._errors[id(layer)] = error
            else:
                self._tables[id(layer)] = found

    def _make(self) -> None:
        """Writes the file where it is missing, damaged, not of these maps, or of an earlier version."""
        wanted = {found.table.name for found in self._tables.values()}
        there: frozenset[str] = frozenset()
        made_by = WorkRecord(self._file.parent).version(self._file.name)
        if self._file.is_file() and made_by == _VERSION:
            with suppress(Damaged):
                there = copied_tables(self._file)
        if not wanted <= there:
            write_plain_tables(self._plain_tables(), self._file, self._feedback)
            WorkRecord(self._file.parent).note_version(self._file, _VERSION)

    def _plain_tables(self) -> Iterator[PlainTable]:
        for found in self._tables.values():
            plain, losses = found.read_features(self._drawing.project_vertices, self._feedback)
            self._losses[found.table.name] = losses
            yield plain


def held_titles(package: MobileMapPackage) -> list[str]:
    """The titles of the layers whose features the maps of a package hold themselves."""
    return [layer.title for _, layer, _ in _layers(package)]


def _layers(package: MobileMapPackage) -> Iterator[tuple[str, MapLayer, object]]:
    """Name of the table, layer, and the spatial reference of its map, in the order of the documents."""
    taken: set[str] = set()
    for mobile_map in package.maps:
        for layer in mobile_map.web_map.walk():
            if layer.kind is LayerKind.MAP_FEATURES:
                name = free_name(_plain(layer.title), taken)
                taken.add(name.casefold())
                yield name, layer, mobile_map.web_map.spatial_reference


def _plain(title: str) -> str:
    """A title as the name of a table: letters, digits and underscores."""
    name = _NO_WORD.sub("_", title)[:_LONGEST_NAME].strip("_") or "layer"
    return f"layer_{name}" if name.casefold().startswith(_RESERVED) else name
