"""Tile packages as layers: style, words and scales of the package, whichever way it is drawn."""

from dataclasses import replace
import json
import shutil
import zipfile

import numpy as np
import pytest
from qgis.core import Qgis, QgsCoordinateReferenceSystem, QgsRectangle

from plugin.core.host import Silent
from plugin.core.offline_map.prepare import tile_source
from plugin.core.offline_map.ready_map import TileLayerFormat, TileSource
from plugin.core.offline_map.single_package import map_of_tiles
from plugin.core.tiles.convert import to_mbtiles
from plugin.core.tiles.tile_package import open_tile_package
from plugin.layers.base.credits import plain_text
from plugin.layers.open_project.groups import read_groups
from plugin.layers.project.project import write_project
from plugin.qgis_io.drawing import running_drawing
from tests.fixtures.tile_grids import UTM_33, WEB_MERCATOR, WEB_MERCATOR_512
from tests.fixtures.tile_package import About, write_tpk, write_tpkx, write_vtpk
from tests.fixtures.tile_package_pictures import lerc, pattern, png, vector_tile

from .conftest import colours, credits_shown, draw

pytestmark = pytest.mark.usefixtures("qgis_app")

WORLD = QgsRectangle(-20037508, -20037508, 20037508, 20037508)
RED, BLUE = (200, 30, 30), (20, 60, 220)
STYLE = {
    "version": 8,
    "sprite": "../sprites/sprite",
    "glyphs": "../fonts/{fontstack}/{range}.pbf",
    "sources": {"esri": {"type": "vector", "url": "../../"}},
    "layers": [
        {"id": "ground", "type": "background", "paint": {"background-color": "#f0ead8"}},
        {
            "id": "park",
            "type": "fill",
            "source": "esri",
            "source-layer": "parks",
            "paint": {"fill-color": f"rgb{RED}"},
        },
        {
            "id": "sights",
            "type": "symbol",
            "source": "esri",
            "source-layer": "sights",
            "layout": {"icon-image": "star", "icon-allow-overlap": True},
        },
        {
            "id": "names",
            "type": "symbol",
            "source": "esri",
            "source-layer": "sights",
            "layout": {
                "text-field": ["concat", "Alt", "stadt"],
                "text-allow-overlap": True,
                "text-font": ["Nowhere Installed Bold"],
                "text-size": 20,
            },
            "paint": {"text-color": "#000000"},
        },
        {
            "id": "warmth",
            "type": "heatmap",
            "source": "esri",
            "source-layer": "sights",
        },
    ],
}
ABOUT = About(
    title="Altstadt",
    summary="In short",
    description="<p>The old <b>town</b></p>",
    credits="© <i>Town survey</i>",
    licence="<a href='x'>CC BY 4.0</a>",
)


def star():
    """Two sprites beside each other, of which the right one is blue."""
    pixels = np.zeros((32, 64, 4), np.uint8)
    pixels[:, :, 3] = 255
    pixels[:, 32:, :3] = BLUE
    return png(pixels)


def vector_package(path, **extra):
    """A square park and a sight in its middle, on levels 0 to 2."""
    tile = vector_tile(
        {
            "parks": [(3, [[(1000, 1000), (3000, 1000), (3000, 3000), (1000, 3000)]])],
            "sights": [(1, [[(2000, 2000)]])],
        }
    )
    tiles = {(level, y, x): tile for level in range(3) for y in range(1 << level) for x in range(1 << level)}
    index = {"star": {"x": 32, "y": 0, "width": 32, "height": 32, "pixelRatio": 2, "sdf": False}}
    members = {
        "p12/resources/sprites/sprite@2x.png": star(),
        "p12/resources/sprites/sprite@2x.json": json.dumps(index).encode(),
        **extra,
    }
    layers = ["parks", "sights"]
    about = replace(ABOUT, extra=members)
    return write_vtpk(path, WEB_MERCATOR_512, tiles, vector_layers=layers, style=STYLE, about=about)


