"""Pictures of symbols: bytes from the JSON, from a data URL, or fetched before by their URL."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
import re
from typing import Optional

from qgis.core import (
    Qgis,
    QgsMarkerSymbolLayer,
    QgsRasterMarkerSymbolLayer,
    QgsSvgMarkerSymbolLayer,
)
from qgis.PyQt.QtCore import QByteArray
from qgis.PyQt.QtSvg import QSvgRenderer

from ...core.json_value import json_string
from ...core.notice import notice
from ...core.untrusted.picture import LARGEST_PICTURE, judge_picture
from ...qgis_io.images import image_of
from .properties import LARGEST_SIZE, Properties

_MOST_ASPECT = 64.0  # QGIS makes an image as long as the longer side, whatever of it is seen
_DATA_URL = re.compile(r"data:[\w.+/-]*(?:;[\w=.-]+)*;base64,", re.ASCII)


@dataclass(frozen=True)
class SymbolPicture:
    """A picture that QGIS can show; `path` carries all its bytes."""

    path: str
    vector: bool
    width: float
    height: float

    @property
    def aspect(self) -> float:
        """Height for one of width."""
        return self.height / self.width


def picture_of(properties: Properties) -> Optional[SymbolPicture]:
    """The picture of a symbol; None, and a loss, where it is not there or cannot be read."""
    url, embedded = json_string(properties.raw("url")), json_string(properties.raw("imageData"))
    match = _DATA_URL.match(url)
    if embedded:
        data = _decoded(embedded)
    elif match:
        data = _decoded(url[match.end() :])
    else:
        data = properties.reading.pictures.get(url)
        if data is None:
            properties.reading.lose(
                notice("symbol", "A picture is not included in the map; a plain symbol is shown.")
            )
            return None
    picture = _checked(data) if data else None
    if picture is None:
        properties.reading.lose(notice("symbol", "A picture cannot be read; a plain symbol is shown."))
    return picture


def marker_of(picture: SymbolPicture, width: float, height: float, angle: float) -> QgsMarkerSymbolLayer:
    """The picture as a marker: sizes in points, angle in degrees clockwise."""
    shrunk = min(1.0, LARGEST_SIZE / max(width, height, 1e-9))
    width, height = width * shrunk, height * shrunk
    if picture.vector:
        layer = QgsSvgMarkerSymbolLayer(picture.path, width, angle)
    else:
        layer = QgsRasterMarkerSymbolLayer(picture.path, width, angle)
    if width > 0 and abs(height / width - picture.aspect) > 1e-6:
        layer.setFixedAspectRatio(height / width)
    layer.setSizeUnit(Qgis.RenderUnit.Points)
    return layer


def _decoded(text: str) -> Optional[bytes]:
    if len(text) > LARGEST_PICTURE * 4 // 3 + 4:
        return None
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None


def _checked(data: bytes) -> Optional[SymbolPicture]:
    """The picture, if it may be shown and can be."""
    try:
        picture = judge_picture(data)
    except ValueError:
        return None
    if picture.is_drawing:
        drawing = QSvgRenderer(QByteArray(picture.content))
        box = drawing.viewBoxF()
        width, height = (box.width(), box.height()) if drawing.isValid() else (0.0, 0.0)
    else:
        image = image_of(picture.content)
        width, height = float(image.width()), float(image.height())
    if not (0 < width < 1e6 and 0 < height < 1e6 and 1 / _MOST_ASPECT <= height / width <= _MOST_ASPECT):
        return None
    path = "base64:" + base64.b64encode(picture.content).decode("ascii")
    return SymbolPicture(path, picture.is_drawing, width, height)
