"""Offline maps of version 0.1.0 wait for their registration: they get it, and keep every edit."""

from contextlib import closing
import json
import sqlite3

import pytest

from plugin.core.host import Silent
from plugin.core.offline_map.copy_rights import rights_of_copy
from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.core.offline_map.manifest import read_manifest
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.session import PortalSession
from plugin.core.update.check import Downloadable, check_for_updates
from plugin.core.update.registration import register_map
from plugin.core.update.surroundings import UpdateSurroundings
from plugin.core.update.synced_map import open_synced_map
from plugin.core.working_copy.change_tracking import local_edits
from plugin.core.working_copy.copy_reading import read_state
from plugin.core.working_copy.replica_state import RegistrationState
from tests.core.hosts import QuickClock
from tests.core.update.town_map import Orphans
from tests.portal import add_editable_service

from .conftest import rows_of

SYNC = "syncWithFeatureServices"
SERVICES = {"Elmsund_Town", "Elmsund_Water_Supply"}


@pytest.fixture
def town(earlier, portal):
    """A map with edits, and a portal whose services are there still, and have what the packages have."""
    folder, recorded = earlier.map(SYNC)
    content = earlier.portal_content()
    area = json.loads((folder / "p13" / "mobile_map.marea").read_text("utf-8"))
    services = {}
    for package in area["packages"]:
        name = package["originalServiceUrl"].split("/")[-2]
        if name in SERVICES:
            file = folder / "p13" / package["path"].removeprefix("file:./")
            services[name] = add_editable_service(content, name, file)
    running = portal(content)
    for name in ("manifest.json", "p13/mobile_map.marea"):
        text = (folder / name).read_text("utf-8")
        here = text.replace("http://127.0.0.1:47102/arcgis", running.server_url)
        (folder / name).write_text(here.replace(earlier.recorded["portal"], running.url), "utf-8")
    return folder, recorded, services, running


def surroundings(running, scratch):
    content = running.content
    return UpdateSurroundings(
        session_of=lambda url: PortalSession(
            url, UserPassword(content.owner, content.users[content.owner].password), clock=QuickClock()
        ),
        clock=QuickClock(),
        machine_id="one machine",
        born=lambda path: 0,
        orphans=Orphans(),
        scratch=scratch,
        plugin_version="9.9",
    )


def edits_of(folder):
    found = []
    for copy in working_copies_in(MapFolder(folder).work):
        with closing(sqlite3.connect(copy)) as connection:
            edits = local_edits(connection)
            found += [(one.table, one.global_id, one.operation.value) for one in edits]
    return sorted(found)


def test_a_check_counts_the_edits_and_changes_nothing(town):
    folder, recorded, _services, _running = town
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = check_for_updates(folder, None, Silent())
    assert found.edits == len(recorded["edits"])
    assert found.download is Downloadable.INDETERMINATE
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_it_is_registered_and_keeps_its_edits(town, tmp_path):
    folder, recorded, services, running = town
    rows = rows_of(folder)
    told = register_map(open_synced_map(folder), surroundings(running, tmp_path), Silent())
    assert not told.problems
    for service in services.values():
        (replica,) = service.own_replicas()
        assert service.misuse_but("invented generation") == []
        assert replica.name
    copies = working_copies_in(MapFolder(folder).work)
    states = [read_state(copy) for copy in copies]
    assert {state.registration for state in states} == {RegistrationState.REGISTERED}
    assert {one.state for one in read_manifest(folder).registrations.values()} == {
        RegistrationState.REGISTERED
    }
    wanted = sorted((one["table"], one["global_id"], one["operation"]) for one in recorded["edits"])
    assert edits_of(folder) == wanted
    assert rows_of(folder) == rows
    assert all(rights_of_copy(copy) for copy in copies)
