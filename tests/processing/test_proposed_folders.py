"""The folders that dialogs of algorithms propose; headless, a folder is asked for as ever."""

from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsSettings
from qgis.gui import QgsGui, QgsProcessingGui

from plugin.qgis_io.settings import set_root_folder


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "Karten für unterwegs"
    set_root_folder(folder)
    yield folder
    QgsSettings().remove("plugins/offline_map_areas")


def proposed(algorithm_id):
    """What stands in the field of the dialog."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(algorithm_id)
    definition = algorithm.parameterDefinition("OUTPUT")
    wrapper = QgsGui.processingGuiRegistry().createParameterWidgetWrapper(
        definition, QgsProcessingGui.WidgetType.Standard
    )
    widget = wrapper.createWrappedWidget(QgsProcessingContext())
    assert definition.defaultValue() is None
    value = wrapper.parameterValue()
    del widget
    return Path(value)


def test_one_map_area_goes_into_a_folder_of_its_own(provider, root):
    assert proposed("offlinemapareas:downloadmaparea") == root / "Offline map"
    (root / "Offline map").mkdir(parents=True)
    (root / "Offline map 2.partial").mkdir()
    assert proposed("offlinemapareas:downloadmaparea") == root / "Offline map 3"


def test_many_go_below_the_folder_of_the_options(provider, root):
    assert proposed("offlinemapareas:downloadmapareas") == root


def test_what_is_only_listed_looks_up_nothing_and_scripts_have_to_name_a_folder(provider, root):
    for name in ("downloadmaparea", "downloadmapareas"):
        listed = provider.algorithm(name).parameterDefinition("OUTPUT")
        assert listed.defaultValueForGui() is None
    algorithm = provider.algorithm("downloadmapareas").create()
    accepted, reason = algorithm.checkParameterValues(
        {"PORTAL": "https://gis.example.org", "WEB_MAP": "a" * 32}, QgsProcessingContext()
    )
    assert not accepted
    assert "OUTPUT" in reason
