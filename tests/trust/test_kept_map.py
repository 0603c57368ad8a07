"""An offline map is synchronised, registered, finished; at some calls of the disk that ends, or fails.

A few calls of each work; `crash_points` tries all of them.
"""

import shutil

import pytest

from .crash_points import built, disturbed_work


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    return built(tmp_path_factory.mktemp("interposed"))


# Every so many calls: a sync makes some 700, the others 50 to 70.
@pytest.mark.parametrize(
    ("work", "mode", "first", "every"),
    [
        ("sync", "killed", 281, 200),
        ("sync", "disk full", 290, 500),
        ("registration", "killed", 36, 400),
        ("finish", "killed", 21, 40),
        ("deltas", "killed", 40, 120),
        ("package", "killed", 60, 150),
        ("package", "disk full", 75, 300),
    ],
)
def test_the_same_work_started_again_ends_well(library, work, mode, first, every):
    outcomes = list(disturbed_work(library, work, mode, first, every))
    assert outcomes
    assert [one for one in outcomes if not one.is_right] == []
