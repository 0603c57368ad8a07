"""Is an offline map what the portal has now?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import NoPackage
from ..portal.map_areas import MapArea
from ..untrusted.json_text import parse_json
from .layout import MapFolder


def holds_revision(folder: Path, area: MapArea, overrides: Mapping[str, object]) -> bool:
    """True when `folder` is what a download of `area` with `overrides` would make now.

    That is: of the same parameters, with every package as the portal has it, and without errors
    but those that another download would meet again (a layer without package).
    """
    try:
        content = parse_json(MapFolder(folder).manifest.read_bytes())
        parameters = content["parameters"]
        same = (
            content["area"]["id"] == area.item.id
            and content["area"]["packages"] == sorted(package.item.id for package in area.packages)
            and all(
                error["code"] == NoPackage.code
                for errors in (content["layerErrors"], content["tableErrors"])
                for error in errors.values()
            )
            and all(parameters[name] == value for name, value in overrides.items())
        )
        held = {file["item"]["id"]: file["item"]["revision"] for file in content["files"] if "item" in file}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    now = {package.item.id: package.item.revision for package in area.packages}
    return same and all(now[item] == revision for item, revision in held.items())
