"""Offline maps as values, over GeoPackages and tiles that GDAL writes: what layers/ is given."""

from pathlib import Path
from typing import Optional

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
from plugin.core.web_map import parse_web_map

gdal.UseExceptions()

FIELDS = [
    ("NAME", ogr.OFTString),
    ("KIND", ogr.OFTInteger),
    ("SIZE", ogr.OFTReal),
    ("BUILT", ogr.OFTDateTime),
]
SHAPES = {
    "points": (ogr.wkbPoint, ["POINT (100 100)", "POINT (500 500)", "POINT (900 100)"]),
    "lines": (ogr.wkbLineString, ["LINESTRING (0 0, 1000 1000)", "LINESTRING (0 1000, 1000 0)"]),
    "polygons": (
        ogr.wkbPolygon,
        [
            "POLYGON ((100 100, 400 100, 400 400, 100 400, 100 100))",
            "POLYGON ((600 600, 900 600, 900 900, 600 600))",
        ],
    ),
    "table": (ogr.wkbNone, [None, None, None]),
}


def write_geopackage(path: Path) -> Path:
    """One table for each of SHAPES, rows numbered from 1: NAME n1…, KIND 1…, SIZE 0.5…"""
    path.parent.mkdir(parents=True, exist_ok=True)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(3857)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    for name, (kind, shapes) in SHAPES.items():
        table = source.CreateLayer(
            name, reference if kind != ogr.wkbNone else None, kind, ["GEOMETRY_NAME=geom"]
        )
        for field, field_type in FIELDS:
            table.CreateField(ogr.FieldDefn(field, field_type))
        for number, shape in enumerate(shapes, 1):
            feature = ogr.Feature(table.GetLayerDefn())
            feature["NAME"], feature["KIND"], feature["SIZE"] = f"n{number}", number, number / 2
            feature["BUILT"] = f"200{number}-01-01T00:00:00Z"
            if shape:
                feature.SetGeometry(ogr.CreateGeometryFromWkt(shape))
            table.CreateFeature(feature)
    return path


def write_raster(path: Path, driver: str, colour=(200, 210, 190), **options) -> Path:
    """One plain picture over the 1000 x 1000 m of SHAPES."""
    path.parent.mkdir(parents=True, exist_ok=True)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(3857)
    picture = gdal.GetDriverByName("MEM").Create("", 256, 256, 3)
    picture.SetGeoTransform([-100, 5, 0, 1100, 0, -5])
    picture.SetProjection(reference.ExportToWkt())
    for band, value in enumerate(colour, 1):
        picture.GetRasterBand(band).Fill(value)
    gdal.GetDriverByName(driver).CreateCopy(
        str(path), picture, options=[f"{k}={v}" for k, v in options.items()]
    )
    return path


def feature_layer(table: str, layer_id: str = "", **members) -> dict:
    """A web-map layer that draws from one of SHAPES."""
    number = list(SHAPES).index(table)
    return {
        "id": layer_id or table,
        "title": f"All {table}",
        "layerType": "ArcGISFeatureLayer",
        "url": f"https://example.org/server/rest/services/town/FeatureServer/{number}",
        "path": f"file:./town.geodatabase?itemId={number}",
        **members,
    }


def tile_layer(layer_id: str, **members) -> dict:
    """A web-map layer that draws from tiles."""
    return {
        "id": layer_id,
        "title": f"Tiles {layer_id}",
        "layerType": "ArcGISTiledMapServiceLayer",
        "url": f"https://example.org/server/rest/services/{layer_id}/MapServer",
        "path": f"file:./{layer_id}.tpkx",
        **members,
    }


def losses_of(report, layer_id: str) -> tuple[str, ...]:
    """The sentences about what a layer lost."""
    return tuple(loss.text for loss in report.losses.get(layer_id, ()))


class Town:
    """An offline map in `folder`, with its working copies in `folder/qgis`.

    `services` are the service's descriptions by table, `tiles` the sources by layer id,
    `errors` what befell a layer, by layer id; `extent` is longitude and latitude.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.work = folder / "qgis"
        self.geopackage = write_geopackage(self.work / "town.gpkg")
        self.services = {}
        self.read_only = None
        self.tiles = {}
        self.errors = {}
        self.extent = None

    @property
    def project(self) -> Path:
        return self.work / "offline_map.qgz"

    def mbtiles(self, layer_id: str, attribution: str = "", **options) -> None:
        file = write_raster(self.work / f"{layer_id}.mbtiles", "MBTILES", **options)
        self.tiles[layer_id] = TileSource(
            file, TileLayerFormat.MBTILES, file, Metadata(attribution=attribution)
        )

    def geopackage_tiles(self, layer_id: str, attribution: str = "") -> None:
        file = write_raster(self.work / f"{layer_id}.gpkg", "GPKG", RASTER_TABLE="tiles")
        self.tiles[layer_id] = TileSource(file, TileLayerFormat.GDAL, file, Metadata(attribution=attribution))

    def vector_tiles(self, layer_id: str, package: Path, file: Optional[Path] = None) -> None:
        kind = TileLayerFormat.VECTOR_MBTILES if file else TileLayerFormat.VTPK
        self.tiles[layer_id] = TileSource(file or package, kind, package, Metadata())

    def map(self, json: dict) -> OfflineMap:
        """The offline map of this web map JSON."""
        web_map = parse_web_map(json, "Town")
        layers = tuple(self._ready(layer) for layer in web_map.walk())
        ready = ReadyMap("Town", web_map, self.extent, layers)
        return OfflineMap(self.folder, self.work, "Old town", "0123area", (ready,))

    def _ready(self, layer) -> ReadyLayer:
        if layer.id in self.errors:
            return ReadyLayer(layer, error=self.errors[layer.id])
        if layer.id in self.tiles:
            return ReadyLayer(layer, self.tiles[layer.id])
        if layer.layer_id is None:
            return ReadyLayer(layer)
        table = list(SHAPES)[layer.layer_id]
        return ReadyLayer(
            layer,
            FeatureSource(self.geopackage, table, self.services.get(table, {}), read_only=self.read_only),
        )
