"""The signed varint of Esri's geometry blob, for whole arrays at once.

First byte: bit 7 more, bit 6 sign, bits 0-5 value; following bytes: bit 7 more, bits 0-6 value,
little end first; sign and magnitude, always the shortest form. (Decoded from real files; neither
zigzag nor LEB128.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

LONGEST = 9
"""Bytes of the longest varint that still fits a signed 64-bit integer: 6 + 8 * 7 = 62 bits."""

OUT_OF_RANGE = 1 << 62
"""Stands, with either sign, for a number of more than `LONGEST` bytes."""

_PADDING = 8


class VarintStream:
    """Where the varints of a byte array end, so that any of them can be decoded without a loop.

    `terminators[k]` is the position of the k-th byte whose bit 7 is clear, that is the last byte
    of a varint (or any byte below 0x80 of what lies between varints).
    """

    def __init__(self, data: bytes) -> None:
        self.bytes: Bytes = np.frombuffer(data + bytes(_PADDING), dtype=np.uint8)
        self.terminators: Integers = np.flatnonzero(self.bytes[: len(data)] < 0x80)
        self._short: npt.NDArray[np.uint32] = self._windows(len(data), "<u4")
        self._long: npt.NDArray[np.uint64] = self._windows(len(data), "<u8")

    def _windows(self, count: int, kind: str) -> npt.NDArray[Any]:
        """The bytes from each position on, as overlapping numbers."""
        return np.ndarray((count,), dtype=kind, buffer=self.bytes.data, strides=(1,))

    def count_before(self, positions: Integers) -> Integers:
        """How many terminators lie before each position."""
        result: Integers = np.searchsorted(self.terminators, positions)
        return result

    def decode(self, starts: Integers) -> Integers:
        """The values of the varints that start at `starts`; `OUT_OF_RANGE` for those longer than `LONGEST`.

        All must end inside the stream: that is the caller's check, because only the caller can name
        what is broken. The bytes of a varint are told from those after it by its own end, the lowest
        bit 7 that is clear. Differences between vertices on common grids are short, so 32 bits serve
        nearly all; the few long ones are done again. On very fine grids most are long.
        """
        u = np.uint32
        words = self._short[starts]
        ends = ~words & u(0x80808080)
        long = np.flatnonzero(ends == 0)
        if len(long) * 4 > len(starts):
            return self._decode_long(starts)
        words &= ends ^ (ends - u(1))
        value = (words & u(0x007F007F)) | ((words & u(0x7F007F00)) >> u(1))
        value = (value & u(0x00003FFF)) | ((value & u(0x3FFF0000)) >> u(2))
        value = (value & u(0x3F)) | ((value >> u(7)) << u(6))
        signed = _with_sign(value, words).astype(np.int64)
        if len(long):
            signed[long] = self._decode_long(starts[long])
        return signed

    def _decode_long(self, starts: Integers) -> Integers:
        u = np.uint64
        words = self._long[starts]
        ends = ~words & u(0x8080808080808080)
        nine = np.flatnonzero(ends == 0)
        words &= ends ^ (ends - u(1))
        value = (words & u(0x007F007F007F007F)) | ((words & u(0x7F007F007F007F00)) >> u(1))
        value = (value & u(0x00003FFF00003FFF)) | ((value & u(0x3FFF00003FFF0000)) >> u(2))
        value = (value & u(0x0FFFFFFF)) | ((value & u(0x0FFFFFFF00000000)) >> u(4))
        value = (value & u(0x3F)) | ((value >> u(7)) << u(6))
        if len(nine):
            ninth = self.bytes[starts[nine] + 8]
            value[nine] |= ninth.astype(u) << u(55)
            value[nine[ninth >= 0x80]] = OUT_OF_RANGE
        return _with_sign(value, words)


def _with_sign(magnitude: npt.NDArray[Any], words: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Negative where bit 6 of the first byte is set: all bits flipped, and one more."""
    sign = (words >> words.dtype.type(6)) & words.dtype.type(1)
    signed: npt.NDArray[Any] = ((magnitude ^ -sign) + sign).view(magnitude.dtype.str.replace("u", "i"))
    return signed


def encode_varints(values: Integers) -> tuple[bytes, Integers]:
    """The varints of `values`, one after the other, and the length in bytes of each."""
    magnitude = np.abs(values).astype(np.uint64)
    bits = np.zeros(len(values), dtype=np.int64)
    rest = magnitude >> np.uint64(6)
    while rest.any():
        bits += rest != 0
        rest >>= np.uint64(7)
    lengths: Integers = bits + 1
    widest = int(lengths.max()) if len(values) else 0
    table = np.zeros((len(values), widest), dtype=np.uint8)
    if widest:
        table[:, 0] = (magnitude & np.uint64(0x3F)) | np.where(values < 0, np.uint64(0x40), np.uint64(0))
    for k in range(1, widest):
        table[:, k] = (magnitude >> np.uint64(6 + 7 * (k - 1))) & np.uint64(0x7F)
    column = np.arange(widest)
    table[column[None, :] < (lengths - 1)[:, None]] |= 0x80
    return table[column[None, :] < lengths[:, None]].tobytes(), lengths
