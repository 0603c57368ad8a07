"""Arcade's dates as milliseconds since 1970, and their parts by the clock of the user.

Days, months and years are those of the calendar that the user's clock shows; what is shorter is
always of one length. QGIS' own intervals take all of them for so many seconds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
import re
from typing import Optional

from ..convert import as_number, as_text
from ..values import FAILURE, Kind, Value, constant, each, known_number, known_text, not_read, quote, refused

_FIXED = {"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000}
_CALENDAR = {"month": 1, "year": 12}
_DAY = 86_400  # seconds
_PARTS = {
    "year": "year({})",
    "month": "(month({}) - 1)",
    "day": "day({})",
    "hour": "hour({})",
    "minute": "minute({})",
    "second": "floor(second({}))",
    "weekday": "day_of_week({})",
    "isoweek": "week({})",
    "isomonth": "month({})",
    "isoyear": "year({0} + make_interval(days:=3 - (day_of_week({0}) + 6) % 7))",
    "isoweekday": "CASE WHEN day_of_week({0}) = 0 THEN 7 ELSE day_of_week({0}) END",
}
DATE_PARTS = tuple(_PARTS)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_ISO_TEXT = quote(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$")
# Other forms of ISO, and numbers: dates in Arcade as well, but in no field.
_NUMBER_TEXT = quote(r"^\s*(?!\d{4}\s*$)[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$")
_OTHER_DATE = quote(r"^\s*[-+]?\d")
_EPOCH = "to_datetime('1970-01-01T00:00:00Z')"
_STAMP = quote("yyyy-MM-dd'T'HH:mm:ss")


def local(date: Value) -> str:
    """The QGIS date and time of the user's clock, or of UTC where that is asked for."""
    if date.utc:
        return f"({_EPOCH} + make_interval(seconds:=floor({date.text} / 1000)))"
    return f"datetime_from_epoch({date.text})"


def to_utc(arguments: list[Value]) -> Value:
    """`ToUTC(date)`."""
    return replace(as_date(arguments[0]), utc=True)


def now() -> Value:
    """This moment."""
    return Value(Kind.DATE, "epoch(now())")


def today() -> Value:
    """Midnight of this day."""
    return Value(Kind.DATE, "epoch(to_datetime(to_date(now())))")


def as_date(value: Value) -> Value:
    """A date that may be null."""
    if value.kind is Kind.TEXT:
        return _from_text(value)
    if value.kind not in (Kind.DATE, Kind.NULL):
        raise refused()
    return value


def _local_date(value: Value) -> Value:
    """A date by whose calendar may be counted."""
    if value.utc:
        raise refused()
    return as_date(value)


def date(arguments: list[Value]) -> Value:
    """`Date()`, `Date(value)` and `Date(year, month from 0, day, …)`."""
    if not arguments:
        return now()
    return each(arguments[0], _known_date) if len(arguments) == 1 else _made(arguments)


def _known_date(value: Value) -> Value:
    """`Date(date)`: 1970 for null."""
    if value.kind is Kind.NUMBER and not value.wild:
        number = as_number(value).text
        whole = f"CASE WHEN {number} < 0 THEN ceil({number}) ELSE floor({number}) END"
        return Value(Kind.DATE, number if value.whole else whole)
    date = as_date(value)
    if value.kind is Kind.TEXT:
        return date
    return Value(Kind.DATE, f"coalesce({date.text}, 0)") if date.nullable else date


def _from_text(value: Value) -> Value:
    known = known_text(value)
    if known is not None:
        return _from_literal(known)
    if value.loose:
        raise refused()
    text = value.text
    read = f"try(epoch(to_datetime(replace({text}, ' ', 'T'))))"
    return Value(
        Kind.DATE,
        f"CASE WHEN coalesce({text}, '') = '' THEN 0 WHEN regexp_match({text}, {_ISO_TEXT}) THEN {read}"
        f" WHEN regexp_match({text}, {_NUMBER_TEXT}) THEN floor(to_real({text}))"
        f" WHEN regexp_match({text}, {_OTHER_DATE}) THEN {FAILURE} END",
        nullable=True,
    )


def _from_literal(text: str) -> Value:
    match = _ISO.fullmatch(text)
    if match is None:
        if not text or re.match(r"\s*[-+]?\d", text):
            raise not_read("Date")
        return constant(None)
    clock = f"{match[4] or '00'}:{match[5] or '00'}:{match[6] or '00'}.{(match[7] or '').ljust(3, '0')}"
    iso = f"{match[1]}-{match[2]}-{match[3]}T{clock}"
    try:
        datetime.fromisoformat(iso)
    except ValueError:
        return constant(None)
    zone = match[8] or ""
    return Value(Kind.DATE, f"epoch(to_datetime('{iso}{zone}'))")


def date_part(name: str, value: Value) -> Value:
    """Year, month from 0, day, … of a date; NaN for null."""
    part = _PARTS[name]
    whole = "floor" not in part
    return each(
        value,
        lambda one: Value(
            Kind.NUMBER, part.format(local(as_date(one))), wild=True, whole=whole, integral=True
        ),
    )


