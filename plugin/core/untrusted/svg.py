"""Drawings (SVG) from outside: read strictly, and shown only as what was read.

Qt opens the files that a drawing names in `href`, in `url(…)` and in an instruction for a style sheet; on
Windows they may be another computer's. So a drawing may refer to nothing but its own parts and to pictures
that it carries. Source: SVG 1.1, and what Qt's reader (QSvgHandler, 5.15 to 6.8) does with it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
import re

from ..errors import PackageError
from .xml import Element, parse_xml

# Elements, those that are used again as often as they are drawn: measured, some seconds at most.
_MOST_DRAWN = 10_000
_PART = 32  # characters of a path: about two points, and as much to draw as a small element
_MOST_PIXELS = 16 << 20
# Elements that paint many pixels for each of theirs count as so many.
_WEIGHTS = {"filter": 1000, "mask": 1000, "pattern": 1000, "image": 100}
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!a-zA-Z]")
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s([^<>?]*)\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w.-]+)[\"']")
_ENCODINGS = {"utf-8": "utf-8", "us-ascii": "ascii", "iso-8859-1": "latin-1", "windows-1252": "cp1252"}
# The plain one that old programs write; one with declarations in brackets stays, and is refused.
_DOCUMENT_TYPE = re.compile(r"<!DOCTYPE\s+svg(?:\s+(?:PUBLIC|SYSTEM))?(?:\s+\"[^\"<>\[\]]*\")*\s*>")
_INSTRUCTION = re.compile(r"<\?\s*xml", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=")
_PICTURE = re.compile(r"data:image/[a-z+.-]+;base64,", re.IGNORECASE)
_URL = re.compile(r"url\s*\(\s*[\"']?\s*([^\s\"')]*)", re.IGNORECASE)
_CSS = re.compile(r"\\|@import|@font-face", re.IGNORECASE)


def looks_like_drawing(content: bytes) -> bool:
    """True for what may only be SVG: text that begins with a tag."""
    return bool(_BEGINNING.match(content))


def safe_drawing(content: bytes, pixels_in: Callable[[bytes], int]) -> bytes:
    """The drawing in UTF-8, if it may be shown; `pixels_in` judges a picture that it carries.

    Raises `ValueError` for one that refers to anything outside of itself, is not well formed, in
    an encoding that hides what it says, or takes too much to draw.
    """
    text = _DOCUMENT_TYPE.sub("", _decoded(content), count=1).strip()
    if _INSTRUCTION.search(text):
        raise ValueError("a style sheet")
    plain = text.encode("utf-8")
    try:
        root = parse_xml(plain, "SVG")
    except PackageError as error:
        raise ValueError(str(error)) from error
    if root.name != "svg":
        raise ValueError("no drawing")
    elements = list(_all(root))
    # Of two that differ in their prefixes the tree has one.
    if len(_HREF.findall(text)) != sum("href" in element.attributes for element in elements):
        raise ValueError("a reference in an unusual place")
    if sum(_pixels_of(element, pixels_in) for element in elements) > _MOST_PIXELS:
        raise ValueError("too many pixels")
    _Weighing(elements).check(root)
    return plain


def _decoded(content: bytes) -> str:
    declared = _DECLARATION.match(content)
    encoding = _ENCODING.search(declared[1]) if declared else None
    name = _ENCODINGS.get(encoding[1].decode("ascii").lower()) if encoding else "utf-8"
    if name is None:
        raise ValueError("another encoding")
    text = content[declared.end() if declared else 0 :].decode(name)
    return text.removeprefix("\ufeff")


def _all(root: Element) -> Iterator[Element]:
    pending = [root]
    while pending:
        here = pending.pop()
        yield here
        pending.extend(here.children)


def _pixels_of(element: Element, pixels_in: Callable[[bytes], int]) -> int:
    """The pixels that an element carries. Raises `ValueError` for what it says of things elsewhere."""
    styles = [element.text] if element.name == "style" else []
    styles += [value for name, value in element.attributes.items() if name == "style"]
    if any(_CSS.search(style) for style in styles):
        raise ValueError("a style from elsewhere")
    for said in (*styles, *element.attributes.values()):
        if any(not place.startswith("#") for place in _URL.findall(said)):
            raise ValueError("a file elsewhere")
    reference = element.attributes.get("href", "#").strip()
    if reference.startswith("#"):
        return 0
    picture = _PICTURE.match(reference)
    if not picture or element.name != "image":
        raise ValueError("a file elsewhere")
    try:
        return pixels_in(base64.b64decode("".join(reference[picture.end() :].split()), validate=True))
    except binascii.Error as error:
        raise ValueError("no picture") from error


class _Weighing:
    """What a drawing takes to draw: parts that are used again count again."""

    def __init__(self, elements: list[Element]) -> None:
        self._by_id = {
            element.attributes["id"]: element for element in elements if "id" in element.attributes
        }
        self._known: dict[int, int] = {}
        self._open: set[int] = set()

    def check(self, root: Element) -> None:
        """Raises `ValueError` for circles and for too much."""
        try:
            if self._weight(root) > _MOST_DRAWN:
                raise ValueError("too much to draw")
        except RecursionError:
            raise ValueError("parts of parts without end") from None

    def _weight(self, element: Element) -> int:
        key = id(element)
        if element.name == "style" and any(map(self._is_costly, _URL.findall(element.text))):
            raise ValueError("a style may cost as often as it is used")
        if key in self._open:
            raise ValueError("a part of itself")
        if key not in self._known:
            self._open.add(key)
            used = (self._by_id.get(place) for place in _places_in(element))
            parts = [*element.children, *(one for one in used if one is not None)]
            path = len(element.attributes.get("d", "")) + len(element.attributes.get("points", ""))
            own = _WEIGHTS.get(element.name, 1) + path // _PART
            self._known[key] = own + sum(map(self._weight, parts))
            self._open.remove(key)
        return self._known[key]

    def _is_costly(self, place: str) -> bool:
        used = self._by_id.get(place[1:])
        return used is not None and used.name in _WEIGHTS


def _places_in(element: Element) -> Iterator[str]:
    """The ids of the parts that an element refers to."""
    for name, value in element.attributes.items():
        if name == "href" and value.strip().startswith("#"):
            yield value.strip()[1:]
        yield from (place[1:] for place in _URL.findall(value) if place.startswith("#"))
