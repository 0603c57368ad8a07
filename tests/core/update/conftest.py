"""A map of the synced town on disk."""

import pytest

from .town_map import TownMap


@pytest.fixture
def town_map(portal, tmp_path):
    """`town_map(**options)` has downloaded the map; options as `TownMap` and `synced_town` take them."""

    def make(downloaded=True, **options):
        made = TownMap(portal, tmp_path, **options)
        if downloaded:
            made.download()
        return made

    return make
