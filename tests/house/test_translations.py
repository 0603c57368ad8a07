"""The translations load, and lose no value on the way."""

import importlib.util
import re
import string
import subprocess
from xml.etree import ElementTree

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from plugin.processing.download_map_area import DownloadMapArea

from .source import ROOT

FILES = sorted((ROOT / "i18n").glob("*.ts"))
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def translations():
    """scripts/translations.py as a module."""
    spec = importlib.util.spec_from_file_location("translations", ROOT / "scripts" / "translations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messages(path):
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name"), message.findtext("source"), message.findtext("translation")


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_german_is_there():
    assert ROOT / "i18n" / "offline_map_areas_de.ts" in FILES


@every_file
def test_it_compiles_and_loads(path, tmp_path, qgis_app):
    compiled = tmp_path / f"{path.stem}.qm"
    subprocess.run(["lrelease", "-silent", path, "-qm", compiled], check=True)
    translator = QTranslator()
    assert translator.load(str(compiled))
    QCoreApplication.installTranslator(translator)
    try:
        for context, source, target in messages(path):
            assert QCoreApplication.translate(context, source) == (target or source)
    finally:
        QCoreApplication.removeTranslator(translator)


@every_file
def test_every_translation_keeps_the_values(path):
    for _, source, target in messages(path):
        if target:
            assert placeholders(target) == placeholders(source), source


@every_file
def test_every_translation_keeps_mnemonic_and_ellipsis(path):
    for _, source, target in messages(path):
        if target:
            assert bool(re.search(r"&\w", target)) == bool(re.search(r"&\w", source)), source
            assert target.endswith("…") == source.endswith("…"), source


@pytest.fixture
def german(tmp_path):
    """A translator with the German file; not yet installed."""
    compiled = tmp_path / "de.qm"
    source = ROOT / "i18n" / "offline_map_areas_de.ts"
    subprocess.run(["lrelease", "-silent", source, "-qm", compiled], check=True)
    translator = QTranslator()
    assert translator.load(str(compiled))
    yield translator
    QCoreApplication.removeTranslator(translator)


def labels():
    """What the form of *Download map area* shows, by parameter."""
    algorithm = DownloadMapArea()
    algorithm.initAlgorithm()
    return {one.name(): one.description() for one in algorithm.parameterDefinitions()}


def test_algorithms_speak_german_in_what_is_their_own_and_what_they_share(qgis_app, german):
    english = labels()
    QCoreApplication.installTranslator(german)
    translated = {source: target for _, source, target in messages(ROOT / "i18n" / "offline_map_areas_de.ts")}
    assert labels() == {name: translated[text] or text for name, text in english.items()}
    own, shared = "MAP_AREA", "INCLUDE_BASEMAP"
    assert labels()[own] != english[own]
    assert labels()[shared] != english[shared]


def test_sentences_of_every_kind_are_found():
    found = set(translations().in_code()) | set(translations().in_forms())
    assert ("Plugin", "&Open Offline Map…") in found
    assert ("OpenOfflineMapDialog", "Open Offline Map") in found
    assert any(context == "OfflineMapError" and "{" in text for context, text in found)


def test_a_refresh_keeps_translations_and_drops_what_is_gone(tmp_path):
    module = translations()
    path = tmp_path / "some.ts"
    path.write_text(module.as_ts("de", {("A", "Yes & no"): "Ja & nein", ("A", "New"): ""}), "utf-8")
    assert module.read(path) == {("A", "Yes & no"): "Ja & nein", ("A", "New"): ""}
    assert path.read_text("utf-8").count('type="unfinished"') == 1


def test_every_sentence_has_its_german():
    module = translations()
    standing = module.read(ROOT / "i18n" / "offline_map_areas_de.ts")
    wanted = {*module.in_code(), *module.in_forms()}
    assert {key for key in wanted if not standing.get(key)} == set()
    assert set(standing) - wanted == set()
