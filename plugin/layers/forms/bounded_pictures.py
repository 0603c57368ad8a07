"""Which bytes are a picture whose sides are bounded, as an expression of QGIS.

A form decodes a picture as soon as it is shown, and a file of some bytes may claim sides of 65535. QGIS has
no expression that reads bytes, but Base64 keeps them in place: four letters are three bytes, so that
a byte is in two letters, and what it may be says what they may be.
"""

from __future__ import annotations

from ...core.arcade.values import quote

# Letters by what they are of six bits.
_FOUR_LOW_ZERO = "[AQgw]"
_TWO_LOW_ZERO = "[AEIMQUYcgkosw048]"
_TWO_LOW_ONE = "[DHLPTXbfjnrvz37/]"

_PNG = "iVBORw0KGgoAAAANSUhEUgAA[A-H].[AEIMQUYcgkosw048]AA[AB]"
"""With sides below 8192: a PNG has them at the same place always."""

_GIF = (
    "R0lGOD[dl]h"
    "(?!AA[A-D])(?!..[AEIMQUYcgkosw048]AA[A-P])"  # a side of 0, for which Qt takes what a frame says
    f".{_FOUR_LOW_ZERO}[A-Zab].(?:A|B[A-Za-v])"
)
"""With sides below 1792: of a screen of 2000 and more around a small frame, releases of Qt have taken the
place of that frame instead, which no beginning of a file tells."""

_JPEG = "/9j/"
# A JPEG says its sides in a segment that may be anywhere: FF, C0 to CF, two bytes of its length, which
# follows from the number of colours (1 to 10), 08, height, width. Below are those with a side of 8192 or
# more, with the FF as the first, second or third of three bytes. No picture has such bytes elsewhere but by
# chance: it is not shown, once in a thousand of the largest photos.
_HUGE_JPEG = "|".join(
    (
        f"/8{_TWO_LOW_ZERO}A(?:Cw|Dg|EQ|F[Aw]|Gg|HQ|I[Aw]|Jg)(?:[h-j]|g(?:[g-z0-9+/]|..[^ABQRghwx]))",
        "[Pfv/]/[A-P]A(?:A[s4]|B[EQco0]|C[AMY])I"
        f"(?:[^A-H]|..(?:[^AEIMQUYcgkosw048]|{_TWO_LOW_ZERO}[g-z0-9+/]))",
        f"{_TWO_LOW_ONE}/[w-z]{_FOUR_LOW_ZERO}A[LORUXadgjm]C(?:[^AB]|...[^A-H])",
    )
)


def is_bounded_picture(packed: str) -> str:
    """An expression: whether `packed`, one for a file in Base64, is a PNG, GIF or JPEG of bounded sides.

    Qt would take what it likes to see in the bytes: of a drawing it opens the files that the drawing names.
    """
    begins = f"regexp_match({packed}, {quote(f'^(?:{_PNG}|{_GIF}|{_JPEG})')})"
    huge = f"left({packed}, {len(_JPEG)}) = {quote(_JPEG)} AND regexp_match({packed}, {quote(_HUGE_JPEG)})"
    return f"({begins} AND NOT ({huge}))"
