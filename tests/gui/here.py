"""What lies on this computer of an area that no test downloads."""

from pathlib import Path

from plugin.core.offline_map.area_status import Content, Local
from plugin.gui.rows.local_area import LocalArea

PLACE = Path("/Karten/für unterwegs/Altstadt")


def here(local, **values):
    """A `LocalArea`, of which only `local` counts; None where nothing is here."""
    if local.content is Content.NOTHING:
        return None
    known = {"area_id": "a", "portal_url": "https://gis.example.org/portal", "revisions": {"b": "1"}}
    return LocalArea(PLACE, "Altstadt", local, **{**known, "is_own": True, **values})


WHOLE = Local(Content.WHOLE)
STAGED = Local(Content.STAGED)
