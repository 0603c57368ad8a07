"""The download job: one map area from the portal to a folder that QGIS can open.

The steps are methods, in the order in which they run; each takes its own feedback, so that a
shell can give every step its share of one progress bar:

    plan → download → make_layers → fetch_pictures → (the shell writes the project) → publish

A failure or a cancel leaves the staging folder for a later run, and the output folder absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Optional, Union

from ..errors import AWAY, BadInput, Cancelled, OfflineMapError, SignInRequired, StorageError
from ..host import Clock, Executor, Feedback, Projector, Silent
from ..notice import Notice
from ..offline_map.layout import MapFolder
from ..offline_map.manifest import (
    Manifest,
    ManifestArea,
    PackageFile,
    files_of,
    read_manifest,
    same_registration,
    work_files_of,
    write_manifest,
)
from ..offline_map.prepare import prepare_offline_map
from ..offline_map.ready_map import OfflineMap
from ..offline_map.unread_names import check_folder_names
from ..portal.items import Item, Portal
from ..portal.map_areas import MapArea, Package, PackageKind
from ..portal.urls import ItemId
from ..storage import file_sha256
from ..tiles.routes import Drawing
from ..transfer.fetch import fetch_package, file_name
from ..working_copy.replica_state import RegistrationState
from .documents import write_documents
from .find_map_area import find_map_area
from .parameters import Overrides, default_parameters, with_overrides
from .pictures import fetch_pictures
from .plan import Plan, earlier_file_name, make_plan
from .reference_basemap import check_directory, find_reference_basemap
from .report import LayerOutcome, Outcomes, Report
from .shared_feedback import SharedFeedback
from .staging import Staging, check_output

# These end the job whatever continue-on-errors says: every other package would meet them too.
_ENDING = (Cancelled, StorageError)
# So do these, unless the portal itself still answers.
_PERHAPS_ENDING = (SignInRequired, *AWAY)
_REPORT = "report"
_NAMES = (file_name, earlier_file_name)
_Outcome = Union[PackageFile, OfflineMapError]


@dataclass(frozen=True)
class Surroundings:
    """What a job needs around it: the portal, threads, time, and what this QGIS can draw."""

    portal: Portal
    executor: Executor
    clock: Clock
    drawing: Drawing
    projector: Projector
    plugin_version: str


@dataclass(frozen=True)
class Request:
    """What the user asked for. `area` is an item id or an exact title; `output` is absolute."""

    web_map_id: ItemId
    area: str
    output: Path
    overrides: Overrides = field(default_factory=Overrides)


@dataclass(frozen=True)
class DownloadResult:
    """A published offline map. `bytes` are those of its packages."""

    folder: Path
    area: MapArea
    outcomes: Outcomes
    bytes: int
    report: Path


class DownloadOfflineMapJob:
    """Takes one preplanned map area offline; see the module for the order of the steps."""

    def __init__(self, request: Request, surroundings: Surroundings):
        self._request = request
        self._around = surroundings
        self._staging = Staging(request.output)
        self._files: dict[str, PackageFile] = {}
        self._web_map_item: Optional[Item] = None
        self._report: Optional[Report] = None

    @property
    def staging_folder(self) -> Path:
        """The folder that grows; the shell writes the project into its `qgis` folder."""
        return self._staging.folder

    @property
    def report(self) -> Report:
        """What report.json would say now; there after `plan`."""
        if self._report is None:
            raise RuntimeError("plan() comes first")
        return self._report

    def plan(self) -> Plan:
        """Asks the portal and decides; writes nothing.

        Raises `BadInput` before any request for an output folder or a reference basemap that
        cannot be used, `NotPackaged` while the portal builds the area, `StorageError` when the
        disk is too small.
        """
        output, overrides = self._request.output, self._request.overrides
        check_output(output)
        check_directory(overrides, output.parent)
        started = self._around.clock.now()
        found = find_map_area(
            self._around.portal, self._request.web_map_id, self._request.area, self._around.executor
        )
        capabilities = found.area.update_capabilities
        defaults = default_parameters(found.web_map.offline, capabilities)
        parameters = with_overrides(defaults, overrides, capabilities)
        basemap, notices = find_reference_basemap(
            parameters, output.parent, found.web_map, found.area, self._around.projector
        )
        plan = make_plan(found.web_map, found.area, parameters, basemap, notices)
        if any(package.kind is PackageKind.VECTOR_TILES for package in plan.packages):
            check_folder_names(output, vector_tiles=True)
        if basemap and basemap.vector:
            check_folder_names(basemap.file, vector_tiles=True)
        self._staging.require_space(
            _space_needed(plan), [name(package) for package in plan.packages for name in _NAMES]
        )
        self._web_map_item = found.web_map_item
        self._report = Report(plan, started, _planned_outcomes(plan))
        return plan

    def download(self, feedback: Feedback) -> None:
        """Fetches and verifies every package; reports bytes of all packages together.

        With continue-on-errors a package that fails becomes the error of its layers; without,
        the first error is raised and nothing more is asked for.
        """
        plan = self.report.plan
        for entry in plan.layers:
            if entry.error:
                self._tolerate(entry.error)
        origin = {
            "webMap": self._request.web_map_id,
            "portal": self._around.portal.url,
            "bytes": plan.bytes,
            "chosen": self._request.overrides.chosen(),
        }
        self._staging.open(plan.area.item.id, plan.area.item.title, plan.parameters.as_json(), origin)
        outcomes, ended = self._fetch_all(feedback)
        for package, outcome in zip(plan.packages, outcomes):
            if isinstance(outcome, PackageFile):
                self._files[package.item.id] = outcome
                self.report.bytes += outcome.bytes
            elif not isinstance(outcome, Cancelled) and outcome is not ended:
                self.report.outcomes = self.report.outcomes.failed(plan.carried_by(package), outcome)
        if ended:
            raise ended
        self._require_something()

    def make_layers(self, feedback: Feedback) -> OfflineMap:
        """Writes the documents of the offline map and makes its working copies."""
        if self._web_map_item is None:
            raise RuntimeError("plan() comes first")
        plan, portal_url = self.report.plan, self._around.portal.url
        names = {item_id: file.name for item_id, file in self._files.items()}
        write_documents(self._staging.folder, plan, self._web_map_item, portal_url, names)
        offline_map = prepare_offline_map(
            self._staging.folder, self._staging.work, self._around.drawing, feedback
        )
        self._note_errors({entry.layer.id: entry.error for entry in offline_map.maps[0].layers})
        return offline_map

    def fetch_pictures(self, offline_map: OfflineMap, feedback: Feedback) -> tuple[Notice, ...]:
        """Fetches the pictures that symbols name by URL; says which could not be had, and why."""
        around = self._around
        told = fetch_pictures(offline_map, around.portal.session, around.executor, around.clock, feedback)
        self.report.outcomes = self.report.outcomes.told(told)
        return told

    def note_project(
        self,
        losses: Mapping[str, tuple[Notice, ...]],
        errors: Mapping[str, Optional[OfflineMapError]],
        notices: Iterable[Notice] = (),
    ) -> None:
        """What came of the layers in the project: losses and errors per web-map layer id.

        `notices` tell what of the map as a whole could not be kept.
        """
        self.report.outcomes = self.report.outcomes.lost(losses).told(notices)
        self._note_errors(errors)

    def publish(self) -> DownloadResult:
        """Writes manifest and report, and gives the folder its final name."""
        report, folder, now = self.report, self._staging.folder, self._around.clock.now()
        report.write(MapFolder(folder).report, now)
        write_manifest(folder, self._manifest(now))
        self._staging.publish({file.name for file in self._files.values()})
        output = MapFolder(self._request.output)
        return DownloadResult(output.root, report.plan.area, report.outcomes, report.bytes, output.report)

    def tell_registration(self, folder: Path, notices: Iterable[Notice]) -> None:
        """Adds to the report of the published map in `folder` what came of its registration.

        The manifest holds a hash of the report, so it does without one in between.
        """
        self.report.outcomes = self.report.outcomes.told(notices)
        manifest, path = read_manifest(folder), MapFolder(folder).report
        others = {name: value for name, value in manifest.run.items() if name != _REPORT}
        write_manifest(folder, replace(manifest, run=others))
        self.report.write(path, datetime.fromisoformat(manifest.finished))
        known = {**others, _REPORT: file_sha256(path, Silent())}
        write_manifest(folder, replace(manifest, run=known))

    def fail(self, error: OfflineMapError) -> Optional[Path]:
        """Writes the report of a job that ended with `error`, where there is a staging folder."""
        if self._report is None or not self._staging.folder.is_dir():
            return None
        self._report.error = error
        path = MapFolder(self._staging.folder).report
        try:
            self._report.write(path, self._around.clock.now())
        except StorageError:
            return None  # `error` is the one to tell, and a full disk may be what it tells of
        return path

    def _fetch_all(self, feedback: Feedback) -> tuple[list[_Outcome], Optional[OfflineMapError]]:
        """What came of each package, in the order of the plan, whichever was there first.

        And the first error that ended the job, which stops every other package.
        """
        around, plan = self._around, self.report.plan
        shared = SharedFeedback(feedback, plan.bytes)
        ended: list[OfflineMapError] = []

        def fetch(package: Package) -> _Outcome:
            try:
                self._staging.rename(earlier_file_name(package), file_name(package))
                return fetch_package(package, self._staging, around.portal, around.clock, shared.share())
            except OfflineMapError as error:
                ending = self._ending(error)
                if ending:
                    ended.append(ending)
                    shared.stop()
                return ending or error

        try:
            return list(around.executor.map(fetch, plan.packages)), next(iter(ended), None)
        finally:
            shared.stop()

    def _ending(self, error: OfflineMapError) -> Optional[OfflineMapError]:
        """What ends the job where a package ended with `error`, or None: then the others go on."""
        if isinstance(error, _ENDING) or not self.report.plan.parameters.continue_on_errors:
            return error
        if isinstance(error, _PERHAPS_ENDING):
            try:
                self._around.portal.item(self._request.web_map_id)
            except OfflineMapError as still:  # it is not this package alone
                return still
        return None

    def _note_errors(self, errors: Mapping[str, Optional[OfflineMapError]]) -> None:
        """Adds errors to layers that had none so far."""
        for entry in self.report.outcomes.entries:
            error = errors.get(entry.layer.id)
            if error and not entry.error:
                self._tolerate(error)
                self.report.outcomes = self.report.outcomes.failed([entry.layer], error)
        self._require_something()

    def _tolerate(self, error: OfflineMapError) -> None:
        if not self.report.plan.parameters.continue_on_errors:
            raise error

    def _require_something(self) -> None:
        """Raises the first error when no layer is left that could be opened."""
        entries = self.report.outcomes.entries
        errors = [entry.error for entry in entries if entry.error]
        if not entries:
            raise BadInput(
                "The map area “{area}” has no layer that can be taken offline.",
                area=self.report.plan.area.item.title,
            )
        if len(errors) == len(entries) and not self.report.plan.reference_basemap:
            raise errors[0]

    def _manifest(self, now: datetime) -> Manifest:
        plan, outcomes, folder = self.report.plan, self.report.outcomes, self._staging.folder
        files = files_of(folder, self._files.values())
        uploads = plan.parameters.update_mode.uploads
        state = RegistrationState.PENDING if uploads else RegistrationState.NONE
        packages = sorted(package.item.id for package in plan.area.packages)
        return Manifest(
            plugin=self._around.plugin_version,
            area=ManifestArea(plan.area.item.id, plan.area.item.title, tuple(packages)),
            web_map_id=self._request.web_map_id,
            portal_url=self._around.portal.url,
            parameters=plan.parameters.as_json(),
            files=files,
            working_copies=work_files_of(folder),
            layer_errors=_errors_by_layer(outcomes.layer_errors),
            table_errors=_errors_by_layer(outcomes.table_errors),
            registrations=same_registration(files, state),
            web_map_title=self._web_map_item.title if self._web_map_item else "",
            run={
                "finished": now.isoformat(),
                _REPORT: file_sha256(MapFolder(folder).report, Silent()),
            },
        )


def _errors_by_layer(outcomes: Iterable[LayerOutcome]) -> dict[str, dict[str, Any]]:
    return {entry.layer.id: entry.error.as_json() for entry in outcomes if entry.error}


def _planned_outcomes(plan: Plan) -> Outcomes:
    return Outcomes(
        tuple(
            LayerOutcome(entry.layer, entry.package.item.id if entry.package else "", entry.error)
            for entry in plan.layers
        ),
        plan.notices,
    )


def _space_needed(plan: Plan) -> int:
    """Bytes: each package, and as much again for what is converted, with a reserve."""
    converted = sum(p.item.size for p in plan.packages if p.kind is not PackageKind.VECTOR_TILES)
    return plan.bytes + converted + (64 << 20)
