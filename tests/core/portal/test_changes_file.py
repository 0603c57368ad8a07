"""Files of changes in every shape that servers write, read piece by piece."""

import json
import random
import tracemalloc

import pytest

from plugin.core.errors import AccessDenied, BrokenAnswer, OfflineMapError, PortalError, StorageError
from plugin.core.portal.answers import Asked
from plugin.core.portal.changes_file import ChangeKind, ChangesFile, EditResult
from plugin.core.portal.generations import ServerGenerations

A, B, C = (f"{{{digit * 8}-{digit * 4}-{digit * 4}-{digit * 4}-{digit * 12}}}" for digit in "ABC")
HYDRANT = {"geometry": {"x": 1.5, "y": 2.5, "z": None}, "attributes": {"GlobalID": A, "Straße": "Wall"}}
PHOTO = {"globalId": B, "parentGlobalId": A, "name": "Ansicht 1.jpg", "url": "https://x.example/1"}
REFUSED = {
    "objectId": -1,
    "globalId": B.lower(),
    "success": False,
    "error": {"code": 1000, "description": "String or binary data\nwould be truncated."},
}
SYNC = {
    "replicaID": "r-1",
    "responseType": "esriReplicaResponseTypeEditsAndData",
    "edits": [
        {
            "features": {
                "adds": [HYDRANT],
                "updates": [HYDRANT, HYDRANT],
                "deleteIds": [B.strip("{}").lower(), C],
            },
            "attachments": {"adds": [PHOTO], "updates": [], "deleteIds": [C]},
            "addResults": [{"objectId": 7, "globalId": A, "success": True}, REFUSED],
            "updateResults": [],
            "deleteResults": [{"globalId": C, "success": True}],
            "id": 3,
        },
        {"id": 9, "features": {"adds": [], "updates": [], "deleteIds": []}},
    ],
    "layerServerGens": [{"id": 3, "serverGen": 120}, {"id": 9, "serverGen": 77}],
}
K = ChangeKind
REFUSAL = EditResult(False, B, -1, 1000, "String or binary data would be truncated.")


@pytest.fixture
def read(tmp_path):
    def opened(content):
        path = tmp_path / "Antwort.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return ChangesFile(path, Asked("gis.example", frozenset({"s3cret-token"})))

    return opened


def kinds(file):
    return [(change.layer_id, change.kind) for change in file.changes()]


def test_the_id_of_a_layer_may_follow_its_changes(read):
    file = read(SYNC)
    assert list(file.changes()) == [
        (3, K.ADD, HYDRANT),
        (3, K.UPDATE, HYDRANT),
        (3, K.UPDATE, HYDRANT),
        (3, K.DELETE, B),
        (3, K.DELETE, C),
        (3, K.ATTACHMENT_ADD, PHOTO),
        (3, K.ATTACHMENT_DELETE, C),
        (3, K.ADD_RESULT, EditResult(True, A, 7)),
        (3, K.ADD_RESULT, REFUSAL),
        (3, K.DELETE_RESULT, EditResult(True, C)),
    ]
    assert file.generations == ServerGenerations({3: 120, 9: 77})
    assert file.head["replicaid"] == "r-1"
    assert file.has_changes
    assert not file.is_cut_off


