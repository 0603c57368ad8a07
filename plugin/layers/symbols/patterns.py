"""Hatches, tiles and what else ArcGIS makes once for several scales: how large it is at a scale.

It draws a pattern, and places markers on lines, once for each level of the web's tiling scheme, in
the size that its author says, and stretches it to the scale of the view: between two levels it is
up to a third larger or smaller than at a level. Measured on hatches at ten scales.
"""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsProperty, QgsSymbolLayer

_LEVEL_0 = "591657527.6"  # the scale of the scheme's first level, at 96 dots per inch
_FACTOR = f"with_variable('level', log(2, {_LEVEL_0} / @map_scale), 2 ^ (@level - ceil(@level - 0.415)))"
# Where no scale is known, as in a preview: the middle of the larger half.
USUAL = 1.194


def follow_levels(layer: QgsSymbolLayer, sizes: Mapping[QgsSymbolLayer.Property, float]) -> None:
    """Let sizes in points, as they are at a level, follow the map's scale."""
    for which, size in sizes.items():
        layer.setDataDefinedProperty(which, QgsProperty.fromExpression(f"{size:.6g} * {_FACTOR}"))
