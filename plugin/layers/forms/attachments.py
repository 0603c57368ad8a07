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
from .bounded_pictures import is_bounded_picture
from .server_fields import leave_to_server, set_global_id

_OWNER_KEYS = {"REL_GLOBALID": "globalIdField", "REL_OBJECTID": "objectIdField"}
"""Columns of attachments that name their owner, and what the owner's service calls its side."""
_SUFFIX = "__ATTACH"
_PICTURE_WIDTH = 420
_LARGEST_PICTURE = 24_000_000
"""Bytes of a picture that is shown: QGIS holds it several times over while it does."""

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
# How files of a kind begin, in the letters of Base64, and the ending of their names.
_BEGINNINGS = {
    "/9j/": "jpg",
    "iVBORw0KGgo": "png",
    "R0lGOD": "gif",
    "JVBERi": "pdf",
    "SUkqA": "tif",
    "TU0AK": "tif",
    "AAAA..Z0eX": "mp4",
}
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
    """Name, type and size follow from the file: ArcGIS wants all three of an attachment.

    The name that the file has on the disk QGIS does not tell, so it is one of the moment.
    """
    begins = " ".join(
        f"WHEN regexp_match(@packed, {quote('^' + beginning)}) THEN {quote(ending)}"
        for beginning, ending in _BEGINNINGS.items()
    )
    guessed = f"with_variable('packed', left(to_base64(\"DATA\"), 16), CASE {begins} END)"
    known = ", ".join(f"{quote(ending)}, {quote(kind)}" for ending, kind in _TYPES.items())
    kinds = f"map({known})"
    found = f'coalesce(map_get({kinds}, {_ENDING}), "CONTENT_TYPE", map_get({kinds}, {guessed})'
    moment = "format_date(now(), 'yyyy-MM-dd HHmmss')"
    defaults = {
        "ATT_NAME": f'CASE WHEN coalesce("ATT_NAME", \'\') <> \'\' OR "DATA" IS NULL THEN "ATT_NAME"'
        f" ELSE {moment} || coalesce('.' || {guessed}, '') END",
        "CONTENT_TYPE": f"{found}, 'application/octet-stream')",
        "DATA_SIZE": _BYTES,
    }
    for name, default in defaults.items():
        index = layer.fields().lookupField(name)
        if index >= 0:
            layer.setDefaultValueDefinition(index, QgsDefaultValue(default, True))
    for name, set_origin in (("GLOBALID", set_global_id), ("ATTACHMENTID", leave_to_server)):
        index = layer.fields().lookupField(name)
        if index >= 0:
            set_origin(layer, index)


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
    fits = f"length(@packed) < {_LARGEST_PICTURE * 4 // 3} AND {is_bounded_picture('@packed')}"
    shown = f"CASE WHEN {fits} THEN {picture} ELSE {quote(instead)} END"
    packed = f'CASE WHEN coalesce("DATA_SIZE", 0) <= {_LARGEST_PICTURE} THEN to_base64("DATA") END'
    shown = f"with_variable('packed', {packed}, {shown})"
    element = QgsAttributeEditorTextElement("Picture", parent)
    element.setShowLabel(False)
    element.setText(
        f"""<p>[% CASE WHEN lower("CONTENT_TYPE") LIKE 'image/%' THEN {shown} ELSE '' END %]</p>"""
    )
    return element
