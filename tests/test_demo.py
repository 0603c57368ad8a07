"""The demo: the town's packages open with our readers, its portal answers as one does, the door works."""

from __future__ import annotations

from collections import Counter
import json
import os
from pathlib import Path
import subprocess
import sys

import pytest
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtGui import QImage
import requests

from plugin.core.geodatabase.catalogue import check_geodatabase, open_geodatabase
from plugin.core.host import Silent
from plugin.core.tiles.tile_package import open_tile_package
from plugin.core.working_copy.write import write_working_copy
from tests.fixtures.town_basemap import tile_range, tiles
from tests.fixtures.town_buildings import buildings
from tests.fixtures.town_geodatabase import replica_id, selected, server_gens
from tests.fixtures.town_ground import FRAME
from tests.fixtures.town_layers import TOWN, WATER_SUPPLY, layers
from tests.fixtures.town_portal import town_portal
from tests.fixtures.town_web_map import AREAS, HILLS, OLD_TOWN, STRAND, WHOLE_TOWN

ROOT = Path(__file__).resolve().parent.parent
LEVELS = (13, 14)  # a handful of tiles


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    return folder, town_portal(folder, LEVELS)


@pytest.fixture
def ask(town, portal):
    """`ask(path, **values)` asks the running portal's sharing/rest for JSON."""
    running = portal(town[1])

    def get(path, **values):
        answer = requests.get(f"{running.rest}/{path}", params={"f": "json", **values}, timeout=10)
        assert answer.status_code == 200
        return answer.json()

    get.rest, get.content = running.rest, town[1]
    return get


def of_type(content, kind):
    return [item for item in content.items.values() if item.json["type"] == kind]


@pytest.mark.parametrize("service", [TOWN, WATER_SUPPLY])
@pytest.mark.parametrize(("number", "area"), [(1, WHOLE_TOWN), (2, OLD_TOWN), (3, STRAND)])
def test_geodatabases_hold_what_touches_their_area(town, tmp_path, service, number, area):
    source = town[0] / f"area_{number}" / f"{service}.geodatabase"
    wanted = {layer.id: len(selected(layer, area)) for layer in layers() if layer.service == service}
    check_geodatabase(source)

    copy = write_working_copy(source, tmp_path / "copy.gpkg", Silent())

    assert [table.error for table in copy.tables] == [None] * len(wanted)
    assert {table.layer_id: table.feature_count for table in copy.tables} == wanted
    # OGR, which nobody here wrote, counts the same.
    for table in copy.tables:
        layer = QgsVectorLayer(f"{copy.path}|layername={table.name}", table.name, "ogr")
        assert layer.featureCount() == table.feature_count, table.name
        assert all(
            feature.geometry().isGeosValid() for feature in layer.getFeatures() if feature.hasGeometry()
        )


def test_areas_differ_and_the_whole_town_holds_them_all():
    for layer in layers():
        whole, old = set(selected(layer, WHOLE_TOWN)), set(selected(layer, OLD_TOWN))
        assert old <= whole
    houses = next(layer for layer in layers() if layer.name == "Buildings")
    assert len(selected(houses, WHOLE_TOWN)) == len(buildings())
    assert 100 < len(selected(houses, OLD_TOWN)) < len(buildings()) / 2


def test_polygons_keep_islands_and_courtyards(town, tmp_path):
    copy = write_working_copy(town[0] / "area_1" / f"{TOWN}.geodatabase", tmp_path / "copy.gpkg", Silent())

    def holes(table):
        layer = QgsVectorLayer(f"{copy.path}|layername={table}", table, "ogr")
        found = Counter()
        for feature in layer.getFeatures():
            rings = feature.geometry().constGet().coordinateSequence()
            found[feature["name"]] += sum(len(part) - 1 for part in rings)
        return found

    waters, houses = holes("Water"), holes("Buildings")
    assert waters["The Sund"] == 2
    assert waters["River Alder"] == 1
    assert houses["Old Convent"] == houses["Town Hall"] == 1
    assert houses["St Olaf's Church"] == 0
    assert holes("Open_space")["Linden Park"] == 1


def test_the_water_supply_has_domains_relationship_and_replica(town):
    path = town[0] / "area_1" / f"{WATER_SUPPLY}.geodatabase"
    with open_geodatabase(path) as geodatabase:
        hydrants = geodatabase.table_of_layer(0)
        status = next(field for field in hydrants.fields if field.name == "status")
        flow = next(field for field in hydrants.fields if field.name == "flow")
        (inspected,) = geodatabase.relationships
        replica = geodatabase.replica

    assert dict(status.domain.codes) == {1: "In service", 2: "Needs repair", 3: "Out of service"}
    assert (flow.domain.minimum, flow.domain.maximum) == (0, 3000)
    assert (inspected.origin, inspected.destination) == ("Hydrants", "Inspections")
    assert replica.uuid == replica_id(path)
    assert {entry.layer_id: entry.generations.server for entry in replica.datasets} == server_gens(
        WATER_SUPPLY
    )
    assert len(replica.query_rings[0]) == 5


def test_inspections_belong_to_hydrants_of_the_same_package(town, tmp_path):
    source = town[0] / "area_2" / f"{WATER_SUPPLY}.geodatabase"
    copy = write_working_copy(source, tmp_path / "copy.gpkg", Silent()).path
    hydrants = QgsVectorLayer(f"{copy}|layername=Hydrants", "Hydrants", "ogr")
    inspections = QgsVectorLayer(f"{copy}|layername=Inspections", "Inspections", "ogr")

    known = {feature["GlobalID"] for feature in hydrants.getFeatures()}
    named = {feature["hydrant_guid"] for feature in inspections.getFeatures()}

    assert named == known
    assert inspections.featureCount() > len(known)


