"""Schedules in words: days and hours of here, in the language of here."""

from datetime import datetime, timezone
import os
import time

import pytest
from qgis.PyQt.QtCore import QLocale

from plugin.gui.rows.schedule_words import schedule_in_words

NOW = datetime(2026, 11, 30, 15, 45, tzinfo=timezone.utc)  # a Monday


@pytest.fixture
def at():
    """`at(zone, locale)`: the computer stands there; put back afterwards."""
    zone, locale = os.environ.get("TZ"), QLocale()

    def stand(there, language="en_GB"):
        os.environ["TZ"] = there
        time.tzset()
        QLocale.setDefault(QLocale(language))

    yield stand
    if zone is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = zone
    time.tzset()
    QLocale.setDefault(locale)


@pytest.mark.parametrize(
    ("zone", "text", "words"),
    [
        ("UTC", "26 56 10 ? * FRI", "Fridays 10:56 (next: 04/12/2026 10:56)"),
        ("Europe/Berlin", "26 56 10 ? * FRI", "Fridays 11:56 (next: 04/12/2026 11:56)"),
        ("Pacific/Auckland", "26 56 10 ? * FRI", "Fridays 23:56 (next: 04/12/2026 23:56)"),
        ("Pacific/Auckland", "0 0 12 ? * MON,FRI", "Tuesdays, Saturdays 01:00 (next: 05/12/2026 01:00)"),
        ("America/New_York", "0 30 2 ? * SUN", "Saturdays 21:30 (next: 05/12/2026 21:30)"),
        ("Europe/Berlin", "0 30 10 * * ?", "Daily 11:30 (next: 01/12/2026 11:30)"),
        ("Europe/Berlin", "0 0 4 ? * 3#2", "Second Tuesday of the month, 05:00 (next: 08/12/2026 05:00)"),
        (
            "America/New_York",
            "0 0 4 ? * 3#2",
            "Second Tuesday of the month, 04:00 UTC (next: 07/12/2026 23:00)",
        ),
        ("Europe/Berlin", "0 0 4 L * ?", "0 0 4 L * ? (UTC)"),
    ],
)
def test_a_schedule_is_told_in_local_time(at, zone, text, words):
    at(zone)
    assert schedule_in_words(text, NOW) == words


def test_days_are_named_by_the_locale(at):
    at("Europe/Berlin", "de_DE")
    assert schedule_in_words("26 56 10 ? * FRI", NOW).startswith("Freitags 11:56 (next: 04.12.26 11:56")
