"""Reading untrusted JSON objects into typed values: what has the wrong type counts as absent."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
import re
from typing import Optional

from ..json_value import Json, json_number, json_object, json_objects
from .urls import ItemId, parse_url

Box = tuple[float, float, float, float]

UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=timezone.utc)
_ITEM_ID = re.compile(r"[0-9a-fA-F]{32}")


def text(json: Json, key: str) -> str:
    """The text under `key`, without blanks around it; empty when there is none."""
    value = json.get(key)
    return value.strip() if isinstance(value, str) else ""


def texts(json: Json, key: str) -> tuple[str, ...]:
    """The texts in the list under `key`."""
    value = json.get(key)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def whole(json: Json, key: str) -> Optional[int]:
    """The whole number under `key`, also where it is written as text."""
    value = json.get(key)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def box(xmin: object, ymin: object, xmax: object, ymax: object) -> Optional[Box]:
    """Four finite numbers that make a box; None for any others, as empty extents have them."""
    west, south, east, north = json_number(xmin), json_number(ymin), json_number(xmax), json_number(ymax)
    if west is None or south is None or east is None or north is None or west > east or south > north:
        return None
    return west, south, east, north


def mapping(json: Json, key: str) -> Json:
    """The object under `key`, or an empty one."""
    return json_object(json.get(key))


def objects(json: Json, key: str) -> tuple[Json, ...]:
    """The objects in the list under `key`."""
    return tuple(json_objects(json.get(key)))


def moment(json: Json, key: str) -> datetime:
    """The time under `key`, given in milliseconds since 1970 UTC; 1970 itself where there is none."""
    try:
        return UNKNOWN_TIME + timedelta(milliseconds=whole(json, key) or 0)
    except OverflowError:
        return UNKNOWN_TIME


def item_id(value: object) -> Optional[ItemId]:
    """An item id: 32 hex digits, lower case."""
    return ItemId(value.lower()) if isinstance(value, str) and _ITEM_ID.fullmatch(value) else None


def web_address(json: Json, key: str) -> str:
    """The http(s) address under `key` as it stands there; empty when there is no such."""
    value = text(json, key)
    try:
        parse_url(value)
    except ValueError:
        return ""
    return value
