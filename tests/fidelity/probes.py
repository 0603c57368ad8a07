"""Renderers made up to ask one question each; they are drawn beside the corpus.

`PROBES` is name → renderer JSON. Where many symbols are asked about, each is a class of its own.
`python -m tests.fidelity.probes FOLDER` writes them as files.
"""

import base64
import json
from pathlib import Path
import struct
import sys
import zlib

BLACK, RED, GREEN, BLUE = [0, 0, 0, 255], [200, 60, 60, 255], [40, 160, 60, 255], [40, 60, 200, 255]
GREY, CLEAR_RED = [120, 120, 120, 255], [200, 60, 60, 128]


def picture(width: int = 24, height: int = 16) -> str:
    """A PNG whose left top quarter is red, the rest blue and green: no two turns look alike."""
    rows = b""
    for y in range(height):
        row = [
            (255, 0, 0)
            if x < width // 2 and y < height // 2
            else (0, 0, 255)
            if x < width // 2
            else (0, 160, 0)
            for x in range(width)
        ]
        rows += b"\0" + b"".join(bytes(pixel) for pixel in row)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + data).decode()


def line(color=BLACK, width=1.0, style="Solid", **more):
    return {"type": "esriSLS", "style": f"esriSLS{style}", "color": color, "width": width, **more}


def marker(style="Circle", size=30.0, color=RED, outline=None, **more):
    outline = line() if outline is None else outline
    return {
        "type": "esriSMS",
        "style": f"esriSMS{style}",
        "color": color,
        "size": size,
        "outline": outline,
        **more,
    }


def fill(style="Solid", color=RED, outline=None):
    outline = line(GREY, 0.75) if outline is None else outline
    return {"type": "esriSFS", "style": f"esriSFS{style}", "color": color, "outline": outline}


def image(kind="esriPMS", width=24, height=16, **more):
    return {
        "type": kind,
        "imageData": picture(),
        "contentType": "image/png",
        "width": width,
        "height": height,
        **more,
    }


def classes(*symbols, **more):
    """A class for every symbol."""
    infos = [{"value": f"c{n}", "label": f"class {n}", "symbol": s} for n, s in enumerate(symbols)]
    return {"type": "uniqueValue", "field1": "k", "uniqueValueInfos": infos, **more}


def simple(symbol, *variables, **more):
    return {"type": "simple", "symbol": symbol, "visualVariables": list(variables), **more}


def cim(kind, *layers, **more):
    return {"type": "CIMSymbolReference", "symbol": {"type": kind, "symbolLayers": list(layers), **more}}


def stroke(color=BLACK, width=2.0, *effects, **more):
    base = {"type": "CIMSolidStroke", "enable": True, "capStyle": "Butt", "joinStyle": "Round"}
    return {**base, "color": color, "width": width, "effects": list(effects), **more}


def solid(color=RED):
    return {"type": "CIMSolidFill", "enable": True, "color": color}


def vector(size=20.0, geometry=None, symbol=None, **more):
    rings = {"rings": [[[0, 0], [0, 10], [10, 10], [10, 5], [5, 5], [5, 0], [0, 0]]]}
    graphic = {
        "type": "CIMMarkerGraphic",
        "geometry": geometry or rings,
        "symbol": symbol or cim("CIMPolygonSymbol", stroke(BLACK, 1), solid())["symbol"],
    }
    return {
        "type": "CIMVectorMarker",
        "enable": True,
        "size": size,
        "frame": {"xmin": 0, "ymin": 0, "xmax": 10, "ymax": 10},
        "markerGraphics": [graphic],
        "scaleSymbolsProportionally": True,
        "respectFrame": True,
        **more,
    }


def override(name, member, expression):
    return {
        "type": "CIMPrimitiveOverride",
        "primitiveName": name,
        "propertyName": member,
        "valueExpressionInfo": {"type": "CIMExpressionInfo", "expression": expression, "title": "t"},
    }


