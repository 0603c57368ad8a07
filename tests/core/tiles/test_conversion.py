"""Copies are complete or absent, can be stopped, and say how far they are."""

from contextlib import closing
import gzip
import sqlite3

import pytest

from plugin.core.errors import BadInput, Cancelled, Damaged, PackageError, StorageError, Unsupported
from plugin.core.host import Silent
from plugin.core.tiles.convert import to_geopackage, to_mbtiles
from plugin.core.tiles.filled import to_filled_raster
from plugin.core.tiles.tile_package import open_tile_package
from plugin.core.untrusted.archive import open_archive
from tests.core.tiles.hostile import TILES, Stopping, good, slot, with_bundle
from tests.fixtures.tile_grids import WEB_MERCATOR
from tests.fixtures.tile_package import About, write_cache, write_tpk, write_tpkx, write_vtpk
from tests.fixtures.tile_package_pictures import lerc, pattern, png


class Watching(Silent):
    def __init__(self):
        self.reports = []

    def report(self, done, total, subject):
        self.reports.append((done, total, subject))


@pytest.mark.parametrize("make", [to_mbtiles, to_geopackage, to_filled_raster])
def test_cancel_leaves_what_was_there(tmp_path, make):
    target = tmp_path / "out" / "town.sqlite"
    target.parent.mkdir()
    target.write_bytes(b"the old one")
    with open_tile_package(good(tmp_path)) as package, pytest.raises(Cancelled):
        make(package, target, Stopping())
    assert target.read_bytes() == b"the old one"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("make", [to_mbtiles, to_geopackage, to_filled_raster])
def test_a_damaged_package_leaves_no_copy(tmp_path, make):
    path = with_bundle(tmp_path, lambda bundle: slot(bundle, (1 << 64) - 1))
    (tmp_path / "out").mkdir()
    with open_tile_package(path) as package, pytest.raises(PackageError):
        make(package, tmp_path / "out" / "town.sqlite")
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("kind", [write_tpk, write_tpkx])
def test_a_flipped_bit_in_a_tile_is_told_and_the_others_are_copied(tmp_path, kind):
    tiles = {(9, row, column): png(pattern(9, row, column)) for row in (1, 200) for column in (3, 4)}
    path = kind(tmp_path / "town", WEB_MERCATOR, tiles)
    content = bytearray(path.read_bytes())
    content[content.index(tiles[9, 200, 3]) + 100] ^= 4
    with open_tile_package(path) as package:
        assert not to_mbtiles(package, tmp_path / "whole.mbtiles").losses
    path.write_bytes(content)
    for make in (to_mbtiles, to_geopackage):
        with open_tile_package(path) as package:
            made = make(package, tmp_path / "made.sqlite")
        (loss,) = made.losses
        assert "tiles in 1 of its 2 bundles may be missing or wrong" in loss.text
        assert made.tiles == 4
        with closing(sqlite3.connect(made.path)) as database:
            copied = {data for (data,) in database.execute("SELECT tile_data FROM tiles")}
        assert len(copied & set(tiles.values())) == 3


def test_tiles_of_no_format_are_counted(tmp_path):
    tiles = {(9, 1, column): png(pattern(9, 1, column)) for column in range(3)}
    tiles[9, 1, 1] = b"<html>no tile</html>"
    cache = write_cache(tmp_path / "cache", WEB_MERCATOR, tiles, storage="exploded")
    with open_tile_package(cache) as package:
        (loss,) = to_geopackage(package, tmp_path / "made.gpkg").losses
    assert loss.text == "1 tiles have an unknown format and stay blank."


def test_progress_is_in_bytes_and_names_the_package(tmp_path):
    watching = Watching()
    with open_tile_package(good(tmp_path)) as package:
        to_mbtiles(package, tmp_path / "town.mbtiles", watching)
        total = sum(package.bundle_sizes())
    assert watching.reports
    assert all(0 < done <= total == stated for done, stated, _ in watching.reports)
    assert {subject for _, _, subject in watching.reports} == {"town.tpkx"}


