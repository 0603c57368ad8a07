"""The signed varint of Esri's geometry blob, for whole arrays at once.

First byte: bit 7 more, bit 6 sign, bits 0-5 value; following bytes: bit 7 more, bits 0-6 value,
little end first; sign and magnitude, always the shortest form. (Decoded from real files; neither
zigzag nor LEB128.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

LONGEST = 9
"""Bytes of the longest varint that still fits a signed 64-bit integer: 6 + 8 * 7 = 62 bits."""

_PADDING = 8
_KEEP = np.array([0] + [(1 << 8 * k) - 1 for k in range(1, 9)] + [(1 << 64) - 1], dtype=np.uint64)


class VarintStream:
    """Where the varints of a byte array end, so that any of them can be decoded without a loop.

    `terminators[k]` is the position of the k-th byte whose bit 7 is clear, that is the last byte
    of a varint (or any byte below 0x80 of what lies between varints).
    """

    def __init__(self, data: bytes) -> None:
        self.bytes: Bytes = np.frombuffer(data + bytes(_PADDING), dtype=np.uint8)
        self.size = len(data)
        ends = self.bytes[: self.size] < 0x80
        self.terminators: Integers = np.flatnonzero(ends)
        self._before = np.zeros(self.size + 1, dtype=np.int32)
        np.cumsum(ends, dtype=np.int32, out=self._before[1:])
        self._words: npt.NDArray[np.void] = np.ndarray(
            (self.size,), dtype="V8", buffer=self.bytes.data, strides=(1,)
        )

    def count_before(self, positions: Integers) -> Integers:
        """How many terminators lie before each position (0 … size)."""
        return self._before[positions].astype(np.int64)

    def decode(self, starts: Integers, ends: Integers) -> Integers:
        """The values of the varints from `starts` to `ends` (positions of the last byte).

        Both must lie inside the stream, and no length may be above `LONGEST`: that is the
        caller's check, because only the caller can name what is broken.
        """
        length = ends - starts + 1
        words = self._words[starts].view("<u8") & _KEEP[np.clip(length, 0, LONGEST)]
        low = words & np.uint64(0x7F)
        value = _squeezed(words)
        value = (value & np.uint64(0x3F)) | ((value >> np.uint64(7)) << np.uint64(6))
        nine = length == LONGEST
        if nine.any():
            value[nine] |= self.bytes[ends[nine]].astype(np.uint64) << np.uint64(55)
        signed: Integers = value.astype(np.int64)
        np.negative(signed, out=signed, where=(low & np.uint64(0x40)) != 0)
        return signed


def _squeezed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Drops bit 7 of each of the eight bytes and closes the gaps: 56 bits of value."""
    u = np.uint64
    words = (words & u(0x007F007F007F007F)) | ((words & u(0x7F007F007F007F00)) >> u(1))
    words = (words & u(0x00003FFF00003FFF)) | ((words & u(0x3FFF00003FFF0000)) >> u(2))
    return (words & u(0x0FFFFFFF)) | ((words & u(0x0FFFFFFF00000000)) >> u(4))


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
