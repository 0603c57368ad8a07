"""QGIS opens working copies as it opens any GeoPackage."""

from __future__ import annotations

from qgis.core import QgsVectorLayer

from plugin.core.host import Silent
from plugin.core.working_copy.write import write_working_copy

from ..geodatabase.oracle import SAMPLES


def test_qgis_draws_the_features_of_every_sample(samples, tmp_path, qgis_app):
    for number, (name, counts) in enumerate(SAMPLES.items()):
        copy = write_working_copy(samples / name, tmp_path / f"{number}.gpkg", Silent()).path
        for table, count in counts.items():
            layer = QgsVectorLayer(f"{copy}|layername={table}", table, "ogr")
            assert layer.isValid()
            assert layer.crs().isValid()
            shapes = [feature.geometry() for feature in layer.getFeatures()]
            assert len(shapes) == count == layer.featureCount()
            assert not any(shape.isEmpty() for shape in shapes)
            box = layer.extent()
            box.grow(1e-6)
            assert all(box.contains(shape.boundingBox()) for shape in shapes)
