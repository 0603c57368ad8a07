"""Virtual rasters of one's own are used again; those that draw from anything else are not."""

import pytest

from plugin.core.tiles.elevation import to_elevation_raster
from plugin.core.tiles.judge_raster import names_only_own_files
from plugin.core.tiles.tile_package import open_tile_package
from tests.fixtures.tile_package import write_cache, write_tpkx

from .test_elevation import elevation_tiles


@pytest.fixture(params=["package", "cache"])
def made(request, tmp_path):
    """An elevation raster over a package, and one over a cache, whose tiles are copied."""
    folder = tmp_path / "Häfen & Strand"
    (folder / "p13").mkdir(parents=True)
    (folder / "qgis").mkdir()
    package = folder / "p13" / ("dem.tpkx" if request.param == "package" else "dem")
    (write_tpkx if request.param == "package" else write_cache)(package, *elevation_tiles("LV95"))
    raster = folder / "qgis" / "dem.vrt"
    with open_tile_package(package) as opened:
        to_elevation_raster(opened, raster)
        return raster, opened.path


def test_what_the_plugin_wrote_is_used_again(made):
    assert names_only_own_files(*made)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (".vrt", 'relativeToVRT="1">', 'relativeToVRT="1">/vsicurl/http://example.org/'),
        (".vrt", 'relativeToVRT="1">', 'relativeToVRT="0">'),
        (".vrt", "<VRTRasterBand ", '<VRTRasterBand subClass="VRTDerivedRasterBand" '),
        (".vrt", "<SimpleSource", '<SimpleSource SourceFilename="/etc/passwd"'),
        (".vrt", "</VRTRasterBand>", "<PixelFunctionCode>import os</PixelFunctionCode></VRTRasterBand>"),
        (".vrt", "<VRTDataset ", '<!DOCTYPE x [<!ENTITY a "b">]><VRTDataset '),
        (
            ".vrt",
            "</SourceFilename>",
            '</SourceFilename><OpenOptions><OOI key="PRELUDE_STATEMENTS">x</OOI></OpenOptions>',
        ),
        (".mrf", "<DataFile>", "<DataFile>/vsicurl/http://example.org/"),
        (".mrf", "<DataFile>", "<DataFile>../../other/"),
        (
            ".mrf",
            "<IndexFile ",
            "<CachedSource><Source>http://example.org</Source></CachedSource><IndexFile ",
        ),
    ],
)
def test_what_names_anything_else_is_not(made, kind, old, new):
    raster, package = made
    files = [
        path for path in raster.parent.iterdir() if path.suffix == kind and old in path.read_text("utf-8")
    ]
    assert files
    for path in files:
        content = path.read_text("utf-8")
        path.write_text(content.replace(old, new), "utf-8")
        assert not names_only_own_files(raster, package), path.name
        path.write_text(content, "utf-8")
    assert names_only_own_files(raster, package)


def test_what_is_gone_or_no_text_is_not(made):
    raster, package = made
    raster.write_bytes(b"\xff\xfe")
    assert not names_only_own_files(raster, package)
    raster.write_text("", "utf-8")
    assert not names_only_own_files(raster, package)
    raster.unlink()
    assert not names_only_own_files(raster, package)
