"""XML of packages as a small tree, read without a DTD, without entities and within bounds.

Esri's XML (conf.xml, iteminfo.xml, the definitions in a geodatabase) is plain: elements,
attributes, text, the five predefined entities and character references. Whatever can make a
reader fetch, expand or recurse is refused, so the standard library's parsers are not needed.
Namespaces carry nothing here: prefixes are dropped from element and attribute names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import NoReturn, Optional

from ..errors import Damaged, Untrusted

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_ELEMENTS = 100_000

_NAME = r"[A-Za-z_][\w:.\-]*"
# Every alternative starts differently and runs to a fixed end, so a hostile text costs one
# pass: where nothing matches, reading stops.
_TOKEN = re.compile(
    rf"""
      (?P<text>[^<]+)
    | </(?P<end>{_NAME})\s*>
    | <(?P<start>{_NAME})(?P<attributes>(?:\s+{_NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?P<empty>/?)>
    | <!--(?P<comment>.*?)-->
    | <!\[CDATA\[(?P<cdata>.*?)\]\]>
    | <\?(?P<instruction>.*?)\?>
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"({_NAME})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));|&")
_PREDEFINED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_DECLARED_ENCODING = re.compile(rb"^<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([A-Za-z0-9_\-]{1,20})[\"']")
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"}


@dataclass
class Element:
    """One element: its name, attributes, children, and the text directly inside it."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def find(self, *path: str) -> Optional[Element]:
        """The first descendant along `path`, one element name a step; None when absent."""
        here: Optional[Element] = self
        for name in path:
            here = next((child for child in here.children if child.name == name), None) if here else None
        return here

    def all(self, name: str) -> list[Element]:
        """The children of that name, in order."""
        return [child for child in self.children if child.name == name]

    def text_at(self, *path: str) -> str:
        """The stripped text of the first descendant along `path`; empty when absent."""
        found = self.find(*path)
        return found.text.strip() if found else ""

    def descendants(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.descendants()


def parse_xml(
    data: bytes, file: str, *, max_bytes: int = MAX_BYTES, max_elements: int = MAX_ELEMENTS
) -> Element:
    """The root element of `data`; `file` names it in errors.

    Raises `Untrusted` for a DTD, an entity, more than `max_bytes`, `max_elements` or 64 levels,
    and `Damaged` for what is no well-formed XML.
    """
    if len(data) > max_bytes:
        _refuse(Untrusted("it is larger than any file of its kind"), file)
    text = _decode(data, file)
    return _Builder(file, max_elements).build(text)


class _Builder:
    """Puts tokens together to a tree."""

    def __init__(self, file: str, max_elements: int) -> None:
        self.file = file
        self.room = max_elements
        self.root: Optional[Element] = None
        self.open: list[tuple[str, Element, list[str]]] = []

    def build(self, text: str) -> Element:
        position = 0
        while position < len(text):
            token = _TOKEN.match(text, position)
            if token is None:
                if text.startswith("<!DOCTYPE", position):
                    _refuse(Untrusted("it declares a document type"), self.file)
                _broken(self.file)
            position = token.end()
            self.take(token)
        if self.root is None or self.open:
            _broken(self.file)
        return self.root

    def take(self, token: re.Match[str]) -> None:
        kind = token.lastgroup
        if kind == "text":
            self.add_text(_resolve(token["text"], self.file))
        elif kind == "cdata":
            self.add_text(token["cdata"])
        elif kind == "end":
            self.close(token["end"])
        elif kind == "empty":
            self.start(token["start"], token["attributes"])
            if token["empty"]:
                self.close(token["start"])

    def add_text(self, text: str) -> None:
        if self.open:
            self.open[-1][2].append(text)
        elif text.strip():
            _broken(self.file)

    def start(self, name: str, attributes: str) -> None:
        self.room -= 1
        if self.room < 0 or len(self.open) >= MAX_DEPTH:
            _refuse(Untrusted("it nests or repeats more than any file of its kind"), self.file)
        element = Element(_local(name), self.attributes(attributes))
        if self.open:
            self.open[-1][1].children.append(element)
        elif self.root is None:
            self.root = element
        else:
            _broken(self.file)
        self.open.append((name, element, []))

    def attributes(self, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, double, single in _ATTRIBUTE.findall(text):
            found[_local(name)] = _resolve(double or single, self.file)
        return found

    def close(self, name: str) -> None:
        if not self.open or self.open[-1][0] != name:
            _broken(self.file)
        _, element, texts = self.open.pop()
        element.text = "".join(texts)


def _decode(data: bytes, file: str) -> str:
    """The text of `data`, by its byte order mark, else its declaration, else UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        declared = _DECLARED_ENCODING.match(data)
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
        if encoding not in _ENCODINGS:
            _broken(file)
        if encoding in ("utf-8", "utf8"):
            encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        _broken(file)


def _resolve(text: str, file: str) -> str:
    """`text` with its references replaced; entities of a DTD do not exist here."""
    if "&" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        if name is not None:
            known = _PREDEFINED.get(name)
            return known if known is not None else _refuse(Untrusted("it uses an entity"), file)
        if hexadecimal is None and decimal is None:
            _broken(file)
        number = int(hexadecimal, 16) if hexadecimal else int(decimal)
        if not 0 < number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            _broken(file)
        return chr(number)

    return _REFERENCE.sub(character, text)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse(reason: Untrusted, file: str) -> NoReturn:
    raise Untrusted(
        "The XML in “{file}” is not read because {reason}.",
        next_step="Get the package again from a source that you trust.",
        file=file,
        reason=reason,
    )


def _broken(file: str) -> NoReturn:
    raise Damaged(
        "The XML in “{file}” is not well formed.",
        next_step="Get the package again: this copy is damaged.",
        file=file,
    )
