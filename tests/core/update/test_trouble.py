"""What goes wrong with an update, row by row: each ends with a sentence, and nothing is lost."""

from contextlib import closing
import dataclasses
from datetime import datetime, timedelta, timezone
import json
from pathlib import Path
import shutil
import sqlite3

import pytest

from plugin.core.errors import (
    BadInput,
    BrokenAnswer,
    Cancelled,
    ItemNotFound,
    OfflineMapError,
    SignInRequired,
    StorageError,
    Unsupported,
    Untrusted,
)
from plugin.core.host import Silent
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.update.update_request import UpdateDirection
from plugin.core.working_copy.replica_state import RegistrationState
from tests.fixtures.synced_town import COLLEAGUE, COLLEAGUE_PASSWORD, HYDRANTS, INSPECTIONS, MAINS, guid_of
from tests.portal import Behaviour, Body, Html, PortalFault, Status

from ..hosts import QuickClock
from .both_sides import differences
from .town_edits import NEW, edit_everything, edit_there
from .updating import counts, misuse, notices, refusals, update

SYNC = "/synchronizeReplica"
AT_ONCE = {"supportsAsync": False}
SECOND, FIFTH = guid_of("Hydrants", 2), guid_of("Hydrants", 5)


def registered(town_map, **options):
    made = town_map(**options)
    assert not made.register().problems
    return made


def rename(town, value="von hier", guid=SECOND):
    town.edit("UPDATE Hydrants SET name = ? WHERE GlobalID = ?", (value, guid))


def saved(result):
    """The tables of the file with the edits that were kept."""
    (path,) = {copy.saved for copy in result.report.copies if copy.saved}
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT table_name FROM gpkg_contents ORDER BY table_name").fetchall()
        return [name for (name,) in names]


# ---- the sign-in -----------------------------------------------------------------------------


def test_an_expired_token_is_renewed_in_silence(town_map):
    town = registered(town_map, access="private", behaviour=Behaviour(sync_flags=AT_ONCE))
    rename(town)
    town.portal.fault(SYNC, PortalFault(498))
    assert counts(update(town)) == (1, 0, 0)
    assert differences(town) == []
    assert misuse(town) == []


@pytest.mark.parametrize("flags", [AT_ONCE, {}], ids=["at once", "as a job"])
def test_a_revoked_sign_in_pauses_the_update(town_map, flags):
    town = registered(town_map, access="private", behaviour=Behaviour(sync_flags=flags))
    edit_everything(town)
    town.portal.fault(SYNC, PortalFault(498), times=2)
    with pytest.raises(SignInRequired, match="is paused.*Sign in again"):
        update(town)
    assert len(town.edits()) > 0
    update(town)
    assert town.edits() == []
    assert differences(town) == []
    assert misuse(town) == []


# ---- replicas and generations ----------------------------------------------------------------


@pytest.mark.parametrize("how", ["unregistered", "below the floor", "unregistered meanwhile"])
def test_a_copy_that_the_service_has_lost_is_registered_anew(town_map, how):
    town = registered(town_map)
    first = town.state().replica
    edit_everything(town)
    edit_there(town)
    if how == "below the floor":
        layers = town.service.layers.values()
        town.service.raise_floor(min(town.service.generation_of(layer) for layer in layers))
    elif how == "unregistered":
        town.service.delete_replica(first)
    else:
        town.portal.fault("/replicas/*", _Deleting(town), at=2)
    result = update(town)
    assert "registered_anew" in notices(result)
    assert refusals(result) == []
    assert differences(town) == []
    assert town.edits() == []
    assert "Hydrants" in saved(result)
    assert town.state().replica != first
    assert town.service.rows(HYDRANTS)[SECOND]["remark"] == "von dort"
    allowed = ("repeated addition", "repeated delete", "unknown GlobalID") if how != "below the floor" else ()
    assert misuse(town, *allowed) == []


class _Deleting:
    """The replica goes after the service has been asked about it."""

    repeats = 0

    def __init__(self, town):
        self._town = town

    def instead(self, asked):
        for replica in self._town.service.own_replicas():
            self._town.service.delete_replica(replica.id)

    def spoil_file(self, file):
        pass

    def spoil(self, answer):
        pass


