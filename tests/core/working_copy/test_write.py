"""What a working copy holds, on geodatabases written for each question."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta, timezone
import os
from pathlib import Path
import resource
import sqlite3
import struct
import subprocess
import sys

import numpy as np
from osgeo import gdal, ogr
import pytest

from plugin.core.errors import BadInput, Cancelled, Damaged, StorageError
from plugin.core.geodatabase.shapes.batch import Grid
from plugin.core.host import Silent
from plugin.core.working_copy import write
from plugin.core.working_copy.change_tracking import local_edits
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.write import copied_tables, write_working_copy
from tests.fixtures.geodatabase import (
    DEGREE_GRID,
    FOREVER,
    WGS84_WKT,
    Dataset,
    Field,
    Reference,
    Row,
    attachment_dataset,
    write_geodatabase,
)

from ..geodatabase.shapes import wkb

gdal.UseExceptions()


def copy_of(tmp_path: Path, *datasets: Dataset, feedback=None, **options):
    source = write_geodatabase(tmp_path / "source.geodatabase", datasets, **options)
    return write_working_copy(source, tmp_path / "copy.gpkg", feedback or Silent())


def losses_of(copy) -> list[str]:
    return [loss.text for loss in copy.tables[0].losses]


def rows_of(copy, table: str, columns: str = "*") -> list[tuple]:
    with closing(sqlite3.connect(copy.path)) as connection:
        return connection.execute(f'SELECT {columns} FROM "{table}" ORDER BY fid').fetchall()


def points(*rows: Row, fields=(), **options) -> Dataset:
    return Dataset("Points", "Point", fields, rows, layer_id=0, **options)


def test_history_rows_stay_behind(tmp_path):
    """Of three versions of one row and a deleted one, the current version of the first is left."""
    versions = [
        Row(wkb("POINT (1 1)"), {"name": "first"}, object_id=7, born=2457000.25, died=2457001.5),
        Row(wkb("POINT (2 2)"), {"name": "second"}, object_id=7, born=2457001.5, died=2457002.5),
        Row(wkb("POINT (3 3)"), {"name": "now"}, object_id=7, born=2457002.5),
        Row(wkb("POINT (4 4)"), {"name": "deleted"}, object_id=8, born=2457000.25, died=2457003.5),
    ]
    copy = copy_of(tmp_path, points(*versions, fields=[Field("name")]))
    assert rows_of(copy, "Points", "fid, OBJECTID, name") == [(3, 7, "now")]
    assert copy.tables[0].feature_count == 1
    with closing(sqlite3.connect(copy.path)) as connection:
        assert connection.execute("SELECT id FROM rtree_Points_geom").fetchall() == [(3,)]
        (count,) = connection.execute("SELECT feature_count FROM gpkg_ogr_contents").fetchone()
        assert count == 1


@pytest.mark.parametrize("slack", [-1e-6, -1e-9, 0, 1e-9, 1e-6])
def test_the_last_date_of_a_current_row_is_written_in_several_ways(tmp_path, slack):
    copy = copy_of(tmp_path, points(Row(wkb("POINT (1 1)"), died=FOREVER + slack)))
    assert copy.tables[0].feature_count == 1


def test_dates_are_exact_to_the_millisecond(tmp_path):
    moments = [
        datetime(1970, 1, 1, tzinfo=timezone.utc),
        datetime(1900, 2, 28, 23, 59, 59, 999000, tzinfo=timezone.utc),
        datetime(2038, 1, 19, 3, 14, 7, 1000, tzinfo=timezone.utc),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc),
    ]
    moments += [moments[0] + timedelta(days=19782, hours=12, milliseconds=k) for k in range(1000)]
    rows = [Row(wkb("POINT (1 1)"), {"seen": moment}) for moment in moments]
    copy = copy_of(tmp_path, points(*rows, fields=[Field("seen", "Date")]))
    expected = [moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") for moment in moments]
    assert [value for (value,) in rows_of(copy, "Points", "seen")] == expected
    assert copy.tables[0].losses == ()


def test_dates_no_calendar_has_are_lost_and_said_so(tmp_path):
    rows = [Row(wkb("POINT (1 1)"), {"seen": day}) for day in (1e9, 1.0, 2450000.5)]
    copy = copy_of(tmp_path, points(*rows, fields=[Field("seen", "Date")]))
    assert [value for (value,) in rows_of(copy, "Points", "seen")] == [None, None, "1995-10-10T00:00:00.000Z"]
    assert losses_of(copy) == ["Dates that are not valid or of an unknown kind, and were left empty: 2."]


def test_every_value_type(tmp_path):
    guid = "{8D2F3B0A-0C1E-4C55-9B1B-7B8F6A1C2D3E}"
    fields = [
        Field("small", "SmallInteger"), Field("whole", "Integer"), Field("real", "Double"),
        Field("text", length=20), Field("guid", "GUID"), Field("bytes", "Blob"), Field("xml", "XML"),
        Field("big", "BigInteger"), Field("single", "Single"),
    ]  # fmt: skip
    values = {
        "small": -32768, "whole": 2147483647, "real": 0.1, "text": "äöü 漢字 \U0001f5fa", "guid": guid,
        "bytes": bytes(range(256)), "xml": "<a/>", "big": 9007199254740993, "single": 0.5,
    }  # fmt: skip
    copy = copy_of(tmp_path, points(Row(wkb("POINT (1 1)"), values), Row(), fields=fields))
    names = ", ".join(values)
    assert rows_of(copy, "Points", names) == [tuple(values.values()), (None,) * len(values)]
    source = ogr.Open(str(copy.path))
    layer = source.GetLayer(0).GetLayerDefn()
    kinds = {layer.GetFieldDefn(k).GetName(): layer.GetFieldDefn(k) for k in range(layer.GetFieldCount())}
    assert kinds["small"].GetSubType() == ogr.OFSTInt16
    assert kinds["whole"].GetType() == ogr.OFTInteger
    assert kinds["big"].GetType() == ogr.OFTInteger64
    assert kinds["single"].GetSubType() == ogr.OFSTFloat32
    assert kinds["bytes"].GetType() == ogr.OFTBinary
    assert kinds["text"].GetWidth() == 20
    assert losses_of(copy) == [
        "Never tested with a file made by ArcGIS: “big” has the type esriFieldTypeBigInteger."
    ]


def test_text_with_bad_bytes_becomes_readable(tmp_path):
    rows = [Row(wkb("POINT (1 1)"), {"name": name}) for name in ("plain", "x", "Zürich")]
    source = write_geodatabase(tmp_path / "s.geodatabase", [points(*rows, fields=[Field("name")])])
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("DROP VIEW Points_evw2")
        connection.execute("UPDATE Points SET name = CAST(x'5afc72696368' AS TEXT) WHERE OBJECTID = 2")
        connection.commit()
    copy = write_working_copy(source, tmp_path / "copy.gpkg", Silent())
    assert rows_of(copy, "Points", "name") == [("plain",), ("Z\ufffdrich",), ("Zürich",)]


def test_private_and_esri_only_coordinate_systems(tmp_path):
    albers = (
        'PROJCS["USA_Contiguous_Albers_Equal_Area_Conic",GEOGCS["GCS_North_American_1983",DATUM'
        '["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT'
        '["Degree",0.0174532925199433]],PROJECTION["Albers"],PARAMETER["False_Easting",0.0],PARAMETER'
        '["False_Northing",0.0],PARAMETER["Central_Meridian",-96.0],PARAMETER["Standard_Parallel_1",29.5],PARAMETER'
        '["Standard_Parallel_2",45.5],PARAMETER["Latitude_Of_Origin",37.5],UNIT["Meter",1.0]]'
    )
    town = albers.replace("USA_Contiguous_Albers_Equal_Area_Conic", "Town_Grid").replace("-96.0", "8.5")
    grid = Grid(-16901100.0, -6972200.0, 148447161.58)
    references = [
        Reference(102003, 102003, albers, grid, "ESRI"),
        Reference(300001, 0, town, grid, ""),
        Reference(300002, 4326, WGS84_WKT, DEGREE_GRID),
    ]
    town_and_height = town + ',VERTCS["NAVD_1988",VDATUM["NAVD_1988"],PARAMETER["Direction",1.0]]'
    references[1] = Reference(300001, 0, town_and_height, grid, "")
    datasets = [
        Dataset(f"P{reference.srid}", "Point", [], [Row(wkb("POINT (10.5 20.25)"))], srid=reference.srid)
        for reference in references
    ]
    copy = copy_of(tmp_path, *datasets, references=references)
    assert not [table.error for table in copy.tables if table.error]
    source = ogr.Open(str(copy.path))
    found = {}
    for reference in references:
        layer = source.GetLayerByName(f"P{reference.srid}")
        system = layer.GetSpatialRef()
        found[reference.srid] = (system.GetAuthorityName(None), system.GetAuthorityCode(None))
        feature = layer.GetFeature(1)
        shape = feature.GetGeometryRef()
        assert (shape.GetX(), shape.GetY()) == pytest.approx((10.5, 20.25), abs=1e-7)
    assert found[102003] == ("ESRI", "102003")
    assert found[300002] == ("EPSG", "4326")
    private = source.GetLayerByName("P300001").GetSpatialRef()
    assert private.GetName() == "Town_Grid"
    assert private.GetProjParm("longitude_of_center") == 8.5


def test_shapes_on_the_plain_code_of_a_private_reference(tmp_path):
    """Table srid 300002, blob srid 4326: the table's definition says which grid that is."""
    private = Reference(300002, 4326, WGS84_WKT, Grid(-400.0, -400.0, 1e8))
    layer = Dataset("P", "Point", [], [Row(wkb("POINT (10.5 20.25)"))], srid=300002, blob_srid=4326)
    copy = copy_of(tmp_path, layer, references=[private])
    source = ogr.Open(str(copy.path))
    assert [feature.GetGeometryRef().ExportToWkt() for feature in source.GetLayer(0)] == [
        "POINT (10.5 20.25)"
    ]


