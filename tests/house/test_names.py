"""One public name means one thing."""

import ast
from collections import defaultdict

from .source import MODULES, name_of, tree


def public_names(path) -> set[str]:
    """The classes, functions and constants that a module defines for others."""
    names = set()
    for node in tree(path).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.add(node.name)
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            names |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)} if target else set()
    return {name for name in names if not name.startswith("_")}


def test_no_two_modules_define_the_same_public_name():
    places = defaultdict(list)
    for path in MODULES:
        for name in public_names(path):
            places[name].append(name_of(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_names_are_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        "A, _B = 1, 2\nC: int = 3\ndef d(): E = 4\nclass F:\n    G = 5\nfor h in (): pass\n", "utf-8"
    )
    assert public_names(module) == {"A", "C", "d", "F", "h"}
