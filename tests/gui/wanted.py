"""Downloads as the form makes them where its user changes nothing but what is named."""

from plugin.core.download.parameters import Overrides
from plugin.gui.jobs.unfinished import Download
from plugin.gui.map_areas.download_dialog import default_folder


def download_of(listed, row, folder=None, **chosen):
    return Download(
        area_id=row.id,
        title=row.title,
        web_map_id=listed.web_map.id,
        portal_url=listed.connection.url,
        folder=folder or default_folder(listed) / row.id,
        authcfg=listed.connection.authcfg,
        overrides=Overrides(**chosen),
    )
