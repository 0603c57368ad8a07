"""Our own pictograms and the colours of the states, right on light and on dark themes.

The SVG files are black strokes; they are drawn in the colour that is asked for, once, and kept in
Qt's own cache of pixmaps.
"""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from qgis.PyQt.QtSvg import QSvgRenderer
from qgis.PyQt.QtWidgets import QApplication

from .actions import Action
from .wording import Tone

_FOLDER = Path(__file__).parents[3] / "resources" / "status"
# Each readable (contrast 4.5 : 1 and more) on the base colour of its kind of theme.
_ON_LIGHT = {
    Tone.READY: "#1a62b8",
    Tone.BUSY: "#1a62b8",
    Tone.GOOD: "#27713f",
    Tone.WARNING: "#8a5a00",
    Tone.BAD: "#b3261e",
}
_ON_DARK = {
    Tone.READY: "#7cb8ff",
    Tone.BUSY: "#7cb8ff",
    Tone.GOOD: "#84d49c",
    Tone.WARNING: "#e8b84a",
    Tone.BAD: "#ff9a90",
}
_ACTION_GLYPHS = {
    Action.DOWNLOAD: "download",
    Action.PAUSE: "pause",
    Action.RESUME: "resume",
    Action.RETRY: "update",
    Action.CANCEL: "cross",
    Action.OPEN: "open",
    Action.CLOSE: "cross",
    Action.PROJECT: "map",
    Action.ZOOM: "zoom",
    Action.UPDATE: "update",
    Action.SEND: "update",
    Action.RECEIVE: "download",
    Action.CHECK: "search",
    Action.STOP: "cross",
    Action.SAVE_EDITS: "download",
    Action.REVERT: "edit",
    Action.VERIFY: "check",
    Action.DETAILS: "details",
    Action.FOLDER: "folder",
    Action.FORGET: "cross",
    Action.REMOVE: "remove",
    Action.FINISH: "remove",
    Action.RELOAD: "update",
    Action.CHOOSE: "map",
    Action.CONNECTIONS: "key",
    Action.UNLOCK: "key",
}


def tone_colour(tone: Tone, palette: QPalette) -> QColor:
    """The colour of a tone on the base colour of `palette`."""
    base = palette.color(QPalette.ColorRole.Base)
    if tone is Tone.QUIET:
        return blended(palette.color(QPalette.ColorRole.Text), base, 0.35)
    return QColor((_ON_DARK if base.lightness() < 128 else _ON_LIGHT)[tone])


def blended(colour: QColor, ground: QColor, share: float) -> QColor:
    """`colour` with a `share` of `ground` in it."""
    mixed = (a * (1 - share) + b * share for a, b in zip(colour.getRgb()[:3], ground.getRgb()[:3]))
    return QColor(*(round(value) for value in mixed))


def glyph(name: str, colour: QColor, side: int, ratio: float = 1.0) -> QPixmap:
    """The pictogram of resources/status/`name`.svg, `side` logical pixels wide and high."""
    key = f"offline_map_areas {name} {colour.name(QColor.NameFormat.HexArgb)} {side} {ratio}"
    found = QPixmapCache.find(key)
    if found is not None and not found.isNull():
        return found
    made = QPixmap(QSize(side, side) * ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(str(_FOLDER / f"{name}.svg")).render(painter, QRectF(made.rect()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(made.rect(), colour)
    painter.end()
    made.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, made)
    return made


def icon(name: str) -> QIcon:
    """The pictogram for menus and buttons under the theme that QGIS has now.

    The application's own text colour is right under every theme; widgets that a theme does not name have
    black for what is written on buttons.
    """
    made, palette = QIcon(), QApplication.palette()
    for side in (16, 32, 48):
        for mode, group in (
            (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
            (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
        ):
            made.addPixmap(glyph(name, palette.color(group, QPalette.ColorRole.WindowText), side), mode)
    return made


def glyph_of(action: Action) -> str:
    """The pictogram of an action."""
    return _ACTION_GLYPHS[action]
