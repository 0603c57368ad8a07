"""Formats of popups (`fieldInfos[].format`) in those of QGIS, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.PyQt.QtCore import QLocale

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
_TIMES = ("LongTime24", "ShortTime24", "LongTime", "ShortTime")


def field_format(form: object) -> FieldFormat:
    """The format of a field; numbers with separators and dates with times where nothing is said."""
    if not isinstance(form, Mapping):
        return FieldFormat(date=f"{short_date()} {_time('ShortTime')}")
    name = form.get("dateFormat")
    number = FieldFormat().number
    if "places" in form or "digitSeparator" in form:
        number = number_mask(form.get("places"), form.get("digitSeparator"))
    date = date_format(name if isinstance(name, str) else "shortDateShortTime")
    return FieldFormat(number, date, utc=form.get("timezone") == "utc")


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