def test_tile_packages_hold_the_tiles_that_were_painted(town):
    painted = {(level, row, column): tile for level, column, row, tile in tiles(FRAME, LEVELS)}
    with open_tile_package(town[0] / "area_1" / "basemap.tpk") as package:
        stored = {(tile.level, tile.row, tile.column): tile.data for tile in package.tiles()}
    assert stored == painted
    with open_tile_package(town[0] / "area_2" / "basemap.tpk") as package:
        columns, rows = tile_range(OLD_TOWN.extent, 14)
        assert {(t.column, t.row) for t in package.tiles([14])} == {(c, r) for c in columns for r in rows}


def test_the_same_town_every_time(town, tmp_path):
    town_portal(tmp_path, LEVELS)

    for path in sorted(town[0].rglob("*.*")):
        assert (tmp_path / path.relative_to(town[0])).read_bytes() == path.read_bytes(), path.name


def test_the_portal_lists_its_areas(ask):
    (web_map,) = of_type(ask.content, "Web Map")
    related = ask(
        f"content/items/{web_map.id}/relatedItems", relationshipType="Map2Area", direction="forward"
    )
    areas = {area["title"]: area for area in related["relatedItems"]}

    assert list(areas) == [area.title for area in AREAS]
    assert areas[HILLS.title]["properties"]["status"] == "processing"
    assert areas[STRAND.title]["properties"]["packageRefreshSchedule"] == STRAND.schedule
    for area in areas.values():
        thumbnail = requests.get(
            f"{ask.rest}/content/items/{area['id']}/info/{area['thumbnail']}", timeout=10
        ).content
        assert QImage.fromData(thumbnail).width() == 600
        packages = ask(
            f"content/items/{area['id']}/relatedItems", relationshipType="Area2Package", direction="forward"
        )
        ready = area["properties"]["status"] == "complete"
        assert [package["type"] for package in packages["relatedItems"]] == ready * [
            "SQLite Geodatabase", "SQLite Geodatabase", "Tile Package",
        ]  # fmt: skip


def test_an_outline_comes_as_a_resource(ask):
    (area,) = (i for i in of_type(ask.content, "Map Area") if i.json["title"] == OLD_TOWN.title)
    name = area.json["properties"]["area"]["resource"]
    ring = ask(f"content/items/{area.id}/resources/{name}")["polygon"]["rings"][0]
    extent = area.json["properties"]["extent"]

    assert ring[0] == ring[-1]
    assert len(ring) == len(OLD_TOWN.outline)
    assert min(x for x, _ in ring) == pytest.approx(extent["xmin"])
    assert max(y for _, y in ring) == pytest.approx(extent["ymax"])
    # Esri's outer rings run clockwise.
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) < 0


def test_the_web_map_refers_to_services_that_answer(ask):
    (web_map,) = of_type(ask.content, "Web Map")
    data = ask(f"content/items/{web_map.id}/data")
    found = [layer for group in data["operationalLayers"] for layer in group.get("layers", [group])]
    served = [layer for layer in found + data["tables"] if "FeatureServer" in layer["url"]]

    assert len(served) == 11
    for layer in served:
        answer = requests.get(layer["url"], params={"f": "json"}, timeout=10).json()
        assert answer["id"] == int(layer["url"].rpartition("/")[2])
        fields = {field["name"] for field in answer["fields"]}
        assert {info["fieldName"] for info in layer["popupInfo"]["fieldInfos"]} <= fields
    gens = next(i.json["properties"] for i in of_type(ask.content, "SQLite Geodatabase"))["layerServerGens"]
    assert {entry["id"]: entry["serverGen"] for entry in gens} == server_gens(TOWN)


@pytest.mark.timeout(240)
def test_make_demo_runs_as_a_process(tmp_path):
    """`make demo` in a process of its own, as from the command line."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.demo", str(tmp_path / "demo")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 10
    assert "Errors     0 layers, 0 tables" in lines
    assert "“Ferries at sea (live)” is available online only." in done.stdout
    areas = json.loads((tmp_path / "demo" / "areas.geojson").read_text("utf-8"))["features"]
    assert [area["properties"]["title"] for area in areas] == [area.title for area in AREAS]
    picture = QImage(str(tmp_path / "demo" / "map.png"))
    assert picture.width() > 2000
    assert_town_is_drawn(picture)


def assert_town_is_drawn(picture):
    """Water, main roads, houses and woods each take a visible share of the sheet."""
    seen = Counter()
    colours = {
        "water": (157, 198, 219),
        "road": (250, 216, 138),
        "house": (231, 205, 182),
        "wood": (160, 190, 130),
    }
    for x in range(60, picture.width() - 60, 3):
        for y in range(60, picture.height() - 160, 3):
            pixel = picture.pixelColor(x, y)
            for name, colour in colours.items():
                if sum(abs(a - b) for a, b in zip(colour, pixel.getRgb())) < 24:
                    seen[name] += 1
    samples = (picture.width() // 3) * (picture.height() // 3)
    shares = {name: seen[name] / samples for name in colours}
    assert shares["water"] > 0.15, shares
    assert shares["house"] > 0.01, shares
    assert shares["road"] > 0.002, shares
    assert shares["wood"] > 0.01, shares
