"""The tolerant reader of XML definitions."""

from __future__ import annotations

import pytest

from plugin.core.geodatabase.definition import LARGEST_DEFINITION, parse_definition
from plugin.core.untrusted.xml import MAX_DEPTH


def test_elements_attributes_and_text():
    xml = parse_definition(
        "<a:Root xsi:type='t:X'><Item>one &amp; &lt;two&gt;&#228;&#x1F5FA;</Item><Item/></a:Root>"
    )
    assert (xml.name, xml.attributes) == ("Root", {"type": "t:X"})
    assert [item.text for item in xml.every("Item")] == ["one & <two>ä\U0001f5fa", ""]
    assert xml.text_of("Item") == "one & <two>ä\U0001f5fa"
    assert xml.text_of("Nothing/Deeper", "none") == "none"


def test_an_end_tag_that_fits_nothing_closes_where_it_stands():
    xml = parse_definition("<Info><Name>main.X</Namee><Alias>A</Alias></Info>")
    assert (xml.text_of("Name"), xml.text_of("Alias")) == ("main.X", "A")


def test_a_missing_end_tag_ends_with_its_parent():
    xml = parse_definition("<Info><One><Two>2</One><Three>3</Three></Info>")
    assert (xml.text_of("One/Two"), xml.text_of("Three")) == ("2", "3")


def test_entities_of_documents_mean_nothing():
    bomb = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;&unknown;</a>'
    assert parse_definition(bomb).text == "&y;&unknown;"


def test_nothing_and_nonsense_are_empty():
    for text in (
        None,
        "",
        "no xml at all",
        "<",
        "<<<>>>",
        "</a></b>",
        "&#xD800;&#0;",
        "x" * (LARGEST_DEFINITION + 1),
    ):
        xml = parse_definition(text)
        assert (xml.name, xml.children) == ("", [])


def test_depth_is_bounded():
    xml = parse_definition("<a>" * 100_000)
    depth = 0
    while xml.children:
        xml, depth = xml.children[0], depth + 1
    assert depth < MAX_DEPTH


def test_numbers_are_read_and_others_are_none():
    xml = parse_definition("<a><n>1.5e3</n><x>NaN</x><i>inf</i><t>abc</t></a>")
    assert xml.number_of("n") == 1500
    assert xml.number_of("x") is xml.number_of("i") is xml.number_of("t") is xml.number_of("absent") is None


def test_an_attribute_may_hold_an_angle_bracket():
    xml = parse_definition("<a t='x > y'>1</a>")
    assert (xml.attributes, xml.text) == ({"t": "x > y"}, "1")


def test_the_number_of_elements_is_bounded():
    assert len(parse_definition("<a>" + "<b/>" * 1_000_100).children) == 999_999


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 500_000,
        "<?" * 1_000_000,
        "<![CDATA[" * 200_000,
        "<a " + "x " * 1_000_000,
        "<a" + ' x="1"' * 300_000,
        "<a " + '""' * 1_000_000,
        "<a x='" * 300_000,
        "<" * 2_000_000,
        "<a>" + "&" * 2_000_000,
        "<a>" + "x<b/>" * 400_000,
        "</a>" * 500_000,
        "<a>" * 500_000,
    ],
    ids=[
        "comments", "instructions", "cdata", "attributes without values", "open tag", "values without names",
        "open values", "brackets", "ampersands", "pieces of text", "end tags", "start tags",
    ],
)  # fmt: skip
def test_hostile_texts_cost_one_pass(text):
    parse_definition(text)


def test_large_documents_take_time_in_proportion_to_their_size():
    text = "<a>" + "<CodedValue><Name>n</Name><Code xsi:type='xs:int'>1</Code></CodedValue>" * 50_000 + "</a>"
    assert sum(1 for _ in parse_definition(text).every("Code")) == 50_000
