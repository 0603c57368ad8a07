"""A good package, and ways to spoil it."""

import struct
import zipfile

import pytest

from plugin.core.host import Silent
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.test_schemes import paint_png
from tests.fixtures.tile_grids import WEB_MERCATOR
from tests.fixtures.tile_package import write_tpkx

TILES = {(3, 4, column): paint_png(3, 4, column, 256) for column in range(3)}
BUNDLE = "tile/L03/R0000C0000.bundle"


class Stopping(Silent):
    """Asks to stop at the first batch."""

    def is_cancelled(self):
        return True


def good(tmp_path, **options):
    return write_tpkx(tmp_path / "town.tpkx", WEB_MERCATOR, TILES, **options)


def rewritten(path, replaced, method=zipfile.ZIP_STORED):
    """The archive with members replaced, added, or (None) left out."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members.update(replaced)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def refused(path, error):
    """The one error that reading the package as a whole gives."""
    with pytest.raises(error) as caught, open_tile_package(path) as package:
        list(package.tiles())
    assert path.name in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert caught.value.next_step
    return caught.value


def with_bundle(tmp_path, change):
    path = good(tmp_path)
    with zipfile.ZipFile(path) as archive:
        bundle = bytearray(archive.read(BUNDLE))
    return rewritten(path, {BUNDLE: bytes(change(bundle) or bundle)})


def slot(bundle, word):
    struct.pack_into("<Q", bundle, 64 + 8 * (4 * 128), word)
