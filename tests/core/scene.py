"""The canyonlands map behind a portal over real sockets, and jobs that take it offline."""

from concurrent.futures import ThreadPoolExecutor
import hashlib
import json

from plugin.core.download.job import DownloadOfflineMapJob, Request, Surroundings
from plugin.core.download.parameters import Overrides
from plugin.core.errors import (
    OfflineMapError,
)
from plugin.core.host import Silent
from plugin.core.portal.items import Portal
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.core.tiles.routes import Drawing
from tests.portal import (
    CANYONLANDS,
    CANYONLANDS_AREA,
    canyonlands,
)

from .hosts import QuickClock

GEODATABASE = "3b1fef0d-2cb0-4b6f-b526-9fe0a1ca3f69.geodatabase"
TILES = "07a691d9-dbdf-4fa2-bda1-021481fdbe8d.tpk"
TRAILS, ROADS, IMAGERY = "canyonlands_roads_trails_275", "canyonlands_roads_trails_4169", "World_Imagery_2017"


class Scene:
    """The canyonlands map behind a portal, and jobs that take it offline.

    With one of `threads` the tile package comes first, and then the geodatabase.
    """

    def __init__(self, start, samples, folder, access="public", credentials=None, **options):
        self.samples = samples / "canyonlands"
        self.content = canyonlands(samples, access=access)
        self.portal = start(self.content, **options)
        self.output = folder / "maps" / "Canyonlands"
        self.threads = 4
        self._credentials = credentials

    def web_map(self):
        return self.content.items[CANYONLANDS].data

    def job(self, area=CANYONLANDS_AREA, **overrides):
        return job_at(
            self.portal.url, self.output, area, self._credentials, threads=self.threads, **overrides
        )

    def run(self, feedback=None, **overrides):
        return run(self.job(**overrides), feedback)

    @property
    def staging(self):
        return self.output.with_name("Canyonlands.partial")

    def asked(self, *paths):
        return [len(self.portal.asked(f"{path}/data", origin=self.portal.data_origin)) for path in paths]


def job_at(url, output, area=CANYONLANDS_AREA, credentials=None, web_map=CANYONLANDS, threads=4, **overrides):
    """A job that takes the area to `output`, from the portal at `url`."""
    session = PortalSession(url, credentials, clock=QuickClock(), deadlines=Deadlines(connect=2, silence=1))
    around = Surroundings(
        portal=Portal(session),
        executor=ThreadPoolExecutor(threads),
        clock=QuickClock(),
        drawing=Drawing(3_06_02_00, 3_40_06, frozenset({"mrf"})),
        projector=lambda extent, source, target: extent,
        plugin_version="1.2.3",
    )
    return DownloadOfflineMapJob(Request(web_map, area, output, Overrides(**overrides)), around)


def run(job, feedback=None):
    """All steps of a job but the project, which needs QGIS."""
    try:
        job.plan()
        job.download(feedback or Silent())
        offline_map = job.make_layers(feedback or Silent())
        job.fetch_pictures(offline_map, feedback or Silent())
        return job.publish()
    except OfflineMapError as error:
        job.fail(error)
        raise


def codes(outcomes):
    return {outcome.layer.id: outcome.error.code for outcome in outcomes}


def left_in(folder):
    """All that a download left in the folder of its output: every name, and hashes as `tree` has them."""
    return {**{path.relative_to(folder).as_posix(): "" for path in folder.rglob("*")}, **tree(folder)}


def tree(folder):
    """Path → hash of every file, without what tells the time of the run."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if path.name == "manifest.json":
            manifest = json.loads(content)
            manifest.pop("run")
            content = json.dumps(manifest).encode()
        if path.is_file() and path.name != "report.json" and path.parent.name != "qgis":
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found
