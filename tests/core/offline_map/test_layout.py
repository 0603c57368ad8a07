"""The names on disk: of packages, of what is made of them, of the folders around."""

from pathlib import Path, PurePosixPath
import uuid

from plugin.core.offline_map.layout import (
    MapFolder,
    earlier_package_name,
    package_name,
    work_file,
    working_copies_in,
)

ITEM, REVISION = "03c583279c98436fa348aa36c05aba21", "2023-11-14T22:19:20+00:00 430080"


def test_a_package_is_named_by_its_item_and_its_revision():
    name = package_name(ITEM, REVISION, ".geodatabase")
    assert name == package_name(ITEM, REVISION, ".geodatabase")
    assert name == f"{uuid.uuid5(uuid.NAMESPACE_OID, f'{ITEM} {REVISION}')}.geodatabase"
    others = {
        package_name(ITEM, "2023-11-14T22:19:21+00:00 430080", ".geodatabase"),
        package_name("1" + ITEM[1:], REVISION, ".geodatabase"),
        earlier_package_name(ITEM, ".geodatabase"),
    }
    assert len(others | {name}) == 4


def test_version_0_1_0_named_a_package_by_its_item():
    named = earlier_package_name("29a601ec28d8547c918abeaff999234a", ".tpk")
    assert named == "5feb257f-5ee8-5779-8684-17278e1d8b2d.tpk"


def test_what_is_made_of_a_package_bears_its_name(tmp_path):
    package = Path("p13") / "Stadt 1.2.geodatabase"
    assert work_file(package, tmp_path) == tmp_path / "Stadt 1.2.gpkg"
    assert work_file(package.with_suffix(".tpkx"), tmp_path, ".mbtiles") == tmp_path / "Stadt 1.2.mbtiles"


def test_working_copies_are_in_order_and_none_without_folder(tmp_path):
    for name in ("b.gpkg", "a.gpkg", "a.gpkg-wal", "offline_map.qgz"):
        (tmp_path / name).touch()
    assert [path.name for path in working_copies_in(tmp_path)] == ["a.gpkg", "b.gpkg"]
    assert working_copies_in(tmp_path / "none") == []


def test_what_stands_beside_a_folder_has_its_whole_name(tmp_path):
    beside = MapFolder(tmp_path / "Süd 1.2")
    assert beside.partial == tmp_path / "Süd 1.2.partial"
    assert beside.unpacking("0a1b") == tmp_path / "Süd 1.2.0a1b.unpacking"
    assert [beside.set_aside(number).name for number in (1, 2)] == ["Süd 1.2.delete", "Süd 1.2.2.delete"]


def test_everything_inside_is_below_the_folder(tmp_path):
    inside = MapFolder(tmp_path)
    paths = [
        inside.package_info,
        inside.map_document,
        inside.area_document,
        inside.project,
        inside.pictures,
        inside.manifest,
        inside.report,
        inside.job,
    ]
    assert [path.relative_to(tmp_path) for path in paths] == [
        PurePosixPath(name)
        for name in (
            "package.info",
            "p13/mobile_map.mmap",
            "p13/mobile_map.marea",
            "qgis/offline_map.qgz",
            "pictures",
            "manifest.json",
            "report.json",
            "job.json",
        )
    ]


def test_a_map_is_found_at_its_newest_schema_level(tmp_path):
    for folder, name in (
        ("p9", "town"),
        ("p13", "town"),
        ("p130", "other"),
        ("p14x", "town"),
        ("px", "town"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.mmap").touch()
    assert MapFolder(tmp_path).folder_of_map("town") == tmp_path / "p13"
    assert MapFolder(tmp_path).folder_of_map("other") == tmp_path / "p130"
    assert MapFolder(tmp_path).folder_of_map("none") is None
