"""Rows by GlobalID: in three spellings, in chunks, whatever the server counts as equal."""

import json
import re
import uuid

import pytest

from plugin.core.errors import BrokenAnswer, PortalError
from plugin.core.portal.global_ids import global_id
from tests.portal import PortalFault
from tests.portal.answers import Answer
from tests.portal.faults import Fault

from .conftest import Town
from .scripted import ScriptedService

IDS = [f"{{{str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))).upper()}}}" for number in range(400)]
SPELLINGS = {
    "braced": lambda one: one,
    "bare": lambda one: one[1:-1],
    "lower": lambda one: one[1:-1].lower(),
}


class Rows(Fault):
    """A layer that compares the text of GlobalIDs, and gives at most `most` rows of an answer."""

    def __init__(self, ids, spelling, most=2000):
        self.kept = {spelling(one): one for one in ids}
        self.most = most

    def instead(self, asked):
        asked_for = re.findall(r"'([^']*)'", asked.form["where"])
        found = [one for one in asked_for if one in self.kept]
        rows = [{"attributes": {"GLOBALID": one, "name": "Eiche"}} for one in found[: self.most]]
        answer = {"features": rows, "exceededTransferLimit": len(found) > self.most}
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(answer).encode())


@pytest.fixture
def scripted(portal, connect, tmp_path):
    running = portal(Town("public").content)
    service = ScriptedService(running, connect(running.url), tmp_path)
    service.answers("/FeatureServer/12", {"name": "Bäume", "globalIdField": "GlobalID", "hasZ": True})
    return service


def asked(scripted, path="/12/query"):
    return [form["where"] for form in scripted.forms(path)]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_ids_are_found_however_the_server_spells_them(scripted, spelling):
    scripted.running.fault("/12/query", Rows(IDS[:170], spelling), times=None)
    wanted = [SPELLINGS[name](one) for one, name in zip(IDS[:320], ["braced", "bare", "lower"] * 107)]
    assert scripted.client.existing_ids(12, wanted) == set(IDS[:170])
    assert all(where.count("'") <= 300 for where in asked(scripted))
    assert scripted.left_files == []


def test_what_is_there_is_asked_for_once(scripted):
    scripted.running.fault("/12/query", Rows(IDS, str), times=None)
    assert scripted.client.existing_ids(12, IDS + IDS) == set(IDS)
    assert len(asked(scripted)) == 3
    (form, *_) = scripted.forms("/12/query")
    assert (form["outFields"], form["returnGeometry"]) == ("GlobalID", "false")


def test_rows_come_with_all_their_fields(scripted):
    scripted.running.fault("/12/query", Rows(IDS[:5], str), times=None)
    rows = list(scripted.client.rows(12, IDS[2:7], 25832))
    assert [row["attributes"]["GLOBALID"] for row in rows] == IDS[2:5]
    form = scripted.forms("/12/query")[0]
    wanted = {
        "outFields": "*",
        "returnGeometry": "true",
        "outSR": "25832",
        "returnZ": "true",
        "returnM": "false",
    }
    assert wanted.items() <= form.items()


def test_a_server_that_gives_few_rows_is_asked_again(scripted):
    scripted.running.fault("/12/query", Rows(IDS[:60], SPELLINGS["lower"], most=25), times=None)
    assert scripted.client.existing_ids(12, IDS[:60]) == set(IDS[:60])


def test_nothing_that_is_no_id_comes_into_a_query(scripted):
    scripted.running.fault("/12/query", Rows(IDS, str), times=None)
    assert scripted.client.existing_ids(12, ["' OR 1=1 --", "", "x", IDS[0]]) == {IDS[0]}
    assert scripted.client.existing_ids(12, []) == set()
    assert asked(scripted) == [f"GlobalID IN ('{IDS[0]}')"]


def test_rows_that_were_not_asked_for_are_not_given(scripted):
    scripted.answers("/12/query", *[{"features": [{"attributes": {"GlobalID": IDS[9]}}, None, 7]}] * 3)
    assert scripted.client.existing_ids(12, [IDS[0]]) == set()


@pytest.mark.parametrize("name", ["", "a b", "x' OR '1'='1", 'x"'])
def test_a_layer_without_a_usable_field_of_ids(portal, connect, tmp_path, name):
    running = portal(Town("public").content)
    scripted = ScriptedService(running, connect(running.url), tmp_path)
    scripted.answers("/FeatureServer/12", {"name": "Bäume", "globalIdField": name})
    with pytest.raises(BrokenAnswer, match="Bäume"):
        scripted.client.existing_ids(12, IDS[:1])


def test_a_query_that_is_refused(scripted):
    scripted.answers("/12/query", PortalFault(400, "Unable to perform query."))
    with pytest.raises(PortalError, match="Unable"):
        scripted.client.existing_ids(12, IDS[:1])


def test_attachments_of_rows(scripted):
    info = {"id": 7, "globalId": IDS[8], "name": "Ansicht.jpg", "contentType": "image/jpeg", "size": 400}
    groups = [{"parentObjectId": 3, "parentGlobalId": IDS[0][1:-1], "attachmentInfos": [info, "odd"]}]
    scripted.answers("/12/queryAttachments", {"attachmentGroups": groups}, {}, {})
    (found,) = scripted.client.attachments(12, IDS[:2])
    assert (found.parent, found.global_id, found.name, found.size) == (IDS[0], IDS[8], "Ansicht.jpg", 400)
    assert scripted.forms("/12/queryAttachments")[0]["definitionExpression"].count("'") == 4


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("8c6b1a20-0f4e-4c5b-9d0a-7e1f2a3b4c5d", True),
        (" {8C6B1A20-0F4E-4C5B-9D0A-7E1F2A3B4C5D} ", True),
        ("8c6b1a200f4e4c5b9d0a7e1f2a3b4c5d", True),
        ("{8c6b1a20-0f4e-4c5b-9d0a-7e1f2a3b4c5d", True),
        ("8c6b1a20-0f4e-4c5b-9d0a-7e1f2a3b4c5", False),
        ("8c6b1a20-0f4e-4c5b-9d0a-7e1f2a3b4c5g", False),
        ("*", False),
        (None, False),
        (7, False),
    ],
)
def test_one_id_has_three_spellings(text, known):
    assert global_id(text) == ("{8C6B1A20-0F4E-4C5B-9D0A-7E1F2A3B4C5D}" if known else None)
