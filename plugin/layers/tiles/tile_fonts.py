"""Fonts of vector tiles: a style names fonts of its author's system, QGIS draws with those of this one.

Where one is missing QGIS takes its default font, and so makes bold names of towns and slanted ones of rivers
alike. Here another font of the same kind takes its place, in the same weight and slant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

from qgis.core import QgsFontUtils

from ...core.notice import Notice, notice
from ...core.tiles.style import layouts_of_labels

# What the style specification draws with where a layer names no font.
_DEFAULT = ["Open Sans Regular", "Arial Unicode MS Regular"]
_BOLD = {"bold", "semibold", "demibold", "demi", "extrabold", "black", "heavy"}
_SLANTED = {"italic", "oblique"}
_PLAIN = {"regular", "normal", "book", "roman", "medium", "light", "thin", "condensed", "narrow"}
# Names of styles, by bold and slanted: fonts differ in what they call them.
_STYLES = {
    (False, False): ("Regular", "Book", "Normal", "Roman"),
    (True, False): ("Bold",),
    (False, True): ("Italic", "Oblique"),
    (True, True): ("Bold Italic", "Bold Oblique"),
}
_SERIF = ("serif", "times", "georgia", "cambria", "garamond", "palatino", "antiqua", "merriweather", "minion")
_MONOSPACED = ("mono", "courier", "consolas", "typewriter")
# Fonts of Windows, macOS and Linux, the most alike first.
_SANS_FAMILIES = ("Arial", "Liberation Sans", "Helvetica", "Noto Sans", "Open Sans", "DejaVu Sans")
_SERIF_FAMILIES = ("Times New Roman", "Liberation Serif", "Times", "Noto Serif", "DejaVu Serif")
_MONOSPACED_FAMILIES = ("Courier New", "Liberation Mono", "Courier", "Noto Sans Mono", "DejaVu Sans Mono")


def use_installed_fonts(style: dict[str, Any]) -> Iterator[Notice]:
    """Writes fonts that are installed into a MapBox style; yields what was replaced by what."""
    told: set[str] = set()
    for layout in layouts_of_labels(style):
        stack = _stack(layout.get("text-font", _DEFAULT))
        installed = [name for name in stack if _is_installed(name)]
        substitute = _substitute(stack[0]) if stack and not installed else None
        if installed:
            layout["text-font"] = installed
        elif substitute:
            layout["text-font"] = [substitute]
            if stack[0] not in told:
                told.add(stack[0])
                yield notice(
                    "font",
                    "The font “{font}” is not installed: “{substitute}” is drawn instead.",
                    font=stack[0],
                    substitute=substitute,
                )


def _stack(fonts: object) -> list[str]:
    """The names of a list, literal or not; empty for expressions, which QGIS is left to read."""
    if isinstance(fonts, list) and len(fonts) == 2 and fonts[0] == "literal":
        fonts = fonts[1]
    names = fonts if isinstance(fonts, list) else [fonts]
    return names if names and all(isinstance(name, str) for name in names) else []


def _is_installed(name: str) -> bool:
    """True where the name is a family and a style of this system, as QGIS looks for them."""
    words = name.split()
    return QgsFontUtils.fontFamilyMatchOnSystem(name)[0] or any(
        QgsFontUtils.fontFamilyHasStyle(" ".join(words[:end]), " ".join(words[end:]))
        for end in range(1, len(words))
    )


def _substitute(name: str) -> Optional[str]:
    words = name.lower().split()
    style = words[1:]
    bold, slanted = bool(_BOLD & set(style)), bool(_SLANTED & set(style))
    family = " ".join(word for word in words if word not in _BOLD | _SLANTED | _PLAIN)
    families = _SANS_FAMILIES
    if any(sign in family for sign in _MONOSPACED):
        families = _MONOSPACED_FAMILIES
    elif any(sign in family.replace("sans serif", "sans") for sign in _SERIF):
        families = _SERIF_FAMILIES
    # An upright bold font, where there is no slanted one.
    for weight in ((bold, slanted), (bold, False)):
        for candidate in families:
            for word in _STYLES[weight]:
                if QgsFontUtils.fontFamilyHasStyle(candidate, word):
                    return f"{candidate} {word}"
    return None
