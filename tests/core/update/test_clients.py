"""Several clients, several parts, several geodatabases, large files."""

from contextlib import closing
import json
import shutil

import pytest

from plugin.core.errors import BrokenAnswer, OfflineMapError
from plugin.core.update import outbox
from plugin.core.update.update_request import UpdateDirection
from plugin.core.working_copy.connection import connect_working_copy
from tests.fixtures.synced_town import COLLEAGUE, COLLEAGUE_PASSWORD, HYDRANTS, guid_of
from tests.portal import Behaviour, Body, HangUp, Status

from .both_sides import attachments, differences
from .town_edits import edit_everything, edit_there
from .updating import counts, misuse, notices, point_blob, refusals, update

SYNC = "/synchronizeReplica"
SECOND = guid_of("Hydrants", 2)


def second_client(town, **options):
    """A copy of the folder on another computer."""
    folder = town.folder.with_name("Kopie auf Rechner 2")
    shutil.copytree(town.folder, folder)
    return folder, {"machine": "another machine", **options}


def rename(town, column, value, folder=None):
    town.edit(f"UPDATE Hydrants SET {column} = ? WHERE GlobalID = ?", (value, SECOND), folder=folder)


@pytest.mark.parametrize("model", ["PerLayer", "PerReplica"])
def test_two_clients_change_two_fields_of_one_feature(town_map, model):
    town = town_map(model=model)
    town.register()
    folder, options = second_client(town, user=(COLLEAGUE, COLLEAGUE_PASSWORD))
    town.register(folder=folder, **options)
    rename(town, "name", "vom ersten")
    rename(town, "remark", "vom zweiten", folder)
    update(town)
    assert refusals(update(town, folder=folder, **options)) == []
    update(town)
    row = town.service.rows(HYDRANTS)[SECOND]
    assert (row["name"], row["remark"]) == ("vom ersten", "vom zweiten")
    assert differences(town) == []
    assert differences(town, folder) == []
    assert misuse(town) == []


def test_the_same_folder_on_two_computers_gets_everything(town_map):
    town = town_map()
    town.register()
    edit_everything(town)
    folder, options = second_client(town)
    update(town)
    edit_there(town)
    # The copy brings the same edits: they are there already, under the same GlobalIDs.
    update(town, folder=folder, **options)
    update(town)
    assert differences(town) == []
    assert differences(town, folder) == []


def test_many_edits_go_in_parts(town_map, monkeypatch):
    monkeypatch.setattr(outbox, "_MOST_EDITS", 7)
    town = town_map()
    town.register()
    edit_everything(town)
    with closing(connect_working_copy(town.copy())) as connection:
        for number in range(40):
            blob = point_blob(connection, "Hydrants", 1_100_100.5 + number, 6_900_050.5, 1)
            connection.execute(
                "INSERT INTO Hydrants (geom, name, status) VALUES (?, ?, 1)", (blob, f"neu {number}")
            )
        connection.commit()
    town.portal.fault(SYNC, HangUp(), at=4)
    with pytest.raises(OfflineMapError):
        update(town)
    sent = len(town.edits())
    assert 0 < sent < 50
    assert refusals(update(town)) == []
    assert differences(town) == []
    assert town.edits() == []
    assert misuse(town) == []
    assert len(town.portal.asked(SYNC, method="POST")) > 7


@pytest.mark.parametrize("uploads", [True, False])
def test_a_large_attachment(town_map, uploads):
    capabilities = "Create,Delete,Query,Sync,Update,Editing" + (",Uploads" if uploads else "")
    town = town_map(behaviour=Behaviour(capabilities=capabilities))
    town.register()
    content = bytes(range(256)) * (12 << 12)
    town.edit(
        "INSERT INTO Hydrants__ATTACH (REL_GLOBALID, CONTENT_TYPE, ATT_NAME, DATA_SIZE, DATA)"
        " VALUES (?, 'video/mp4', 'Film.mp4', ?, ?)",
        (SECOND, len(content), content),
    )
    assert refusals(update(town)) == []
    assert differences(town) == []
    forms = [one.form.get("edits", "") for one in town.portal.asked(SYNC, method="POST")]
    assert (max(map(len, forms)) < 1 << 20) is uploads
    assert misuse(town) == []