def test_a_lost_replica_with_edits_under_way(town_map):
    town = registered(town_map, behaviour=Behaviour(sync_flags=AT_ONCE))
    edit_everything(town)
    town.portal.fault(SYNC, Status(502))
    with pytest.raises(OfflineMapError):
        update(town)
    town.service.delete_replica(town.state().replica)
    update(town)
    assert differences(town) == []
    assert town.edits() == []


# ---- the schema ------------------------------------------------------------------------------

CHANGES = {
    "a new field": lambda service: service.add_field(
        HYDRANTS, {"name": "colour", "type": "esriFieldTypeString", "length": 20}
    ),
    "a field gone": lambda service: service.remove_field(HYDRANTS, "remark"),
    "a field renamed": lambda service: service.rename_field(MAINS, "material", "stuff"),
    "another type": lambda service: service.change_field(MAINS, "diameter", type="esriFieldTypeDouble"),
    "another domain": lambda service: service.change_field(
        HYDRANTS,
        "status",
        domain={"type": "codedValue", "name": "HydrantStatus", "codedValues": [{"code": 1, "name": "ok"}]},
    ),
    "another range": lambda service: service.change_field(
        HYDRANTS, "flow", domain={"type": "range", "name": "HydrantFlow", "range": [0, 99]}
    ),
    "a layer gone": lambda service: service.remove_layer(INSPECTIONS),
}
NO_CHANGES = {
    "alias": lambda service: service.change_field(HYDRANTS, "name", alias="Bezeichnung"),
    "default": lambda service: service.change_field(HYDRANTS, "flow", defaultValue=5),
    "required": lambda service: service.change_field(HYDRANTS, "remark", nullable=False),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_schema_stops_before_anything_is_written(town_map, change):
    town = registered(town_map)
    edit_everything(town)
    edit_there(town)
    before, there = town.edits(), town.service.rows(HYDRANTS)
    CHANGES[change](town.service)
    asked = len(town.portal.asked(SYNC))
    with pytest.raises(Unsupported, match="schema") as caught:
        update(town)
    assert town.edits() == before
    assert {gid: row["name"] for gid, row in town.service.rows(HYDRANTS).items()} == {
        gid: row["name"] for gid, row in there.items()
    }
    assert len(town.portal.asked(SYNC)) == asked
    report = json.loads(caught.value.report.read_text("utf-8"))
    (copy,) = report["geodatabases"]
    assert [one["code"] for one in copy["notices"]].count("schema") >= 1
    assert (caught.value.report.parent / copy["savedEdits"]).is_file()
    assert "download" in caught.value.next_step


@pytest.mark.parametrize("change", NO_CHANGES)
def test_what_is_no_change_of_the_schema(town_map, change):
    town = registered(town_map)
    rename(town)
    NO_CHANGES[change](town.service)
    assert counts(update(town))[0] == 1


# ---- the service -----------------------------------------------------------------------------


def test_a_service_that_is_gone(town_map):
    town = registered(town_map)
    edit_everything(town)
    before = town.edits()
    town.town.content.feature_services.clear()
    with pytest.raises(ItemNotFound, match="no longer exists.*Export local edits"):
        update(town)
    assert town.edits() == before
    assert town.rows("Hydrants")[SECOND]["name"] == "von hier"


def test_versioned_data_are_told(town_map):
    town = registered(town_map, behaviour=Behaviour(versioned=True))
    rename(town)
    result = update(town)
    (copy,) = result.report.copies
    (told,) = [one for one in copy.notices if one.code == "versioned"]
    assert f"waterworks.{town.state().replica_name}" in told.text
    assert counts(result)[0] == 1


@pytest.mark.parametrize(
    "fault", [Html(), Status(500), Body(), Body(b'{"edits": [{"id": 0, "features": {'), Body(b"[]")]
)
@pytest.mark.parametrize("at", [1, 2], ids=["edits", "changes"])
def test_garbage_is_refused_with_host_and_nothing_is_half_applied(town_map, fault, at):
    town = registered(town_map, behaviour=Behaviour(sync_flags=AT_ONCE))
    edit_everything(town)
    edit_there(town)
    state, rows = town.state(), town.rows("Mains")
    town.portal.fault(SYNC, fault, at=at)
    with pytest.raises(OfflineMapError, match="127.0.0.1"):
        update(town)
    assert town.state().generations == state.generations
    if at == 1:
        assert town.rows("Mains") == rows
    update(town)
    assert differences(town) == []
    assert misuse(town) == []


def test_values_that_fit_no_field_are_not_half_applied(town_map):
    town = registered(town_map, behaviour=Behaviour(sync_flags=AT_ONCE))
    rows, state = town.rows("Hydrants"), town.state()
    content = {
        "layerServerGens": [{"id": 0, "serverGen": 99999}],
        "edits": [{"id": 0, "features": {"updates": [
            {"attributes": {"GlobalID": SECOND, "name": "gut"}},
            {"attributes": {"GlobalID": FIFTH, "flow": "kein Wert"}},
        ]}}],
    }  # fmt: skip
    town.portal.fault(SYNC, Body(json.dumps(content).encode()))
    with pytest.raises(BrokenAnswer):
        update(town)
    assert town.rows("Hydrants") == rows
    assert town.state().generations == state.generations


def test_changes_that_are_told_of_and_not_sent_are_not_passed_over(town_map):
    town = registered(town_map, behaviour=Behaviour(sync_flags=AT_ONCE))
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": SECOND, "name": "von dort"}}])
    state = town.state()
    content = {
        "responseType": "esriReplicaResponseTypeEditsAndData",
        "resultUrl": "",
        "layerServerGens": [{"id": 0, "serverGen": 99999}],
    }
    town.portal.fault(SYNC, Body(json.dumps(content).encode()))
    with pytest.raises(BrokenAnswer):
        update(town)
    assert town.state().generations == state.generations
    update(town)
    assert differences(town) == []


# ---- edits that are refused ------------------------------------------------------------------


def test_what_the_service_refuses_stays_with_its_words(town_map):
    town = registered(town_map, user=(COLLEAGUE, COLLEAGUE_PASSWORD))
    town.service.behaviour.allow_others_update = False
    town.service.behaviour.allow_others_delete = False
    edit_everything(town)
    result = update(town)
    refused = {guid for _, guid, _ in refusals(result)}
    assert {SECOND, FIFTH, guid_of("Hydrants", 4)} <= refused
    assert all(words for _, _, words in refusals(result))
    assert town.service.rows(HYDRANTS)[NEW]["name"] == "neu"
    left = {guid for _, guid, _ in town.edits()}
    assert {SECOND, FIFTH, guid_of("Hydrants", 4)} <= left
    assert NEW not in left
    assert town.rows("Hydrants")[SECOND]["name"] == "von hier"
    assert counts(result)[2] == len(refusals(result))
    written = json.loads(result.path.read_text("utf-8"))
    assert written["editErrors"] == counts(result)[2]
    town.service.behaviour.allow_others_update = town.service.behaviour.allow_others_delete = True
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert misuse(town) == []


def test_a_user_who_may_only_read(town_map):
    town = registered(town_map, user=(COLLEAGUE, COLLEAGUE_PASSWORD))
    edit_everything(town)
    before = sorted(town.edits())
    town.service.read_only_users.add(COLLEAGUE)
    result = update(town)
    assert counts(result)[0] == 0
    assert counts(result)[2] > 0
    assert sorted(town.edits()) == before


LOCAL = {
    "domain": ("UPDATE Hydrants SET status = 77 WHERE GlobalID = ?", "domain"),
    "range": ("UPDATE Hydrants SET flow = 5000 WHERE GlobalID = ?", "domain"),
    "length": ("UPDATE Hydrants SET name = '" + "ü" * 41 + "' WHERE GlobalID = ?", "length"),
    "type": ("UPDATE Hydrants SET status = 'zwei' WHERE GlobalID = ?", "type"),
    "date": ("UPDATE Hydrants SET checked = 'gestern' WHERE GlobalID = ?", "type"),
    "geometry gone": ("UPDATE Hydrants SET geom = NULL WHERE GlobalID = ?", "geometry"),
    "geometry broken": ("UPDATE Hydrants SET geom = x'4750000100' WHERE GlobalID = ?", "value"),
}


@pytest.mark.parametrize("problem", LOCAL)
def test_what_would_be_refused_for_sure_is_not_sent(town_map, problem):
    statement, code = LOCAL[problem]
    town = registered(town_map)
    rename(town, guid=FIFTH)
    with closing(sqlite3.connect(town.copy())) as connection:  # the triggers of the index want a whole shape
        connection.create_function("ST_IsEmpty", 1, lambda value: 1)
        for name in ("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY"):
            connection.create_function(name, 1, lambda value: 0)
        connection.execute(statement, (SECOND,))
        connection.commit()
    result = update(town)
    (copy,) = result.report.copies
    ((edit, words),) = [(one.global_id, one.words) for layer in copy.layers.values() for one in layer.refused]
    assert (edit, words.code) == (SECOND, code)
    assert counts(result) == (1, 0, 1)
    assert [guid for _, guid, _ in town.edits()] == [SECOND]
    assert misuse(town) == []


def test_a_required_value(town_map):
    town = registered(town_map)
    town.service.change_field(HYDRANTS, "name", nullable=False)
    rename(town, None)
    result = update(town)
    assert [words for _, _, words in refusals(result)] == ["“name” must have a value."]


def test_what_belongs_to_a_refused_feature_waits_for_it(town_map):
    town = registered(town_map)
    edit_everything(town)
    town.edit("UPDATE Hydrants SET status = 77 WHERE GlobalID = ?", (NEW,))
    result = update(town)
    assert counts(result)[2] == 3  # the hydrant, its inspection, its photograph
    assert NEW not in town.service.rows(HYDRANTS)
    town.edit("UPDATE Hydrants SET status = 2 WHERE GlobalID = ?", (NEW,))
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert misuse(town) == []


# ---- all or nothing --------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [AT_ONCE, {}], ids=["at once", "as a job"])
def test_all_edits_go_in_one_upload(town_map, flags):
    town = registered(town_map, behaviour=Behaviour(sync_flags=flags))
    edit_everything(town)
    assert refusals(update(town, rollback=True)) == []
    assert differences(town) == []
    first, *_ = (one.form for one in town.portal.asked(SYNC, method="POST"))
    assert ("editsUploadID" in first, first["rollbackOnFailure"]) == (True, "true")
    assert misuse(town) == []


@pytest.mark.parametrize("flags", [AT_ONCE, {}], ids=["at once", "as a job"])
def test_none_is_kept_where_the_service_refuses_one(town_map, flags):
    town = registered(town_map, user=(COLLEAGUE, COLLEAGUE_PASSWORD), behaviour=Behaviour(sync_flags=flags))
    town.service.behaviour.allow_others_update = False
    edit_everything(town)
    before, there = sorted(town.edits()), town.service.rows(HYDRANTS)
    result = update(town, rollback=True)
    assert counts(result)[0] == 0
    assert counts(result)[2] > 3
    assert sorted(town.edits()) == before
    assert town.service.rows(HYDRANTS) == there
    assert misuse(town) == []


def test_nothing_is_sent_where_one_edit_is_refused_here(town_map):
    town = registered(town_map)
    edit_everything(town)
    town.edit("UPDATE Hydrants SET status = 77 WHERE GlobalID = ?", (FIFTH,))
    result = update(town, rollback=True)
    assert "rollback" in notices(result)
    assert counts(result)[0] == 0
    assert NEW not in town.service.rows(HYDRANTS)
    assert misuse(town) == []


# ---- on this side ----------------------------------------------------------------------------


def test_a_file_that_another_program_locks(town_map):
    town = registered(town_map)
    rename(town)
    with closing(sqlite3.connect(town.copy())) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OfflineMapError, match="locked"):
            update(town)
    assert counts(update(town))[0] == 1
    assert differences(town) == []


