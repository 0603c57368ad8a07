"""Scheduled updates that go wrong: old or new whole, and one sentence that says which."""

from contextlib import closing
import shutil
import sqlite3

import pytest

from plugin.core.errors import Cancelled, ItemNotFound, OfflineMapError, Unsupported
from plugin.core.offline_map.update_mode import UpdateMode
from tests.fixtures.geodatabase import Field
from tests.fixtures.synced_town import HYDRANTS, PLOTS, guid_of
from tests.portal import Drop, HangUp, PortalFault, Status

from ..hosts import Watcher
from .scheduled_map import ScheduledMap, change_town, differences, index_is_right
from .updating import counts, notices, point_blob, update


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


def spoil(town, statement, which=-1):
    """Changes the content of a delta."""
    deltas = town.packaged.packaging.deltas
    path = deltas[sorted(deltas)[which]].content
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE T_3_deletes (GlobalID uuidtext)",
        "CREATE TABLE T_9_inserts AS SELECT * FROM T_3_updates",
        "CREATE TABLE Streets (name text)",
        "CREATE VIEW Roads AS SELECT * FROM T_3_updates",
        "DROP TABLE T_3_updates",
        "DROP TABLE GDB_DataChangesEditResults",
        "ALTER TABLE T_3_updates ADD COLUMN more text",
        "ALTER TABLE T_3_updates RENAME COLUMN remark TO remarks",
        "UPDATE T_3_updates SET OBJECTID = OBJECTID, GlobalID = '{' || substr(GlobalID, 2, 36) || ']'",
        "UPDATE T_3_updates SET GlobalID = '{FFFFFFFF-1111-4222-8333-ABCDEF012345}' WHERE rowid ="
        " (SELECT min(rowid) FROM T_3_updates)",
        "UPDATE T_3_updates SET Shape = x'6410203040'",
        "UPDATE GDB_DataChangesDeltas SET ChangeType = 3 WHERE ID = 1",
        "UPDATE GDB_DataChangesDeltas SET ChangedDatasetID = 99 WHERE ID = 1",
        "INSERT INTO GDB_DataChangesDeltas SELECT 77, RecordsetClassID, ChangeType, ChangedDatasetID"
        " FROM GDB_DataChangesDeltas WHERE ID = 1",
        "UPDATE GDB_DataChangesDatasets SET LayerID = 17 WHERE ID = 3",
        "UPDATE GDB_DataChangesDatasets SET Type = 1 WHERE ID = 3",
        "UPDATE GDB_DataChangesDatasets SET Name = 'main.Hydrants__ATTACH' WHERE ID = 3",
        "INSERT INTO GDB_DataChanges SELECT * FROM GDB_DataChanges",
        "UPDATE GDB_DataChanges SET ServerGen = ServerGen + 1",
        "INSERT INTO GDB_DataChangesEditResults (ObjectId, Success) VALUES (1, 0)",
    ],
)
def test_what_is_not_exactly_understood_costs_the_deltas_their_use(town, statement):
    refresh(town, 2)
    spoil(town, statement)
    told = update(town)
    assert town.fetched()[-1] == "package"
    assert "deltas" in notices(told)
    assert told.report.copies[0].layers["Hydrants"].downloaded.values()
    assert differences(town) == []
    assert town.is_whole()


def test_a_file_that_does_not_tell_where_it_begins(portal, tmp_path):
    """Then rows must fit: a change of what a delta before it brought shows that this is missing."""
    town = ScheduledMap(portal, tmp_path)
    town.packaged.tells_begin = False
    town.download()
    refresh(town, 3)
    town.packaged.packaging.remove_delta(923)  # the third changes a row that the second brought
    town.forget_requests()
    update(town)
    assert town.fetched()[-1] == "package"
    assert differences(town) == []
    refresh(town, 2, start=4)
    town.forget_requests()
    update(town)
    assert town.fetched() == ["d_969.geodatabase", "d_992.geodatabase"]
    assert differences(town) == []


def test_the_line_breaks_and_the_next_run_goes_on(town):
    refresh(town, 3)
    town.portal.fault("/resources/d_923.geodatabase", HangUp(), times=None)
    before = town.rows("Hydrants")
    with pytest.raises(OfflineMapError):
        update(town)
    assert town.rows("Hydrants") == before
    town.portal.script.clear()
    town.forget_requests()
    update(town)
    assert town.fetched()[0] == "d_923.geodatabase"  # the first is there
    assert differences(town) == []


