"""All about one map area: what the portal says of it, what is on this computer, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import PurePosixPath
from typing import Optional
from urllib.parse import urlsplit

from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ..core.portal.map_areas import MapArea, Package, PackageKind
from ..qgis_io.wording import in_words
from .area_list import ListedWebMap
from .area_row import AreaRow
from .report import Report, ReportTable, Row
from .wording import Words, size_in_words


class DetailsDialog(QDialog):
    """Shows them as they are now. Not modal; it deletes itself when it is closed."""

    def __init__(
        self, row: AreaRow, listed: Optional[ListedWebMap], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("offlineMapAreasDetails")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(row.title)
        self.resize(680, 440)
        tabs = QTabWidget(self)
        tabs.addTab(self._overview(row, listed), self.tr("Overview"))
        if row.area is not None:
            tabs.addTab(self._packages(row.area), self.tr("Packages"))
        messages = list(self._messages(row))
        if messages:
            table = ReportTable(self)
            table.show_rows(messages)
            tabs.addTab(table, self.tr("Errors and Warnings"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(tabs)
        layout.addWidget(buttons)

    def _overview(self, row: AreaRow, listed: Optional[ListedWebMap]) -> QWidget:
        page = QWidget(self)
        form = QFormLayout(page)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, text in self._facts(row):
            form.addRow(name, _label(text))
        if listed is not None:
            url = f"{listed.connection.url}/home/item.html?id={row.id}"
            link = QLabel(f'<a href="{escape(url)}">{escape(self.tr("Show in the browser"))}</a>')
            link.setOpenExternalLinks(True)
            link.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
            form.addRow(self.tr("Item page"), link)
        return page

    def _facts(self, row: AreaRow) -> Iterator[tuple[str, str]]:
        yield self.tr("State"), f"{Words().status(row.status)}. {Words().status_help(row.status)}"
        if row.snippet:
            yield self.tr("Description"), row.snippet
        if row.area is not None:
            yield self.tr("Packages"), size_in_words(row.area.size)
        if row.local.is_map and row.bytes_on_disk:
            yield self.tr("On this computer"), size_in_words(row.bytes_on_disk)
        if row.packaged is not None:
            when = QLocale().toString(row.packaged.astimezone(), QLocale.FormatType.ShortFormat)
            yield self.tr("Packaged"), when
        if row.area is not None:
            yield self.tr("Updates"), self._updates(row.area)
            if row.area.refresh_schedule:
                yield self.tr("Schedule (UTC)"), row.area.refresh_schedule
        if row.folder is not None:
            yield self.tr("Folder"), str(row.folder)

    def _updates(self, area: MapArea) -> str:
        """In which ways its offline map can be kept current."""
        can = area.update_capabilities
        ways = [
            text
            for text, possible in (
                (self.tr("Sync with feature services"), can.sync),
                (self.tr("Scheduled updates"), can.scheduled),
            )
            if possible
        ]
        return ", ".join(ways) or self.tr("None: download it again to get what is new")

    def _packages(self, area: MapArea) -> QTableWidget:
        heads = [
            self.tr("Package"),
            self.tr("Type"),
            self.tr("Service"),
            self.tr("Layers"),
            self.tr("Size"),
            self.tr("Modified"),
        ]
        table = QTableWidget(len(area.packages), len(heads), self)
        table.setHorizontalHeaderLabels(heads)
        table.setAccessibleName(self.tr("Packages"))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.verticalHeader().hide()
        for number, package in enumerate(area.packages):
            for column, text in enumerate(self._package(package)):
                table.setItem(number, column, QTableWidgetItem(text))
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        return table

    def _package(self, package: Package) -> tuple[str, ...]:
        kinds = {
            PackageKind.GEODATABASE: self.tr("Mobile geodatabase"),
            PackageKind.TILES: self.tr("Tile package"),
            PackageKind.VECTOR_TILES: self.tr("Vector tile package"),
        }
        modified = QLocale().toString(package.item.modified.astimezone(), QLocale.FormatType.ShortFormat)
        return (
            package.item.title,
            kinds[package.kind],
            _service_name(package.service_url),
            ", ".join(map(str, package.layer_ids)),
            size_in_words(package.item.size),
            modified,
        )

    def _messages(self, row: AreaRow) -> Iterator[Row]:
        if row.error:
            yield Row(self.tr("Error"), row.title, row.error)
        if row.area is not None:
            for warning in row.area.warnings:
                yield Row(self.tr("Warning"), row.title, in_words(warning))
        if row.local.is_map and row.folder is not None:
            yield from Report().rows(row.folder / "report.json")


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _service_name(url: str) -> str:
    """…/services/Folder/Town/FeatureServer → Town/FeatureServer."""
    parts = PurePosixPath(urlsplit(url).path).parts[-2:]
    return "/".join(parts)