def test_a_clock_that_is_off_by_days_has_no_effect(town_map):
    town = registered(town_map)
    edit_everything(town)
    edit_there(town)
    around = town.around

    class WrongClock(QuickClock):
        def now(self):
            return datetime.now(timezone.utc) - timedelta(days=9)

    town.around = lambda **options: dataclasses.replace(around(**options), clock=WrongClock())
    update(town)
    assert differences(town) == []
    assert misuse(town) == []


def test_cancelling_keeps_what_was_answered(town_map):
    town = registered(town_map, behaviour=Behaviour(job_polls=3))
    edit_everything(town)

    class Stop(Silent):
        def is_cancelled(self):
            return len(town.portal.asked(SYNC)) > 0

    with pytest.raises(Cancelled):
        update(town, feedback=Stop())
    update(town)
    assert differences(town) == []
    assert town.edits() == []
    assert misuse(town) == []


def test_an_edit_that_is_not_sent_stays_on_top_of_the_servers_row(town_map):
    town = registered(town_map)
    rename(town)
    edit_there(town)
    result = update(town, UpdateDirection.DOWNLOAD)
    (copy,) = result.report.copies
    assert copy.layers["Hydrants"].rebased == 1
    row = town.rows("Hydrants")[SECOND]
    assert (row["name"], row["remark"]) == ("von hier", "von dort")
    assert town.edits() == [("Hydrants", SECOND, "update")]
    assert counts(update(town, UpdateDirection.UPLOAD)) == (1, 0, 0)
    assert differences(town) == []
    assert misuse(town) == []


