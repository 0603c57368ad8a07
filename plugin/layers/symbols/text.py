"""Esri's text symbol (esriTS) as a text format of QGIS. Sizes are points in both."""

from __future__ import annotations

from typing import Optional

from qgis.core import Qgis, QgsTextBackgroundSettings, QgsTextBufferSettings, QgsTextFormat
from qgis.PyQt.QtCore import QSizeF
from qgis.PyQt.QtGui import QColor, QFont

from ...core.json_value import Json, is_number, json_object

_DEFAULT_SIZE = 9.0
_LARGEST = 500.0
_MARGIN = 2.0
_MOST_LINES = 10.0
_BOLD = ("bold", "bolder")
_ITALIC = ("italic", "oblique")


def text_format(symbol: Json) -> QgsTextFormat:
    """Font, colour, halo and background of a text symbol; what is missing is as ArcGIS has it."""
    form = QgsTextFormat()
    font = json_object(symbol.get("font"))
    form.setFont(_font(font, symbol))
    form.setSize(points(font.get("size"), _DEFAULT_SIZE))
    form.setSizeUnit(Qgis.RenderUnit.Points)
    form.setColor(colour(symbol.get("color")) or QColor("black"))
    halo_size, halo = points(symbol.get("haloSize"), 0.0), colour(symbol.get("haloColor"))
    if halo_size and halo:
        buffer = QgsTextBufferSettings()
        buffer.setEnabled(True)
        buffer.setSize(halo_size)
        buffer.setSizeUnit(Qgis.RenderUnit.Points)
        buffer.setColor(halo)
        form.setBuffer(buffer)
    _set_background(form, symbol)
    height = symbol.get("lineHeight")
    if isinstance(height, (int, float)) and not isinstance(height, bool) and 0.1 <= height <= _MOST_LINES:
        form.setLineHeight(float(height))
    return form


def colour(value: object) -> Optional[QColor]:
    """`[red, green, blue]` with or without alpha, 0 to 255; None for none."""
    if not isinstance(value, list) or len(value) not in (3, 4):
        return None
    if not all(map(is_number, value)):
        return None
    return QColor(*(min(255, max(0, round(part))) for part in value))


def points(value: object, default: float) -> float:
    """A size in points, within reason."""
    number = is_number(value)
    return min(_LARGEST, max(0.0, float(value))) if number else default  # type: ignore[arg-type]


def _font(font: Json, symbol: Json) -> QFont:
    family = font.get("family")
    made = QFont(family[:100]) if isinstance(family, str) and family else QFont("Arial")
    made.setBold(font.get("weight") in _BOLD)
    made.setItalic(font.get("style") in _ITALIC)
    made.setUnderline(font.get("decoration") == "underline")
    made.setStrikeOut(font.get("decoration") == "line-through")
    made.setKerning(symbol.get("kerning") is not False)
    return made


def _set_background(form: QgsTextFormat, symbol: Json) -> None:
    fill, line = colour(symbol.get("backgroundColor")), colour(symbol.get("borderLineColor"))
    if not fill and not line:
        return
    background = QgsTextBackgroundSettings()
    background.setEnabled(True)
    background.setType(QgsTextBackgroundSettings.ShapeType.ShapeRectangle)
    background.setSizeType(QgsTextBackgroundSettings.SizeType.SizeBuffer)
    background.setSize(QSizeF(_MARGIN, _MARGIN))
    background.setSizeUnit(Qgis.RenderUnit.Points)
    background.setFillColor(fill or QColor(0, 0, 0, 0))
    background.setStrokeColor(line or QColor(0, 0, 0, 0))
    background.setStrokeWidth(points(symbol.get("borderLineSize"), 1.0) if line else 0.0)
    background.setStrokeWidthUnit(Qgis.RenderUnit.Points)
    form.setBackground(background)