def millisecond(arguments: list[Value]) -> Value:
    """`Millisecond(date)`."""
    text = as_date(arguments[0]).text
    return Value(Kind.NUMBER, f"({text} - floor({text} / 1000) * 1000)", wild=True)


def week(arguments: list[Value]) -> Value:
    """`Week(date, first day)`: from 0 on, a new one with each first day."""
    first = known_number(arguments[1]) if len(arguments) > 1 else 0.0
    if first not in range(7):
        raise not_read("Week")
    text = (
        f"with_variable('d', {local(as_date(arguments[0]))}, with_variable('j', make_date(year(@d), 1, 1),"
        f" floor((day(to_date(@d) - @j) + (day_of_week(@j) + {7 - int(first or 0)}) % 7) / 7)))"
    )
    return Value(
        Kind.NUMBER, f"CASE WHEN {as_date(arguments[0]).text} IS NOT NULL THEN {text} END", wild=True
    )


def _wall(date: str) -> str:
    """Seconds as if the user's clock showed UTC, so that all days are of one length."""
    stamp = f"format_date(datetime_from_epoch({date}), {_STAMP}, 'en')"
    return f"(epoch(to_datetime({stamp} || 'Z')) / 1000)"


def _moment(wall: str, epoch: str = _EPOCH) -> str:
    """The date and time at which the user's clock shows `wall`; an hour later where there is none."""
    stamp = f"format_date({epoch} + make_interval(seconds:={wall}{{}}), {_STAMP}, 'en')"
    shown, skipped = (f"to_datetime({stamp.format(later)})" for later in ("", " + 3600"))
    return f"try({shown}, {skipped})"


def _in_month(month: str, date: str) -> str:
    """A local date and time moved to a month, counted from the year 0.

    The last of the month where it has no such day.
    """
    year, number = f"({month} // 12)", f"({month} % 12 + 1)"
    leap = f"{year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0)"
    last = (
        f"CASE WHEN {number} = 2 THEN CASE WHEN {leap} THEN 29 ELSE 28 END"
        f" WHEN {number} IN (4, 6, 9, 11) THEN 30 ELSE 31 END"
    )
    return (
        f"try(to_datetime(concat(lpad({year}, 4, '0'), '-', lpad({number}, 2, '0'), '-',"
        f" lpad(min(day({date}), {last}), 2, '0'), 'T', format_date({date}, 'HH:mm:ss', 'en'))))"
    )


def _fraction(date: str) -> str:
    """The milliseconds of a date that its seconds leave out."""
    return f"({date} - ({date} // 1000) * 1000)"


def _made(parts: list[Value]) -> Value:
    """`Date(year, month from 0, day, hour, …, millisecond)`, which counts on beyond its bounds."""
    if len(parts) == 2:
        return constant(None)
    if len(parts) > 7 or any(part.kind not in (Kind.NUMBER, Kind.NULL, Kind.TEXT) for part in parts):
        raise not_read("Date")
    numbers = [as_number(part) for part in parts]
    known = [known_number(number) for number in numbers]
    if any(number is not None and number != int(number) for number in known):
        return constant(None)
    midnight = _midnight(parts)
    if midnight is not None:
        return midnight
    year, month, day = (number.text for number in numbers[:3])
    # Before the year 100 there is only a missing value.
    if known[0] is not None and not 100 <= known[0] <= 9999:
        raise not_read("Date")
    if all(number is not None for number in known):
        return _at([int(number or 0) for number in known])
    month = f"({year} * 12 + {month})"
    first = (
        f"(epoch(to_datetime(concat(lpad({month} // 12, 4, '0'), '-',"
        f" lpad({month} % 12 + 1, 2, '0'), '-01T00:00:00Z'))) / 1000)"
    )
    units = (3600, 60, 1)
    rest = "".join(f" + {number.text} * {unit}" for number, unit in zip(numbers[3:], units))
    wall = f"{first} + ({day} - 1) * {_DAY}{rest}"
    moment = f"with_variable('w', {wall}, epoch({_moment('@w')}))"
    if len(numbers) > 6:
        moment = f"({moment} + {numbers[6].text})"
    guards: list[str] = []
    for number in (number for number, one in zip(numbers, known) if one is None):
        guards += [f"{number.text} IS NULL"] if number.wild else []
        guards += [] if number.whole or number.integral else [f"{number.text} <> floor({number.text})"]
    if known[0] is None:
        moment = f"CASE WHEN {year} BETWEEN 100 AND 9999 THEN {moment} ELSE {FAILURE} END"
    if guards:
        moment = f"CASE WHEN NOT ({' OR '.join(guards)}) THEN {moment} END"
    return Value(Kind.DATE, moment, nullable=bool(guards))


def _midnight(parts: list[Value]) -> Optional[Value]:
    """`Date(Year(d), Month(d), Day(d))`: the day of a date; None for other parts."""
    texts = [part.text for part in parts]
    match = re.fullmatch(r"year\((.*)\)", texts[0], re.DOTALL)
    if match is None or texts != [_PARTS[name].format(match[1]) for name in ("year", "month", "day")]:
        return None
    return Value(Kind.DATE, f"epoch(to_datetime(to_date({match[1]})))", nullable=True)


