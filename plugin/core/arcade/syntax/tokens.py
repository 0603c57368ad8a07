"""Arcade text → tokens, in one pass and bounded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
import re

from ...notice import notice
from .tree import NotRead

MOST_CHARACTERS = 32_000
_MOST_TOKENS = 6_000
_DEEPEST_TEMPLATE = 8

_SKIP = re.compile(r"(?:\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,13}|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[$A-Za-z_][\w$]*")
_MARK = re.compile(r"\|\||&&|[=!<>]=|\+\+|--|[-+*/%]=|<<|>>|[-+*/%=<>!~&|^?:;,.()\[\]{}]")
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\\n]|\\.)*)"', re.DOTALL),
    "'": re.compile(r"'((?:[^'\\\n]|\\.)*)'", re.DOTALL),
}
_TEMPLATE_TEXT = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{0*([0-9a-fA-F]{1,5})\}|(\r\n|.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


class TokenKind(Enum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    TEMPLATE = "template"
    NAME = "name"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True)
class ScriptToken:
    """`value` is the number, the text without its escapes, the folded name or the mark.

    A template has `parts` instead: its texts as TEXT tokens, its expressions as lists of tokens.
    `after_newline` matters where Arcade ends a statement without a semicolon.
    """

    kind: TokenKind
    value: object
    after_newline: bool = False
    parts: tuple[object, ...] = ()

    def is_mark(self, *marks: str) -> bool:
        """True for one of these marks."""
        return self.kind is TokenKind.MARK and self.value in marks

    def is_word(self, *words: str) -> bool:
        """True for one of these names, in any case."""
        return self.kind is TokenKind.NAME and str(self.value).casefold() in words


def tokenize(script: str) -> list[ScriptToken]:
    """The tokens of a script, the last one END. Raises `NotRead` for what is no Arcade."""
    if len(script) > MOST_CHARACTERS:
        raise NotRead(
            notice(
                "arcade",
                "An Arcade expression of {count} characters is too long.",
                count=len(script),
            )
        )
    return _Scanner(script).tokens()


class _Scanner:
    """Where in the script reading stands, and what was read."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._position = 0
        self._count = 0

    def tokens(self, depth: int = 0) -> list[ScriptToken]:
        """Tokens to the end of the script, or of the `${…}` that is being read (`depth` > 0)."""
        found: list[ScriptToken] = []
        braces = 0
        while True:
            after_newline = self._skip()
            if self._position >= len(self._script):
                if depth:
                    raise _broken()
                return [*found, ScriptToken(TokenKind.END, "", after_newline)]
            token = self._token(after_newline, depth)
            if token.is_mark("{"):
                braces += 1
            elif token.is_mark("}"):
                if depth and not braces:
                    return [*found, ScriptToken(TokenKind.END, "", after_newline)]
                braces -= 1
            found.append(token)
            self._count += 1
            if self._count > _MOST_TOKENS:
                raise NotRead(notice("arcade", "An Arcade expression has too many parts."))

    def _skip(self) -> bool:
        match = _SKIP.match(self._script, self._position)
        if match is None:
            return False
        self._position = match.end()
        return "\n" in match.group()

    def _token(self, after_newline: bool, depth: int) -> ScriptToken:
        first = self._script[self._position]
        if first == "`":
            self._position += 1
            return ScriptToken(TokenKind.TEMPLATE, "", after_newline, self._template(depth))
        if first in _QUOTED:
            match = self._match(_QUOTED[first])
            return ScriptToken(TokenKind.TEXT, _unescaped(match[1]), after_newline)
        if number := _NUMBER.match(self._script, self._position):
            self._position = number.end()
            return ScriptToken(TokenKind.NUMBER, _number(number.group()), after_newline)
        if name := _NAME.match(self._script, self._position):
            self._position = name.end()
            return ScriptToken(TokenKind.NAME, name.group(), after_newline)
        return ScriptToken(TokenKind.MARK, self._match(_MARK).group(), after_newline)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._script, self._position)
        if match is None:
            raise _broken()
        self._position = match.end()
        return match

    def _template(self, depth: int) -> tuple[object, ...]:
        if depth >= _DEEPEST_TEMPLATE:
            raise NotRead(notice("arcade", "An Arcade expression is nested too deeply."))
        parts: list[object] = []
        while True:
            parts.append(ScriptToken(TokenKind.TEXT, _unescaped(self._match(_TEMPLATE_TEXT).group())))
            if self._script.startswith("`", self._position):
                self._position += 1
                return tuple(parts)
            if not self._script.startswith("${", self._position):
                raise _broken()
            self._position += 2
            parts.append(self.tokens(depth + 1))


def _number(text: str) -> float:
    return float(int(text, 16)) if text[:2] in ("0x", "0X") else float(text)


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[3])

    return _ESCAPE.sub(character, text) if "\\" in text else text


def _broken() -> NotRead:
    return NotRead(notice("arcade", "An Arcade expression is not valid."))
