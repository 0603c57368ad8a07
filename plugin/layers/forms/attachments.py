"""Attachments of a layer: its form lists them and shows their pictures.

They live in the table OWNER__ATTACH beside their owner and stay there.
QGIS' viewers of pictures want files; a text of the form can hold a picture itself, as a data URL,
without a copy on disk and without a plugin.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
import re
import sqlite3
from typing import Optional

from qgis.core import (
    Qgis,
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorTextElement,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsFeature,
    QgsVariantUtils,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QByteArray, QCoreApplication

from ...core.arcade.values import quote
from ...core.json_value import Json
from ...core.storage import database_to_read
from ...core.working_copy.blobs import write_blobs
from ..base.source import file_of, table_of
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
_ANY_TYPE = "application/octet-stream"
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
    """Name, type and size of an attachment: ArcGIS wants all three, and nobody counts bytes.

    Type and size follow from the file. QGIS does not tell the name that it has on disk: without a better one
    it gets one of the moment. (Where an attachment is duplicated QGIS computes type and size before the copy
    has the file: `complete_attachments` mends that.)
    """
    begins = " ".join(
        f"WHEN regexp_match(@packed, {quote('^' + beginning)}) THEN {quote(ending)}"
        for beginning, ending in _BEGINNINGS.items()
    )
    guessed = f"with_variable('packed', left(to_base64(\"DATA\"), 16), CASE {begins} END)"
    known = ", ".join(f"{quote(ending)}, {quote(kind)}" for ending, kind in _TYPES.items())
    kinds = ", ".join(f"map_get(map({known}), {ending})" for ending in (_ENDING, guessed))
    kind = f'coalesce({kinds}, "CONTENT_TYPE", {quote(_ANY_TYPE)})'
    moment = "format_date(now(), 'yyyy-MM-dd HHmmss')"
    for name, default in (("CONTENT_TYPE", kind), ("DATA_SIZE", _BYTES), ("ATT_NAME", moment)):
        index = layer.fields().lookupField(name)
        if index >= 0:
            layer.setDefaultValueDefinition(index, QgsDefaultValue(default, name != "ATT_NAME"))
    for name, set_origin in (("GLOBALID", set_global_id), ("ATTACHMENTID", leave_to_server)):
        index = layer.fields().lookupField(name)
        if index >= 0:
            set_origin(layer, index)


def new_attachment(
    layer: QgsVectorLayer, keys: Mapping[str, object], name: str, content: bytes
) -> QgsFeature:
    """A row for a file, for a layer of attachments. `keys` are the fields that name its owner."""
    fields = layer.fields()
    values = {**keys, "ATT_NAME": name, "DATA": QByteArray(content), **_described(name, content)}
    made = QgsVectorLayerUtils.createFeature(layer)
    for field, value in values.items():
        if fields.lookupField(field) >= 0:
            made[fields.lookupField(field)] = value
    return made


def complete_attachments(layer: QgsVectorLayer) -> None:
    """Gives new rows in the edit buffer of a layer of attachments what their files tell."""
    if not all(layer.fields().lookupField(field) >= 0 for field in ("ATT_NAME", "DATA")):
        return
    for fid, row in layer.editBuffer().addedFeatures().items():
        content = b"" if QgsVariantUtils.isNull(row["DATA"]) else bytes(row["DATA"])
        name = "" if QgsVariantUtils.isNull(row["ATT_NAME"]) else str(row["ATT_NAME"])
        ending = _ending_of(content)
        if "." not in name and ending:
            name = f"{name}.{ending}"
        found = {"ATT_NAME": name, **_described(name, content)}
        if found["CONTENT_TYPE"] == _ANY_TYPE:
            del found["CONTENT_TYPE"]  # whoever made the row may know better
        for field, value in found.items():
            index = layer.fields().lookupField(field)
            if index >= 0 and row[index] != value:
                layer.changeAttributeValue(fid, index, value, row[index], True)


def keep_files(layer: QgsVectorLayer, saved: Iterable[QgsFeature]) -> None:
    """Writes the files of new attachments that QGIS did not write, see blobs.py. Raises as `write_blobs`."""
    index = layer.fields().lookupField("DATA")
    held = {row.id(): row[index] for row in saved if index >= 0 and not QgsVariantUtils.isNull(row[index])}
    lost = {fid: bytes(data) for fid, data in held.items() if bytes(data).startswith(b"\0")}
    file = file_of(layer)
    if lost and file:
        write_blobs(file, table_of(layer), layer.fields()[index].name(), lost)
        layer.dataProvider().reloadData()


def _described(name: str, content: bytes) -> dict[str, object]:
    """Type and size of a file."""
    endings = (name.rpartition(".")[2].lower(), _ending_of(content))
    kind = next((_TYPES[ending] for ending in endings if ending in _TYPES), _ANY_TYPE)
    return {"CONTENT_TYPE": kind, "DATA_SIZE": len(content)}


def _ending_of(content: bytes) -> str:
    """How the name of a file ends that begins so; "" where that is not known."""
    packed = b64encode(content[:12]).decode()
    return next((ending for begin, ending in _BEGINNINGS.items() if re.match(begin, packed)), "")


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
