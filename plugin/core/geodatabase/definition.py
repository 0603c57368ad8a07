"""The XML definitions inside a geodatabase, read by a small tolerant tokenizer.

The catalogue's XML knows elements, attributes and text, nothing else; some releases wrote
mismatched end tags (`<Name>…</Namee>`). So: no declarations, no entities but the five and
numbers, a bounded size and depth, and an end tag that fits nothing closes the element it stands
in. What is no XML at all comes out as an element without children.
"""

from __future__ import annotations

from collections.abc import Iterator
import re
from typing import Optional

LARGEST_DEFINITION = 16 << 20
"""Characters of a definition that are read; a longer one counts as absent."""
DEEPEST = 64

_TOKEN = re.compile(r"<!--.*?-->|<\?[^<>]*\?>|<(/?)([\w:.-]+)([^<>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Element:
    """One element: its name without prefix, its attributes without prefixes, children, own text."""

    def __init__(self, name: str, attributes: Optional[dict[str, str]] = None) -> None:
        self.name = name
        self.attributes = attributes or {}
        self.children: list[Element] = []
        self.own_text = ""

    @property
    def text(self) -> str:
        return self.own_text.strip()

    def find(self, path: str) -> Optional[Element]:
        """The first descendant along `a/b/c`, each step a child."""
        here: Optional[Element] = self
        for step in path.split("/"):
            here = next((c for c in here.children if c.name == step), None) if here else None
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

    def every(self, name: str) -> Iterator[Element]:
        """All descendants of that name, in document order."""
        pending = [self]
        while pending:
            here = pending.pop()
            if here is not self and here.name == name:
                yield here
            pending.extend(reversed(here.children))


def parse_definition(text: Optional[str]) -> Element:
    """The root element; an element named "" where there is no text or it is too large."""
    document = Element("")
    if not text or len(text) > LARGEST_DEFINITION:
        return document
    stack, position = [document], 0
    for token in _TOKEN.finditer(text):
        stack[-1].own_text += _unescaped(text[position : token.start()])
        position = token.end()
        closing, name, rest = token.group(1), token.group(2), token.group(3)
        if name is None:
            continue
        name = name.rpartition(":")[2]
        if closing:
            _close(stack, name)
        elif len(stack) < DEEPEST:
            element = Element(name, _attributes(rest))
            stack[-1].children.append(element)
            if not rest.endswith("/"):
                stack.append(element)
    return document.children[0] if document.children else document


def _close(stack: list[Element], name: str) -> None:
    """Closes the innermost element of that name, or the innermost one if there is none."""
    if len(stack) == 1:
        return
    names = [element.name for element in stack[1:]]
    depth = len(names) - 1 - names[::-1].index(name) if name in names else len(names) - 1
    del stack[depth + 1 :]


def _attributes(text: str) -> dict[str, str]:
    return {
        name.rpartition(":")[2]: _unescaped(double or single)
        for name, double, single in _ATTRIBUTE.findall(text)
    }


def _unescaped(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
