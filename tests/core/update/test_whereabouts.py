"""Folders that were copied, moved, shared, or put back from a backup."""

import os
import shutil

import pytest

from plugin.core.errors import BadInput
from plugin.core.host import Silent
from plugin.core.update.finish import retry_orphans
from plugin.core.update.other_user import leave_replicas, other_owners
from plugin.core.working_copy.replica_state import RegistrationState
from tests.fixtures.synced_town import COLLEAGUE, COLLEAGUE_PASSWORD, HYDRANTS, guid_of
from tests.portal import Behaviour, HangUp

from .both_sides import differences
from .town_edits import edit_everything, edit_there
from .updating import refusals, update

REGISTERED = RegistrationState.REGISTERED


@pytest.fixture
def registered(town_map):
    town = town_map()
    town.register()
    return town


def ids(town):
    return {replica.id for replica in town.service.own_replicas()}


def replica_of(town, folder=None):
    return town.state(folder).replica.strip("{}").upper()


def test_a_copy_beside_the_first_one_is_registered_anew_with_its_edits(registered):
    town, second = registered, registered.folder.with_name("Kopie von Alte Stadt")
    town.edit("UPDATE Hydrants SET remark = 'von hier' WHERE GlobalID = ?", (guid_of("Hydrants", 2),))
    shutil.copytree(town.folder, second)
    told = town.register(second)
    assert [one.code for one in told.notices] == ["copied_map"]
    assert replica_of(town) != replica_of(town, second)
    assert ids(town) == {replica_of(town), replica_of(town, second)}
    # It goes on from the rows that it has, and keeps what was not sent.
    assert town.state(second).generations == town.state().generations
    assert town.edits(second) == town.edits() == [("Hydrants", guid_of("Hydrants", 2), "update")]
    assert town.service.misuse == []
    town.register()
    town.register(second)
    assert len(ids(town)) == 2


def test_a_copy_on_another_computer_is_registered_anew(registered):
    town, second = registered, registered.folder.with_name("anderer Rechner")
    shutil.copytree(town.folder, second)
    first = replica_of(town)
    shutil.rmtree(town.folder)  # out of sight from over there
    town.register(second, machine="another machine")
    assert ids(town) == {first, replica_of(town, second)}
    assert replica_of(town, second) != first
    assert town.state(second).machine == "another machine"


def test_a_copy_that_has_the_path_of_the_first_one_there_is_registered_anew(registered):
    """The same path on two computers: containers, or homes that are laid out alike."""
    town, aside = registered, registered.folder.with_name("aside")
    town.folder.rename(aside)
    shutil.copytree(aside, town.folder)
    shutil.rmtree(aside)
    first = replica_of(town)
    town.register(machine="another machine")
    assert replica_of(town) != first


@pytest.mark.parametrize("machine", ["one machine", "a container of tonight", ""])
def test_a_folder_that_was_moved_or_is_seen_from_elsewhere_is_the_same(registered, machine):
    town, moved = registered, registered.folder.with_name("umgezogen")
    town.folder.rename(moved)
    first = replica_of(town, moved)
    told = town.register(moved, machine=machine)
    assert not told.notices
    assert replica_of(town, moved) == first
    assert ids(town) == {first}


def test_a_folder_that_was_moved_to_another_disk_is_the_same(registered):
    town, moved = registered, registered.folder.with_name("andere Platte")
    shutil.copytree(town.folder, moved)
    shutil.rmtree(town.folder)
    told = town.register(moved)
    assert not told.notices
    assert ids(town) == {replica_of(town, moved)}
    # From now on this is the first one.
    third = moved.with_name("Kopie davon")
    shutil.copytree(moved, third)
    assert [one.code for one in town.register(third).notices] == ["copied_map"]


@pytest.mark.parametrize("contact", [lambda town: town.register(), update])
def test_a_backup_that_was_put_back_is_registered_anew_and_its_earlier_replica_goes(registered, contact):
    """It does not have what the first one sent after the backup, and the server would never tell it."""
    town, backup = registered, registered.folder.with_name("Sicherung")
    shutil.copytree(town.folder, backup)
    first = replica_of(town)
    keep = town.folder.with_name("belegt")  # so that the number of the file is not given again
    town.folder.rename(keep)
    shutil.copytree(backup, town.folder)
    shutil.rmtree(keep)
    contact(town)
    assert replica_of(town) != first
    assert ids(town) == {replica_of(town)}
    assert town.orphans.kept == []


