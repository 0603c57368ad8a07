"""Runs in a checkout of version 0.1.0, see make.py: lets its code write all that it leaves on a disk.

Into the folder that is given:

    home/       what a user has: offline maps, an .mmpk file, and a download that was stopped half way
    profile/    of the QGIS profile, the folder of the .mmpk that was opened
    portal/     what the portal served, for a later version to go on with the download
    settings.json   the settings below the plugin's prefix; the path of home/ reads {home} in them
    recorded.json   what was done: the edits with the values before them, counts of rows, attachments
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import hashlib
from http.server import ThreadingHTTPServer
from itertools import count
import json
from pathlib import Path
import shutil
import sys
import time
from typing import Any, Optional
import zipfile

from in_use import used
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QSettings

from plugin.gui.area_actions import default_download
from plugin.gui.area_list import ListedWebMap
from plugin.gui.area_row import AreaRow
from plugin.gui.downloads import Downloads
from plugin.gui.jobs import Jobs
from plugin.gui.portal_questions import PortalQuestions
from plugin.gui.unfinished import Download
from plugin.processing.provider import OfflineMapAreasProvider
from plugin.qgis_io.connections import ChosenWebMap, Connection, remember_web_map, save_connection
from plugin.qgis_io.settings import remember_offline_map, set_parallel_downloads, set_root_folder
from tests.fixtures import town_geodatabase, town_portal
from tests.fixtures.geodatabase import attachment_dataset, attachment_relationship
from tests.fixtures.town_layers import global_id
from tests.fixtures.town_web_map import OLD_TOWN, STRAND
from tests.portal import Drop, HangUp, PortalContent, PortalStandIn
from tests.portal.wire import Origin

_ports = count(47100)  # one each for the four origins of the portal
# Folder by update mode as the .marea spells it; the place in the list is the number of the parameter.
MAPS = (
    ("noUpdates", "Südstrand ohne Updates"),
    ("syncWithFeatureServices", "Südstrand mit Abgleich"),
    ("downloadScheduledUpdates", "Südstrand jeden Freitag"),
    ("downloadScheduledUpdatesAndUploadNewFeatures", "Südstrand jeden Freitag und zurück"),
)
MAPS_FOLDER = "Karten für unterwegs"
MMPK = "Altstadt und Häfen.mmpk"
UNFINISHED, QUEUED = "Altstadt halb da", "Südstrand noch nicht da"
ARRIVED = 150_000  # bytes of the package in mid-download

Json = dict[str, Any]


def main(made: Path) -> None:
    home = made / "home"
    (home / MAPS_FOLDER).mkdir(parents=True)
    application, _provider = _start_qgis()
    set_root_folder(home / "Offline Map Areas")
    content = _content(made.parent / "packages")
    Origin.server_bind = _bind_to_known_port
    with PortalStandIn(content) as portal:
        recorded = _work(portal, home / MAPS_FOLDER)
    own = "offline_map_areas"
    shutil.copytree(Path(QgsApplication.qgisSettingsDirPath()) / own, made / "profile" / own)
    _write_portal(content, made / "portal")
    _write_json(made / "settings.json", _settings(home))
    _write_json(made / "recorded.json", recorded)
    leftovers = [path.name for path in made.rglob("*") if path.name.endswith(("-wal", "-shm", "-journal"))]
    assert not leftovers, leftovers
    application.exitQgis()


def _work(portal: PortalStandIn, maps: Path) -> Json:
    """All that a user does with the version; what recorded.json tells of it."""
    where = {"PORTAL": portal.url, "WEB_MAP": _item(portal.content, "Web Map")}
    _remember_portal(portal)
    in_use = {}
    for number, (mode, name) in enumerate(MAPS, start=1):
        options = {"UPDATE_MODE": number, "MAP_AREA": STRAND.title, "OUTPUT": str(maps / name)}
        _run("downloadmaparea", **where, **options)
        in_use[mode] = {"folder": f"{MAPS_FOLDER}/{name}", **used(maps / name / "qgis")}
        remember_offline_map(maps / name)
    mmpk = _mobile_map_package(where, maps.parents[2] / "for mmpk", maps / MMPK)
    project = Path(_run("openofflinemap", INPUT=str(mmpk))["PROJECT"])
    remember_offline_map(mmpk)
    return {
        "portal": portal.url,
        "maps": in_use,
        "mmpk": f"{MAPS_FOLDER}/{MMPK}",
        "opened_mmpk": {"work_folder": project.parent.parent.name, **used(project.parent)},
        "unfinished": _stop_a_download(portal, maps),
    }


# ---- what is around ---------------------------------------------------------------------------


def _start_qgis() -> tuple[QgsApplication, OfflineMapAreasProvider]:
    """Both live as long as the caller keeps them."""
    QCoreApplication.setOrganizationName("QGIS")
    QCoreApplication.setApplicationName("QGIS3")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing  # noqa: PLC0415 - on the path from here on

    Processing.initialize()
    provider = OfflineMapAreasProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    # No name of the user and no time in the projects.
    QgsSettings().setValue("core/projects/anonymize_saved_projects", True)
    return application, provider


def _run(name: str, **parameters: Any) -> Json:
    import processing  # noqa: PLC0415

    results = processing.run(f"offlinemapareas:{name}", {"LOAD": False, **parameters})
    assert (results["LAYER_ERRORS"], results["TABLE_ERRORS"]) == (0, 0)
    return results


def _bind_to_known_port(origin: Origin) -> None:
    """The addresses of the portal stand in the files, and are to be the same every time."""
    origin.server_address = ("127.0.0.1", next(_ports))
    ThreadingHTTPServer.server_bind(origin)


def _content(folder: Path) -> PortalContent:
    """Two areas of the town, whose hydrants have pictures here; files as bytes, so that ETags stay."""
    written, described = town_geodatabase.write_geodatabase, town_geodatabase._dataset

    def with_flag(layer: Any, area: Any) -> Any:
        dataset = described(layer, area)
        flag = {"hasAttachments": True} if dataset.name == "Hydrants" else {}
        return replace(dataset, layer={**dataset.layer, **flag})

    def with_attachments(path: Path, datasets: Any, *, relationships: Any, **more: Any) -> Path:
        for owner in [one for one in datasets if one.name == "Hydrants"]:
            files = [
                (global_id("Hydrants", row.object_id), f"Foto {row.object_id}.png", "image/png", _bytes(row))
                for row in owner.rows[:6]
            ]
            datasets = [*datasets, attachment_dataset(owner, files)]
            relationships = [*relationships, attachment_relationship(owner)]
        return written(path, datasets, relationships=relationships, **more)

    town_geodatabase._dataset, town_geodatabase.write_geodatabase = with_flag, with_attachments
    town_portal.AREAS, town_portal._THUMBNAIL = (OLD_TOWN, STRAND), (60, 40)
    content = town_portal.town_portal(folder, levels=(12, 13))
    for item in content.items.values():
        if isinstance(item.data, Path):
            item.data = item.data.read_bytes()
    return content


def _bytes(row: Any) -> bytes:
    """The size of a small thumbnail; what is in it is nobody's matter."""
    return b"\x89PNG\r\n\x1a\n" + hashlib.sha512(str(row.object_id).encode()).digest() * 4


