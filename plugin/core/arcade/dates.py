"""Arcade's dates as milliseconds since 1970, and their parts by the clock of the user."""

from __future__ import annotations

from ..offline.plan import notice
from .tree import NotRead
from .values import Kind, Value, as_number, each, known_number, known_text, refused

_MILLISECONDS = {"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000}
_DAY = 86_400_000
_PARTS = {
    "year": "year({})",
    "month": "(month({}) - 1)",
    "day": "day({})",
    "hour": "hour({})",
    "minute": "minute({})",
    "second": "floor(second({}))",
    "weekday": "day_of_week({})",
    "isoweek": "week({})",
}
DATE_PARTS = tuple(_PARTS)


def local(date: Value) -> str:
    """The QGIS date and time of the user's clock."""
    return f"datetime_from_epoch({date.text})"


def now() -> Value:
    """This moment."""
    return Value(Kind.DATE, "epoch(now())")


def today() -> Value:
    """Midnight of this day."""
    return Value(Kind.DATE, "epoch(to_datetime(to_date(now())))")


def as_date(value: Value) -> Value:
    """A date that may be null."""
    if value.kind not in (Kind.DATE, Kind.NULL):
        raise refused()
    return value


def known_date(value: Value) -> Value:
    """`Date(date)`: 1970 for null."""
    if value.kind is Kind.NUMBER and known_number(value) is not None:
        return Value(Kind.DATE, value.text)
    date = as_date(value)
    return Value(Kind.DATE, f"coalesce({date.text}, 0)") if date.nullable else date


def date_part(name: str, value: Value) -> Value:
    """Year, month from 0, day, … of a date; NaN for null."""
    return each(value, lambda one: Value(Kind.NUMBER, _PARTS[name].format(local(as_date(one))), wild=True))


def make_date(parts: list[Value]) -> Value:
    """`Date(year, month from 0, day, …)`; null where a part is NaN."""
    if not 3 <= len(parts) <= 6 or any(part.kind is not Kind.NUMBER for part in parts):
        raise _not_read("Date")
    numbers = [known_number(part) for part in parts]
    month, day = numbers[1], numbers[2]
    whole = all(number is None or number == int(number) for number in numbers)
    if not (whole and (month is None or 0 <= month <= 11) and (day is None or 1 <= day <= 28)):
        # Beyond the calendar, Arcade goes on counting and QGIS stops.
        raise _not_read("Date")
    texts = [as_number(part).text for part in parts] + ["0"] * (6 - len(parts))
    texts[1] = f"{texts[1]} + 1"
    return Value(Kind.DATE, f"epoch(make_datetime({', '.join(texts)}))", nullable=True)


def difference(values: list[Value]) -> Value:
    """`DateDiff(a, b, unit)`; NaN where one is null. Days are those of the calendar."""
    first, second = as_date(values[0]), as_date(values[1])
    unit = _unit(values[2]) if len(values) > 2 else "millisecond"
    if unit in _MILLISECONDS:
        text = f"({first.text} - {second.text})"
        divided = f"({text} / {_MILLISECONDS[unit]})" if unit != "millisecond" else text
        return Value(Kind.NUMBER, divided, wild=True)
    if unit != "day":
        raise _not_read("DateDiff")
    return Value(Kind.NUMBER, f"(({_wall_clock(first)} - {_wall_clock(second)}) / {_DAY})", wild=True)


def later(values: list[Value]) -> Value:
    """`DateAdd(date, count, unit)` for units that are always of one length."""
    date, unit = as_date(values[0]), _unit(values[2]) if len(values) > 2 else "millisecond"
    if unit not in _MILLISECONDS:
        raise _not_read("DateAdd")
    count = as_number(values[1])
    return Value(Kind.DATE, f"({date.text} + {count.text} * {_MILLISECONDS[unit]})", nullable=True)


def _wall_clock(date: Value) -> str:
    """Milliseconds as if the user's clock showed UTC, so that all days are of one length."""
    shown = local(date)
    return (
        f"(day(to_date({shown}) - make_date(1970, 1, 1)) * {_DAY} + hour({shown}) * 3600000"
        f" + minute({shown}) * 60000 + second({shown}) * 1000 + {date.text} % 1000)"
    )


def _unit(value: Value) -> str:
    text = known_text(value)
    if text is None:
        raise _not_read("DateDiff")
    return text.casefold().removesuffix("s")


def _not_read(name: str) -> NotRead:
    return NotRead(notice("arcade", "This use of the Arcade function “{name}” is not read.", name=name))
