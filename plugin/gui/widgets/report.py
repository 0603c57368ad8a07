"""What came of every layer and table, as a table that can be copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from ...core.json_value import objects_of, text_of, whole_of
from ...core.untrusted.json_text import parse_json, parse_json_object
from ...qgis_io.guide import open_guide
from .table import CopyableTable

_MOST_BYTES = 32 << 20


@dataclass(frozen=True)
class Row:
    """One line: what kind of thing to say, of which layer or table, and what."""

    kind: str
    subject: str
    text: str


class ReportDialog(QDialog):
    """Shows rows, below the `error` that ended it all. Not modal; it deletes itself when it is closed."""

    def __init__(
        self, title: str, rows: Iterable[Row], parent: Optional[QWidget] = None, error: str = ""
    ) -> None:
        super().__init__(parent)
        self.setObjectName("offlineMapAreasReport")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Details of “{title}”").format(title=title))
        self.resize(720, 380)
        self.table = ReportTable(self)
        told = list(rows)
        if error and not told:
            told = [Row(self.tr("Error"), title, error)]
        self.table.show_rows(told)
        layout = QVBoxLayout(self)
        summary = QLabel(error if len(told) > 1 else "", self)
        if not told:
            summary.setText(self.tr("No errors or warnings."))
        summary.setTextFormat(Qt.TextFormat.PlainText)
        summary.setWordWrap(True)
        summary.setVisible(bool(summary.text()))
        layout.addWidget(summary)
        layout.addWidget(self.table)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Close | QDialogButtonBox.StandardButton.Help, self
        )
        copy = buttons.addButton(self.tr("Copy All"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.table.copy_all)
        buttons.rejected.connect(self.close)
        buttons.helpRequested.connect(lambda: open_guide("details"))
        layout.addWidget(buttons)


class ReportTable(CopyableTable):
    """Errors, warnings and differences."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        translate = QCoreApplication.translate
        heads = [
            translate("ReportTable", "Kind"),
            translate("ReportTable", "Layer or table"),
            translate("ReportTable", "Explanation"),
        ]
        super().__init__(heads, translate("ReportTable", "Errors and warnings"), parent)

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Other rows."""
        self.show_texts((row.kind, row.subject, row.text) for row in rows)


class ReportReader:
    """A report.json in words."""

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("ReportReader", text)

    def rows(self, path: Path, error: str = "") -> list[Row]:
        """Errors first, then warnings, then what differs; empty when the file cannot be read.

        `error` is what ended the job, in the user's language, where that is known: the file has English.
        """
        try:
            return self._rows(parse_json(path.read_bytes(), _MOST_BYTES), error)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return []

    def _rows(self, report: Mapping[str, Any], error: str) -> list[Row]:
        failed, lost = [], []
        for place, error_kind, loss_kind in (
            ("layers", self.tr("Layer error"), self.tr("Layer difference")),
            ("tables", self.tr("Table error"), self.tr("Table difference")),
        ):
            for entry in report.get(place, []):
                if entry["error"]:
                    failed.append(Row(error_kind, entry["title"], _sentence(entry["error"])))
                lost += [Row(loss_kind, entry["title"], loss["text"]) for loss in entry["losses"]]
        if report.get("error"):
            failed.insert(0, Row(self.tr("Error"), "", error or _sentence(report["error"])))
        warnings = report.get("warnings", [])
        return [*failed, *(Row(self.tr("Warning"), "", one["text"]) for one in warnings), *lost]


@dataclass(frozen=True)
class ReportedPackage:
    """A package that a download fetched, as its report tells."""

    title: str
    type: str
    bytes: int
    service_url: str


def read_packages(path: Path) -> list[ReportedPackage]:
    """Those of the report of a download; none where it cannot be read."""
    try:
        report = parse_json_object(path.read_bytes(), _MOST_BYTES)
    except (OSError, ValueError):
        return []
    return [
        ReportedPackage(
            text_of(one, "title"), text_of(one, "type"), whole_of(one, "bytes") or 0, text_of(one, "service")
        )
        for one in objects_of(report, "packages")
    ]


def _sentence(error: Mapping[str, Any]) -> str:
    return f"{error['text']} {error['next']}".strip()
