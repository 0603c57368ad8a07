"""`make demo`, or `python -m tests.demo FOLDER`: from a portal on loopback to the picture of a town.

Nothing is simulated but the portal: packages in Esri's formats go over HTTP, the plugin runs in a
QGIS process of its own with a fresh profile, and the map is drawn after the portal is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys
import time
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter, QPen

from tests.fixtures.town_ground import FRAME, NAME, extent_to_map
from tests.fixtures.town_portal import town_portal
from tests.fixtures.town_web_map import CREDITS, WHOLE_TOWN
from tests.portal import PortalStandIn

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "demo"
PLUGIN = "offline_map_areas"
_PATIENCE = 180  # seconds for one run of qgis_process
_WIDTH, _DPI = 2400, 144  # of the map, in pixels
_MARGIN, _FOOT = 60, 150  # pixels of paper around the map, and below it


class DemoFailed(Exception):
    """One sentence about what went wrong."""


def main(folder: Path) -> int:
    """Returns the exit code; what was done goes to stdout in ten lines, a failure to stderr in one."""
    started = time.monotonic()
    try:
        lines = run(folder)
    except DemoFailed as failure:
        print(f"make demo failed: {failure}", file=sys.stderr)  # noqa: T201
        return 1
    lines.append(f"Time       {time.monotonic() - started:.0f} seconds")
    print("\n".join(lines))  # noqa: T201
    return 0


def run(folder: Path) -> list[str]:
    """Does all of it in `folder`, which is made anew; returns what to tell."""
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "home"
    home.mkdir(parents=True, mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(home)
    content = town_portal(folder / "portal")
    web_map = next(item.id for item in content.items.values() if item.json["type"] == "Web Map")
    process = QgisProcess(folder)
    with PortalStandIn(content) as portal:
        where = {"PORTAL": portal.url, "WEB_MAP": web_map}
        areas = _areas(process.run("listmapareas", {**where, "OUTPUT": str(folder / "areas.geojson")}))
        wanted = {"MAP_AREA": WHOLE_TOWN.title, "OUTPUT": str(folder / NAME)}
        result = process.run("downloadmaparea", {**where, **wanted})
        requests = len(portal.asked())
    report = json.loads(Path(result["REPORT"]).read_text("utf-8"))
    errors = int(result["LAYER_ERRORS"]) + int(result["TABLE_ERRORS"])
    if errors:
        raise DemoFailed(f"{errors} layers or tables could not be taken offline; see {result['REPORT']}.")
    picture = folder / "map.png"
    drawn = draw(Path(result["PROJECT"]), picture)
    return _summary(areas, result, report, requests, drawn, picture)


@dataclass(frozen=True)
class Area:
    """A map area as `listmapareas` reports it; `size` in bytes."""

    title: str
    status: str
    packages: int
    size: int


def _areas(result: dict[str, Any]) -> list[Area]:
    features = json.loads(Path(result["OUTPUT"]).read_text("utf-8"))["features"]
    rows = [feature["properties"] for feature in features]
    return [Area(row["title"], row["status"], row["packages"], row["size"] or 0) for row in rows]


class QgisProcess:
    """qgis_process with our plugin and a profile of its own, all below `folder`."""

    def __init__(self, folder: Path) -> None:
        plugins = folder / "plugins"
        plugins.mkdir()
        (plugins / PLUGIN).symlink_to(ROOT, target_is_directory=True)
        # Whatever profile or plugins the caller's QGIS is told to use, this one starts afresh.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("QGIS_")}
        self._environment = {
            **inherited,
            "HOME": str(folder / "home"),
            "QGIS_PLUGINPATH": str(plugins),
            "QT_QPA_PLATFORM": "offscreen",
        }
        self._call(["plugins", "enable", PLUGIN])

    def run(self, algorithm: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """Results of one of our algorithms. Raises `DemoFailed` with what it said."""
        command = ["--json", "run", f"offlinemapareas:{algorithm}", "-"]
        answer = json.loads(self._call(command, json.dumps({"inputs": inputs})))
        return answer["results"]

    def _call(self, arguments: list[str], text: str = "") -> str:
        try:
            done = subprocess.run(
                ["qgis_process", *arguments],
                input=text,
                env=self._environment,
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DemoFailed(f"qgis_process {arguments[0]} did not run: {error}") from error
        if done.returncode:
            raise DemoFailed(f"qgis_process {' '.join(arguments)}: {done.stderr.strip() or done.stdout}")
        return done.stdout


@dataclass(frozen=True)
class Drawn:
    """What the map shows: layers that are on, layers in all, features of all layers."""

    shown: int
    layers: int
    features: int


def draw(project_file: Path, picture: Path) -> Drawn:
    """Opens the offline map's project as any QGIS would and draws it on paper."""
    application = QgsApplication([], False)
    application.initQgis()
    try:
        return _draw(project_file, picture)
    finally:
        application.exitQgis()