def other_case(value):
    """The keys of the protocol in another letter case; those of attributes as they are."""
    if isinstance(value, list):
        return [other_case(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key.swapcase(): one if key == "attributes" else other_case(one) for key, one in value.items()}


def test_the_letter_case_of_keys_is_no_matter(read):
    usual, other = read(SYNC), read(other_case(SYNC))
    assert kinds(other) == kinds(usual)
    assert other.generations == ServerGenerations({3: 120, 9: 77})
    assert [one.value for one in other.changes() if one.kind is K.ADD_RESULT][1] == REFUSAL


def test_results_may_stand_inside_of_features(read):
    entry = {"id": 3, "features": {"addResults": [REFUSED], "updateResults": [], "adds": [HYDRANT]}}
    assert kinds(read({"edits": [entry]})) == [(3, K.ADD_RESULT), (3, K.ADD)]


def test_results_of_attachments(read):
    inside = {"id": 3, "attachments": {"addResults": [REFUSED], "deleteResults": [{"success": True}]}}
    assert kinds(read([inside])) == [(3, K.ATTACHMENT_ADD_RESULT), (3, K.ATTACHMENT_DELETE_RESULT)]


@pytest.mark.parametrize("key", ["deletes", "deleteIds", "DELETEIDS"])
@pytest.mark.parametrize("flat", [True, False])
def test_deletes_have_two_names_and_two_places(read, key, flat):
    lists = {key: [A, {"globalID": B}]}
    entry = {"id": 3, **lists} if flat else {"id": 3, "features": lists}
    assert list(read({"edits": [entry]}).changes()) == [(3, K.DELETE, A), (3, K.DELETE, B)]


def test_the_rows_of_a_new_replica(read):
    answer = {
        "responseType": "esriReplicaResponseTypeData",
        "layers": [{"features": [HYDRANT], "attachments": [PHOTO], "id": 0}],
        "tables": [{"id": 3, "features": [HYDRANT]}],
    }
    assert kinds(read(answer)) == [(0, K.ADD), (0, K.ATTACHMENT_ADD), (3, K.ADD)]


def test_the_answer_of_apply_edits_is_an_array(read):
    file = read([{"id": 4, "addResults": [REFUSED]}, {"id": 5, "deleteResults": []}])
    assert list(file.changes()) == [(4, K.ADD_RESULT, REFUSAL)]
    assert file.head == {}


def test_layers_that_are_numbers_are_no_changes(read):
    file = read({"layers": [0, 1], "replicaID": "r"})
    assert list(file.changes()) == []
    assert not file.has_changes


@pytest.mark.parametrize(
    "generations",
    ['[{"id": 3, "serverGen": "120"}]', [{"ID": "3", "servergen": 120.0}]],
    ids=["text", "case"],
)
def test_generations_in_every_spelling(read, generations):
    assert read({"LayerServerGens": generations, "edits": []}).generations.layers == {3: 120}
    assert read({"edits": [], "replicaServerGen": "55"}).generations.replica == 55


@pytest.mark.parametrize(
    "answer",
    [
        {"exceededTransferLimit": True, "edits": []},
        {"edits": [{"id": 1, "features": {"adds": [], "exceededTransferLimit": True}}]},
        {"edits": [{"id": 1, "ExceededTransferLimit": True}]},
    ],
)
def test_an_answer_that_is_cut_off_says_so(read, answer):
    assert read(answer).is_cut_off
    assert not read(json.loads(json.dumps(answer).replace("true", "false"))).is_cut_off


@pytest.mark.parametrize(
    "answer",
    [
        {"edits": [{"features": {"adds": [HYDRANT]}}]},
        {"edits": [{"id": "three", "features": {"adds": [HYDRANT]}}]},
        {"edits": [{"id": 3, "features": {"adds": [7]}}]},
        {"edits": [{"id": 3, "features": {"deleteIds": [7]}}]},
        {"edits": [{"id": 3, "features": {"deleteIds": ["' OR 1=1"]}}]},
        {"edits": [{"id": 3, "attachments": {"adds": [None]}}]},
        {"edits": [{"id": 1, "features": {}}] * 10_001},
        b'{"edits": [{"id": 3, "id": 4}]}',
        b'{"edits": [',
        b'{"edits": [{"id": 3, "features": {"adds": [{"geometry": {"x": NaN}}]}}]}',
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_cannot_be_a_change_is_refused(read, answer):
    with pytest.raises(BrokenAnswer, match=r"gis\.example"):
        list(read(answer).changes())


def test_a_large_error_is_an_error(read):
    answer = {"error": {"code": 403, "message": "No permission for s3cret-token", "details": ["x" * 90_000]}}
    with pytest.raises(AccessDenied) as raised:
        _ = read(answer).head
    assert "s3cret-token" not in str(raised.value)


def test_messages_of_results_tell_no_secret(read):
    entry = {"id": 3, "addResults": [{"success": False, "error": {"description": "token s3cret-token bad"}}]}
    (change,) = read([entry]).changes()
    assert "s3cret" not in change.value.message


def test_a_file_that_is_gone_is_a_storage_error(read):
    file = read(SYNC)
    file.discard()
    file.discard()
    with pytest.raises(StorageError):
        _ = file.head


def test_memory_stays_bounded_for_100_000_changes(read):
    feature = json.dumps({**HYDRANT, "attributes": {**HYDRANT["attributes"], "note": "x" * 300}})
    content = '{"edits": [{"features": {"adds": [%s]}, "id": 1}], "replicaServerGen": 9}'
    file = read((content % ",".join([feature] * 100_000)).encode())
    tracemalloc.start()
    count = sum(1 for _ in file.changes())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert file.generations.replica == 9
    assert peak < 12 << 20 < file.path.stat().st_size / 3


def test_spoiled_answers_end_in_changes_or_in_an_error_of_ours(read):
    """Seeded: values are exchanged for others, bytes are changed."""
    rng = random.Random(1130)
    odd = [None, True, -1, 2**80, 1e300, "", "x", [], {}, [[]], [None], {"id": {}}, {"error": "no"}, "3"]

    def spoiled(value):
        if rng.random() < 0.04:
            return rng.choice(odd)
        if isinstance(value, list):
            return [spoiled(one) for one in value]
        if isinstance(value, dict):
            return {key: spoiled(one) for key, one in value.items()}
        return value

    read_well = 0
    for _ in range(1500):
        content = bytearray(json.dumps(spoiled(SYNC)).encode())
        if rng.random() < 0.5:
            at = rng.randrange(len(content) + 1)
            content[at : at + rng.randrange(4)] = rng.choice([b"", b"}", b"]", b'"', b"\xff", b",", b"1"])
        file = read(bytes(content))
        try:
            _ = file.generations, file.is_cut_off
            list(file.changes())
            read_well += 1
        except OfflineMapError as error:
            assert isinstance(error, (BrokenAnswer, PortalError))  # noqa: PT017
    assert 100 < read_well < 1400
