"""Pictures from outside as images of Qt."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from qgis.PyQt.QtGui import QImage, QImageReader

from ..core.untrusted.picture import judge_picture

_FORMATS = {".png": b"png", ".jpg": b"jpeg", ".gif": b"gif", ".bmp": b"bmp", ".webp": b"webp"}


def image_of(content: bytes, within: Optional[QSize] = None) -> QImage:
    """The picture in `content`, made to fit `within`; null for a drawing and for what may not be shown."""
    try:
        picture = judge_picture(content)
    except ValueError:
        return QImage()
    if picture.is_drawing:
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(picture.content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(_FORMATS[picture.suffix]))
    reader.setAutoDetectImageFormat(False)
    size = QSize(picture.width, picture.height)
    if within is not None and (size.width() > within.width() or size.height() > within.height()):
        scaled = size.scaled(within, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(scaled.expandedTo(QSize(1, 1)))
    return reader.read()
