"""A scene for the tests of a download and of the offline map that it leaves."""

import shutil

import pytest

from .scene import TILES, Scene


@pytest.fixture
def scene(portal, samples, tmp_path):
    return Scene(portal, samples, tmp_path)


@pytest.fixture
def local_basemap(scene):
    """A folder beside the maps with the area's tile package as Local.tpk."""
    folder = scene.output.parent.parent / "tiles"
    folder.mkdir()
    shutil.copyfile(scene.samples / "p13" / TILES, folder / "Local.tpk")
    return folder
