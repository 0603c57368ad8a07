"""Filters of the author on several tables of one geodatabase: each holds, whichever is opened first."""

from itertools import permutations

import pytest
from qgis.core import QgsProject

from tests.core.geodatabase.shapes import wkb
from tests.fixtures.geodatabase import Dataset, Field, Row
from tests.fixtures.offline_map import MAP_AREA, WEB_MAP, write_offline_map
from tests.portal.offline_maps import offline_map

from .conftest import Listener

FILTERS = {
    "Ways": ("KIND <> 'closed'", 5),
    "Süd Trails": ("NAME LIKE 'W%'", 2),
    "Signs": ("OBJECTID > 103", 4),
    "Visits": ("COUNT_ IN (1, 2)", 2),
}
"""Of seven rows each; the last is a table without shapes."""
RED = [255, 0, 0, 255]
SYMBOLS = {
    "Signs": {"type": "esriSMS", "style": "esriSMSCircle", "color": RED, "size": 8},
    "Visits": None,
}
LINE = {"type": "esriSLS", "style": "esriSLSSolid", "color": RED, "width": 2}
ORDERS = list(permutations(range(4)))[::3]  # each table comes first, and each last


def datasets():
    named = dict(zip(("Ways", "Süd Trails", "Signs", "Visits"), range(4)))
    fields = [Field("KIND"), Field("NAME"), Field("COUNT_", "Integer")]

    def row(k, shape):
        kind, name = "closed" if k in (2, 5) else "open", f"{'West' if k < 3 else 'East'} {k}"
        return Row(
            wkb(shape) if shape else None, {"KIND": kind, "NAME": name, "COUNT_": k}, object_id=100 + k
        )

    shapes = {"Ways": "LINESTRING ({0} 0, {0} 9)", "Süd Trails": "LINESTRING (0 {0}, 9 {0})"}
    return [
        Dataset(
            name,
            {"Signs": "Point", "Visits": None}.get(name, "Polyline"),
            fields,
            [
                row(k, shapes.get(name, "" if name == "Visits" else "POINT ({0} 1)").format(k))
                for k in range(1, 8)
            ],
            layer_id=number,
        )
        for name, number in named.items()
    ]


def write_map(folder, order):
    titles = list(FILTERS)
    layers = {
        number: {
            "title": titles[number],
            "layerDefinition": {
                "definitionExpression": FILTERS[titles[number]][0],
                "drawingInfo": {
                    "renderer": {"type": "simple", "symbol": SYMBOLS.get(titles[number], LINE)},
                },
            },
        }
        for number in order
    }
    return write_offline_map(folder, datasets(), layers)


def drawn(file):
    """Title → how many features QGIS reads of the layer; all layers with shapes are drawn in red."""
    project = QgsProject()
    assert project.read(str(file))
    layers = project.mapLayers().values()
    found = {one.name(): sum(1 for _ in one.getFeatures()) for one in layers}
    looks = {
        one.name(): (one.crs().authid(), one.renderer().symbol().color().name())
        for one in layers
        if one.isSpatial()
    }
    project.clear()
    assert looks == dict.fromkeys(("Ways", "Süd Trails", "Signs"), ("EPSG:3857", "#ff0000"))
    return found


EXPECTED = {title: count for title, (_, count) in FILTERS.items()}


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "".join(map(str, order)))
def test_all_hold_in_every_order(run, tmp_path, order):
    listener = Listener()
    folder = write_map(tmp_path / "Süd town", order)
    results = run("openofflinemap", listener, INPUT=str(folder), OUTPUT=str(tmp_path / "work"), LOAD=False)
    assert drawn(results["PROJECT"]) == EXPECTED
    assert not [text for text in listener.said if "all features are shown" in text]


def test_all_hold_when_the_map_is_opened_again_beside_its_own_project(run, tmp_path):
    """Its layers are open then, and their handles with them."""
    folder = write_map(tmp_path / "Süd town", (2, 0, 3, 1))
    inputs = {"INPUT": str(folder), "OUTPUT": str(tmp_path / "work"), "LOAD": False}
    file = run("openofflinemap", **inputs)["PROJECT"]
    project = QgsProject()
    assert project.read(file)
    listener = Listener()
    run("openofflinemap", listener, **inputs)
    assert not [text for text in listener.said if "all features are shown" in text]
    project.clear()
    assert drawn(file) == EXPECTED


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_all_hold_in_a_fresh_download(run, portal, tmp_path, order):
    stand_in = portal(offline_map(write_map(tmp_path / "source", order)))
    listener = Listener()
    results = run(
        "downloadmaparea",
        listener,
        PORTAL=stand_in.url,
        WEB_MAP=WEB_MAP,
        MAP_AREA=MAP_AREA,
        OUTPUT=str(tmp_path / "Süd town"),
        LOAD=False,
    )
    assert drawn(results["PROJECT"]) == EXPECTED
    assert not [text for text in listener.said if "all features are shown" in text]
    project = run("openofflinemap", INPUT=results["OUTPUT"], LOAD=False)["PROJECT"]
    assert drawn(project) == EXPECTED
