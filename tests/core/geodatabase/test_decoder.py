"""The geometry blob: every kind that the format knows, and everything it must refuse."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from plugin.core.errors import Unsupported
from plugin.core.geodatabase.shapes import decoder, encoder
from plugin.core.geodatabase.shapes.batch import Grid, ShapeKind, ShapeLayout
from plugin.core.geodatabase.shapes.decoder import decode_shapes
from plugin.core.geodatabase.shapes.encoder import encode_shapes
from plugin.core.geodatabase.shapes.varint import VarintStream, encode_varints
from plugin.core.working_copy.wkb_writer import to_geopackage_blobs, to_wkb

from .oracle import scalar_decode, varint
from .shapes import GRID, SRID, batch_of, blobs_of, decoded, wkt

RING = "(0 0,10 0,10 10,0 10,0 0)"
HOLE = "(2 2,2 4,4 4,4 2,2 2)"
CASES = {
    "POINT": ["POINT (1 2)", "POINT (-20037508.3427 20048966.1)"],
    "MULTIPOINT": ["MULTIPOINT ((1 2))", "MULTIPOINT ((1 2),(3 4),(-5 6.5))"],
    "LINE": [
        "MULTILINESTRING ((0 0,1 1))",
        "MULTILINESTRING ((0 0,1 1,2 0),(5 5,6 6))",
        "MULTILINESTRING ((0 0,1 1),(2 2,3 3),(4 4,5 5))",
        "MULTILINESTRING ((0 0,1 0,2 1,3 0,4 1,5 0,6 1,7 0,8 1,9 0,10 1,11 0))",
    ],
    "POLYGON": [
        f"MULTIPOLYGON (({RING}))",
        f"MULTIPOLYGON (({RING},{HOLE}))",
        f"MULTIPOLYGON (({RING},{HOLE},(6 6,6 8,8 8,8 6,6 6)),((20 20,30 20,30 30,20 20)))",
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_shapes_survive_the_way_there_and_back(name):
    layout = ShapeLayout(KINDS[name])
    texts = CASES[name]
    assert decoded(layout, blobs_of(layout, *texts)) == (texts, {})


KINDS = {
    "POINT": ShapeKind.POINT,
    "MULTIPOINT": ShapeKind.MULTIPOINT,
    "LINE": ShapeKind.LINE,
    "POLYGON": ShapeKind.POLYGON,
}
MEASURED = {
    "POINT": "POINT {0} (1 2 {1})",
    "MULTIPOINT": "MULTIPOINT {0} ((1 2 {1}),(3 4 {1}))",
    "LINE": "MULTILINESTRING {0} ((0 0 {1},1 1 {1}),(5 5 {1},6 6 {1}))",
    "POLYGON": "MULTIPOLYGON {0} (((0 0 {1},9 0 {1},9 9 {1},0 0 {1}),(4 1 {1},5 2 {1},5 1 {1},4 1 {1})))",
}


@pytest.mark.parametrize(("name", "letters"), list(product(MEASURED, ["Z", "M", "ZM"])))
def test_z_and_m(name, letters):
    layout = ShapeLayout(KINDS[name], "Z" in letters, "M" in letters)
    text = MEASURED[name].format(letters, " ".join(["7.25", "-3.5"][: len(letters)]))
    blobs = blobs_of(layout, text)
    assert decoded(layout, blobs) == ([text], {})
    assert blobs[0][8] == KINDS[name] << 2 | ("Z" in letters) << 1 | ("M" in letters)


@pytest.mark.parametrize(("name", "empty"), [
    ("POINT", "POINT EMPTY"), ("MULTIPOINT", "MULTIPOINT EMPTY"),
    ("LINE", "MULTILINESTRING EMPTY"), ("POLYGON", "MULTIPOLYGON EMPTY"),
])  # fmt: skip
def test_empty_and_absent_shapes_are_different_things(name, empty):
    layout = ShapeLayout(KINDS[name])
    blobs = blobs_of(layout, empty, None, CASES[name][0])
    assert len(blobs[0]) == decoder.HEADER
    assert blobs[1] is None
    assert decoded(layout, blobs) == ([empty, None, CASES[name][0]], {})


def test_the_empty_polygon_of_real_files():
    blob = bytes.fromhex("64e610000000000018000000000001000000")
    assert decoded(ShapeLayout(ShapeKind.POLYGON), [blob]) == (["MULTIPOLYGON EMPTY"], {})


def test_header_of_a_point():
    (blob,) = blobs_of(ShapeLayout(ShapeKind.POINT), "POINT (1 2)")
    assert blob[:10] == bytes.fromhex("64110f00010000000401")
    assert varint(blob, 10)[0] == len(blob) - 18
    assert scalar_decode(blob) == [[200377010000, 302411020000]]


def test_envelope_only_above_ten_vertices():
    layout = ShapeLayout(ShapeKind.LINE)
    for size in (10, 11):
        points = ",".join(f"{k} {k * k % 7}" for k in range(size))
        (blob,) = blobs_of(layout, f"MULTILINESTRING (({points}))")
        value, at = varint(blob, 10)
        envelope = [value]
        for _ in range(3):
            value, at = varint(blob, at)
            envelope.append(value)
        expected = [200377000000, 302411000000, 200377000000 + (size - 1) * 10000, 302411040000]
        assert (envelope == expected) == (size > 10)


def test_separators_count_as_vertices():
    (blob,) = blobs_of(ShapeLayout(ShapeKind.LINE), "MULTILINESTRING ((0 0,1 1,2 0),(5 5,6 6))")
    assert int.from_bytes(blob[4:8], "little") == 6
    assert blob[9] == 4 | 0x40
    assert [varint(blob, 10)[0], varint(blob, 11)[0]] == [1, 4]


def test_a_ring_that_touches_its_own_first_vertex():
    """(5 5) comes back half way: the first return leaves an open rest, the second closes."""
    batch = batch_of(ShapeLayout(ShapeKind.POLYGON), "POLYGON ((5 5,9 5,9 9,5 5,1 9,1 5,3 1,5 5))")
    again, problems = decoded(ShapeLayout(ShapeKind.POLYGON), encode_shapes(batch))
    assert not problems
    assert again == ["MULTIPOLYGON (((5 5,9 5,9 9,5 5,1 9,1 5,3 1,5 5)))"]


def test_rings_are_found_again_when_a_vertex_returns_by_chance():
    """A hole starts and ends at a vertex through which its shell passes too."""
    text = "MULTIPOLYGON (((0 0,5 0,10 0,10 10,0 10,0 0),(5 0,4 4,6 4,5 0)))"
    assert decoded(ShapeLayout(ShapeKind.POLYGON), blobs_of(ShapeLayout(ShapeKind.POLYGON), text)) == (
        [text],
        {},
    )


def test_many_holes():
    corners = product(range(2, 90, 3), range(2, 90, 3))
    holes = ",".join(f"({x} {y},{x} {y + 1},{x + 1} {y + 1},{x} {y})" for x, y in corners)
    text = f"MULTIPOLYGON (((0 0,99 0,99 99,0 99,0 0),{holes}))"
    assert decoded(ShapeLayout(ShapeKind.POLYGON), blobs_of(ShapeLayout(ShapeKind.POLYGON), text)) == (
        [text],
        {},
    )


def test_orientation_becomes_the_formats():
    clockwise = "MULTIPOLYGON (((0 0,0 10,10 10,10 0,0 0),(2 2,4 2,4 4,2 4,2 2)))"
    (again,), _ = decoded(ShapeLayout(ShapeKind.POLYGON), blobs_of(ShapeLayout(ShapeKind.POLYGON), clockwise))
    assert again == "MULTIPOLYGON (((0 0,10 0,10 10,0 10,0 0),(2 2,2 4,4 4,4 2,2 2)))"


def test_largest_coordinates_of_the_finest_grid():
    grid = Grid(-400.0, -400.0, 11258999068426.24)
    batch = batch_of(ShapeLayout(ShapeKind.POINT), "POINT (1 1)")
    batch.grid_vertices[:] = [[6_530_000_000_000_000, 9_007_199_254_740_992]]
    again = decode_shapes(encode_shapes(batch), ShapeLayout(ShapeKind.POINT), {SRID: grid})
    assert again.grid_vertices.tolist() == batch.grid_vertices.tolist()


def test_each_blob_uses_the_grid_of_its_own_srid():
    one, other = blobs_of(ShapeLayout(ShapeKind.POINT), "POINT (1 2)", "POINT (1 2)")
    other = other[:1] + (300001).to_bytes(3, "little") + other[4:]
    batch = decode_shapes(
        [one, other], ShapeLayout(ShapeKind.POINT), {SRID: GRID, 300001: Grid(0.0, 0.0, 10000.0)}
    )
    assert batch.vertices.tolist() == [[1.0, 2.0], [20037701.0, 30241102.0]]


def test_random_lines_equal_a_byte_by_byte_reading():
    rng = np.random.default_rng(7)
    layout = ShapeLayout(ShapeKind.LINE, has_z=True)
    texts = []
    for _ in range(300):
        parts = []
        for _ in range(rng.integers(1, 4)):
            points = rng.normal(0, 10.0 ** rng.integers(0, 7), (rng.integers(2, 30), 3)).round(4)
            parts.append("(" + ",".join(" ".join(map(str, p)) for p in points) + ")")
        texts.append(f"MULTILINESTRING Z ({','.join(parts)})")
    blobs = blobs_of(layout, *texts)
    batch = decode_shapes(blobs, layout, {SRID: GRID})
    assert batch.grid_vertices.tolist() == [vertex for blob in blobs for vertex in scalar_decode(blob)]
    assert encode_shapes(batch) == blobs


def test_geopackage_blobs_carry_envelope_and_emptiness():
    batch = batch_of(ShapeLayout(ShapeKind.LINE), "LINESTRING (1 2,3 5)", "LINESTRING EMPTY", None)
    line, empty, absent = to_geopackage_blobs(batch, 3857)
    assert line[:8] == b"GP\0\x03" + (3857).to_bytes(4, "little")
    assert np.frombuffer(line[8:40], "<f8").tolist() == [1, 3, 2, 5]
    assert wkt(line[40:]) == "MULTILINESTRING ((1 2,3 5))"
    assert empty[:4] == b"GP\0\x11"
    assert absent is None
    point = to_geopackage_blobs(batch_of(ShapeLayout(ShapeKind.POINT), "POINT (1 2)"), 4326)[0]
    assert point[3] == 1
    assert wkt(point[8:]) == "POINT (1 2)"


def broken(**changes):
    """A good line blob with bytes replaced at positions."""
    (blob,) = blobs_of(ShapeLayout(ShapeKind.LINE), "MULTILINESTRING ((0 0,1 1,2 0),(5 5,6 6))")
    raw = bytearray(blob)
    for position, value in changes.items():
        raw[int(position[1:])] = value
    return bytes(raw)


SLOT = 12
REFUSED = {
    "shorter than any blob": (lambda: b"\x64" * 17, decoder.NO_BLOB),
    "more numbers than are read": (lambda: broken(_6=1, _7=1) + bytes(2 * 0x01010006), decoder.TOO_MANY),
    "another first byte": (lambda: broken(_0=0x65), decoder.NO_BLOB),
    "a polygon": (lambda: broken(_8=0x18), decoder.OTHER_KIND),
    "with z": (lambda: broken(_8=0x16), decoder.OTHER_KIND),
    "an unknown form": (lambda: broken(_9=0x10), decoder.UNKNOWN_FLAGS),
    "too many vertices": (lambda: broken(_4=9), decoder.BROKEN_HEADER),
    "too few vertices": (lambda: broken(_4=5), decoder.BROKEN_HEADER),
    "billions of vertices": (lambda: broken(_7=0xFF), decoder.BROKEN_HEADER),
    "another payload length": (lambda: broken(**{f"_{SLOT}": 0x3F}), decoder.BROKEN_HEADER),
    "flags of a curve": (lambda: broken(**{f"_{SLOT + 5}": 0x20}), decoder.UNKNOWN_FLAGS),
    "no part list": (lambda: broken(_9=4), decoder.BROKEN_HEADER),
    "a part too many": (lambda: broken(_10=2), decoder.BROKEN_HEADER),
    "a part that ends elsewhere": (lambda: broken(_11=3), decoder.BROKEN_PARTS),
    "an open varint at the end": (lambda: broken() + b"\x80", decoder.BROKEN_HEADER),
    "a byte too many": (lambda: broken() + b"\x01", decoder.BROKEN_HEADER),
    "a byte missing": (lambda: broken()[:-1], decoder.BROKEN_HEADER),
    "another spatial reference": (lambda: broken(_1=0x12), decoder.UNKNOWN_GRID),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_fit_is_refused_by_name_and_alone(what):
    make, reason = REFUSED[what]
    good = broken()
    texts, problems = decoded(ShapeLayout(ShapeKind.LINE), [good, make(), None, good])
    assert problems == {1: reason}
    assert texts[1] is texts[2] is None
    assert texts[0] == texts[3] == "MULTILINESTRING ((0 0,1 1,2 0),(5 5,6 6))"


def test_coordinates_off_the_grid_are_refused():
    for far in (1 << 53, 1 << 55, 1 << 61):
        batch = batch_of(ShapeLayout(ShapeKind.POINT), "POINT (1 1)")
        batch.grid_vertices[0, 0] = far + 1
        _, problems = decoded(ShapeLayout(ShapeKind.POINT), encode_shapes(batch))
        assert problems == {0: decoder.TOO_LARGE}


def test_open_rings_are_refused():
    batch = batch_of(ShapeLayout(ShapeKind.POLYGON), "POLYGON ((0 0,9 0,9 9,0 0))", f"POLYGON ({RING})")
    batch.grid_vertices[3] += 1
    texts, problems = decoded(ShapeLayout(ShapeKind.POLYGON), encode_shapes(batch))
    assert problems == {0: decoder.OPEN_RING}
    assert texts == [None, f"MULTIPOLYGON (({RING}))"]


def test_a_tangled_part_costs_no_more_than_its_size_allows():
    """30,000 small rings and a tail that never closes: every split has to be tried, up to a bound."""
    ring = "0 0,3 0,3 3,0 0"
    text = f"POLYGON (({','.join([ring] * 30000)},7 7,8 8,9 9,7 8,7 9))"
    batch = batch_of(ShapeLayout(ShapeKind.POLYGON), text)
    _, problems = decoded(ShapeLayout(ShapeKind.POLYGON), encode_shapes(batch))
    assert problems == {0: decoder.OPEN_RING}


def test_every_flipped_bit_gives_a_shape_or_a_reason():
    (good,) = blobs_of(ShapeLayout(ShapeKind.POLYGON), CASES["POLYGON"][2])
    flipped = []
    for bit in range(len(good) * 8):
        raw = bytearray(good)
        raw[bit // 8] ^= 1 << bit % 8
        flipped.append(bytes(raw))
    batch = decode_shapes(flipped, ShapeLayout(ShapeKind.POLYGON), {SRID: GRID})
    absent = set(np.flatnonzero(batch.absent).tolist())
    assert absent == set(batch.problems)
    assert len(absent) > len(flipped) // 2
    assert all((raw is None) == (k in absent) for k, raw in enumerate(to_wkb(batch)))


def test_a_payload_that_does_not_fit_its_length_is_not_written(monkeypatch):
    layout, text = ShapeLayout(ShapeKind.LINE), CASES["LINE"][0]
    (blob,) = blobs_of(layout, text)
    size, _ = varint(blob, 10)
    monkeypatch.setattr(encoder, "_LARGEST_PAYLOAD", size)
    assert blobs_of(layout, text) == [blob]
    monkeypatch.setattr(encoder, "_LARGEST_PAYLOAD", size - 1)
    with pytest.raises(Unsupported):
        blobs_of(layout, text)


def test_varints_of_every_length():
    rng = np.random.default_rng(3)
    ranges = [rng.integers(-(1 << k), 1 << k, 50) for k in range(1, 62)]
    values = np.concatenate([*ranges, [0, 63, -63, 64, -64]])
    raw, lengths = encode_varints(values)
    stream = VarintStream(raw)
    ends = stream.terminators
    assert (ends - np.append(-1, ends[:-1]) == lengths).all()
    assert (stream.decode(np.append(0, ends[:-1] + 1)) == values).all()
    at = 0
    for value in values.tolist():
        found, at = varint(raw, at)
        assert found == value
