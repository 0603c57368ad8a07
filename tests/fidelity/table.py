"""The scores of both converters as a page, and a sheet of the pictures.

`python -m tests.fidelity.table FOLDER PAGE`: FOLDER holds esri/, plain/ and ours/ with their scores.
"""

import json
import os
from pathlib import Path
import sys

import numpy
from qgis.core import Qgis
from qgis.PyQt.QtCore import QRect
from qgis.PyQt.QtGui import QGuiApplication, QImage, QPainter

SETS = {"R": "real renderers", "S": "probes of the samples", "P": "probes of our own"}
_WIDTH, _HEIGHT, _LINE = 400, 300, 18
_PAGE = """# How close the drawing is

Every renderer is drawn over the same twelve features by ArcGIS' own engine, by QGIS' own converter
(“plain”) and by this plugin, 400 x 300 pixels at 96 dpi, QGIS {version}. *Close*: the inks overlap by
0.85 or more and differ in colour by 0.05 or less on average; *near*: 0.60 and 0.12. A renderer that
shows nothing counts as far, for it has no ink to overlap. `make fidelity` makes this page.

| set | drawn by both | plain: close | near | far | ours: close | near | far |
|---|---|---|---|---|---|---|---|
{sets}
{other}
Hatches and tiles of pictures are counted from the map's origin by ArcGIS and from the corner of the
view by QGIS: distance and direction of lines agree, the place of the first line in this view alone. ArcGIS
rounds places to the pixels of its tiles, here 1.19 pixels of the picture: strokes and dots of a pixel
or two lie up to half a pixel beside ours, and count as far although they look alike. Colours written
as objects ({{r, g, b}}, as in R064) are drawn as their author meant them; ArcGIS shows nothing of them.

| renderer | plain: overlap | colour | ours: overlap | colour | |
|---|---|---|---|---|---|
{renderers}
"""

_OTHER = """
QGIS {version} drew all {number} pictures again: {equal} are equal in every pixel, the others differ by
{most} of 255 at most, and it reported {said} losses.
"""


def grade(overlap: float, difference: float) -> str:
    """Close, near or far."""
    if overlap >= 0.85 and difference <= 0.05:
        return "close"
    return "near" if overlap >= 0.6 and difference <= 0.12 else "far"


def scores(folder: Path) -> dict:
    """Name → overlap and difference in colour."""
    return {
        name: (overlap, colour) for name, overlap, colour in json.loads((folder / "_score.json").read_text())
    }


def other_version(folder: Path) -> str:
    """A paragraph about the same pictures drawn by another QGIS; nothing where there are none."""
    other = folder / "other"
    if not (other / "version.txt").exists():
        return ""
    names = [file.name for file in sorted(other.glob("*.png"))]
    steps = [_difference(QImage(str(folder / "ours" / name)), QImage(str(other / name))) for name in names]
    losses = [json.loads((where / "losses.json").read_text()) for where in (folder / "ours", other)]
    return _OTHER.format(
        version=(other / "version.txt").read_text(),
        number=len(names),
        equal=steps.count(0),
        most=max(steps, default=0),
        said="the same" if losses[0] == losses[1] else "other",
    )


def _difference(one: QImage, other: QImage) -> int:
    """The largest difference of two pictures in any colour of a pixel, 0 to 255."""
    parts = []
    for drawn in (one, other):
        image = drawn.convertToFormat(QImage.Format.Format_RGB32)
        data = image.constBits()
        data.setsize(image.sizeInBytes())
        parts.append(numpy.frombuffer(data, numpy.uint8).astype(int))
    return int(numpy.abs(parts[0] - parts[1]).max()) if parts[0].shape == parts[1].shape else 255


def page(plain: dict, ours: dict, other: str = "") -> str:
    """The page about all that both drew."""
    sets = []
    for letter, title in SETS.items():
        names = [name for name in ours if name.startswith(letter)]
        row = [f"{title} ({letter}…)", str(len(names))]
        for found in (plain, ours):
            grades = [grade(*found[name]) for name in names]
            row += [str(grades.count(word)) for word in ("close", "near", "far")]
        sets.append(f"| {' | '.join(row)} |")
    rows = []
    for name, (overlap, colour) in sorted(ours.items()):
        before = plain[name]
        word = grade(overlap, colour)
        rows.append(f"| {name} | {before[0]:.2f} | {before[1]:.2f} | {overlap:.2f} | {colour:.2f} | {word} |")
    return _PAGE.format(version=Qgis.version(), sets="\n".join(sets), other=other, renderers="\n".join(rows))


def sheet(folder: Path, names: list) -> QImage:
    """ArcGIS, plain QGIS and ours side by side, a row a renderer."""
    image = QImage(3 * _WIDTH, len(names) * (_HEIGHT + _LINE), QImage.Format.Format_RGB32)
    image.fill(0xFFDDDDDD)
    painter = QPainter(image)
    for row, name in enumerate(names):
        top = row * (_HEIGHT + _LINE)
        painter.drawText(4, top + _LINE - 5, f"{name}: ArcGIS, plain QGIS, ours")
        for column, kind in enumerate(("esri", "plain", "ours")):
            drawn = QImage(str(folder / kind / f"{name}.png"))
            painter.drawImage(QRect(column * _WIDTH, top + _LINE, _WIDTH, _HEIGHT), drawn)
    painter.end()
    return image


def main() -> None:
    """Write the page and the sheets."""
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    plain, ours = scores(folder / "plain"), scores(folder / "ours")
    text = page(plain, ours, other_version(folder))
    target.write_text(text, "utf-8")
    worst = sorted(ours, key=lambda name: -ours[name][1])
    for number in range(0, len(worst), 25):
        sheet(folder, worst[number : number + 25]).save(str(folder / f"sheet{number // 25 + 1}.png"))
    sys.stdout.write(text.partition("\n\nHatches")[0].rpartition("\n\n")[2] + "\n")


if __name__ == "__main__":
    application = QGuiApplication([])
    main()
    sys.stdout.flush()
    os._exit(0)
