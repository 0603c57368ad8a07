"""Over every renderer that is known: nothing raised, nothing lost silently, no ink of a foreign colour."""

import base64
import copy
from itertools import combinations
import random
import re

import numpy
import pytest
from qgis.core import QgsFeatureRenderer, QgsReadWriteContext
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtXml import QDomDocument

from plugin.layers.renderers.renderer import make_renderer
from plugin.layers.symbols.colours import PLAIN, colour_of
from tests.conftest import SAMPLES

from .corpus import renderers
from .draw import layer_of, picture
from .specs import spec_of

# Members that ArcGIS' two-dimensional drawing does not follow, as measured or as its specification says.
SAYS_NOTHING = {
    # a clipping path that clips nothing; the frame of a marker in the plane
    *(("CIMClippingPath", key) for key in ("clippingType", "rings", "type")),
    *(("CIMVectorMarker", key) for key in ("billboardMode3D", "dominantSizeAxis3D", "anchorPointUnits")),
    *(("CIMPointSymbol", key) for key in ("angle", "angleAlignment", "haloSize", "scaleX")),
    # QGIS and ArcGIS cut corners alike; markers are drawn with round ends
    *(("CIMSolidStroke", key) for key in ("miterLimit", "capStyle", "joinStyle")),
    *(("CIMExpressionInfo", key) for key in ("returnType", "title", "type")),
    *((kind, "type") for kind in ("CIMMarkerGraphic", "CIMPolygonSymbol", "CIMPrimitiveOverride")),
    ("CIMTextSymbol", "fontStyleName"),  # “xBold” is as bold as “Bold”
    ("CIMMarkerPlacementInsidePolygon", "gridType"),
    # ArcGIS draws every line with round ends, whatever it says; an outline needs no type
    *(("esriSLS", key) for key in ("cap", "join", "type")),
    *((kind, key) for kind in ("esriPMS", "esriPFS") for key in ("contentType", "url", "color")),
    ("esriPFS", "angle"),
    # the older form of radius and maximum, beside the newer one
    *(("heatmap", key) for key in ("blurRadius", "minPixelIntensity", "maxPixelIntensity")),
    # notes of authors; labels of what is not shown; one of two ways to say the same
    *((kind, "description") for kind in ("simple", "uniqueValue")),
    *(("uniqueValue", key) for key in ("defaultLabel", "fieldDelimiter", "valueExpressionTitle")),
    *(("classBreaks", key) for key in ("classificationMethod", "minValue")),
    *(("sizeInfo", key) for key in ("expression", "valueExpression", "type", "valueUnit")),
    # recognised by what its author's tool wrote beside it
    ("uniqueValue", "valueExpression"),
}
# Sentences that stand for whole parts of a renderer: a word of them, and the parts.
STANDS_FOR = {
    "cannot be distinguished": r".*",
    "do not vary by": r".*Info",
    "legend does not show": r"colorInfo",
    "Arrows at the ends": r"esriSLMA",
    "does not follow the feature": r"CIMPrimitiveOverride",
    "plain": r"esri[A-Z]+|CIM.*",
}


@pytest.fixture(scope="module")
def known():
    found = renderers(SAMPLES if SAMPLES.is_dir() else None)
    assert len(found) > 50
    return found


def converted(renderer, layer):
    losses = []
    made = make_renderer(renderer, layer.geometryType(), layer.fields(), losses)
    assert isinstance(made, QgsFeatureRenderer)
    return made, [loss.text for loss in losses]


def is_unseen(holder, key):
    """True for what belongs to a line or fill that is not drawn, or to the inside of a cross."""
    style = holder.get("style")
    no_line = holder.get("type") == "esriSLS" and not (holder.get("color") and holder.get("width"))
    if no_line or style in ("esriSLSNull", "esriSFSNull"):
        return key in ("color", "width")
    return style in ("esriSMSCross", "esriSMSX") and key == "color"


def form(value):
    """What a value is made of, whatever it says."""
    if isinstance(value, dict):
        return tuple((key, form(child)) for key, child in sorted(value.items()))
    if isinstance(value, list):
        return tuple({repr(form(child)) for child in value})
    return value if isinstance(value, str) and value.startswith(("esri", "CIM")) else type(value).__name__


