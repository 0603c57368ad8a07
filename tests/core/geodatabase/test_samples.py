"""Every feature of every sample that Esri software wrote."""

from __future__ import annotations

from contextlib import closing
import sqlite3
import subprocess

from osgeo import gdal, ogr
from osgeo_utils.samples import validate_gpkg
import pytest

from plugin.core.geodatabase.catalogue import check_geodatabase, open_geodatabase
from plugin.core.geodatabase.shapes.decoder import decode_shapes
from plugin.core.geodatabase.shapes.encoder import encode_shapes
from plugin.core.host import Silent
from plugin.core.working_copy.write import copied_tables, write_working_copy

from .oracle import SAMPLES, plain_rows, scalar_decode

gdal.UseExceptions()
SLOT_GARBAGE = 3


@pytest.fixture(params=list(SAMPLES), ids=lambda name: name.rpartition("/")[2][:12])
def sample(request, samples):
    return samples / request.param, SAMPLES[request.param]


def blobs_of(path, table):
    column = table.geometry.column
    return plain_rows(path, f'SELECT rowid, "{column}" FROM "{table.name}" ORDER BY rowid')


def test_tables_and_counts(sample, tmp_path):
    path, counts = sample
    check_geodatabase(path)
    copy = write_working_copy(path, tmp_path / "copy.gpkg", Silent())
    assert {table.name: table.feature_count for table in copy.tables} == counts
    assert not [table for table in copy.tables if table.error or table.losses]
    assert copied_tables(copy.path) == set(counts)
    source = ogr.Open(str(copy.path))
    assert {
        source.GetLayer(k).GetName(): source.GetLayer(k).GetFeatureCount() for k in range(len(counts))
    } == counts


def test_decoding_equals_a_byte_by_byte_reading(sample):
    path, _ = sample
    with open_geodatabase(path) as geodatabase:
        for table in geodatabase.tables:
            blobs = [blob for _, blob in blobs_of(path, table)]
            batch = decode_shapes(blobs, table.geometry.layout, table.geometry.grids)
            assert not batch.problems
            expected = [vertex for blob in blobs for vertex in scalar_decode(blob)]
            assert batch.grid_vertices.tolist() == expected


def test_encoding_gives_back_every_byte(sample):
    """Apart from the bytes of the length slot that Esri's writers leave uninitialised."""
    path, _ = sample
    with open_geodatabase(path) as geodatabase:
        for table in geodatabase.tables:
            blobs = [blob for _, blob in blobs_of(path, table)]
            batch = decode_shapes(blobs, table.geometry.layout, table.geometry.grids)
            for blob, again in zip(blobs, encode_shapes(batch)):
                assert len(again) == len(blob)
                differing = [k for k in range(len(blob)) if blob[k] != again[k]]
                assert not differing or differing[-1] - differing[0] < SLOT_GARBAGE
                assert all(again[k] == 0 for k in differing)


def test_boxes_lie_in_those_of_the_file(sample, tmp_path):
    """Esri's R-tree holds boxes rounded outward to single precision."""
    path, counts = sample
    copy = write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path
    source = ogr.Open(str(copy))
    compared = 0
    with open_geodatabase(path) as geodatabase:
        for table in geodatabase.tables:
            rows = plain_rows(path, f'SELECT * FROM "{table.geometry.index}"')
            for rowid, low_x, high_x, low_y, high_y in rows:
                feature = source.GetLayerByName(table.name).GetFeature(rowid)
                x0, x1, y0, y1 = feature.GetGeometryRef().GetEnvelope()
                for inner, outer, sign in (
                    (x0, low_x, 1),
                    (x1, high_x, -1),
                    (y0, low_y, 1),
                    (y1, high_y, -1),
                ):
                    assert 0 <= (inner - outer) * sign <= max(1e-5, abs(outer)) * 5e-7
                compared += 1
    assert compared == sum(counts.values())


