"""The pages that take files: uploads, and the attachments of one feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tokens import Refusal
from .attachment_edits import AttachmentEdits
from .behaviour import Json
from .editing import Editing
from .layers import ServiceLayer
from .request import ServiceRequest, bad_parameter
from .results import demand

if TYPE_CHECKING:
    from .service import FeatureServiceStandIn

MAX_WHOLE_UPLOAD = 10 << 20


def upload_page(service: FeatureServiceStandIn, request: ServiceRequest, path: str) -> Json:
    """`upload`, `register`, `<id>`, `<id>/uploadPart`, `<id>/commit`, `<id>/delete`."""
    demand(service, "Uploads")
    first, _, action = path.partition("/")
    if first.lower() == "upload":
        name, content = _file(request, "file")
        if len(content) > MAX_WHOLE_UPLOAD:
            raise Refusal(
                400, "Unable to upload.", details=("The file is too large: register it and send parts.",)
            )
        upload = service.uploads.get(service.uploads.add(name, content))
        return {"success": True, "item": upload.json() if upload else None}
    if first.lower() == "register":
        return {"success": True, "item": service.uploads.register(request.text("itemName", "upload")).json()}
    upload = service.uploads.get(first)
    if upload is None:
        raise Refusal(404, "Item not found.")
    if action.lower() == "uploadpart":
        number = request.number("partId")
        if number is None:
            raise bad_parameter("partId")
        upload.parts[number] = _file(request, "file")[1]
        return {"success": True, "partID": number}
    if action.lower() == "commit":
        if not service.uploads.commit(upload, request.numbers("parts") or sorted(upload.parts)):
            raise bad_parameter("parts")
        return {"success": True, "item": upload.json()}
    if action.lower() == "delete":
        return {"success": service.uploads.delete(upload.id)}
    return upload.json()


def _file(request: ServiceRequest, name: str) -> tuple[str, bytes]:
    """(file name, content) of a part of the form."""
    if name not in request.asked.files:
        raise bad_parameter(name)
    return request.asked.files[name]


def add_attachment(
    service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer, number: int
) -> Json:
    name, content = _attached(service, request)
    edit = {"name": name, "contentType": request.text("contentType", "application/octet-stream")}
    return {"addAttachmentResult": _edited(service, request, layer, number, "adds", [{**edit, **content}])[0]}


def update_attachment(
    service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer, number: int
) -> Json:
    name, content = _attached(service, request)
    row = layer.attachments.current_by_object_id(request.number("attachmentId") or -1)
    edit = {"name": name, "globalId": row["globalId"] if row else "", **content}
    return {"updateAttachmentResult": _edited(service, request, layer, number, "updates", [edit])[0]}


def delete_attachments(
    service: FeatureServiceStandIn, request: ServiceRequest, layer: ServiceLayer, number: int
) -> Json:
    found = [layer.attachments.current_by_object_id(one) for one in request.numbers("attachmentIds")]
    ids = [row["globalId"] if row else "" for row in found]
    return {"deleteAttachmentResults": _edited(service, request, layer, number, "deletes", ids)}


def _attached(service: FeatureServiceStandIn, request: ServiceRequest) -> tuple[str, Json]:
    """The file's name, and a reference to its content."""
    if request.has("uploadId"):
        upload = service.uploads.get(request.text("uploadId"))
        return upload.name if upload else "", {"uploadId": request.text("uploadId")}
    name, content = _file(request, "attachment")
    return name, {"uploadId": service.uploads.add(name, content)}


def _edited(
    service: FeatureServiceStandIn,
    request: ServiceRequest,
    layer: ServiceLayer,
    number: int,
    kind: str,
    edits: list[Json] | list[str],
) -> list[Json]:
    with service.store.transaction():
        row = layer.rows.current_by_object_id(number)
        if row is None:
            raise Refusal(404, "Feature not found.")
        parent = row[layer.global_id]
        told = [{**one, "parentGlobalId": parent} if isinstance(one, dict) else one for one in edits]
        editing = Editing(service, request.user, request.now)
        return AttachmentEdits(editing).apply(layer, kind, told)
