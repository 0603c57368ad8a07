"""What a project holds beyond a map, told by its text alone: however it is spelled, only what is there."""

import time
import zipfile

import pytest

from plugin.core.errors import Damaged, PackageError, Untrusted
from plugin.core.untrusted.project_file import look_through_project

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


@pytest.fixture
def look(tmp_path):
    """`look(xml)` is what a project in the map “Häfen & Strand” is said to hold, by code."""

    def through(inner, doctype=DOCTYPE, encoding="utf-8"):
        folder = tmp_path / "Häfen & Strand"
        project = folder / "qgis" / "offline_map.qgz"
        project.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(project, "w") as archive:
            text = f'{doctype}<qgis projectname="x">{inner}</qgis>'
            archive.writestr("offline_map.qgs", text.encode(encoding))
            archive.writestr("x_styles.db", b"SQLite")
        found = look_through_project(project, folder)
        return {one.code: one.values["names"] for one in found}

    return through


@pytest.mark.parametrize(
    "source",
    [
        "./2f8d8521-3077-564d-bf97-a2bfca5e50e0.gpkg|layername=Trees|subset=a &amp;lt; 3",
        "../p13/73fbc0f0-ccba-5b3c-992a-1c0360107dd6.tpkx",
        "crs=EPSG:3857&amp;format&amp;type=mbtiles&amp;url=file:./73fbc0f0.mbtiles",
        "styleUrl=&amp;type=mbtiles&amp;url=file:./H%C3%A4fen%20%26.mbtiles",
        "GPKG:./7.gpkg:tiles",
        "",
    ],
)
def test_what_draws_from_the_map_is_no_news(look, source):
    assert look(f"<datasource>{source}</datasource>") == {}


@pytest.mark.parametrize(
    "source",
    [
        "type=xyz&amp;url=http://tiles.example.org/%7Bz%7D.png",
        "/vsicurl/http://example.org/a.geojson",
        "http://example.org/a.geojson",
        "../../other/a.gpkg",
        "../../Häfen &amp; Strand 2/a.gpkg",
        "/etc/passwd",
        "C:\\data\\a.gpkg",
        "\\\\host\\share\\a.gpkg",
        "//host/share/a.gpkg",
        "type=mbtiles&amp;url=file:../../../a.mbtiles",
        "file:///home/a.csv?delimiter=,",
        "dbname='x' host=db.example.org user='me'",
        "Point?crs=EPSG:4326",
        "a.geojson",
    ],
)
def test_what_draws_from_elsewhere_is_named(look, source):
    plain = source.replace("&amp;", "&")
    assert look(f"<datasource>{source}</datasource>") == {"sources": plain[:80]}


@pytest.mark.parametrize(
    ("inner", "code", "names"),
    [
        ('<pythonCode type="QString">import os</pythonCode>', "python", "pythonCode"),
        ("<editforminitcodesource>2</editforminitcodesource>", "python", "editforminitcode"),
        ('<editform tolerant="1">./evil.ui</editform>', "python", "./evil.ui"),
        ('<actionsetting name="look" type="1" action="print(1)"/>', "actions", "look"),
        ("<mapTip>[% env('HOME') %]</mapTip>", "functions", "env()"),
        ("<mapTip>[% ENV &#32; ('HOME') %]</mapTip>", "functions", "env()"),
        ("<mapTip>[% &#x65;nv('HOME') %]</mapTip>", "functions", "env()"),
        ("<mapTip><![CDATA[[% en]]><!-- x --><![CDATA[v('HOME') %]]]></mapTip>", "functions", "env()"),
        ("<rule filter=\"env/* x */('HOME')\"/>", "functions", "env()"),
        ("<rule filter=\"env -- x&#10; ('HOME')\"/>", "functions", "env()"),
        ('<Option value="&amp;amp;eval(&quot;a&quot;)"/>', "functions", "eval()"),
        ('<mapTip>&lt;img src="http://example.org/p"></mapTip>', "pictures", "http://example.org/p"),
        ("<mapTip>&lt;img src='file:///p.png'></mapTip>", "pictures", "file:///p.png"),
        ('<Option value="http://example.org/a.svg" name="name"/>', "pictures", "http://example.org/a.svg"),
        ('<Option value="//host/a.png" name="imageFile"/>', "pictures", "//host/a.png"),
        ("<mapTip>&lt;script>1&lt;/script></mapTip>", "scripts", "<script"),
        ('<attributeEditorQmlElement name="q"/>', "scripts", "<attributeEditorQmlElement"),
        ('<Layouts><Layout name="A4" units="mm"/></Layouts>', "layouts", "A4"),
        ('<maplayer embedded="1" project="../../other.qgz" id="a"/>', "sources", "../../other.qgz"),
    ],
)
def test_each_kind_is_found_however_it_is_spelled(look, inner, code, names):
    assert look(inner) == {code: names}


