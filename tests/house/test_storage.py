"""`core/storage.py` alone flushes files and names them: a crash has to be thought of in one place."""

import ast

import pytest

from .source import MODULES, PLUGIN, name_of, tree

STORAGE = PLUGIN / "core" / "storage.py"
_OF_PATHS = {"rename", "replace"}
_OF_OS = {"fsync", "fdatasync", "rename", "renames", "replace"}


def renames(module: ast.Module) -> set[str]:
    """The functions of os, pathlib and shutil that flush or rename, as far as a module calls them.

    With one argument they are those of a path: texts, times and records have more, or named ones.
    """
    found = set()
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, of = node.func.attr, getattr(node.func.value, "id", "")
        of_path = name in _OF_PATHS and len(node.args) == 1 and not node.keywords
        if of_path or (of == "os" and name in _OF_OS) or (of, name) == ("shutil", "move"):
            found.add(name)
    return found


def test_only_storage_renames_and_flushes():
    found = {name_of(path): renames(tree(path)) for path in MODULES if path != STORAGE}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    "line",
    [
        "os.replace(part, target)",
        "part.replace(target)",
        "folder.rename(place)",
        "os.fsync(file.fileno())",
        "shutil.move(a, b)",
    ],
)
def test_a_call_elsewhere_is_found(line):
    assert renames(ast.parse(line))


@pytest.mark.parametrize("line", ["text.replace('a', 'b')", "now.replace(tzinfo=utc)", "replace(record)"])
def test_what_replaces_something_else_is_not(line):
    assert not renames(ast.parse(line))
