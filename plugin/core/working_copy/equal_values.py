"""Values of a working copy that mean the same though another program wrote them otherwise."""

from __future__ import annotations

from datetime import datetime, timezone

from ..errors import Damaged
from .wkb_reader import wkb_of_geopackage


def same_geometry(one: object, other: object) -> bool:
    """True for GeoPackage geometries that differ in their headers at most: envelopes are optional there."""
    if not isinstance(one, bytes) or not isinstance(other, bytes):
        return False
    try:
        return wkb_of_geopackage(one) == wkb_of_geopackage(other)
    except Damaged:
        return False


def same_moment(one: object, other: object) -> bool:
    """True for two spellings of one moment in ISO 8601, with or without fractions of a second."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    try:
        return _moment(one) == _moment(other)
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