def test_upload_alone_leaves_what_others_did(town_map):
    town = registered(town_map)
    edit_everything(town)
    edit_there(town)
    result = update(town, UpdateDirection.UPLOAD)
    assert counts(result)[1] == 0
    assert town.edits() == []
    update(town)
    assert differences(town) == []
    assert misuse(town) == []


# ---- bad input, and trials -------------------------------------------------------------------


def test_a_trial_changes_nothing(town_map, tmp_path):
    town = registered(town_map)
    edit_everything(town)
    town.edit("UPDATE Hydrants SET status = 77 WHERE GlobalID = ?", (FIFTH,))
    before, state = sorted(town.edits()), town.state()
    posted = len(town.portal.asked(method="POST"))
    result = update(town, dry_run=True, report=tmp_path / "trial.json")
    assert counts(result)[0] > 5
    assert counts(result)[2] == 1
    assert any("was not asked for changes by others" in one.text for one in result.report.copies[0].notices)
    assert sorted(town.edits()) == before
    assert town.state() == state
    assert [one.path for one in town.portal.asked(method="POST")[posted:] if "Replica" in one.path] == []
    assert not (town.folder / "updates").exists()


def test_other_maps_are_refused_before_any_request(town_map):
    town = town_map(downloaded=False)
    town.download(mode=UpdateMode.NONE)
    asked = len(town.portal.asked())
    with pytest.raises(BadInput, match="without updates"):
        update(town)
    assert len(town.portal.asked()) == asked


