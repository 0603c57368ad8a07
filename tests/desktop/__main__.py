"""`python -m tests.desktop FOLDER [tour|sync|states|arrival|measure]`; returns 1 if something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Listener
import os
from pathlib import Path
import shutil
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import QgsApplication

from tests.desktop.crowd import crowded_portal
from tests.desktop.session import ROOT, Display, profile, run_qgis, serve
from tests.fixtures.synced_town import synced_town
from tests.fixtures.town_portal import town_portal
from tests.portal import PortalContent, PortalStandIn, add_map_area, add_web_map


def tour(folder: Path, run: Callable[..., int], told: dict) -> int:
    """Two sessions: the second goes on with what the first left behind."""
    for module, part in (("tour", "first"), ("going_on", "second")):
        code = run({**told, "module": module, "part": part})
        if code:
            return code
    return 0


def sync(folder: Path, run: Callable[..., int], told: dict) -> int:
    """A map that is edited, updated and finished."""
    return run({**told, "module": "syncing", "part": "sync"})


def measure(folder: Path, run: Callable[..., int], told: dict) -> int:
    """The figures of docs/benchmarks.md."""
    run({**told, "module": "measuring", "part": "compile"})
    sys.stdout.write("| what | figure | goal |\n|---|---|---|\n")
    return run({**told, "module": "measuring", "part": "measure"}, patience=900)


def states(folder: Path, run: Callable[..., int], told: dict) -> int:
    """The pictures of docs/states.md, and the windows in German on a small screen."""
    parts = [
        ({"part": "states", "run": f"states at {scale}00 %", "scale": scale}, "en_US", str(scale))
        for scale in (1, 2)
    ]
    code = 0
    for part, language, scale in (*parts, ({"part": "german"}, "de_DE", "1")):
        shutil.rmtree(folder / "profiles")
        profile(folder, language)
        code += run({**told, "module": "states", **part}, QT_SCALE_FACTOR=scale)
    return code


def arrival(folder: Path, run: Callable[..., int], told: dict) -> int:
    """The first minutes from a fresh profile, on a light and on a dark theme."""
    private = PortalContent("surveyor", "theodolite-7")
    web_map = add_web_map(private, "Elmsund, valves (internal)", [], offline={}, access="private")
    extent = (1_100_000.0, 6_900_000.0, 1_104_000.0, 6_903_000.0)
    add_map_area(private, web_map, "North", extent, access="private")
    code = 0
    with PortalStandIn(private) as portal:
        told = {**told, "private": web_map, "private_portal": portal.url, "module": "arrival"}
        for theme in ("default", "Night Mapping"):
            shutil.rmtree(folder / "profiles")
            shutil.rmtree(folder / "Offline Map Areas", ignore_errors=True)
            profile(folder)
            code += run({**told, "part": "arrival", "run": f"arrival {theme}", "theme": theme})
    return code


def town(folder: Path) -> tuple[PortalContent, dict[str, str]]:
    """Elmsund, a web map without areas, and one that is not for offline use."""
    content = town_portal(folder)
    found = next(item.id for item in content.items.values() if item.json["type"] == "Web Map")
    empty = add_web_map(content, "Elmsund by night", [])
    disabled = add_web_map(content, "Elmsund in 1880", [], typeKeywords=["Web Map"])
    return content, {"web_map": found, "empty": empty, "disabled": disabled}


def waterworks(folder: Path) -> tuple[PortalContent, dict[str, str]]:
    """A map area whose feature service is edited."""
    made = synced_town(folder)
    return made.content, {"web_map": made.web_map}


# What is run, its portal, and how large its display is.
DOINGS = {
    "tour": (tour, town, (1800, 1200)),
    "sync": (sync, waterworks, (1800, 1200)),
    "states": (states, town, (2800, 2400)),
    "arrival": (arrival, town, (1800, 1200)),
    "measure": (measure, crowded_portal, (1800, 1200)),
}


def main(folder: Path, doing: str) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], True)  # fonts for the thumbnails; no display is needed
    do, make_content, size = DOINGS[doing]
    content, ids = make_content(folder / "portal")
    profile(folder)
    with ExitStack() as stack:
        portal = stack.enter_context(PortalStandIn(content))
        listener = stack.enter_context(Listener(("127.0.0.1", 0)))
        serve(listener, portal)
        display = stack.enter_context(Display(*size))

        def run(told: dict, patience: float = 200, **variables: str) -> int:
            return run_qgis(folder, display.name, told, patience, **variables)

        told = {"root": str(ROOT), "portal": portal.url, "control": listener.address}
        code = do(folder, run, {**told, **ids, "pictures": str(pictures)})
    del application
    if any(pictures.iterdir()):
        sys.stdout.write(f"Pictures in {pictures}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else "tour"))