@pytest.mark.parametrize(
    "inner",
    [
        "<mapTip>[% environment('HOME') %] the medieval (town)</mapTip>",
        '<mapTip>&lt;a href="https://example.org">more&lt;/a></mapTip>',
        "<editforminitcode><![CDATA[]]></editforminitcode><editforminitcodesource>0</editforminitcodesource>",
        '<Option value="circle" name="name"/><Option value="base64:PHN2Zz4=" name="name"/>',
        "<attributeactions/><Layouts/>",
    ],
)
def test_what_only_looks_alike_is_no_news(look, inner):
    assert look(inner) == {}


def test_many_names_are_cut_and_have_no_line_of_their_own(look):
    names = "".join(f'<actionsetting name="a{number}&#10;b" type="0"/>' for number in range(9))
    assert look(names) == {"actions": "a0 b, a1 b, a2 b, a3 b, a4 b …"}


def test_a_long_name_shows_that_it_is_cut(look):
    fits, longer = "a" * 80, "b" * 81
    names = "".join(f'<actionsetting name="{name}" type="0"/>' for name in (fits, longer))
    assert look(names) == {"actions": f"{fits}, {'b' * 80}…"}


@pytest.mark.parametrize(
    ("doctype", "encoding"),
    [
        ("<!DOCTYPE qgis [<!ENTITY e \"env('HOME')\">]>", "utf-8"),
        ("<!DOCTYPE qgis SYSTEM 'http://example.org/evil.dtd'>", "utf-8"),
        (DOCTYPE + DOCTYPE, "utf-8"),
        (DOCTYPE, "utf-16"),
        ('<?xml version="1.0" encoding="utf-7"?>', "utf-8"),
    ],
)
def test_what_could_mean_something_else_to_qgis_is_refused(look, doctype, encoding):
    with pytest.raises(Untrusted, match="cannot be inspected"):
        look("", doctype, encoding)


def test_what_is_no_project_is_refused(tmp_path):
    project = tmp_path / "offline_map.qgz"
    project.write_bytes(b"<qgis/>")
    with pytest.raises(Damaged):
        look_through_project(project, tmp_path)
    with zipfile.ZipFile(project, "w") as archive:
        archive.writestr("a.qgs", "<qgis/>")
        archive.writestr("b.qgs", "<qgis/>")
    with pytest.raises(Untrusted):
        look_through_project(project, tmp_path)
    with zipfile.ZipFile(project, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.qgs", bytes(80 << 20))
    with pytest.raises(PackageError):
        look_through_project(project, tmp_path)


@pytest.mark.parametrize(
    "piece", ["<!--", "<![CDATA[", "<a ", '<a b="', "env/*", "env --", "&#", "[%", "src='"]
)
def test_a_hostile_text_costs_one_pass(look, piece):
    begun = time.monotonic()
    look(piece * (2_000_000 // len(piece)))
    assert time.monotonic() - begun < 10
