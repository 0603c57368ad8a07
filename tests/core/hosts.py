"""What tests stand in for: a clock that does not wait, a feedback that cancels on demand."""

from datetime import datetime, timedelta, timezone


class QuickClock:
    """Real order, no waiting: sleeping only moves the time on."""

    def __init__(self):
        self._elapsed = 0.0

    def now(self):
        return datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=self._elapsed)

    def monotonic(self):
        return self._elapsed

    def sleep(self, seconds):
        self._elapsed += seconds


class Watcher:
    """Keeps every report; cancels once `cancel_when(done, total, subject)` is true."""

    def __init__(self, cancel_when=None):
        self.reports = []
        self.warnings = []
        self.waits = []
        self._cancel_when = cancel_when
        self._cancelled = False

    def is_cancelled(self):
        return self._cancelled

    def report(self, done, total, subject):
        self.reports.append((done, total, subject))
        if self._cancel_when and self._cancel_when(done, total, subject):
            self._cancelled = True

    def warn(self, text):
        self.warnings.append(text)

    def wait(self, seconds, why):
        self.waits.append((seconds, why))


def nowhere(_origin):
    """A resolver that knows no name, as where a proxy looks them up."""
    return ()
