"""Pictures that came with the download are embedded in the project; without them a symbol stands in."""

import base64
import gzip
import os
import uuid

import pytest
from qgis.core import QgsRectangle
from qgis.PyQt.QtGui import QColor, QImage

from plugin.layers.project.project import write_project
from tests.core.download.test_job_pictures import PNG
from tests.fixtures.pictures import black_png, data_url, svg

from .build import feature_layer, losses_of
from .conftest import colours, draw

URL = "https://static.example.org/pins/red.png"


def web_map():
    symbol = {"type": "esriPMS", "url": URL, "width": 12, "height": 12}
    renderer = {"type": "simple", "symbol": symbol}
    return {
        "operationalLayers": [
            feature_layer("points", layerDefinition={"drawingInfo": {"renderer": renderer}})
        ]
    }


def store(town, content=PNG):
    folder = town.folder / "pictures"
    folder.mkdir()
    (folder / f"{uuid.uuid5(uuid.NAMESPACE_URL, URL)}.png").write_bytes(content)


def test_a_picture_is_in_the_project_itself(town, written):
    store(town)
    report, project = written(web_map())
    (layer,) = project.mapLayers().values()
    path = layer.renderer().symbol().symbolLayer(0).path()
    assert path == "base64:" + base64.b64encode(PNG).decode()
    assert not losses_of(report, "points")


def test_without_the_picture_a_marker_is_seen_and_that_is_said(town, written):
    report, project = written(web_map())
    assert losses_of(report, "points") == ("A picture is not included in the map; a plain symbol is shown.",)
    (layer,) = project.mapLayers().values()
    assert layer.renderer().symbol().symbolLayer(0).layerType() == "SimpleMarker"


def test_a_picture_that_was_swapped_for_rubbish_is_said(town):
    store(town, b"rubbish")
    report = write_project(town.map(web_map()), town.project)
    assert losses_of(report, "points") == ("A picture cannot be read; a plain symbol is shown.",)


# Pictures that must not be shown


def symbols_with(content, kind):
    """Every kind of symbol that carries a picture, with this one, and the table that it draws."""
    url = data_url(content, kind)
    packed = url.partition(",")[2]
    marker = {"type": "CIMPictureMarker", "enable": True, "size": 12, "url": url}
    placed = {"type": "CIMMarkerPlacementAlongLineSameSize", "placementTemplate": [20]}
    fill = {"type": "CIMPictureFill", "enable": True, "height": 12, "url": url}

    def cim(kind, *layers):
        return {"type": "CIMSymbolReference", "symbol": {"type": kind, "symbolLayers": list(layers)}}

    return [
        ("points", {"type": "esriPMS", "imageData": packed, "contentType": kind, "width": 12, "height": 12}),
        ("points", {"type": "esriPMS", "url": url, "width": 12, "height": 12}),
        ("polygons", {"type": "esriPFS", "imageData": packed, "contentType": kind, "width": 9, "height": 9}),
        ("points", cim("CIMPointSymbol", marker)),
        ("lines", cim("CIMLineSymbol", {**marker, "markerPlacement": placed})),
        ("polygons", cim("CIMPolygonSymbol", fill)),
    ]


def map_of(symbols):
    layers = []
    for number, (table, symbol) in enumerate(symbols):
        renderer = {"type": "simple", "symbol": symbol}
        definition = {"drawingInfo": {"renderer": renderer}}
        layers.append(
            feature_layer(table, f"{table} {number}", title=str(number), layerDefinition=definition)
        )
    return {"operationalLayers": layers}


def losses_by_layer(report):
    return [losses_of(report, one.layer.id) for one in report.layers]


def test_a_drawing_that_refers_to_nothing_outside_is_shown_by_every_symbol(written):
    drawing = svg("<rect width='8' height='8' fill='#00f'/>")
    report, project = written(map_of(symbols_with(drawing, "image/svg+xml")))
    assert len(report.layers) == 6
    assert "picture" not in str(losses_by_layer(report))
    assert (0, 0, 255) in colours(draw(project, extent=WHOLE))


WHOLE = QgsRectangle(0, 0, 1000, 1000)
OPENING = "<image xlink:href='private.png' width='8' height='8'/>"
BLACK = black_png(30_000, 30_000)


@pytest.mark.parametrize(
    "content",
    [
        svg(OPENING),
        svg(OPENING).decode().encode("utf-16"),
        gzip.compress(svg(OPENING)),
        svg(OPENING, f"<!-- {'long ' * 2000} -->"),
        BLACK,
        svg(f"<image width='8' height='8' xlink:href='{data_url(BLACK)}'/>"),
        black_png(4, 4096),
    ],
    ids=["drawing", "wide", "packed", "late", "large", "large-inside", "thread"],
)
def test_a_picture_that_may_not_be_shown_is_said_by_every_symbol(tmp_path, monkeypatch, written, content):
    red = QImage(8, 8, QImage.Format.Format_RGB32)
    red.fill(QColor("#ff0000"))
    assert red.save(str(tmp_path / "private.png"))
    monkeypatch.chdir(tmp_path)
    report, project = written(map_of(symbols_with(content, "image/png")))
    told = "A picture cannot be read; a plain symbol is shown."
    assert all(told in losses for losses in losses_by_layer(report))
    assert (255, 0, 0) not in colours(draw(project, extent=WHOLE))


def test_no_picture_is_drawn_longer_than_any_symbol_is_large(written):
    wide = {"type": "CIMPictureMarker", "enable": True, "size": 1000, "url": data_url(black_png(60, 1))}
    symbol = {"type": "CIMSymbolReference", "symbol": {"type": "CIMPointSymbol", "symbolLayers": [wide]}}
    _, project = written(map_of([("points", symbol)]))
    (layer,) = project.mapLayers().values()
    assert layer.renderer().symbol().symbolLayer(0).size() <= 1000


def test_what_is_no_file_among_the_pictures_is_not_waited_for(town, written):
    (town.folder / "pictures").mkdir()
    os.mkfifo(town.folder / "pictures" / f"{uuid.uuid5(uuid.NAMESPACE_URL, URL)}.png")
    report, _ = written(web_map())
    assert losses_of(report, "points") == ("A picture is not included in the map; a plain symbol is shown.",)
