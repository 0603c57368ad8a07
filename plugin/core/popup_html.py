"""HTML of map authors made safe, as text with places for fields.

Popups come from web maps, that is from anybody. What is on the list stays; scripts, frames,
forms, event handlers, pictures and styles from elsewhere go. The result is written anew, tag by
tag, so that nothing of the original's syntax survives, and it holds no `[%`, which QGIS would
take for an expression of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from html import escape, unescape
from html.parser import HTMLParser
import re
from typing import Optional, Union

_LONGEST = 32_000  # the parser takes quadratic time for tags that never end
_DEEPEST = 60
_FIELD = re.compile(r"\{([^{}<>\n]{1,300})\}")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_TAGS = frozenset({
    "a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "code", "dd", "del", "div", "dl",
    "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "li", "mark", "ol", "p",
    "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "tt", "u", "ul",
})  # fmt: skip
_EMPTY = frozenset(("br", "hr", "col", "wbr"))
_DROPPED = frozenset({
    "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input",
    "button", "select", "textarea", "option", "template", "svg", "math", "noscript", "head", "title",
    "audio", "video", "source", "canvas", "map", "area", "link", "meta", "base", "xml",
})  # fmt: skip
_EMPTY_DROPPED = frozenset(("input", "link", "meta", "base", "embed", "frame", "area", "source"))
_ATTRIBUTES = frozenset({
    "align", "valign", "width", "height", "colspan", "rowspan", "color", "size", "face", "bgcolor",
    "border", "cellpadding", "cellspacing", "title", "dir", "nowrap",
})  # fmt: skip
_STYLES = re.compile(
    r"(?:background-color|border(?:-[a-z]+)*|color|display|float|clear|font(?:-[a-z]+)*|height|letter-spacing"
    r"|line-height|list-style-type|margin(?:-[a-z]+)*|(?:max|min)-(?:height|width)|overflow(?:-wrap)?"
    r"|padding(?:-[a-z]+)*|table-layout|text-(?:align|decoration|indent|transform)|vertical-align|visibility"
    r"|white-space|width|word-(?:break|wrap))"
)
_STYLE_VALUE = re.compile(r"[-\w#%.,\s!'\"]*|rgba?\([\d\s.,%]*\)")
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


class Context(Enum):
    """Where a field's value goes; it is made harmless differently in each."""

    TEXT = "text"
    STYLE = "style"  # a declaration, or the value of one
    ATTRIBUTE = "attribute"


@dataclass(frozen=True)
class FieldPlace:
    """A place for the value of a field or an expression."""

    name: str
    context: Context


@dataclass(frozen=True)
class Link:
    """The address of a link that holds fields: only the whole can be checked."""

    parts: tuple[str, ...]
    """Texts and field names in turn, texts first."""


Piece = Union[str, FieldPlace, Link]


@dataclass(frozen=True)
class SafeHtml:
    """HTML as texts and places for values; `lost` says what was taken out, as tag names and the like."""

    pieces: tuple[Piece, ...]
    lost: frozenset[str]

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields."""
        found = {piece.name for piece in self.pieces if isinstance(piece, FieldPlace)}
        return frozenset(
            found.union(*(piece.parts[1::2] for piece in self.pieces if isinstance(piece, Link)))
        )


def make_safe(html: str) -> SafeHtml:
    """The safe part of an author's HTML. What is too long is cut, and that is a loss, too."""
    maker = _Maker()
    maker.feed(html[:_LONGEST])
    maker.close()
    return maker.result(len(html) > _LONGEST)


def without_tags(html: str) -> str:
    """The text of HTML, its places for fields in it."""
    return unescape(_TAG.sub("", html[:_LONGEST]))


def split_fields(text: str) -> list[str]:
    """Texts and field names in turn, texts first."""
    return _FIELD.split(text[:_LONGEST])


def literal(text: str) -> str:
    """A text as HTML that holds no expression of QGIS."""
    return escape(text).replace("[", "&#91;").replace("%]", "%&#93;")


