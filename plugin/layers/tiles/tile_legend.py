"""The legend that a raster tile package brings along, as a picture that QGIS shows in place of bands.

A tile has no symbols, so QGIS would show red, green and blue. Every layer may have a picture instead, which
stays in the project and needs no plugin.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple, Optional

from qgis.core import QgsMapLayer
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from ...core.notice import Notice, notice
from ...core.tiles.legend import LegendEntry
from ...qgis_io.images import image_of

_MAX_ROWS = 200
# Pixels: the longer side of a symbol, the width of a text, and the room around each.
_MAX_SYMBOL, _MAX_TEXT, _GAP = 128, 400, 3
_FONT_SIZE = 12


class _Row(NamedTuple):
    """A symbol with its label, or the title of a layer."""

    text: str
    symbol: Optional[QImage] = None
    is_title: bool = False


def show_legend(layer: QgsMapLayer, entries: tuple[LegendEntry, ...], losses: list[Notice]) -> None:
    """Gives the layer a picture of the entries, under the titles of their layers where these are several."""
    rows = list(_rows(entries))
    if not rows:
        return
    if len(rows) > _MAX_ROWS:
        sentence = notice(
            "legend",
            "The legend shows the first {shown} of {all} symbols.",
            shown=_symbols_in(rows[:_MAX_ROWS]),
            all=_symbols_in(rows),
        )
        losses.append(sentence)
    layer.setLegendPlaceholderImage(f"base64:{_encoded(_painted(rows[:_MAX_ROWS]))}")


def _rows(entries: Iterable[LegendEntry]) -> Iterable[_Row]:
    layers = [(title, list(group)) for title, group in groupby(entries, lambda entry: entry.layer)]
    for title, group in layers:
        drawn = [(entry.label, _symbol(entry.picture)) for entry in group]
        drawn = [(label, symbol) for label, symbol in drawn if symbol is None or not _is_blank(symbol)]
        # One symbol without a label is that of the layer itself.
        single = len(drawn) == 1 and not drawn[0][0]
        if len(layers) > 1 and title and drawn and not single:
            yield _Row(_line(title), is_title=True)
        for label, symbol in drawn:
            yield _Row(_line(title if single else label), symbol)


def _symbols_in(rows: Iterable[_Row]) -> int:
    return sum(not row.is_title for row in rows)


def _line(text: str) -> str:
    return " ".join(text.split())


def _symbol(picture: bytes) -> Optional[QImage]:
    """The picture, unless it is none or claims to be larger than any symbol."""
    image = image_of(picture)
    if max(image.width(), image.height()) > _MAX_SYMBOL:
        return None
    return None if image.isNull() else image


def _is_blank(image: QImage) -> bool:
    """True for nothing but white or nothing at all: that is what services of imagery have for a symbol."""
    first = image.pixelColor(0, 0)
    plain = QImage(image.size(), QImage.Format.Format_ARGB32)
    plain.fill(first)
    is_nothing = first.alpha() == 0 or first.getRgb()[:3] == (255, 255, 255)
    return is_nothing and image.convertToFormat(QImage.Format.Format_ARGB32) == plain


def _painted(rows: list[_Row]) -> QImage:
    plain, bold = QFont(), QFont()
    plain.setPixelSize(_FONT_SIZE)
    bold.setPixelSize(_FONT_SIZE)
    bold.setBold(True)
    metrics = QFontMetrics(bold)
    symbols = [row.symbol for row in rows if row.symbol]
    column = max((symbol.width() for symbol in symbols), default=0)
    texts = [metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, _MAX_TEXT) for row in rows]
    heights = [max(metrics.height(), row.symbol.height() if row.symbol else 0) + _GAP for row in rows]
    width = column + max(map(metrics.horizontalAdvance, texts)) + 4 * _GAP
    image = QImage(width, sum(heights) + _GAP, QImage.Format.Format_ARGB32_Premultiplied)
    # White, as the maps behind such legends: dark themes would hide black text.
    image.fill(QColor(255, 255, 255))
    painter = QPainter(image)
    top = _GAP
    for row, text, height in zip(rows, texts, heights):
        if row.symbol:
            left = _GAP + (column - row.symbol.width()) // 2
            painter.drawImage(left, top + (height - _GAP - row.symbol.height()) // 2, row.symbol)
        painter.setFont(bold if row.is_title else plain)
        indent = _GAP if row.is_title else column + 3 * _GAP
        baseline = top + (height - _GAP + metrics.ascent() - metrics.descent()) // 2
        painter.drawText(indent, baseline, text)
        top += height
    painter.end()
    return image


def _encoded(image: QImage) -> str:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return base64.b64encode(bytes(content)).decode()
