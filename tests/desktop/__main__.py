"""Runs the tour: `python -m tests.desktop FOLDER`. Returns 1 when a stop was not as expected."""

from __future__ import annotations

from contextlib import ExitStack
import json
from multiprocessing.connection import Listener
import os
from pathlib import Path
import shutil
import subprocess
import sys
import threading
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import QgsApplication

from tests.fixtures.town_portal import town_portal
from tests.portal import HangUp, PortalFault, PortalStandIn, Slow, Stall, add_web_map

ROOT = Path(__file__).resolve().parents[2]
BEGIN = Path(__file__).parent / "begin.py"
_PATIENCE = 200  # seconds for one run of QGIS
_TO_BEGIN = 60  # seconds until its part of the tour begins
_FAULTS = {"hang up": HangUp, "error": PortalFault, "slow": Slow, "stall": Stall}
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
userLocale=en_US
[plugins]
offline_map_areas\\root={root}
"""


def main(folder: Path) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], True)  # fonts for the thumbnails; no display is needed
    content = town_portal(folder / "portal")
    town = next(item.id for item in content.items.values() if item.json["type"] == "Web Map")
    empty = add_web_map(content, "Elmsund by night", [])
    disabled = add_web_map(content, "Elmsund in 1880", [], typeKeywords=["Web Map"])
    profile(folder)
    with ExitStack() as stack:
        portal = stack.enter_context(PortalStandIn(content))
        listener = stack.enter_context(Listener(("127.0.0.1", 0)))
        serve(listener, portal)
        display = stack.enter_context(Display())
        told = {"root": str(ROOT), "portal": portal.url, "control": listener.address}
        told |= {"web_map": town, "empty": empty, "disabled": disabled, "pictures": str(pictures)}
        for part in ("first", "second"):
            code = run_qgis(folder, display.name, {**told, "part": part})
            if code:
                return code
    del application
    sys.stdout.write(f"Pictures in {pictures}\n")
    return 0


def profile(folder: Path) -> None:
    place = folder / "profiles" / "profiles" / "default"
    (place / "python" / "plugins").mkdir(parents=True)
    (place / "python" / "plugins" / "offline_map_areas").symlink_to(ROOT)
    (place / "QGIS").mkdir()
    text = _SETTINGS.format(root=folder.resolve() / "Offline Map Areas")
    (place / "QGIS" / "QGIS3.ini").write_text(text, "utf-8")


def run_qgis(folder: Path, display: str, told: dict) -> int:
    """One session of QGIS with its part of the tour; its exit code, or 1 when it found something wrong."""
    home = folder / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    outcome = folder / f"{told['part']}.json"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("QGIS_", "QT_"))}
    environment |= {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "DISPLAY": display,
        "LC_ALL": "C.UTF-8",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "QT_QPA_PLATFORM": "xcb",
        "TOUR": json.dumps({**told, "outcome": str(outcome)}),
    }
    command = ["qgis", "--nologo", "--noversioncheck", "--profiles-path", str(folder / "profiles")]
    log = folder / f"{told['part']}.log"
    code = watched([*command, "--code", str(BEGIN)], environment, log, outcome)
    told_back = {"wrong": [f"QGIS or the plugin did not start; see {log}"]}
    if outcome.exists():
        told_back = json.loads(outcome.read_text("utf-8"))
    for line in (*told_back.get("measured", []), *(f"WRONG: {text}" for text in told_back["wrong"])):
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    return 1 if told_back["wrong"] else code


def watched(command: list[str], environment: dict[str, str], log: Path, outcome: Path) -> int:
    """Runs QGIS to its end, to the first traceback that it prints, or until it does not begin at all.

    A plugin that does not load leaves QGIS waiting for somebody who closes its message.
    """
    with log.open("wb") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=subprocess.STDOUT)
    started = time.monotonic()
    while process.poll() is None and b"Traceback" not in log.read_bytes():
        patience = _PATIENCE if outcome.exists() else _TO_BEGIN
        if time.monotonic() > started + patience:
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
    elif name == "item":
        portal.content.items[arguments["id"]].json.update(arguments["json"])
    return None


class Display:
    """An X display that nobody looks at."""

    def __enter__(self):
        reader, writer = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1800x1200x24", "-nolisten", "tcp"],
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


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if sys.argv[1:] else "build/desktop").resolve()))
