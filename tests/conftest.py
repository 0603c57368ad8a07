"""Fixtures that every test may use, and how a run ends."""

from contextlib import ExitStack
import gc
import os
from pathlib import Path
import shutil
import subprocess
import sys

from osgeo import gdal
import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsSettings

from plugin.qgis_io import settings
from tests.portal import PortalStandIn

# Statistics of opened rasters would be written beside them, or into the checkout.
gdal.SetConfigOption("GDAL_PAM_ENABLED", "NO")

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


def pytest_unconfigure() -> None:
    """Ends QGIS once nothing of it is held any more, not with the last test as pytest-qgis would.

    The traceback of a test that failed holds every local of its frames, and Python the traceback. A
    layer that goes after QGIS crashes the run, which then ends without its exit code.
    """
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        vars(sys).pop(name, None)
    gc.collect()
    QgsApplication.exitQgis()


@pytest.fixture
def samples() -> Path:
    """The folder of packages made by Esri software; read only: copy before you open."""
    if not SAMPLES.is_dir():
        pytest.skip("the sample packages (../shared/samples) are not on this machine")
    return SAMPLES


@pytest.fixture
def copied(samples, tmp_path):
    """`copied("tiles/Usa.tpkx")` is a private, writable copy of one sample file or folder."""

    def copy(name: str) -> Path:
        source, target = samples / name, tmp_path / Path(name).name
        if source.is_dir():
            shutil.copytree(source, target)
            for path in target.rglob("*"):
                path.chmod(0o755 if path.is_dir() else 0o644)
        else:
            shutil.copyfile(source, target)
        return target

    return copy


@pytest.fixture
def portal():
    """`portal(content, **options)` is a running `PortalStandIn` (see tests/portal)."""
    with ExitStack() as running:
        yield lambda content=None, **options: running.enter_context(PortalStandIn(content, **options))


@pytest.fixture
def small_disk(request, tmp_path):
    """A file system of 2 MiB, or of a size that the test names, of its own, to fill."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={getattr(request, 'param', '2m')}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root and is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def own_settings(qgis_app, monkeypatch):
    """The prefix of settings that are empty, and this test's alone: another run may go on beside it."""
    prefix = f"plugins/offline_map_areas_test_{os.getpid()}"
    monkeypatch.setattr(settings, "_PREFIX", prefix)
    yield prefix
    QgsSettings().remove(prefix)


@pytest.fixture(scope="session")
def auth_store(qgis_app):
    """The authentication database of this test session, unlocked."""
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("a master password", True)
    return manager


@pytest.fixture
def stored(auth_store):
    """`stored("Basic", username=…)` is the id of a new configuration; it is gone after the test."""
    ids = []

    def store(method, **values):
        config = QgsAuthMethodConfig(method)
        config.setName(f"test {method}")
        for key, value in values.items():
            config.setConfig(key, value)
        done, config = auth_store.storeAuthenticationConfig(config)
        assert done
        ids.append(config.id())
        return config.id()

    yield store
    for one in ids:
        auth_store.removeAuthenticationConfig(one)
