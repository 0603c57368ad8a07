"""Answers that are lost, one by one: the next update finds out what arrived, and nothing is sent twice."""

from contextlib import closing, suppress

import pytest

from plugin.core.errors import OfflineMapError
from plugin.core.working_copy.connection import connect_working_copy
from tests.fixtures.synced_town import HYDRANTS, MAINS, guid_of
from tests.portal import Behaviour, Body, HangUp, Html, Status, Truncated, Unheard
from tests.portal.faults import Doubled

from .both_sides import differences
from .town_edits import NEW, edit_everything, edit_there
from .updating import misuse, notices, refusals, update

CREATE, SYNC, JOB, FILE, QUERY = (
    "/createReplica",
    "/synchronizeReplica",
    "/jobs/*",
    "/replicafilescache/*",
    "/query",
)
AT_ONCE, AS_JOB = {"supportsAsync": False}, {}
SERVERS = {
    "at once": {"sync_flags": {"supportsAsync": False}},
    "as a job": {},
    "as a job, ignoring": {"repeated_adds": "ignore"},
    "as a job, overwriting": {"repeated_adds": "overwrite"},
    "both ways at once": {"sync_flags": {"supportsSyncDirectionControl": False, "supportsAsync": False}},
    "without a replica": {"capabilities": "Create,Delete,Query,Update,Editing,ChangeTracking,Uploads"},
}
LOSSES = {
    "hung up": HangUp(),
    "never heard": Unheard(),
    "gateway": Status(502),
    "a page": Html(),
    "no JSON": Body(),
    "cut": Truncated(40),
}


def registered(town_map, server):
    made = town_map(behaviour=Behaviour(**SERVERS[server]))
    made.register()
    made.edits_path = "/applyEdits" if "without" in server else SYNC
    made.changes_path = "/extractChanges" if "without" in server else SYNC
    return made


@pytest.fixture(params=SERVERS)
def town(request, town_map):
    return registered(town_map, request.param)


@pytest.fixture(params=["at once", "without a replica"])
def plain_town(request, town_map):
    return registered(town_map, request.param)


def fails(town):
    with pytest.raises(OfflineMapError) as caught:
        update(town)
    return caught.value


@pytest.mark.parametrize(
    ("server", "loss"),
    [("at once", loss) for loss in LOSSES]
    + [(one, loss) for one in SERVERS for loss in ("hung up", "never heard")],
)
def test_the_answer_to_edits(town_map, server, loss):
    town = registered(town_map, server)
    edit_everything(town)
    edit_there(town)
    town.portal.fault(town.edits_path, LOSSES[loss])
    fails(town)
    assert len(town.edits()) > 0
    again = update(town)
    assert refusals(again) == []
    assert differences(town) == []
    assert town.edits() == []
    assert misuse(town) == []


@pytest.mark.parametrize("loss", ["hung up", "gateway", "cut"])
def test_the_answer_with_changes(plain_town, loss):
    town = plain_town
    edit_everything(town)
    edit_there(town)
    town.portal.fault(town.changes_path, LOSSES[loss], at=2 if town.edits_path == town.changes_path else 1)
    fails(town)
    assert town.edits() == []
    update(town)
    assert differences(town) == []
    assert misuse(town) == []


@pytest.mark.parametrize("loss", ["hung up", "a page", "gateway"])
def test_what_the_service_made_of_the_edits(plain_town, loss):
    town = plain_town
    edit_everything(town)
    town.portal.fault(QUERY, LOSSES[loss], times=None)
    fails(town)
    town.portal.script.clear()
    update(town)
    assert differences(town) == []
    assert town.edits() == []
    assert misuse(town) == []


def test_a_request_that_arrives_twice(town):
    edit_everything(town)
    edit_there(town)
    town.portal.fault(town.edits_path, Doubled())
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert town.edits() == []
    assert misuse(town, "repeated addition", "repeated delete", "two at once") == []


@pytest.fixture
def with_jobs(town_map):
    made = town_map(behaviour=Behaviour(job_polls=2))
    made.register()
    return made


@pytest.mark.parametrize(
    ("path", "loss", "times"),
    [
        # As often as the client asks before it gives up.
        (JOB, "hung up", 10), (JOB, "gateway", 20), (JOB, "a page", 5),
        (FILE, "hung up", 2), (FILE, "gateway", 4), (FILE, "a page", 1),
    ],
)  # fmt: skip
def test_a_job_whose_pages_are_lost_is_asked_again(with_jobs, path, loss, times):
    town = with_jobs
    edit_everything(town)
    edit_there(town)
    town.portal.fault(path, LOSSES[loss], times=times)
    fails(town)
    posted = len(town.portal.asked(SYNC, method="POST"))
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert town.edits() == []
    # The edits were not sent a second time: what followed is the download.
    assert len(town.portal.asked(SYNC, method="POST")) == posted + 1
    assert misuse(town) == []


@pytest.mark.parametrize("what", ["job", "file"])
def test_a_job_that_vanished(with_jobs, what):
    town = with_jobs
    edit_everything(town)
    town.portal.fault(
        *((JOB, HangUp()) if what == "job" else (FILE, HangUp())), times=10 if what == "job" else 2
    )
    fails(town)
    town.service.jobs.forget() if what == "job" else town.service.jobs.forget_files()
    edit_there(town)
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert town.edits() == []
    assert misuse(town) == []


