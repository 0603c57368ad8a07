"""Pictures that came with the download are embedded in the project; without them a symbol stands in."""

import base64
import uuid

from plugin.layers.project.project import write_project
from tests.core.download.test_job_pictures import PNG

from .build import feature_layer, losses_of

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
    assert losses_of(report, "points") == ("A picture is not part of the map; a plain symbol is shown.",)
    (layer,) = project.mapLayers().values()
    assert layer.renderer().symbol().symbolLayer(0).layerType() == "SimpleMarker"


def test_a_picture_that_was_swapped_for_rubbish_is_said(town):
    store(town, b"rubbish")
    report = write_project(town.map(web_map()), town.project)
    assert losses_of(report, "points") == ("A picture cannot be read; a plain symbol is shown.",)
