"""Effects of a web map (`effect`): blur, shadow and colours of a whole layer or group.

ArcGIS applies the functions one after the other, as CSS filters do. Brightness and contrast are
linear in the colour, so any number of them is one such step; it changes nothing whether grey comes
before or after it. So a list becomes one `Effect`, which QGIS can draw: exactly on vector layers and
groups, and without blur and shadow on rasters. What has no counterpart is reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import atan2, degrees, hypot, sqrt
from typing import Optional

from qgis.core import (
    Qgis,
    QgsBlurEffect,
    QgsColorEffect,
    QgsDropShadowEffect,
    QgsEffectStack,
    QgsGroupLayer,
    QgsImageOperation,
    QgsMapLayer,
    QgsPaintEffect,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from ...core.json_value import Json, json_number, json_objects
from ...core.notice import Notice, notice
from ..symbols.colours import colour_of

_MOST = 20
_STEEPEST = 2.0  # what one colour effect of QGIS can multiply by
_FARTHEST = 500.0  # points


@dataclass
class Effect:
    """What a list of functions amounts to.

    A colour c (0 to 255) becomes slope × c + shift; of its saturation, 1 is unchanged, 0 is grey.
    Blur is the standard deviation in points; opacity is 0 to 1.
    """

    slope: float = 1.0
    shift: float = 0.0
    saturation: float = 1.0
    blur: float = 0.0
    opacity: float = 1.0
    shadows: list[Json] = field(default_factory=list)

    @property
    def changes_colour(self) -> bool:
        """True where colours do not stay as they are."""
        return (self.slope, self.shift, self.saturation) != (1.0, 0.0, 1.0)

    @property
    def is_plain(self) -> bool:
        """True where nothing but the opacity changes."""
        return not (self.changes_colour or self.blur or self.shadows)


def set_effect(layer: QgsMapLayer, json: object, losses: list[Notice]) -> None:
    """Gives a layer of a project the web map's effect, as far as QGIS can; `losses` says the rest."""
    effect = read_effect(json, losses)
    if effect is None:
        return
    layer.setOpacity(layer.opacity() * effect.opacity)
    if effect.is_plain:
        return
    if isinstance(layer, QgsVectorLayer) and layer.renderer() is not None:
        layer.renderer().setPaintEffect(effect_stack(effect))
    elif isinstance(layer, QgsGroupLayer):
        layer.setPaintEffect(effect_stack(effect))
    elif isinstance(layer, QgsRasterLayer):
        _set_raster(layer, effect, losses)
    else:
        losses.append(notice("effect", "QGIS has no effects for this kind of layer."))


def read_effect(json: object, losses: list[Notice]) -> Optional[Effect]:
    """The effect of the web map; None for none. An effect that changes with the scale is fixed."""
    functions = json_objects(json)
    stops = [entry for entry in functions if isinstance(entry.get("value"), list)]
    if stops:
        losses.append(
            notice("effect", "Effects that change with the scale are shown as for the largest scale.")
        )
        largest = min(stops, key=lambda stop: _number(stop.get("scale"), 0.0))
        functions = json_objects(largest["value"])
    if not functions:
        return None
    effect, lost = Effect(), {}
    for function in functions[:_MOST]:
        if not _add(effect, function):
            lost[str(function.get("type"))[:40]] = True
    if effect.saturation > 1.0:
        losses.append(notice("effect", "Increased saturation looks nearly the same as in the web map."))
    if lost:
        losses.append(
            notice("effect", "Effects that QGIS does not have: {functions}.", functions=", ".join(lost))
        )
    return effect


def effect_stack(effect: Effect) -> QgsPaintEffect:
    """The effect as QGIS draws it, but its opacity: that is the layer's.

    QGIS works through a stack from its end, each step on what the one before made, and draws from its
    start. What is partly grey is the picture with its grey half transparent over it, as in ArcGIS.
    """
    steps: list[QgsPaintEffect] = list(_colour_steps(effect))
    if effect.blur:
        blur = QgsBlurEffect()
        blur.setBlurMethod(QgsBlurEffect.BlurMethod.GaussianBlur)
        blur.setBlurUnit(Qgis.RenderUnit.Points)
        blur.setBlurLevel(2.0 * effect.blur)  # QGIS' level is two standard deviations
        steps.append(blur)
    for step in steps:
        step.setDrawMode(QgsPaintEffect.DrawMode.Modifier)
    drawn: list[QgsPaintEffect] = [*map(_shadow, effect.shadows)]
    if effect.saturation > 0.0:
        drawn.append(QgsColorEffect())
    if effect.saturation < 1.0:
        drawn.append(_grey(1.0 - effect.saturation))
    for step in drawn:
        step.setDrawMode(QgsPaintEffect.DrawMode.Render)
    stack = QgsEffectStack()
    for step in (*drawn, *reversed(steps)):
        stack.appendEffect(step)
    return stack


