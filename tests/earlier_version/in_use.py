"""A map in use, in a checkout of version 0.1.0 (see inside.py): edits of all kinds, and the result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
import sqlite3
from typing import Any, Optional

from osgeo import ogr
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QByteArray

from plugin.core.geodatabase.change_tracking import local_edits, values_before
from tests.fixtures.town_layers import global_id

Json = dict[str, Any]


def used(work_folder: Path) -> Json:
    """Edits the working copies and the project of a map as its user might; tells what there is then."""
    edits = _Edits()
    for file in sorted(work_folder.glob("*.gpkg")):
        tables = _tables(file)
        if "Hydrants" in tables:
            _edit_water_supply(file, edits)
        if "Trees" in tables:
            _edit_trees(file, edits)
    for file in work_folder.glob("*.gpkg"):
        _compare(file, edits)
    _change_project(work_folder / "offline_map.qgz")
    return {
        "edits": edits.made,
        "rows": {
            file.name: {table: _count(file, table) for table in _tables(file)}
            for file in sorted(work_folder.glob("*.gpkg"))
        },
        "attachments": _attachments(work_folder),
    }


class _Edits:
    """The edits as they are made, the values before read from the row itself and not from the tracking."""

    def __init__(self) -> None:
        self.made: list[Json] = []

    def note(self, file: Path, table: str, fid: int, operation: str, before: Optional[Json] = None) -> None:
        row = before or _row(file, table, fid)
        key = next(name for name in row if name.casefold() == "globalid")
        edit = {"file": file.name, "table": table, "global_id": row[key], "operation": operation}
        self.made.append({**edit, "before": before})


def _edit_water_supply(file: Path, edits: _Edits) -> None:
    hydrants = sorted(_fids(file, "Hydrants"))
    before = {fid: _row(file, "Hydrants", fid) for fid in hydrants}
    repaired, moved, gone = hydrants[0], hydrants[2], hydrants[4]
    with _editing(file, "Hydrants") as layer:
        fields = layer.fields()
        layer.changeAttributeValue(repaired, fields.lookupField("status"), 2)
        layer.changeAttributeValue(repaired, fields.lookupField("street"), "Möwenstraße")
        shape = layer.getGeometry(moved)
        shape.translate(3, -2)
        layer.changeGeometry(moved, shape)
        layer.deleteFeature(gone)
        place = layer.getGeometry(hydrants[1]).asPoint()
        for name, key in (("H-901", "901"), ("H-902", "902")):
            new = {"hydrant_id": name, "status": 1, "kind": "P", "GlobalID": global_id("New", int(key))}
            layer.addFeature(
                _feature(layer, new, QgsGeometry.fromPointXY(QgsPointXY(place.x() + 7, place.y())))
            )
    edits.note(file, "Hydrants", repaired, "update", before[repaired])
    edits.note(file, "Hydrants", moved, "update", before[moved])
    edits.note(file, "Hydrants", gone, "delete", before[gone])
    kept, dropped = sorted(_fids(file, "Hydrants"))[-2:]
    with _editing(
        file, "Hydrants"
    ) as layer:  # a new row that changes stays new; one that goes was never there
        layer.changeAttributeValue(kept, layer.fields().lookupField("flow"), 1250.5)
        layer.deleteFeature(dropped)
    edits.note(file, "Hydrants", kept, "insert")
    _edit_water_mains(file, edits)
    _edit_inspections(file, edits, before[repaired]["GlobalID"])
    _edit_attachments(file, edits, before[moved]["GlobalID"])


def _edit_water_mains(file: Path, edits: _Edits) -> None:
    fid = sorted(_fids(file, "Water_mains"))[1]
    before = _row(file, "Water_mains", fid)
    with _editing(file, "Water_mains") as layer:
        shape = layer.getGeometry(fid)
        first = next(shape.vertices())
        shape.moveVertex(first.x() + 4, first.y() + 4, 0)
        layer.changeGeometry(fid, shape)
    edits.note(file, "Water_mains", fid, "update", before)


def _edit_inspections(file: Path, edits: _Edits, hydrant: str) -> None:
    """The new row gets its GlobalID from the change tracking."""
    known = sorted(_fids(file, "Inspections"))
    changed, gone = known[1], known[3]
    before = {fid: _row(file, "Inspections", fid) for fid in (changed, gone)}
    with _editing(file, "Inspections") as layer:
        layer.changeAttributeValue(changed, layer.fields().lookupField("remarks"), "Ventil klemmt – geölt")
        layer.deleteFeature(gone)
        row = {"hydrant_guid": hydrant, "inspector": "J. Weiß", "pressure": 4.25, "result": "R"}
        layer.addFeature(_feature(layer, row))
    edits.note(file, "Inspections", changed, "update", before[changed])
    edits.note(file, "Inspections", gone, "delete", before[gone])
    edits.note(file, "Inspections", max(_fids(file, "Inspections")), "insert")


def _edit_attachments(file: Path, edits: _Edits, hydrant: str) -> None:
    table = "Hydrants__ATTACH"
    gone = sorted(_fids(file, table))[2]
    before = _row(file, table, gone)
    data = b"%PDF-1.4 pr\xc3\xbcfbericht \x00\xff"
    with _editing(file, table) as layer:
        layer.deleteFeature(gone)
        row = {
            "REL_GLOBALID": hydrant, "ATT_NAME": "Prüfbericht.pdf", "CONTENT_TYPE": "application/pdf",
            "DATA_SIZE": len(data), "DATA": QByteArray(data), "GLOBALID": global_id("New", 1),
        }  # fmt: skip
        layer.addFeature(_feature(layer, row))
    edits.note(file, table, gone, "delete", before)
    edits.note(file, table, max(_fids(file, table)), "insert")


def _edit_trees(file: Path, edits: _Edits) -> None:
    """By OGR, as a script does it."""
    fid = sorted(_fids(file, "Trees"))[6]
    before = _row(file, "Trees", fid)
    source = ogr.Open(str(file), update=1)
    layer = source.GetLayerByName("Trees")
    feature = layer.GetFeature(fid)
    feature.SetField("height", 17.25)
    assert layer.SetFeature(feature) == ogr.OGRERR_NONE
    del feature, layer, source
    edits.note(file, "Trees", fid, "update", before)


@contextmanager
def _editing(file: Path, table: str) -> Iterator[QgsVectorLayer]:
    layer = QgsVectorLayer(f"{file}|layername={table}", table, "ogr")
    assert layer.isValid()
    assert layer.startEditing()
    yield layer
    assert layer.commitChanges(), layer.commitErrors()


def _feature(layer: QgsVectorLayer, values: Json, shape: Optional[QgsGeometry] = None) -> QgsFeature:
    feature = QgsFeature(layer.fields())
    for name, value in values.items():
        feature[name] = value
    if shape is not None:
        feature.setGeometry(shape)
    return feature


def _change_project(file: Path) -> None:
    project = QgsProject()
    assert project.read(str(file))
    project.setTitle("Meine Geländearbeit")
    (layer,) = project.mapLayersByName("Hydrants")
    layer.setName("Hydranten (meine)")
    assert project.write()


def _compare(file: Path, edits: _Edits) -> None:
    """The version itself sees what was done, before it is asked of any later one."""
    with closing(sqlite3.connect(file)) as connection:
        seen = [
            (
                edit.table,
                edit.global_id,
                edit.operation.value,
                _plain(values_before(connection, edit.table, edit.row_id)),
            )
            for edit in local_edits(connection)
        ]
    made = [
        (edit["table"], edit["global_id"], edit["operation"], edit["before"])
        for edit in edits.made
        if edit["file"] == file.name
    ]
    assert sorted(seen, key=str) == sorted(made, key=str), (seen, made)


# ---- reading working copies -------------------------------------------------------------------


def _ask(file: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement, values).fetchall()


def _tables(file: Path) -> list[str]:
    wanted = "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY 1"
    return [name for (name,) in _ask(file, wanted)]


def _fids(file: Path, table: str) -> list[int]:
    return [fid for (fid,) in _ask(file, f'SELECT fid FROM "{table}"')]


def _count(file: Path, table: str) -> int:
    return len(_fids(file, table))


def _row(file: Path, table: str, fid: int) -> Json:
    with closing(sqlite3.connect(file)) as connection:
        cursor = connection.execute(f'SELECT * FROM "{table}" WHERE fid = ?', (fid,))
        names = [column[0] for column in cursor.description]
        return _plain(dict(zip(names, cursor.fetchone())))


def _plain(row: Optional[Json]) -> Any:
    """A row as JSON holds it: bytes as {"hex": …}."""
    if row is None:
        return None
    return {name: {"hex": value.hex()} if isinstance(value, bytes) else value for name, value in row.items()}


def _attachments(work_folder: Path) -> dict[str, str]:
    """Name and content as hexadecimal digits of every attachment."""
    (file,) = [file for file in work_folder.glob("*.gpkg") if "Hydrants__ATTACH" in _tables(file)]
    return {name: data.hex() for name, data in _ask(file, 'SELECT ATT_NAME, DATA FROM "Hydrants__ATTACH"')}