def test_attachments_come_down(town_map):
    town = town_map()
    town.register()
    photo = {"name": "dort.jpg", "contentType": "image/jpeg", "data": b"\x00\xff" * 300_000}
    (added,) = town.service.edit(HYDRANTS, attach=[{"parentGlobalId": SECOND, **photo}])
    gone = next(iter(attachments(town)))
    town.service.edit(HYDRANTS, detach=[gone])
    update(town)
    assert attachments(town)[added]["DATA"] == photo["data"]
    assert gone not in attachments(town)
    assert differences(town) == []


def test_an_attachment_that_cannot_be_fetched_leaves_all_as_it_was(town_map):
    town = town_map()
    town.register()
    photo = {"name": "dort.jpg", "contentType": "image/jpeg", "data": b"dort"}
    town.service.edit(HYDRANTS, attach=[{"parentGlobalId": SECOND, **photo}])
    edit_there(town)
    rows, state = town.rows("Hydrants"), town.state()
    town.portal.fault("/attachments/*", Status(404))
    with pytest.raises(OfflineMapError):
        update(town)
    assert town.rows("Hydrants") == rows
    assert town.state().generations == state.generations
    update(town)
    assert differences(town) == []


@pytest.mark.parametrize(
    "odd", [{"size": 1 << 63}, {"attachmentId": 10**30, "data": "QQ=="}, {"name": {"of": 1}, "data": "QQ"}]
)
def test_an_attachment_with_odd_values_leaves_all_as_it_was(town_map, odd):
    town = town_map(behaviour=Behaviour(sync_flags={"supportsAsync": False}))
    town.register()
    photo = {"globalId": guid_of("odd", 1), "parentGlobalId": SECOND, "name": "a", "contentType": "b"}
    answer = {"edits": [{"id": HYDRANTS, "attachments": {"adds": [{**photo, **odd}]}}]}
    town.portal.fault(SYNC, Body(json.dumps(answer).encode()))
    with pytest.raises(BrokenAnswer, match="cannot be read"):
        update(town)
    assert guid_of("odd", 1) not in attachments(town)
    update(town)
    assert differences(town) == []


def test_what_the_server_fills_is_equal_on_both_sides(town_map):
    town = town_map()
    town.register()
    town.service.calculate(HYDRANTS, "remark", lambda row: f"berechnet: {row['name']}")
    edit_everything(town)
    update(town)
    row = town.rows("Hydrants")[SECOND]
    assert row["remark"] == "berechnet: von hier"
    assert row["last_edited_user"] == "waterworks"
    assert differences(town) == []
    assert town.edits() == []


def test_an_edit_that_comes_to_nothing_is_not_sent(town_map):
    town = town_map()
    town.register()
    before = town.rows("Hydrants")[SECOND]["name"]
    rename(town, "name", "anders")
    rename(town, "name", before)
    rename(town, "last_edited_user", "ich")
    assert counts(update(town, UpdateDirection.UPLOAD)) == (0, 0, 0)
    assert town.edits() == []
    assert differences(town) == []
    assert len(town.portal.asked(SYNC)) == 0


def test_the_report(town_map):
    town = town_map()
    town.register()
    edit_everything(town)
    edit_there(town)
    result = update(town)
    assert result.path.parent == town.folder / "updates"
    written = json.loads(result.path.read_text("utf-8"))
    assert result.path.name == "20260101T000000Z.json"
    assert written["parameters"] == {"direction": "both", "rollbackOnFailure": False, "dryRun": False}
    (copy,) = written["geodatabases"]
    hydrants = next(one for one in copy["layers"] if one["title"] == "Hydrants" and not one["attachments"])
    assert hydrants["uploaded"] == {"added": 1, "updated": 2, "deleted": 1}
    assert hydrants["downloaded"]["added"] == 1
    assert written["uploaded"] == counts(result)[0]
    assert notices(result) == []
