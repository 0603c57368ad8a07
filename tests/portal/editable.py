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
from .feature_service.projection import projected
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
    layer_queries = {number: _query(service, number, queries or {}) for number in inside.gens}
    package = add_geodatabase(
        content,
        area,
        path,
        service_url(service),
        gens=inside.gens,
        sync_model=inside.sync_model,
        replica_id=(bare_guid(replica_uuid(path)) or "").lower(),
        properties={
            "layerQueries": {str(number): _json(query) for number, query in layer_queries.items()},
            "returnAttachments": attachments,
            "attachmentsSyncDirection": "bidirectional" if attachments else "none",
        },
        **fields,
    )
    _know_replica(content, package, service)
    return package


def make_editable(content: PortalContent, *, behaviour: Optional[Behaviour] = None) -> None:
    """Feature services instead of the documents of those that the geodatabase packages are replicas of.

    Each is filled from the first package of it that is a file; without GlobalIDs there is no editing.
    """
    for package in list(content.items.values()):
        url = package.json["properties"]["url"] if package.json["type"] == "SQLite Geodatabase" else ""
        name = url.removeprefix(f"{SERVER}/rest/services/").removesuffix("/FeatureServer")
        if name == url or not isinstance(package.data, Path):
            continue
        service = content.feature_services.get(name.lower())
        if service is None:
            if not all(one.json.get("globalIdField") for one in source_layers(package.data)):
                continue
            access = content.services[f"{name}/FeatureServer".lower()].access
            service = add_editable_service(content, name, package.data, access=access, behaviour=behaviour)
        _know_replica(content, package.id, service)


def _know_replica(content: PortalContent, package: str, service: FeatureServiceStandIn) -> None:
    """The replica that the packager made, as the package's properties describe it."""
    said = content.items[package].json["properties"]
    queries = {number: _query(service, number, _numbered(said["layerQueries"])) for number in said["layers"]}
    extent = said["extent"]
    area = projected(extent, extent["spatialReference"]["wkid"], service.wkid)
    replica = ServerReplica(
        bare_guid(said["replicaID"]) or "",
        f"package_{package}",
        content.owner,
        said["syncModel"],
        ReplicaFilter(queries, area, said["returnAttachments"]),
        service.wkid,
        attachments_direction=said["attachmentsSyncDirection"],
        packaged=True,
    )
    if replica.model == PER_REPLICA:
        replica.tell({None: said["replicaServerGen"]})
    else:
        replica.tell({one["id"]: one["serverGen"] for one in said["layerServerGens"]})
    service.replicas[replica.id] = replica


def _numbered(queries: Mapping[str, Json]) -> dict[int, Json]:
    return {int(number): query for number, query in queries.items()}


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
