"""The algorithm `converttilepackage`: a tile package as MBTiles or GeoPackage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import notice_in_words
from .algorithm import errors_in_words
from .conversion import ConversionAlgorithm

if TYPE_CHECKING:
    from ..core.host import Feedback
    from ..core.offline_map.ready_map import TileLayerFormat
    from ..core.tiles.convert import Converted
    from ..core.tiles.tile_package import TilePackage


class ConvertTilePackage(ConversionAlgorithm):
    """Converts one tile package or tile cache, tile by tile, without a portal."""

    SECTION = "tile-packages"
    TILES = "TILES"
    suffixes = (".mbtiles", ".gpkg")

    def name(self) -> str:
        return "converttilepackage"

    def displayName(self) -> str:
        return self.tr("Convert tile package")

    def tags(self) -> list[str]:
        return self.tr("arcgis,esri,tile package,tpk,tpkx,vtpk,cache,mbtiles,geopackage,convert").split(",")

    def shortDescription(self) -> str:
        return self.tr("Converts a tile package or tile cache of ArcGIS to MBTiles or a GeoPackage.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Copies the tiles of a tile package (.tpk, .tpkx, .vtpk) or of an unpacked tile cache into "
            "MBTiles or a GeoPackage. Tiles are copied byte for byte, never redrawn.\n\n"
            "Tile package: the file, or the folder or conf.xml of a cache; it is not changed.\n"
            "Output: .mbtiles for raster or vector tiles on the web mercator grid; .gpkg for raster "
            "tiles on any grid. An existing file is replaced once the new one is complete.\n\n"
            "Tiles: the number of tiles written. Tiles outside the grid of MBTiles are counted in the "
            "log."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.addParameter(
            QgsProcessingParameterFile(
                self.INPUT,
                self.tr("Tile package"),
                Qgis.ProcessingFileParameterBehavior.File,
                fileFilter=self.tr("Tile package (*.tpk *.tpkx *.vtpk conf.xml);;All files (*)"),
            )
        )
        self.add_load()
        self.addParameter(
            QgsProcessingParameterFileDestination(
                self.OUTPUT, self.tr("Output"), "MBTiles (*.mbtiles);;GeoPackage (*.gpkg)"
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.TILES, self.tr("Tiles")))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.offline_map.ready_map import TileSource
        from ..core.offline_map.single_package import map_of_tiles
        from ..core.tiles.holes import has_holes
        from ..core.tiles.tile_package import open_tile_package

        host = HostFeedback(feedback)
        with errors_in_words():
            source, target = self.paths(parameters, context)
            with open_tile_package(source) as package:
                converted = _convert(package, target, host)
                made = TileSource(
                    target,
                    _format(target, package.is_vector),
                    source,
                    package.metadata,
                    package.scale_range(),
                    package.legend,
                )
                title = package.title
                blank = not package.is_vector and has_holes(package)
            if converted.outside:
                text = self.tr("{count} tiles are outside the grid of MBTiles and were left out.")
                host.warn(text.format(count=converted.outside))
            for loss in converted.losses:
                host.warn(notice_in_words(loss))
            if blank:
                host.warn(
                    self.tr(
                        "Where detailed tiles are missing, the copy stays blank. Open the package "
                        "itself to have coarser ones enlarged."
                    )
                )
            if self.wants_layers(parameters, context):
                self.load(map_of_tiles(made, title, target.parent), context, host)
        return {self.OUTPUT: str(target), self.TILES: converted.tiles + converted.made}


def _convert(package: TilePackage, target: Path, host: Feedback) -> Converted:
    from ..core.tiles.convert import to_geopackage, to_mbtiles
    from ..qgis_io.spatial_reference import definition

    if target.suffix.lower() == ".mbtiles":
        return to_mbtiles(package, target, host)
    reference = package.scheme.spatial_reference
    return to_geopackage(package, target, host, definition=definition(reference))


def _format(target: Path, vector: bool) -> TileLayerFormat:
    from ..core.offline_map.ready_map import TileLayerFormat

    if target.suffix.lower() == ".gpkg":
        return TileLayerFormat.GDAL
    return TileLayerFormat.VECTOR_MBTILES if vector else TileLayerFormat.MBTILES
