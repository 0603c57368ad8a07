"""Who is to be named beside the map: plain text out of whatever a service says."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
import re
from textwrap import wrap

from qgis.core import (
    Qgis,
    QgsBox3D,
    QgsExpression,
    QgsLayerMetadata,
    QgsMapLayer,
    QgsProject,
    QgsReadWriteContext,
    QgsTextFormat,
)
from qgis.PyQt.QtXml import QDomDocument

from ...core.tiles.description import Metadata
from .identity import LAYER_ID

_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(
    r"<a\b[^<>]*?\bhref\s*=\s*[\"']?(https?://[^\"'\s<>]{1,400})[^<>]*>([^<>]*)</a\s*>", re.IGNORECASE
)
_MAX_LENGTH = 1000
_MAX_TERMS = 20_000
_LINE = 80  # characters
_POINTS = 8.0
_CORNER = 3  # the lower right one, among the decoration's placements
_DECORATION = "CopyrightLabel"
# What the plugin wrote there last: anything else is the user's.
_WRITTEN = ("OfflineMapAreas", "/Credits")


def plain_text(text: object, most: int = _MAX_LENGTH) -> str:
    """One line without tags, entities and QGIS expressions, of `most` characters; links keep their address.

    Attributions come from services, often as HTML; QGIS shows them as HTML and evaluates
    `[% … %]` in them, so neither may survive.
    """
    if not isinstance(text, str):
        return ""
    linked = _LINK.sub(_with_address, unescape(text[: 4 * most]))
    bare = _TAG.sub(" ", linked).translate(str.maketrans("<>", "  "))
    return " ".join(bare.replace("[%", "[ %").replace("%]", "% ]").split())[:most]


def _with_address(link: re.Match[str]) -> str:
    address, text = link.groups()
    return text if address in text or not text.strip() else f"{text} ({address})"


def describe(layer: QgsMapLayer, said: Metadata) -> None:
    """Writes what a tile package says about itself into the layer's metadata: a catalogue can use it."""
    metadata = layer.metadata()
    metadata.setTitle(plain_text(said.title))
    metadata.setAbstract(plain_text(said.description, _MAX_TERMS) or plain_text(said.summary))
    metadata.setLicenses(list(filter(None, [plain_text(said.licence, _MAX_TERMS)])))
    metadata.setKeywords({"tags": [plain_text(tag) for tag in said.tags]} if said.tags else {})
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


def show_credits(project: QgsProject) -> None:
    """Shows the attributions of the plugin's layers in the project's copyright decoration: each once, as
    long as a layer with it is visible. A text of the user's stays what it is."""
    layers_by_text: dict[str, list[str]] = {}
    for layer in project.mapLayers().values():
        if layer.customProperty(LAYER_ID) is not None:
            for text in layer.metadata().rights():
                layers_by_text.setdefault(text, []).append(layer.id())
    there = project.readEntry(_DECORATION, "/Label")[0]
    ours = project.readEntry(*_WRITTEN)[0]
    if not layers_by_text or there not in ("", ours):
        return
    label = _label(layers_by_text)
    project.writeEntry(_DECORATION, "/Label", label)
    project.writeEntry(*_WRITTEN, label)
    if not there:
        project.writeEntry(_DECORATION, "/Font", _small_print())
        project.writeEntry(_DECORATION, "/Placement", _CORNER)
        project.writeEntry(_DECORATION, "/Enabled", True)


def _label(layers_by_text: Mapping[str, list[str]]) -> str:
    """An expression of QGIS that gives the lines of those texts of which a layer is shown."""
    texts = []
    for text, layers in sorted(layers_by_text.items()):
        lines = QgsExpression.quotedString("\n".join(wrap(text, _LINE)))
        ids = ", ".join(map(QgsExpression.quotedString, layers))
        texts.append(f"if(array_intersect(@map_layer_ids, array({ids})), {lines}, NULL)")
    return f"[% array_to_string(array_remove_all(array({', '.join(texts)}), NULL), '\\n') %]"


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
