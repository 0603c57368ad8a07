"""The ArcGIS API for Python, from PyPI, uses the portal stand-in as it would use any portal.

It insists on https, signs in with generateToken, asks for relations by POST with `relationshipTypes`,
follows `nextKey`, and downloads through the redirect to object storage. Then it creates, synchronises,
lists and unregisters replicas of a feature service (replicas.py). Every line of the table is a
comparison of what that client holds with what was served. Exit code 1 if any differs.
"""

from __future__ import annotations

from collections.abc import Callable
import hashlib
from io import BytesIO
import logging
from pathlib import Path
import sqlite3
import sys
import tempfile
from typing import Any
import warnings
import zipfile

from arcgis.gis import GIS
from replicas import add_wells, compare_replicas

from tests.portal import (
    PortalContent,
    PortalStandIn,
    add_geodatabase,
    add_map_area,
    add_tiles,
    add_web_map,
    canyonlands,
    feature_layer,
    tiled_layer,
)
from tests.portal.map_areas import rectangle

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


def small_content() -> PortalContent:
    """A private web map with one area and two packages, for machines without the samples."""
    content = PortalContent()
    service = content.add_feature_service(
        "wells", {"layers": [{"id": 0, "name": "Wells"}]}, {0: {"name": "Wells"}}
    )
    tiles = "https://tiles.example.org/arcgis/rest/services/ground/MapServer"
    layers, basemap = [feature_layer("Wells", f"{service}/0")], [tiled_layer("Ground", tiles)]
    web_map = add_web_map(content, "Wells", layers, basemap=basemap, access="private")
    extent = (1_100_000.0, 6_900_000.0, 1_101_000.0, 6_901_000.0)
    area = add_map_area(
        content, web_map, "Old town", extent, polygon=rectangle(extent), thumbnail=b"\x89PNG\r\n"
    )
    with sqlite3.connect(":memory:") as wells:
        wells.execute("CREATE TABLE Wells (OBJECTID INTEGER PRIMARY KEY, depth REAL)")
        wells.executemany("INSERT INTO Wells (depth) VALUES (?)", [(n / 7,) for n in range(20_000)])
    add_geodatabase(content, area, wells.serialize(), service, gens={0: 1200})
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("esriinfo/item.pkinfo", "<pkinfo/>")
    add_tiles(content, area, archive.getvalue(), tiles, levels=range(3))
    return content


def sha256(content: bytes | Path) -> str:
    return hashlib.sha256(content.read_bytes() if isinstance(content, Path) else content).hexdigest()


class Comparison:
    """The table: one line for each thing proven, and whether all were."""

    def __init__(self) -> None:
        self.equal = True

    def line(self, what: str, theirs: object, ours: object, shown: str = "") -> None:
        same = theirs == ours
        self.equal = self.equal and same
        verdict = shown or str(ours) if same else f"DIFFERS: {theirs!r} is not {ours!r}"
        print(f"  {'ok' if same else '--'}  {what:34} {verdict[:90]}")


def refusal(action: Callable[[], Any], sentence: str) -> str:
    """The portal's sentence as the client repeats it; else what the client got or said instead."""
    try:
        return f"got {action()}"
    except Exception as error:  # noqa: BLE001 - the client raises bare Exception
        return sentence if sentence in str(error) else str(error)


def compare(portal: PortalStandIn, table: Comparison) -> GIS:
    """The portal's items; returns the signed-in client."""
    content, user = portal.content, portal.content.users[portal.content.owner]

    def connect(*credentials: str) -> GIS:
        return GIS(portal.url, *credentials, verify_cert=False, use_gen_token=True)

    web_map = next(item for item in content.items.values() if item.json["type"] == "Web Map")
    wrong, closed = "Invalid username or password.", "Token Required."
    table.line("wrong password", refusal(lambda: connect(user.name, "wrong"), wrong), wrong)
    table.line("private map, anonymous", refusal(lambda: connect().content.get(web_map.id), closed), closed)
    gis = connect(user.name, user.password)
    table.line("signed in as", gis.users.me.username, user.name)
    found = gis.content.search('type:"Web Map" typekeywords:"Offline Map Areas"')
    table.line("web maps found by search", [item.id for item in found], [web_map.id])
    theirs = gis.content.get(web_map.id)
    table.line("web map item", (theirs.title, theirs.type), (web_map.json["title"], "Web Map"))
    titles = [layer["title"] for layer in theirs.get_data()["operationalLayers"]]
    table.line(
        "web map data: layers", titles, [layer["title"] for layer in web_map.data["operationalLayers"]]
    )
    portal.sharing.page_limit = 1  # from here on the client has to follow `nextKey`
    areas = theirs.related_items("Map2Area")
    table.line("map areas", [a.id for a in areas], [a.id for a in content.related(web_map.id, ["Map2Area"])])
    for area in areas:
        compare_area(portal, area, table)
    return gis


def compare_area(portal: PortalStandIn, area: Any, table: Comparison) -> None:
    ours = portal.content.items[area.id]
    polygon = area.resources.get(ours.json["properties"]["area"]["resource"])
    table.line("area polygon resource", polygon, next(iter(ours.resources.values())).content, "equal")
    table.line("area thumbnail", area.get_thumbnail(), next(iter(ours.files.values())), "equal")
    back = area.related_items("Map2Area", "reverse")
    packages = area.related_items("Area2Package")
    expected = portal.content.related(area.id, ["Area2Package"])
    table.line("area's web map (reverse)", [len(back), back[0].type], [1, "Web Map"])
    table.line(
        "packages", [p.id for p in packages], [p.id for p in expected], ", ".join(p.type for p in packages)
    )
    for package, served in zip(packages, expected):
        table.line(
            "  properties",
            package.properties["url"],
            portal.sharing.addresses.live(served.json)["properties"]["url"],
        )
        with tempfile.TemporaryDirectory() as folder:
            file = Path(package.download(folder))
            table.line("  file name", file.name, served.json["name"])
            table.line("  bytes", file.stat().st_size, served.json["size"])
            table.line("  sha256", sha256(file), sha256(served.data))


def main() -> int:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    sample = (SAMPLES / "canyonlands").is_dir()
    content = canyonlands(SAMPLES, access="private", own_service=True) if sample else small_content()
    table = Comparison()
    name = "canyonlands" if sample else "own content"
    print(f"ArcGIS API for Python against the portal stand-in ({name}, https, files by redirect):")
    service = add_wells(content)
    with PortalStandIn(content, redirect_data=True, tls=True, server_takes_portal_tokens=True) as portal:
        compare_replicas(portal, service, compare(portal, table), table)
    print("equal" if table.equal else "NOT equal")
    return 0 if table.equal else 1


if __name__ == "__main__":
    sys.exit(main())