def _draw(project_file: Path, picture: Path) -> Drawn:
    """In a function of its own, since no layer may outlive QGIS."""
    project = QgsProject()
    if not project.read(str(project_file)):
        raise DemoFailed(f"{project_file.name} does not open: {project.error()}")
    layers = list(project.mapLayers().values())
    broken = [layer.name() for layer in layers if not layer.isValid()]
    if broken:
        raise DemoFailed(f"these layers do not open: {', '.join(broken)}")
    shown = [node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    if not _on_paper(_map_image(project, shown), project).save(str(picture)):
        raise DemoFailed(f"{picture.name} could not be written.")
    tables = {layer.source(): layer for layer in layers if isinstance(layer, QgsVectorLayer)}
    return Drawn(len(shown), len(layers), sum(layer.featureCount() for layer in tables.values()))


def _map_image(project: QgsProject, layers: list[Any]) -> QImage:
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    extent = QgsRectangle(*extent_to_map(FRAME))
    settings.setExtent(extent)
    settings.setOutputSize(QSize(_WIDTH, int(_WIDTH * extent.height() / extent.width())))
    settings.setOutputDpi(_DPI)
    settings.setFlag(Qgis.MapSettingsFlag.HighQualityImageTransforms)
    settings.setBackgroundColor(QColor("#f5f1e6"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    if job.errors():
        raise DemoFailed("; ".join(error.message for error in job.errors()))
    return job.renderedImage()


def _on_paper(image: QImage, project: QgsProject) -> QImage:
    """The map with a frame, its title, a scale bar and who made the data."""
    sheet = QImage(image.width() + 2 * _MARGIN, image.height() + _MARGIN + _FOOT, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#fbf8f0"))
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawImage(_MARGIN, _MARGIN, image)
    ink = QColor("#5a4436")
    painter.setPen(QPen(ink, 3))
    painter.drawRect(QRectF(_MARGIN - 1.5, _MARGIN - 1.5, image.width() + 3, image.height() + 3))
    painter.setPen(QPen(ink, 1))
    painter.drawRect(QRectF(_MARGIN - 9.5, _MARGIN - 9.5, image.width() + 19, image.height() + 19))
    foot = image.height() + _MARGIN + 28
    painter.setFont(_font("DejaVu Serif", 54, bold=True))
    painter.drawText(QRectF(_MARGIN, foot, 900, 90), Qt.AlignmentFlag.AlignLeft, project.title())
    painter.setFont(_font("DejaVu Sans", 21))
    told = f"An offline map, drawn by QGIS {Qgis.version().split('-')[0]} without a network\n© {CREDITS}"
    right = QRectF(_MARGIN, foot + 8, image.width(), 90)
    painter.drawText(right, Qt.AlignmentFlag.AlignRight, told)
    _scale_bar(painter, QPointF(sheet.width() / 2 - 250, foot + 30))
    painter.end()
    return sheet


def _font(family: str, pixels: int, bold: bool = False) -> QFont:
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


def _scale_bar(painter: QPainter, at: QPointF) -> None:
    """Metres on the ground, four steps of 100."""
    step = 100 * _WIDTH / (FRAME[2] - FRAME[0])
    for number in range(4):
        painter.setBrush(QColor("#5a4436" if number % 2 == 0 else "#fbf8f0"))
        painter.drawRect(QRectF(at.x() + number * step, at.y(), step, 12))
    painter.setFont(_font("DejaVu Sans", 19))
    for number, text in ((0, "0"), (2, "200"), (4, "400 m")):
        box = QRectF(at.x() + number * step - 60, at.y() + 18, 120, 30)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)


def _summary(
    areas: list[Area],
    result: dict[str, Any],
    report: dict[str, Any],
    requests: int,
    drawn: Drawn,
    picture: Path,
) -> list[str]:
    listed = ", ".join(f"{area.title} ({area.status}, {_size(area.size)})" for area in areas)
    notices = [warning["text"] for warning in report["warnings"]]
    return [
        f"Portal     {NAME} on loopback, asked {requests} times; {len(areas)} map areas",
        f"Map areas  {listed}",
        f"Download   “{result['TITLE']}”: {len(report['packages'])} packages, {_size(result['BYTES'])}",
        f"Layers     {drawn.layers}, of which {drawn.shown} are shown; {drawn.features} features and rows",
        f"Errors     {result['LAYER_ERRORS']} layers, {result['TABLE_ERRORS']} tables",
        f"Warnings   {' '.join(notices) or 'none'}",
        f"Folder     {_near(result['OUTPUT'])}",
        f"Project    {_near(result['PROJECT'])}",
        f"Picture    {_near(picture)}",
    ]


def _size(count: float) -> str:
    return f"{count / 1e6:.1f} MB"


def _near(path: Any) -> Path:
    """The path as seen from the checkout."""
    return Path(os.path.relpath(path, ROOT))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else BUILD))
