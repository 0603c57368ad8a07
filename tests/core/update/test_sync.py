"""Edits to the service and from it, over real sockets: every kind of edit, every kind of server."""

import pytest

from plugin.core.host import Silent
from plugin.core.offline_map.verification import verify_offline_map
from tests.fixtures.synced_town import HYDRANTS, guid_of
from tests.portal import Behaviour

from .both_sides import differences
from .town_edits import NEW_FILE, edit_everything, edit_there
from .updating import counts, misuse, refusals, update

SERVERS = {
    "per layer, jobs": {},
    "per replica, jobs": {"model": "PerReplica"},
    "per layer, at once": {"behaviour": {"sync_flags": {"supportsAsync": False}}},
    "per replica, at once": {"model": "PerReplica", "behaviour": {"sync_flags": {"supportsAsync": None}}},
    "no direction control": {"behaviour": {"sync_flags": {"supportsSyncDirectionControl": False}}},
    "no direction control, per replica": {
        "model": "PerReplica",
        "behaviour": {"sync_flags": {"supportsSyncDirectionControl": None, "supportsAsync": False}},
    },
    "without a replica": {
        "behaviour": {"capabilities": "Create,Delete,Query,Update,Editing,ChangeTracking,Uploads"}
    },
    "without uploads": {"behaviour": {"capabilities": "Create,Delete,Query,Sync,Update,Editing"}},
    "other spellings": {
        "behaviour": {
            "guids": "lower", "key_case": "other", "flag_case": "lower", "url_key": "resultUrl",
            "generations": "json text", "generations_in": "file", "results_inside": True,
            "download_deletes": "deletes",
        }
    },
    "generations in text": {
        "behaviour": {
            "guids": "braced", "generations": "text", "flag_case": "upper", "url_key": "responseUrl"
        }
    },
    "generations nowhere": {"behaviour": {"generations_in": "nowhere"}},
    "ids only in order": {"behaviour": {"ids_for_adds": False}},
    "flat deletes": {"behaviour": {"upload_deletes": "deletes"}},
    "whole rows": {"behaviour": {"whole_rows": True}},
    "generations of uploads": {"behaviour": {"generations_of_uploads": True}},
    "few rows an answer": {"behaviour": {"transfer_limit": 2}},
    "few rows a layer": {"behaviour": {"transfer_limit": 1, "limit_flag_in": "features"}},
    "failed jobs": {"behaviour": {"failed_rows_status": "Completed With Errors"}},
    "no file without changes": {"behaviour": {"no_file_without_changes": True}},
    "an own replica": {"behaviour": {"replica_options": "refuse"}},
}  # fmt: skip


@pytest.fixture(params=SERVERS)
def town(request, town_map):
    """A registered map, for every kind of server."""
    options = dict(SERVERS[request.param])
    behaviour = Behaviour(**options.pop("behaviour", {}))
    made = town_map(behaviour=behaviour, **options)
    told = made.register()
    assert not told.problems
    return made


def test_every_kind_of_edit_both_ways(town):
    edit_everything(town)
    edit_there(town)
    result = update(town)
    assert refusals(result) == []
    assert differences(town) == []
    assert town.edits() == []
    row = town.service.rows(HYDRANTS)[guid_of("Hydrants", 2)]
    assert (row["name"], row["remark"]) == ("von hier", "von dort")
    assert town.service.attachments(HYDRANTS)[NEW_FILE]["data"] == b"\x89PNG" * 2250
    assert counts(update(town)) == (0, 0, 0)
    assert differences(town) == []
    assert misuse(town) == []
    assert town.left_in_scratch() == []


def test_verify_is_quiet_after_an_update(town_map):
    town = town_map()
    town.register()
    edit_everything(town)
    edit_there(town)
    update(town)
    town.edit("UPDATE Hydrants SET name = 'später' WHERE GlobalID = ?", (guid_of("Hydrants", 2),))
    verified = verify_offline_map(town.folder, Silent())
    assert [str(one.error) for one in verified.errors] == []
