"""Map areas in the locator of QGIS."""

import pytest
from qgis.core import QgsFeedback, QgsGeometry, QgsLocatorContext, QgsLocatorResult, QgsRectangle

from plugin.core.offline_map.area_status import Remote
from plugin.gui.locator import AreaLocatorFilter
from plugin.gui.rows.area_row import AreaRow

from .here import WHOLE, here

ROWS = (
    AreaRow("a", "Old Town and Harbour", here=here(WHOLE)),
    AreaRow("b", "Strand and South Beach", remote=Remote.PACKAGED),
    AreaRow("c", "Northern Hills", remote=Remote.PACKAGING),
)


@pytest.fixture
def found(qgis_app):
    """`found("old")` is what is listed, best first; `found.jumped` what was jumped to."""
    jumped = []
    locator = AreaLocatorFilter(lambda: ROWS, jumped.append)

    def ask(text, using_prefix=False, choose=False):
        results, context = [], QgsLocatorContext()
        context.usingPrefix = using_prefix
        copy = locator.clone()  # as the locator does for each search
        copy.resultFetched.connect(lambda result: results.append(QgsLocatorResult(result)))
        copy.fetchResults(text, context, QgsFeedback())
        ranked = sorted(results, key=lambda result: (-result.score, result.displayString))
        if choose:
            locator.triggerResult(ranked[0])
        return [(result.displayString, result.description) for result in ranked]

    ask.jumped = jumped
    return ask


def test_the_prefix_alone_lists_all_with_their_states(found):
    assert found("") == []
    assert found("", using_prefix=True) == [
        ("Northern Hills", "Packaging"),
        ("Old Town and Harbour", "Downloaded"),
        ("Strand and South Beach", "Ready to download"),
    ]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("strand", ["Strand and South Beach"]),
        ("beach", ["Strand and South Beach"]),
        ("n", ["Northern Hills", "Old Town and Harbour", "Strand and South Beach"]),
        ("harbour old", ["Old Town and Harbour"]),
        ("xyz", []),
    ],
)
def test_letters_find_titles_that_begin_so_first(found, text, titles):
    assert [title for title, _ in found(text)] == titles


def test_choosing_one_jumps_to_it(found):
    found("strand", choose=True)
    assert found.jumped == ["b"]


def test_the_dock_content_shows_it_in_list_and_map(dock_content):
    outline = QgsGeometry.fromRect(QgsRectangle(10, 52, 10.4, 52.3))
    dock_content.areas.model.replace_all([*ROWS, AreaRow("d", "Fjord", outline=outline)])
    dock_content.jump_to("d")
    assert dock_content.page.selected() == ["d"]
    assert dock_content._canvas.extent().contains(QgsRectangle(10.1, 52.1, 10.2, 52.2))