def unlike(values):
    """The places of the first four entries, and of every one that has a form of its own."""
    seen = {repr(form(value)): at for at, value in reversed(list(enumerate(values)))}
    return sorted({*range(min(4, len(values))), *seen.values()})


def leaves(value, kind="", path=()):
    """Every number and text: its path, the type of the object it is in, and its name there."""
    if isinstance(value, dict):
        own = value["type"] if isinstance(value.get("type"), str) else kind
        for key, child in value.items():
            # `authoringInfo` is how the author's tool found the classes.
            if key != "authoringInfo" and not is_unseen(value, key):
                yield from leaves(child, own, (*path, key))
    elif isinstance(value, list):
        for at in unlike(value):
            yield from leaves(value[at], kind, (*path, at))
    elif isinstance(value, (int, float, str)) and not isinstance(value, bool):
        names = [part for part in path if isinstance(part, str)]
        yield path, kind, names[-1] if names else ""


def changed(renderer, path):
    """The same JSON with another value at this place."""
    other = copy.deepcopy(renderer)
    holder = other
    for part in path[:-1]:
        holder = holder[part]
    value = holder[path[-1]]
    holder[path[-1]] = f"x{value}" if isinstance(value, str) else value - 7 if value > 200 else value + 1
    return other


def xml_of(renderer):
    """All that QGIS would save of a renderer, without the names it makes up."""
    document = QDomDocument("q")
    document.appendChild(renderer.save(document, QgsReadWriteContext()))
    return re.sub(r'\b(id|uuid)="\{[^"]*"', "", document.toString())


def is_told(kind, path, renderer, losses):
    """True where a loss names this member, or something around it."""
    holder, around = renderer, [kind]
    for part in path[:-1]:
        holder = holder[part]
        if isinstance(holder, dict) and isinstance(holder.get("type"), str):
            around.append(holder["type"])
    general = ((word, kinds) for loss in losses for word, kinds in STANDS_FOR.items() if word in loss)
    if any(re.fullmatch(kinds, kind) for _, kinds in general):
        return True
    words = [f"“{part}”" for part in path if isinstance(part, str)] + [word for word in around if word]
    return any(word in loss for loss in losses for word in words)


def silent(renderer):
    """The members of a renderer that make no difference, and that no loss names."""
    layer = layer_of(spec_of(renderer))
    made, losses = converted(renderer, layer)
    before = xml_of(made)
    for path, kind, member in leaves(renderer):
        made, told = converted(changed(renderer, path), layer)
        if xml_of(made) == before and told == losses and not is_told(kind, path, renderer, losses):
            yield kind, member


@pytest.mark.timeout(300)
def test_nothing_is_lost_silently(known):
    found = {}
    for name, renderer in known.items():
        for pair in silent(renderer):
            found.setdefault(pair, name)
    assert {pair: name for pair, name in found.items() if pair not in SAYS_NOTHING} == {}


def said_colours(value):
    """Every colour that the JSON holds, in any form."""
    if isinstance(value, dict):
        own = [colour_of(value)] if "r" in value or "values" in value else []
        return own + [colour for child in value.values() for colour in said_colours(child)]
    if isinstance(value, list):
        numbers = len(value) in (3, 4) and all(isinstance(part, (int, float)) for part in value)
        own = [colour_of(value)] if numbers and all(0 <= part <= 255 for part in value) else []
        return own + [colour for child in value for colour in said_colours(child)]
    return []


def picture_colours(value):
    """Every colour of the pictures in the JSON."""
    if isinstance(value, dict):
        image = QImage()
        text = value.get("imageData") or str(value.get("url")).partition("base64,")[2]
        if text:
            image.loadFromData(base64.b64decode(text + "=="))
        points = ((x, y) for x in range(image.width()) for y in range(image.height()))
        own = {image.pixel(x, y) & 0xFFFFFF for x, y in points if image.pixelColor(x, y).alpha() > 0}
        return own.union(*map(picture_colours, value.values()))
    return set().union(*map(picture_colours, value)) if isinstance(value, list) else set()


