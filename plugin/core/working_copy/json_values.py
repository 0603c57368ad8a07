"""Values of fields: as the REST API writes them in JSON, and as a working copy has them.

`Column.value` says the same in SQL for values of a geodatabase: whichever way a value comes, it is the same
in the copy.

    type               JSON                             working copy
    whole numbers      number, or text of digits        integer
    SINGLE, DOUBLE     number; "NaN" is none            real, SINGLE as its 32 bits give it
    DATE               milliseconds since 1970, UTC     2024-02-29T23:59:59.999Z
    GUID, GLOBAL_ID    with or without braces           {8D2F3B0A-…}, capital letters
    BLOB               Base64                           bytes
    all others         text                             text
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
import math
import re
from typing import Optional

import numpy as np

from ..geodatabase.schema import FieldType
from ..json_value import json_number, json_whole
from ..portal.global_ids import global_id
from .columns import LARGEST_FILE, WHOLE_NUMBERS

_GUIDS = frozenset({FieldType.GUID, FieldType.GLOBAL_ID})
_ONE_BY_ONE = _GUIDS | {FieldType.SINGLE, FieldType.BLOB}
_FIRST_MOMENT, _LAST_MOMENT = -62_167_219_200_000, 253_402_300_799_999
"""Milliseconds of the years 0000 to 9999: what ISO 8601 and SQLite's date functions can say."""
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)? ?(?:Z|([+-])(\d\d):?(\d\d))?"
)
_LONGEST_DIGITS = 19
_NO_TYPE = type(None)


class UnfitValue(ValueError):
    """A value that is none of its field's type; `number` is its place among those that were given."""

    def __init__(self, number: int = 0) -> None:
        super().__init__(number)
        self.number = number


def values_from_json(stated: Sequence[object], kind: FieldType) -> list[object]:
    """Values of one field, of many rows at once, as the copy has them.

    None for null, for dates outside of the calendar and for bytes that are too many, as in `Column.value`.
    Raises `UnfitValue` for one of another type.
    """
    types = set(map(type, stated)) - {_NO_TYPE}
    if not types:
        return list(stated)
    many = _MANY.get(kind)
    if many and types <= many[0]:
        with suppress(UnfitValue, OverflowError):
            return many[1](stated, kind)
    result: list[object] = []
    for number, value in enumerate(stated):
        try:
            result.append(value_from_json(value, kind))
        except (UnfitValue, OverflowError):
            raise UnfitValue(number) from None
    return result


def value_from_json(value: object, kind: FieldType) -> object:
    """One value of a field as the copy has it. Raises `UnfitValue`."""
    return None if value is None else _reader(kind)(value, kind)


def value_to_json(value: object, kind: FieldType) -> object:
    """A value of the copy as JSON. Raises `UnfitValue` for one that its field does not hold.

    A date without a time zone is one of UTC.
    """
    if value is None:
        return None
    if kind is FieldType.DATE:
        return _milliseconds(value)
    if kind is FieldType.BLOB:
        if not isinstance(value, bytes):
            raise UnfitValue
        return b64encode(value).decode()
    if kind is FieldType.SINGLE:
        number = _single(value, kind)
        # The shortest number that is the same one in 32 bits.
        return number if number is None else float(str(np.float32(number)))
    return _reader(kind)(value, kind)


def _reader(kind: FieldType) -> Callable[[object, FieldType], object]:
    if kind in WHOLE_NUMBERS:
        return _whole
    if kind in _GUIDS:
        return _guid
    special: dict[FieldType, Callable[[object, FieldType], object]] = {
        FieldType.SINGLE: _single,
        FieldType.DOUBLE: _double,
        FieldType.DATE: _moment,
        FieldType.BLOB: _bytes,
    }
    return special.get(kind, _text)


def _guid(value: object, _kind: FieldType) -> str:
    found = global_id(value)
    if found is None:
        raise UnfitValue
    return found