def test_nothing_is_written_behind_a_link(town_map, tmp_path):
    town = registered(town_map)
    rename(town)
    elsewhere = tmp_path / "woanders"
    elsewhere.mkdir()
    (town.folder / "updates").symlink_to(elsewhere)
    asked = len(town.portal.asked())
    with pytest.raises(BadInput, match="is a link"):
        update(town)
    assert list(elsewhere.iterdir()) == []
    assert len(town.portal.asked()) == asked


def test_a_pending_map_registers_first(town_map):
    town = town_map()
    assert town.state() is None or town.state().registration is RegistrationState.PENDING
    edit_there(town)
    assert counts(update(town))[1] > 0
    assert town.state().registration is RegistrationState.REGISTERED
    assert differences(town) == []
    assert misuse(town) == []


def test_a_service_that_cannot_undo_is_not_asked_for_all_or_nothing(town_map):
    town = registered(town_map, behaviour=Behaviour(sync_flags={"supportsRollbackOnFailure": False}))
    rename(town)
    with pytest.raises(Unsupported, match="All edits or none"):
        update(town, rollback=True)
    assert len(town.portal.asked(SYNC)) == 0


def test_a_foreign_trigger_is_refused_and_the_edits_are_saved(town_map):
    town = registered(town_map)
    rename(town)
    town.edit("CREATE TRIGGER mine AFTER UPDATE ON Mains BEGIN DELETE FROM Plots; END")
    with pytest.raises(Untrusted, match="mine") as caught:
        update(town)
    report = json.loads(caught.value.report.read_text("utf-8"))
    assert (caught.value.report.parent / report["geodatabases"][0]["savedEdits"]).is_file()
    assert len(town.portal.asked(SYNC)) == 0


