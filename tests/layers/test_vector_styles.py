"""Styles as Esri writes them: symbol numbers, sprites at two densities, patterns, tokens, stops, fonts."""

import json

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsFontUtils,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QMetaType

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import tile_source
from plugin.core.offline_map.single_package import map_of_tiles
from plugin.layers.project.project import write_project
from plugin.layers.tiles.tile_fonts import use_installed_fonts
from plugin.qgis_io.drawing import running_drawing
from tests.fixtures.tile_grids import WEB_MERCATOR_512
from tests.fixtures.tile_package import About, write_vtpk
from tests.fixtures.tile_package_pictures import png, vector_tile

from .conftest import colours, draw

pytestmark = pytest.mark.usefixtures("qgis_app")

WORLD = QgsRectangle(-20037508, -20037508, 20037508, 20037508)
LAND, PARK, HATCH, RAIL, SHIELD = (
    (240, 239, 236),
    (200, 230, 180),
    (10, 120, 10),
    (90, 20, 120),
    (220, 60, 20),
)
ROAD, PATH, STREAM = (250, 180, 30), (30, 30, 200), (0, 160, 200)


def layer(name, kind, source_layer, *, paint=None, layout=None, **more):
    return {
        "id": name,
        "type": kind,
        "source": "esri",
        "source-layer": source_layer,
        "paint": paint or {},
        "layout": layout or {},
        **more,
    }


def rgb(colour):
    return "#" + "".join(f"{part:02x}" for part in colour)


STYLE = {
    "version": 8,
    "sprite": "../sprites/sprite",
    "glyphs": "../fonts/{fontstack}/{range}.pbf",
    "sources": {"esri": {"type": "vector", "url": "../../"}},
    "layers": [
        layer("Land/0", "fill", "Land", paint={"fill-color": rgb(LAND)}, filter=["==", "_symbol", 0]),
        layer("Land/1", "fill", "Land", paint={"fill-color": rgb(PARK)}, filter=["==", "_symbol", 1]),
        layer(
            "Land/2",
            "fill",
            "Land",
            paint={"fill-pattern": "Land/Hatch"},
            filter=["all", ["==", "_symbol", 2], ["!in", "Viz", 3]],
        ),
        layer(
            "Road",
            "line",
            "Road",
            paint={
                "line-color": ["match", ["get", "_symbol"], 0, rgb(ROAD), [1, 2], rgb(PATH), "#ff00ff"],
                "line-width": {"base": 1.2, "stops": [[0, 8], [14, 20]]},
            },
            layout={"line-cap": "round", "line-join": "round"},
            filter=["!=", "_symbol", 5],
        ),
        layer(
            "Rail",
            "line",
            "Road",
            paint={"line-pattern": "Rail", "line-width": 12},
            filter=["==", "_symbol", 5],
        ),
        layer(
            "Stream",
            "line",
            "Water",
            paint={
                "line-color": rgb(STREAM),
                "line-width": ["step", ["zoom"], 4, 5, 20],
                "line-dasharray": [7, 5.333],
            },
        ),
        layer("Only far in", "fill", "Land", paint={"fill-color": "#ff00ff"}, minzoom=9),
        layer(
            "Town/label",
            "symbol",
            "Town",
            paint={"text-color": "#202020", "text-halo-color": "#ffffff", "text-halo-width": 1},
            layout={
                "icon-image": "Shield/{_len}",
                "text-field": "{_name}",
                "text-font": ["Arial Bold"],
                "text-size": {"stops": [[0, 22], [10, 30]]},
                "text-letter-spacing": {"stops": [[6, 0.07], [10, 0.13]]},
                "text-anchor": "top",
                "text-allow-overlap": True,
                "icon-allow-overlap": True,
            },
        ),
    ],
}


def sprites(scale):
    """Hatch, rail and shield beside each other, 16 pixels each at scale 1."""
    side = 16 * scale
    pixels = np.zeros((side, 3 * side, 4), np.uint8)
    for number, colour in enumerate((HATCH, RAIL, SHIELD)):
        pixels[:, number * side : (number + 1) * side] = (*colour, 255)
    names = ("Land/Hatch", "Rail", "Shield/2")
    index = {
        name: {"x": number * side, "y": 0, "width": side, "height": side, "pixelRatio": scale}
        for number, name in enumerate(names)
    }
    return png(pixels), json.dumps(index).encode()