def test_a_job_that_the_server_forgets_while_it_is_waited_for(town_map):
    town = town_map(behaviour=Behaviour(job_polls=3, jobs_forgotten_after=1))
    town.service.behaviour.jobs_forgotten_after = None
    town.register()
    town.service.behaviour.jobs_forgotten_after = 1
    edit_everything(town)
    fails(town)
    town.service.behaviour.jobs_forgotten_after = None
    update(town)
    assert differences(town) == []
    assert misuse(town) == []


@pytest.mark.parametrize("model", ["PerLayer", "PerReplica"])
@pytest.mark.parametrize("loss", [HangUp, Unheard])
@pytest.mark.parametrize(
    ("path", "at", "times"),
    # As often as ends a run; of synchronizeReplica that to edits, and that with changes.
    [(CREATE, 1, 2), (SYNC, 1, 1), (SYNC, 2, 1), (JOB, 1, 10), (FILE, 1, 2), (FILE, 2, 2)],
)
def test_each_answer_in_both_models(town_map, model, loss, path, at, times):
    town = town_map(model=model, behaviour=Behaviour(job_polls=2))
    town.register()
    edit_everything(town)
    edit_there(town)
    town.forget_registration()
    town.portal.fault(path, loss(), at=at, times=times)
    with suppress(OfflineMapError):
        update(town)
    town.portal.script.clear()
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert town.edits() == []
    assert [one.id for one in town.service.own_replicas()] == [town.state().replica.strip("{}").upper()]
    assert misuse(town) == []


# ---- a third party in between ----------------------------------------------------------------


def change(town, value):
    town.edit("UPDATE Hydrants SET name = ? WHERE GlobalID = ?", (value, guid_of("Hydrants", 2)))


def change_there(town, value, **more):
    attributes = {"GlobalID": guid_of("Hydrants", 2), "name": value, **more}
    town.service.edit(HYDRANTS, updates=[{"attributes": attributes}])


def name_there(town):
    return town.service.rows(HYDRANTS)[guid_of("Hydrants", 2)]["name"]


def name_here(town):
    return town.rows("Hydrants")[guid_of("Hydrants", 2)]["name"]


def test_a_later_edit_of_somebody_else_is_not_overwritten_by_an_old_one(town):
    change(town, "unsere")
    town.portal.fault(town.edits_path, HangUp())
    fails(town)
    change_there(town, "spätere")
    update(town)
    assert (name_there(town), name_here(town)) == ("spätere", "spätere")
    assert town.edits() == []
    assert differences(town) == []


def test_an_edit_that_never_arrived_is_sent(plain_town):
    town = plain_town
    change(town, "unsere")
    town.portal.fault(town.edits_path, Unheard())
    fails(town)
    change_there(town, "Hydrant 2", remark="von dort")
    update(town)
    assert (name_there(town), name_here(town)) == ("unsere", "unsere")
    assert differences(town) == []


def test_an_edit_that_never_arrived_is_sent_though_its_row_was_cut_and_pasted(plain_town):
    """The row has another row id then, and so has what is kept of it."""
    town, own = plain_town, guid_of("Hydrants", 2)
    change(town, "unsere")
    town.portal.fault(town.edits_path, Unheard())
    fails(town)
    with closing(connect_working_copy(town.copy())) as connection:
        cursor = connection.execute("SELECT * FROM Hydrants WHERE GlobalID = ?", (own,))
        row = dict(zip((column[0] for column in cursor.description), cursor.fetchone()))
        del row["fid"]
        connection.execute("DELETE FROM Hydrants WHERE GlobalID = ?", (own,))
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO Hydrants ({names}) VALUES ({marks})", tuple(row.values()))
        connection.commit()
    update(town)
    assert (name_there(town), name_here(town)) == ("unsere", "unsere")
    assert differences(town) == []


def test_what_nobody_can_know_is_kept_in_a_file(town):
    """Without a word of the service on when it was synchronised, a value that is neither may be either."""
    replica = next(iter(town.service.own_replicas()), None)
    if replica is not None:
        replica.last_sync = 0
    change(town, "unsere")
    town.portal.fault(town.edits_path, HangUp())
    fails(town)
    change_there(town, "spätere")
    if replica is not None:
        replica.last_sync = 0
    result = update(town)
    assert "contested" in notices(result)
    assert (name_there(town), name_here(town)) == ("spätere", "spätere")
    assert town.edits() == []
    (copy,) = result.report.copies
    assert copy.saved.is_file()


def test_an_addition_that_arrived_and_was_changed_there(plain_town):
    town = plain_town
    edit_everything(town)
    town.portal.fault(town.edits_path, HangUp())
    fails(town)
    town.service.edit(HYDRANTS, updates=[{"attributes": {"GlobalID": NEW, "name": "von dort"}}])
    assert refusals(update(town)) == []
    assert town.service.rows(HYDRANTS)[NEW]["name"] == "von dort"
    assert differences(town) == []
    assert misuse(town) == []


def test_an_edit_made_while_the_answer_was_lost_goes_out_too(town):
    edit_everything(town)
    town.portal.fault(town.edits_path, HangUp())
    fails(town)
    town.edit("UPDATE Hydrants SET name = 'danach' WHERE GlobalID = ?", (NEW,))
    town.edit("UPDATE Hydrants SET remark = 'danach' WHERE GlobalID = ?", (guid_of("Hydrants", 2),))
    town.edit("DELETE FROM Mains WHERE GlobalID = ?", (guid_of("Mains", 2),))
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert town.edits() == []
    assert town.service.rows(HYDRANTS)[NEW]["name"] == "danach"
    assert guid_of("Mains", 2) not in town.service.rows(MAINS)
    assert misuse(town) == []
