"""All about one map area: what the portal says of it, what is on this computer, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from html import escape
from pathlib import Path, PurePosixPath
from typing import Optional
from urllib.parse import urlsplit

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtGui import QCloseEvent
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ...core.errors import BadInput, OfflineMapError
from ...core.offline_map.contents import AreaLayer, layers_at_portal, layers_on_disk
from ...core.offline_map.layout import REPORT_NAME
from ...core.offline_map.origin import Kept
from ...core.offline_map.places import earlier_edits, work_folder
from ...core.offline_map.registrations import reasons_of
from ...core.portal.map_areas import MapArea, Package, PackageKind
from ...core.portal.urls import item_id, portal_address
from ...core.working_copy.replica_state import RegistrationState
from ...qgis_io.guide import open_guide
from ...qgis_io.wording import in_words, told_in_words
from ..jobs.questions import Question, Questions
from ..rows.area_row import AreaRow
from ..rows.local_area import LocalArea
from ..rows.schedule_words import schedule_in_words
from ..rows.wording import Words, size_in_words
from ..widgets.report import ReportReader, ReportTable, Row, read_packages
from ..widgets.table import CopyableTable
from .area_list import ListedWebMap
from .earlier_edits import EarlierEditsPage


class DetailsDialog(QDialog):
    """Shows them as they are now. Not modal; it deletes itself when it is closed."""

    def __init__(
        self,
        row: AreaRow,
        listed: Optional[ListedWebMap],
        questions: Questions,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self._questions = questions
        self._asked: list[Question] = []
        self.setObjectName("offlineMapAreasDetails")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(row.title)
        self.resize(680, 440)
        tabs = QTabWidget(self)
        tabs.addTab(self._overview(row), self.tr("Overview"))
        tabs.addTab(self._layers(row, listed), self.tr("Layers"))
        packages = [*self._package_rows(row)]
        if packages:
            tabs.addTab(self._packages(packages), self.tr("Packages"))
        messages = list(self._messages(row))
        if messages:
            table = ReportTable(self)
            table.show_rows(messages)
            tabs.addTab(table, self.tr("Errors and Warnings"))
        self._look_for_earlier_edits(row, tabs)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Close | QDialogButtonBox.StandardButton.Help, self
        )
        buttons.rejected.connect(self.close)
        buttons.helpRequested.connect(lambda: open_guide("details"))
        layout = QVBoxLayout(self)
        layout.addWidget(tabs)
        layout.addWidget(buttons)

    def done(self, result: int) -> None:
        self._forget_questions()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._forget_questions()
        super().closeEvent(event)

    def _forget_questions(self) -> None:
        for question in self._asked:
            question.cancel()

    def _overview(self, row: AreaRow) -> QWidget:
        page = QWidget(self)
        form = QFormLayout(page)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, text in self._facts(row):
            form.addRow(name, _label(text))
        url = _item_page(row)
        if url:
            link = QLabel(f'<a href="{escape(url)}">{escape(self.tr("Show in the browser"))}</a>')
            link.setOpenExternalLinks(True)
            link.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
            form.addRow(self.tr("Item page"), link)
        return page

    def _facts(self, row: AreaRow) -> Iterator[tuple[str, str]]:
        yield self.tr("State"), " ".join((f"{Words().status(row.status)}.", *Words().state_help(row)))
        if row.item is not None and row.snippet:
            yield self.tr("Description"), row.snippet
        if row.here is not None and row.here.web_map_title:
            yield self.tr("Web map"), row.here.web_map_title
        if row.portal_url:
            yield self.tr("Portal"), row.portal_url
        if row.area is not None:
            yield self.tr("Packages"), size_in_words(row.area.size)
        if row.local.is_map and row.bytes_on_disk:
            yield self.tr("On this computer"), size_in_words(row.bytes_on_disk)
        if row.downloaded is not None:
            yield self.tr("Downloaded"), _moment(row.downloaded)
        if row.packaged is not None:
            yield self.tr("Packaged"), _moment(row.packaged)
        if row.area is not None:
            yield self.tr("Updates"), self._updates(row.area)
            if row.area.refresh_schedule:
                now = datetime.now(timezone.utc)
                yield self.tr("Packaged again"), schedule_in_words(row.area.refresh_schedule, now)
        if row.here is not None and row.here.is_synced:
            yield self.tr("Feature services"), self._registration(row.here)
        if row.folder is not None:
            yield self.tr("Folder"), str(row.folder)

    def _registration(self, here: LocalArea) -> str:
        """Whether they know of the map, and why not."""
        texts = {
            RegistrationState.PENDING: self.tr("Not registered yet: the next update will try again."),
            RegistrationState.REGISTERED: self.tr("Registered: edits can be sent."),
            RegistrationState.DIRECT: self.tr("Edits can be sent, without a replica."),
            RegistrationState.REFUSED: self.tr("Registration refused."),
        }
        told = [texts[here.local.registration]]
        with suppress(OfflineMapError):
            told += map(told_in_words, reasons_of(here.place))
        return " ".join(told)

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
        return ", ".join(ways) or self.tr("None: download it again to get newer data")

    def _packages(self, packages: Sequence[tuple[str, ...]]) -> QWidget:
        heads = [
            self.tr("Package"),
            self.tr("Type"),
            self.tr("Service"),
            self.tr("Layers"),
            self.tr("Size"),
            self.tr("Modified"),
        ]
        table = CopyableTable(heads, self.tr("Packages"), self, numbers=(4,))
        table.show_texts(packages)
        return table

    def _package_rows(self, row: AreaRow) -> Iterator[tuple[str, ...]]:
        """Those of the portal where it was asked, else those that were downloaded, by their report."""
        if row.area is not None:
            yield from map(self._package, row.area.packages)
        elif row.local.is_map and row.folder is not None:
            for one in read_packages(row.folder / REPORT_NAME):
                yield one.title, one.type, _service_name(one.service_url), "", size_in_words(one.bytes), ""

    def _layers(self, row: AreaRow, listed: Optional[ListedWebMap]) -> QWidget:
        """What is on disk, or else what the portal says; it comes when it is there."""
        heads = [self.tr("Layer or table"), self.tr("Geometry"), self.tr("Features")]
        table = CopyableTable(heads, self.tr("Layers and tables"), self, numbers=(2,))
        note = _label(self.tr("Looking for layers and tables…"))
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.addWidget(table)
        layout.addWidget(note)

        def show(layers: tuple[AreaLayer, ...]) -> None:
            table.show_texts(map(self._layer, layers))
            text = self.tr("Layers and tables are listed once the map has been opened.")
            if not row.local.is_map:
                text = self.tr("There is no information about layers and tables.")
            if layers:
                unknown = any(layer.features is None for layer in layers)
                text = (
                    self.tr("The number of features is known once the area is downloaded.") if unknown else ""
                )
            note.setText(text)
            note.setVisible(bool(note.text()))

        def fail(error: OfflineMapError) -> None:
            note.setText(in_words(error))

        if row.local.is_map and row.folder is not None:
            folder, profile = row.folder, Path(QgsApplication.qgisSettingsDirPath())
            self._asked.append(self._questions.run(lambda _question: _on_disk(folder, profile), show, fail))
        elif row.area is not None and listed is not None:
            area = row.area
            self._asked.append(
                self._questions.ask(
                    listed.connection, lambda portal: layers_at_portal(portal, area), show, fail
                )
            )
        else:
            show(())
        return page

    def _look_for_earlier_edits(self, row: AreaRow, tabs: QTabWidget) -> None:
        """Adds a page where there are edits that the map on disk does not show."""
        folder, profile = row.folder, Path(QgsApplication.qgisSettingsDirPath())
        if not row.local.is_map or folder is None:
            return

        def show(kept: list[Kept]) -> None:
            if kept:
                tabs.addTab(EarlierEditsPage(kept, self), self.tr("Earlier Edits"))

        self._asked.append(
            self._questions.run(lambda _question: _edits_of(folder, profile), show, lambda _error: None)
        )

    def _layer(self, layer: AreaLayer) -> tuple[str, str, str]:
        shapes = {
            "point": self.tr("Points"),
            "line": self.tr("Lines"),
            "polygon": self.tr("Polygons"),
            "": self.tr("Table"),
            None: "",
        }
        count = "" if layer.features is None else QLocale().toString(layer.features)
        return layer.title, shapes[layer.shape], count

    def _package(self, package: Package) -> tuple[str, ...]:
        kinds = {
            PackageKind.GEODATABASE: self.tr("Mobile geodatabase"),
            PackageKind.TILES: self.tr("Tile package"),
            PackageKind.VECTOR_TILES: self.tr("Vector tile package"),
        }
        return (
            package.item.title,
            kinds[package.kind],
            _service_name(package.service_url),
            ", ".join(map(str, package.layer_ids)),
            size_in_words(package.item.size),
            _moment(package.item.modified),
        )

    def _messages(self, row: AreaRow) -> Iterator[Row]:
        if row.reason:
            yield Row(self.tr("Error"), row.title, row.reason)
        if row.area is not None:
            for warning in row.area.warnings:
                yield Row(self.tr("Warning"), row.title, in_words(warning))
        if row.local.is_map and row.folder is not None:
            yield from ReportReader().rows(row.folder / REPORT_NAME)


def _on_disk(folder: Path, profile: Path) -> tuple[AreaLayer, ...]:
    with suppress(OSError):
        return layers_on_disk(work_folder(folder, profile))
    return ()


def _edits_of(place: Path, profile: Path) -> list[Kept]:
    with suppress(OSError):
        return earlier_edits(place, profile)
    return []


def _moment(moment: datetime) -> str:
    return QLocale().toString(moment.astimezone(), QLocale.FormatType.ShortFormat)


def _item_page(row: AreaRow) -> str:
    """The page of the area on its portal; empty where that is not known."""
    if not row.portal_url or item_id(row.area_id) is None:
        return ""
    try:
        return f"{portal_address(row.portal_url)}/home/item.html?id={row.area_id}"
    except BadInput:
        return ""


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
