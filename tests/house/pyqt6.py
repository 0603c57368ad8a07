"""What PyQt6 knows, read from the stubs in its wheel: nothing of Qt 6 is loaded beside Qt 5."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Optional

from .qt_uses import Name

# qgis.PyQt puts these back to where Qt 5 has them.
KEPT_IN_WIDGETS = {"QAction", "QActionGroup", "QShortcut"}


class Missing(Exception):
    """PyQt6 has no such name."""


def folder() -> Path:
    """Where PyQt6 is installed."""
    return Path(find_spec("PyQt6").submodule_search_locations[0])


@cache
def definitions(module: str) -> dict[str, ast.AST]:
    """Name → statement, of all that a module of PyQt6 defines; nothing when there is no such module."""
    sources = (folder() / f"{module}.pyi", folder() / module / "__init__.py")
    source = next((path for path in sources if path.is_file()), None)
    if source is None:
        return {}
    return dict(_defined(ast.parse(source.read_text("utf-8")).body))


def _defined(body: list[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, node) for alias in node.names)


def find(name: Name) -> ast.AST:
    """The statement that defines a name of `qgis.PyQt` in PyQt6; the last that is known of what it is.

    Raises `Missing`.
    """
    module = name.module.removeprefix("qgis.PyQt").removeprefix(".")
    if not name.parts:
        return ast.Module([], [])
    if module == "QtWidgets" and name.parts[0] in KEPT_IN_WIDGETS:
        module = "QtGui"
    found = definitions(module).get(name.parts[0])
    if found is None:
        raise Missing(name)
    for part in name.parts[1:]:
        if not isinstance(found, ast.ClassDef):
            break
        module, found = _member(module, found, part)
        if found is None:
            raise Missing(name)
    return found


def _member(module: str, owner: ast.ClassDef, part: str) -> tuple[str, Optional[ast.AST]]:
    """The module and the statement that define a member of a class, or of what it inherits."""
    found = dict(_defined(owner.body)).get(part)
    if found is not None or hasattr(object, part):
        return module, found or owner
    for base in owner.bases:
        *path, word = ast.unparse(base).split(".")
        place = path[-1] if path else module
        parent = definitions(place).get(word)
        if isinstance(parent, ast.ClassDef):
            inherited = _member(place, parent, part)
            if inherited[1] is not None:
                return inherited
    return module, None


def enum_kind(node: ast.AST) -> Optional[str]:
    """ "Enum", "Flag", "IntEnum" or "IntFlag" for an enum class, None for anything else."""
    bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
    return next((base.removeprefix("enum.") for base in bases if base.startswith("enum.")), None)


@cache
def members() -> frozenset[str]:
    """Every name that some class of PyQt6 has, without the members of its enums."""
    found: set[str] = set()
    for stub in folder().glob("Qt*.pyi"):
        for node in ast.walk(ast.parse(stub.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and enum_kind(node) is None:
                found |= {name for name, _ in _defined(node.body)}
    return frozenset(found)


@cache
def enum_map() -> dict[str, str]:
    """How PyQt6's `uic` completes the short names of enum members in forms: "Qt::AlignLeft" and others."""
    tree = ast.parse((folder() / "uic" / "enum_map.py").read_text("utf-8"))
    return ast.literal_eval(next(node.value for node in tree.body if isinstance(node, ast.Assign)))
