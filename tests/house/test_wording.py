"""Errors of the core are told in the user's language, with their values."""

import subprocess

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from plugin.core.errors import BadInput, Cancelled
from plugin.qgis_io.wording import in_words

TS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de"><context><name>OfflineMapError</name>
<message><source>“{file}” is not there.</source><translation>„{file}“ gibt es nicht.</translation></message>
<message><source>Choose another.</source><translation>Wählen Sie eine andere.</translation></message>
</context></TS>
"""


@pytest.fixture
def german(qgis_app, tmp_path):
    (tmp_path / "de.ts").write_text(TS, "utf-8")
    subprocess.run(["lrelease", "-silent", tmp_path / "de.ts"], check=True)
    translator = QTranslator()
    assert translator.load(str(tmp_path / "de.qm"))
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_without_translation_it_is_the_sentence_itself(qgis_app):
    error = BadInput("“{file}” is not there.", next_step="Choose another.", file="a {b}.mmpk")
    assert in_words(error) == str(error) == "“a {b}.mmpk” is not there. Choose another."
    assert in_words(Cancelled()) == "Cancelled."


def test_templates_are_translated_before_the_values_go_in(german):
    error = BadInput("“{file}” is not there.", next_step="Choose another.", file="a.mmpk")
    assert in_words(error) == "„a.mmpk“ gibt es nicht. Wählen Sie eine andere."
