"""The source of the plugin, as syntax trees."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "plugin"
MODULES = sorted(PLUGIN.rglob("*.py"))


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
