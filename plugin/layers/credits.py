"""Who is to be named beside the map: plain text out of whatever a service says."""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
import re
from textwrap import wrap

from qgis.core import (
    Qgis,
    QgsBox3D,
    QgsLayerMetadata,
    QgsMapLayer,
    QgsProject,
    QgsReadWriteContext,
    QgsTextFormat,
)
from qgis.PyQt.QtXml import QDomDocument

from ..core.tiles.description import Metadata

_TAG = re.compile(r"<[^<>]*>")
_MAX_LENGTH = 1000
_LINE = 80  # characters
_POINTS = 8.0
_CORNER = 3  # the lower right one, among the decoration's placements


def plain_text(text: object) -> str:
    """One line without tags, entities and QGIS expressions, at most 1000 characters.

    Attributions come from services, often as HTML; QGIS shows them as HTML and evaluates
    `[% … %]` in them, so neither may survive.
    """
    if not isinstance(text, str):
        return ""
    bare = _TAG.sub(" ", unescape(text[: 4 * _MAX_LENGTH])).translate(str.maketrans("<>", "  "))
    return " ".join(bare.replace("[%", "[ %").split())[:_MAX_LENGTH]


def describe(layer: QgsMapLayer, said: Metadata) -> None:
    """Writes what a tile package says about itself into the layer's metadata: a catalogue can use it."""
    metadata = layer.metadata()
    metadata.setTitle(plain_text(said.title))
    metadata.setAbstract(plain_text(said.description) or plain_text(said.summary))
    metadata.setLicenses(list(filter(None, [plain_text(said.licence)])))
    metadata.setRights(list(filter(None, [plain_text(said.attribution)])))
    metadata.setCrs(layer.crs())
    place = QgsLayerMetadata.SpatialExtent()
    place.bounds = QgsBox3D(layer.extent())
    place.extentCrs = layer.crs()
    extent = QgsLayerMetadata.Extent()
    extent.setSpatialExtents([place])
    metadata.setExtent(extent)
    layer.setMetadata(metadata)


def set_credits(layer: QgsMapLayer, attribution: object) -> None:
    """Writes an attribution into the layer's metadata."""
    text = plain_text(attribution)
    if text:
        metadata = layer.metadata()
        metadata.setRights([text])
        layer.setMetadata(metadata)


def show_credits(project: QgsProject, layers: Iterable[QgsMapLayer]) -> None:
    """Shows every attribution once in the project's copyright decoration."""
    texts = dict.fromkeys(right for layer in layers for right in layer.metadata().rights())
    if texts:
        lines = [line for text in texts for line in wrap(text, _LINE)]
        project.writeEntry("CopyrightLabel", "/Label", "\n".join(lines))
        project.writeEntry("CopyrightLabel", "/Font", _small_print())
        project.writeEntry("CopyrightLabel", "/Placement", _CORNER)
        project.writeEntry("CopyrightLabel", "/Enabled", True)


def _small_print() -> str:
    """A small text with a halo, readable on imagery, as the decoration stores it."""
    style = QgsTextFormat()
    style.setSize(_POINTS)
    style.setSizeUnit(Qgis.RenderUnit.Points)
    halo = style.buffer()
    halo.setEnabled(True)
    style.setBuffer(halo)
    document = QDomDocument()
    document.appendChild(style.writeXml(document, QgsReadWriteContext()))
    return document.toString()
