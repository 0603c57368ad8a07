"""What keeps a module or a form from Qt 6: names that are not there, and enums that are not named in full."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
import enum
from functools import cache
from importlib import import_module
import inspect
from typing import Any, Optional
from xml.etree import ElementTree

from . import pyqt6
from .qt_uses import Attribute, Name, Reader, Use, imports, own_classes

BINDINGS = {"PyQt5", "PyQt6", "PySide2", "PySide6", "sip"}
QT = [f"qgis.PyQt.{module}" for module in ("QtCore", "QtGui", "QtNetwork", "QtSvg", "QtWidgets", "QtXml")]
QGIS = ["qgis.core", "qgis.gui", "qgis.analysis"]
NOT_HERE = "is not installed here"
OF_OTHERS = {"ShortName"}  # of GDAL's drivers


class Absent(Exception):
    """The Qt 5 or the QGIS that is installed has no such name."""


def is_enum(thing: Any) -> bool:
    """Whether this is an enum class of Qt or QGIS; on Qt 5 most of them are integers, not Python's enums."""
    return inspect.isclass(thing) and issubclass(thing, (int, enum.Enum)) and thing not in (int, bool)


def steps(name: Name) -> list[tuple[Any, str, Any]]:
    """(owner, part, value) down a name, as it is installed here, for as long as it stays among classes.

    Raises `Absent`.
    """
    try:
        value: Any = import_module(name.module)
    except ModuleNotFoundError:
        raise Absent(name.module) from None
    found = []
    for part in name.parts:
        if not (inspect.ismodule(value) or inspect.isclass(value)):
            break
        owner, value = value, getattr(value, part, None)
        if value is None and not any(part in vars(one) for one in getattr(owner, "__mro__", [owner])):
            raise Absent(part)
        found.append((owner, part, value))
    return found


def name_fault(use: Use) -> Optional[str]:
    """What is wrong with the use of a name, as the end of a sentence that the name begins."""
    try:
        found = steps(use.name)
    except Absent:
        return NOT_HERE
    for owner, part, value in found:
        if is_enum(type(value)) and owner is not type(value):
            return f"is {type(value).__qualname__}.{part} in full"
    if use.name.module.startswith("qgis.PyQt"):
        return _pyqt6_fault(use)
    enum_class = type(found[-1][2]) if found else None
    if use.how == "int" and is_enum(enum_class) and not issubclass(enum_class, enum.Enum):
        return "is no number on Qt 6"
    return None


def _pyqt6_fault(use: Use) -> Optional[str]:
    try:
        pyqt6.find(use.name)
        kind = pyqt6.enum_kind(pyqt6.find(use.name.owner)) if use.how else None
    except pyqt6.Missing:
        return "is not in PyQt6"
    if use.how == "int" and kind in ("Enum", "Flag"):
        return "is no number on Qt 6"
    if use.how == "flag" and kind == "Enum":
        return "cannot be joined to others on Qt 6"
    return None


def moved(use: Use) -> Optional[str]:
    """Where the QGIS that is installed keeps an enum or its member, when it knows this name as an old one."""
    try:
        found = steps(use.name)
    except Absent:
        return None
    for owner, part, value in found:
        home, _, word = getattr(value, "__qualname__", "").rpartition(".")
        owners = {one.__qualname__ for one in getattr(owner, "__mro__", ())}
        if is_enum(value) and (home not in owners or word != part):
            return f"is {value.__qualname__} today"
        if isinstance(value, enum.Enum) and value.name != part:
            return f"is {value.name} today"
    return None


@cache
def gone_words() -> frozenset[str]:
    """The attributes that some class of Qt 5 or QGIS has and none of Qt 6.

    The members of enums are among them: Qt 5 has them as attributes of the class around the enum.
    """
    known = {word for word, _ in _attributes(QT + QGIS)}
    qgis = {word for word, value in _attributes(QGIS) if not is_enum(type(value))}
    return frozenset(known - qgis - pyqt6.members() - OF_OTHERS) | {"exec_"}  # which QGIS has on Qt 5