def test_a_file_system_that_numbers_its_files_anew_keeps_them_apart_by_their_birth(registered):
    town = registered
    with_birth = {"born": lambda path: 1_700_000_000_123}
    town.forget_registration()
    town.register(**with_birth)
    first = replica_of(town)
    town.renumber()
    told = town.register(**with_birth)
    assert not told.notices
    assert replica_of(town) == first


def test_two_files_of_one_number_on_two_disks_are_two(registered):
    """Fresh disks give the same numbers; the moment of birth tells."""
    town, second = registered, registered.folder.with_name("zweite Platte")
    town.forget_registration()
    births = iter([5000])
    town.register(born=lambda path: 1_700_000_000_123)
    shutil.copytree(town.folder, second)
    town.pretend_number(second, os.stat(town.copy(second)).st_ino)
    told = town.register(second, born=lambda path: next(births))
    assert [one.code for one in told.notices] == ["copied_map"]


def test_a_request_under_way_is_left_to_the_first_one(town_map):
    """A copy made while nobody knows what became of the request does not take its replica."""
    town = town_map()
    town.portal.fault("/createReplica", HangUp(), times=2)
    town.portal.fault("/replicas", HangUp(), times=8)
    assert town.register().problems
    second = town.folder.with_name("Kopie mitten darin")
    shutil.copytree(town.folder, second)
    town.portal.script.clear()
    town.register(second)
    town.register()
    assert replica_of(town) != replica_of(town, second)
    assert ids(town) == {replica_of(town), replica_of(town, second)}


def test_both_copies_are_told_of_each_other(town_map):
    """The reason for all of it: what one sends reaches the other."""
    town = town_map(behaviour=Behaviour())
    town.register()
    second = town.folder.with_name("zweite")
    shutil.copytree(town.folder, second)
    town.register(second)
    replicas = {replica.id: replica for replica in town.service.own_replicas()}
    own = [dict(replicas[replica_of(town, one)].generations) for one in (town.folder, second)]
    assert own == [{0: 877, 1: 901, 2: 640, 3: 912}] * 2
    town.service.edit(HYDRANTS, deletes=[guid_of("Hydrants", 4)])


def test_another_user_is_told_who_registered_it(registered):
    town = registered
    first = replica_of(town)
    told = town.register(user=(COLLEAGUE, COLLEAGUE_PASSWORD))
    (problem,) = told.problems.values()
    assert isinstance(problem, BadInput)
    assert "waterworks" in str(problem)
    assert "colleague" in str(problem)
    assert replica_of(town) == first
    assert town.state().registration is REGISTERED


def test_another_user_registers_a_copy_of_the_folder_anew(registered):
    """Without a window, as the message says."""
    town, colleague = registered, (COLLEAGUE, COLLEAGUE_PASSWORD)
    edit_everything(town)
    with pytest.raises(BadInput, match="by updating a copy of its folder"):
        update(town, user=colleague)
    second = town.folder.with_name("Abschrift")
    shutil.copytree(town.folder, second)
    assert refusals(update(town, folder=second, user=colleague)) == []
    assert town.edits(second) == []
    assert differences(town, second) == []
    assert town.state(second).owner == COLLEAGUE


def test_another_user_registers_it_anew_when_asked(registered):
    town, colleague = registered, (COLLEAGUE, COLLEAGUE_PASSWORD)
    first = replica_of(town)
    edit_everything(town)
    edit_there(town)
    with pytest.raises(BadInput, match="registered again"):
        update(town, user=colleague)
    assert other_owners(town.folder, COLLEAGUE) == ["waterworks"]
    assert other_owners(town.folder, "WaterWorks") == []
    leave_replicas(town.folder, COLLEAGUE, town.orphans)
    assert refusals(update(town, user=colleague)) == []
    assert differences(town) == []
    assert town.edits() == []
    assert town.state().owner == COLLEAGUE
    # Only who registered it can end the first one.
    assert [orphan.replica for orphan in town.orphans.kept] == [first]
    retry_orphans(town.around(user=colleague), town.portal.url, Silent())
    assert len(town.service.own_replicas()) == 2
    retry_orphans(town.around(), town.portal.url, Silent())
    assert [one.id for one in town.service.own_replicas()] == [replica_of(town)]
    assert town.orphans.kept == []
