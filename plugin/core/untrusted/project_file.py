"""What a project file of QGIS holds beyond the layers of a map, found without having QGIS read it.

QGIS asks servers, opens files and evaluates expressions as soon as it reads a project, so a project from
elsewhere is looked through as text first. This tells a user what to expect; it proves nothing: whoever
wants to can hide an expression. That is why such a project is not read unless its user wants it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape, unescape
import os
from pathlib import Path
import re
from urllib.parse import unquote

from ..errors import Untrusted
from ..notice import Notice, notice
from .archive import open_archive

_MAX_BYTES = 64 << 20
_MOST_NAMES, _LONGEST_NAME = 5, 80
_SPECIAL = re.compile(r"<!--|<\?|<!\[CDATA\[")
_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_DOCTYPE = re.compile(r"<!DOCTYPE qgis PUBLIC '[^'<>]*' 'SYSTEM'>")
_ELEMENT = re.compile(r"<([A-Za-z_][\w:.\-]*)([^<>]*)>([^<]*)")
_ATTRIBUTE = re.compile(r"""\b([A-Za-z_][\w:.\-]{0,100})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# Of QGIS' expressions, those that read this computer or the network, or hide what they do.
_FUNCTIONS = (
    "env", "eval", "eval_template", "load_layer", "exif", "file_exists", "file_size", "is_file",
    "is_directory", "layer_property", "decode_uri",
)  # fmt: skip
# A comment may stand before the bracket.
_CALL = re.compile(rf"\b({'|'.join(_FUNCTIONS)})\s*(?:\(|/\*|--)", re.IGNORECASE)
_ELSEWHERE = r"(?:https?:|ftps?:|file:|//|\\\\)"
_SHOWN = re.compile(rf"\b(?:src|background|data)\s*=\s*[\"']?\s*({_ELSEWHERE}[^\s\"'<>]*)", re.IGNORECASE)
_PICTURE_NAMES = {"name", "imageFile", "svgFile", "rasterFile", "ImagePath", "file", "path", "svgPath"}
_PICTURE = re.compile(rf"(?:{_ELSEWHERE}|/|[A-Za-z]:[\\/]|(?:\.\./)+)(?!$)", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b|<attributeEditorQmlElement\b|\bjavascript:", re.IGNORECASE)
_FILE = re.compile(r"\A(?:GPKG:(.*):[^:/]*|file:(?://)?(?=[./])(.*))\Z", re.DOTALL)
_ADDRESS = re.compile(r"(?:^|&)url=([^&]*)")


def look_through_project(project: Path, map_folder: Path) -> tuple[Notice, ...]:
    """What a .qgz holds that the project of a map has no need of; one notice for each kind.

    Layers may draw from the map's folder, and from where the project's working copies lie. Raises
    `PackageError`s for a project that cannot be looked through, `StorageError`.
    """
    text = _text_of(project)
    elements = list(_elements(text))
    words = unescape(unescape(text))
    homes = (str(map_folder), str(project.parent.parent))
    sources = [source for source in _sources(elements) if _leads_out(source, str(project.parent), homes)]
    calls = [f"{call[1].lower()}()" for call in _CALL.finditer(words)]
    found = (
        notice("sources", "Layers with data from elsewhere: {names}.", names=_listed(sources)),
        notice(
            "python",
            "Python code that runs with the project or with forms: {names}.",
            names=_listed(_python(elements)),
        ),
        notice(
            "actions",
            "Actions that run commands or open addresses: {names}.",
            names=_listed(_actions(elements)),
        ),
        notice(
            "functions",
            "Expressions that read this computer or the network: {names}.",
            names=_listed(calls),
        ),
        notice("pictures", "Pictures from elsewhere: {names}.", names=_listed(_pictures(elements, words))),
        notice(
            "scripts",
            "Scripts in forms, map tips or layouts: {names}.",
            names=_listed(_SCRIPT.findall(words)),
        ),
        notice("layouts", "Print layouts: {names}.", names=_listed(_named(elements, "Layout"))),
    )
    return tuple(one for one in found if one.values["names"])


_Elements = list[tuple[str, dict[str, str], str]]


def _text_of(project: Path) -> str:
    """The .qgs in a .qgz, without comments and instructions; literal text is escaped like any other."""
    with open_archive(project) as archive:
        names = [name for name in archive.entries if name.lower().endswith(".qgs")]
        if len(names) != 1:
            raise _refused(project, Untrusted("it contains no project, or several"))
        content = archive.read(names[0], _MAX_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(project, Untrusted("it is not written in UTF-8")) from None
    declared = re.match(r"\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([^\"']*)", text)
    if declared and declared[1].lower() not in ("utf-8", "utf8"):
        raise _refused(project, Untrusted("it is not written in UTF-8"))
    plain = _DOCTYPE.sub("", "".join(_plain(text)), count=1)
    if "<!" in plain:
        raise _refused(project, Untrusted("it defines its own document type"))
    return plain


def _plain(text: str) -> Iterator[str]:
    at = 0
    while found := _SPECIAL.search(text, at):
        yield text[at : found.start()]
        end = _ENDS[found[0]]
        close = text.find(end, found.end())
        close = len(text) if close < 0 else close
        if found[0] == "<![CDATA[":
            yield escape(text[found.end() : close])
        at = close + len(end)
    yield text[at:]


def _elements(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Name, attributes and the text before the next tag of every element."""
    for name, attributes, inner in _ELEMENT.findall(text):
        found = {key: unescape(double or single) for key, double, single in _ATTRIBUTE.findall(attributes)}
        yield name, found, unescape(inner).strip()


def _sources(elements: _Elements) -> Iterator[str]:
    for name, attributes, text in elements:
        if name == "datasource":
            yield text
        elif attributes.get("embedded") == "1" and attributes.get("project"):
            yield attributes["project"]
        elif attributes.get("key", attributes.get("name")) == "embedded_project":
            yield attributes.get("value", "")


def _python(elements: _Elements) -> Iterator[str]:
    for name, _, text in elements:
        if name == "pythonCode" and text:
            yield "pythonCode"
        elif name == "editforminitcodesource" and text not in ("", "0"):
            yield "editforminitcode"
        elif name in ("editform", "editforminit", "editforminitfilepath") and text:
            yield text


def _actions(elements: _Elements) -> Iterator[str]:
    for name, attributes, _ in elements:
        if name == "actionsetting":
            yield attributes.get("name") or attributes.get("action", "?")


def _pictures(elements: _Elements, words: str) -> Iterator[str]:
    yield from (found[1] for found in _SHOWN.finditer(words))
    for name, attributes, text in elements:
        key = attributes.get("name", attributes.get("k", ""))
        value = attributes.get("value", attributes.get("v", ""))
        if key in _PICTURE_NAMES and _PICTURE.match(value):
            yield value
        elif name in _PICTURE_NAMES and _PICTURE.match(text):
            yield text


def _named(elements: _Elements, wanted: str) -> Iterator[str]:
    for name, attributes, _ in elements:
        if name == wanted:
            yield attributes.get("name", "?")


def _leads_out(source: str, start: str, homes: tuple[str, ...]) -> bool:
    """Whether a layer draws from anything but a file in one of the folders; told by its words alone.

    QGIS writes a path that is relative with a dot in front, so that no connection looks like one.
    """
    address = _ADDRESS.search(source)
    path = unquote(address[1]) if address else source.partition("|")[0]
    path = _FILE.sub(r"\1\2", path)
    if not path:
        return False
    there = os.path.normpath(os.path.join(start, path))
    is_path = path.startswith(("./", "../", *homes))
    return not (is_path and any(there == home or there.startswith(home + os.sep) for home in homes))


def _listed(names: Iterable[str]) -> str:
    """Each once, the first few, as text that is short and has one line."""
    lines = ("".join(c if c.isprintable() else " " for c in name) for name in names)
    different = list(
        dict.fromkeys(line[:_LONGEST_NAME] + "…" * (len(line) > _LONGEST_NAME) for line in lines)
    )
    return ", ".join(different[:_MOST_NAMES]) + (" …" if len(different) > _MOST_NAMES else "")


def _refused(project: Path, reason: Untrusted) -> Untrusted:
    return Untrusted(
        "The project “{file}” cannot be inspected because {reason}.",
        next_step="Open it as its author drew it.",
        file=project.name,
        reason=reason,
    )