def _item(content: PortalContent, kind: str, title: Optional[str] = None) -> str:
    return next(
        item.id
        for item in content.items.values()
        if item.json["type"] == kind and title in (None, item.json["title"])
    )


def _remember_portal(portal: PortalStandIn) -> None:
    save_connection(Connection("Stadt Elmsund", portal.url))
    web_map = portal.content.items[_item(portal.content, "Web Map")]
    remember_web_map("Stadt Elmsund", ChosenWebMap(web_map.id, web_map.json["title"]))


# ---- the .mmpk and the unfinished download ----------------------------------------------------


def _mobile_map_package(where: Json, folder: Path, target: Path) -> Path:
    """A map of the other area as ArcGIS packs it: everything stored, and no manifest of ours."""
    _run("downloadmaparea", **where, UPDATE_MODE=1, MAP_AREA=OLD_TOWN.title, OUTPUT=str(folder))
    with zipfile.ZipFile(target, "w") as archive:
        for path in (folder / "package.info", *sorted((folder / "p13").iterdir())):
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())
    return target


def _stop_a_download(portal: PortalStandIn, maps: Path) -> Json:
    """Two downloads of the dock; QGIS ends while the first has one package whole and the next half there."""
    area = _item(portal.content, "Map Area", OLD_TOWN.title)
    # The basemap lies lowest in the web map, and so its package comes first.
    half, absent, whole = [package.id for package in portal.content.related(area, ["Area2Package"])]
    portal.record.forget()
    portal.fault(f"{half}/data", Drop(after=ARRIVED))
    portal.fault(f"{half}/data", HangUp(), at=2, times=None)
    set_parallel_downloads(1)
    jobs = Jobs()
    downloads = Downloads(jobs, PortalQuestions())
    for title, folder in ((OLD_TOWN.title, maps / UNFINISHED), (STRAND.title, maps / QUEUED)):
        downloads.start(_chosen_in_the_form(portal, title, folder))
    _wait(lambda: len(portal.asked(f"{half}/data")) > 1)
    downloads.close()
    jobs.cancel()
    _wait(lambda: not QgsApplication.taskManager().countActiveTasks())
    portal.script.clear()
    staging = maps / f"{UNFINISHED}.partial"
    (part,) = staging.glob("p13/*.part")
    assert part.stat().st_size == ARRIVED, part.stat().st_size
    assert len(portal.asked(f"{whole}/data")) == 1
    assert not portal.asked(f"{absent}/data")
    return {
        "staging": f"{MAPS_FOLDER}/{staging.name}",
        "title": OLD_TOWN.title,
        "queued": f"{MAPS_FOLDER}/{QUEUED}",
        "whole": whole,
        "half": half,
        "absent": absent,
        "arrived": ARRIVED,
    }


