"""Scheduled updates: deltas in order, else the newest package, as rows; all of it or nothing."""

import pytest

from plugin.core.errors import BadInput
from plugin.core.update.check import Downloadable
from plugin.core.update.update_request import UpdateDirection
from tests.fixtures.synced_town import HYDRANTS, MAINS, guid_of

from .scheduled_map import ScheduledMap, change_town, differences, index_is_right
from .updating import counts, notices, update


@pytest.fixture
def town(portal, tmp_path):
    made = ScheduledMap(portal, tmp_path)
    made.download()
    made.forget_requests()
    return made


def refresh(town, times=1, start=1):
    for number in range(start, start + times):
        change_town(town, number)
        town.packaged.refresh()


def test_an_unchanged_map_moves_nothing(town):
    before = town.copy().read_bytes()
    assert counts(update(town)) == (0, 0, 0)
    assert len(town.requests()) <= 2
    assert town.fetched() == []
    assert town.copy().read_bytes() == before
    found = town.check()
    assert (found.download, found.size, found.reopen) == (Downloadable.NONE, 0, False)


def test_three_deltas_in_order_and_no_package(town):
    refresh(town, 3)
    found = town.check()
    sizes = [len(one.content.read_bytes()) for one in town.packaged.packaging.deltas.values()]
    assert (found.download, found.size, found.reopen) == (Downloadable.AVAILABLE, sum(sizes), False)
    town.forget_requests()
    result = update(town)
    assert town.fetched() == [f"d_{number}.geodatabase" for number in sorted(town.packaged.packaging.deltas)]
    assert result.report.copies[0].fetched.as_json() == {"deltas": 3, "package": False, "bytes": sum(sizes)}
    assert differences(town) == []
    assert index_is_right(town)
    assert index_is_right(town, "Mains")
    assert town.versions() == (877, town.portal_revision())  # p13 is as it was
    assert town.is_whole()
    town.forget_requests()
    update(town)
    assert len(town.requests()) == 1
    assert town.check().download is Downloadable.NONE


def test_a_renewed_package_is_applied_as_rows(town):
    change_town(town, 1)
    town.packaged.remove(HYDRANTS, guid_of("Hydrants", 7))
    town.packaged.refresh(with_delta=False)
    name, copy = sorted(path.name for path in (town.folder / "p13").iterdir()), town.copy()
    result = update(town)
    assert town.fetched() == ["package"]
    assert counts(result)[1] > 4
    assert not result.reopen
    assert differences(town) == []
    assert guid_of("Hydrants", 7) not in town.rows("Hydrants")
    assert index_is_right(town)
    assert sorted(path.name for path in (town.folder / "p13").iterdir()) == name
    assert town.copy() == copy
    assert town.versions() == (900, town.portal_revision())
    assert not (town.folder / "updates" / "incoming").exists()
    assert town.is_whole()
    town.forget_requests()
    assert counts(update(town)) == (0, 0, 0)
    assert len(town.requests()) == 1


def test_deltas_then_package_then_deltas(town):
    refresh(town)
    update(town)
    town.packaged.remove(MAINS, guid_of("Mains", 2))
    refresh(town, start=2)  # deletions: nobody has seen such a delta
    told = update(town)
    assert "deltas" in notices(told)
    assert told.report.copies[0].fetched.is_package
    assert differences(town) == []
    refresh(town, start=3)
    town.forget_requests()
    update(town)
    assert town.fetched() == ["d_946.geodatabase"]
    assert differences(town) == []
    assert town.is_whole()


def test_a_purged_delta_means_the_package(town):
    packaging = town.packaged.packaging
    refresh(town)
    packaging.day += 9
    refresh(town, start=2)
    packaging.day += 1
    refresh(town, start=3)
    assert sorted(packaging.deltas) == [923, 946]
    update(town)
    assert town.fetched() == ["package"]
    assert differences(town) == []


@pytest.mark.parametrize("spoilt", ["damaged", "cut", "empty", "renamed", "replica", "missing", "foreign"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_delta_that_is_not_right_means_the_package(town, spoilt, which, tmp_path):
    refresh(town, 3)
    packaging = town.packaged.packaging
    generations = sorted(packaging.deltas)
    resource = packaging.deltas[generations[which]]
    content = resource.content.read_bytes()
    if spoilt == "damaged":
        page = len(content) // 2 // 4096 * 4096
        resource.content = content[:page] + bytes(4096) + content[page + 4096 :]
    elif spoilt == "cut":
        resource.content = content[: len(content) // 2]
    elif spoilt == "empty":
        resource.content = b""
    elif spoilt == "renamed":
        resource.content = packaging.deltas[generations[which - 1]].content.read_bytes()
    elif spoilt == "replica":
        resource.content = content.replace(
            town.packaged.replica.upper().encode(), b"F" * 8 + b"-" + b"F" * 27
        )
    elif spoilt == "missing":
        packaging.remove_delta(generations[which])
    elif spoilt == "foreign":
        packaging.add_delta(generations[which], content, f"d_0{generations[which]}.geodatabase")
    update(town)
    assert "package" in town.fetched()
    assert differences(town) == []
    assert town.is_whole()
    assert not (town.folder / "updates" / "incoming").exists()


def test_unsent_edits_stay_on_top(portal, tmp_path):
    """Of a map whose rows somebody edited all the same."""
    town = ScheduledMap(portal, tmp_path)
    town.download()
    town.edit("UPDATE gpkgext_offline_tracking SET may_insert = 1, may_update = 1, may_delete = 1")
    second, fourth = guid_of("Hydrants", 2), guid_of("Hydrants", 4)
    town.edit("UPDATE Hydrants SET remark = 'mine' WHERE GlobalID = ?", (second,))
    town.edit("DELETE FROM Hydrants WHERE GlobalID = ?", (fourth,))
    edits = town.edits()
    for number, with_delta in ((1, True), (2, False)):
        change_town(town, number)
        town.packaged.refresh(with_delta)
        update(town)
        row = town.rows("Hydrants")[second]
        assert (row["remark"], row["name"]) == ("mine", f"Nr. {number}")
        assert fourth not in town.rows("Hydrants")
        assert town.edits() == edits
        assert [one for one in differences(town, {fourth}) if one[2] != "remark"] == []
    assert town.is_whole()


def test_edits_cannot_be_sent(town):
    with pytest.raises(BadInput, match="edits cannot be sent"):
        update(town, UpdateDirection.UPLOAD)


def test_a_trial_tells_and_fetches_nothing(town):
    refresh(town, 2)
    town.forget_requests()
    before = town.copy().read_bytes()
    result = update(town, dry_run=True, report=town.scratch / "report.json")
    assert town.fetched() == []
    assert notices(result) == ["dry_run"]
    assert town.copy().read_bytes() == before
