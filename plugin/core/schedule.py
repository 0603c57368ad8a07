"""When the portal packages a map area anew: the part of Quartz' cron texts that portals use.

Source: the documentation of Quartz' CronTrigger: seconds, minutes, hours, day of month, month, day of week,
and year where it is there. All in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
import re
from typing import Optional

_ANY = ("*", "?")
_NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LONGEST = 200  # characters
_NTH = re.compile(r"([1-7]|[A-Z]{3})#([1-5])")


@dataclass(frozen=True)
class Schedule:
    """Runs at `hour`:`minute`:`second` of UTC.

    On every day without `weekdays` (0 is Monday), else on each of them; `nth` is which one of a month, None
    for every week.
    """

    hour: int
    minute: int
    second: int = 0
    weekdays: tuple[int, ...] = ()
    nth: Optional[int] = None

    def next_run(self, after: datetime) -> datetime:
        """The first run later than `after`, which is aware and in UTC."""
        run = after.replace(hour=self.hour, minute=self.minute, second=self.second, microsecond=0)
        while run <= after or not self._is_on(run):
            run += timedelta(days=1)
        return run

    def _is_on(self, day: datetime) -> bool:
        is_weekday = not self.weekdays or day.weekday() in self.weekdays
        return is_weekday and (self.nth is None or (day.day - 1) // 7 + 1 == self.nth)


def read_schedule(text: str) -> Optional[Schedule]:
    """A schedule for every day, for days of the week, or for one of a month; None for any other text."""
    fields = text.upper().split() if len(text) <= _LONGEST else []
    if len(fields) not in (6, 7) or any(one not in _ANY for one in (*fields[3:5], *fields[6:])):
        return None
    second, minute, hour = (_number(one, most) for one, most in zip(fields, (59, 59, 23)))
    if second is None or minute is None or hour is None:
        return None
    nth = _NTH.fullmatch(fields[5])
    days = _weekdays(nth[1] if nth else fields[5])
    return None if days is None else Schedule(hour, minute, second, days, int(nth[2]) if nth else None)


def _number(text: str, most: int) -> Optional[int]:
    is_one = text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= most
    return int(text) if is_one else None


def _weekdays(text: str) -> Optional[tuple[int, ...]]:
    """`MON`, `2`, `MON,WED` and `MON-FRI`; 1 is Sunday. Empty for every day."""
    if text in _ANY:
        return ()
    found: set[int] = set()
    for part in text.split(","):
        ends = [_weekday(one) for one in part.split("-")]
        if len(ends) > 2 or None in ends:
            return None
        first, last = ends[0], ends[-1]
        if first is None or last is None:
            return None
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return tuple(sorted(found))


def _weekday(text: str) -> Optional[int]:
    """0 is Monday."""
    if text in _NAMES:
        return (_NAMES.index(text) - 1) % 7
    return (int(text) - 2) % 7 if len(text) == 1 and text in "1234567" else None
