"""The schedule of a map area in words and in local time."""

from __future__ import annotations

from datetime import datetime, timezone

from qgis.PyQt.QtCore import QCoreApplication, QDateTime, QLocale, QTime

from ...core.schedule import Schedule, read_schedule


def schedule_in_words(text: str, now: datetime) -> str:
    """When the portal packages an area, which `text` tells, and when it does so next: `Fridays 12:56`.

    `now` is aware. What nobody can read is told as it is written.
    """
    schedule = read_schedule(text)
    if schedule is None:
        return QCoreApplication.translate("Schedule", "{text} (UTC)").format(text=text)
    run = schedule.next_run(now.astimezone(timezone.utc))
    shown = QDateTime.fromSecsSinceEpoch(int(run.timestamp()))
    words = QCoreApplication.translate("Schedule", "{when} (next: {run})")
    return words.format(
        when=_when(schedule, run), run=QLocale().toString(shown, QLocale.FormatType.ShortFormat)
    )


def _when(schedule: Schedule, run: datetime) -> str:
    """The time is that of the next run: where clocks are changed, others are an hour off."""
    local = run.astimezone()
    time = _time(local)
    if not schedule.weekdays:
        return QCoreApplication.translate("Schedule", "Daily {time}").format(time=time)
    shift = (local.date() - run.date()).days
    if schedule.nth is not None and shift:  # the second Friday of UTC need be no second Saturday here
        local, shift = run, 0
        time = QCoreApplication.translate("Schedule", "{time} UTC").format(time=_time(run))
    days = [QLocale().dayName((day + shift) % 7 + 1) for day in schedule.weekdays]
    if schedule.nth is None:
        each = QCoreApplication.translate("Schedule", "{day}s")
        named = ", ".join(each.format(day=day) for day in days)
        return QCoreApplication.translate("Schedule", "{days} {time}").format(days=named, time=time)
    ordinals = (
        QCoreApplication.translate("Schedule", "First {day} of the month, {time}"),
        QCoreApplication.translate("Schedule", "Second {day} of the month, {time}"),
        QCoreApplication.translate("Schedule", "Third {day} of the month, {time}"),
        QCoreApplication.translate("Schedule", "Fourth {day} of the month, {time}"),
        QCoreApplication.translate("Schedule", "Fifth {day} of the month, {time}"),
    )
    return ordinals[schedule.nth - 1].format(day=", ".join(days), time=time)


def _time(moment: datetime) -> str:
    return QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)
