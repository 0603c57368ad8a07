"""Draw the specs of the reference renderer's tool with QGIS.

`python -m tests.fidelity.draw SPECS OUT [plain]`

A spec is a renderer with twelve features that exercise its classes, 400 x 300 pixels at 96 dpi.
`plain` draws with QGIS' own converter instead of ours. OUT/losses.json says what was reported,
OUT/version.txt with which QGIS it was drawn.
"""

import json
import os
from pathlib import Path
import sys

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsArcGisRestUtils,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMetaType, QSize
from qgis.PyQt.QtGui import QColor, QImage

from plugin.layers.renderers.renderer import make_renderer

_FIELD_TYPES = {
    "esriFieldTypeOID": QMetaType.Type.LongLong,
    "esriFieldTypeInteger": QMetaType.Type.LongLong,
    "esriFieldTypeSmallInteger": QMetaType.Type.LongLong,
    "esriFieldTypeDouble": QMetaType.Type.Double,
}
_KINDS = {
    "esriGeometryPoint": "Point",
    "esriGeometryPolyline": "MultiLineString",
    "esriGeometryPolygon": "MultiPolygon",
}


def layer_of(spec: dict) -> QgsVectorLayer:
    """A memory layer with the fields and features of a spec."""
    layer = QgsVectorLayer(f"{_KINDS[spec['geometryType']]}?crs=EPSG:3857", "spec", "memory")
    provider = layer.dataProvider()
    types = ((f["name"], _FIELD_TYPES.get(f["type"], QMetaType.Type.QString)) for f in spec["fields"])
    provider.addAttributes([QgsField(name, kind) for name, kind in types])
    layer.updateFields()
    features = []
    for entry in spec["features"]:
        feature = QgsFeature(layer.fields())
        for name, value in entry["attributes"].items():
            feature[name] = value
        feature.setGeometry(_geometry(entry["geometry"]))
        features.append(feature)
    provider.addFeatures(features)
    return layer


def _geometry(json_geometry: dict) -> QgsGeometry:
    if "x" in json_geometry:
        return QgsGeometry.fromPointXY(QgsPointXY(json_geometry["x"], json_geometry["y"]))
    parts = [
        [QgsPointXY(x, y) for x, y in part] for part in json_geometry.get("rings") or json_geometry["paths"]
    ]
    if "rings" in json_geometry:
        return QgsGeometry.fromMultiPolygonXY([parts])
    return QgsGeometry.fromMultiPolylineXY(parts)


def picture(layer: QgsVectorLayer, spec: dict, antialiased: bool = True) -> QImage:
    """The layer over white, in the spec's extent and size."""
    settings = QgsMapSettings()
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(spec["width"], spec["height"]))
    settings.setExtent(QgsRectangle(*(spec["extent"][key] for key in ("xmin", "ymin", "xmax", "ymax"))))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("white"))
    settings.setLayers([layer])
    settings.setFlag(QgsMapSettings.Flag.Antialiasing, antialiased)
    # As a canvas and a layout do: expressions know the map's scale.
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def main() -> None:
    """Draw every spec of a folder."""
    specs, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    said = {}
    for file in sorted(specs.glob("*.json")):
        spec = json.loads(file.read_text("utf-8"))
        layer, losses = layer_of(spec), []
        if sys.argv[3:] == ["plain"]:
            renderer = QgsArcGisRestUtils.convertRenderer(spec["renderer"])
        else:
            renderer = make_renderer(spec["renderer"], layer.geometryType(), layer.fields(), losses)
        said[file.stem] = [loss.text for loss in losses]
        if renderer is not None:
            layer.setRenderer(renderer)
            image = picture(layer, spec)
        else:
            image = QImage(spec["width"], spec["height"], QImage.Format.Format_RGB32)
            image.fill(QColor("white"))
        image.save(str(out / f"{file.stem}.png"))
    (out / "version.txt").write_text(Qgis.version(), "utf-8")
    (out / "losses.json").write_text(json.dumps(said, indent=1, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    main()
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash while a process without a desktop ends
