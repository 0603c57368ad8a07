"""Edits that wait in the history of a replica."""

from __future__ import annotations

from plugin.core.geodatabase.catalogue import open_geodatabase
from plugin.core.geodatabase.history import pending_edits
from plugin.core.geodatabase.replica import generation_to_julian
from tests.fixtures.geodatabase import Dataset, Field, Row, write_geodatabase
from tests.fixtures.geodatabase_replica import Generations, Replica

from .shapes import wkb

UPLOADED = 1457122756338
BEFORE, AFTER, LATER = (generation_to_julian(UPLOADED + ms) for ms in (-5000, 2000, 9000))
AT = generation_to_julian(UPLOADED)


def version(object_id, **options):
    return Row(wkb("POINT (1 1)"), {}, object_id=object_id, **options)


def edits_of(tmp_path, *rows, model="PerLayer", replica=True):
    layer = Dataset("Things", "Point", [Field("name")], rows, layer_id=0)
    generations = {"Things" if model == "PerLayer" else "": Generations(5, 1000, UPLOADED, UPLOADED)}
    stated = Replica("https://x.example.org/FeatureServer", {"Things": 0}, generations, model=model)
    path = write_geodatabase(tmp_path / "x.geodatabase", [layer], replica=stated if replica else None)
    with open_geodatabase(path) as geodatabase:
        found = pending_edits(geodatabase)
    assert all(edit.table == "Things" and edit.global_id for edit in found)
    return [(edit.object_id, edit.operation.value) for edit in found]


HISTORY = [
    version(1),
    version(2, died=AFTER), version(2, born=AFTER),
    version(3, died=AFTER),
    version(4, born=AFTER),
    version(5, born=AFTER, died=LATER),
    version(6, died=BEFORE), version(6, born=BEFORE),
    version(7, died=BEFORE),
    version(8, died=AT), version(8, born=AT),
    version(9, died=AFTER), version(9, born=AFTER, died=LATER),
    version(10, born=AFTER, died=LATER), version(10, born=LATER),
]  # fmt: skip
EXPECTED = [(2, "update"), (3, "delete"), (4, "insert"), (9, "delete"), (10, "insert")]


def test_every_kind_of_history(tmp_path):
    """Unchanged, updated, deleted, new, new and gone, uploaded earlier, uploaded at that moment."""
    assert edits_of(tmp_path, *HISTORY) == EXPECTED


def test_one_generation_for_all_tables(tmp_path):
    assert edits_of(tmp_path, *HISTORY, model="PerReplica") == EXPECTED


def test_without_a_replica_nothing_is_pending(tmp_path):
    assert edits_of(tmp_path, *HISTORY, replica=False) == []


def test_samples_as_they_came_have_no_pending_edits(samples):
    for path in sorted(samples.rglob("*.geodatabase")):
        with open_geodatabase(path) as geodatabase:
            assert pending_edits(geodatabase) == ()
