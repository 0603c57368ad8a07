"""The map of the house in CONTRIBUTING.md holds: imports lead to lower floors only."""

from itertools import chain
import re

import pytest

from .source import MODULES, PLUGIN, ROOT, imports_of, name_of

_LINE = re.compile(r"(?P<indent> +)(?P<names>[a-z_]+(?:, [a-z_]+)*)(?:  +\S.*)?")
Floors = list[list[str]]


def read_map(text: str) -> dict[str, Floors]:
    """Area (`""` for plugin/ itself, `core`, …) → its floors, top first, as the names of their rooms."""
    block = text.split("## The map of the house", 1)[1].split("```")[1]
    areas: dict[str, Floors] = {}
    area = ""
    for line in block.splitlines()[2:]:
        found = _LINE.fullmatch(line)
        assert found, f"not understood: {line}"
        names = found["names"].split(", ")
        if len(found["indent"]) == 2:
            (area,) = names
            areas.setdefault("", []).append(names)
        else:
            areas.setdefault(area, []).append(names)
    return areas


MAP = read_map((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
AREAS = [area for area in MAP if area]


def room(path, area: str) -> str:
    """The room of an area that a module (a path, or an import's parts) lies in; empty for others."""
    parts = path.relative_to(PLUGIN).with_suffix("").parts
    if area and (parts[0] != area or parts[1] == "__init__"):
        return ""
    return parts[1] if area else parts[0]


def upward(area: str, floors: Floors) -> list[str]:
    """Every import of the area that leads sideways or up, `from → to`."""
    floor_of = {name: number for number, names in enumerate(floors) for name in names}
    found = []
    for path in MODULES:
        here = room(path, area)
        for target in imports_of(path) if here in floor_of else ():
            there = room(target, area)
            if there and there != here and floor_of[there] <= floor_of[here]:
                found.append(f"{name_of(path)} → {name_of(target)}")
    return found


@pytest.mark.parametrize("area", ["", *AREAS])
def test_the_map_names_every_room(area):
    named = set(chain.from_iterable(MAP[area]))
    there = {room(path, area) for path in MODULES} - {"", "__init__"}
    assert named == there


@pytest.mark.parametrize("area", ["", *AREAS])
def test_imports_lead_down(area):
    assert upward(area, MAP[area]) == []


def test_imports_that_lead_up_are_found():
    """The test above sees something: the same imports against the map upside down."""
    for area in ["", "core", "layers", "gui"]:
        assert upward(area, MAP[area][::-1])


def circles() -> list[set[str]]:
    """Sets of modules that import one another, however many steps that takes (Tarjan's algorithm)."""
    graph = {path: [one for one in imports_of(path) if one != path] for path in MODULES}
    number, lowest, stack, found = {}, {}, [], []

    def visit(path):
        number[path] = lowest[path] = len(number)
        stack.append(path)
        for target in graph[path]:
            if target not in number:
                visit(target)
            if target in stack:
                lowest[path] = min(lowest[path], lowest[target])
        if lowest[path] == number[path]:
            circle = stack[stack.index(path) :]
            del stack[stack.index(path) :]
            if len(circle) > 1:
                found.append({name_of(one) for one in circle})

    for path in MODULES:
        if path not in number:
            visit(path)
    return found


def test_no_two_modules_import_each_other():
    """Not even for type checking, and not inside a function."""
    assert circles() == []
