"""The source of the plugin, as syntax trees."""

import ast
from functools import cache
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "plugin"
MODULES = sorted(PLUGIN.rglob("*.py"))
_FILES = frozenset(MODULES)


def name_of(path: Path) -> str:
    """`plugin/core/errors.py` as `core/errors.py`: how a failed test names it."""
    return str(path.relative_to(PLUGIN))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> list[tuple[int, str]]:
    """(level, dotted name) of every import, wherever it stands; level 0 is absolute.

    `from ..core import errors` is (2, "core.errors"): the name may be a module.
    """
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(0, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.level, ".".join(filter(None, (node.module, alias.name)))) for alias in node.names]
    return found


@cache
def imports_of(path: Path) -> set[Path]:
    """The modules of plugin/ that a module imports, wherever the import stands."""
    found = set()
    for level, name in imported(path):
        if level:
            package = path.parents[level - 1]
            parts = name.split(".")
            found |= {_module(package, parts) or _module(package, parts[:-1])}
    return found - {None}


def _module(package: Path, parts: list[str]) -> Optional[Path]:
    """The file of a module or package; None where the last part is a name inside of one."""
    place = package.joinpath(*parts)
    candidates = (place.with_suffix(".py"), place / "__init__.py") if parts else (package / "__init__.py",)
    return next((one for one in candidates if one in _FILES), None)
