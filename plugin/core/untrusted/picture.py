"""Pictures from outside, judged by their headers: nothing is unpacked before its size is known.

What is no picture of a kind on the list goes no further: a library that looks for itself what a picture
may be finds drawings, too, and opens the files that they name. Sources: PNG (W3C), JPEG (ITU-T T.81),
GIF89a, WebP (RFC 9649), BMP as Windows has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .svg import looks_like_drawing, safe_drawing

LARGEST_PICTURE = 8 << 20
"""Bytes."""
_LARGEST_SIDE = 8192
_MOST_PIXELS = 16 << 20  # 64 MB unpacked
_MOST_PACKED_TEXTS = 8  # of a PNG: each may unpack to 8 MB
_MOST_SCANS = 64  # of a JPEG: every one passes over all of it

_Size = tuple[int, int]


@dataclass(frozen=True)
class JudgedPicture:
    """A picture that may be shown: `content` are its bytes, those of a drawing written anew as UTF-8.

    `suffix` is that of its kind, with the dot; width and height are pixels, 0 for a drawing.
    """

    content: bytes
    suffix: str
    width: int = 0
    height: int = 0

    @property
    def is_drawing(self) -> bool:
        """True for SVG."""
        return self.suffix == ".svg"


def judge_picture(content: bytes) -> JudgedPicture:
    """The picture, if it may be shown. Raises `ValueError` for what is none, or costs too much to show."""
    if len(content) > LARGEST_PICTURE:
        raise ValueError("too large a file")
    for signature, suffix, size_of in _KINDS:
        if content.startswith(signature):
            width, height = _read(size_of, content)
            if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
                raise ValueError("too wide or too high")
            if width * height > _MOST_PIXELS:
                raise ValueError("too many pixels")
            return JudgedPicture(content, suffix, width, height)
    if looks_like_drawing(content):
        return JudgedPicture(safe_drawing(content, _pixels_in), ".svg")
    raise ValueError("no picture")


def _pixels_in(content: bytes) -> int:
    """The pixels of a picture inside of a drawing; drawings in drawings are refused."""
    if looks_like_drawing(content):
        raise ValueError("a drawing in a drawing")
    inner = judge_picture(content)
    return inner.width * inner.height


def _read(size_of: Callable[[bytes], _Size], content: bytes) -> _Size:
    try:
        return size_of(content)
    except IndexError:
        raise ValueError("it ends early") from None


def _number(content: bytes, at: int, size: int, order: str) -> int:
    if at + size > len(content):
        raise IndexError(at)
    return int.from_bytes(content[at : at + size], "big" if order == "big" else "little")


def _png(content: bytes) -> _Size:
    if content[8:16] != b"\0\0\0\rIHDR":
        raise ValueError("no header")
    at, packed = 8, 0
    while (kind := content[at + 4 : at + 8]) != b"IEND":
        packed += kind in (b"zTXt", b"iTXt", b"iCCP")
        at += 12 + _number(content, at, 4, "big")
    if packed > _MOST_PACKED_TEXTS:
        raise ValueError("too many packed texts")
    return _number(content, 16, 4, "big"), _number(content, 20, 4, "big")


def _jpeg(content: bytes) -> _Size:
    if content.count(b"\xff\xda") > _MOST_SCANS:
        raise ValueError("too many scans")
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no segment")
        kind = content[at + 1]
        if kind == 0xFF:  # filling
            at += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            return _number(content, at + 7, 2, "big"), _number(content, at + 5, 2, "big")
        elif kind in (0xD9, 0xDA):
            raise ValueError("no frame")
        else:
            at += 2 + max(2, _number(content, at + 2, 2, "big"))


def _gif(content: bytes) -> _Size:
    """The screen, and every frame in it."""
    width, height = _number(content, 6, 2, "little"), _number(content, 8, 2, "little")
    at = 13 + _colours(content[10])
    while content[at] != 0x3B:
        if content[at] == 0x2C:
            left, top, wide, high = (_number(content, at + 1 + 2 * i, 2, "little") for i in range(4))
            width, height = max(width, left + wide), max(height, top + high)
            at += 11 + _colours(content[at + 9])
        elif content[at] == 0x21:
            at += 2
        else:
            raise ValueError("no block")
        while content[at]:
            at += 1 + content[at]
        at += 1
    return width, height


def _colours(flags: int) -> int:
    """Bytes of the table of colours that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _bmp(content: bytes) -> _Size:
    if _number(content, 14, 4, "little") == 12:
        return _number(content, 18, 2, "little"), _number(content, 20, 2, "little")
    height = _number(content, 22, 4, "little")  # from the top down when negative
    return _number(content, 18, 4, "little"), min(height, (1 << 32) - height)


def _webp(content: bytes) -> _Size:
    kind = content[12:16]
    if content[8:12] != b"WEBP":
        raise ValueError("no WebP")
    if kind == b"VP8X":
        return 1 + _number(content, 24, 3, "little"), 1 + _number(content, 27, 3, "little")
    if kind == b"VP8L":
        sides = _number(content, 21, 4, "little")
        return 1 + (sides & 0x3FFF), 1 + (sides >> 14 & 0x3FFF)
    return _number(content, 26, 2, "little") & 0x3FFF, _number(content, 28, 2, "little") & 0x3FFF


_KINDS: tuple[tuple[bytes, str, Callable[[bytes], _Size]], ...] = (
    (b"\x89PNG\r\n\x1a\n", ".png", _png),
    (b"\xff\xd8\xff", ".jpg", _jpeg),
    (b"GIF87a", ".gif", _gif),
    (b"GIF89a", ".gif", _gif),
    (b"BM", ".bmp", _bmp),
    (b"RIFF", ".webp", _webp),
)
