"""Damages the web maps and layers of the samples member by member, and makes a project of each.

`/usr/bin/python3 -m tests.fuzz.web_maps [maps] [seed]`

A finding is any exception but the plugin's own errors.
"""

import copy
import json
import os
from pathlib import Path
import random
import sys
import tempfile
import traceback

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from osgeo import gdal
from qgis.core import QgsApplication

from plugin.core.errors import OfflineMapError
from plugin.core.web_map import parse_web_map
from plugin.layers.open_project.groups import read_groups
from plugin.layers.project.project import write_project
from tests.fidelity.web_maps import make_offline_map, service_map

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "webmap"
VALUES = [
    *(None, True, False, 0, -1, 7, 1e308, float("nan"), float("inf"), 10**400),
    *("", "x", "{a}", "[% 1 %]", "\x00", "a" * 5000, "NaN", "' OR 1=1 --"),
    *([], {}, [[]], [{}], [None], [1, 2, 3, 4], {"type": "x"}, {"x": 1, "y": 2}),
]
MEMBERS = [
    ("blendMode", "multiply"),
    ("effect", [{"type": "blur", "radius": 1e9}, {"type": "drop-shadow", "xoffset": 1e300}]),
    ("featureEffect", {"filter": {"where": "1=1"}, "excludedEffect": [{"type": "opacity", "amount": -1}]}),
    ("featureReduction", {"type": "cluster", "clusterRadius": -3}),
    ("orderBy", [{"field": '"'}]),
    ("listMode", "hide"),
    ("timeInfo", {"startTimeField": "OBJECTID"}),
    ("bookmarks", [{"viewpoint": {"targetGeometry": {"x": 1, "y": 2}, "scale": 1e300}}]),
    ("layers", [{"layerType": "GroupLayer", "layers": [{}]}]),
]


def paths(value, path=()):
    """Where every member and item stands."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield (*path, key)
        yield from paths(child, (*path, key))


def damaged(json_value, chance):
    """The same with up to six members changed, dropped, added or doubled."""
    changed = copy.deepcopy(json_value)
    for _ in range(chance.randint(1, 6)):
        places = list(paths(changed))
        if not places:
            break
        *above, last = chance.choice(places)
        holder = changed
        for key in above:
            holder = holder[key]
        kind = chance.random()
        if kind < 0.55:
            holder[last] = copy.deepcopy(chance.choice(VALUES))
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        elif kind < 0.7:
            del holder[last]
        else:
            name, value = chance.choice(MEMBERS)
            holder[name] = copy.deepcopy(value)
    return changed


def attempt(file, chance) -> str:
    """What came of one damaged map: "made", "refused" or "unfit" (no data can be made for it)."""
    content = json.loads(file.read_text("utf-8"))
    of_service = file.parent.name == "layers"
    web_map = service_map(content) if of_service else damaged(content, chance)
    service = damaged(content, chance) if of_service else {}
    try:
        parse_web_map(web_map, "Map")
    except OfflineMapError:
        return "refused"
    with tempfile.TemporaryDirectory() as folder:
        try:
            offline_map = make_offline_map(web_map, Path(folder) / "map", service)
        except Exception:  # noqa: BLE001 - the maker of test data needs sane names and types
            return "unfit"
        try:
            target = offline_map.work_folder / "offline_map.qgz"
            write_project(offline_map, target)
            read_groups(target)
        except OfflineMapError:
            return "refused"
    return "made"


def main(count: int = 500, seed: int = 1) -> int:
    """Tries `count` maps; returns the number of findings."""
    gdal.UseExceptions()
    application = QgsApplication([], False)
    application.initQgis()
    files = sorted(SAMPLES.glob("[wl]*s/*.json"))
    counts: dict[str, int] = {}
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        try:
            result = attempt(chance.choice(files), chance)
        except Exception:  # noqa: BLE001 - that is what is looked for
            result = "found"
            print(f"map {number} of seed {seed}:\n{traceback.format_exc()}")
        counts[result] = counts.get(result, 0) + 1
    print(counts)
    return counts.get("found", 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])) > 0)
