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
from qgis.PyQt.QtCore import QBuffer, QByteArray
from qgis.PyQt.QtGui import QImageReader
from qgis.PyQt.QtSvg import QSvgRenderer

from ...core.json_value import json_string
from ...core.notice import notice
from .properties import Properties

_LARGEST_FILE = 8 << 20  # bytes
_LARGEST_SIDE = 8192  # pixels
_DATA_URL = re.compile(r"data:[\w.+/-]*(?:;[\w=.-]+)*;base64,", re.ASCII)
# A drawing that names anything outside itself could make QGIS read files of this machine.
_REFERENCE = re.compile(
    rb"href\s*=\s*[\"'](?!#|data:)|<!ENTITY|@import|url\(\s*[\"']?(?!#|[\"']?data:)", re.I
)


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
                notice("symbol", "A picture is not part of the map; a plain symbol is shown.")
            )
            return None
    picture = _checked(data) if data else None
    if picture is None:
        properties.reading.lose(notice("symbol", "A picture cannot be read; a plain symbol is shown."))
    return picture


def marker_of(picture: SymbolPicture, width: float, height: float, angle: float) -> QgsMarkerSymbolLayer:
    """The picture as a marker: sizes in points, angle in degrees clockwise."""
    if picture.vector:
        layer = QgsSvgMarkerSymbolLayer(picture.path, width, angle)
    else:
        layer = QgsRasterMarkerSymbolLayer(picture.path, width, angle)
    if width > 0 and abs(height / width - picture.aspect) > 1e-6:
        layer.setFixedAspectRatio(height / width)
    layer.setSizeUnit(Qgis.RenderUnit.Points)
    return layer


def _decoded(text: str) -> Optional[bytes]:
    if len(text) > _LARGEST_FILE * 4 // 3 + 4:
        return None
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None


def _checked(data: bytes) -> Optional[SymbolPicture]:
    """The picture, if these bytes are one of a reasonable size."""
    if len(data) > _LARGEST_FILE:
        return None
    path = "base64:" + base64.b64encode(data).decode("ascii")
    if b"<svg" in data[:4096]:
        return _checked_drawing(data, path)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if (
        not (0 < size.width() <= _LARGEST_SIDE and 0 < size.height() <= _LARGEST_SIDE)
        or reader.read().isNull()
    ):
        return None
    return SymbolPicture(path, False, size.width(), size.height())


def _checked_drawing(data: bytes, path: str) -> Optional[SymbolPicture]:
    if _REFERENCE.search(data):
        return None
    drawing = QSvgRenderer(QByteArray(data))
    box = drawing.viewBoxF()
    if not drawing.isValid() or not (0 < box.width() < 1e6 and 0 < box.height() < 1e6):
        return None
    return SymbolPicture(path, True, box.width(), box.height())
