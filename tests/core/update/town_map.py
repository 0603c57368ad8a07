"""An offline map of the synced town, downloaded over real sockets, and what keeping it current needs."""

from contextlib import closing
from dataclasses import replace
import json
from pathlib import Path
import sqlite3

from plugin.core.host import Silent
from plugin.core.offline_map.layout import MapFolder, working_copies_in
from plugin.core.offline_map.manifest import read_manifest
from plugin.core.offline_map.removal import set_aside, sweep
from plugin.core.offline_map.update_mode import UpdateMode
from plugin.core.portal.credentials import UserPassword
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.core.update.finish import FinishRequest, finish_map
from plugin.core.update.open_copy import opened
from plugin.core.update.registration import register_copy, register_map
from plugin.core.update.surroundings import UpdateSurroundings
from plugin.core.update.synced_map import open_synced_map
from plugin.core.working_copy.change_tracking import local_edits
from plugin.core.working_copy.connection import connect_working_copy
from plugin.core.working_copy.copy_reading import read_state
from plugin.core.working_copy.replica_state import (
    RegistrationState,
    read_replica_state,
    write_replica_state,
)
from tests.fixtures.synced_town import OWNER, PASSWORD, synced_town

from ..hosts import QuickClock
from ..scene import job_at, run


class Orphans:
    """What a profile remembers."""

    def __init__(self):
        self.kept = []

    def orphans(self):
        return list(self.kept)

    def remember(self, orphan):
        self.kept.append(orphan)

    def forget(self, orphan):
        self.kept.remove(orphan)


class TownMap:
    """`run()` downloads the area; `user` None means nobody signs in."""

    def __init__(self, start, folder, user=(OWNER, PASSWORD), access="public", town=None, **options):
        self.town = town or synced_town(folder / "server", access=access, **options)
        self.service = self.town.service
        self.portal = start(self.town.content)
        self.folder = folder / "maps" / "Alte Stadt (Süd)"
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.user = user
        self.orphans = Orphans()
        self.machine = "one machine"
        self.removed = []

    def download(self, folder=None, mode=UpdateMode.SYNC):
        job = job_at(
            self.portal.url,
            folder or self.folder,
            self.town.area,
            UserPassword(*self.user) if self.user else None,
            web_map=self.town.web_map,
            update_mode=mode,
        )
        run(job)
        return folder or self.folder

    def around(self, machine=None, born=None, user=None):
        return UpdateSurroundings(
            session_of=lambda url: self.session(url, user or self.user),
            clock=QuickClock(),
            machine_id=self.machine if machine is None else machine,
            born=born or (lambda path: 0),
            orphans=self.orphans,
            scratch=self.scratch,
            plugin_version="9.9",
        )

    def session(self, url, user):
        credentials = UserPassword(*user) if user else None
        return PortalSession(
            url, credentials, clock=QuickClock(), deadlines=Deadlines(connect=2, silence=2, answer=20)
        )

    def register(self, folder=None, feedback=None, **options):
        synced = open_synced_map(folder or self.folder)
        return register_map(synced, self.around(**options), feedback or Silent())

    def register_afresh(self, **options):
        """As where the service does not know the replica any more."""
        synced = open_synced_map(self.folder)
        (copy,) = synced.copies
        with opened(copy) as there:
            return register_copy(synced, there, self.around(), Silent(), [], fresh=True, **options)

    def copy(self, folder=None):
        (found,) = working_copies_in(MapFolder(folder or self.folder).work)
        return found

    def state(self, folder=None):
        return read_state(self.copy(folder))

    def manifest(self, folder=None):
        return read_manifest(folder or self.folder)

    def edit(self, statement, values=(), folder=None):
        with closing(connect_working_copy(self.copy(folder))) as connection:
            connection.execute(statement, values)
            connection.commit()

    def rows(self, table, folder=None):
        """GlobalID → row, as the working copy has them."""
        with closing(sqlite3.connect(self.copy(folder))) as connection:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row)) for row in cursor]
        own = next(name for name in names if name.casefold() == "globalid")
        return {row[own]: row for row in rows}

    def edits(self, folder=None):
        """(table, GlobalID, operation) of what was not sent."""
        with closing(sqlite3.connect(self.copy(folder))) as connection:
            return [(one.table, one.global_id, one.operation.value) for one in local_edits(connection)]

    def note(self, folder=None, **changes):
        """Has the working copy say something else of itself."""
        with closing(connect_working_copy(self.copy(folder))) as connection:
            write_replica_state(connection, replace(read_replica_state(connection), **changes))
            connection.commit()

    def forget_registration(self):
        """As if nobody had registered it."""
        self.service.delete_replica(self.state().replica)
        self.note(registration=RegistrationState.PENDING, replica="", replica_name="", machine="", place="")

    def renumber(self):
        """The file gets another number, as on a disk that is mounted again."""
        self.pretend_number(self.folder, 4_711)

    def pretend_number(self, folder, number):
        """The file `folder` was registered as has this number."""
        place = json.loads(self.state(folder).place)
        self.note(folder, place=json.dumps({**place, "number": str(number)}))

    def service_url(self):
        """The address of the service as the offline map has it."""
        return f"{self.portal.server_url}/rest/services/{self.service.name}/FeatureServer"

    def finish(self, discard=False, delete=True, is_own=True, folder=None, **options):
        request = FinishRequest(folder or self.folder, discard, delete, is_own)
        return finish_map(request, self.around(**options), self.remove, Silent())

    def remove(self, folder):
        """Deletes a map as the profile that downloaded it does."""
        aside = set_aside(folder)
        self.removed.append(aside.place)
        sweep(aside.place)
        return aside.others

    def left_in_scratch(self):
        return list(Path(self.scratch).iterdir())