def source_of(package, kind, folder):
    with open_tile_package(package) as opened:
        file = package
        if kind is TileLayerFormat.VECTOR_MBTILES:
            file = to_mbtiles(opened, folder / "copy.mbtiles").path
        return TileSource(file, kind, package, opened.metadata, opened.scale_range())


def shown(source, folder, opened):
    """The report, the project and its one layer."""
    (folder / "qgis").mkdir()
    report = write_project(
        map_of_tiles(source, source.metadata.title, folder / "qgis"), folder / "qgis" / "offline_map.qgz"
    )
    project = opened(report.project)
    (layer,) = project.mapLayers().values()
    return report, project, layer


@pytest.mark.parametrize("kind", [TileLayerFormat.VTPK, TileLayerFormat.VECTOR_MBTILES])
def test_vector_tiles_wear_the_style_of_their_package(tmp_path, opened, kind):
    source = source_of(vector_package(tmp_path / "town.vtpk"), kind, tmp_path)
    report, project, layer = shown(source, tmp_path, opened)
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    seen = colours(draw(project, (800, 800), WORLD, f"vector tiles by {kind.value}"))
    assert {RED, BLUE} <= seen
    assert (0, 0, 0) in seen  # the label
    losses = " ".join(loss.text for loss in report.layers[0].losses)
    assert "Nowhere Installed Bold" in losses
    assert "heatmap" in losses
    assert layer.metadata().rights() == ["© Town survey"]


def test_both_routes_of_vector_tiles_choose_the_same_level(tmp_path, opened):
    package = vector_package(tmp_path / "town.vtpk")
    pictures = []
    for kind in (TileLayerFormat.VTPK, TileLayerFormat.VECTOR_MBTILES):
        folder = tmp_path / kind.name
        folder.mkdir()
        _, project, layer = shown(source_of(package, kind, folder), folder, opened)
        assert layer.tileMatrixSet().scaleToTileZoomMethod() == Qgis.ScaleToTileZoomLevelMethod.Esri
        project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
        pictures.append([draw(project, (side, side), WORLD) for side in (300, 600, 900, 1400)])
    for native, copied in zip(*pictures):
        assert native == copied
    groups = read_groups(tmp_path / "VECTOR_MBTILES" / "qgis" / "offline_map.qgz")
    (added,) = groups.layers.values()
    assert added.tileMatrixSet().scaleToTileZoomMethod() == Qgis.ScaleToTileZoomLevelMethod.Esri
    assert added.tileMatrixSet().tileMatrix(0).scale() == pytest.approx(295828763.8, rel=1e-5)


def test_parts_that_lie_elsewhere_lose_no_style(tmp_path, opened):
    package = vector_package(tmp_path / "town.vtpk")
    other = tmp_path / "other.vtpk"
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("p12/", "p20/"), old.read(name))
    (tmp_path / "qgis").mkdir()
    source = tile_source(other, tmp_path, running_drawing(), Silent())
    assert source.format is TileLayerFormat.VECTOR_MBTILES
    (tmp_path / "qgis").rmdir()
    _, _, layer = shown(source, tmp_path, opened)
    assert "park" in [style.styleName() for style in layer.renderer().styles()]


@pytest.mark.parametrize("style", [b"no JSON", b"[1]", b'{"version": 8}'])
def test_a_style_that_cannot_be_read_is_a_loss(tmp_path, opened, style):
    members = {"p12/resources/styles/root.json": style}
    source = source_of(vector_package(tmp_path / "town.vtpk", **members), TileLayerFormat.VTPK, tmp_path)
    report, _, layer = shown(source, tmp_path, opened)
    assert layer.isValid()
    (loss,) = report.layers[0].losses
    assert loss.text.startswith("The style of the vector tiles cannot be used: ")


def test_sprites_that_are_no_picture_are_left_out(tmp_path, opened):
    bomb = bytearray(star())
    bomb[16:24] = b"\x00\x0f\xff\xff" * 2
    members = {"p12/resources/sprites/sprite@2x.png": bytes(bomb)}
    source = source_of(vector_package(tmp_path / "town.vtpk", **members), TileLayerFormat.VTPK, tmp_path)
    report, _, layer = shown(source, tmp_path, opened)
    assert any("star" in loss.text for loss in report.layers[0].losses)
    assert "park" in [style.styleName() for style in layer.renderer().styles()]


