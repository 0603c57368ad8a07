"""Local edits as the JSON that a feature service takes, written row by row.

To a replica: [{"id": 0, "features": {"adds": [...], "updates": [...], "deleteIds": [...]},
"attachments": {"adds": [...], "updates": [...], "deleteIds": [...]}}, ...]. Flat, as applyEdits takes them:
[{"id": 0, "adds": [...], "updates": [...], "deletes": [...], "attachments": {..., "deletes": [...]}}, ...].

Rows are matched by GlobalID. An update carries that and the fields that were changed here, and its geometry
only where that was changed: whole rows would overwrite what others changed in the meantime.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
import json
from pathlib import Path
from typing import Any, Optional, TextIO

from ..geodatabase.schema import Operation
from ..json_value import Json, json_object, object_of
from ..storage import storage
from ..working_copy.change_tracking import LocalEdit
from ..working_copy.feature_json import feature_of
from .attachment_json import attachment_of, base64_of
from .copy_tables import CopyTables, global_id_field
from .edited_row import EditedRow
from .layer_rules import LayerRules


class EditsForm(Enum):
    """How deletions are called, and whether the edits of features stand in an object of their own."""

    REPLICA = "deleteIds"
    FLAT = "deletes"


@dataclass
class EditsOfLayer:
    """The edits of one layer in the order in which they are sent, and so answered."""

    rows: dict[Operation, list[LocalEdit]] = field(default_factory=lambda: {kind: [] for kind in Operation})
    files: dict[Operation, list[LocalEdit]] = field(default_factory=lambda: {kind: [] for kind in Operation})


def by_layer(edits: Iterable[LocalEdit], tables: CopyTables) -> dict[int, EditsOfLayer]:
    """The edits as they are sent: layers whose rows others point to come first."""
    found: dict[int, EditsOfLayer] = {}
    for edit in sorted(edits, key=lambda one: (tables.rank(one.table), one.id)):
        layer = found.setdefault(tables.layer_of(edit.table), EditsOfLayer())
        (layer.files if tables[edit.table].owner else layer.rows)[edit.operation].append(edit)
    return found


class EditsWriter:
    """Writes edits into a file. `read` gives the rows of an edit, `rules` what each layer takes.

    `whole_rows` are features by GlobalID as the service has them now, for services that take nothing less.
    `uploads` are the ids of files that were uploaded apart, by the id of their edit.
    """

    def __init__(
        self,
        tables: CopyTables,
        rules: Mapping[int, LayerRules],
        read: Callable[[LocalEdit], EditedRow],
        form: EditsForm = EditsForm.REPLICA,
    ) -> None:
        self._tables, self._rules, self._read, self._form = tables, rules, read, form
        self.whole_rows: Mapping[str, Json] = {}
        self.uploads: Mapping[int, str] = {}

    def write(self, path: Path, edits: Iterable[LocalEdit]) -> None:
        """Raises `StorageError`."""
        with storage(path.name), path.open("w", encoding="utf-8") as file:
            file.write("[")
            for number, (layer_id, layer) in enumerate(by_layer(edits, self._tables).items()):
                file.write(f'{"," if number else ""}{{"id":{layer_id}')
                if self._form is EditsForm.REPLICA:
                    file.write(',"features":{')
                    self._lists(file, layer.rows, self._feature, "")
                    file.write("}")
                else:
                    self._lists(file, layer.rows, self._feature, ",")
                if any(layer.files.values()):
                    file.write(',"attachments":{')
                    self._lists(file, layer.files, self._attachment, "")
                    file.write("}")
                file.write("}")
            file.write("]")

    def _lists(
        self,
        file: TextIO,
        edits: Mapping[Operation, list[LocalEdit]],
        write: Callable[[TextIO, EditedRow], None],
        first: str,
    ) -> None:
        names = {Operation.INSERT: "adds", Operation.UPDATE: "updates", Operation.DELETE: self._form.value}
        mark = first
        for operation, listed in edits.items():
            file.write(f'{mark}"{names[operation]}":[')
            mark = ","
            for number, edit in enumerate(listed):
                file.write("," if number else "")
                if operation is Operation.DELETE:
                    file.write(json.dumps(edit.global_id))
                else:
                    write(file, self._read(edit))
            file.write("]")

    def _feature(self, file: TextIO, row: EditedRow) -> None:
        rules = self._rules[self._tables.layer_of(row.table.name)]
        feature = feature_to_send(row, rules, self.whole_rows.get(row.edit.global_id or ""))
        file.write(json.dumps(feature, ensure_ascii=False, allow_nan=False, separators=(",", ":")))

    def _attachment(self, file: TextIO, row: EditedRow) -> None:
        known = json.dumps(attachment_of(row), ensure_ascii=False)[:-1]
        upload = self.uploads.get(row.edit.id)
        if upload is not None:
            # Esri's texts call the key both; which one a server reads is not known.
            file.write(f'{known},"uploadId":{json.dumps(upload)},"url":{json.dumps(upload)}}}')
            return
        file.write(f'{known},"data":"')
        file.writelines(base64_of(row.now, row.table))
        file.write('"}')


def feature_to_send(row: EditedRow, rules: LayerRules, whole: Optional[Json] = None) -> dict[str, Any]:
    """One feature of `adds` or `updates`.

    `whole` is the feature as the service has it, where an update has to repeat what it does not change.
    Raises `OfflineMapError` and `ValueError` for values that JSON cannot say.
    """
    table = row.table
    changed = row.changed
    fields = [name for name in rules.editable if table.columns[name] in changed]
    with_geometry = bool(table.geometry) and (row.operation is Operation.INSERT or row.changes_geometry)
    feature = feature_of(row.now, table, fields, with_geometry)
    attributes = {**json_object(feature.get("attributes")), global_id_field(table): row.edit.global_id}
    if whole is None:
        return {**feature, "attributes": attributes}
    there = {name.casefold(): value for name, value in object_of(whole, "attributes").items()}
    kept = {name: there[name.casefold()] for name in rules.editable if name.casefold() in there}
    return {**whole, **feature, "attributes": {**kept, **attributes}}
