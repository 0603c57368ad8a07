"""A run of tests that fails ends with the exit code that says so, whatever a failed test held."""

import subprocess
import sys

from .source import ROOT

FAILING = """
import pytest
from qgis.core import QgsVectorLayer

from tests.layers.build import write_geopackage


def points(folder):
    return QgsVectorLayer(f"{write_geopackage(folder / 'town.gpkg')}|layername=points", "points", "ogr")


@pytest.fixture
def held(tmp_path):
    layer = points(tmp_path / "fixture")
    rows = layer.getFeatures()
    yield
    assert next(rows) is None, layer.name()


def test_that_fails(held, tmp_path):
    layer = points(tmp_path / "test")
    rows = layer.getFeatures()
    assert next(rows) is None, layer.name()
"""


def test_a_failed_test_that_held_layers_ends_the_run_with_exit_code_1(tmp_path):
    file = tmp_path / "test_failing.py"
    file.write_text(FAILING)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    command += ["--basetemp", str(tmp_path / "child"), "-c", str(ROOT / "pyproject.toml"), str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert "1 failed, 1 error" in ended.stdout, ended.stdout + ended.stderr
    assert ended.returncode == 1
