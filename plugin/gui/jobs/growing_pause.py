"""Pauses that grow while something does not answer."""

from __future__ import annotations

_FIRST, _LONGEST = 8.0, 60.0  # seconds


class GrowingPause:
    """8, 16, 32, 60, 60… seconds, from the beginning again after `reset`."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def next(self) -> float:
        """The seconds of the next pause."""
        self._seconds = min(max(_FIRST, 2 * self._seconds), _LONGEST)
        return self._seconds

    def reset(self) -> None:
        """It has answered."""
        self._seconds = 0.0