def text(words, **more):
    symbol = {
        "type": "CIMTextSymbol",
        "fontFamilyName": "DejaVu Sans",
        "fontStyleName": "Bold",
        "height": 5,
        "horizontalAlignment": "Center",
        "verticalAlignment": "Center",
        "haloSize": 1,
        "haloSymbol": cim("CIMPolygonSymbol", solid([255, 255, 255, 255]))["symbol"],
        "symbol": cim("CIMPolygonSymbol", solid(BLUE))["symbol"],
    }
    return {
        "type": "CIMMarkerGraphic",
        "geometry": {"x": 5, "y": 5},
        "symbol": symbol,
        "textString": words,
        **more,
    }


def gradient(**more):
    colours = {"type": "CIMLinearContinuousColorRamp", "fromColor": RED, "toColor": BLUE}
    return {"type": "CIMGradientFill", "enable": True, "colorRamp": colours, **more}


def dashes(*template, **more):
    return {
        "type": "CIMGeometricEffectDashes",
        "dashTemplate": list(template),
        "lineDashEnding": "NoConstraint",
        **more,
    }


def placed(kind, **more):
    return {"markerPlacement": {"type": f"CIMMarkerPlacement{kind}", **more}}


def ramp(field="v", *colours):
    colours = colours or (BLUE, [255, 255, 255, 255], RED)
    stops = [{"value": 55 * n, "color": c} for n, c in enumerate(colours)]
    return {"type": "colorInfo", "field": field, "stops": stops}


SIZE = {"type": "sizeInfo", "field": "v", "minDataValue": 0, "maxDataValue": 110, "minSize": 4, "maxSize": 40}
SIZE_STOPS = {
    "type": "sizeInfo",
    "field": "v",
    "stops": [{"value": 0, "size": 2}, {"value": 40, "size": 6}, {"value": 110, "size": 20}],
}
OPACITY = {
    "type": "transparencyInfo",
    "field": "v",
    "stops": [{"value": 0, "transparency": 90}, {"value": 110, "transparency": 0}],
}


def turn(kind):
    return {"type": "rotationInfo", "field": "v", "rotationType": kind}


STYLES = ["Circle", "Square", "Diamond", "Triangle", "Cross", "X"]
DASHES = ["Dash", "Dot", "DashDot", "DashDotDot", "LongDash", "LongDashDot", "ShortDash", "ShortDashDot"]
DASHES += ["ShortDashDotDot", "ShortDot", "LongDashDotDot"]
HATCHES = ["Horizontal", "Vertical", "Cross", "ForwardDiagonal", "BackwardDiagonal", "DiagonalCross"]
FIELDS = ["f1", "f2", "f3"]


def keyed(symbol_of, keys, **authoring):
    infos = [{"value": key, "label": key, "symbol": symbol_of(n)} for n, key in enumerate(keys)]
    return {
        "type": "uniqueValue",
        "uniqueValueInfos": infos,
        "defaultSymbol": symbol_of(9),
        "authoringInfo": authoring,
    }


def _shade(n):
    return fill("Solid", [(n * 67) % 256, (n * 131 + 40) % 256, (n * 29 + 90) % 256, 255])


PREDOMINANCE = """var fieldNames = ["f1", "f2", "f3"];
var numFields = 3;
var maxValueField = null;
var maxValue = -Infinity;
var value, i;
for(i = 0; i < numFields; i++) {
  value = $feature[fieldNames[i]];
  if(value > 0) {
    if(value > maxValue) { maxValue = value; maxValueField = fieldNames[i]; }
    else if (value == maxValue) { maxValueField = null; }
  }
}
return maxValueField;"""