def square(x, y, side=1200):
    return [[(x, y), (x + side, y), (x + side, y + side), (x, y + side)]]


def town(path, style=STYLE, scales=(1, 2), **more):
    tile = vector_tile(
        {
            "Land": [
                (3, square(0, 0, 4096), {"_symbol": 0}),
                (3, square(200, 200), {"_symbol": 1}),
                (3, square(1600, 200), {"_symbol": 2}),
                (3, square(2900, 200, 1000), {"_symbol": 2, "Viz": 3}),
            ],
            "Road": [
                (2, [[(100, 1800), (4000, 1800)]], {"_symbol": 0}),
                (2, [[(100, 2200), (4000, 2200)]], {"_symbol": 2}),
                (2, [[(100, 2600), (4000, 2600)]], {"_symbol": 5}),
            ],
            "Water": [(2, [[(100, 3000), (4000, 3000)]])],
            "Town": [(1, [[(2048, 3500)]], {"_name": "Altstadt", "_len": 2})],
        }
    )
    members = dict(more)
    for scale in scales:
        suffix = "@2x" if scale == 2 else ""
        picture, index = sprites(scale)
        members[f"p12/resources/sprites/sprite{suffix}.png"] = picture
        members[f"p12/resources/sprites/sprite{suffix}.json"] = index
    tiles = {(0, 0, 0): tile}
    names = ["Land", "Road", "Water", "Town"]
    about = About(title="Altstadt", extra=members)
    return write_vtpk(path, WEB_MERCATOR_512, tiles, vector_layers=names, style=style, about=about)


def shown(package, folder, opened, name=None):
    """The colours of the world in 800 × 800 pixels, and the losses."""
    source = tile_source(package, folder, running_drawing(), Silent())
    report = write_project(map_of_tiles(source, "Town", folder), folder / "qgis" / "offline_map.qgz")
    project = opened(report.project)
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    return colours(draw(project, (800, 800), WORLD, name)), [loss.text for loss in report.layers[0].losses]


@pytest.mark.parametrize("scales", [(1, 2), (1,), (2,)])
def test_a_style_of_esris(tmp_path, opened, scales):
    seen, losses = shown(town(tmp_path / "town.vtpk", scales=scales), tmp_path, opened, "Esri style")
    assert {LAND, PARK, HATCH, ROAD, PATH, RAIL, STREAM, SHIELD} <= seen
    assert (255, 0, 255) not in seen
    assert all("font" in loss for loss in losses)


def test_losses_of_a_style_are_listed(tmp_path, opened):
    style = json.loads(json.dumps(STYLE))
    style["layers"].append(layer("Houses", "fill-extrusion", "Land", paint={"fill-extrusion-height": 10}))
    style["layers"].append(layer("Missing sprite", "symbol", "Town", layout={"icon-image": "Nowhere"}))
    _, losses = shown(town(tmp_path / "town.vtpk", style), tmp_path, opened)
    assert any("Houses" in loss and "fill-extrusion" in loss for loss in losses)
    assert any("Nowhere" in loss for loss in losses)


@pytest.mark.parametrize(
    ("wanted", "bold", "slanted", "kind"),
    [
        ("Arial Bold Nowhere", True, False, "Sans"),
        ("Avenir Next LT Pro Demi Italic", True, True, "Sans"),
        ("Palatino Linotype Italic", False, True, "Serif"),
        ("Nowhere Mono Regular", False, False, "Mono"),
        ("MS Sans Serif Regular", False, False, "Sans"),
    ],
)
def test_a_missing_font_gives_way_to_one_of_its_kind(wanted, bold, slanted, kind):
    text = layer("a", "symbol", "b", layout={"text-field": "x", "text-font": ["literal", [wanted]]})
    (loss,) = use_installed_fonts({"layers": [text]})
    (name,) = text["layout"]["text-font"]
    assert wanted in loss.text
    assert name in loss.text
    assert bold == ("Bold" in name)
    if any(QgsFontUtils.fontFamilyHasStyle("DejaVu Sans", word) for word in ("Italic", "Oblique")):
        assert slanted == ("Italic" in name or "Oblique" in name)
    families = {
        "Sans": ("Arial", "Helvetica", "Sans"),
        "Serif": ("Times", "Serif"),
        "Mono": ("Courier", "Mono"),
    }
    assert any(sign in name for sign in families[kind])
    family, _, style = name.rpartition(" ")
    assert QgsFontUtils.fontFamilyHasStyle(family, style) or "Bold " in name