def test_a_package_that_breaks_off_goes_on(town):
    change_town(town, 1)
    package = town.packaged.refresh(with_delta=False)
    size = package.stat().st_size
    town.portal.fault("/data", Drop(after=size // 2))
    town.portal.fault("/data", HangUp(), at=2, times=20)
    with pytest.raises(OfflineMapError):
        update(town)
    assert town.is_whole()
    town.portal.script.clear()
    update(town)
    assert differences(town) == []
    assert town.portal.bytes_sent(town.town.package) < size + (1 << 20)


@pytest.mark.parametrize("fault", [PortalFault(403), PortalFault(404), Status(404)])
def test_deltas_that_nobody_may_read(town, fault):
    refresh(town, 2)
    town.portal.fault("/resources/d_*.geodatabase", fault, times=None)
    update(town)
    assert town.fetched()[-1] == "package"
    assert differences(town) == []


def test_cancelled_in_the_middle(town):
    refresh(town, 2)
    town.packaged.refresh(with_delta=False)
    before = town.rows("Mains")
    with pytest.raises(Cancelled):
        update(town, feedback=Watcher(lambda done, total, subject: subject == "Mains"))
    assert town.rows("Mains") == before
    assert town.is_whole()
    update(town)
    assert differences(town) == []


def test_scheduled_updates_are_switched_off_and_on(town):
    packaging = town.packaged.packaging
    refresh(town)
    packaging.switch(False)
    update(town)
    assert town.fetched() == ["package"]
    assert differences(town) == []
    packaging.switch(True)
    refresh(town, start=2)
    update(town)
    assert town.fetched()[-1] == "d_923.geodatabase"
    assert differences(town) == []


def stays_as_it_is(town, error, match):
    before, name = town.copy().read_bytes(), sorted(path.name for path in (town.folder / "p13").iterdir())
    with pytest.raises(error, match=match):
        update(town)
    assert town.copy().read_bytes() == before
    assert sorted(path.name for path in (town.folder / "p13").iterdir()) == name
    assert town.is_whole()


def test_a_package_with_another_schema(town):
    packaged = town.packaged
    packaged.generations = {layer: number + 9 for layer, number in packaged.generations.items()}
    fields = [*packaged.datasets[0].fields, Field("colour", length=10)]
    package = packaged.write(packaged.folder / "other", fields=fields)
    packaged.packaging.refresh(package, packaged.generations)
    stays_as_it_is(town, Unsupported, "another schema.*Hydrants.colour")


def test_a_package_with_fewer_layers(town):
    packaged = town.packaged
    packaged.generations = {layer: number + 9 for layer, number in packaged.generations.items()}
    packaged.datasets[:] = [one for one in packaged.datasets if one.layer_id != PLOTS]
    packaged.packaging.refresh(packaged.write(packaged.folder / "other"), packaged.generations)
    stays_as_it_is(town, Unsupported, "another schema.*Plots")


def test_a_package_of_another_service(town):
    item = town.town.content.items[town.town.package].json
    refresh(town)
    item["properties"]["url"] = item["properties"]["url"].replace("Water_Supply", "Gas")
    stays_as_it_is(town, Unsupported, "another service now")


def test_a_package_that_is_older_than_the_item_says(town):
    packaged = town.packaged
    refresh(town, 2)
    update(town)
    old = packaged.folder / "1" / packaged.town.path.name
    packaged.packaging.refresh(old, {layer: number + 50 for layer, number in packaged.generations.items()})
    stays_as_it_is(town, Unsupported, "is older than this offline map")


def test_the_portal_goes_back(town):
    packaged = town.packaged
    refresh(town, 2)
    update(town)
    packaged.packaging.refresh(
        packaged.folder / "1" / packaged.town.path.name, {0: 880, 1: 902, 2: 641, 3: 913}
    )
    town.forget_requests()
    assert "older" in notices(update(town))
    assert town.fetched() == []
    assert differences(town) == []


def test_the_package_is_gone(town):
    town.town.content.remove_item(town.town.package)
    stays_as_it_is(town, ItemNotFound, "no longer has the package")


def test_a_package_that_is_no_geodatabase(town, tmp_path):
    page = tmp_path / "page.geodatabase"
    page.write_bytes(b"no database" * 9000)
    refresh(town)
    town.packaged.packaging.remove_delta(900)
    town.town.content.replace_data(town.town.package, page)
    stays_as_it_is(town, OfflineMapError, "is not a mobile geodatabase")


@pytest.mark.parametrize("with_delta", [True, False])
def test_the_folder_is_moved_meanwhile(town, with_delta):
    change_town(town, 1)
    town.packaged.refresh(with_delta)
    before, elsewhere = town.rows("Mains"), town.folder.with_name("elsewhere")

    def move(_done, _total, subject):
        if subject.startswith(("d_", "Water_Supply-")) and not elsewhere.exists():
            town.folder.rename(elsewhere)
        return False

    with pytest.raises(OfflineMapError):
        update(town, feedback=Watcher(move))
    town.folder = elsewhere
    assert town.rows("Mains") == before
    assert town.is_whole()
    update(town)
    assert differences(town) == []


@pytest.mark.parametrize("with_delta", [True, False])
def test_another_program_holds_the_working_copy(town, with_delta):
    change_town(town, 1)
    town.packaged.refresh(with_delta)
    with closing(sqlite3.connect(town.copy())) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OfflineMapError, match="is locked"):
            update(town)
        other.rollback()
    assert town.is_whole()
    town.forget_requests()
    update(town)
    assert differences(town) == []


def test_new_features_go_first_and_stay_until_a_package_comes(portal, tmp_path):
    town = ScheduledMap(portal, tmp_path)
    town.download(mode=UpdateMode.SCHEDULED_AND_UPLOAD)
    town.register()
    update(town)
    town.forget_requests()
    new = "{" + "7" * 8 + guid_of("x", 1)[9:]
    with closing(sqlite3.connect(town.copy())) as connection:
        blob = point_blob(connection, "Hydrants", 1_100_400.5, 6_900_300.5, 3)
    town.edit("INSERT INTO Hydrants (geom, GlobalID, name, status) VALUES (?, ?, 'neu', 1)", (blob, new))
    for refused in ("UPDATE Hydrants SET name = 'x'", "DELETE FROM Hydrants"):
        with pytest.raises(sqlite3.DatabaseError):
            town.edit(refused)
    refresh(town)
    told = update(town)
    assert counts(told)[0] == 1
    assert "added_features" in notices(told)
    assert town.service.rows(HYDRANTS)[new]["name"] == "neu"
    assert town.rows("Hydrants")[new]["name"] == "neu"
    assert differences(town, {new}) == []
    paths = [one.path for one in town.portal.asked()]
    (delta,) = [index for index, path in enumerate(paths) if path.endswith("/resources/d_900.geodatabase")]
    assert max(i for i, path in enumerate(paths) if "FeatureServer" in path) < delta
    town.packaged.refresh(with_delta=False)
    update(town)
    assert new not in town.rows("Hydrants")
    values = {"name": "neu", "status": 1}
    town.packaged.add(HYDRANTS, "POINT Z (1100400.5 6900300.5 3)", values, new)
    town.packaged.refresh()
    update(town)
    assert town.rows("Hydrants")[new]["name"] == "neu"
    assert differences(town) == []
    assert town.edits() == []
    assert index_is_right(town)
    assert town.is_whole()


MISFORTUNES = ("missing", "damaged", "doubled")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("length", range(1, 7))
def test_each_misfortune_of_each_delta(portal, tmp_path, length):
    """By count; in which order a portal lists them is tried in test_package_choice.py, in all ways."""
    town = ScheduledMap(portal, tmp_path, hydrants=150 * length)  # larger than its deltas
    town.download()
    refresh(town, length)
    packaging = town.packaged.packaging
    resources = town.town.content.items[town.town.package].resources
    listed = dict(resources)
    kept = tmp_path / "kept"
    shutil.copytree(town.folder, kept)
    cases = [None, *((kind, which) for kind in MISFORTUNES for which in range(length))]
    for number, case in enumerate(cases):
        shutil.rmtree(town.folder)
        shutil.copytree(kept, town.folder)
        resources.clear()
        resources.update(sorted(listed.items(), reverse=number % 2 == 0))
        if case:
            misfortune(packaging, listed, *case)
        town.forget_requests()
        update(town)
        assert differences(town) == [], case
        assert ("package" in town.fetched()) is (case is not None), case
    assert len(cases) == 3 * length + 1


def misfortune(packaging, listed, kind, which):
    generation = sorted(packaging.deltas)[which]
    name = f"d_{generation}.geodatabase"
    if kind == "missing":
        packaging.remove_delta(generation)
    elif kind == "damaged":
        packaging.add_delta(generation, listed[name].content.read_bytes()[:-4096])
    else:
        packaging.add_delta(generation, listed[name].content, f"d_0{generation}.geodatabase")
