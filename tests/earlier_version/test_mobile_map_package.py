"""An .mmpk file that was opened with version 0.1.0: its folder in the profile is found, with its edits."""

import hashlib
import os
from pathlib import Path
import shutil

import pytest
from qgis.core import QgsApplication

from .conftest import all_but_the_project, edits_of, files_of, in_order, rows_of
from .test_offline_maps import check_layers, wanted


@pytest.fixture
def opened_before(earlier, qgis_app):
    """The .mmpk and its folder below the profile.

    Version 0.1.0 named that folder by the path of the file and the time of its last change. Here it is
    another path, so the folder gets the name that 0.1.0 would have given it.
    """
    mmpk = earlier.home / earlier.recorded["mmpk"]
    os.utime(mmpk, ns=(1_700_000_000_123_456_700,) * 2)
    made_of = f"{mmpk.resolve()}\n{mmpk.stat().st_mtime_ns}"
    folders = Path(QgsApplication.qgisSettingsDirPath()) / "offline_map_areas"
    shutil.rmtree(folders, ignore_errors=True)
    folder = folders / hashlib.sha256(made_of.encode()).hexdigest()[:20]
    recorded = earlier.recorded["opened_mmpk"]
    shutil.copytree(earlier.folder / "profile" / "offline_map_areas" / recorded["work_folder"], folder)
    yield mmpk, folder, recorded
    shutil.rmtree(folders)


def test_it_opens_with_the_edits_that_were_made(run, opened_before, profile_settings):
    mmpk, folder, recorded = opened_before
    package, files, rows = mmpk.read_bytes(), files_of(folder), rows_of(folder)
    wanted(folder / "qgis" / "offline_map.qgz")
    results = run("openofflinemap", INPUT=str(mmpk))
    assert (results["LAYER_ERRORS"], results["TABLE_ERRORS"]) == (0, 0)
    assert Path(results["PROJECT"]) == folder / "qgis" / "offline_map.qgz"
    check_layers(results["PROJECT"], recorded)
    (folder / "origin.json").unlink()  # by which it is found from now on
    assert all_but_the_project(files_of(folder)) == all_but_the_project(files)
    assert (mmpk.read_bytes(), rows_of(folder)) == (package, rows)
    assert edits_of(folder) == in_order(recorded["edits"])
    assert list(folder.parent.iterdir()) == [folder]


def test_it_is_whole(run, opened_before):
    mmpk, _, _ = opened_before
    assert run("verifyofflinemap", INPUT=str(mmpk))["OK"] is True


def test_it_is_found_again_after_its_file_was_touched(run, opened_before, profile_settings):
    mmpk, folder, recorded = opened_before
    wanted(folder / "qgis" / "offline_map.qgz")
    run("openofflinemap", INPUT=str(mmpk))
    os.utime(mmpk, ns=(1_800_000_000_000_000_000,) * 2)
    results = run("openofflinemap", INPUT=str(mmpk))
    assert Path(results["PROJECT"]) == folder / "qgis" / "offline_map.qgz"
    assert edits_of(folder) == in_order(recorded["edits"])