def test_own_index_is_sound_and_finds_what_the_layer_holds(sample, tmp_path):
    path, counts = sample
    copy = write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path
    with closing(sqlite3.connect(copy)) as connection:
        for name, count in counts.items():
            assert connection.execute(f"SELECT rtreecheck('rtree_{name}_geom')").fetchone() == ("ok",)
            assert connection.execute(f'SELECT count(*) FROM "rtree_{name}_geom"').fetchone() == (count,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_shapes_are_valid_for_geos(sample, tmp_path):
    path, counts = sample
    source = ogr.Open(str(write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path))
    for name in counts:
        for feature in source.GetLayerByName(name):
            assert feature.GetGeometryRef().IsValid()


def test_attributes_equal_those_of_the_tables(sample, tmp_path):
    """Compared with what OGR prints of the copy and SQLite of the source, value by value."""
    path, _ = sample
    copy = write_working_copy(path, tmp_path / "copy.gpkg", Silent())
    source = ogr.Open(str(copy.path))
    with open_geodatabase(path) as geodatabase:
        for table in geodatabase.tables:
            names = [field.name for field in table.fields]
            columns = ", ".join(
                f"strftime('%Y/%m/%d %H:%M:%f', \"{f.name}\")" if "Date" in f.type.value else f'"{f.name}"'
                for f in table.fields
            )
            rows = plain_rows(path, f'SELECT rowid, {columns} FROM "{table.name}"')
            layer = source.GetLayerByName(table.name)
            for rowid, *values in rows:
                feature = layer.GetFeature(rowid)
                found = [feature.GetField(name) for name in names]
                dates = [k for k, f in enumerate(table.fields) if "Date" in f.type.value and values[k]]
                for k in dates:
                    found[k], values[k] = found[k].removesuffix("+00"), values[k].removesuffix(".000")
                assert found == values


def printed(path, table) -> dict[int, dict[str, str]]:
    """The attributes of each row as plain `ogrinfo` prints them, dates and shapes left out."""
    done = subprocess.run(
        ["ogrinfo", "-ro", "-q", "-geom=NO", path, table], check=True, timeout=50, capture_output=True
    )
    rows: dict[int, dict[str, str]] = {}
    for line in done.stdout.decode("utf-8").splitlines():
        if line.startswith("OGRFeature("):
            own = rows.setdefault(int(line.rpartition(":")[2]), {})
        elif " = " in line:
            head, _, value = line.partition(" = ")
            own[head.strip().partition(" (")[0]] = value
    return rows


def test_attributes_equal_what_plain_ogrinfo_prints_of_the_file(copied, samples, tmp_path):
    """Every value of every row, but dates, which it prints as numbers, and shapes, which it cannot read."""
    compared = 0
    for sample_name, counts in SAMPLES.items():
        path = copied(sample_name)
        copy = write_working_copy(path, tmp_path / f"{path.stem}.gpkg", Silent())
        with open_geodatabase(path) as geodatabase:
            tables = {table.name: table for table in geodatabase.tables}
        for name, count in counts.items():
            original, ours, table = printed(path, name), printed(copy.path, name), tables[name]
            kept = {f.name for f in table.fields if "Date" not in f.type.value}
            assert len(ours) == len(original) == count
            for fid, values in ours.items():
                wanted = {key: value for key, value in original[fid].items() if key in kept}
                # Of a plain table ogrinfo prints the object id as the number of the feature only.
                wanted.setdefault(table.object_id, str(fid))
                assert {key: values[key] for key in kept} == wanted
                compared += len(wanted)
    assert compared > 40_000


def test_z_is_kept(copied, tmp_path):
    path = copied("geodatabase/militaryoverlay.geodatabase")
    source = ogr.Open(str(write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path))
    for k in range(source.GetLayerCount()):
        layer = source.GetLayer(k)
        assert ogr.GT_HasZ(layer.GetGeomType())
        assert all(feature.GetGeometryRef().Is3D() for feature in layer)


def test_reference_systems(sample, tmp_path):
    path, counts = sample
    code = "4326" if "military" in path.name else "3857"
    source = ogr.Open(str(write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path))
    for name in counts:
        reference = source.GetLayerByName(name).GetSpatialRef()
        assert (reference.GetAuthorityName(None), reference.GetAuthorityCode(None)) == ("EPSG", code)


def test_gdals_own_validation_finds_nothing(sample, tmp_path):
    path, _ = sample
    copy = write_working_copy(path, tmp_path / "copy.gpkg", Silent()).path
    validate_gpkg.check(str(copy))