def _whole(value: object, kind: FieldType) -> int:
    number = json_whole(value)
    if number is None and isinstance(value, str) and len(value) <= _LONGEST_DIGITS + 1:
        # json_whole stops before the last digit that 64 bits have room for.
        with suppress(ValueError):
            number = int(value) if value.isascii() and value.lstrip("-").isdigit() else None
    half = 1 << (WHOLE_NUMBERS[kind] - 1)
    if number is None or not -half <= number < half:
        raise UnfitValue
    return number


def _wholes(stated: Sequence[object], kind: FieldType) -> list[object]:
    numbers = [value for value in stated if isinstance(value, int)]
    half = 1 << (WHOLE_NUMBERS[kind] - 1)
    if min(numbers) < -half or max(numbers) >= half:
        raise UnfitValue
    return list(stated)


def _double(value: object, _kind: FieldType) -> Optional[float]:
    if value == "NaN":
        return None
    number = json_number(value)
    if number is None:
        raise UnfitValue
    return number


def _doubles(stated: Sequence[object], _kind: FieldType) -> list[object]:
    numbers = [float(value) if isinstance(value, (int, float)) else None for value in stated]
    if not all(math.isfinite(number) for number in numbers if number is not None):
        raise UnfitValue
    return list(numbers)


def _single(value: object, kind: FieldType) -> Optional[float]:
    number = _double(value, kind)
    if number is None:
        return None
    with np.errstate(over="ignore"):
        rounded = float(np.float32(number))
    if not math.isfinite(rounded):
        raise UnfitValue
    return rounded


def _text(value: object, _kind: FieldType) -> str:
    """The text, with U+FFFD for halves of surrogate pairs, which no encoding has."""
    if not isinstance(value, str):
        raise UnfitValue
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _texts(stated: Sequence[object], _kind: FieldType) -> list[object]:
    try:
        "".join(value for value in stated if isinstance(value, str)).encode()
    except UnicodeEncodeError:
        raise UnfitValue from None
    return list(stated)


def _moment(value: object, kind: FieldType) -> object:
    number = json_number(value)
    if number is None:
        raise UnfitValue
    return _moments([round(number)], kind)[0]


def _moments(stated: Sequence[object], _kind: FieldType) -> list[object]:
    """Milliseconds → ISO 8601; None outside of the calendar."""
    whole = [
        value if isinstance(value, int) and _FIRST_MOMENT <= value <= _LAST_MOMENT else 0 for value in stated
    ]
    written = np.datetime_as_string(np.array(whole, dtype="datetime64[ms]"), unit="ms").tolist()
    inside = (isinstance(value, int) and _FIRST_MOMENT <= value <= _LAST_MOMENT for value in stated)
    return [f"{text}Z" if told else None for text, told in zip(written, inside)]


def _milliseconds(value: object) -> int:
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise UnfitValue
    day, time, fraction, sign, hours, minutes = found.groups()
    try:
        moment = np.datetime64(f"{day}T{time or '00:00'}", "ms")
    except ValueError:
        raise UnfitValue from None
    west = {"+": -1, "-": 1}.get(sign, 0)
    shift = west * (int(hours or 0) * 60 + int(minutes or 0)) * 60_000
    return int(moment.astype(np.int64)) + int((fraction or "").ljust(3, "0")[:3]) + shift


def _bytes(value: object, _kind: FieldType) -> object:
    if not isinstance(value, str):
        raise UnfitValue
    if len(value) // 4 * 3 > LARGEST_FILE + 2:
        return None
    try:
        found = b64decode(value, validate=True)
    except ValueError:
        raise UnfitValue from None
    return found if len(found) <= LARGEST_FILE else None


_Many = Callable[[Sequence[object], FieldType], list[object]]
_MANY: dict[FieldType, tuple[frozenset[type], _Many]] = {
    **{kind: (frozenset({str}), _texts) for kind in FieldType if kind not in _ONE_BY_ONE},
    **{kind: (frozenset({int}), _wholes) for kind in WHOLE_NUMBERS},
    FieldType.DOUBLE: (frozenset({int, float}), _doubles),
    FieldType.DATE: (frozenset({int}), _moments),
}
"""The readers of whole columns, for values that are all of some types of Python's."""
