"""What came of an update: each edit that was refused, and the way to its feature on the map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from ...core.errors import OfflineMapError
from ...core.json_value import json_object
from ...core.offline_map.copy_rights import local_rows
from ...core.offline_map.layout import MapFolder, work_file
from ...core.offline_map.manifest import read_manifest
from ...core.sentences import sentence_from_json
from ...core.untrusted.json_text import parse_json
from ...layers.base.companions import is_companion
from ...layers.base.source import file_of, table_of
from ...layers.open_project.layers_of_map import layers_of_map
from ...qgis_io.guide import open_guide
from ...qgis_io.wording import told_in_words
from .table import CopyableTable

_MOST_BYTES = 64 << 20
_DELETED = "delete"


@dataclass(frozen=True)
class SyncLine:
    """One thing to tell. `global_id` and `table` are empty where it is of no feature; `file` is the working
    copy that holds the table, `operation` one of insert, update, delete.
    """

    layer: str
    text: str
    global_id: str = ""
    operation: str = ""
    table: str = ""
    file: Optional[Path] = None
    is_attachment: bool = False


@dataclass(frozen=True)
class SyncReport:
    """`lines` in the order of the report: errors and remarks first, then what was refused."""

    folder: Path
    lines: tuple[SyncLine, ...]


def read_sync_report(folder: Path, path: Path) -> SyncReport:
    """The report of an update of the offline map in `folder`; without lines where it cannot be read."""
    try:
        report = parse_json(path.read_bytes(), _MOST_BYTES)
        files = _working_copies(folder)
        return SyncReport(folder, tuple(_lines(report, files)))
    except (OfflineMapError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return SyncReport(folder, ())


def _working_copies(folder: Path) -> dict[str, Path]:
    """By the item id of the package."""
    files = read_manifest(folder).files
    return {one.item.id: work_file(folder / one.path, MapFolder(folder).work) for one in files if one.item}


def _lines(report: Mapping[str, Any], files: Mapping[str, Path]) -> Iterator[SyncLine]:
    copies = report["geodatabases"]
    for copy in copies:
        for entry in copy["notices"]:
            yield SyncLine("", _words(entry))
        if copy["error"]:
            yield SyncLine("", _words(copy["error"]))
    for copy in copies:
        for layer in copy["layers"]:
            for refused in layer["refused"]:
                yield SyncLine(
                    str(layer["title"]),
                    _words(refused),
                    str(refused["globalId"]),
                    str(refused["operation"]),
                    str(layer["table"]),
                    files.get(copy["item"]),
                    bool(layer["attachments"]),
                )


def _words(entry: Mapping[str, Any]) -> str:
    """In the user's language, but for a service's own words."""
    told = sentence_from_json(json_object(entry.get("sentence")))
    return told_in_words(told) if told else f"{entry['text']} {entry.get('next', '')}".strip()


class SyncReportDialog(QDialog):
    """Lists refused edits; a double click, *Enter* or the button shows the feature of one on the map.

    Not modal; it deletes itself when it is closed.
    """

    def __init__(
        self, title: str, report: SyncReport, canvas: QgsMapCanvas, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self._report, self._canvas = report, canvas
        self.setObjectName("offlineMapAreasSyncReport")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Update of “{title}”").format(title=title))
        self.resize(900, 340)
        heads = [self.tr("Layer or table"), self.tr("Feature"), self.tr("Edit"), self.tr("Explanation")]
        self.table = CopyableTable(heads, self.tr("Refused edits and remarks"), self)
        self.table.show_texts(map(self._texts, report.lines))
        self.table.activated.connect(lambda _index: self.show_feature())
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setText(self.tr("Refused edits stay in the offline map. Change them, then update again."))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Close | QDialogButtonBox.StandardButton.Help, self
        )
        self.show_button = buttons.addButton(self.tr("Show Feature"), QDialogButtonBox.ButtonRole.ActionRole)
        self.show_button.clicked.connect(self.show_feature)
        copy = buttons.addButton(self.tr("Copy All"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.table.copy_all)
        buttons.rejected.connect(self.close)
        buttons.helpRequested.connect(lambda: open_guide("update"))
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(self.note)
        layout.addWidget(buttons)
        self.table.currentCellChanged.connect(lambda *_cells: self._enable())
        first = next((number for number, line in enumerate(report.lines) if line.global_id), 0)
        self.table.selectRow(first)
        self._enable()

    def show_feature(self) -> None:
        """Selects the feature of the current line and brings it into view; says why where it cannot."""
        line = self._line()
        if line is None or not line.global_id:
            return
        self.note.setText(self._show(line))

    def _show(self, line: SyncLine) -> str:
        if line.is_attachment:
            return self.tr("This is an attachment: open the form of its feature to see it.")
        layer = self._layer(line)
        if layer is None:
            return self.tr("“{layer}” is not in the project: open the offline map.").format(layer=line.layer)
        feature = _feature(layer, line)
        if feature is None:
            if line.operation == _DELETED:
                return self.tr("The feature was deleted here. “Revert Edits…” brings it back.")
            return self.tr("The feature no longer exists, or a filter hides it.")
        layer.selectByIds([feature.id()])
        if not layer.isSpatial() or feature.geometry().isEmpty():
            return self.tr("It has no geometry: it is selected in the attribute table of “{layer}”.").format(
                layer=layer.name()
            )
        self._canvas.setCurrentLayer(layer)
        self._canvas.zoomToFeatureIds(layer, [feature.id()])
        self._canvas.flashFeatureIds(layer, [feature.id()])
        return self.tr("“{feature}” of “{layer}” is selected.").format(
            feature=_name(layer, feature), layer=layer.name()
        )

    def _texts(self, line: SyncLine) -> tuple[str, str, str, str]:
        operations = {
            "insert": self.tr("Added"),
            "update": self.tr("Changed"),
            _DELETED: self.tr("Deleted"),
        }
        layer = self._layer(line)
        feature = _feature(layer, line) if layer is not None else None
        known = _name(layer, feature) if feature is not None else ""
        named = " ".join(filter(None, (known, line.global_id)))
        return line.layer, named, operations.get(line.operation, ""), line.text

    def _layer(self, line: SyncLine) -> Optional[QgsVectorLayer]:
        """The layer of the open project that shows the table; attachments and the like have none."""
        if not line.table:
            return None
        layers = (one for one in layers_of_map(self._report.folder) if not is_companion(one))
        return next((one for one in layers if _draws(one, line)), None)

    def _line(self) -> Optional[SyncLine]:
        row = self.table.currentRow()
        return self._report.lines[row] if 0 <= row < len(self._report.lines) else None

    def _enable(self) -> None:
        line = self._line()
        self.show_button.setEnabled(line is not None and bool(line.global_id))


def _draws(layer: QgsVectorLayer, line: SyncLine) -> bool:
    file = file_of(layer)
    same_file = file is not None and line.file is not None and file.resolve() == line.file.resolve()
    return same_file and table_of(layer) == line.table


def _feature(layer: QgsVectorLayer, line: SyncLine) -> Optional[QgsFeature]:
    """By its GlobalID; None for one that is deleted here."""
    field = local_rows(line.file, line.table).global_id if line.file else ""
    if not field or line.operation == _DELETED:
        return None
    request = QgsFeatureRequest().setFilterExpression(
        QgsExpression.createFieldEqualityExpression(field, line.global_id)
    )
    return next(layer.getFeatures(request), None)


def _name(layer: QgsVectorLayer, feature: QgsFeature) -> str:
    """As forms and tables call it."""
    context = layer.createExpressionContext()
    context.setFeature(feature)
    value = QgsExpression(layer.displayExpression()).evaluate(context)
    return str(value) if value else ""
