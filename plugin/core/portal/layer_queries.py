"""Rows and attachments of a layer by GlobalID.

GlobalIDs are asked for as `{UPPER}` first; what is not found so, in the other spellings: some data stores
compare the text. Source: the ArcGIS REST API (query, queryAttachments).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
import json
import re
from typing import Callable, Optional

from ..errors import BrokenAnswer
from ..json_value import Json, folded_keys, json_object, json_objects, json_string, json_whole
from ..untrusted.json_stream import JsonPlace
from .global_ids import global_id
from .service_answers import ServiceAnswers
from .service_info import LayerInfo

_CHUNK = 150
_SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda braced: braced,
    lambda braced: braced[1:-1],
    lambda braced: braced[1:-1].lower(),
)
_FIELD_NAME = re.compile(r"[^\W\d]\w{0,63}")


@dataclass(frozen=True)
class AttachmentInfo:
    """An attachment that a row of the service has. GlobalIDs as `{UPPER}`; `size` in bytes."""

    parent: str
    global_id: Optional[str]
    name: str = ""
    content_type: str = ""
    size: int = 0
    url: str = ""


class LayerQueries:
    """Questions to the layer at `url`. GlobalIDs may have any spelling; what is none is nowhere."""

    def __init__(self, answers: ServiceAnswers, url: str, layer: LayerInfo):
        self._answers = answers
        self._url = url
        self._layer = layer

    def existing_ids(self, global_ids: Iterable[str]) -> set[str]:
        """Those that a row has, as `{UPPER}`."""
        values = {"outFields": self._id_field(), "returnGeometry": "false"}
        return {found for found, _ in self._rows(values, global_ids)}

    def rows(self, global_ids: Iterable[str], wkid: Optional[int]) -> Iterator[Json]:
        """The rows that are there, as Esri JSON with all fields, the geometry in `wkid`."""
        values = {
            "outFields": "*",
            "returnGeometry": "true",
            "returnZ": json.dumps(self._layer.has_z),
            "returnM": json.dumps(self._layer.has_m),
        }
        if wkid is not None:
            values["outSR"] = str(wkid)
        return (row for _, row in self._rows(values, global_ids))

    def attachments(self, parents: Iterable[str]) -> Iterator[AttachmentInfo]:
        """Those of the rows with these GlobalIDs."""
        values = {"returnUrl": "true"}
        url = f"{self._url}/queryAttachments"
        for parent, group in self._found(url, "definitionExpression", "attachmentgroups", values, parents):
            for known in map(folded_keys, json_objects(folded_keys(group).get("attachmentinfos"))):
                yield AttachmentInfo(
                    parent=parent,
                    global_id=global_id(known.get("globalid")),
                    name=json_string(known.get("name")),
                    content_type=json_string(known.get("contenttype")),
                    size=max(0, json_whole(known.get("size")) or 0),
                    url=json_string(known.get("url")),
                )

    def _rows(self, values: Mapping[str, str], global_ids: Iterable[str]) -> Iterator[tuple[str, Json]]:
        return self._found(f"{self._url}/query", "where", "features", values, global_ids)

    def _found(
        self, url: str, condition: str, key: str, values: Mapping[str, str], global_ids: Iterable[str]
    ) -> Iterator[tuple[str, Json]]:
        """The objects in the list `key` of the answers, each once, with the GlobalID that it was asked by."""
        missing = {braced: None for braced in map(global_id, global_ids) if braced}
        size = max(1, min(_CHUNK, self._layer.most_records or _CHUNK))
        for spelling in _SPELLINGS:
            ids = list(missing)
            for start in range(0, len(ids), size):
                chunk = ids[start : start + size]
                while chunk:
                    count = len(missing)
                    form = {**values, condition: self._where(chunk, spelling)}
                    is_cut_off = yield from self._taken(url, form, key, missing)
                    # A server may give fewer rows than it was asked for: it is asked for the others.
                    goes_on = is_cut_off and len(missing) < count
                    chunk = [one for one in chunk if one in missing] if goes_on else []

    def _taken(
        self, url: str, form: Mapping[str, str], key: str, missing: dict[str, None]
    ) -> Generator[tuple[str, Json], None, bool]:
        """Those of one answer that were missing, and no longer are; True where the answer is cut off."""
        file = self._answers.file_of(url, form)
        is_cut_off = False
        try:
            for place, value in file.values(lambda place: not place or _is(place, key)):
                is_cut_off |= _is(place, "exceededtransferlimit") and value is True
                found = self._global_id_of(value) if len(place) == 2 and isinstance(value, Mapping) else ""
                if found in missing:
                    del missing[found]
                    yield found, value
        finally:
            file.discard()
        return is_cut_off

    def _where(self, ids: list[str], spelling: Callable[[str], str]) -> str:
        listed = ",".join(f"'{spelling(braced)}'" for braced in ids)
        return f"{self._id_field()} IN ({listed})"

    def _id_field(self) -> str:
        name = self._layer.global_id_field
        if not _FIELD_NAME.fullmatch(name):
            raise BrokenAnswer(
                "“{layer}” has no GlobalIDs, which are needed to find its rows.",
                next_step="Ask its owner to add them.",
                layer=self._layer.name,
            )
        return name

    def _global_id_of(self, value: Json) -> str:
        """Of a row, or of the row that a group of attachments belongs to; "" for none."""
        known = folded_keys(value)
        attributes = folded_keys(json_object(known.get("attributes")))
        stated = known.get("parentglobalid", attributes.get(self._layer.global_id_field.casefold()))
        return global_id(stated) or ""


def _is(place: JsonPlace, key: str) -> bool:
    return len(place) == 1 and str(place[0]).casefold() == key