def _chosen_in_the_form(portal: PortalStandIn, title: str, folder: Path) -> Download:
    web_map, area = _item(portal.content, "Web Map"), _item(portal.content, "Map Area", title)
    listed = ListedWebMap(Connection("Stadt Elmsund", portal.url), ChosenWebMap(web_map, "Elmsund"))
    download = default_download(listed, AreaRow(area, title))
    options = {"UPDATE_MODE": 0, "CONTINUE_ON_ERRORS": True, "INCLUDE_BASEMAP": True, "OUTPUT": str(folder)}
    return replace(download, parameters={**download.parameters, **options}, open_when_done=True)


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        QCoreApplication.processEvents()
        time.sleep(0.002)


# ---- writing it down --------------------------------------------------------------------------


def _settings(home: Path) -> dict[str, Any]:
    """Keys as they stand in the profile. Where the user's folders are is another place in every test."""
    settings = QgsSettings()
    keys = sorted(key for key in settings.allKeys() if key.startswith("plugins/offline_map_areas/"))
    values = {key: settings.value(key) for key in keys}
    return {
        key: value.replace(str(home), "{home}") if isinstance(value, str) else value
        for key, value in values.items()
    }


def _write_portal(content: PortalContent, folder: Path) -> None:
    """All that was served: content.json, and beside it each file that it names."""
    folder.mkdir()

    def held(value: Any, name: str) -> Json:
        if isinstance(value, bytes):
            (folder / name).write_bytes(value)
            return {"file": name}
        return {"json": value}

    items = [
        {
            "json": item.json,
            "data": held(item.data, item.id),
            "resources": {
                name: held(one.content, f"{item.id}.resource") for name, one in item.resources.items()
            },
            "files": {name: held(one, f"{item.id}.{Path(name).name}") for name, one in item.files.items()},
        }
        for item in content.items.values()
    ]
    services = {path: {"json": one.json, "access": one.access} for path, one in content.services.items()}
    _write_json(
        folder / "content.json", {"items": items, "relations": content.relations, "services": services}
    )


def _write_json(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
