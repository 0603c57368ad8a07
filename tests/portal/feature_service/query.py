"""query of a layer, and the pages of its attachments."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from ..tokens import Refusal
from .areas import rings_of, touches
from .behaviour import Json
from .download import Told
from .layers import GEOMETRY, ServiceLayer
from .projection import projected, usual
from .request import ServiceRequest, bad_parameter
from .results import demand
from .spelling import with_bare_guids
from .store import Values

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn


def query(service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer) -> Json:
    demand(service, "Query")
    rows = _selected(service, request, layer)
    if request.flag("returnCountOnly"):
        return {"count": len(rows)}
    if request.flag("returnIdsOnly"):
        return {"objectIdFieldName": layer.object_id, "objectIds": [row[layer.object_id] for row in rows]}
    start = request.number("resultOffset", 0) or 0
    limit = min(request.number("resultRecordCount") or 1 << 31, layer.json.get("maxRecordCount", 2000))
    page = rows[start : start + limit]
    wkid = _out_reference(service, request)
    told = Told(service, request.url, wkid)
    features = [told.feature(layer, row) for row in page]
    shown = _shown(request, layer)
    with_geometry = request.flag("returnGeometry", True) and layer.geometry_type is not None
    for feature in features:
        feature["attributes"] = {name: feature["attributes"].get(name) for name in shown}
        if not with_geometry:
            feature.pop("geometry", None)
    answer: Json = {
        "objectIdFieldName": layer.object_id,
        "globalIdFieldName": layer.global_id,
        "fields": [layer.fields[name] for name in shown],
        "features": features,
    }
    if with_geometry:
        answer.update(geometryType=layer.geometry_type, spatialReference={"wkid": wkid})
    if start + limit < len(rows):
        answer["exceededTransferLimit"] = True
    return answer


def _selected(service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer) -> list[Values]:
    where = with_bare_guids(request.text("where", "1=1"))
    numbers = request.numbers("objectIds")
    if numbers:
        where = f'({where}) AND "{layer.object_id}" IN ({", ".join(map(str, numbers))})'
    try:
        rows = layer.rows.rows(where)
    except sqlite3.Error:
        raise Refusal(
            400, "Cannot perform query. Invalid query parameters.", details=("'where' clause is invalid.",)
        ) from None
    if not request.has("geometry"):
        return rows
    area = request.json("geometry", dict)
    own = area.pop("spatialReference", None) or {}
    try:
        rings = rings_of(
            projected(area, request.number("inSR") or own.get("wkid") or service.wkid, service.wkid)
        )
    except (KeyError, ValueError):
        raise bad_parameter("geometry") from None
    geometries = (
        (row, Told(service, request.url, service.wkid).geometry(row)) for row in rows if row[GEOMETRY]
    )
    return [row for row, geometry in geometries if touches(rings, geometry)]


def _out_reference(service: FeatureServiceStandIn, request: ServiceRequest) -> int:
    text = request.text("outSR")
    reference: Any = request.json("outSR", dict)["wkid"] if text.startswith("{") else request.number("outSR")
    wkid = int(reference or service.wkid)
    try:
        projected([0.0, 0.0], service.wkid, usual(wkid))
    except ValueError:
        raise bad_parameter("outSR") from None
    return wkid


def _shown(request: ServiceRequest, layer: ServiceLayer) -> list[str]:
    wanted = [name.strip() for name in request.text("outFields", layer.object_id).split(",")]
    if "*" in wanted:
        return list(layer.fields)
    names = [layer.own_name(name) for name in wanted]
    if None in names:
        raise bad_parameter("outFields")
    return [name for name in names if name is not None]


def attachments_of(
    service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer, object_id: int
) -> Json:
    row = layer.rows.current_by_object_id(object_id)
    if row is None:
        raise Refusal(404, "Feature not found.")
    files = layer.attachments.rows("parentGlobalId = ?", (row[layer.global_id],))
    return {"attachmentInfos": [_attachment_info(service, one) for one in files]}


def _attachment_info(service: FeatureServiceStandIn, row: Values) -> Json:
    return {
        "id": row["attachmentId"],
        "globalId": service.spelling.guid(row["globalId"]),
        "parentGlobalId": service.spelling.guid(row["parentGlobalId"]),
        **{key: row[key] for key in ("name", "contentType", "size")},
    }


def query_attachments(service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer) -> Json:
    """By object ids, GlobalIDs or a definition expression; grouped by feature."""
    demand(service, "Query")
    numbers = request.numbers("objectIds")
    told = [one.strip() for one in request.text("globalIds").strip("[]").split(",") if one.strip()]
    quoted = ", ".join("'" + one.strip("\"'") + "'" for one in told)
    where = request.text("definitionExpression", "1=1")
    if numbers:
        where += f' AND "{layer.object_id}" IN ({", ".join(map(str, numbers))})'
    if quoted:
        where += f' AND "{layer.global_id}" IN ({quoted})'
    try:
        rows = layer.rows.rows(with_bare_guids(where))
    except sqlite3.Error:
        raise bad_parameter("definitionExpression") from None
    groups = []
    for row in rows:
        files = layer.attachments.rows("parentGlobalId = ?", (row[layer.global_id],))
        if files:
            groups.append(
                {
                    "parentObjectId": row[layer.object_id],
                    "parentGlobalId": service.spelling.guid(row[layer.global_id]),
                    "attachmentInfos": [_attachment_info(service, one) for one in files],
                }
            )
    return {"attachmentGroups": groups}
