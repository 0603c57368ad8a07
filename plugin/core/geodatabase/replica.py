"""The replica of a mobile geodatabase: who it belongs to, and how far it is synchronised.

The definition of the Sync Replica item repeats a block for each dataset; a sync updates the copy
in the Sync Dataset item, so generations are read there first. In the per-replica model they
stand on the replica itself. Client generations are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Optional, TypeVar

from ..untrusted.xml import Element
from .definition import parse_definition
from .schema import CatalogueItem

_SYNC_REPLICA = "{5B966567-FB87-4DDE-938B-B4B37423539D}"
_SYNC_DATASET = "{D86502F9-9758-45C6-9D23-6DD1A0107B47}"
_UNIX_EPOCH_JULIAN = 2440587.5
_MS_PER_DAY = 86_400_000.0
_E = TypeVar("_E", bound=Enum)


class SyncModel(Enum):
    """Whether each layer has its own generations or the replica has one for all."""

    PER_LAYER = "esriSyncModelPerLayer"
    PER_REPLICA = "esriSyncModelPerReplica"
    NONE = "esriSyncModelNone"


class SyncDirection(Enum):
    """Which way edits travel."""

    BIDIRECTIONAL = "esriSyncDirectionBidirectional"
    DOWNLOAD = "esriSyncDirectionDownload"
    UPLOAD = "esriSyncDirectionUpload"
    SNAPSHOT = "esriSyncDirectionSnapshot"


@dataclass(frozen=True)
class Generations:
    """`server` is the server's own number; the client's three are milliseconds since 1970."""

    server: int = 0
    client_download: int = 0
    client_upload: int = 0
    client_acknowledged: int = 0


class RowsQuery(Enum):
    """Which rows of a table the replica takes besides related ones."""

    FILTER = "esriRowsTypeFilter"
    NONE = "esriRowsTypeNone"
    ALL = "esriRowsTypeAll"


@dataclass(frozen=True)
class SyncDataset:
    """One table of the replica; `layer_id` is None where only the table name is known."""

    table: str
    layer_id: Optional[int]
    direction: SyncDirection
    generations: Generations
    where: str = ""
    use_geometry: bool = True
    is_attachment: bool = False
    rows: RowsQuery = RowsQuery.FILTER
    include_related: bool = True


@dataclass(frozen=True)
class Replica:
    """The replica as the file states it.

    `uuid` is the one that a service knows the replica by (GDB_Items.UUID, lower case, without
    braces). `id` is that of the definition, None where it is all zeros (packages for scheduled
    updates, not registered);
    `query_rings` are the rings of the area as (x, y) pairs in the system of `query_wkid`.
    """

    name: str
    uuid: str
    id: Optional[str]
    service_url: str
    owner: str
    model: SyncModel
    direction: SyncDirection
    created: Optional[datetime]
    last_sync: Optional[datetime]
    returns_attachments: bool
    query_rings: tuple[tuple[tuple[float, float], ...], ...]
    query_wkid: int
    datasets: tuple[SyncDataset, ...]

    @property
    def server_gen(self) -> Optional[int]:
        """One number for the whole file, as the .marea holds it: of the lowest layer id."""
        known = [d for d in self.datasets if d.layer_id is not None and not d.is_attachment]
        first = min(known, key=lambda d: d.layer_id or 0, default=None)
        return first.generations.server if first else None

    def dataset(self, table: str) -> Optional[SyncDataset]:
        """The dataset of a table, by its name in any case."""
        return next((d for d in self.datasets if d.table.casefold() == table.casefold()), None)


def generation_to_julian(generation: int) -> float:
    """Milliseconds since 1970 as the Julian day that history columns hold."""
    return generation / _MS_PER_DAY + _UNIX_EPOCH_JULIAN


def read_replica(items: Iterable[CatalogueItem]) -> Optional[Replica]:
    """The replica of the file; None where it has none."""
    items = list(items)
    item = next((i for i in items if i.type == _SYNC_REPLICA and i.definition), None)
    if item is None:
        return None
    xml = parse_definition(item.definition)
    model = _member(SyncModel, xml.text_of("SyncModel"), SyncModel.PER_LAYER)
    shared = _generations(xml) if model is SyncModel.PER_REPLICA else None
    updated = [parse_definition(i.definition) for i in items if i.type == _SYNC_DATASET]
    listed = [x for x in xml.every("GPSyncDataset") if x.find("DatasetName")]
    own = {_table(x): x for x in updated if x.name == "GPSyncDataset"}
    blocks = [own.get(_table(x), x) for x in listed] or list(own.values())
    replica_id = xml.text_of("ReplicaID")
    geometry = xml.find("QueryGeometry") or Element("")
    reference = geometry.find("SpatialReference") or Element("")
    return Replica(
        name=xml.text_of("ReplicaName", item.name),
        uuid=item.uuid.strip("{}").lower(),
        id=replica_id if replica_id.strip("{}0-") else None,
        service_url=xml.text_of("ServiceName"),
        owner=xml.text_of("Owner"),
        model=model,
        direction=_member(SyncDirection, xml.text_of("Direction"), SyncDirection.BIDIRECTIONAL),
        created=_time(xml.text_of("CreationDate")),
        last_sync=_time(xml.text_of("LastSyncDate")),
        returns_attachments=xml.text_of("ReturnsAttachments") == "true",
        query_rings=_rings(geometry),
        query_wkid=_whole(reference, "LatestWKID") or _whole(reference, "WKID"),
        datasets=tuple(_dataset(x, shared) for x in blocks),
    )


def _dataset(xml: Element, shared: Optional[Generations]) -> SyncDataset:
    layer_id = xml.number_of("LayerID")
    return SyncDataset(
        table=_table(xml),
        layer_id=int(layer_id) if layer_id is not None else None,
        direction=_member(SyncDirection, xml.text_of("Direction"), SyncDirection.BIDIRECTIONAL),
        generations=shared or _generations(xml),
        where=xml.text_of("Where"),
        use_geometry=xml.text_of("UseGeometry") != "false",
        is_attachment=xml.text_of("IsAttachment") == "true",
        rows=_member(RowsQuery, xml.text_of("QueryOption"), RowsQuery.FILTER),
        include_related=xml.text_of("IncludeRelated") != "false",
    )


def _table(xml: Element) -> str:
    return xml.text_of("DatasetName").rpartition(".")[2]


def _generations(xml: Element) -> Generations:
    names = ("ServerGen", "ClientDownloadGen", "ClientUploadGen", "ClientAcknowledgeUploadGen")
    return Generations(*(_whole(xml, f"Replica{name}") for name in names))


def _whole(xml: Element, path: str) -> int:
    """A whole number of any size, exact; 0 where there is none."""
    text = xml.text_of(path)
    return int(text) if text.lstrip("-").isdigit() and len(text) < 20 else 0


def _rings(geometry: Element) -> tuple[tuple[tuple[float, float], ...], ...]:
    rings = []
    for ring in geometry.every("Ring"):
        pairs = ((p.number_of("X"), p.number_of("Y")) for p in ring.every("Point"))
        rings.append(tuple((x, y) for x, y in pairs if x is not None and y is not None))
    return tuple(rings)


def _time(text: str) -> Optional[datetime]:
    """UTC; None for none, and for the first second of 1970, which says “never”."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return moment if moment.timestamp() > 1 else None


def _member(kind: type[_E], stated: str, default: _E) -> _E:
    return next((member for member in kind if member.value == stated), default)
