"""Portals that are away: none of them is asked again before its pause is over."""

from __future__ import annotations

from dataclasses import dataclass, field

from .growing_pause import GrowingPause


@dataclass
class _Absence:
    until: float = 0.0
    reason: str = ""
    pause: GrowingPause = field(default_factory=GrowingPause)


class AwayPortals:
    """Which they are, as keys of areas name them. Times are monotonic seconds, `reason` is in words."""

    def __init__(self) -> None:
        self._absences: dict[str, _Absence] = {}

    def lose(self, portal: str, reason: str, now: float) -> None:
        """A portal did not answer; what several jobs tell of one absence counts once."""
        absence = self._absences.setdefault(portal, _Absence())
        if now >= absence.until:
            absence.until, absence.reason = now + absence.pause.next(), reason

    def hear(self, portal: str) -> None:
        """It has answered, or somebody wants it asked at once."""
        self._absences.pop(portal, None)

    def left(self, portal: str, now: float) -> float:
        """The seconds until it is asked again; 0 where nothing is known against it."""
        absence = self._absences.get(portal)
        return max(0.0, absence.until - now) if absence else 0.0

    def reason(self, portal: str) -> str:
        """Why it is left alone."""
        absence = self._absences.get(portal)
        return absence.reason if absence else ""
