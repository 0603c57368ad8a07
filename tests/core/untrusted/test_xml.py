"""XML within bounds: what is read, and what is refused."""

import pytest

from plugin.core.errors import Damaged, Untrusted
from plugin.core.untrusted.xml import parse_tolerantly, parse_xml


def test_elements_attributes_text_and_paths():
    root = parse_xml(
        b"""<?xml version="1.0" encoding="utf-8"?><?style x?><!-- a -- comment -->
        <t:Info xsi:type='t:Info' n="a &amp; b" ><Name> x &lt; y &#65;&#x42; </Name>
        <List><Item>1</Item><Item/><Item>3</Item></List><Raw at="1 > 0"><![CDATA[<b>&amp;</b>]]></Raw>
        <Mixed>one<br/>two</Mixed></t:Info>""",
        "a.xml",
    )
    assert (root.name, root.attributes) == ("Info", {"type": "t:Info", "n": "a & b"})
    assert root.text_of("Name") == "x < y AB"
    assert [item.text for item in root.find("List").all("Item")] == ["1", "", "3"]
    assert root.find("Raw").attributes == {"at": "1 > 0"}
    assert root.text_of("Raw") == "<b>&amp;</b>"
    assert root.text_of("Mixed") == "onetwo"
    assert root.find("List/Nothing") is None
    assert root.text_of("Nothing/Below") == ""
    assert [item.text for item in root.every("Item")] == ["1", "", "3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_of_byte_order_mark_and_declaration(encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?><a>Zürich</a>'
    assert parse_xml(text.encode(encoding), "a.xml").text == "Zürich"


@pytest.mark.parametrize(
    "text",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a>&lol;</a>",
        b"<a>&a_long_Name2;</a>",
        b'<a b="&lol;"/>',
        b"<a>" * 65 + b"</a>" * 65,
        b"<a>" + b"<b/>" * 100_001 + b"</a>",
        b" " * ((1 << 20) + 1),
    ],
    ids=["doctype", "entity", "long entity", "entity in attribute", "depth", "elements", "size"],
)
def test_what_could_harm_is_refused(text):
    with pytest.raises(Untrusted, match=r"a\.xml"):
        parse_xml(text, "a.xml")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"text",
        b"<a>",
        b"</a>",
        b"<a></b>",
        b"<t:a></u:a>",
        b"<a></a b>",
        b"<a b='1'c='2'/>",
        b"<a>1 < 2</a>",
        b"<a/>&amp;",
        b"<a/><?x ",
        b"<a/><b/>",
        b"<a/>text",
        b"<a b=c/>",
        b"<a b='<'/>",
        b"<a",
        b"<a>&</a>",
        b"<a>&#0;</a>",
        b"<a>&#xD800;</a>",
        b"<a>&#x110000;</a>",
        b"<a><!-- </a>",
        b"<a><![CDATA[ </a>",
        b"<1a/>",
        b"\xff\xfe\x00",
        b"\xc3",
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b"<!ELEMENT a><a/>",
    ],
)
def test_what_is_not_well_formed_is_damaged(text):
    with pytest.raises(Damaged, match=r"a\.xml"):
        parse_xml(text, "a.xml")


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text",
    [
        b"<!--" * 200_000,
        b"<a " + b"x " * 400_000,
        b"<a" + b' x="1"' * 150_000,
        b"<" * 1_000_000,
        b"<a>" + b"&" * 900_000,
    ],
    ids=["comments", "attributes without values", "open tag", "brackets", "ampersands"],
)
def test_hostile_texts_cost_one_pass(text):
    with pytest.raises((Damaged, Untrusted)):
        parse_xml(text, "a.xml")


@pytest.mark.parametrize("said", ["a\ufffeb", "a\uffffb", "a\x01b", "a&#xFFFE;b", "a&#65535;b", "a&#11;b"])
def test_what_no_project_can_hold_is_replaced(said):
    for text in (f"<x><y z='{said}'/></x>", f"<x><y z='-'>{said}</y></x>"):
        for root in (parse_xml(text.encode(), "conf.xml"), parse_tolerantly(text, 9)):
            (inner,) = root.children
            assert "a\ufffdb" in (inner.attributes["z"], inner.text)