def raster_package(path, grid=WEB_MERCATOR, **stated):
    """Levels 2 to 4 around one place; `stated` goes into root.json."""
    tiles = {(level, 1, 1): png(pattern(level, 1, 1)) for level in (2, 3, 4)}
    made = write_tpkx(path.with_name("made.tpkx"), grid, tiles, about=ABOUT)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "root.json":
                content = json.dumps({**json.loads(content), **stated}).encode()
            new.writestr(name, content)
    made.unlink()
    return path


def test_the_words_of_a_package_reach_metadata_and_map(tmp_path, opened):
    tiles = {(level, 1, 1): png(pattern(level, 1, 1)) for level in (2, 3, 4)}
    package = write_tpk(tmp_path / "town.tpk", WEB_MERCATOR, tiles, about=ABOUT)
    source = tile_source(package, tmp_path, running_drawing(), Silent())
    _, project, layer = shown(source, tmp_path, opened)
    said = layer.metadata()
    assert (said.title(), said.abstract()) == ("Altstadt", "The old town")
    assert (said.rights(), said.licenses()) == (["© Town survey"], ["CC BY 4.0"])
    (place,) = said.extent().spatialExtents()
    assert place.bounds.toRectangle() == layer.extent()
    assert place.extentCrs == layer.crs()
    assert credits_shown(project) == ["© Town survey"]
    assert not layer.hasScaleBasedVisibility()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Plain &amp; simple", "Plain & simple"),
        ('© <a target="_blank" href="https://example.org/by">Town</a>', "© Town (https://example.org/by)"),
        ("&lt;a href=https://example.org&gt;https://example.org&lt;/a&gt;", "https://example.org"),
        ("<a href='javascript:alert(1)'>Town</a>", "Town"),
        ("<a href='https://example.org'></a>x", "x"),
        (["Town"], ""),
    ],
)
def test_texts_of_services_become_plain(said, shown):
    assert plain_text(said) == shown


@pytest.mark.timeout(5)
@pytest.mark.parametrize("said", ["<a " * 40_000 + "href='http://", "<a " + "href=" * 40_000, "<" * 100_000])
def test_texts_that_never_end_take_no_time(said):
    assert len(plain_text(said, 20_000)) <= 20_000


def test_terms_of_use_are_kept_whole(tmp_path, opened):
    terms = "You may " + "copy and " * 900 + "see <a href='https://example.org/terms'>all terms</a>."
    about = replace(ABOUT, licence=terms)
    package = write_tpk(tmp_path / "t.tpk", WEB_MERCATOR, {(0, 0, 0): png(pattern(0, 0, 0))}, about=about)
    _, _, layer = shown(tile_source(package, tmp_path, running_drawing(), Silent()), tmp_path, opened)
    assert layer.metadata().licenses()[0].endswith("all terms (https://example.org/terms).")


LEVELS = [591657527.591555 / 2**level for level in range(6)]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"minScale": LEVELS[0], "maxScale": LEVELS[5]}, (0, 0)),
        ({"minScale": LEVELS[2], "maxScale": LEVELS[4]}, (0, 0)),
        ({"minScale": LEVELS[3], "maxScale": LEVELS[4]}, (LEVELS[3], 0)),
        ({"minScale": 0, "maxScale": LEVELS[3]}, (0, LEVELS[3])),
        ({"minScale": 5, "maxScale": 1e12}, (0, 0)),
        ({"minScale": "x", "maxScale": None}, (0, 0)),
    ],
)
def test_only_a_narrower_range_of_scales_hides_tiles(tmp_path, opened, stated, expected):
    package = raster_package(tmp_path / "town.tpkx", **stated)
    source = tile_source(package, tmp_path, running_drawing(), Silent())
    _, _, layer = shown(source, tmp_path, opened)
    assert (layer.minimumScale(), layer.maximumScale()) == pytest.approx(expected)
    assert layer.hasScaleBasedVisibility() == any(expected)


