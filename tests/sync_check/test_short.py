"""A few histories of the many that `make sync-check` runs, and one fault that it has to find."""

import time

import pytest

from .laboratory import verdicts

_SECONDS = 20


@pytest.mark.timeout(120)
def test_some_histories():
    until = time.monotonic() + _SECONDS
    for verdict in verdicts(range(1, 31), 1):
        assert not verdict.wrong, "\n".join([f"seed {verdict.seed}", *verdict.told, verdict.wrong])
        if time.monotonic() > until:
            break


@pytest.mark.timeout(120)
def test_that_deletions_are_dropped_is_noticed():
    assert any(verdict.wrong for verdict in verdicts(range(1, 31), 1, "drop-deletions"))
