"""What an offline map has on disk is named in one module."""

import ast
import re

from .source import MODULES, PLUGIN, name_of, tree

LAYOUT = PLUGIN / "core/offline_map/layout.py"
TILES = PLUGIN / "core/tiles"  # whose files grow under names of their own
NAMES = frozenset(
    {"package.info", "p13", "mobile_map", "offline_map.qgz", "manifest.json", "report.json", "job.json"}
)
# Words that mean other things as well, where they are no part of a path.
FOLDERS = frozenset({"qgis", "pictures"})
SUFFIXES = (".mmap", ".marea", ".partial", ".delete", ".unpacking", ".lock")


def _docstrings(module: ast.Module) -> set[int]:
    """The ids of the texts that are nobody's value."""
    return {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}


def names_on_disk(module: ast.Module) -> list[str]:
    """The texts of a module that name what an offline map has on disk; sentences do not count."""
    spared, found = _docstrings(module), []
    joined = {id(node.right) for node in ast.walk(module) if isinstance(node, ast.BinOp)}
    for node in ast.walk(module):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in spared:
            continue
        parts = node.value.split("/")
        named = NAMES.intersection(parts) or node.value.endswith(SUFFIXES)
        folder = FOLDERS.intersection(parts) and (len(parts) > 1 or id(node) in joined)
        if (named or folder) and not re.search(r"\s", node.value):
            found.append(node.value)
    return found


def test_what_an_offline_map_has_on_disk_is_named_once():
    others = [path for path in MODULES if path != LAYOUT and TILES not in path.parents]
    found = {name_of(path): names_on_disk(tree(path)) for path in others}
    assert {name: names for name, names in found.items() if names} == {}


def test_names_on_disk_are_seen():
    seen = names_on_disk(
        ast.parse(
            '"""p13"""\n'
            'a = folder / "qgis"\n'
            'b = QDomDocument("qgis"), "has no package.info."\n'
            'c = f"{folder.name}.partial", "p13/x.tpk", "qgis/*.gpkg"\n'
            'def d():\n    "manifest.json"\n    return "manifest.json"\n'
        )
    )
    assert sorted(seen) == [".partial", "manifest.json", "p13/x.tpk", "qgis", "qgis/*.gpkg"]
