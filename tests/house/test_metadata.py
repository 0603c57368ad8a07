"""metadata.txt is what the plugin repository and QGIS ask for."""

from configparser import ConfigParser
import re

import pytest

from .source import ROOT

REQUIRED = {"name", "description", "version", "qgisMinimumVersion", "author", "email", "about"}
LINKS = {"homepage", "repository", "tracker"}


@pytest.fixture(scope="module")
def metadata():
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return parser["general"]


def test_everything_that_the_repository_requires_is_there(metadata):
    assert [key for key in REQUIRED | LINKS if not metadata.get(key)] == []
    assert all(metadata[link].startswith("https://") for link in LINKS)


def test_qgis_340_to_4_load_it_and_qgis_process_too(metadata):
    assert metadata["qgisMinimumVersion"] == "3.40"
    # What goes up to QGIS 4 is listed for it; the repository reports `supportsQt6` as outdated.
    assert metadata["qgisMaximumVersion"] == "4.99"
    assert "supportsQt6" not in metadata
    assert metadata["hasProcessingProvider"] == "yes"


def test_the_about_text_names_what_a_user_needs(metadata):
    assert "account" in metadata["about"]
    assert "Nothing of Esri's software" in metadata["about"]


def test_the_version_is_plain_numbers_and_heads_the_changelog(metadata):
    version = metadata["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    newest = re.search(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest[1] == version
    assert metadata["changelog"].startswith(version)


def test_the_icon_is_there(metadata):
    assert (ROOT / metadata["icon"]).is_file()


def test_the_licence_is_the_gpl():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 2, June 1991" in text
