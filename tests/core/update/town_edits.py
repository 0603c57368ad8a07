"""What a user and a colleague do to the town at the same time."""

from contextlib import closing

from plugin.core.working_copy.connection import connect_working_copy
from tests.fixtures.synced_town import COLLEAGUE, EXTENT, HYDRANTS, MAINS, PLOTS, guid_of

from .updating import point_blob

NEW, NEW_FILE = "{11111111-2222-4333-8444-555555555555}", "{22222222-2222-4333-8444-555555555555}"
NEW_INSPECTION = "{33333333-2222-4333-8444-555555555555}"
WEST, SOUTH, _, _ = EXTENT


def edit_everything(town):
    """One edit of each kind in every table, parents and parts among them."""
    with closing(connect_working_copy(town.copy())) as connection:
        run = connection.execute
        run(
            "UPDATE Hydrants SET name = 'von hier', flow = 17.25, checked = '2026-11-30T01:02:03.004Z'"
            " WHERE GlobalID = ?",
            (guid_of("Hydrants", 2),),
        )
        run(
            "UPDATE Hydrants SET geom = ? WHERE GlobalID = ?",
            (point_blob(connection, "Hydrants", WEST + 77.5, SOUTH + 88.5, 12.25), guid_of("Hydrants", 5)),
        )
        run("DELETE FROM Hydrants WHERE GlobalID = ?", (guid_of("Hydrants", 4),))
        run("DELETE FROM Inspections WHERE hydrant_guid = ?", (guid_of("Hydrants", 4),))
        run(
            "INSERT INTO Hydrants (geom, GlobalID, name, status, flow) VALUES (?, ?, 'neu', 2, 5)",
            (point_blob(connection, "Hydrants", WEST + 10.5, SOUTH + 20.5, 1), NEW),
        )
        run(
            "INSERT INTO Inspections (GlobalID, hydrant_guid, result, pressure) VALUES (?, ?, 'passed', 4.5)",
            (NEW_INSPECTION, NEW),
        )
        run(
            "INSERT INTO Hydrants__ATTACH (GLOBALID, REL_GLOBALID, CONTENT_TYPE, ATT_NAME, DATA_SIZE, DATA)"
            " VALUES (?, ?, 'image/png', 'Foto ü.png', 9000, ?)",
            (NEW_FILE, NEW, b"\x89PNG" * 2250),
        )
        run(
            "UPDATE Hydrants__ATTACH SET DATA = ?, DATA_SIZE = 40, ATT_NAME = 'anders.jpg'"
            " WHERE REL_GLOBALID = ?",
            (b"0123456789" * 4, guid_of("Hydrants", 2)),
        )
        run("UPDATE Mains SET diameter = 999 WHERE GlobalID = ?", (guid_of("Mains", 2),))
        run("DELETE FROM Plots WHERE GlobalID = ?", (guid_of("Plots", 2),))
        connection.commit()


def edit_there(town):
    """What a colleague does meanwhile: other fields of the same feature among it."""
    whole_rows, town.service.behaviour.whole_rows = town.service.behaviour.whole_rows, False
    edit, second = town.service.edit, guid_of("Hydrants", 2)
    edit(HYDRANTS, updates=[{"attributes": {"GlobalID": second, "remark": "von dort"}}], user=COLLEAGUE)
    edit(HYDRANTS, updates=[{"attributes": {"GlobalID": guid_of("Hydrants", 7), "name": "dort"}}])
    place = {"x": WEST + 300.5, "y": SOUTH + 200.5, "z": 4}
    edit(HYDRANTS, adds=[{"attributes": {"name": "dort neu", "status": 1}, "geometry": place}])
    edit(HYDRANTS, deletes=[guid_of("Hydrants", 8)])
    edit(MAINS, updates=[{"attributes": {"GlobalID": guid_of("Mains", 2), "name": "dort"}}])
    edit(PLOTS, deletes=[guid_of("Plots", 5)])
    photo = {"name": "dort.jpg", "contentType": "image/jpeg", "data": b"dort" * 700}
    edit(HYDRANTS, attach=[{"parentGlobalId": guid_of("Hydrants", 10), **photo}])
    town.service.behaviour.whole_rows = whole_rows