def _colour_steps(effect: Effect) -> Iterable[QgsColorEffect]:
    """The colour effects that make slope, shift and more saturation.

    QGIS' makes (c − 128) × f + 128 + b of a colour c, with f up to 2: steeper ones take several.
    """
    slope, shift = effect.slope, effect.shift
    steps = []
    while slope > _STEEPEST:
        steps.append(_linear(_STEEPEST, 0.0))
        slope /= _STEEPEST
    if (slope, shift) != (1.0, 0.0):
        steps.append(_linear(slope, shift))
    if effect.saturation > 1.0:
        colour = QgsColorEffect()
        colour.setSaturation(effect.saturation)
        steps.append(colour)
    return steps


def _grey(share: float) -> QgsColorEffect:
    grey = QgsColorEffect()
    grey.setGrayscaleMode(QgsImageOperation.GrayscaleMode.GrayscaleLuminosity)
    grey.setOpacity(share)
    return grey


def _linear(slope: float, shift: float) -> QgsColorEffect:
    colour = QgsColorEffect()
    colour.setContrast(round((slope - 1.0) * 100))
    colour.setBrightness(round(shift + 128.0 * (slope - 1.0)))
    return colour


def _shadow(json: Json) -> QgsDropShadowEffect:
    across, down = _number(json.get("xoffset"), 0.0), _number(json.get("yoffset"), 0.0)
    shadow = QgsDropShadowEffect()
    shadow.setOffsetUnit(Qgis.RenderUnit.Points)
    shadow.setOffsetDistance(min(_FARTHEST, hypot(across, down)))
    shadow.setOffsetAngle(round(degrees(atan2(down, across)) + 90.0) % 360)  # clockwise from the top
    shadow.setBlurUnit(Qgis.RenderUnit.Points)
    shadow.setBlurLevel(2.0 * min(_FARTHEST, max(0.0, _number(json.get("blurRadius"), 0.0))))
    colour = colour_of(json.get("color")) or QColor(0, 0, 0)
    shadow.setColor(QColor(colour.red(), colour.green(), colour.blue()))
    shadow.setOpacity(colour.alphaF())
    return shadow


def _add(effect: Effect, function: Json) -> bool:
    """Takes one function up; False for one that QGIS does not have."""
    kind = function.get("type")
    amount = max(0.0, _number(function.get("amount"), 1.0))
    if kind == "brightness":
        effect.slope, effect.shift = effect.slope * amount, effect.shift * amount
    elif kind == "contrast":
        effect.slope = effect.slope * amount
        effect.shift = effect.shift * amount + 127.5 * (1.0 - amount)
    elif kind == "grayscale":
        effect.saturation *= 1.0 - min(1.0, amount)
    elif kind == "saturate":
        effect.saturation *= amount
    elif kind == "opacity":
        effect.opacity *= min(1.0, amount)
    elif kind == "blur":
        radius = min(_FARTHEST, max(0.0, _number(function.get("radius"), 0.0)))
        effect.blur = hypot(effect.blur, radius)
    elif kind == "drop-shadow" and len(effect.shadows) < _MOST:
        effect.shadows.append(function)
    else:
        # Nothing is lost of an effect that does nothing.
        return kind in ("sepia", "invert") and amount == 0.0
    return True


def _set_raster(layer: QgsRasterLayer, effect: Effect, losses: list[Notice]) -> None:
    """On rasters QGIS has filters: c becomes (c − 127.5) × f + 127.5 + b, f the square of contrast."""
    tones, hues = layer.brightnessFilter(), layer.hueSaturationFilter()
    if effect.slope <= 4.0:
        tones.setContrast(round(100.0 * (sqrt(effect.slope) - 1.0)))
        tones.setBrightness(max(-255, min(255, round(effect.shift + 127.5 * (effect.slope - 1.0)))))
    if effect.saturation == 0.0:
        hues.setGrayscaleMode(type(hues).GrayscaleMode.GrayscaleLuminosity)
    elif effect.saturation != 1.0:
        hues.setSaturation(max(-100, min(100, round(100.0 * (effect.saturation - 1.0)))))
    if effect.blur or effect.shadows or effect.slope > 4.0:
        losses.append(notice("effect", "For rasters, QGIS has no blur, no shadow, and less contrast."))


def _number(value: object, default: float) -> float:
    """A finite number that is not absurd."""
    number = json_number(value)
    return default if number is None or abs(number) >= 1e9 else number