PROBES = {
    "markers": classes(
        *[marker(s, 40) for s in STYLES], *[marker(s, 40, outline=line(BLUE, 6)) for s in STYLES[:5]]
    ),
    "markers_turned": classes(
        *[marker(s, 30, angle=20, xoffset=10, yoffset=5) for s in STYLES],
        marker("Circle", 30, None),
        marker("Square", 30, CLEAR_RED, line([0, 0, 200, 128], 8)),
        marker("Square", 4),
        marker("Circle", 3),
        marker("Triangle", 6),
    ),
    "markers_dashed": classes(
        *[marker(s, 30, outline=line(BLACK, 2, "Dash")) for s in STYLES],
        *[marker("Square", 30, outline=line(BLUE, 1.5, d)) for d in ("Dot", "DashDot", "LongDashDot")],
        *[marker("X", 20, outline=line(BLUE, 1, d)) for d in ("ShortDash", "LongDashDot")],
    ),
    "markers_small": classes(
        *[marker(s, size, outline=line(BLACK, 1)) for s in STYLES[:4] for size in (4, 7.5)],
        *[marker(s, 12, outline=line(BLACK, 0.5)) for s in STYLES[3:]],
    ),
    "lines_thinner": classes(*[line(BLACK, width) for width in (0.2, 0.4, 0.5, 0.6, 0.75, 0.9, 1, 1.3)]),
    "size_dashed": simple(marker("Square", 12, outline=line(BLACK, 1, "Dash")), SIZE),
    "size_area": simple(
        marker("Circle", 10),
        {"type": "sizeInfo", "field": "v", "valueUnit": "feet", "valueRepresentation": "area"},
    ),
    "size_radius": simple(
        line(RED, 1), {"type": "sizeInfo", "field": "v", "valueRepresentation": "radius", "axis": "all"}
    ),
    "paths": classes(
        *[
            marker("Path", 30, path=path)
            for path in ("M0 0 L10 0 L10 4 Z", "M-5,-5 h10 v20 h-10z", "M 0,0 C 5,0 10,5 10,10 L 0 10 z")
        ]
    ),
    "lines": classes(*[line(RED, 3, s) for s in DASHES]),
    "lines_thin": classes(*[line(RED, 1, s) for s in DASHES]),
    "lines_wide": classes(*[line(RED, 8, s) for s in DASHES]),
    "caps": classes(
        line(RED, 10),
        *[
            line(RED, 10, cap=f"esriLCS{c}", join=f"esriLJS{j}")
            for c, j in (("Butt", "Miter"), ("Round", "Round"), ("Square", "Bevel"))
        ],
        *[line(RED, 5, "Dash", cap=f"esriLCS{c}") for c in ("Butt", "Round", "Square")],
        line(RED, 0.3),
        line(RED, 0),
    ),
    "line_markers": classes(
        *[
            line(RED, 4, marker={"type": "esriSLMA", "style": s, "placement": p})
            for s, p in (
                ("arrow", "begin"),
                ("arrow", "end"),
                ("arrow", "begin-end"),
                ("circle", "end"),
                ("square", "end"),
                ("diamond", "end"),
                ("cross", "end"),
                ("x", "end"),
            )
        ],
        line(RED, 1, marker={"type": "esriSLMA", "style": "arrow", "placement": "end"}),
        line(
            RED, 2, "Dash", marker={"type": "esriSLMA", "style": "arrow", "placement": "end", "color": BLUE}
        ),
    ),
    "line_ends": classes(
        *[
            line(RED, 4, marker={"type": "line-marker", "style": s, "placement": p})
            for s, p in (
                ("arrow", "begin"),
                ("arrow", "begin-end"),
                ("circle", "end"),
                ("square", "end"),
                ("diamond", "end"),
                ("cross", "end"),
                ("x", "end"),
            )
        ],
        line(
            RED,
            2,
            "Dash",
            marker={"type": "line-marker", "style": "arrow", "placement": "end", "color": BLUE},
        ),
    ),
    "line_ends_size": simple(
        line(RED, 2, marker={"type": "line-marker", "style": "arrow", "placement": "end"}),
        SIZE_STOPS,
        ramp(),
    ),
    "fills": classes(
        *[fill(h) for h in HATCHES],
        fill("Cross", CLEAR_RED),
        fill("Solid", None),
        fill("Null"),
        fill("Solid", CLEAR_RED, line(BLUE, 6, "Dash")),
        fill("Solid", RED, line([0, 0, 200, 100], 8)),
    ),
    "pictures": classes(
        image(),
        image(width=48, height=16),
        image(width=10, height=40),
        image(angle=30),
        image(xoffset=12),
        image(yoffset=12),
        image(angle=90, xoffset=12),
        image(width=18.75, height=12.5),
    ),
    "picture_fills": classes(
        *[
            image("esriPFS", outline=line(), **more)
            for more in (
                {},
                {"width": 48, "height": 32},
                {"width": 12, "height": 8},
                {"xscale": 2, "yscale": 2},
                {"xoffset": 8},
                {"yoffset": 8},
                {"angle": 45},
                {"xscale": 0.5},
            )
        ]
    ),
    "size_line": simple(line(RED, 2), SIZE_STOPS),
    "size_line_dashed": simple(line(RED, 2, "Dash"), SIZE_STOPS),
    "size_offset": simple(marker("Square", 10, xoffset=10, yoffset=5), SIZE),
    "size_picture": simple(image(xoffset=5), SIZE),
    "size_tall_picture": simple(image(width=16, height=32), SIZE),
    "size_triangle": simple(marker("Triangle", 10), SIZE),
    "size_stops": simple(marker("Circle", 10), SIZE_STOPS),
    "size_scale": simple(
        marker("Circle", 10),
        {
            "type": "sizeInfo",
            "valueExpression": "$view.scale",
            "stops": [{"value": 1000, "size": 30}, {"value": 10000, "size": 5}],
        },
    ),
    "size_by_scale": simple(
        marker("Circle", 10),
        {
            **SIZE,
            "minSize": {
                "type": "sizeInfo",
                "expression": "view.scale",
                "stops": [{"value": 1000, "size": 10}, {"value": 10000, "size": 2}],
            },
            "maxSize": {
                "type": "sizeInfo",
                "expression": "view.scale",
                "stops": [{"value": 1000, "size": 50}, {"value": 10000, "size": 10}],
            },
        },
    ),
    "size_metres": simple(
        marker("Circle", 10), {"type": "sizeInfo", "field": "v", "valueUnit": "meters", "axis": "all"}
    ),
    "size_outline": simple(
        fill(),
        {
            "type": "sizeInfo",
            "target": "outline",
            "field": "v",
            "minDataValue": 0,
            "maxDataValue": 110,
            "minSize": 0.5,
            "maxSize": 8,
        },
    ),
    "size_polygon_marker": simple(
        marker("Circle", 10), SIZE, backgroundFillSymbol=fill("Solid", [230, 230, 230, 255])
    ),
    "colour_line": simple(line(RED, 4), ramp()),
    "colour_dashed": simple(line(RED, 4, "Dash"), ramp()),
    "colour_marker": simple(marker("Square", 20, outline=line(BLACK, 3)), ramp()),
    "colour_cross": simple(marker("Cross", 20, outline=line(BLACK, 3)), ramp()),
    "colour_hatch": simple(fill("DiagonalCross"), ramp()),
    "colour_hollow": simple(fill("Solid", None), ramp()),
    "colour_picture": simple(image(), ramp()),
    "colour_alpha": simple(fill("Solid", CLEAR_RED), ramp("v", [255, 0, 0, 50], [0, 0, 255, 255])),
    "opacity_fill": simple(fill("Solid", RED, line(BLACK, 5)), OPACITY),
    "opacity_line": simple(line(RED, 6), OPACITY),
    "opacity_picture": simple(image(), OPACITY),
    "opacity_colour": simple(fill("Solid", CLEAR_RED), ramp("v", [255, 0, 0, 50], [0, 0, 255, 255]), OPACITY),
    "opacity_alpha": simple(fill("Solid", CLEAR_RED, line(CLEAR_RED, 5)), OPACITY),
    "turn_geographic": simple(marker("Triangle", 30), turn("geographic")),
    "turn_arithmetic": simple(marker("Triangle", 30), turn("arithmetic")),
    "turn_more": simple(marker("Triangle", 20, angle=30, xoffset=10), turn("geographic")),
    "turn_picture": simple(image(xoffset=10), turn("arithmetic")),
    "classes_null": {
        **classes(fill("Solid", RED), fill("Solid", GREEN)),
        "uniqueValueInfos": [
            {"value": "a", "symbol": fill("Solid", RED)},
            {"value": "<Null>", "symbol": fill("Solid", GREEN)},
            {"value": "", "symbol": fill("Solid", BLUE)},
        ],
        "defaultSymbol": fill("Solid", GREY),
    },
    "groups_two_fields": {
        "type": "uniqueValue",
        "field1": "k",
        "field2": "g",
        "fieldDelimiter": ", ",
        "uniqueValueGroups": [
            {
                "heading": "One",
                "classes": [
                    {"label": "x", "values": [["a", "b"], ["c", "d"]], "symbol": fill("Solid", RED)},
                    {"label": "y", "values": [["<Null>", "d"]], "symbol": fill("Solid", GREEN)},
                ],
            },
            {
                "heading": "Two",
                "classes": [{"label": "z", "values": [["e", "f"]], "symbol": fill("Solid", BLUE)}],
            },
        ],
    },
    "breaks_log": {
        "type": "classBreaks",
        "field": "v",
        "normalizationType": "esriNormalizeByLog",
        "minValue": 0,
        "classBreakInfos": [
            {"classMaxValue": m, "symbol": fill("Solid", c)} for m, c in ((1, RED), (1.5, GREEN), (1.9, BLUE))
        ],
        "visualVariables": [SIZE_STOPS | {"target": "outline"}],
    },
    "breaks_percent": {
        "type": "classBreaks",
        "field": "v",
        "normalizationType": "esriNormalizeByPercentOfTotal",
        "normalizationTotal": 660,
        "minValue": 0,
        "classBreakInfos": [
            {"classMaxValue": m, "symbol": fill("Solid", c)} for m, c in ((4, RED), (9, GREEN), (14, BLUE))
        ],
        "visualVariables": [SIZE_STOPS | {"target": "outline"}],
    },
    "breaks_arcade": {
        "type": "classBreaks",
        "valueExpression": "$feature.v",
        "minValue": 0,
        "classBreakInfos": [
            {"classMaxValue": m, "symbol": fill("Solid", c)} for m, c in ((40, RED), (70, GREEN), (110, BLUE))
        ],
    },
    "dots": {
        "type": "dotDensity",
        "dotValue": 1,
        "dotSize": 2,
        "dotBlendingEnabled": False,
        "referenceScale": None,
        "attributes": [{"field": f, "color": c, "label": f} for f, c in (("a", RED), ("b", BLUE))],
        "backgroundColor": [250, 245, 230, 255],
        "outline": line(GREY, 0.75),
        "seed": 1,
    },
    "pies": {
        "type": "pieChart",
        "size": 30,
        "holePercentage": 0,
        "attributes": [
            {"field": f, "color": c, "label": f} for f, c in (("a", RED), ("b", BLUE), ("c", GREEN))
        ],
        "outline": line(BLACK, 1),
    },
    "pies_more": {
        "type": "pieChart",
        "size": 40,
        "holePercentage": 0.4,
        "attributes": [
            {key: text, "color": c, "label": text}
            for key, text, c in (("field", "v", RED), ("valueExpression", "20", BLUE), ("field", "w", GREEN))
        ],
        "othersCategory": {"threshold": 0.2, "color": [170, 170, 170, 255], "label": "Rest"},
        "defaultColor": GREY,
        "outline": line(BLACK, 1.5),
    },
    "dots_more": {
        "type": "dotDensity",
        "dotValue": 5,
        "dotSize": 3,
        "referenceScale": 7559,
        "attributes": [{"field": "a", "color": RED, "label": "a"}],
        "outline": line(GREY, 1),
    },
    "heat_more": {
        "type": "heatmap",
        "field": "v",
        "radius": 30,
        "minDensity": 0.01,
        "maxDensity": 0.5,
        "colorStops": [
            {"ratio": r, "color": c} for r, c in ((0, [80, 40, 100, 0]), (0.1, [80, 60, 120, 255]), (1, RED))
        ],
    },
    "heat_older": {
        "type": "heatmap",
        "blurRadius": 12,
        "minPixelIntensity": 0,
        "maxPixelIntensity": 3,
        "colorStops": [{"ratio": r, "color": c} for r, c in ((0, [255, 0, 0, 0]), (0.4, RED), (1, BLUE))],
    },
    "heat": {
        "type": "heatmap",
        "field": "v",
        "radius": 24,
        "minDensity": 0,
        "maxDensity": 1.5,
        "blurRadius": 10,
        "minPixelIntensity": 0,
        "maxPixelIntensity": 100,
        "referenceScale": 0,
        "colorStops": [
            {"ratio": r, "color": c}
            for r, c in (
                (0, [0, 0, 255, 0]),
                (0.1, [0, 0, 255, 255]),
                (0.5, [255, 0, 0, 255]),
                (1, [255, 255, 0, 255]),
            )
        ],
    },
    "predominance": {
        **keyed(_shade, FIELDS, type="predominance", fields=FIELDS),
        "valueExpression": PREDOMINANCE,
    },
    "cim_lines": classes(
        cim("CIMLineSymbol", stroke(RED, 4, dashes(8, 4))),
        cim("CIMLineSymbol", stroke(RED, 4, dashes(8, 4, offsetAlongLine=4))),
        cim("CIMLineSymbol", stroke(RED, 2, {"type": "CIMGeometricEffectOffset", "offset": 6})),
        cim("CIMLineSymbol", stroke(BLUE, 2), stroke(RED, 8, capStyle="Round")),
        cim(
            "CIMLineSymbol",
            vector(12, **placed("AlongLineSameSize", placementTemplate=[20], angleToLine=True, offset=6)),
            stroke(),
        ),
        cim(
            "CIMLineSymbol",
            vector(12, **placed("AtExtremities", extremityPlacement="Both", angleToLine=True)),
            stroke(),
        ),
        cim(
            "CIMLineSymbol",
            vector(12, **placed("OnVertices", placeOnEndPoints=True, placeOnControlPoints=True)),
            stroke(),
        ),
        cim(
            "CIMLineSymbol",
            vector(12, **placed("AtRatioPositions", positionArray=[0.5], angleToLine=True)),
            stroke(),
        ),
        cim(
            "CIMLineSymbol",
            stroke(RED, 6, {"type": "CIMGeometricEffectArrow", "width": 10, "arrowType": "Block"}),
        ),
        cim("CIMLineSymbol", stroke(RED, 3, {"type": "CIMGeometricEffectCut", "beginCut": 20, "endCut": 10})),
    ),
    "cim_fills": classes(
        cim(
            "CIMPolygonSymbol",
            stroke(),
            {
                "type": "CIMHatchFill",
                "enable": True,
                "rotation": 45,
                "separation": 6,
                "lineSymbol": cim("CIMLineSymbol", stroke(RED, 1))["symbol"],
            },
        ),
        cim(
            "CIMPolygonSymbol",
            stroke(),
            {
                "type": "CIMHatchFill",
                "enable": True,
                "rotation": 20,
                "separation": 10,
                "offsetX": 3,
                "lineSymbol": cim("CIMLineSymbol", stroke(RED, 2, dashes(4, 2)))["symbol"],
            },
        ),
        cim("CIMPolygonSymbol", stroke(BLUE, 3), solid(RED)),
        cim(
            "CIMPolygonSymbol",
            vector(8, **placed("InsidePolygon", stepX=16, stepY=16, gridType="Fixed")),
            stroke(),
        ),
        cim(
            "CIMPolygonSymbol",
            vector(20, **placed("PolygonCenter", method="OnPolygon")),
            stroke(),
            solid([230, 230, 230, 255]),
        ),
        cim("CIMPolygonSymbol", stroke(RED, 4, dashes(10, 5)), solid(GREY)),
        cim(
            "CIMPolygonSymbol",
            stroke(),
            {
                "type": "CIMGradientFill",
                "enable": True,
                "gradientMethod": "Linear",
                "angle": 0,
                "colorRamp": {"type": "CIMLinearContinuousColorRamp", "fromColor": RED, "toColor": BLUE},
            },
        ),
        cim(
            "CIMPolygonSymbol",
            stroke(),
            {
                "type": "CIMPictureFill",
                "enable": True,
                "height": 16,
                "scaleX": 1,
                "url": "data:image/png;base64," + picture(),
            },
        ),
        cim(
            "CIMPolygonSymbol",
            vector(8, **placed("AlongLineSameSize", placementTemplate=[20], angleToLine=True)),
            solid(GREY),
        ),
    ),
    "cim_gradients": classes(
        *[
            cim("CIMPolygonSymbol", gradient(gradientMethod=method, gradientType=kind, **more))
            for method, kind, more in (
                ("Linear", "Continuous", {"angle": 0, "gradientSize": 100, "gradientSizeUnits": "Relative"}),
                ("Linear", "Continuous", {"angle": 90, "gradientSize": 50}),
                ("Linear", "Discrete", {"angle": 45, "interval": 4}),
                ("Circular", "Continuous", {"gradientSize": 75}),
                ("Circular", "Discrete", {"gradientSize": 100, "interval": 5}),
            )
        ]
    ),
    "cim_overrides": classes(
        *[
            {
                **cim("CIMPointSymbol", {**vector(20), "primitiveName": "p"}),
                "primitiveOverrides": [override("p", member, expression)],
            }
            for member, expression in (("Size", "$feature.k2 / 4 + 8"), ("Rotation", "$feature.k2"))
        ],
        {
            **cim(
                "CIMPointSymbol",
                vector(30, symbol=cim("CIMPolygonSymbol", {**solid(GREEN), "primitiveName": "c"})["symbol"]),
            ),
            "primitiveOverrides": [override("c", "Color", "IIf($feature.k2 > 50, '#c83c3c', '#28a03c')")],
        },
        visualVariables=[turn("geographic") | {"field": "k2"}],
    ),
    "cim_scales": classes(
        {**cim("CIMPointSymbol", vector(20)), "minScale": 1000, "maxScale": 0},
        {**cim("CIMPointSymbol", vector(20)), "minScale": 10000, "maxScale": 2000},
    ),
    "cim_texts": simple(
        {
            **cim(
                "CIMPointSymbol",
                vector(20, markerGraphics=[text("A"), text("", primitiveName="t")], colorLocked=True),
                vector(30, symbol=cim("CIMPolygonSymbol", solid())["symbol"]),
            ),
            "primitiveOverrides": [override("t", "TextString", "$feature.v")],
        },
        ramp(),
    ),
    "cim_points": classes(
        cim("CIMPointSymbol", vector(30)),
        cim("CIMPointSymbol", vector(30, rotation=30)),
        cim("CIMPointSymbol", vector(30, rotation=30, rotateClockwise=True)),
        cim("CIMPointSymbol", vector(30, offsetX=8, offsetY=4)),
        cim("CIMPointSymbol", vector(20, anchorPoint={"x": 0, "y": -0.5}, anchorPointUnits="Relative")),
        cim("CIMPointSymbol", vector(20), vector(40, symbol=cim("CIMPolygonSymbol", solid(BLUE))["symbol"])),
        cim("CIMPointSymbol", vector(30), angle=45),
        cim(
            "CIMPointSymbol",
            {
                "type": "CIMPictureMarker",
                "enable": True,
                "size": 24,
                "url": "data:image/png;base64," + picture(),
            },
        ),
        cim(
            "CIMPointSymbol",
            vector(
                30,
                geometry={"paths": [[[0, 0], [10, 10]]]},
                symbol=cim("CIMLineSymbol", stroke(RED, 2))["symbol"],
            ),
        ),
        cim(
            "CIMPointSymbol",
            vector(30, geometry={"x": 5, "y": 5}, symbol=cim("CIMPointSymbol", vector(10))["symbol"]),
        ),
    ),
}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, renderer in PROBES.items():
        (folder / f"P_{name}.json").write_text(json.dumps(renderer), "utf-8")
