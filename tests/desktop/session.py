"""Outside QGIS: a display, a profile, one QGIS after the other, and a portal that they can change."""

from __future__ import annotations

import json
from multiprocessing.connection import Listener
import os
from pathlib import Path
import shutil
import subprocess
import sys
import threading
import time

from tests.portal import HangUp, Html, PortalFault, PortalStandIn, Slow, Stall

ROOT = Path(__file__).resolve().parents[2]
BEGIN = Path(__file__).parent / "begin.py"
_TO_BEGIN = 60  # seconds until its part of the tour begins
_FAULTS = {"hang up": HangUp, "html": Html, "error": PortalFault, "slow": Slow, "stall": Stall}
_SETTINGS = """
[PythonPlugins]
offline_map_areas=true
processing=true
[Plugins]
libs_gpsimporter=false
[qgis]
checkVersion=false
showTips340=false
showTips344=false
askToSaveProjectChanges=false
firstRunVersionFlag=32216
newProjectDefault=false
parallel_rendering=true
[app]
projections\\unknownCrsBehavior=NoAction
[core]
NewsFeed\\httpfeedqgisorg\\disabled=true
[migration]
fileVersion=2
settings=true
[locale]
overrideFlag=true
userLocale={language}
globalLocale={language}
[plugins]
offline_map_areas\\root={root}
"""


def profile(folder: Path, language: str = "en_US") -> None:
    """A profile with the plugin of this checkout, and nothing else that asks or tells at the start."""
    place = folder / "profiles" / "profiles" / "default"
    (place / "python" / "plugins").mkdir(parents=True)
    plugin = place / "python" / "plugins" / "offline_map_areas"
    for name in ("plugin", "ui", "resources", "i18n"):
        shutil.copytree(ROOT / name, plugin / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("metadata.txt", "__init__.py"):
        shutil.copyfile(ROOT / name, plugin / name)
    subprocess.run(["lrelease", "-silent", *plugin.glob("i18n/*.ts")], check=True)
    (place / "QGIS").mkdir()
    text = _SETTINGS.format(root=folder.resolve() / "Offline Map Areas", language=language)
    (place / "QGIS" / "QGIS3.ini").write_text(text, "utf-8")


def run_qgis(folder: Path, display: str, told: dict, patience: float = 200, **variables: str) -> int:
    """One session of QGIS with its part of the tour; its exit code, or 1 when it found something wrong."""
    home = folder / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    name = told.get("run", told["part"])
    outcome = folder / f"{name}.json"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QGIS_", "QT_"))
    }
    environment |= {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "DISPLAY": display,
        "LC_ALL": "C.UTF-8",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "QT_QPA_PLATFORM": "xcb",
        "TOUR": json.dumps({**told, "outcome": str(outcome)}),
        **variables,
    }
    command = ["qgis", "--nologo", "--noversioncheck", "--profiles-path", str(folder / "profiles")]
    log = folder / f"{name}.log"
    code = watched([*command, "--code", str(BEGIN)], environment, log, outcome, patience)
    told_back = {"wrong": [f"QGIS or the plugin did not start; see {log}"]}
    if outcome.exists():
        told_back = json.loads(outcome.read_text("utf-8"))
    for line in (*told_back.get("measured", []), *(f"WRONG: {text}" for text in told_back["wrong"])):
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    return 1 if told_back["wrong"] else code


def watched(
    command: list[str], environment: dict[str, str], log: Path, outcome: Path, patience: float
) -> int:
    """Runs QGIS to its end, to the first traceback that it prints, or until it does not begin at all.

    A plugin that does not load leaves QGIS waiting for somebody who closes its message.
    """
    with log.open("wb") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=subprocess.STDOUT)
    started = time.monotonic()
    while process.poll() is None and b"Traceback" not in log.read_bytes():
        if time.monotonic() > started + (patience if outcome.exists() else _TO_BEGIN):
            break
        time.sleep(0.2)
    if process.poll() is None:
        process.kill()
    return process.wait()


def serve(listener: Listener, portal: PortalStandIn) -> None:
    """Lets the sessions of QGIS change the portal: (method, arguments) in, anything out."""

    def obey() -> None:
        while True:
            try:
                with listener.accept() as line:
                    while True:
                        name, arguments = line.recv()
                        line.send(change(portal, name, arguments))
            except EOFError:
                continue  # that session has ended
            except OSError:
                return  # the tour has ended

    threading.Thread(target=obey, daemon=True).start()


def change(portal: PortalStandIn, name: str, arguments: dict) -> object:
    if name == "fault":
        kind, path = _FAULTS[arguments.pop("kind")], arguments.pop("path")
        portal.fault(path, kind(**arguments), times=None)
    elif name == "mend":
        portal.script.clear()
    elif name == "asked":
        return len(portal.asked())
    elif name == "colleague":
        (service,) = portal.content.feature_services.values()
        rows = service.rows(arguments["layer"])
        guid = next(guid for guid, row in rows.items() if row["name"] == arguments["feature"])
        service.edit(arguments["layer"], updates=[{"attributes": {"GlobalID": guid, **arguments["values"]}}])
    elif name == "replicas":
        (service,) = portal.content.feature_services.values()
        return len(service.own_replicas())
    elif name == "item":
        portal.content.items[arguments["id"]].json.update(arguments["json"])
    return None


class Display:
    """An X display that nobody looks at, of `width` × `height` pixels."""

    def __init__(self, width: int = 1800, height: int = 1200) -> None:
        self._size = f"{width}x{height}x24"

    def __enter__(self):
        reader, writer = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", self._size, "-dpi", "96", "-nolisten", "tcp"],
            pass_fds=(writer,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as told:
            self.name = f":{told.readline().strip()}"
        time.sleep(0.2)
        return self

    def __exit__(self, *_error):
        self._process.terminate()
        self._process.wait()
