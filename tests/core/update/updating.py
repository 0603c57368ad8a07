"""Updates of the town's map, and what came of them."""

import struct

from plugin.core.geodatabase.replica import SyncModel
from plugin.core.host import Silent
from plugin.core.update.sync import update_map
from plugin.core.update.update_request import UpdateDirection, UpdateRequest


def update(town, direction=UpdateDirection.BOTH, folder=None, feedback=None, **options):
    """Raises as `update_map`, also where one of several geodatabases failed."""
    wanted = {name: options.pop(name) for name in ("rollback", "dry_run", "report") if name in options}
    request = UpdateRequest(folder or town.folder, direction, **wanted)
    result = update_map(request, town.around(**options), feedback or Silent())
    assert result.path.is_file()
    return result


def counts(result):
    """Uploaded, downloaded, refused."""
    copies = result.report.copies
    return tuple(
        sum(getattr(one, name) for one in copies) for name in ("uploaded", "downloaded", "edit_errors")
    )


def refusals(result):
    """(layer, GlobalID, words) of every refused edit."""
    return [
        (layer.title, one.global_id, str(one.words))
        for copy in result.report.copies
        for layer in copy.layers.values()
        for one in layer.refused
    ]


def notices(result):
    """The codes of what is told."""
    return [one.code for copy in result.report.copies for one in copy.notices]


def misuse(town, *but):
    """What the service has in its book; a package states one generation for all layers of a replica."""
    per_replica = town.state().model is SyncModel.PER_REPLICA
    return town.service.misuse_but(*(("invented generation",) if per_replica else ()), *but)


def point_blob(connection, table, x, y, z=None):
    """A GeoPackage point in the reference of a layer."""
    (srs_id,) = connection.execute(
        "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
    ).fetchone()
    head = b"GP\0\x01" + struct.pack("<i", srs_id)
    if z is None:
        return head + struct.pack("<BI2d", 1, 1, x, y)
    return head + struct.pack("<BI3d", 1, 1001, x, y, z)
