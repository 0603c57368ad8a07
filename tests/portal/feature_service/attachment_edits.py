"""Edits of attachments, inside a transaction of row edits."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Optional
import uuid

from . import book
from .behaviour import Json
from .editing import Editing
from .layers import RowRefused, ServiceLayer
from .spelling import bare_guid
from .store import Values


class AttachmentEdits:
    """Attachments go by their GlobalIDs; bytes come as base64 in `data` or as an upload's id."""

    def __init__(self, editing: Editing) -> None:
        self.editing, self.service = editing, editing.service

    def apply(self, layer: ServiceLayer, kind: str, edits: list[Any]) -> list[Json]:
        action = {"adds": self._add, "updates": self._update, "deletes": self._delete}[kind]
        results = []
        for edit in map(_usual_keys, edits):
            try:
                with self.service.store.transaction():
                    results.append({**action(layer, edit), "success": True})
            except RowRefused as refused:
                self.editing.failed = True
                told = bare_guid(edit.get("globalId") if isinstance(edit, dict) else edit)
                spelt = self.service.spelling.guid(told)
                results.append({"objectId": -1, "globalId": spelt, "success": False, "error": refused.error})
        return results

    def _add(self, layer: ServiceLayer, edit: Json) -> Json:
        self._demand(layer)
        parent = bare_guid(edit.get("parentGlobalId"))
        if parent is None or layer.rows.current(parent) is None:
            if parent is None or not layer.rows.ever(parent):
                self._note(
                    book.UNKNOWN_ROW, f"an attachment's parentGlobalId is {edit.get('parentGlobalId')}"
                )
            raise RowRefused(1000, "The feature of the attachment does not exist.")
        global_id = bare_guid(edit.get("globalId")) or str(uuid.uuid4()).upper()
        values = {**self._content(edit, None), "parentGlobalId": parent, "globalId": global_id}
        existing = layer.attachments.current(global_id)
        if existing is not None:
            self._note(book.REPEATED_ADD, f"attachment {global_id} exists already")
            if self.editing.repeated_adds == "refuse":
                raise RowRefused(1000, "The attachment exists already.")
            if self.editing.repeated_adds == "overwrite":
                layer.attachments.update(global_id, values, self.editing.generation, self.editing.origin)
            return self._ids(existing["attachmentId"], global_id)
        number = layer.attachments.insert(values, self.editing.generation, self.editing.origin)
        return self._ids(number, global_id)

    def _update(self, layer: ServiceLayer, edit: Json) -> Json:
        self._demand(layer)
        existing = self._existing(layer, edit.get("globalId"), "an update")
        if existing is None:
            raise RowRefused(1000, "There is no such attachment.")
        values = self._content(edit, existing)
        layer.attachments.update(existing["globalId"], values, self.editing.generation, self.editing.origin)
        return self._ids(existing["attachmentId"], existing["globalId"])

    def _delete(self, layer: ServiceLayer, which: Any) -> Json:
        self._demand(layer)
        existing = self._existing(layer, which, "a delete")
        if existing is None:
            if self.service.behaviour.missing_deletes == "fail":
                raise RowRefused(1000, "There is no such attachment.")
            return self._ids(-1, str(bare_guid(which)))
        layer.attachments.end(existing["globalId"], self.editing.generation, self.editing.origin)
        return self._ids(existing["attachmentId"], existing["globalId"])

    def _existing(self, layer: ServiceLayer, told: Any, what: str) -> Optional[Values]:
        global_id = bare_guid(told)
        row = layer.attachments.current(global_id) if global_id else None
        if row is None and (global_id is None or not layer.attachments.ever(global_id)):
            self._note(book.UNKNOWN_ROW, f"{what} of an attachment names {told}")
            raise RowRefused(1000, "There is no such attachment.")
        return row

    def _content(self, edit: Json, existing: Optional[Values]) -> Values:
        """Name, type and bytes; an update keeps what it does not name."""
        data = self._data(edit)
        if data is None and existing is None:
            raise RowRefused(1000, "The attachment has no content.")
        values: Values = {key: edit[key] for key in ("name", "contentType") if edit.get(key)}
        if existing is None and set(values) != {"name", "contentType"}:
            raise RowRefused(1000, "An attachment needs a name and a content type.")
        return values if data is None else {**values, "data": data, "size": len(data)}

    def _data(self, edit: Json) -> Optional[bytes]:
        if edit.get("data"):
            try:
                return base64.b64decode(edit["data"], validate=True)
            except (binascii.Error, TypeError, ValueError):
                raise RowRefused(1000, "The content of the attachment is no base64.") from None
        upload = edit.get("uploadId") or edit.get("url")
        if not upload:
            return None
        content = self.service.uploads.content(str(upload))
        if content is None:
            raise RowRefused(1000, "There is no such upload.")
        return content

    def _demand(self, layer: ServiceLayer) -> None:
        """Attachments are a part of their feature: who changes them updates it."""
        self.editing.demand("Update", layer)
        if not layer.has_attachments:
            raise RowRefused(1000, f"Layer {layer.id} has no attachments.")

    def _ids(self, number: int, global_id: str) -> Json:
        return {"objectId": number, "globalId": self.service.spelling.guid(global_id)}

    def _note(self, category: str, sentence: str) -> None:
        self.service.book.note(category, sentence)


def _usual_keys(edit: Any) -> Any:
    """The reference itself spells them in two ways."""
    usual = {key.lower(): key for key in ("globalId", "parentGlobalId", "contentType", "uploadId")}
    return {usual.get(key.lower(), key): one for key, one in edit.items()} if isinstance(edit, dict) else edit
