"""Removing offline maps: set aside under a free name at once, swept away when it can be."""

from plugin.core.offline_map.local_maps import find_local_maps
from plugin.core.offline_map.removal import left_over, set_aside, sweep
from tests.portal import CANYONLANDS, CANYONLANDS_AREA


def test_a_map_is_removed_again_while_its_earlier_copies_still_stand(scene, tmp_path):
    root = tmp_path / "Offline Map Areas"
    scene.output = root / "127.0.0.1" / CANYONLANDS / CANYONLANDS_AREA
    places = []
    for number in range(3):
        scene.run()
        (scene.output / "mine.txt").write_text(f"copy {number}")
        places.append(set_aside(scene.output))
        assert not scene.output.exists()
        assert find_local_maps([], root).maps == ()
    assert [(place / "mine.txt").read_text() for place in places] == ["copy 0", "copy 1", "copy 2"]
    assert sorted(left_over(root)) == sorted(places)
    sweep(places[1])
    assert sorted(left_over(root)) == sorted((places[0], places[2]))
    scene.run()
    assert set_aside(scene.output) == places[1]  # a name that is free again