def foreign(image, allowed, meeting=2):
    """The pixels farther than eight steps from every mixture of white and so many of the allowed colours."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    data = image.constBits()
    data.setsize(image.sizeInBytes())
    pixels = numpy.unique(numpy.frombuffer(data, numpy.uint8).reshape(-1, 4)[:, 2::-1], axis=0)
    pixels, colours = pixels - 255.0, numpy.array(sorted(allowed)) - 255.0
    near = numpy.full(len(pixels), numpy.inf)
    for mixed in combinations(colours, min(len(colours), meeting)):
        parts = numpy.array(mixed)
        shares = (pixels @ numpy.linalg.pinv(parts)).clip(0, None)
        shares /= numpy.maximum(1, shares.sum(axis=1, keepdims=True))
        near = numpy.minimum(near, numpy.abs(pixels - shares @ parts).max(axis=1))
    return pixels[near > 8] + 255


@pytest.mark.timeout(300)
def test_no_ink_of_a_colour_that_the_json_does_not_hold(known):
    """A plain symbol stands in only where a loss says so; then its own colour is no surprise."""
    wrong = {}
    for name, renderer in known.items():
        spec = spec_of(renderer)
        layer = layer_of(spec)
        made, losses = converted(renderer, layer)
        layer.setRenderer(made)
        allowed = {(255, 255, 255), *(colour.getRgb()[:3] for colour in said_colours(renderer) if colour)}
        if losses:
            allowed.add(PLAIN.getRgb()[:3])
        pixels = {(pixel >> 16, pixel >> 8 & 255, pixel & 255) for pixel in picture_colours(renderer)}
        if len(pixels) > 2:
            continue  # three colours of a picture that meet give any other
        # Soft dots of several attributes lie upon each other.
        meeting = 3 if renderer.get("type") == "dotDensity" else 2
        found = foreign(picture(layer, spec, antialiased=False), allowed | pixels, meeting)
        if len(found):
            wrong[name] = found[:5].tolist()
    assert wrong == {}


STRANGE = [
    None,
    True,
    -1,
    0,
    1e308,
    -1e308,
    float("nan"),
    float("inf"),
    10**400,
    "",
    "x" * 5000,
    "0'",
    [],
    {},
]
STRANGE += [
    [[]],
    {"type": []},
    {"type": "simple"},
    [float("nan")] * 4,
    {"a": {"b": {}}},
    "esriSMS",
    "$feature.v",
]


def deep(levels):
    """A marker in a marker in a marker …"""
    symbol = {"type": "CIMPointSymbol", "symbolLayers": []}
    for _ in range(levels):
        graphic = {"type": "CIMMarkerGraphic", "geometry": {"x": 1, "y": 1}, "symbol": symbol}
        layer = {"type": "CIMVectorMarker", "size": 9, "markerGraphics": [graphic, graphic]}
        symbol = {"type": "CIMPointSymbol", "symbolLayers": [layer]}
    return {"type": "simple", "symbol": {"type": "CIMSymbolReference", "symbol": symbol}}


def spoilt(value, dice):
    """The same JSON with some values replaced by strange ones."""
    if dice.random() < 0.06:
        return dice.choice(STRANGE)
    if isinstance(value, dict):
        return {key: spoilt(child, dice) for key, child in value.items() if dice.random() > 0.02}
    return [spoilt(child, dice) for child in value] if isinstance(value, list) else value


@pytest.mark.timeout(120)
def test_hostile_json_never_raises(known):
    dice = random.Random(7)
    features = {**spec_of(known["markers"]), "features": []}
    kinds = ("esriGeometryPoint", "esriGeometryPolyline", "esriGeometryPolygon")
    layers = [layer_of({**features, "geometryType": kind}) for kind in kinds]
    for renderer in [*STRANGE, deep(40), deep(200)]:
        for layer in layers:
            converted(renderer, layer)
    for _ in range(12):
        for renderer in known.values():
            converted(spoilt(renderer, dice), dice.choice(layers))


def test_spoilt_renderers_are_drawn_without_harm(known):
    """What comes out of a spoilt renderer is still something that QGIS can draw."""
    dice = random.Random(11)
    for name in list(known)[:50]:
        spec = spec_of(known[name])
        layer = layer_of(spec)
        layer.setRenderer(converted(spoilt(known[name], dice), layer)[0])
        assert not picture(layer, spec).isNull()
