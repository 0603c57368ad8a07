"""Are a working copy and its service equal? Read by other means than those of the plugin."""

from contextlib import closing
from datetime import datetime, timezone
import sqlite3
import struct

from qgis.core import QgsGeometry

from tests.fixtures.synced_town import EXTENT, HYDRANTS, INSPECTIONS, MAINS, PLOTS

LAYERS = {HYDRANTS: "Hydrants", MAINS: "Mains", PLOTS: "Plots", INSPECTIONS: "Inspections"}
_ENVELOPES = (0, 32, 48, 48, 64)
_DATES = {"created_date", "last_edited_date", "checked", "inspected"}
_GUIDS = {"GlobalID", "owner_guid", "hydrant_guid"}


def differences(town, folder=None):
    """What one side has and the other has not, or otherwise; nothing where both are equal."""
    found = []
    for layer, name in LAYERS.items():
        here = {gid: _of_copy(row) for gid, row in town.rows(name, folder).items()}
        there = {gid: _of_service(row) for gid, row in town.service.rows(layer).items()}
        wanted = {gid for gid in there if _belongs(town, layer, there[gid])}
        found += [(name, gid, "only there") for gid in wanted - here.keys()]
        found += [(name, gid, "only here") for gid in here.keys() - wanted]
        for gid in wanted & here.keys():
            found += [
                (name, gid, field, here[gid].get(field), value)
                for field, value in there[gid].items()
                if here[gid].get(field) != value
            ]
    return found + _differing_attachments(town, folder)


def _differing_attachments(town, folder):
    names = {
        "name": "ATT_NAME",
        "contentType": "CONTENT_TYPE",
        "data": "DATA",
        "parentGlobalId": "REL_GLOBALID",
    }
    hydrants = town.rows("Hydrants", folder)
    here = attachments(town, folder)
    there = {
        gid: one
        for gid, one in town.service.attachments(HYDRANTS).items()
        if one["parentGlobalId"] in hydrants
    }
    found = [("attachments", gid) for gid in here.keys() ^ there.keys()]
    for gid in here.keys() & there.keys():
        found += [
            ("attachments", gid, key, here[gid][column], there[gid][key])
            for key, column in names.items()
            if here[gid][column] != there[gid][key]
        ]
        if here[gid]["DATA_SIZE"] != len(there[gid]["data"]):
            found.append(("attachments", gid, "size"))
    return found


def attachments(town, folder=None):
    """GlobalID → row of the attachments here."""
    with closing(sqlite3.connect(town.copy(folder))) as connection:
        cursor = connection.execute('SELECT * FROM "Hydrants__ATTACH"')
        names = [column[0].upper() for column in cursor.description]
        return {row["GLOBALID"]: row for row in (dict(zip(names, values)) for values in cursor)}


def _of_copy(row):
    shape = {"geometry": _vertices_of_blob(row["geom"])} if "geom" in row else {}
    return {
        **{name: _told(name, value) for name, value in row.items() if name not in ("geom", "fid")},
        **shape,
    }


def _told(name, value):
    if value is None:
        return None
    if name in _DATES:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return round(moment.replace(tzinfo=timezone.utc).timestamp() * 1000)
    return value.strip("{}").upper() if name in _GUIDS else value


def _of_service(row):
    shape = {"geometry": _vertices_of_json(row["geometry"])} if "geometry" in row else {}
    values = {
        name: value.strip("{}").upper() if name in _GUIDS and value else value
        for name, value in row.items()
        if name != "geometry"
    }
    if isinstance(values.get("height"), float):
        values["height"] = struct.unpack("f", struct.pack("f", values["height"]))[0]
    return {**values, **shape}


def _vertices_of_blob(blob):
    if blob is None:
        return None
    geometry = QgsGeometry()
    geometry.fromWkb(blob[8 + _ENVELOPES[blob[3] >> 1 & 7] :])
    found = [(v.x(), v.y(), *([v.z()] if v.is3D() else [])) for v in geometry.vertices()]
    return sorted(found) or None


def _vertices_of_json(geometry):
    if geometry is None:
        return None
    if "x" in geometry:
        return [tuple(geometry[axis] for axis in "xyz" if axis in geometry)]
    parts = geometry.get("paths") or geometry.get("rings") or [geometry.get("points", [])]
    return sorted(tuple(vertex) for part in parts for vertex in part) or None


def _belongs(town, layer, row):
    if layer == INSPECTIONS:
        parents = {gid.strip("{}"): one for gid, one in town.service.rows(HYDRANTS).items()}
        parent = parents.get(row["hydrant_guid"] or "")
        return parent is not None and _belongs(town, HYDRANTS, _of_service(parent))
    west, south, east, north = EXTENT
    return any(west <= v[0] <= east and south <= v[1] <= north for v in row["geometry"] or [])
