"""Schedules as portals write them: read, run, and refused where they say what nobody here reads."""

from datetime import datetime, timedelta, timezone

import pytest

from plugin.core.schedule import Schedule, read_schedule

NOW = datetime(2026, 11, 30, 15, 45, 1, tzinfo=timezone.utc)  # a Monday


@pytest.mark.parametrize(
    ("text", "schedule", "run"),
    [
        ("0 30 10 * * ?", Schedule(10, 30), (2026, 12, 1, 10, 30, 0)),
        ("0 45 15 * * ?", Schedule(15, 45), (2026, 12, 1, 15, 45, 0)),
        ("26 56 10 ? * FRI", Schedule(10, 56, 26, (4,)), (2026, 12, 4, 10, 56, 26)),
        ("0 0 12 ? * MON *", Schedule(12, 0, 0, (0,)), (2026, 12, 7, 12, 0, 0)),
        ("0 0 16 ? * 2", Schedule(16, 0, 0, (0,)), (2026, 11, 30, 16, 0, 0)),
        ("0 0 5 ? * mon-wed,SAT", Schedule(5, 0, 0, (0, 1, 2, 5)), (2026, 12, 1, 5, 0, 0)),
        ("0 0 5 ? * SAT-MON", Schedule(5, 0, 0, (0, 5, 6)), (2026, 12, 5, 5, 0, 0)),
        ("0 15 6 ? * 3#3", Schedule(6, 15, 0, (1,), 3), (2026, 12, 15, 6, 15, 0)),
        ("0 15 6 ? * FRI#5", Schedule(6, 15, 0, (4,), 5), (2027, 1, 29, 6, 15, 0)),
    ],
)
def test_what_portals_write_is_read(text, schedule, run):
    assert read_schedule(text) == schedule
    assert schedule.next_run(NOW) == datetime(*run, tzinfo=timezone.utc)
    again = schedule.next_run(schedule.next_run(NOW))
    assert again - schedule.next_run(NOW) >= timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weekly",
        "0 30 10 1/2 * ?",
        "0 30 10 15 * ?",
        "0 30 10 * 6 ?",
        "0 */5 10 * * ?",
        "0 60 10 * * ?",
        "0 0 24 * * ?",
        "0 0 1 ? * 8",
        "0 0 1 ? * FRI#6",
        "0 0 1 ? * L",
        "0 0 1 ? * MON#1,TUE#2",
        "0 0 ² * * ?",
        "0 0 1 ? * MON 2027",
        "0 0 1 ? * MON-TUE-WED",
        "0 0 1 * *",
        "0 0 -1 * * ?",
        "0 0 1 ? * " + "MON," * 500,
    ],
)
def test_what_says_something_else_is_not_guessed_at(text):
    assert read_schedule(text) is None
