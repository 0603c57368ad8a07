"""One moment is the same one in table, form, map tip, label, filter and edit, whatever the user's clock."""

from datetime import datetime, timezone
import json
import os
from pathlib import Path
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QLocale

from plugin.layers.base.field_formats import moment_format, moment_in_words, time_format
from plugin.layers.forms.forms import set_form
from plugin.layers.renderers.renderer import make_renderer

from .moments import SAID

ROOT = Path(__file__).parents[2]
# Before and after midnight UTC; the hours that summer time leaves out and has twice in Berlin; New York's.
MOMENTS = [
    "2026-05-31T22:30:00Z",
    "2026-06-01T03:59:00Z",
    "2026-03-29T00:30:00Z",
    "2026-03-29T01:30:00Z",
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:30:00Z",
    "2026-11-01T05:30:00Z",
    "2026-03-28T23:30:00Z",
]
EARLIER = 1  # of the last ones, which the filter leaves out
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "UTC", ""]


@pytest.fixture(scope="module", params=ZONES, ids=lambda zone: zone or "none")
def seen(request, tmp_path_factory):
    """(zone, what QGIS shows by the clock of that zone)"""
    folder = tmp_path_factory.mktemp("moments")
    environment = {
        **os.environ,
        "TZ": request.param,
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_CUSTOM_CONFIG_PATH": str(folder / "profile"),
    }
    command = [sys.executable, "-m", "tests.layers.moments", str(folder), json.dumps(MOMENTS[::-1])]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ZoneInfo(request.param or "UTC"), json.loads((folder / SAID).read_text("utf-8"))


@pytest.mark.timeout(180)
def test_every_place_tells_the_same_moment_or_which_clock_it_means(seen):
    zone, found = seen
    assert found["losses"] == []
    shown = [found["shown"][number] for number in sorted(found["shown"], key=int)]
    wanted = MOMENTS[: len(MOMENTS) - EARLIER]
    assert len(shown) == len(wanted) + 1
    for one, text in zip(shown, wanted[::-1]):
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
        utc, local = moment.astimezone(timezone.utc), moment.astimezone(zone)
        assert one["table"] == one["form"] == f"{utc:%d.%m.%y %H:%M} UTC"
        assert one["tip"] == f"{local:%d.%m.%y %H:%M} {utc:%Y-%m-%d} Seen {local:%d.%m.%y %H:%M}"
        assert one["label"] == f"{local:%Y-%m-%d %H:%M}"
        assert one["day"] == f"{utc:%Y-%m-%d}"
        assert abs(one["now"] / 1000 - datetime.now(timezone.utc).timestamp()) < 600
        assert one["allowed"] == 1
    assert (shown[-1]["form"], shown[-1]["table"]) == ("NULL", "NULL")
    assert found["too early"] == 0
    assert found["in time"] == [[], *([text] for text in wanted[::-1])]
    assert found["rule"] == "≥ 29.03.26 00:30 UTC"


@pytest.mark.timeout(180)
def test_a_moment_that_is_entered_is_the_one_that_is_stored_and_shown_again(seen):
    zone, found = seen
    changed, new = found["entered"]
    assert changed == {
        "form": "31.05.26 07:30 UTC",
        "saved": True,
        "stored": "2026-05-31T07:30:00.000Z",
        "table": "31.05.26 07:30 UTC",
    }
    # QGIS begins an empty field by the user's own clock, and says so.
    local = datetime(2026, 7, 1, 7, tzinfo=zone)
    utc = local.astimezone(timezone.utc)
    assert new["saved"]
    assert new["form"].startswith("01.07.26 07:00 ")
    assert new["form"].endswith("UTC") == (utc.hour == 7)
    assert new["stored"] == f"{utc:%Y-%m-%dT%H:%M:%S}.000Z"
    assert new["table"] == f"{utc:%d.%m.%y %H:%M} UTC"


@pytest.fixture
def german():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("named", "form"),
    [
        (None, "dd.MM.yy HH:mm t"),
        ("shortDate", "dd.MM.yy HH:mm t"),
        ("longMonthDayYear", "d MMMM yyyy HH:mm t"),
        ("shortDateLongTime24", "dd.MM.yy HH:mm:ss t"),
        ("year", "dd.MM.yy HH:mm t"),
    ],
)
def test_tables_and_forms_tell_the_time_and_its_clock_whatever_the_popup_shows(german, named, form):
    assert moment_format({"dateFormat": named, "timezone": "utc"} if named else None) == form


def test_the_time_of_a_day_has_a_clock_only_as_a_part_of_a_moment():
    assert [time_format(True, True), time_format(False, False)] == ["HH:mm:ss t", "HH:mm"]


def test_bounds_of_moments_are_told_as_the_form_shows_them(german):
    assert moment_in_words(1774744200000) == "29.03.26 00:30 UTC"
    assert moment_in_words(1e300) == "1e+300"


def test_a_range_of_a_date_allows_what_lies_in_it(town, german):
    layer = QgsVectorLayer(f"{town.geopackage}|layername=points", "points", "ogr")
    bounds = [978307200000, 1009843200000]  # 2001 and 2002, as BUILT in the first two rows
    field = {"name": "BUILT", "type": "esriFieldTypeDate", "domain": {"type": "range", "range": bounds}}
    set_form(layer, {}, {"fields": [field]}, [])
    at = layer.fields().lookupField("BUILT")
    assert layer.editorWidgetSetup(at).type() == "DateTime"
    assert layer.constraintDescription(at) == "01.01.01 00:00 UTC – 01.01.02 00:00 UTC"
    layer.setSubsetString("")
    layer.selectByExpression(layer.constraintExpression(at))
    assert sorted(layer.selectedFeatureIds()) == [1, 2]


def test_classes_of_a_date_are_those_of_its_milliseconds(town):
    layer = QgsVectorLayer(f"{town.geopackage}|layername=points", "points", "ogr")
    symbol = {"type": "esriSMS", "style": "esriSMSCircle", "color": [1, 2, 3, 255], "size": 5}
    breaks = [
        {"classMaxValue": 993945600000, "symbol": symbol, "label": "until July 2001"},
        {"classMaxValue": 1100000000000, "symbol": symbol, "label": "later"},
    ]
    json_ = {"type": "classBreaks", "field": "BUILT", "minValue": 0, "classBreakInfos": breaks}
    losses = []
    renderer = make_renderer(json_, layer.geometryType(), layer.fields(), losses)
    assert losses == []
    assert "epoch" in renderer.dump()
