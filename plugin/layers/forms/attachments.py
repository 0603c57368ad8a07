"""Attachments of a layer: its form lists them and shows their pictures.

They live in the table OWNER__ATTACH beside their owner and stay there.
QGIS' viewers of pictures want files; a text of the form can hold a picture itself, as a data URL,
without a copy on disk and without a plugin.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
import sqlite3
from typing import Optional

from qgis.core import (
    Qgis,
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorTextElement,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from ...core.arcade.values import quote
from ...core.json_value import Json
from ...core.storage import database_to_read

_OWNER_KEYS = {"REL_GLOBALID": "globalIdField", "REL_OBJECTID": "objectIdField"}
"""Columns of attachments that name their owner, and what the owner's service calls its side."""
_SUFFIX = "__ATTACH"
_PICTURE_WIDTH = 420
_LARGEST_PICTURE = 24_000_000
"""Bytes of a picture that is shown: QGIS holds it several times over while it does."""
# The beginning of a picture, in the letters of Base64: a PNG with sides below 8192, a JPEG, a GIF. Qt would
# take what it likes to see in the bytes: of a drawing it opens the files that the drawing names.
_PICTURE = "^(iVBORw0KGgoAAAANSUhEUgAA[A-H].[AEIMQUYcgkosw048]AA[AB]|/9j/|R0lGOD)"

_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
}
_ENDING = """lower(regexp_substr("ATT_NAME", '\\\\.([^.]+)$'))"""
# Four characters stand for three bytes, but for those that only fill up.
_BYTES = """with_variable('packed', coalesce(to_base64("DATA"), ''),
    to_int(length(@packed) / 4 * 3 - length(@packed) + length(replace(@packed, '=', ''))))"""


def attachment_table(file: Path, owner: str) -> str:
    """The name of a table's attachments in the working copy; empty where there are none."""
    wanted = (owner + _SUFFIX).casefold()
    with suppress(sqlite3.Error), database_to_read(file) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return next((str(name) for (name,) in rows if str(name).casefold() == wanted), "")
    return ""


def owner_keys(
    owner: QgsVectorLayer, attachments: QgsVectorLayer, service: Json
) -> Optional[tuple[str, str]]:
    """The fields by which owner and attachments belong together; None where there are none."""
    for theirs, stated in _OWNER_KEYS.items():
        own = str(service.get(stated) or "")
        if attachments.fields().lookupField(theirs) >= 0 and owner.fields().lookupField(own) >= 0:
            return own, theirs
    return None


def set_attachment_form(layer: QgsVectorLayer) -> None:
    """Name, type and size of an attachment, a button that saves it, and its picture if it is one."""
    layer.setDisplayExpression('"ATT_NAME"')
    config = layer.editFormConfig()
    config.setLayout(Qgis.AttributeFormLayout.DragAndDrop)
    config.clearTabs()
    root = config.invisibleRootContainer()
    for name, title in _titles().items():
        index = layer.fields().lookupField(name)
        if index >= 0:
            layer.setFieldAlias(index, title)
            root.addChildElement(QgsAttributeEditorField(layer.fields()[index].name(), index, root))
    _set_defaults(layer)
    data = layer.fields().lookupField("DATA")
    if data >= 0:
        layer.setEditorWidgetSetup(data, QgsEditorWidgetSetup("Binary", {}))
        root.addChildElement(_picture(root))
    layer.setEditFormConfig(config)


def _set_defaults(layer: QgsVectorLayer) -> None:
    """Type and size follow from the file: ArcGIS wants both of an attachment, and nobody counts bytes."""
    known = ", ".join(f"{quote(ending)}, {quote(kind)}" for ending, kind in _TYPES.items())
    kind = f"coalesce(map_get(map({known}), {_ENDING}), \"CONTENT_TYPE\", 'application/octet-stream')"
    for name, default in (("CONTENT_TYPE", kind), ("DATA_SIZE", _BYTES)):
        index = layer.fields().lookupField(name)
        if index >= 0:
            layer.setDefaultValueDefinition(index, QgsDefaultValue(default, True))


def _titles() -> dict[str, str]:
    """The fields of an attachment that say something to people."""
    return {
        "ATT_NAME": QCoreApplication.translate("Attachments", "File name"),
        "CONTENT_TYPE": QCoreApplication.translate("Attachments", "Type"),
        "DATA_SIZE": QCoreApplication.translate("Attachments", "Bytes"),
        "KEYWORDS": QCoreApplication.translate("Attachments", "Keywords"),
        "DATA": QCoreApplication.translate("Attachments", "File"),
    }


def _picture(parent: QgsAttributeEditorContainer) -> QgsAttributeEditorTextElement:
    """A text that is the picture; what it is made of is told by its bytes, not taken from the type."""
    instead = QCoreApplication.translate("Attachments", "Save the file to see this picture.")
    picture = f"'<img width=\"{_PICTURE_WIDTH}\" src=\"data:image/*;base64,' || @packed || '\">'"
    fits = f"length(@packed) < {_LARGEST_PICTURE * 4 // 3} AND regexp_match(@packed, {quote(_PICTURE)})"
    shown = f"CASE WHEN {fits} THEN {picture} ELSE {quote(instead)} END"
    packed = f'CASE WHEN coalesce("DATA_SIZE", 0) <= {_LARGEST_PICTURE} THEN to_base64("DATA") END'
    shown = f"with_variable('packed', {packed}, {shown})"
    element = QgsAttributeEditorTextElement("Picture", parent)
    element.setShowLabel(False)
    element.setText(
        f"""<p>[% CASE WHEN lower("CONTENT_TYPE") LIKE 'image/%' THEN {shown} ELSE '' END %]</p>"""
    )
    return element
