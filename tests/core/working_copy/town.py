"""Hydrants with attachments, and inspections that belong to them; row ids and OBJECTIDs are no counts."""

from contextlib import closing

from plugin.core.host import Silent
from plugin.core.working_copy.change_tracking import local_edits
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.tracking_faults import mend_tracking, tracking_faults
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.geodatabase import (
    DOWNLOADED,
    Dataset,
    Field,
    Relationship,
    Row,
    attachment_dataset,
    attachment_relationship,
    write_geodatabase,
)

from ..geodatabase.shapes import wkb

NUMBERS = range(1, 6)


def global_id(number):
    return f"{{A0000000-0000-4000-8000-00000000000{number}}}"


def town_geodatabase(path):
    """Hydrants “h1” to “h5” in the rows 2 to 6, OBJECTIDs 115 to 111; h2 has two photos, h3 two inspections.

    Row 1 is history: it is in no copy.
    """
    earlier = Row(wkb("POINT (9 9)"), {"name": "before"}, 115, global_id(1), died=DOWNLOADED)
    rows = [
        Row(
            wkb(f"POINT ({k} {k * 10})"),
            {"name": f"h{k}", "pressure": k * 7, "seen": f"2021-03-0{k}"},
            object_id=116 - k,
            global_id=global_id(k),
        )
        for k in NUMBERS
    ]
    fields = [Field("name"), Field("pressure", "Integer"), Field("seen")]
    hydrants = Dataset("Hydrants", "Point", fields, [earlier, *rows], layer_id=0)
    photos = attachment_dataset(
        hydrants,
        [(global_id(2), "vorn.jpg", "image/jpeg", b"1"), (global_id(2), "hinten.jpg", "image/jpeg", b"22")],
    )
    inspections = Dataset(
        "Inspections", None, [Field("hydrant", "GUID"), Field("remarks")],
        [Row(None, {"hydrant": global_id(3), "remarks": text}, object_id=70 + k)
         for k, text in enumerate(("dicht", "klemmt"))],
        layer_id=1,
    )  # fmt: skip
    owned = Relationship(
        "Hydrants_Inspections", "Hydrants", "Inspections", "GlobalID", "hydrant", composite=True
    )
    relationships = [attachment_relationship(hydrants), owned]
    return write_geodatabase(path, [hydrants, inspections, photos], relationships=relationships)


def town_copy(folder):
    source = town_geodatabase(folder / "Süd town.geodatabase")
    return write_working_copy(source, folder / "Süd town.gpkg", Silent()).path


def mended(connection):
    """What was wrong with the triggers of a working copy; what can be mended is."""
    faults = tracking_faults(connection)
    for fault in faults:
        if fault.can_be_mended:
            mend_tracking(connection, fault)
    return faults


class Copy:
    """A working copy as others see it, each time over a connection of its own."""

    def __init__(self, path):
        self.path = path

    def ask(self, statement, *values):
        with closing(connect_working_copy(self.path)) as connection:
            return connection.execute(statement, values).fetchall()

    def do(self, *statements):
        with closing(connect_working_copy(self.path)) as connection:
            for statement in statements:
                connection.execute(*([statement] if isinstance(statement, str) else statement))
            connection.commit()

    def edits(self, table="Hydrants"):
        """(row id, operation, GlobalID) of each edit of a table."""
        with closing(connect_working_copy(self.path)) as connection:
            return [
                (e.row_id, e.operation.value, e.global_id)
                for e in local_edits(connection)
                if e.table == table
            ]

    def hydrants(self):
        """fid → (name, OBJECTID, GlobalID)."""
        rows = self.ask("SELECT fid, name, OBJECTID, GlobalID FROM Hydrants ORDER BY fid")
        return {fid: tuple(rest) for fid, *rest in rows}