def fill(disk):
    """Returns the file that takes all of the space."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"0" * 4096)
        except OSError:
            return filler


@pytest.mark.parametrize("small_disk", ["8m"], indirect=True)
def test_a_full_disk_is_named_where_a_working_copy_cannot_be_opened_for_it(town_map, small_disk):
    """As QGIS leaves it, with a journal of its own that SQLite has to make anew."""
    town = town_map()
    town.folder = Path(shutil.move(town.folder, small_disk / "Alte Stadt"))
    town.register()
    with closing(sqlite3.connect(town.copy())) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    fill(small_disk)
    with pytest.raises(StorageError, match="^The disk is full.*Free some space"):
        update(town, report=small_disk.parent / "report.json")


@pytest.mark.parametrize("small_disk", ["8m"], indirect=True)
def test_a_full_disk(town_map, small_disk):
    town = town_map()
    town.folder = Path(shutil.move(town.folder, small_disk / "Alte Stadt"))
    town.register()
    edit_everything(town)
    before, state = sorted(town.edits()), town.state()
    filler = fill(small_disk)
    with pytest.raises(StorageError):
        update(town)
    assert sorted(town.edits()) == before
    assert town.state().generations == state.generations
    filler.unlink()
    update(town)
    assert differences(town) == []
    assert misuse(town) == []


def test_what_is_gone_already_need_not_be_deleted(town_map):
    town = registered(town_map, behaviour=Behaviour(missing_deletes="fail"))
    town.edit("DELETE FROM Hydrants WHERE GlobalID = ?", (SECOND,))
    town.service.edit(HYDRANTS, deletes=[SECOND])
    assert refusals(update(town)) == []
    assert town.edits() == []
    assert differences(town) == []


@pytest.mark.parametrize("rollback", [False, True])
def test_whole_rows_with_all_or_nothing(town_map, rollback):
    town = registered(town_map, behaviour=Behaviour(whole_rows=True, upload_deletes="deletes"))
    edit_everything(town)
    assert refusals(update(town, rollback=rollback)) == []
    assert differences(town) == []
    assert town.edits() == []
    rename(town, "noch einmal")
    posted = len(town.portal.asked(SYNC, method="POST"))
    assert counts(update(town, UpdateDirection.UPLOAD, rollback=rollback)) == (1, 0, 0)
    assert (
        len(town.portal.asked(SYNC, method="POST")) == posted + 1
    )  # it is known by now what the service wants


def test_a_map_that_only_downloads(town_map):
    town = registered(
        town_map,
        user=(COLLEAGUE, COLLEAGUE_PASSWORD),
        behaviour=Behaviour(capabilities="Query,Sync,ChangeTracking"),
    )
    edit_there_as_owner(town)
    asked = len(town.portal.asked())
    with pytest.raises(BadInput, match="can only download"):
        update(town, UpdateDirection.UPLOAD)
    assert len(town.portal.asked()) == asked
    assert counts(update(town)) == (0, 1, 0)
    assert misuse(town) == []


def edit_there_as_owner(town):
    capabilities = town.service.behaviour.capabilities
    town.service.behaviour.capabilities = Behaviour().capabilities
    town.service.edit(MAINS, updates=[{"attributes": {"GlobalID": guid_of("Mains", 1), "name": "dort"}}])
    town.service.behaviour.capabilities = capabilities
