"""What may be edited follows from update mode, registration, direction and capabilities, kind by kind."""

from dataclasses import replace

import pytest

from plugin.core.geodatabase.replica import SyncDirection
from plugin.core.notice import notice
from plugin.core.offline_map.rights import LayerRights, attachment_rights, layer_rights
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.working_copy.replica_state import RegistrationState, ReplicaState
from plugin.core.working_copy.table_rights import Rights

SYNC = UpdateMode.SYNC.value
UPLOAD_NEW = UpdateMode.SCHEDULED_AND_UPLOAD.value
ALL = ["create", "update", "delete", "sync", "query", "editing"]
REGISTERED = ReplicaState(mode=SYNC, registration=RegistrationState.REGISTERED, replica="{A}")


def facts(service=ALL, **layers):
    """`layers` by the names n<number>, with their capabilities."""
    listed = {name[1:]: {"capabilities": stated, "ownership": None} for name, stated in layers.items()}
    return {"capabilities": service, "layers": listed, "versioned": False}


def letters(rights):
    """Which kinds are allowed, as “iud”; a dash for each that is not."""
    may = rights.allowed
    return "".join(sign if said else "-" for sign, said in zip("iud", (may.insert, may.update, may.delete)))


@pytest.mark.parametrize(
    ("service", "layer", "allowed", "words"),
    [
        (ALL, ALL, "iud", None),
        (ALL, ["create", "update", "query"], "iu-", "not accept deletions"),
        (["create", "delete", "sync"], ALL, "i-d", "not accept changed features"),
        (ALL, ["update", "delete"], "-ud", "not accept new features"),
        (["create", "update"], ["create", "delete"], "i--", "only new features"),
        (ALL, ["update"], "-u-", "only changes"),
        (ALL, ["delete"], "--d", "only deletions"),
        (["query", "sync"], ["query"], "---", "not accept edits"),
        (["query", "editing", "sync"], ["editing", "query"], "iud", None),
        (ALL, None, "iud", None),
    ],
)
def test_each_capability_forbids_its_own_kind(service, layer, allowed, words):
    found = layer_rights(SYNC, REGISTERED, facts(service, n7=layer), 7)
    assert letters(found) == allowed
    assert found.reason is None if words is None else words in found.reason.text


@pytest.mark.parametrize(
    ("mode", "state", "words"),
    [
        (UpdateMode.NONE.value, REGISTERED, "gets no updates"),
        (UpdateMode.SCHEDULED.value, REGISTERED, "gets scheduled updates"),
        ("", REGISTERED, "not registered with its feature service"),
        (SYNC, None, "the next update does that"),
        (SYNC, ReplicaState(mode=SYNC, registration=RegistrationState.NONE), "the next update does that"),
        (SYNC, replace(REGISTERED, registration=RegistrationState.PENDING), "the next update does that"),
        (
            SYNC,
            replace(REGISTERED, direction=SyncDirection.DOWNLOAD),
            "not accept edits from this offline map",
        ),
        (
            SYNC,
            replace(REGISTERED, direction=SyncDirection.SNAPSHOT),
            "not accept edits from this offline map",
        ),
        (SYNC, replace(REGISTERED, registration=RegistrationState.REFUSED), "not accept edits"),
        (
            SYNC,
            replace(REGISTERED, registration=RegistrationState.REFUSED, reason="Sync is off."),
            "This layer is read-only: Sync is off.",
        ),
        (SYNC, ReplicaState(mode=SYNC, reason="It was finished."), "It was finished."),
    ],
)
def test_nothing_may_be_edited_whose_edits_would_be_lost(mode, state, words):
    state = replace(state, mode=mode) if state else None
    found = layer_rights(mode, state, facts(n7=ALL), 7)
    assert (letters(found), found.read_only) == ("---", True)
    assert words in found.reason.text


def test_the_working_copy_knows_its_update_mode_better_than_the_package():
    state = replace(REGISTERED, mode=UpdateMode.NONE.value)
    assert layer_rights(SYNC, state, facts(n7=ALL), 7).read_only
    assert letters(layer_rights(UpdateMode.NONE.value, REGISTERED, facts(n7=ALL), 7)) == "iud"


@pytest.mark.parametrize("registration", [RegistrationState.REGISTERED, RegistrationState.DIRECT])
@pytest.mark.parametrize("direction", [SyncDirection.BIDIRECTIONAL, SyncDirection.UPLOAD])
def test_with_or_without_a_replica_edits_go_up(registration, direction):
    state = replace(REGISTERED, registration=registration, direction=direction)
    assert letters(layer_rights(SYNC, state, facts(n7=ALL), 7)) == "iud"


def test_scheduled_maps_send_new_features_only():
    state = replace(REGISTERED, mode=UPLOAD_NEW)
    found = layer_rights(UPLOAD_NEW, state, facts(n7=ALL), 7)
    assert (letters(found), found.reason.text.endswith("features can only be added.")) == ("i--", True)
    assert letters(layer_rights(UPLOAD_NEW, state, facts(n7=["update", "delete"]), 7)) == "---"


def test_a_layer_of_which_nothing_is_known_is_not_edited():
    assert "the next update" in layer_rights(SYNC, REGISTERED, {}, 7).reason.text
    assert (
        "not a layer of the feature service" in layer_rights(SYNC, REGISTERED, facts(n7=ALL), 8).reason.text
    )
    assert layer_rights(SYNC, REGISTERED, facts(n7=ALL), None).read_only


def test_edits_that_are_not_seen_are_not_made():
    lost = "the layer is gone or lacks fields"
    found = layer_rights(SYNC, REGISTERED, facts(n7=ALL), 7, lost)
    assert f"can no longer be detected ({lost})" in found.reason.text
    assert found.read_only
    everything = layer_rights(SYNC, REGISTERED, facts(n7=ALL), 7)
    assert lost in attachment_rights(everything, lost).reason.text


@pytest.mark.parametrize(
    ("owner", "attachments"),
    [("iud", "iud"), ("i--", "i--"), ("-u-", "iud"), ("--d", "---"), ("i-d", "i--"), ("---", "---")],
)
def test_attachments_go_with_the_features_that_they_belong_to(owner, attachments):
    reason = notice("rights", "Because.")
    may = Rights(*(sign != "-" for sign in owner))
    found = attachment_rights(LayerRights(may, reason))
    assert letters(found) == attachments
    assert found.reason == (None if attachments == "iud" else reason)
