"""Fixtures that every test may use."""

from contextlib import ExitStack
from pathlib import Path
import shutil

import pytest

from tests.portal import PortalStandIn

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


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
