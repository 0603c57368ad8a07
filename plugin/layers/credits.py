"""Who is to be named beside the map: plain text out of whatever a service says."""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
import re

from qgis.core import QgsMapLayer, QgsProject

_TAG = re.compile(r"<[^<>]*>")
_MAX_LENGTH = 1000
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
        project.writeEntry("CopyrightLabel", "/Label", " · ".join(texts))
        project.writeEntry("CopyrightLabel", "/Placement", _CORNER)
        project.writeEntry("CopyrightLabel", "/Enabled", True)
