"""Layers that another thread opened are drawn where they are, also when that thread is gone."""

import pytest
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

from plugin.qgis_io.spatial_reference import take_over_systems
from plugin.qgis_io.threads import QtExecutor


def opened_elsewhere(system):
    """A layer with one black square of 100 km, opened in a thread that has ended."""

    def open_layer():
        layer = QgsVectorLayer("Polygon", "square", "memory")
        layer.setCrs(QgsCoordinateReferenceSystem(system))
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(500_000, 5_700_000, 600_000, 5_800_000)))
        layer.dataProvider().addFeature(feature)
        layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": "black"})))
        layer.moveToThread(QgsApplication.instance().thread())
        return layer

    with QtExecutor(1) as executor:
        return executor.submit(open_layer).result()


def is_drawn(layer, x, y):
    """Whether a place in web mercator is black."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(x - 10, y - 10, x + 10, y + 10))
    settings.setOutputSize(QSize(9, 9))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage().pixelColor(4, 4) == QColor("black")


# Systems that nothing else in these tests uses, with the middle of the square in web mercator.
@pytest.mark.parametrize(
    ("system", "x", "y"), [("EPSG:32632", 1_082_000, 6_776_000), ("EPSG:32637", 4_421_500, 6_776_000)]
)
def test_a_layer_of_a_thread_that_is_gone_lies_where_it_is(qgis_app, system, x, y):
    layer = opened_elsewhere(system)
    take_over_systems([layer])
    assert layer.crs().authid() == system
    assert is_drawn(layer, x, y)
    assert not is_drawn(layer, 550_000, 5_750_000)
