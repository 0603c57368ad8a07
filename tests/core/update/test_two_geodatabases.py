"""A map of two feature services: one that fails does not hide the other."""

from contextlib import closing
import shutil

import pytest

from plugin.core.errors import OfflineMapError
from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.core.working_copy.connection import connect_working_copy
from tests.fixtures.synced_town import HYDRANTS, guid_of
from tests.portal import add_editable_service, add_replica_package, feature_layer, service_url

from .updating import counts, notices, update

SECOND = guid_of("Hydrants", 2)


@pytest.fixture
def town(town_map):
    made = town_map(downloaded=False)
    content, server = made.town.content, made.town.path.parent
    made.other = add_editable_service(content, "Town/Fire_Department", server / "whole town.geodatabase")
    layers = [
        feature_layer(f"Feuerwehr {name}", f"{service_url(made.other)}/{number}")
        for number, name in enumerate(("Hydranten", "Leitungen", "Flächen"))
    ]
    content.items[made.town.web_map].data["operationalLayers"] += layers
    package = server / "fire department.geodatabase"
    shutil.copyfile(made.town.path, package)
    add_replica_package(content, made.town.area, package, made.other, attachments=True)
    made.download()
    assert not made.register().problems
    for copy in working_copies_in(MapFolder(made.folder).work):
        with closing(connect_working_copy(copy)) as connection:
            connection.execute("UPDATE Hydrants SET name = 'von hier' WHERE GlobalID = ?", (SECOND,))
            connection.commit()
    return made


def names(town):
    return [service.rows(HYDRANTS)[SECOND]["name"] for service in (town.service, town.other)]


def test_both_are_updated_one_after_the_other(town):
    result = update(town)
    assert counts(result) == (2, 0, 0)
    assert names(town) == ["von hier", "von hier"]
    assert len({copy.service for copy in result.report.copies}) == 2
    assert town.service.misuse == town.other.misuse == []


@pytest.mark.parametrize("gone", ["the first", "the second", "both"])
def test_one_that_fails_does_not_hide_the_other(town, gone):
    services = town.town.content.feature_services
    for name in list(services):
        if gone == "both" or (("fire" in name) == (gone == "the second")):
            del services[name]
    if gone == "both":
        with pytest.raises(OfflineMapError, match="no longer exists"):
            update(town)
        return
    result = update(town)
    assert counts(result) == (1, 0, 0)
    assert sorted(names(town)) == ["Hydrant 2", "von hier"]
    assert [copy.error is None for copy in result.report.copies].count(False) == 1
    assert notices(result) == []
