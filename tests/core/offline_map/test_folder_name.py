"""Names of folders after titles: read by people, taken by every system, never the same for two items."""

import pytest

from plugin.core.offline_map.folder_name import folder_name

ID = "3f2a917c0d5e4b6f8a1c2d3e4f506172"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Elmsund, Old Town", "Elmsund, Old Town 3f2a91"),
        ("Straße & Märkte (Süd)", "Straße & Märkte (Süd) 3f2a91"),
        ("St. Gallen", "St. Gallen 3f2a91"),
        ("خريطة المدينة القديمة", "خريطة المدينة القديمة 3f2a91"),
        ("老城区和港口", "老城区和港口 3f2a91"),
        ("<b>Bold</b> &amp; <img src=x onerror=alert(1)>brave", "Bold &amp; brave 3f2a91"),
        ('a/b\\c:d*e?f"g<h>i|j%k#l', "a b c d e f g i j k l 3f2a91"),
        ("", "3f2a91"),
        ("  \n\t ", "3f2a91"),
        ("...", "3f2a91"),
        ("..", "3f2a91"),
        (".hidden", "hidden 3f2a91"),
        ("CON", "CON 3f2a91"),
        ("con.2026", "_con.2026 3f2a91"),
        ("LPT1 .x", "_LPT1 .x 3f2a91"),
        ("Contour", "Contour 3f2a91"),
        ("\u202egnp.exe\u202c", "gnp.exe 3f2a91"),
        ("u\u0308ber", "über 3f2a91"),
        ("half \ud83d a letter", "half a letter 3f2a91"),
        ("x.partial", "x.partial 3f2a91"),
    ],
)
def test_a_title_becomes_a_name(title, name):
    assert folder_name(title, ID) == name


@pytest.mark.parametrize("letter", ["a", "ä", "城", "🗺", "خ", "x\u0323\u0301"])
def test_long_titles_are_cut_to_forty_letters(letter):
    name = folder_name(letter * 200, ID)
    assert len(name) <= 40 + 7
    assert len(name.encode()) < 255
    assert name.endswith(" 3f2a91")
    assert letter[-1] == name[-8]


def test_two_items_of_one_title_have_two_names():
    assert folder_name("Town", ID) != folder_name("Town", "4" + ID[1:])