def _at(parts: list[int]) -> Value:
    """The date of known parts."""
    year, month, day, *rest = parts
    year, month = year + month // 12, month % 12 + 1
    clock = dict(zip(("hours", "minutes", "seconds", "milliseconds"), rest))
    try:
        moment = datetime(year, month, 1) + timedelta(days=day - 1, **clock)
    except (OverflowError, ValueError):
        raise not_read("Date") from None
    later = moment + timedelta(hours=1)
    shown, skipped = (quote(one.isoformat(timespec="milliseconds")) for one in (moment, later))
    return Value(Kind.DATE, f"epoch(try(to_datetime({shown}), to_datetime({skipped})))")


def difference(values: list[Value]) -> Value:
    """`DateDiff(a, b, unit)`. Days, months and years are those of the calendar.

    NaN where one is null, a number or a truth value.
    """
    if any(value.kind in (Kind.NUMBER, Kind.BOOLEAN) for value in values[:2]):
        return Value(Kind.NUMBER, "NULL", wild=True)
    first, second = _local_date(values[0]), _local_date(values[1])
    unit = _unit(values[2], "DateDiff") if len(values) > 2 else "millisecond"
    if unit in _CALENDAR or unit == "day":
        return Value(Kind.NUMBER, _calendar_difference(first.text, second.text, unit), wild=True)
    # What is no unit at all counts as milliseconds.
    text = f"({first.text} - {second.text})"
    length = _FIXED.get(unit, 1)
    return Value(Kind.NUMBER, f"({text} / {length})" if length > 1 else text, wild=True)


def _calendar_difference(first: str, second: str, unit: str) -> str:
    """Whole days, months or years from the sooner to the later date, and the share of the next one."""
    sooner, later = "min(@p[0], @p[1])", "max(@p[0], @p[1])"
    if unit == "day":
        ends = f"{_wall(sooner)}, {_wall(later)}, {_EPOCH}"
        count = f"((@s[1] - @s[0]) // {_DAY})"
        at = [_moment(f"(@s[0] + ({count} + {ahead}) * {_DAY})", "@s[2]") for ahead in (-1, 0, 1)]
    else:
        months = _CALENDAR[unit]
        local_ones = [f"datetime_from_epoch({one})" for one in (sooner, later)]
        ends = ", ".join(f"year({one}) * 12 + month({one}) - 1" for one in local_ones)
        ends = f"{ends}, {local_ones[0]}"
        count = f"((@s[1] - @s[0]) // {months})"
        at = [_in_month(f"(@s[0] + ({count} + {ahead}) * {months})", "@s[2]") for ahead in (-1, 0, 1)]
    anchors, at = at, [f"epoch(@t[{number}])" for number in range(3)]
    end = f"({later} - {_fraction(sooner)})"
    share = (
        f"CASE WHEN {at[1]} > {end} THEN {count} - 1 + ({end} - {at[0]}) / ({at[1]} - {at[0]})"
        f" ELSE {count} + ({end} - {at[1]}) / ({at[2]} - {at[1]}) END"
    )
    return (
        f"with_variable('p', array({first}, {second}), CASE WHEN @p[0] IS NOT NULL AND @p[1] IS NOT NULL"
        f" THEN with_variable('s', array({ends}), with_variable('t', array({', '.join(anchors)}),"
        f" CASE WHEN @p[0] < @p[1] THEN -1 ELSE 1 END * ({share}))) END)"
    )


def later(values: list[Value]) -> Value:
    """`DateAdd(date, count, unit)`. What is no unit at all counts as milliseconds."""
    date, count = _local_date(values[0]), as_number(values[1])
    unit = _unit(values[2], "DateAdd") if len(values) > 2 else "millisecond"
    known = known_number(count)
    if count.wild or (known is None and not count.whole and unit not in _FIXED):
        raise not_read("DateAdd")
    if unit in _CALENDAR:
        if known is not None and known != int(known):
            raise not_read("DateAdd")
        month = f"(year(@a[1]) * 12 + month(@a[1]) - 1 + {count.text} * {_CALENDAR[unit]})"
        moved = _in_month(month, "@a[1]")
    elif unit == "day":
        # Half a day and more is a day, as the SDK has it.
        days = count.text if count.whole else f"floor({count.text} + 0.5)"
        moved = _moment(f"(@a[2] + {days} * {_DAY})")
    else:
        return Value(Kind.DATE, f"({date.text} + {count.text} * {_FIXED.get(unit, 1)})", nullable=True)
    known_of = f"array({date.text}, datetime_from_epoch({date.text}), {_wall(date.text)})"
    # QGIS divides no null.
    added = f"CASE WHEN @a[0] IS NOT NULL THEN epoch({moved}) + {_fraction('@a[0]')} END"
    text = f"with_variable('a', {known_of}, {added})"
    return Value(Kind.DATE, text, nullable=True)


def _unit(value: Value, name: str) -> str:
    text: Optional[str] = known_text(as_text(value))
    if text is None:
        raise not_read(name)
    return text.casefold().removesuffix("s")
