"""XML of packages as a small tree, read without a DTD, without entities and within bounds.

Esri's XML (conf.xml, iteminfo.xml, the definitions in a geodatabase) is plain: elements,
attributes, text, the five predefined entities and character references. Whatever can make a
reader fetch, expand or recurse means nothing here, so the standard library's parsers are not needed.
Namespaces carry nothing here: prefixes are dropped from element and attribute names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
import re
from typing import NoReturn, Optional

from ..errors import Damaged, Untrusted
from .text import UNKNOWN_CHARACTER, storable

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_ELEMENTS = 100_000

_NAME = r"[^\W\d][\w:.\-]*"
# Every alternative runs to a fixed end or to the text's, so a hostile text costs one pass. What
# none of them fits is text. An element has far fewer quoted values than 500.
_TOKEN = re.compile(
    rf"""
      <(?P<closing>/?)(?P<name>{_NAME})(?P<rest>[^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*){{0,500}})>
    | <(?:!--.*?--|\?.*?\?|!\[CDATA\[(?P<literal>.*?)\]\])>
    | (?P<cut><(?:!--|\?|!\[CDATA\[).*)
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"({_NAME})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ATTRIBUTES = re.compile(rf"(?:\s+{_NAME}\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_NO_REFERENCE = re.compile(rf"(?!{_REFERENCE.pattern})&(?P<entity>[a-zA-Z]\w*;)?")
_PREDEFINED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_DECLARED_ENCODING = re.compile(rb"^<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([A-Za-z0-9_\-]{1,20})[\"']")
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"}


class Element:
    """One element: its name, attributes, children, and the text directly inside it, stripped.

    A path names a child a step: `a/b/c`. `is_cut` says of a root read tolerantly that its end is
    missing, or that elements below it are.
    """

    __slots__ = ("attributes", "children", "is_cut", "name", "text")

    def __init__(self, name: str, attributes: Optional[Mapping[str, str]] = None) -> None:
        self.name = name
        self.attributes = attributes or {}
        self.children: list[Element] = []
        self.text = ""
        self.is_cut = False

    def find(self, path: str) -> Optional[Element]:
        """The first descendant along `path`; None where there is none."""
        here: Optional[Element] = self
        for name in path.split("/"):
            here = next((child for child in here.children if child.name == name), None) if here else None
        return here

    def text_of(self, path: str, default: str = "") -> str:
        """The text of `find(path)`; the default where it is missing or empty."""
        found = self.find(path)
        return (found.text if found else "") or default

    def number_of(self, path: str) -> Optional[float]:
        """The number in `find(path)`; None where it is missing, no number, or not finite."""
        try:
            value = float(self.text_of(path))
        except ValueError:
            return None
        return value if abs(value) < float("inf") else None

    def all(self, name: str) -> list[Element]:
        """The children of that name, in order."""
        return [child for child in self.children if child.name == name]

    def every(self, name: str) -> Iterator[Element]:
        """All descendants of that name, in document order."""
        pending = self.children[::-1]
        while pending:
            here = pending.pop()
            if here.name == name:
                yield here
            pending.extend(reversed(here.children))


def parse_xml(data: bytes, file: str) -> Element:
    """The root element of `data`; `file` names it in errors.

    Raises `Untrusted` for a DTD, an entity, more than `MAX_BYTES`, `MAX_ELEMENTS` or `MAX_DEPTH`,
    and `Damaged` for what is no well-formed XML.
    """
    if len(data) > MAX_BYTES:
        _refuse(Untrusted("it is too large for a file of its kind"), file)
    return _Reader(MAX_ELEMENTS, file).read(_decode(data, file))


def parse_tolerantly(text: str, max_elements: int) -> Element:
    """The root element of what may be no well-formed XML; one named "" where there is no element.

    Declarations and entities stay text. An end tag that fits nothing closes the element it stands
    in. Elements beyond `max_elements` or `MAX_DEPTH` are left out, and the root says so.
    """
    return _Reader(max_elements).read(text)


class _Reader:
    """Puts tags and texts together to a tree; tolerant where there is no file to name in errors."""

    def __init__(self, max_elements: int, file: Optional[str] = None) -> None:
        self._room = max_elements
        self._file = file
        self._is_cut = False
        self._document = Element("")
        # Each with its name as written and the pieces of its text.
        self._open: list[tuple[str, Element, list[str]]] = [("", self._document, [])]

    def read(self, text: str) -> Element:
        text = storable(text)
        position = 0
        for token in _TOKEN.finditer(text):
            if position < token.start():
                self._add(text[position : token.start()])
            position = token.end()
            closing, name, rest, literal, cut = token.groups()
            if closing:
                self._end(name, rest)
            elif name is not None:
                self._start(name, rest)
            elif literal is not None:
                self._open[-1][2].append(literal)
            elif cut is not None:
                self._is_cut = True
                self._fault()
        self._add(text[position:])
        return self._finished()

    def _finished(self) -> Element:
        if len(self._open) > 1:
            self._is_cut = True
            self._fault()
        self._close(0)
        roots = self._document.children
        if len(roots) != 1 or self._document.text:
            self._fault()
        root = roots[0] if roots else self._document
        root.is_cut = self._is_cut or not roots
        return root

    def _start(self, name: str, rest: str) -> None:
        self._room -= 1
        if self._room < 0 or len(self._open) > MAX_DEPTH:
            self._is_cut = True
            self._fault(Untrusted("it is nested too deeply or too long for a file of its kind"))
            return
        element = Element(_local(name), self._attributes(rest) if rest else None)
        self._open[-1][1].children.append(element)
        if not rest.endswith("/"):
            self._open.append((name, element, []))

    def _end(self, name: str, rest: str) -> None:
        """Closes the innermost element of that name; where there is none, the innermost."""
        innermost = len(self._open) - 1
        if self._open[innermost][0] != name or rest.strip():
            self._fault()
            names = [element.name for _, element, _ in self._open]
            name = _local(name)
            innermost = next((at for at in range(innermost, 0, -1) if names[at] == name), innermost)
        self._close(max(1, innermost))

    def _close(self, first: int) -> None:
        """Closes the open elements from the `first` on."""
        for _, element, texts in self._open[first:]:
            element.text = "".join(texts).strip()
        del self._open[first:]

    def _attributes(self, text: str) -> dict[str, str]:
        if self._file is not None and not _ATTRIBUTES.fullmatch(text):
            self._fault()
        return {
            _local(name): self._resolved(double or single)
            for name, double, single in _ATTRIBUTE.findall(text)
        }

    def _add(self, text: str) -> None:
        if "<" in text:
            self._fault(Untrusted("it declares a document type") if "<!DOCTYPE" in text else None)
        self._open[-1][2].append(self._resolved(text))

    def _resolved(self, text: str) -> str:
        """`text` with its references replaced; entities of a DTD do not exist here."""
        if "&" not in text:
            return text
        if self._file is not None and (stray := _NO_REFERENCE.search(text)):
            self._fault(Untrusted("it uses an entity") if stray["entity"] else None)
        return _REFERENCE.sub(self._character, text)

    def _character(self, reference: re.Match[str]) -> str:
        hexadecimal, decimal, name = reference.groups()
        if name:
            return _PREDEFINED[name]
        number = int(hexadecimal, 16) if hexadecimal else int(decimal)
        if 0 < number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
            return storable(chr(number))
        self._fault()
        return UNKNOWN_CHARACTER

    def _fault(self, reason: Optional[Untrusted] = None) -> None:
        """Refuses the text for a reason, or as not well formed; returns where that is tolerated."""
        if self._file is None:
            return
        if reason:
            _refuse(reason, self._file)
        _broken(self._file)


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
