"""Whole web maps as offline maps: packages made to fit what the JSON speaks of.

A web map alone says nothing of its data. So each layer gets a table with every field that its popup,
symbols, labels and filter name (or that its service's own JSON states), and three rows.
"""

import json
from pathlib import Path
import re

from osgeo import gdal, ogr, osr

from plugin.core.offline_map.ready_map import (
    FeatureSource,
    OfflineMap,
    ReadyLayer,
    ReadyMap,
    TileLayerFormat,
    TileSource,
)
from plugin.core.tiles.description import Metadata
from plugin.core.web_map import LayerKind, parse_web_map

from .specs import geometry_of

gdal.UseExceptions()

_SHAPES = {
    "esriGeometryPoint": (ogr.wkbPoint, "POINT ({x} {x})"),
    "esriGeometryMultipoint": (ogr.wkbMultiPoint, "MULTIPOINT ({x} {x})"),
    "esriGeometryPolyline": (ogr.wkbMultiLineString, "MULTILINESTRING (({x} 0, 0 {x}))"),
    "esriGeometryPolygon": (ogr.wkbMultiPolygon, "MULTIPOLYGON ((({x} 0, {x} 50, 0 {x}, {x} 0)))"),
}
_TYPES = {
    "esriFieldTypeInteger": ogr.OFTInteger,
    "esriFieldTypeSmallInteger": ogr.OFTInteger,
    "esriFieldTypeBigInteger": ogr.OFTInteger64,
    "esriFieldTypeDouble": ogr.OFTReal,
    "esriFieldTypeSingle": ogr.OFTReal,
    "esriFieldTypeDate": ogr.OFTDateTime,
}
_NAMED = (
    re.compile(r'"(?:fieldName|field\d?|normalizationField|startTimeField)": "([A-Za-z_]\w*)"'),
    re.compile(r"\$feature\.(\w+)|\$feature\[\\?[\"'](\w+)"),
    re.compile(r"\{([A-Za-z_]\w*)\}|\[([A-Za-z_]\w*)\]"),
)
_DATES = re.compile(r'"fieldName": "([A-Za-z_]\w*)"[^{}]*"format": \{[^{}]*"dateFormat"')
_FILTERED = re.compile(r"([A-Za-z_]\w*)\s*(?:=|<|>|!=|IN\b|LIKE\b|IS\b|BETWEEN\b)", re.IGNORECASE)


def service_map(service: dict) -> dict:
    """A web map of the one layer that this JSON of a service describes."""
    layer = {
        "id": "layer",
        "title": str(service.get("name", "Layer")),
        "layerType": "ArcGISFeatureLayer",
        "url": "https://example.org/arcgis/rest/services/A/FeatureServer/0",
    }
    return {"operationalLayers": [layer], "spatialReference": {"wkid": 3857}}


def make_offline_map(web_map: dict, folder: Path, service: dict, vector_tiles=None) -> OfflineMap:
    """The offline map of a web map in `folder`; `service` describes the one layer of a `service_map`."""
    maker = _Maker(folder, service, vector_tiles)
    parsed = parse_web_map(web_map, "Map")
    layers = tuple(maker.ready(layer) for layer in parsed.walk())
    maker.file = None  # closes it
    ready = ReadyMap("Map", parsed, (0.0, 0.0, 0.01, 0.01), layers)
    return OfflineMap(folder, folder / "qgis", "Area", "0123", (ready,))


class _Maker:
    def __init__(self, folder, service, vector_tiles):
        self._work = folder / "qgis"
        self._work.mkdir(parents=True)
        self._geopackage = self._work / "data.gpkg"
        self._service, self._vector_tiles = service, vector_tiles
        self._reference = osr.SpatialReference()
        self._reference.ImportFromEPSG(3857)
        self.file = ogr.GetDriverByName("GPKG").CreateDataSource(str(self._geopackage))
        self._count = 0

    def ready(self, layer):
        if layer.kind is LayerKind.FEATURES:
            table = f"t{self._count}"
            self._count += 1
            self._write(table, layer)
            return ReadyLayer(layer, FeatureSource(self._geopackage, table, self._service))
        if layer.kind is LayerKind.TILES:
            return ReadyLayer(layer, self._tiles())
        if layer.kind is LayerKind.VECTOR_TILES and self._vector_tiles:
            file = self._vector_tiles
            return ReadyLayer(layer, TileSource(file, TileLayerFormat.VTPK, file, Metadata()))
        return ReadyLayer(layer)

    def _write(self, table, layer):
        text = json.dumps({"layer": layer.json, "service": self._service})
        kind, shape = _SHAPES[self._geometry(layer)] if layer.role.value != "table" else (ogr.wkbNone, "")
        made = self.file.CreateLayer(
            table, self._reference if shape else None, kind, ["GEOMETRY_NAME=geom", "FID=fid"]
        )
        for name, field_type in self._fields(layer, text).items():
            made.CreateField(ogr.FieldDefn(name, field_type))
        for number in (1, 2, 3):
            feature = ogr.Feature(made.GetLayerDefn())
            for index in range(feature.GetFieldCount()):
                is_text = feature.GetFieldDefnRef(index).GetType() == ogr.OFTString
                if feature.GetFieldDefnRef(index).GetType() != ogr.OFTDateTime:
                    feature.SetField(index, f"v{number}" if is_text else number)
            if shape:
                feature.SetGeometry(ogr.CreateGeometryFromWkt(shape.format(x=100 * number)))
            made.CreateFeature(feature)

    def _geometry(self, layer):
        stated = self._service.get("geometryType")
        if stated in _SHAPES:
            return stated
        definition = layer.json.get("layerDefinition") or {}
        return geometry_of((definition.get("drawingInfo") or {}).get("renderer") or {})

    def _fields(self, layer, text):
        """Names as the JSON spells them first, each once."""
        found = {}
        for field in self._service.get("fields") or []:
            if field["type"] not in ("esriFieldTypeOID", "esriFieldTypeGeometry"):
                found[field["name"]] = _TYPES.get(field["type"], ogr.OFTString)
        dates = set(_DATES.findall(text))
        condition = str((layer.json.get("layerDefinition") or {}).get("definitionExpression") or "")
        names = [name for pattern in _NAMED for match in pattern.finditer(text) for name in match.groups()]
        for name in filter(None, [*names, *_FILTERED.findall(condition)]):
            found.setdefault(name, ogr.OFTDateTime if name in dates else ogr.OFTString)
        once = {name.casefold(): (name, kind) for name, kind in reversed(found.items())}
        return {
            name: kind
            for key, (name, kind) in reversed(once.items())
            if key not in ("fid", "geom", "not", "and", "or")
        }

    def _tiles(self):
        file = self._work / "tiles.mbtiles"
        if not file.is_file():
            picture = gdal.GetDriverByName("MEM").Create("", 256, 256, 3)
            picture.SetGeoTransform([0, 5, 0, 1280, 0, -5])
            picture.SetProjection(self._reference.ExportToWkt())
            gdal.GetDriverByName("MBTILES").CreateCopy(str(file), picture)
        return TileSource(file, TileLayerFormat.MBTILES, file, Metadata())
