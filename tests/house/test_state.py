"""Modules hold no state: nothing at module level changes after the import, and no Qt object is made by it.

State at module level outlives a plugin that is reloaded, is shared by tests, and is made before QGIS is
ready.
"""

import ast
from importlib import import_module

import pytest
from qgis.PyQt.QtCore import QObject

from .source import MODULES, ROOT, name_of, tree

CHANGING = {
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault",
    "update",
}  # fmt: skip
CACHES = {"cache", "lru_cache", "cached"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def module_names(module: ast.Module) -> set[str]:
    """What a module defines at its top, or imports there from a module of ours."""
    names = set()
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            names |= {alias.asname or alias.name for alias in node.names}
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            names |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)} if target else set()
    return names


def changes(function: ast.AST, shared: set[str]) -> set[str]:
    """The shared names that a function changes."""
    inner = list(ast.walk(function))
    own = {one.arg for one in inner if isinstance(one, ast.arg)}
    own |= {one.id for one in inner if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    found = {name for one in inner if isinstance(one, ast.Global) for name in one.names}
    shared = shared - own
    for one in inner:
        changed = None
        if isinstance(one, (ast.Subscript, ast.Attribute)) and isinstance(one.ctx, (ast.Store, ast.Del)):
            changed = one.value
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in CHANGING:
            changed = one.func.value
        if isinstance(changed, ast.Name) and changed.id in shared:
            found.add(changed.id)
    return found


def state(module: ast.Module) -> set[str]:
    """The names at module level that code changes after the import, and functions that remember answers."""
    shared, found = module_names(module), set()
    for node in ast.walk(module):
        if isinstance(node, FUNCTIONS):
            found |= changes(node, shared)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            words = {
                getattr(one, "id", getattr(one, "attr", ""))
                for d in node.decorator_list
                for one in ast.walk(d)
            }
            found |= {node.name} if words & CACHES else set()
    return found


def test_nothing_at_module_level_changes():
    found = {name_of(path): state(tree(path)) for path in MODULES}
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "line",
    [
        "SEEN.append(1)",
        "SEEN[1] = 2",
        "del SEEN[1]",
        "SEEN.attribute = 2",
        "global SEEN\n    SEEN = 3",
        "(lambda: SEEN.update({}))()",
    ],
)
def test_a_change_is_seen(line):
    assert state(ast.parse(f"SEEN = make()\ndef work():\n    {line}\n")) == {"SEEN"}


def test_a_function_that_remembers_is_seen():
    assert state(ast.parse("@functools.lru_cache(maxsize=9)\ndef work(): pass\n")) == {"work"}


def test_what_belongs_to_a_call_is_no_state():
    assert state(ast.parse("SEEN = ()\ndef work(found):\n    SEEN = []\n    SEEN.append(found)\n")) == set()


def test_no_import_makes_a_qt_object(qgis_app):
    made = {}
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found = [key for key, value in vars(import_module(name)).items() if isinstance(value, QObject)]
        made |= {name_of(path): found} if found else {}
    assert made == {}
