"""Formats of popups (`fieldInfos[].format`) in those of QGIS, in the user's language.

A date field holds moments, in UTC. Popups and labels show them by the user's clock, as ArcGIS does. Tables
and forms of QGIS cannot: there a moment is shown, and entered, in UTC, and one entered where nothing was by
the user's clock. So they always tell the time, and which clock is meant: see `moment_format`. Dates without
a time (QDate) are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
import re

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime, QLocale, QMetaType, Qt

from ...core.arcade.field_text import FieldFormat, number_mask

# What authors choose, and how it reads where the month comes first and where the day does.
_DATES = {
    "longMonthDayYear": ("MMMM d, yyyy", "d MMMM yyyy"),
    "dayShortMonthYear": ("MMM d, yyyy", "d MMM yyyy"),
    "longDate": ("dddd, MMMM d, yyyy", "dddd, d MMMM yyyy"),
    "longMonthYear": ("MMMM yyyy", "MMMM yyyy"),
    "shortMonthYear": ("MMM yyyy", "MMM yyyy"),
    "year": ("yyyy", "yyyy"),
    "shortDateLE": ("dd/MM/yyyy", "dd/MM/yyyy"),
}
_LONGEST = 250_000_000_000_000  # milliseconds, some 8,000 years
_LITERAL = re.compile(r"'[^']*'")
_CLOCK = "t"  # Qt: the abbreviation of the value's own time zone, as UTC or CEST
_TIMES = ("LongTime24", "ShortTime24", "LongTime", "ShortTime")


def field_format(form: object) -> FieldFormat:
    """The format of a field; numbers with separators and dates with times where nothing is said."""
    if not isinstance(form, Mapping):
        return FieldFormat(date=_date_of(form))
    number = FieldFormat().number
    if "places" in form or "digitSeparator" in form:
        number = number_mask(form.get("places"), form.get("digitSeparator"))
    utc = form.get("timezone") == "utc"
    date = f"{_date_of(form)} 'UTC'" if utc else _date_of(form)
    return FieldFormat(number, date, utc)


def moment_format(form: object = None) -> str:
    """How tables and forms show the moments of a field: as its popup, with the time and its clock."""
    date = _date_of(form)
    said = _LITERAL.sub("", date)
    if "d" not in said:
        date, said = short_date(), ""
    time = "" if "m" in said else f" {_time('ShortTime')}"
    return f"{date}{time} {_CLOCK}"


def time_format(seconds: bool, is_moment: bool) -> str:
    """How a form shows the time of a day; that of a moment with its clock."""
    time = "HH:mm:ss" if seconds else "HH:mm"
    return f"{time} {_CLOCK}" if is_moment else time


def moment_in_words(milliseconds: float) -> str:
    """Milliseconds since 1970 as a form would show them; the number where no calendar has them."""
    if abs(milliseconds) > _LONGEST:
        return f"{milliseconds:g}"
    moment = QDateTime.fromMSecsSinceEpoch(round(milliseconds), Qt.TimeSpec.UTC)
    return QLocale().toString(moment, moment_format())


def holds_moments(layer: QgsVectorLayer, index: int) -> bool:
    """True for a date with a time."""
    return layer.fields()[index].type() == QMetaType.Type.QDateTime


def comparable(layer: QgsVectorLayer, index: int, column: str) -> str:
    """The expression of a field's value for comparisons; a moment's milliseconds since 1970.

    QGIS compares dates by what their clocks show, and takes one of UTC for one of the user's clock.
    """
    return f"epoch({column})" if holds_moments(layer, index) else column


def _date_of(form: object) -> str:
    name = form.get("dateFormat") if isinstance(form, Mapping) else None
    return date_format(name if isinstance(name, str) else "shortDateShortTime")


def date_format(name: str) -> str:
    """A named date format as a format of Qt's; unknown names are short."""
    time = next((suffix for suffix in _TIMES if name.endswith(suffix)), "")
    month_first = short_date().lstrip("'").startswith("M")
    styles = _DATES.get(name.removesuffix(time))
    date = styles[0 if month_first else 1] if styles else short_date()
    return f"{date} {_time(time)}" if time else date


def short_date() -> str:
    """How the user's language writes a date in short, as a format of Qt's."""
    return QLocale().dateFormat(QLocale.FormatType.ShortFormat)


def _time(name: str) -> str:
    seconds = ":ss" if name.startswith("Long") else ""
    half_days = "AP" in QLocale().timeFormat(QLocale.FormatType.ShortFormat).upper()
    return f"h:mm{seconds} AP" if half_days and not name.endswith("24") else f"HH:mm{seconds}"
