"""What a map with scheduled updates fetches, by generations, names and sizes alone."""

from datetime import datetime, timezone
from itertools import combinations, permutations

import pytest

from plugin.core.portal.items import Resource
from plugin.core.update.package_choice import DeltaFile, Fetch, Held, Offered, choose_fetch, delta_files

THEN = datetime(2026, 11, 1, tzinfo=timezone.utc)
GENERATIONS = [443_400, 443_411, 443_412, 443_490, 443_502, 443_600]
BASE, LAST = 443_368, 443_600
HELD = Held(BASE, "first")


def delta(generation, size=1000):
    return DeltaFile(f"d_{generation}.geodatabase", generation, size)


def offered(generation=LAST, purged=BASE, size=900_000, revision="newest"):
    return Offered(generation, revision, size, purged)


DELTAS = [delta(one) for one in GENERATIONS]


def test_what_is_there_already_costs_nothing():
    assert choose_fetch(Held(LAST, "first"), offered(), DELTAS).fetch is Fetch.NOTHING


def test_an_older_package_is_never_taken():
    assert choose_fetch(Held(LAST + 1, "other"), offered(), DELTAS).fetch is Fetch.NOTHING


@pytest.mark.parametrize("begin", [BASE, *GENERATIONS[:-1]])
def test_deltas_come_in_order_from_where_the_map_is(begin):
    found = choose_fetch(Held(begin, ""), offered(), DELTAS[::-1])
    assert found.fetch is Fetch.DELTAS
    assert [one.generation for one in found.deltas] == [one for one in GENERATIONS if one > begin]


@pytest.mark.parametrize(
    ("held", "package", "deltas"),
    [
        (HELD, offered(purged=None), DELTAS),  # scheduled updates were switched off
        (HELD, offered(purged=BASE + 1), DELTAS),  # what leads on from here was purged
        (HELD, offered(), []),
        (HELD, offered(), DELTAS[:-1]),  # the newest is not there
        (HELD, offered(), [*DELTAS, delta(LAST + 5)]),  # ahead of the package
        (HELD, offered(), [*DELTAS, DeltaFile("d_0443412.geodatabase", 443_412, 1000)]),  # doubled
        (HELD, offered(size=5999), DELTAS),  # together larger than the package
        (HELD, offered(), [*DELTAS[:-1], delta(LAST, size=0)]),  # nobody says how large
        (HELD, offered(), [*DELTAS[:-1], delta(LAST, size=2 << 30)]),
        (Held(BASE + 3, ""), offered(), DELTAS),  # between two deltas: no one knows which leads on
        (Held(443_411, ""), offered(), [one for one in DELTAS if one.generation != 443_411]),
    ],
)
def test_else_the_newest_package_comes(held, package, deltas):
    assert choose_fetch(held, package, deltas).fetch is Fetch.PACKAGE


def test_without_generations_the_revision_tells():
    assert choose_fetch(Held(None, "newest"), offered(None), DELTAS).fetch is Fetch.NOTHING
    assert choose_fetch(HELD, offered(None), DELTAS).fetch is Fetch.PACKAGE


def test_every_listing_of_up_to_six_names():
    """In whatever order, with any of them missing or doubled."""
    count = 0
    for length in range(1, 7):
        chain = GENERATIONS[-length:]
        base = [BASE, *GENERATIONS][-length - 1]
        package = offered(purged=base)
        for order in permutations(map(delta, chain)):
            found = choose_fetch(Held(base, ""), package, order)
            assert [one.generation for one in found.deltas] == chain
            count += 1
        for kept in range(length + 1):
            for some in combinations(map(delta, chain), kept):
                found = choose_fetch(Held(base, ""), package, some)
                if LAST not in [one.generation for one in some]:
                    assert found.fetch is Fetch.PACKAGE
                for twice in some:
                    assert choose_fetch(Held(base, ""), package, [*some, twice]).fetch is Fetch.PACKAGE
                    count += 1
                count += 1
    assert count == 1320


def test_only_names_of_deltas_are_deltas():
    names = [
        "d_12.geodatabase",
        "d_.geodatabase",
        "xd_12.geodatabase",
        "d_12.geodatabase.part",
        "area/x.json",
    ]
    names += ["d_-3.geodatabase", "d_1٣.geodatabase", f"d_{'9' * 40}.geodatabase"]
    assert [one.generation for one in delta_files(Resource(name, 5, THEN) for name in names)] == [12]
