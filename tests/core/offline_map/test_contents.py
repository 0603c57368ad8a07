"""Layers and tables of an area: counted on disk, named by the portal, never guessed."""

import sqlite3

import pytest

from plugin.core.offline_map.contents import AreaLayer, layers_at_portal, layers_on_disk
from plugin.core.portal.items import Portal
from plugin.core.portal.map_areas import load_map_area
from plugin.core.portal.session import PortalSession
from tests.portal import PortalContent, Status, add_geodatabase, add_map_area, add_web_map

SERVICE = {
    "layers": [
        {"id": 0, "name": "Hydrants", "geometryType": "esriGeometryPoint"},
        {"id": 1, "name": "Mains", "geometryType": "esriGeometryPolyline"},
        {"id": 2, "name": "Zones", "geometryType": "esriGeometryPolygon"},
        {"id": 3, "name": "Strange", "geometryType": "esriGeometryBlob"},
        {"id": 9, "name": "Not in the package", "geometryType": "esriGeometryPoint"},
    ],
    "tables": [{"id": 4, "name": "Inspections"}],
}


@pytest.fixture
def area(portal):
    """An area with one geodatabase, its portal as the core sees it, and the stand-in."""
    content = PortalContent()
    layers = {number: {"id": number} for number in range(5)}
    service = content.add_feature_service("water", SERVICE, layers, access="public")
    web_map = add_web_map(content, "Water", [])
    item = add_map_area(content, web_map, "North", (0, 0, 1000, 1000))
    add_geodatabase(content, item, b"SQLite format 3\0", service, gens=dict.fromkeys(range(5), 1))
    stand_in = portal(content)
    seen = Portal(PortalSession(stand_in.url))
    return seen, load_map_area(seen, item), stand_in


def test_the_portal_names_what_is_in_the_packages(area):
    portal, loaded, _ = area
    assert layers_at_portal(portal, loaded) == (
        AreaLayer("Hydrants", "point"),
        AreaLayer("Mains", "line"),
        AreaLayer("Zones", "polygon"),
        AreaLayer("Strange", None),
        AreaLayer("Inspections", ""),
    )


def test_a_service_that_does_not_answer_is_left_out(area):
    portal, loaded, stand_in = area
    stand_in.fault("/FeatureServer", Status(404), times=None)
    assert layers_at_portal(portal, loaded) == ()


def working_copy(folder, name="a.gpkg"):
    (folder / "qgis").mkdir(exist_ok=True)
    connection = sqlite3.connect(folder / "qgis" / name)
    connection.executescript(
        """
        CREATE TABLE gpkg_contents (table_name, data_type, identifier, description);
        CREATE TABLE gpkg_geometry_columns (table_name, geometry_type_name);
        CREATE TABLE gpkg_ogr_contents (table_name, feature_count);
        INSERT INTO gpkg_contents VALUES ('Log', 'attributes', 'Log', ''),
            ('Mains', 'features', 'Mains', 'Water mains'), ('Spots', 'features', 'Spots', '');
        INSERT INTO gpkg_geometry_columns VALUES ('mains', 'MULTILINESTRING'), ('Spots', 'GEOMETRY');
        INSERT INTO gpkg_ogr_contents VALUES ('Mains', 42), ('Log', 0);
        """
    )
    connection.close()
    return folder / "qgis" / name


def test_what_is_on_disk_is_counted(tmp_path):
    working_copy(tmp_path)
    assert layers_on_disk(tmp_path / "qgis") == (
        AreaLayer("Water mains", "line", 42),
        AreaLayer("Spots", None, None),
        AreaLayer("Log", "", 0),
    )


def test_rubbish_is_left_out_and_runs_nothing(tmp_path):
    good = working_copy(tmp_path)
    (tmp_path / "qgis" / "b.gpkg").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    (tmp_path / "qgis" / "c.gpkg").write_bytes(b"")
    evil = working_copy(tmp_path, "d.gpkg")
    connection = sqlite3.connect(evil)
    connection.executescript(
        "DROP TABLE gpkg_ogr_contents;"
        "CREATE VIEW gpkg_ogr_contents AS SELECT 'Mains' AS table_name, load_extension('x') AS feature_count;"
    )
    connection.close()
    good.rename(tmp_path / "qgis" / "z.gpkg")
    assert [layer.title for layer in layers_on_disk(tmp_path / "qgis")] == ["Water mains", "Spots", "Log"]