class _Maker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[Piece] = []
        self._open: list[str] = []
        self._dropped: list[str] = []
        self._lost: set[str] = set()

    def result(self, cut: bool) -> SafeHtml:
        while self._open:
            self._pieces.append(f"</{self._open.pop()}>")
        return SafeHtml(tuple(_joined(self._pieces)), frozenset(self._lost | ({"length"} if cut else set())))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Optional[str]]]) -> None:
        if tag in _DROPPED:
            self._lost.add(tag)
            if tag not in _EMPTY_DROPPED:
                self._dropped.append(tag)
            return
        if self._dropped:
            return
        if tag == "img":
            self._picture(dict(attrs))
        elif tag in _TAGS and len(self._open) < _DEEPEST:
            self._start(tag, attrs)
        elif tag not in ("html", "body", "o:p"):
            self._lost.add(tag[:20])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, Optional[str]]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)
            if tag not in _EMPTY:
                self.handle_endtag(tag)
        else:
            self._lost.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if tag in self._dropped:
                del self._dropped[self._dropped.index(tag) :]
            return
        if tag in self._open:
            while True:
                closed = self._open.pop()
                self._pieces.append(f"</{closed}>")
                if closed == tag:
                    return

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self._pieces += _with_fields(data, Context.TEXT)

    def _start(self, tag: str, attrs: list[tuple[str, Optional[str]]]) -> None:
        self._pieces.append(f"<{tag}")
        for name, value in attrs[:20]:
            self._attribute(tag, name, value or "")
        self._pieces.append(">")
        if tag not in _EMPTY:
            self._open.append(tag)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "style":
            self._pieces += _style(value, self._lost)
        elif name == "href" and tag == "a":
            self._link(value)
        elif name in _ATTRIBUTES:
            self._pieces += [f' {name}="', *_with_fields(value, Context.ATTRIBUTE), '"']
        elif name.startswith("on"):
            self._lost.add(name[:20])

    def _link(self, address: str) -> None:
        """A link to the web, by mail or by phone; one that a field decides is checked when it is shown."""
        parts = _FIELD.split(address.strip())
        decided = bool(_LINK.match(parts[0]))
        if len(parts) > 1 and (decided or not parts[0]):
            self._pieces += [' href="', Link(tuple(parts)), '"']
        elif decided:
            self._pieces.append(f' href="{literal(address.strip())}"')
        elif address.strip() not in ("", "#"):
            self._lost.add("href")

    def _picture(self, attributes: dict[str, Optional[str]]) -> None:
        """A picture becomes its description: to show it, QGIS would have to ask the network."""
        self._lost.add("img")
        description = attributes.get("alt") or attributes.get("title") or ""
        self._pieces += _with_fields(description, Context.TEXT)


def _with_fields(text: str, context: Context) -> list[Piece]:
    pieces: list[Piece] = []
    for index, part in enumerate(_FIELD.split(text)):
        if index % 2:
            pieces.append(FieldPlace(part.strip(), context))
        elif part:
            pieces.append(literal(part))
    return pieces


def _style(text: str, lost: set[str]) -> list[Piece]:
    """The harmless declarations; `{field}` may be a value or a whole declaration."""
    kept: list[Piece] = []
    for declaration in text.split(";")[:60]:
        name, _, value = (part.strip() for part in declaration.partition(":"))
        whole = _FIELD.fullmatch(declaration.strip())
        if whole:
            kept += [FieldPlace(whole[1].strip(), Context.STYLE), ";"]
            continue
        if not _STYLES.fullmatch(name.lower()):
            if name:
                lost.add(f"style {name[:30]}")
            continue
        parts = _FIELD.split(value)
        if all(_STYLE_VALUE.fullmatch(part.strip()) for part in parts[::2]):
            kept.append(f"{name.lower()}:")
            kept += [
                FieldPlace(part.strip(), Context.STYLE) if index % 2 else literal(part)
                for index, part in enumerate(parts)
            ]
            kept.append(";")
        else:
            lost.add(f"style {name[:30]}")
    return [' style="', *kept, '"'] if kept else []


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Texts that stand side by side as one."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found