@cache
def enum_words() -> frozenset[str]:
    """The names of all enums."""
    return frozenset(word for word, value in _attributes(QT + QGIS) if is_enum(value))


def _attributes(modules: list[str]) -> Iterator[tuple[str, Any]]:
    """(name, value) of what each class has itself, not from its bases."""
    for module in modules:
        for _, owner in inspect.getmembers(import_module(module), inspect.isclass):
            dir(owner)  # fills what the class has
            yield from ((word, value) for word, value in vars(owner).items() if not word.startswith("__"))


def attribute_fault(attribute: Attribute, own_words: frozenset[str]) -> Optional[str]:
    """What is wrong with an attribute of an unknown object, when it is none of the plugin's `own_words`."""
    if attribute.name not in gone_words() or attribute.name in own_words or attribute.of in enum_words():
        return None
    return "is an attribute of Qt 5 alone, or of an enum that is not named"


def _own_words(modules: Iterable[ast.Module]) -> frozenset[str]:
    """Every name that these modules give to a function, a class, a variable or an attribute."""
    found = set()
    for node in (node for module in modules for node in ast.walk(module)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            found.add(getattr(node, "attr", getattr(node, "id", "")))
    return frozenset(found)


def module_faults(modules: Mapping[str, ast.Module], oldest: bool) -> tuple[int, list[str]]:
    """How many names the modules of a plugin use, and a line for each fault: "gui/dock.py:12: …".

    With `oldest` the QGIS installed is the oldest that the plugin supports: what it knows by a newer
    name, too, is to be used by that.
    """
    own, words = own_classes(modules.values()), _own_words(modules.values())
    number, lines = 0, []
    for title, module in modules.items():
        reader = Reader(module, own)
        number += len(reader.uses)
        found = [*_binding_faults(module), *_reader_faults(reader, words, oldest)]
        lines += [f"{title}:{line}: {fault}" for line, fault in sorted(set(found))]
    return number, lines


def _binding_faults(module: ast.Module) -> Iterator[tuple[int, str]]:
    for line, _, name in imports(module):
        if name.module.split(".")[0] in BINDINGS:
            yield line, f"{name} is to be had from qgis.PyQt"


def _reader_faults(reader: Reader, words: frozenset[str], oldest: bool) -> Iterator[tuple[int, str]]:
    attributes = list(reader.attributes)
    for use in reader.uses:
        fault = name_fault(use) or (moved(use) if oldest else None)
        if fault == NOT_HERE and use.of_object:
            attributes.append(Attribute(use.line, use.name.parts[-2], use.name.parts[-1]))
        elif fault:
            yield use.line, f"{use.name} {fault}"
    for attribute in attributes:
        fault = attribute_fault(attribute, words)
        if fault:
            yield attribute.line, f"{attribute.of}.{attribute.name} {fault}"


def form_faults(form: ElementTree.Element) -> tuple[int, list[str]]:
    """The same for a form: its classes, their properties, and the enums as PyQt6's own `uic` reads them."""
    custom = {one.findtext("class"): one.findtext("extends") for one in form.iter("customwidget")}
    names = [Name("qgis.gui", (word,)) for word in custom]
    for widget in (*form.iter("widget"), *form.iter("layout")):
        kind = widget.get("class")
        qt_class = Name("qgis.PyQt.QtWidgets", (custom.get(kind, kind),))
        names.append(qt_class)
        for one in widget.findall("property"):
            word = one.get("name")
            if kind not in custom and not word.endswith("Margin"):  # those of a layout are set together
                names.append(qt_class[f"set{word[0].upper()}{word[1:]}"])
            for value in (*one.iter("enum"), *one.iter("set")):
                names += [_in_full(word) for word in value.text.split("|")]
    found = {name: name_fault(Use(0, name)) for name in names}
    return len(names), [f"{name} {fault}" for name, fault in found.items() if fault]


def _in_full(word: str) -> Name:
    """The enum member that a form means; all but `Qt` is looked for among the widgets."""
    owner, *path = pyqt6.enum_map().get(word, word).split("::")
    return Name("qgis.PyQt.QtCore" if owner == "Qt" else "qgis.PyQt.QtWidgets", (owner, *path))
