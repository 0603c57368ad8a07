"""Values of HTTP headers, read with care: a gateway may send anything.

Python's own readers take more than HTTP allows, and fail in more ways than they say: `"²"` is a
digit to `str.isdigit` and none to `int`, a date with an endless zone is an `OverflowError`.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
import re
from typing import Optional

_NUMBER = re.compile(r"[0-9]{1,18}")  # bytes of any file, seconds of any time


def whole_number(text: str) -> Optional[int]:
    """A count of bytes or seconds; None for anything else."""
    return int(text) if _NUMBER.fullmatch(text.strip(" \t")) else None


def http_date(text: str) -> Optional[datetime]:
    """A date (RFC 9110 §5.6.7), with its time zone; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, ArithmeticError, LookupError):
        return None
    return moment if text.isprintable() and moment.tzinfo else None
