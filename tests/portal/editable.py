"""Feature services that clients edit, and the packages that are replicas of them.

service = add_editable_service(content, "Town/Water", Path("whole_town.geodatabase"))
area = add_map_area(content, web_map, "Old town", extent)
add_replica_package(content, area, Path("old_town.geodatabase"), service)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
import sqlite3
from typing import Any, Optional, Union

from .content import SERVER, Json, PortalContent
from .feature_service import Behaviour, FeatureServiceStandIn, SourceLayer, source_layers
from .feature_service.replicas import PER_REPLICA, LayerQuery, ReplicaFilter, ServerReplica
from .feature_service.spelling import bare_guid
from .map_areas import add_geodatabase
from .offline_maps import described


def add_editable_service(
    content: PortalContent,
    name: str,
    source: Union[Path, Iterable[SourceLayer]],
    *,
    json: Optional[Json] = None,
    access: str = "public",
    behaviour: Optional[Behaviour] = None,
) -> FeatureServiceStandIn:
    """A feature service of the federated server, filled from a geodatabase or with given layers.

    `json` is merged into the page of the service; a geodatabase brings its own.
    """
    if isinstance(source, Path):
        page, layers = described(source).service, source_layers(source)
    else:
        layers = list(source)
        page = {"spatialReference": {"wkid": 102100, "latestWkid": 3857}}
        for kind, with_geometry in (("layers", True), ("tables", False)):
            page[kind] = [
                {"id": one.json["id"], "name": one.json["name"]}
                for one in layers
                if bool(one.json.get("geometryType")) is with_geometry
            ]
    service = FeatureServiceStandIn(
        name, {**page, **(json or {})}, layers, owner=content.owner, access=access, behaviour=behaviour
    )
    content.feature_services[name.lower()] = service
    return service


def service_url(service: FeatureServiceStandIn) -> str:
    """The address as items and web maps carry it (see `SERVER`)."""
    return f"{SERVER}/rest/services/{service.name}/FeatureServer"


def add_replica_package(
    content: PortalContent,
    area: str,
    path: Path,
    service: FeatureServiceStandIn,
    *,
    queries: Optional[Mapping[int, Json]] = None,
    attachments: bool = False,
    **fields: Any,
) -> str:
    """The geodatabase as a package of the area, and the replica that the packager made for it.

    `queries` by layer id as `layerQueries` has them (default: what touches the area; of tables what is
    related to that). Returns the id of the package.
    """
    inside = described(path)
    geometry = content.items[area].json["properties"]["extent"]
    layer_queries = {number: _query(service, number, queries or {}) for number in inside.gens}
    direction = "bidirectional" if attachments else "none"
    replica = ServerReplica(
        bare_guid(replica_uuid(path)) or "",
        f"package_{path.stem}",
        content.owner,
        inside.sync_model,
        ReplicaFilter(layer_queries, geometry, attachments),
        service.wkid,
        attachments_direction=direction,
        packaged=True,
    )
    per_replica = inside.sync_model == PER_REPLICA
    replica.tell({None: max(inside.gens.values())} if per_replica else dict(inside.gens))
    service.replicas[replica.id] = replica
    properties = {
        "layerQueries": {str(number): _json(query) for number, query in layer_queries.items()},
        "returnAttachments": attachments,
        "attachmentsSyncDirection": direction,
    }
    return add_geodatabase(
        content,
        area,
        path,
        service_url(service),
        gens=inside.gens,
        sync_model=inside.sync_model,
        replica_id=replica.id.lower(),
        properties=properties,
        **fields,
    )


def replica_uuid(path: Path) -> str:
    """The id that the replica of a geodatabase goes by: its UUID in the catalogue."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as source:
        query = "SELECT UUID FROM GDB_Items WHERE Definition LIKE '%GPSyncReplica%'"
        return str(source.execute(query).fetchone()[0])


def _query(service: FeatureServiceStandIn, number: int, given: Mapping[int, Json]) -> LayerQuery:
    return LayerQuery.of(given.get(number), service.layers[number].geometry_type is not None)


def _json(query: LayerQuery) -> Json:
    told = query.json(0)
    del told["id"]
    return told