def test_a_code_that_only_esri_has_draws_in_its_place(tmp_path, opened):
    """EPSG has no 102008, GDAL would take the tiles for lying nowhere."""
    grid = replace(UTM_33, wkid=102008, latest_wkid=102008)
    source = tile_source(raster_package(tmp_path / "a.tpkx", grid), tmp_path, running_drawing(), Silent())
    _, _, layer = shown(source, tmp_path, opened)
    assert layer.crs().isValid()
    assert layer.crs().description() == QgsCoordinateReferenceSystem("ESRI:102008").description()


@pytest.mark.parametrize("code", [999_999, 0])
def test_a_spatial_reference_that_nobody_knows_is_a_loss(tmp_path, opened, code):
    grid = replace(UTM_33, wkid=code, latest_wkid=code)
    for folder in ("first", "again"):
        source = tile_source(raster_package(tmp_path / "a.tpkx", grid), tmp_path, running_drawing(), Silent())
        (tmp_path / folder).mkdir()
        report, _, layer = shown(source, tmp_path / folder, opened)
        assert not layer.crs().isGeographic()
        assert "does not know the spatial reference" in report.layers[0].losses[-1].text


@pytest.mark.parametrize("name", ["Usa.tpkx", "states_filled.tpk", "compactcache", "testvtpk.vtpk"])
def test_samples(samples, tmp_path, opened, name):
    """Pictures to be looked at, and credits where a package has them."""
    package = tmp_path / name
    (shutil.copytree if (samples / "tiles" / name).is_dir() else shutil.copyfile)(
        samples / "tiles" / name, package
    )
    source = tile_source(package, tmp_path, running_drawing(), Silent())
    report, project, layer = shown(source, tmp_path, opened)
    assert not report.layers[0].losses
    project.setCrs(layer.crs())
    assert len(colours(draw(project, (700, 500), layer.extent(), f"sample {name}"))) > 3
    assert layer.metadata().rights() == list(filter(None, [plain_text(source.metadata.attribution)]))


def test_tiles_outside_of_the_square_are_a_loss_each_time_it_is_opened(tmp_path, opened):
    """As in packages whose scheme covers more than the mercator square: MBTiles cannot hold them."""
    tiles = {(2, row, column): png(pattern(2, row, column)) for row in range(6) for column in range(4)}
    package = write_tpk(tmp_path / "a.tpk", WEB_MERCATOR, tiles)
    for folder in ("first", "again"):
        source = tile_source(package, tmp_path, running_drawing(), Silent())
        (tmp_path / folder).mkdir()
        report, _, _ = shown(source, tmp_path / folder, opened)
        losses = [loss.text for loss in report.layers[0].losses]
        assert losses == ["8 tiles are outside the web mercator square and are not drawn."]


def test_pictures_are_smooth_between_levels_and_elevations_are_not(tmp_path, opened):
    """Lines of one pixel in every second column: picked pixels would show all of them, or none."""
    lines = np.zeros((256, 256, 3), np.uint8)
    lines[:, ::2] = 255
    tiles = {(5, row, column): png(lines) for row in (100, 101) for column in (80, 81)}
    package = write_tpk(tmp_path / "lines.tpk", UTM_33, tiles)
    _, project, layer = shown(tile_source(package, tmp_path, running_drawing(), Silent()), tmp_path, opened)
    project.setCrs(layer.crs())
    seen = colours(draw(project, (256, 256), layer.extent()))
    assert all(90 < colour[0] < 165 for colour in seen)
    (tmp_path / "dem").mkdir()
    heights = {(5, 100, column): lerc(pattern(5, 100, column)[..., 0] * 1.5) for column in (80, 81)}
    package = write_tpkx(tmp_path / "dem.tpkx", UTM_33, heights, tile_format="LERC")
    source = tile_source(package, tmp_path, running_drawing(), Silent())
    _, _, layer = shown(source, tmp_path / "dem", opened)
    assert layer.resampleFilter().zoomedOutResampler() is None
