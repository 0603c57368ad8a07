"""Text from outside is only text: it fits into XML, and nothing in it means more than its letters."""

from xml.dom.minidom import parseString
from xml.sax.saxutils import escape

import pytest

from plugin.core.untrusted.text import inert, storable, storable_value

UNSTORABLE = [
    *map(chr, {*range(32)} - {9, 10, 13}),
    "\ud800",
    "\udbff",
    "\udc00",
    "\udfff",
    "\ufffe",
    "\uffff",
]


@pytest.mark.parametrize("character", UNSTORABLE, ids=ascii)
def test_what_no_xml_may_hold_becomes_the_replacement_character(character):
    assert storable(f"Äcker{character}{character} & Wege") == "Äcker\ufffd\ufffd & Wege"


def test_all_other_characters_stay_and_xml_holds_them():
    whole = "".join(
        map(chr, [9, 10, *range(32, 0xD800), *range(0xE000, 0xFFFE), *range(0x10000, 0x110000, 77)])
    )
    assert storable(whole) == whole
    assert parseString(f"<a>{escape(whole)}</a>").documentElement.firstChild.data == whole


def test_texts_and_keys_of_a_json_value_are_storable_at_every_depth():
    value = {"a\uffff": [1, 2.5, None, True, "b\0", {"c": ["\ud800", {"d\x0c": "e"}]}]}
    assert storable_value(value) == {
        "a\ufffd": [1, 2.5, None, True, "b\ufffd", {"c": ["\ufffd", {"d\ufffd": "e"}]}]
    }


@pytest.mark.parametrize(
    "text",
    ["", "Wege", "< 10 m", "5 < 7 > 3", "a <- b", "[a] 10 % [b]", "100 %]", "R&D", "&amp;", "a & b"],
)
def test_text_without_meaning_stays_as_it_is(text):
    assert inert(text) == text


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("[% env('HOME') %]", "[|% env('HOME') %]"),
        ("[[%1%]", "[[|%1%]"),
        ("[%%[%", "[|%%[|%"),
        ("<b>x</b>", "<|b>x<|/b>"),
        ("a < b > c", "a <| b > c"),
        ("<!-- <?xml", "<|!-- <|?xml"),
        ("&lt;b", "&|lt;b"),
    ],
)
def test_an_invisible_mark_takes_the_meaning_and_leaves_every_letter(text, marked):
    assert inert(text) == marked.replace("|", "\u2060")
    assert inert(inert(text)) == inert(text)
    assert inert(text).replace("\u2060", "") == text
