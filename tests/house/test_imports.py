"""Who may know whom: core ← qgis_io ← layers ← processing ← gui ← main, and the core is pure."""

import ast
from pathlib import Path
import subprocess
import sys

from .source import MODULES, PLUGIN, ROOT, imported, name_of, tree

ROOMS = ["core", "qgis_io", "layers", "processing", "gui", "main"]
CORE = [path for path in MODULES if PLUGIN / "core" in path.parents]
CORE_MAY_IMPORT = {"requests", "urllib3", "numpy"} | sys.stdlib_module_names
THREADS = {"Thread", "ThreadPoolExecutor", "ProcessPoolExecutor", "start_new_thread", "Timer"}


def room_of(path: Path) -> str:
    first = path.relative_to(PLUGIN).parts[0].removesuffix(".py")
    return "core" if first == "__init__" else first


def rooms_imported(path: Path) -> set[str]:
    """The rooms of plugin/ that a module's relative imports lead to."""
    package = path.relative_to(PLUGIN).parent.parts
    targets = [
        (*package[: len(package) - level + 1], *name.split(".")) for level, name in imported(path) if level
    ]
    return {target[0] for target in targets}


def names_in(path: Path) -> set[str]:
    """Every name that a module reads, takes as a parameter, reaches through a dot, or imports."""
    names = {name.split(".")[-1] for _, name in imported(path)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def offenders(paths, offences) -> dict[str, set[str]]:
    """Module name → what it does wrong, for those that do."""
    found = {name_of(path): offences(path) for path in paths}
    return {name: wrong for name, wrong in found.items() if wrong}


def test_every_room_is_found():
    assert len(CORE) > 10
    assert {room_of(path) for path in MODULES} == set(ROOMS)


def test_imports_point_down():
    def upward(path):
        own = ROOMS.index(room_of(path))
        return {room for room in rooms_imported(path) if ROOMS.index(room) > own}

    assert offenders(MODULES, upward) == {}


def test_own_modules_are_imported_relatively():
    def absolute(path):
        roots = {name.split(".")[0] for level, name in imported(path) if not level}
        return roots & {"plugin", "tests", "offline_map_areas"}

    assert offenders(MODULES, absolute) == {}


def test_the_core_imports_the_standard_library_requests_and_numpy_only():
    def foreign(path):
        return {name.split(".")[0] for level, name in imported(path) if not level} - CORE_MAY_IMPORT

    assert offenders(CORE, foreign) == {}


def test_only_main_sees_iface():
    others = [path for path in MODULES if room_of(path) != "main"]
    assert offenders(others, lambda path: names_in(path) & {"iface"}) == {}


def test_no_module_starts_python_threads():
    """Qt's timers, and with them QGIS' timeouts, do not run in them; qgis_io has an executor of Qt's."""
    assert offenders(MODULES, lambda path: names_in(path) & THREADS) == {}


IMPORT_ALL = """
import importlib, pkgutil, sys
for name in ("qgis", "PyQt5", "PyQt6", "sip", "osgeo"):
    sys.modules[name] = None  # importing it is an ImportError from now on
import plugin.core
for module in pkgutil.walk_packages(plugin.core.__path__, "plugin.core."):
    importlib.import_module(module.name)
    print(module.name)
"""


def test_the_core_runs_without_qgis():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    on_disk = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in CORE
    }
    assert on_disk - {"plugin.core"} <= set(done.stdout.split())
