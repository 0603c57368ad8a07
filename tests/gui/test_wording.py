"""Text, icon, tone and actions of every status, as tables."""

from itertools import product

import pytest
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
from plugin.gui.rows.area_row import AreaRow
from plugin.gui.rows.glyphs import glyph, glyph_of, tone_colour
from plugin.gui.rows.wording import (
    Action,
    Tone,
    Words,
    actions,
    icon_name,
    list_actions,
    list_icon_name,
    tone,
)

# What users of ArcGIS read, and the words for the states that theirs lack.
TABLE = """
NOT_LOADED        | Not loaded            | circle   | QUIET   | zoom
LOADING           | Loading               | clock    | QUIET   | zoom
LOAD_FAILED       | Loading failed        | warning  | BAD     | reload zoom details
PACKAGING         | Packaging             | clock    | QUIET   | zoom details
PACKAGING_FAILED  | Packaging failed      | warning  | WARNING | zoom details
READY             | Ready to download     | download | READY   | download zoom details
QUEUED            | Waiting to download   | clock    | BUSY    | pause cancel zoom details
DOWNLOADING       | Downloading           | download | BUSY    | pause cancel zoom details
PAUSED            | Paused                | pause    | WARNING | resume cancel zoom details
DOWNLOAD_FAILED   | Download failed       | warning  | BAD     | retry cancel zoom details
DOWNLOADED        | Downloaded            | check    | GOOD    | open zoom check details folder remove
UPDATE_AVAILABLE  | Update available      | update   | READY   | open zoom check details folder remove
LOCAL_EDITS       | Local edits           | edit     | WARNING | open zoom check details folder remove
UPDATING          | Updating              | update   | BUSY    | zoom details
SYNCING           | Syncing               | update   | BUSY    | zoom details
FINISHING         | Finishing             | clock    | BUSY    | zoom details
DAMAGED           | Damaged               | warning  | BAD     | open zoom check details folder remove
GONE              | Gone from the portal  | cross    | WARNING | open zoom check details folder remove
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
every_row = pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])


def test_the_table_is_whole():
    assert [row[0] for row in ROWS] == [status.name for status in AreaStatus]


@every_row
def test_text_icon_tone_and_actions(row):
    status, text, icon, feeling, offered = AreaStatus[row[0]], *row[1:]
    assert Words().status(status) == text
    assert Words().status_help(status).endswith(".")
    assert icon_name(status) == icon
    assert tone(status) is Tone[feeling]
    assert [action.value for action in actions(status, Local(Content.WHOLE))] == offered.split()


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
    remote, here, activity, text = (cell.strip() for cell in line.split("|"))
    content, edits, newer = here.split()
    local = Local(Content[content], int(edits), Newer[newer])
    row = AreaRow("a", "Old Town", remote=Remote[remote], local=local, activity=Activity[activity])
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
        for row in [AreaRow("a", "Old Town", remote=state[0], local=state[1], activity=state[2])]
        if row.status is status and row.local.is_map
    ]
    assert all("1,234" in Words().state_line(row) for row in rows)


def test_what_is_gone_and_not_here_cannot_be_opened():
    assert actions(AreaStatus.GONE, Local()) == (Action.ZOOM, Action.DETAILS)
    assert actions(AreaStatus.GONE, Local(Content.STAGED)) == (Action.ZOOM, Action.DETAILS, Action.CANCEL)


@pytest.mark.parametrize("status", AreaStatus)
def test_what_is_open_is_not_opened_again(status):
    offered = actions(status, Local(Content.WHOLE), True)
    assert Action.OPEN not in offered
    assert offered


@pytest.mark.parametrize("state", ListState)
def test_every_list_state_has_its_own_sentence(state):
    words = Words()
    assert words.list_title(state)
    if state is not ListState.SHOWING:
        assert words.list_sentence(state).endswith(".")
        others = [other for other in ListState if other is not state]
        assert words.list_sentence(state) not in [words.list_sentence(other) for other in others]
    assert all(words.action(action) for action in list_actions(state))


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
