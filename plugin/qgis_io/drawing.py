"""What the running QGIS and GDAL can draw."""

from __future__ import annotations

from osgeo import gdal
from qgis.core import Qgis

from ..core.tiles.routes import Drawing
from .spatial_reference import definition, project_vertices


def running_drawing() -> Drawing:
    """Versions, drivers and file extensions of this QGIS' GDAL, and the spatial references of QGIS."""
    drivers = [gdal.GetDriver(index) for index in range(gdal.GetDriverCount())]
    extensions = " ".join(driver.GetMetadataItem(gdal.DMD_EXTENSIONS) or "" for driver in drivers)
    return Drawing(
        gdal_version=int(gdal.VersionInfo()),
        qgis_version=Qgis.QGIS_VERSION_INT,
        drivers=frozenset(driver.ShortName.lower() for driver in drivers),
        extensions=frozenset(extensions.lower().split()),
        definition=definition,
        project_vertices=project_vertices,
    )
