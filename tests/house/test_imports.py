"""Who may know whom: core ← qgis_io ← layers ← processing ← gui ← main, and the core is pure."""

import ast
import subprocess
import sys

import pytest

from .source import MODULES, PLUGIN, ROOT, imported, name_of, tree

ROOMS = ["core", "qgis_io", "layers", "processing", "gui", "main"]
CORE_MAY_IMPORT = {"requests", "urllib3", "numpy"} | sys.stdlib_module_names
THREADS = {"Thread", "ThreadPoolExecutor", "ProcessPoolExecutor", "start_new_thread", "Timer"}

every_module = pytest.mark.parametrize("path", MODULES, ids=name_of)
every_core_module = pytest.mark.parametrize(
    "path", [path for path in MODULES if PLUGIN / "core" in path.parents], ids=name_of
)


def room_of(path) -> str:
    first = path.relative_to(PLUGIN).parts[0].removesuffix(".py")
    return "core" if first == "__init__" else first


def rooms_imported(path) -> set[str]:
    """The rooms of plugin/ that a module's relative imports lead to."""
    package = path.relative_to(PLUGIN).parent.parts
    rooms = set()
    for level, name in imported(path):
        if level:
            target = (*package[: len(package) - level + 1], *name.split("."))
            rooms.add(target[0])
    return rooms


@every_module
def test_every_module_stands_in_a_room(path):
    assert room_of(path) in ROOMS


@every_module
def test_imports_point_down(path):
    own = ROOMS.index(room_of(path))
    upward = {room for room in rooms_imported(path) if ROOMS.index(room) > own}
    assert not upward, f"{room_of(path)} imports {upward}"


@every_module
def test_own_modules_are_imported_relatively(path):
    absolute = [name for level, name in imported(path) if not level]
    assert not [name for name in absolute if name.split(".")[0] in {"plugin", "tests", "offline_map_areas"}]


@every_core_module
def test_the_core_imports_the_standard_library_requests_and_numpy_only(path):
    foreign = {name.split(".")[0] for level, name in imported(path) if not level} - CORE_MAY_IMPORT
    assert not foreign


@every_module
def test_only_main_sees_iface(path):
    if room_of(path) == "main":
        return
    names = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree(path)) if isinstance(node, ast.arg)}
    names |= {name.split(".")[-1] for _, name in imported(path)}
    assert "iface" not in names


@every_module
def test_no_module_starts_python_threads(path):
    """Qt's timers, and with them QGIS' timeouts, do not run in them; qgis_io has an executor of Qt's."""
    used = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    used |= {name.split(".")[-1] for _, name in imported(path)}
    assert not used & THREADS


IMPORT_ALL = """
import importlib, pkgutil, sys
for name in ("qgis", "PyQt5", "PyQt6", "sip", "osgeo"):
    sys.modules[name] = None  # importing it is an ImportError from now on
import plugin.core
names = [module.name for module in pkgutil.walk_packages(plugin.core.__path__, "plugin.core.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_the_core_runs_without_qgis():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    on_disk = [path for path in MODULES if PLUGIN / "core" in path.parents]
    assert int(done.stdout) == len(on_disk) - 1  # plugin/core/__init__.py itself
