"""Simple markers with a dashed outline, which QGIS' simple markers have not, as drawings.

Measured on what ArcGIS draws: the pattern is stretched until it fits each side of the shape. Closed
shapes begin and end a side in the middle of a gap; the lines of crosses begin and end with a whole
dash. A dot without length is not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, pi, sqrt

from qgis.core import Qgis, QgsSimpleLineSymbolLayer

_SHORTEST = 0.1  # of a pattern: a side that is shorter has no dashes


@dataclass(frozen=True)
class Outline:
    """A shape of size 100 around the origin (SVG, y down), and the length of one side for a size of 1."""

    path: str
    side: float
    closed: bool = True


OUTLINES = {
    Qgis.MarkerShape.Circle: Outline("M50,0 A50,50 0 0 1 -50,0 A50,50 0 0 1 50,0 Z", pi),
    Qgis.MarkerShape.Square: Outline("M-50,50 V-50 H50 V50 Z", 1),
    Qgis.MarkerShape.Diamond: Outline("M-50,0 L0,-50 L50,0 L0,50 Z", sqrt(0.5)),
    Qgis.MarkerShape.EquilateralTriangle: Outline("M-57.735,50 L0,-50 L57.735,50 Z", 2 / sqrt(3)),
    Qgis.MarkerShape.Cross: Outline("M0,-50 V50 M50,0 H-50", 1, False),
    Qgis.MarkerShape.Cross2: Outline("M50,-50 L-50,50 M50,50 L-50,-50", sqrt(2), False),
}


def fit_dashes(
    outline: QgsSimpleLineSymbolLayer, pattern: Sequence[float], shape: Outline, size: float
) -> bool:
    """Fit a pattern of dashes and gaps (in widths of the line) to a shape of `size` points.

    False where nothing of it is to be seen.
    """
    dashes = _without_dots([part * outline.width() for part in pattern])
    if not dashes and not shape.closed:
        return True  # ArcGIS' dotted crosses cannot be seen; they keep the dots of a line
    side, period = shape.side * size, sum(pattern) * outline.width()
    ends = 0.0 if shape.closed else dashes[0]
    count = max(1 if shape.closed else 0, floor((side - ends) / period + 0.5))
    stretch = side / (ends + count * period)
    if side < _SHORTEST * period:
        outline.setUseCustomDashPattern(False)
        return True
    outline.setCustomDashVector([part * stretch for part in dashes])
    outline.setDashPatternOffset(
        (period - pattern[-1] * outline.width() / 2) * stretch if shape.closed else 0.0
    )
    return bool(dashes)


def _without_dots(values: list[float]) -> list[float]:
    """Dashes and gaps; a dot joins the gaps around it. Empty where there are dots alone."""
    kept: list[float] = []
    for dash, gap in zip(values[::2], values[1::2]):
        if dash:
            kept += [dash, gap]
        elif kept:
            kept[-1] += gap
    return kept
