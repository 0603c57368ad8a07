"""The words of the German translation are those of the glossary in CONTRIBUTING.md."""

import re
from xml.etree import ElementTree

import pytest

from .source import ROOT

GERMAN = ROOT / "i18n" / "offline_map_areas_de.ts"


def refused_words():
    """The last column of the glossary."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = text.split("| English | German | not |\n|---|---|---|\n", 1)[1].split("\n\n", 1)[0]
    words = [word.strip() for row in rows.splitlines() for word in row.split("|")[3].split(",")]
    return [word for word in words if word]


def used(word, text):
    """True where the text has the word by itself: `Feature` is not found in “Feature-Service”."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


@pytest.mark.parametrize("word", refused_words())
def test_the_german_has_one_word_for_one_thing(word):
    texts = [one.text or "" for one in ElementTree.parse(GERMAN).getroot().iter("translation")]
    assert [text for text in texts if used(word, text)] == []


def test_words_are_told_from_their_compounds():
    assert used("Feature", "Das Feature ist weg.")
    assert not used("Feature", "Der Feature-Service antwortet nicht.")
    assert not used("Netz", "Das Netzwerk antwortet nicht.")
