"""What version 0.1.0 wrote, unpacked, and ways to look at it. make.py tells how it was made."""

from contextlib import closing
import json
from pathlib import Path
import shutil
import sqlite3
import tarfile

import pytest
from qgis.core import QgsApplication, QgsProcessingFeedback, QgsSettings

from plugin.core.working_copy.change_tracking import local_edits, values_before
from plugin.processing.provider import OfflineMapAreasProvider
from tests.portal import PortalContent

ARCHIVE = Path(__file__).parent / "0.1.0.tar.xz"
SETTINGS = "plugins/offline_map_areas"


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("aus Version 0.1.0")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def earlier(unpacked, tmp_path):
    """A copy of everything for one test, in a folder with blanks in its name."""
    folder = tmp_path / "von früher her"
    shutil.copytree(unpacked, folder)
    return Earlier(folder)


class Earlier:
    """`home` is the user's folder; `recorded` tells what was done with version 0.1.0."""

    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"
        self.recorded = json.loads((folder / "recorded.json").read_text("utf-8"))

    def map(self, mode):
        """The folder of the map with an update mode, and what was done in it."""
        recorded = self.recorded["maps"][mode]
        return self.home / recorded["folder"], recorded

    def portal_content(self):
        """What the portal served then, byte for byte: with the same revisions and ETags."""
        folder = self.folder / "portal"
        recorded = json.loads((folder / "content.json").read_text("utf-8"))

        def held(value):
            return (folder / value["file"]).read_bytes() if "file" in value else value["json"]

        content = PortalContent()
        for item in recorded["items"]:
            members = dict(item["json"])
            given = {name: members.pop(name) for name in ("type", "title", "id", "access")}
            made = content.items[content.add_item(**given, data=held(item["data"]), **members)]
            made.files.update({name: held(value) for name, value in item["files"].items()})
            for name, value in item["resources"].items():
                content.add_resource(made.id, name, held(value))
        for origin, relationship, destination in recorded["relations"]:
            content.relate(origin, relationship, destination)
        for path, service in recorded["services"].items():
            content.add_service(path, service["json"], service["access"])
        return content

    def restore_settings(self, portal_url):
        """Puts the settings back under the keys that they had.

        Two things in them, and the address in job.json, are of the machine where they were written: the
        folder of the user and the port of the portal. Here they are others.
        """
        for key, value in json.loads((self.folder / "settings.json").read_text("utf-8")).items():
            QgsSettings().setValue(key, self._here(value, portal_url) if isinstance(value, str) else value)
        job = self.home / self.recorded["unfinished"]["staging"] / "job.json"
        job.write_text(self._here(job.read_text("utf-8"), portal_url), "utf-8")

    def _here(self, text, portal_url):
        return text.replace("{home}", str(self.home)).replace(self.recorded["portal"], portal_url)


@pytest.fixture
def profile_settings(qgis_app):
    """The settings of the plugin are empty, and empty again after the test."""
    QgsSettings().remove(SETTINGS)
    yield
    QgsSettings().remove(SETTINGS)


@pytest.fixture
def run(qgis_app, qgis_processing):
    """`run("openofflinemap", INPUT=…)` as a script calls it, without a project to add layers to."""
    import processing  # noqa: PLC0415 - there after set-up

    provider = OfflineMapAreasProvider()
    QgsApplication.processingRegistry().addProvider(provider)

    def call(name, **parameters):
        values = {**parameters} if name == "verifyofflinemap" else {"LOAD": False, **parameters}
        return processing.run(f"offlinemapareas:{name}", values, feedback=QgsProcessingFeedback(False))

    yield call
    QgsApplication.processingRegistry().removeProvider(provider)


def files_of(folder):
    """Path → content of every file but the working copies, whose pages SQLite may write anew."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".gpkg"
    }


def all_but_the_project(files):
    """Of `files_of`: in the project, what may be edited by now is written anew."""
    return {name: content for name, content in files.items() if not name.endswith(".qgz")}


def rows_of(folder):
    """File → table → fid → row, of every layer and table of the working copies."""
    found = {}
    for file in sorted(folder.rglob("*.gpkg")):
        with closing(sqlite3.connect(file)) as connection:
            wanted = "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')"
            tables = [name for (name,) in connection.execute(wanted)]
            found[file.name] = {table: _rows(connection, table) for table in tables}
    return found


def _rows(connection, table):
    cursor = connection.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    return {row[names.index("fid")]: dict(zip(names, row)) for row in cursor}


def edits_of(folder):
    """What the change tracking says, in the form and the order of `recorded`."""
    found = []
    for file in folder.rglob("*.gpkg"):
        with closing(sqlite3.connect(file)) as connection:
            for edit in local_edits(connection):
                assert edit.changed_at.tzinfo is not None
                found.append(
                    {
                        "file": file.name,
                        "table": edit.table,
                        "global_id": edit.global_id,
                        "operation": edit.operation.value,
                        "before": _plain(values_before(connection, edit.table, edit.row_id)),
                    }
                )
    return in_order(found)


def in_order(edits):
    return sorted(edits, key=lambda edit: (edit["table"], edit["global_id"]))


def _plain(row):
    if row is None:
        return None
    return {name: {"hex": value.hex()} if isinstance(value, bytes) else value for name, value in row.items()}
