"""Whatever a server sends for features: rows that SQLite takes, or an error that names the layer."""

from copy import deepcopy
from dataclasses import replace
import json
import random

import pytest

from plugin.core.errors import BadInput, BrokenAnswer, Unsupported
from plugin.core.geodatabase.shapes.batch import ShapeKind, ShapeLayout
from plugin.core.host import Silent
from plugin.core.working_copy.apply import apply_rows
from plugin.core.working_copy.feature_json import feature_of, rows_of

from .scenes import write_scene

ID = "{8D2F3B0A-0C1E-4C55-9B1B-7B8F6A1C2D3E}"
RING = [[0, 0, 1, 1], [0, 9, 1, 1], [9, 9, 1, 1], [0, 0, 1, 1]]
HOLE = [[1, 2, 1, 1], [2, 3, 1, 1], [1, 3, 1, 1], [1, 2, 1, 1]]
GEOMETRIES = {
    ShapeKind.POINT: {"x": 1, "y": 2, "z": 3, "m": 4},
    ShapeKind.MULTIPOINT: {"points": [[1, 2], [3, 4]]},
    ShapeKind.LINE: {"hasZ": True, "paths": [[[0, 0, 1], [5, 5, 2]], [[7, 7, 1], [8, 8, 1]]]},
    ShapeKind.POLYGON: {"hasZ": True, "hasM": True, "rings": [RING, HOLE]},
}


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


GARBAGE = [
    None, True, 0, -1, 1 << 31, 1 << 63, 1 << 64, 10**400, 0.5, 1e15, 1e308, float("nan"), float("inf"),
    "", "NaN", "Infinity", "x", "\ud800", "\0", "9" * 40, "{" + "0" * 36 + "}", ID, "AP9hYg==", [], {}, [[]],
    [[[0]]], [None], {"x": 1}, {"c": [[1, 1], [2, 2]]}, {"wkid": 4326}, {"wkid": "x"}, nested(300),
    nested(40),    [0] * 5_000, [[k, k] for k in range(2_000)], {str(k): k for k in range(500)},
]  # fmt: skip


def places(value, path=()):
    """Every place in a JSON value that can hold something else."""
    yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from places(child, (*path, key))


def mutated(feature, rng):
    result = deepcopy(feature)
    for _ in range(rng.randint(1, 3)):
        path = rng.choice([one for one in places(result) if one])
        parent = result
        for key in path[:-1]:
            parent = parent[key]
        act = rng.random()
        if act < 0.7:
            parent[path[-1]] = deepcopy(rng.choice(GARBAGE))
        elif act < 0.8 and isinstance(parent, dict):
            parent[str(path[-1]).upper()] = parent.pop(path[-1])
        elif act < 0.9:
            del parent[path[-1]]
        elif isinstance(parent, list):
            parent.insert(path[-1], deepcopy(parent[path[-1]]))
        if not isinstance(result, dict) or not result:
            break
    return result


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return write_scene(tmp_path_factory.mktemp("scene"))


@pytest.mark.parametrize("kind", list(GEOMETRIES), ids=lambda kind: kind.name)
def test_garbage_is_rows_or_an_error_that_names_the_layer(scene, kind):
    rng = random.Random(int(kind))
    table = replace(scene.table("Trees"), layout=ShapeLayout(kind, True, True))
    good = {
        "attributes": {"OBJECTID": 5, "GlobalID": ID, "fid": 7, "kind": "oak", "seen": 5, "editor": "me"},
        "geometry": GEOMETRIES[kind],
    }
    read, told = 0, []
    with scene.connect() as connection:
        for _ in range(300):
            features = [good, mutated(good, rng), good][rng.randrange(2) : rng.randint(2, 3)]
            try:
                rows = rows_of(features, table)
            except (BrokenAnswer, Unsupported) as error:
                told.append(error.text)
                continue
            read += 1
            apply_rows(connection, table, rows, [], Silent())
            names = ", ".join(table.all_columns)
            stored = connection.execute(f"SELECT {names} FROM Trees WHERE fid_2 > 5").fetchall()
            for values in stored:
                row = dict(zip(table.all_columns, values))
                sent = feature_of(row, table, None, True)
                json.dumps(sent, allow_nan=False)
                assert feature_of(rows_of([sent], table)[0], table, None, True) == sent
            connection.rollback()
    assert read > 50
    assert len(told) > 50
    assert all("“Bäume”" in text and text.encode() for text in told)


def test_garbage_in_a_row_is_sent_or_refused_by_name(scene):
    rng = random.Random(3)
    table = scene.table("Parcels")
    with scene.connect() as connection:
        names = ", ".join(f'"{name}"' for name in table.all_columns)
        row = dict(zip(table.all_columns, connection.execute(f"SELECT {names} FROM Parcels").fetchone()))
    blob = row["geom"]
    told = []
    for _ in range(1_500):
        other = dict(row)
        name = rng.choice([*row, "geom", "geom"])
        bits = bytearray(blob)
        for _ in range(rng.randint(1, 4)):
            bits[rng.randrange(len(bits))] = rng.randrange(256)
        cut = bytes(bits)[: rng.choice([len(bits), len(bits), rng.randrange(len(bits))])]
        values = [None, 0, -1, 1 << 62, 0.5, float("inf"), "", "x", b"", b"GP", cut]
        other[name] = cut if name == "geom" and rng.random() < 0.8 else rng.choice(values)
        try:
            json.dumps(feature_of(other, table, None, True), allow_nan=False)
        except BadInput as error:
            told.append(str(error))
    assert len(told) > 200
    assert all("“Parcels”" in text for text in told)
