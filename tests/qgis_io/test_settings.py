"""What is remembered: typed, bounded, and deaf to what somebody wrote there by hand."""

from pathlib import Path

import pytest
from qgis.core import QgsSettings

from plugin.qgis_io import settings
from plugin.qgis_io.settings import ListSetting, Setting

pytestmark = pytest.mark.usefixtures("own_settings")


def test_a_setting_has_the_type_of_its_default(own_settings):
    number, switch, text = Setting("number", 2), Setting("switch", False), Setting("text", "none")
    assert (number.value(), switch.value(), text.value()) == (2, False, "none")
    number.set(5)
    switch.set(True)
    text.set("some")
    assert (number.value(), switch.value(), text.value()) == (5, True, "some")
    QgsSettings().setValue(f"{own_settings}/number", "many")
    assert number.value() == 2


@pytest.mark.parametrize("written", ["", "{", '{"a": 1}', "[" * 100, "[NaN]"])
def test_a_list_that_cannot_be_read_is_empty(written, own_settings):
    QgsSettings().setValue(f"{own_settings}/things", written)
    assert ListSetting("things").values() == []


def test_a_list_keeps_its_values():
    ListSetting("things").set(["Größe", {"a": [1, None]}])
    assert ListSetting("things").values() == ["Größe", {"a": [1, None]}]


def test_downloads_at_once_stay_within_bounds():
    assert settings.parallel_downloads() == 2
    for written, read in ((0, 1), (-3, 1), (4, 4), (99, 6)):
        settings.set_parallel_downloads(written)
        assert settings.parallel_downloads() == read


def test_the_root_is_among_the_documents_until_another_is_chosen(tmp_path, own_settings):
    assert settings.root_folder() == settings.default_root_folder()
    assert settings.root_folder().name == "Offline Map Areas"
    settings.set_root_folder(tmp_path)
    assert settings.root_folder() == tmp_path
    settings.set_root_folder(settings.default_root_folder())
    assert not QgsSettings().value(f"{own_settings}/root")  # another profile's documents will be followed


def test_known_offline_maps_are_listed_once_the_newest_first(own_settings):
    one, other = Path("/maps/one"), Path("/maps/zwei ä.mmpk")
    for path in (one, other, one):
        settings.remember_offline_map(path)
    assert settings.offline_map_folders() == [one, other]
    settings.forget_offline_map(one)
    settings.forget_offline_map(Path("/maps/never seen"))
    assert settings.offline_map_folders() == [other]
    QgsSettings().setValue(f"{own_settings}/offline_maps", '["/a", 7, "", null]')
    assert settings.offline_map_folders() == [Path("/a")]
