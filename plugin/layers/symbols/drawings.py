"""Shapes given as paths (esriSMSPath, CIM vector markers) as SVG markers that carry themselves."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Optional

from qgis.core import Qgis, QgsSimpleLineSymbolLayer, QgsSvgMarkerSymbolLayer
from qgis.PyQt.QtCore import QByteArray, QRectF
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtSvg import QSvgRenderer

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'
_PARAMETERS = (
    'fill="param(fill)" fill-opacity="param(fill-opacity)" stroke="param(outline)" '
    'stroke-opacity="param(outline-opacity)" stroke-linejoin="round" stroke-linecap="round"'
)


@dataclass(frozen=True)
class Shape:
    """A path (SVG, y down) inside `box`, its fill, and its stroke with a width in points."""

    path: str
    box: QRectF
    fill: QColor
    stroke: Optional[QgsSimpleLineSymbolLayer] = None


def path_box(path: str) -> Optional[QRectF]:
    """The box around an SVG path; None where it is no path."""
    body = f'<path id="p" d="{path}"/>'
    drawing = QSvgRenderer(QByteArray(_SVG.format(attributes="", body=body).encode()))
    box = drawing.boundsOnElement("p") if drawing.isValid() else QRectF()
    longest = max(box.width(), box.height())
    return box if 0 < longest < 1e6 else None


def drawing_marker(shape: Shape, size: float) -> QgsSvgMarkerSymbolLayer:
    """The shape as a marker whose box is `size` points on its longer side, strokes outside it included.

    QGIS scales a drawing by its width and cuts what lies outside; so the box is widened by the
    stroke, and the size with it.
    """
    box = shape.box
    scale = size / max(box.width(), box.height(), 1e-9)  # points per unit
    stroke = shape.stroke.width() if shape.stroke else 0.0
    margin = stroke / max(scale, 1e-9)
    view = box.adjusted(-margin, -margin, margin, margin)
    attributes = (
        f'viewBox="{view.x():.6g} {view.y():.6g} {view.width():.6g} {view.height():.6g}" '
        f'width="{view.width():.6g}" height="{view.height():.6g}"'
    )
    outline = 'stroke-width="param(outline-width)"'
    if shape.stroke and shape.stroke.useCustomDashPattern():
        parts = (f"{part / max(scale, 1e-9):.6g}" for part in shape.stroke.customDashVector())
        start = shape.stroke.dashPatternOffset() / max(scale, 1e-9)
        # A dashed outline grows with its marker, so its width is part of the drawing.
        outline = f'stroke-width="{margin:.6g}" stroke-dasharray="{",".join(parts)}"'
        outline += f' stroke-dashoffset="{start:.6g}"'
    svg = _SVG.format(attributes=attributes, body=f'<path d="{shape.path}" {_PARAMETERS} {outline}/>')
    layer = QgsSvgMarkerSymbolLayer("base64:" + base64.b64encode(svg.encode()).decode("ascii"))
    layer.setSize(view.width() * scale)
    layer.setSizeUnit(Qgis.RenderUnit.Points)
    layer.setFillColor(shape.fill)
    layer.setStrokeColor(shape.stroke.color() if shape.stroke else QColor(0, 0, 0, 0))
    layer.setStrokeWidth(stroke)
    layer.setStrokeWidthUnit(Qgis.RenderUnit.Points)
    return layer
