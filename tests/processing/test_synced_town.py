"""A map whose package is a replica of a service that is edited: the download holds what the service has."""

import sqlite3

import pytest

from tests.fixtures.synced_town import synced_town


@pytest.mark.parametrize("model", ["PerLayer", "PerReplica"])
def test_the_working_copy_has_the_rows_of_the_service(run, portal, tmp_path, model):
    town = synced_town(tmp_path / "portal", model=model)
    running = portal(town.content)
    folder = tmp_path / "Stadt mit Ämtern"
    run("downloadmaparea", PORTAL=running.url, WEB_MAP=town.web_map, MAP_AREA=town.area, OUTPUT=str(folder))
    (copy,) = folder.rglob("*.gpkg")
    with sqlite3.connect(copy) as working_copy:
        for number, name in enumerate(("Hydrants", "Mains", "Plots", "Inspections")):
            rows = working_copy.execute(f"SELECT GlobalID, OBJECTID FROM {name}").fetchall()
            served = town.service.rows(number)
            assert {guid: served[guid]["OBJECTID"] for guid, _ in rows} == dict(rows)
            assert 0 < len(rows) < len(served)
        (files,) = working_copy.execute("SELECT count(*) FROM Hydrants__ATTACH").fetchone()
        assert files == 2
    assert run("verifyofflinemap", INPUT=str(folder))["OK"]
    assert town.service.misuse == []