@pytest.mark.parametrize(
    ("object_id", "names", "own"),
    [
        ("OBJECTID", [], ("fid", "geom")),
        ("FID", [], ("fid_2", "geom")),
        ("fid", ["FID_1", "Fid_2"], ("fid_3", "geom")),
        ("OBJECTID", ["Geom", "rowid", "Select"], ("fid", "geom_2")),
        ("Fid", ["GEOM", "geom_2", "fid_2"], ("fid_3", "geom_3")),
    ],
)
def test_fields_keep_their_names_and_the_columns_of_the_copy_give_way(tmp_path, object_id, names, own):
    rows = [Row(wkb(f"POINT ({k} 1)"), dict.fromkeys(names, f"v{k}"), object_id=100 + k) for k in (1, 2)]
    fields = [Field(name) for name in names]
    copy = copy_of(tmp_path, points(*rows, fields=fields, object_id=object_id))
    with closing(sqlite3.connect(copy.path)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(Points)")]
        (bounds,) = connection.execute(f"SELECT * FROM rtree_Points_{own[1]} WHERE id = 2").fetchall()
    assert columns == [*own, object_id, *names, "GlobalID"]
    assert bounds == (2, 2, 2, 1, 1)
    source = ogr.Open(str(copy.path))
    layer = source.GetLayer(0)
    assert (layer.GetFIDColumn(), layer.GetGeometryColumn()) == own
    feature = layer.GetFeature(2)
    assert [feature.GetField(name) for name in (object_id, *names)] == [102, *["v2"] * len(names)]
    assert feature.GetGeometryRef().GetX() == 2


def test_names_with_quotes_and_blanks(tmp_path):
    name, rows = "Anna's table of 100%", [Row(wkb("POINT (1 1)"), {"a b": "1"})]
    copy = copy_of(tmp_path, Dataset(name, "Point", [Field("a b"), Field("x,y")], rows))
    assert copied_tables(copy.path) == {name}
    source = ogr.Open(str(copy.path))
    layer = source.GetLayerByName(name)
    assert layer.GetFeature(1).GetField("a b") == "1"


def test_plain_tables_without_history_keep_their_object_ids_as_fid(tmp_path):
    rows = [Row(wkb("POINT (1 1)"), object_id=number) for number in (3, 9, 70000)]
    copy = copy_of(tmp_path, points(*rows, archived=False, global_id=""))
    assert rows_of(copy, "Points", "fid, OBJECTID") == [(3, 3), (9, 9), (70000, 70000)]


def test_absent_and_empty_shapes(tmp_path):
    copy = copy_of(tmp_path, points(Row(wkb("POINT EMPTY")), Row(None), Row(wkb("POINT (1 2)"))))
    source = ogr.Open(str(copy.path))
    layer = source.GetLayer(0)
    assert [feature.GetGeometryRef() is None for feature in layer] == [False, True, False]
    assert rows_of(copy, "Points", "geom IS NULL") == [(0,), (1,), (0,)]
    with closing(sqlite3.connect(copy.path)) as connection:
        assert connection.execute("SELECT id FROM rtree_Points_geom").fetchall() == [(3,)]


def test_a_layer_of_thousands_is_indexed_over_several_levels(tmp_path):
    rows = [Row(wkb(f"POINT ({x} {y})")) for x in range(60) for y in range(60)]
    copy = copy_of(tmp_path, points(*rows))
    with closing(sqlite3.connect(copy.path)) as connection:
        assert connection.execute("SELECT rtreecheck('rtree_Points_geom')").fetchone() == ("ok",)
    source = ogr.Open(str(copy.path))
    layer = source.GetLayer(0)
    layer.SetSpatialFilterRect(9.5, 9.5, 20.5, 12.5)
    assert layer.GetFeatureCount() == 11 * 3


def test_gdal_keeps_index_count_and_extent_when_it_edits(tmp_path):
    rows = [Row(wkb(f"POINT ({x} 0)"), {"name": "a"}) for x in range(200)]
    copy = copy_of(tmp_path, points(*rows, fields=[Field("name")]))
    source = ogr.Open(str(copy.path), 1)
    layer = source.GetLayer(0)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT (1000 1000)"))
    layer.CreateFeature(feature)
    layer.DeleteFeature(5)
    moved = layer.GetFeature(7)
    moved.SetGeometry(ogr.CreateGeometryFromWkt("POINT (-1000 -1000)"))
    layer.SetFeature(moved)
    source = layer = feature = moved = None
    with closing(sqlite3.connect(copy.path)) as connection:
        assert connection.execute("SELECT rtreecheck('rtree_Points_geom')").fetchone() == ("ok",)
        far = "SELECT id FROM rtree_Points_geom WHERE minx > 900 OR minx < -900"
        found = connection.execute(far).fetchall()
        assert sorted(found) == [(7,), (201,)]
        assert connection.execute("SELECT feature_count FROM gpkg_ogr_contents").fetchone() == (200,)


def test_gdal_finds_nothing_to_complain_about(tmp_path, capfd):
    fields = [Field("name"), Field("seen", "Date"), Field("n", "Integer", nullable=False)]
    rows = [Row(wkb("POINT (1 2)"), {"name": "ä", "seen": datetime(2024, 1, 1), "n": 1})]
    table = Dataset("Notes", None, fields, rows, layer_id=1)
    copy = copy_of(tmp_path, points(*rows, fields=fields), table)
    messages = []
    gdal.PushErrorHandler(lambda level, number, text: messages.append(text))
    try:
        dataset = gdal.OpenEx(str(copy.path), gdal.OF_VECTOR, open_options=["LIST_ALL_TABLES=YES"])
        assert [dataset.GetLayer(k).GetName() for k in range(dataset.GetLayerCount())] == ["Points", "Notes"]
        gdal.VectorTranslate("/vsimem/again.gpkg", dataset, options=["-f", "GPKG"])
    finally:
        gdal.PopErrorHandler()
    assert messages == []


def test_required_fields_are_required_only_where_every_row_has_a_value(tmp_path):
    fields = [Field("full", nullable=False), Field("hollow", nullable=False, declared="text(255)")]
    rows = [Row(wkb("POINT (1 1)"), {"full": "a", "hollow": "b"}), Row(wkb("POINT (1 1)"), {"full": "a"})]
    copy = copy_of(tmp_path, points(*rows, fields=fields))
    with closing(sqlite3.connect(copy.path)) as connection:
        required = {row[1] for row in connection.execute("PRAGMA table_info(Points)") if row[3]}
    assert required == {"fid", "full"}


def test_defaults(tmp_path):
    fields = [Field("kind", default="it's new"), Field("floors", "Integer", default=2)]
    copy = copy_of(tmp_path, points(fields=fields))
    with closing(sqlite3.connect(copy.path)) as connection:
        clauses = {row[1]: row[4] for row in connection.execute("PRAGMA table_info(Points)")}
    assert (clauses["kind"], clauses["floors"]) == ("'it''s new'", "2")


def test_one_broken_shape_is_said_so_and_the_rest_is_there(tmp_path):
    rows = [Row(wkb("POINT (1 1)")), Row(blob=b"\x64" + bytes(20)), Row(wkb("POINT (2 2)"))]
    copy = copy_of(tmp_path, points(*rows))
    assert copy.tables[0].feature_count == 3
    assert losses_of(copy) == [
        "Shapes that cannot be read and were left empty: 1, because its geometry type is not that of its "
        "table (rows 2)."
    ]
    assert rows_of(copy, "Points", "geom IS NULL") == [(0,), (1,), (0,)]


def test_a_layer_without_any_readable_shape_is_an_error_and_the_others_go_on(tmp_path):
    curved = Dataset("Curves", "Polyline", [], [Row(blob=b"\x64" + bytes(20))])
    copy = copy_of(tmp_path, curved, points(Row(wkb("POINT (1 1)"))))
    results = {table.name: table for table in copy.tables}
    assert isinstance(results["Curves"].error, Damaged)
    assert "Curves" in str(results["Curves"].error)
    assert results["Points"].error is None
    assert copied_tables(copy.path) == {"Points"}


class Stopping(Silent):
    """Cancels after a number of looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.reports: list[tuple[int, int, str]] = []

    def is_cancelled(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    def report(self, done, total, subject):
        self.reports.append((done, total, subject))


def test_cancel_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("plugin.core.working_copy.copy_table._BATCH_ROWS", 100)
    monkeypatch.setattr("plugin.core.working_copy.copy_table._LEAST_ROWS", 1)

    rows = [Row(wkb(f"POINT ({x} {x})")) for x in range(2000)]
    source = write_geodatabase(tmp_path / "s.geodatabase", [points(*rows)])
    before = sorted(os.listdir(tmp_path))
    for looks in range(21):
        with pytest.raises(Cancelled):
            write_working_copy(source, tmp_path / "copy.gpkg", Stopping(looks))
        assert sorted(os.listdir(tmp_path)) == before


def test_progress_counts_rows(tmp_path):
    feedback = Stopping(10**9)
    copy_of(tmp_path, points(*[Row(wkb("POINT (1 1)"))] * 40000), feedback=feedback)
    assert [report[2] for report in feedback.reports] == ["Points"] * len(feedback.reports)
    assert [report[0] for report in feedback.reports] == sorted(report[0] for report in feedback.reports)
    assert feedback.reports[-1][:2] == (40000, 40000)


def test_an_existing_copy_is_replaced_only_by_a_complete_one(tmp_path):
    copy = copy_of(tmp_path, points(Row(wkb("POINT (1 1)"))))
    before = copy.path.read_bytes()
    broken = tmp_path / "broken.geodatabase"
    broken.write_bytes(b"SQLite format 3\0" + bytes(200))
    with pytest.raises(Damaged):
        write_working_copy(broken, copy.path, Silent())
    assert copy.path.read_bytes() == before


def test_a_target_that_cannot_be_written_is_named(tmp_path):
    source = write_geodatabase(tmp_path / "s.geodatabase", [points()])
    with pytest.raises(StorageError, match=r"copy\.gpkg"):
        write_working_copy(source, tmp_path / "absent" / "copy.gpkg", Silent())
    with pytest.raises(BadInput, match=r"nowhere\.geodatabase"):
        write_working_copy(tmp_path / "nowhere.geodatabase", tmp_path / "copy.gpkg", Silent())


def test_a_disk_that_refuses_is_no_damage_of_the_geodatabase(tmp_path):
    """Files may grow to some size only, so that the disk says no in the middle of the table."""
    rows = [Row(wkb("POINT (1 1)"), {"name": "x" * 200}) for _ in range(5000)]
    source = write_geodatabase(tmp_path / "s.geodatabase", [points(*rows, fields=[Field("name")])])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, before[1]))
    try:
        with pytest.raises(StorageError, match=r"“copy\.gpkg” could not be written: disk I/O error"):
            write_working_copy(source, tmp_path / "copy.gpkg", Silent())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert os.listdir(tmp_path) == ["s.geodatabase"]


def test_a_working_copy_that_cannot_be_opened_is_no_damage(tmp_path):
    with pytest.raises(StorageError, match=r"“copy\.gpkg” cannot be read: unable to open database file"):
        copied_tables(tmp_path / "copy.gpkg")


def test_tables_with_very_many_columns(tmp_path):
    fields = [Field(f"c{k}", length=10) for k in range(900)]
    copy = copy_of(tmp_path, points(Row(wkb("POINT (1 1)"), {"c0": "a", "c899": "z"}), fields=fields))
    assert copy.tables[0].error is None
    assert rows_of(copy, "Points", "c0, c899") == [("a", "z")]
    with closing(connect_working_copy(copy.path)) as connection:
        connection.execute("UPDATE Points SET c500 = 'x'")
        assert len(local_edits(connection)) == 1


DISK_FULL = """
import os, sys
from pathlib import Path
from plugin.core.errors import StorageError
from plugin.core.working_copy.write import write_working_copy
from plugin.core.host import Silent
try:
    write_working_copy(Path(sys.argv[1]), Path(sys.argv[2]) / "copy.gpkg", Silent())
except StorageError as error:
    print(error)
print(os.listdir(sys.argv[2]))
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to mount a small disk")
def test_a_full_disk_is_named_and_nothing_stays_on_it(tmp_path):
    rows = [Row(wkb("POINT (1 1)"), {"name": "x" * 200}) for _ in range(5000)]
    source = write_geodatabase(tmp_path / "s.geodatabase", [points(*rows, fields=[Field("name")])])
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = 'mount -t tmpfs -o size=700k tmpfs "$3" && exec "$0" -c "$1" "$2" "$3"'
    command = ["unshare", "-m", "bash", "-c", mount, sys.executable, DISK_FULL, str(source), str(disk)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=50)
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("this machine mounts no disks for tests")
    assert "the disk is full" in done.stdout, done.stderr
    assert done.stdout.endswith("[]\n")


def test_rows_beyond_one_batch_all_arrive(tmp_path, monkeypatch):
    monkeypatch.setattr("plugin.core.working_copy.copy_table._BATCH_ROWS", 7)
    monkeypatch.setattr("plugin.core.working_copy.copy_table._LEAST_ROWS", 1)

    rows = [Row(wkb(f"POINT ({k} {k})"), {"n": k}, object_id=3 * k + 1) for k in range(100)]
    copy = copy_of(tmp_path, points(*rows, fields=[Field("n", "Integer")], archived=False))
    assert rows_of(copy, "Points", "fid, n") == [(3 * k + 1, k) for k in range(100)]


def test_the_source_is_never_written(tmp_path):
    source = write_geodatabase(tmp_path / "s.geodatabase", [points(Row(wkb("POINT (1 1)")))])
    before = source.read_bytes()
    write_working_copy(source, tmp_path / "copy.gpkg", Silent())
    assert source.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["copy.gpkg", "s.geodatabase"]
    assert write.copied_tables(tmp_path / "copy.gpkg") == {"Points"}


class Watching(Silent):
    """Keeps how many rows were done at each report."""

    def __init__(self):
        self.done = []

    def report(self, done, total, what):
        self.done.append(done)


def test_heavy_attachments_come_a_few_at_a_time(tmp_path):
    """A batch may not hold many of them: nobody could cancel meanwhile."""
    owner = points(Row(wkb("POINT (1 1)")))
    key = owner.id_of(owner.rows[0], 1)
    files = [(key, f"{k}.jpg", "image/jpeg", bytes([k]) * 300_000) for k in range(40)]
    watching = Watching()
    copy = copy_of(tmp_path, owner, attachment_dataset(owner, files), feedback=watching)
    assert copy.tables[1].feature_count == 40
    steps = [b - a for a, b in zip(watching.done, watching.done[1:])]
    assert max(steps) <= 4
    assert rows_of(copy, "Points__ATTACH", "length(DATA)") == [(300_000,)] * 40


def test_a_file_that_is_too_large_is_left_out_and_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr("plugin.core.working_copy.columns.LARGEST_FILE", 1 << 20)
    rows = [Row(None, {"data": b"1" * size}) for size in (1 << 20, (1 << 20) + 1)]
    copy = copy_of(tmp_path, Dataset("Files", None, [Field("data", "Blob")], rows))
    assert rows_of(copy, "Files", "length(data)") == [(1 << 20,), (None,)]
    (loss,) = copy.tables[0].losses
    assert loss.text.endswith("MiB that were left out: 1.")


def test_a_line_of_a_million_and_a_half_vertices_is_copied(tmp_path):
    """A blob of more than 16 MiB, as coastlines that were dissolved have them."""
    count = 1_500_000
    places = np.random.default_rng(5).integers(-10_000_000, 10_000_000, (count, 2)).astype("<f8")
    line = struct.pack("<BIIBII", 1, 5, 1, 1, 2, count) + places.tobytes()
    small = Row(wkb("LINESTRING (1 1, 2 3)"), object_id=77)
    coast = Dataset("Coast", "Polyline", [], [Row(line, object_id=31), small], layer_id=0)
    source = write_geodatabase(tmp_path / "s.geodatabase", [coast])
    assert source.stat().st_size > 16 << 20
    copy = write_working_copy(source, tmp_path / "copy.gpkg", Silent())
    assert (copy.tables[0].feature_count, losses_of(copy)) == (2, [])
    opened = ogr.Open(str(copy.path))
    feature = opened.GetLayer(0).GetFeature(1)
    part = feature.GetGeometryRef().GetGeometryRef(0)
    assert part.GetPointCount() == count
    for k in (0, 777_777, count - 1):
        assert part.GetPoint_2D(k) == pytest.approx(tuple(places[k]), abs=1e-4)
