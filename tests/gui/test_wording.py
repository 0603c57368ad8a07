"""Text, icon and tone of every status, as tables."""

from itertools import product

import pytest
from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtGui import QColor, QPalette

from plugin.core.offline_map.area_status import (
    Activity,
    AreaStatus,
    Content,
    ListState,
    Local,
    Remote,
)
from plugin.core.offline_map.currency import Newer
from plugin.gui.rows.actions import Action
from plugin.gui.rows.area_row import AreaRow
from plugin.gui.rows.glyphs import glyph, glyph_of, tone_colour
from plugin.gui.rows.wording import (
    Tone,
    Words,
    icon_name,
    list_icon_name,
    tone,
)

from .here import here

# What users of ArcGIS read, and the words for the states that theirs lack.
TABLE = """
NOT_LOADED        | Not loaded            | circle   | QUIET
LOADING           | Loading               | clock    | QUIET
LOAD_FAILED       | Loading failed        | warning  | BAD
PACKAGING         | Packaging             | clock    | QUIET
PACKAGING_FAILED  | Packaging failed      | warning  | WARNING
READY             | Ready to download     | download | READY
QUEUED            | Waiting to download   | clock    | BUSY
DOWNLOADING       | Downloading           | download | BUSY
PAUSED            | Paused                | pause    | WARNING
DOWNLOAD_FAILED   | Download failed       | warning  | BAD
TAKEN             | Downloading elsewhere | download | BUSY
DOWNLOADED        | Downloaded            | check    | GOOD
UPDATE_AVAILABLE  | Update available      | update   | READY
LOCAL_EDITS       | Local edits           | edit     | WARNING
UPDATING          | Updating              | update   | BUSY
SYNCING           | Syncing               | update   | BUSY
FINISHING         | Finishing             | clock    | BUSY
DAMAGED           | Damaged               | warning  | BAD
GONE              | Gone from the portal  | cross    | WARNING
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
every_row = pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])


def test_the_table_is_whole():
    assert [row[0] for row in ROWS] == [status.name for status in AreaStatus]


@every_row
def test_text_icon_and_tone(row):
    status, text, icon, feeling = AreaStatus[row[0]], *row[1:]
    assert Words().status(status) == text
    assert Words().status_help(status).endswith(".")
    assert icon_name(status) == icon
    assert tone(status) is Tone[feeling]


# Portal, what is here, what is being done → what the row says of its state.
TOLD = """
PACKAGED   | WHOLE   0 UNKNOWN | NONE        | Downloaded
PACKAGED   | WHOLE   3 NONE    | NONE        | Local edits (3)
PACKAGED   | WHOLE   3 YES     | NONE        | Update available, local edits (3)
PACKAGED   | WHOLE   0 YES     | NONE        | Update available
GONE       | WHOLE   3 UNKNOWN | NONE        | Gone from the portal, local edits (3)
GONE       | WHOLE   0 UNKNOWN | NONE        | Gone from the portal
GONE       | DAMAGED 3 UNKNOWN | NONE        | Damaged, local edits (3)
UNREADABLE | WHOLE   3 UNKNOWN | FAILED      | Local edits (3)
PACKAGED   | WHOLE   3 YES     | QUEUED      | Waiting to download, local edits (3)
PACKAGED   | WHOLE   3 YES     | UPDATING    | Updating, local edits (3)
"""


@pytest.mark.parametrize("line", TOLD.strip().splitlines())
def test_edits_are_told_beside_every_status(line):
    remote, lies_here, activity, text = (cell.strip() for cell in line.split("|"))
    content, edits, newer = lies_here.split()
    local = Local(Content[content], int(edits), Newer[newer])
    row = AreaRow("a", "Old Town", remote=Remote[remote], here=here(local), activity=Activity[activity])
    assert Words().state_line(row) == text
    assert ("3. Removing the offline map deletes them." in Words().tool_tip(row)) is bool(local.edits)
    assert text in Words().spoken(row)


@pytest.mark.parametrize("status", AreaStatus)
def test_no_state_hides_edits(status):
    """Whatever leads to a status: with edits, their number is in its words."""
    locals_ = [Local(content, 1234, newer) for content in Content for newer in Newer]
    rows = [
        row
        for state in product(Remote, locals_, Activity)
        for row in [AreaRow("a", "Old Town", remote=state[0], here=here(state[1]), activity=state[2])]
        if row.status is status and row.local.is_map
    ]
    assert all(QLocale().toString(1234) in Words().state_line(row) for row in rows)


@pytest.mark.parametrize("state", ListState)
def test_every_list_state_has_its_own_sentence(state):
    words = Words()
    assert words.list_title(state)
    if state is not ListState.SHOWING:
        assert words.list_sentence(state).endswith(".")
        others = [other for other in ListState if other is not state]
        assert words.list_sentence(state) not in [words.list_sentence(other) for other in others]


def test_no_network_never_says_that_there_are_no_areas():
    words = Words()
    assert words.list_footer(ListState.NO_NETWORK) == (
        "No internet connection. Showing downloaded areas only."
    )
    asked = (ListState.NO_AREAS, ListState.OFFLINE_DISABLED)
    for state in set(ListState) - set(asked):
        assert "no map areas" not in f"{words.list_title(state)} {words.list_sentence(state)}".lower()


def test_every_icon_can_be_drawn(qgis_app):
    names = {icon_name(status) for status in AreaStatus} | {list_icon_name(state) for state in ListState}
    names |= {glyph_of(action) for action in Action} | {"menu", "more", "frame", "search", "sort", "pick"}
    for name in names:
        image = glyph(name, QColor("#204080"), 24, 2.0).toImage()
        assert (image.width(), image.devicePixelRatio()) == (48, 2.0)
        drawn = {
            image.pixelColor(x, y).name()
            for x in range(48)
            for y in range(48)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert drawn == {"#204080"}, name


@pytest.mark.parametrize(
    ("feeling", "base"), list(product(Tone, ["#ffffff", "#f6f6f6", "#1e1e1e", "#2d2d2d"]))
)
def test_states_are_legible_on_light_and_dark(feeling, base):
    palette = QPalette()
    ground = QColor(base)
    palette.setColor(QPalette.ColorRole.Base, ground)
    palette.setColor(QPalette.ColorRole.Text, QColor("#000000" if ground.lightness() > 128 else "#e6e6e6"))
    assert contrast(tone_colour(feeling, palette), ground) >= 4.5


def contrast(one, other):
    """WCAG 2: the ratio of the relative luminances."""

    def luminance(colour):
        parts = [
            value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
            for value in colour.getRgbF()[:3]
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