def test_an_existing_target_is_replaced_and_the_package_itself_is_not(tmp_path):
    path, target = good(tmp_path), tmp_path / "town.mbtiles"
    target.write_bytes(b"the old one")
    before = path.read_bytes()
    with open_tile_package(path) as package:
        assert to_mbtiles(package, target).tiles == 3
        with pytest.raises(BadInput):
            to_mbtiles(package, path)
    assert path.read_bytes() == before
    assert target.read_bytes().startswith(b"SQLite format 3")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["town.mbtiles", "town.tpkx"]


@pytest.mark.parametrize("kind", [write_tpk, write_tpkx, write_vtpk])
def test_tiles_outside_of_the_grid_alone_do_not_replace_a_copy(tmp_path, kind):
    options = {"vector_layers": ["Straßen"], "style": {"layers": []}} if kind is write_vtpk else {}
    data = gzip.compress(b"") if kind is write_vtpk else png(pattern(3, 8, 9))
    path = kind(tmp_path / "Süd 1.tpkx", WEB_MERCATOR, {(3, 8, 9): data, (3, 9, 2): data}, **options)
    target = tmp_path / "out" / "Süd 1.mbtiles"
    target.parent.mkdir()
    target.write_bytes(b"the old one")
    with open_tile_package(path) as package, pytest.raises(Damaged, match="all of its 2 tiles are outside"):
        to_mbtiles(package, target)
    assert target.read_bytes() == b"the old one"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("make", [to_mbtiles, to_geopackage, to_filled_raster])
def test_a_package_without_tiles_does_not_replace_a_copy(tmp_path, make):
    path = with_bundle(tmp_path, lambda bundle: bundle[:64] + bytes(len(bundle) - 64))
    target = tmp_path / "out" / "town.gpkg"
    target.parent.mkdir()
    target.write_bytes(b"the old one")
    with open_tile_package(path) as package, pytest.raises(Damaged, match=r"“town\.tpkx” contains no tiles"):
        make(package, target)
    assert target.read_bytes() == b"the old one"
    assert list(target.parent.iterdir()) == [target]


def test_a_folder_that_is_not_there(tmp_path):
    with open_tile_package(good(tmp_path)) as package, pytest.raises(StorageError, match=r"town\.mbtiles"):
        to_mbtiles(package, tmp_path / "gone" / "town.mbtiles")


def test_elevations_are_not_made_pictures(tmp_path):
    tiles = {(3, 4, 4): lerc(pattern(3, 4, 4)[..., 0] * 7.5)}
    with open_tile_package(write_tpkx(tmp_path / "e.tpkx", WEB_MERCATOR, tiles)) as package:
        for make in (to_mbtiles, to_geopackage):
            with pytest.raises(Unsupported, match="elevations"):
                make(package, tmp_path / "out")


def test_no_file_stays_open(tmp_path):
    path = good(tmp_path)
    with open_tile_package(path) as package:
        list(package.tiles())
        package.tile(3, 4, 0)
    with open_archive(path) as archive:
        range_ = archive.region("root.json")
    with pytest.raises(ValueError, match="closed"):
        range_.read(0, 1)


def test_a_folder_named_like_a_tile_is_no_tile(tmp_path):
    cache = write_cache(tmp_path / "cache", WEB_MERCATOR, TILES, storage="exploded")
    (cache / "_alllayers/L03/R00000004/C00000009.png").mkdir()
    with open_tile_package(cache) as package:
        assert {tile[:3]: tile.data for tile in package.tiles()} == TILES


def test_hostile_about_texts_reach_nobody_as_markup_errors(tmp_path):
    about = About(title="a\u0000b", credits="<script>alert(1)</script> & co")
    path = write_tpkx(tmp_path / "town.tpkx", WEB_MERCATOR, TILES, about=about)
    with open_tile_package(path) as package:
        assert to_geopackage(package, tmp_path / "town.gpkg").tiles == 3


@pytest.mark.parametrize("make", [to_mbtiles, to_geopackage, to_filled_raster])
def test_a_full_disk_is_said_and_nothing_stays_on_it(tmp_path, small_disk, make):
    tiles = {(9, row, column): b"\xff\xd8" + bytes(60_000) for row in range(8) for column in range(8)}
    with open_tile_package(write_tpkx(tmp_path / "town.tpkx", WEB_MERCATOR, tiles)) as package:
        with pytest.raises(StorageError, match="full"):
            make(package, small_disk / "town.sqlite")
        assert not list(small_disk.iterdir())