def test_installed_fonts_stay_and_what_is_no_list_is_left_to_qgis():
    expression = ["step", ["zoom"], ["literal", ["A"]], 5, ["literal", ["B"]]]
    stacks = (["Nowhere Regular", "DejaVu Sans Bold"], expression, {"stops": [[1, ["A"]]]}, 7, [])
    layers = [layer("a", "symbol", "b", layout={"text-field": "x", "text-font": stack}) for stack in stacks]
    layers += [layer("icon only", "symbol", "b", layout={"text-font": ["Nowhere Regular"]}), "rubbish"]
    assert not list(use_installed_fonts({"layers": layers}))
    found = [entry["layout"]["text-font"] for entry in layers[:-1]]
    assert found == [["DejaVu Sans Bold"], *stacks[1:], ["Nowhere Regular"]]
    assert not list(use_installed_fonts({"layers": "rubbish"}))


def test_a_style_elsewhere_with_a_sprite_of_another_name(tmp_path, opened):
    """`defaultStyles` and `sprite` say where: Esri's own names are a custom only."""
    picture, index = sprites(1)
    style = {**STYLE, "sprite": "../icons/town"}
    members = {
        "p12/resources/icons/town.png": picture,
        "p12/resources/icons/town.json": index,
    }
    seen, _ = shown(town(tmp_path / "town.vtpk", style, scales=(), **members), tmp_path, opened)
    assert {HATCH, RAIL, SHIELD} <= seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{_name}", "Altstadt"),
        (["coalesce", ["get", "_none"], ["get", "_name"]], "Altstadt"),
        (["coalesce", ["get", "_name"], ["get", "_none"]], "Altstadt"),
        (["coalesce", ["get", "_name"]], "Altstadt"),
        (["format", ["get", "_name"], {"font-scale": 1.2}, " m", {}], "Altstadt m"),
        (["string", ["get", "_name"]], "Altstadt"),
        (["concat", ["string", ["get", "_name"]], "!"], "Altstadt!"),
    ],
)
def test_texts_in_operators_that_qgis_learned_late(tmp_path, opened, text, expected):
    style = json.loads(json.dumps(STYLE))
    style["layers"][-1]["layout"]["text-field"] = text
    source = tile_source(town(tmp_path / "town.vtpk", style), tmp_path, running_drawing(), Silent())
    report = write_project(map_of_tiles(source, "Town", tmp_path), tmp_path / "qgis" / "offline_map.qgz")
    losses = [loss.text for loss in report.layers[0].losses if "font" not in loss.text]
    assert losses == (
        ["Texts whose parts have several formats are drawn in one."] if "format" in text else []
    )
    (layer,) = opened(report.project).mapLayers().values()
    (label,) = layer.labeling().styles()
    fields = QgsFields()
    for name in ("_name", "_none"):
        fields.append(QgsField(name, QMetaType.Type.QString))
    town_feature = QgsFeature(fields)
    town_feature.setAttributes(["Altstadt", None])
    context = QgsExpressionContextUtils.createFeatureBasedContext(town_feature, fields)
    assert label.labelSettings().getLabelExpression().evaluate(context) == expected


@pytest.mark.parametrize(
    "text", [[], ["coalesce"], ["string"], ["format"], ["get"], [[]], ["coalesce", 1, [2]], 7]
)
def test_texts_that_are_none_do_no_harm(tmp_path, opened, text):
    style = json.loads(json.dumps(STYLE))
    style["layers"][-1]["layout"]["text-field"] = text
    seen, _ = shown(town(tmp_path / "town.vtpk", style), tmp_path, opened)
    assert LAND in seen
