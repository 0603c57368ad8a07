"""Thumbnails of items: a placeholder at once, the picture as soon as it is there.

Pictures come from memory, from disk, or from the portal, in this order, and are decoded outside
the GUI thread, as far as `judge_picture` lets them. What lies on disk is small and made by us,
and needs no network.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from ...core.errors import Cancelled, OfflineMapError, SignInRequired
from ...core.portal.items import Item, Portal
from ...core.storage import write_whole
from ...qgis_io.connections import Connection
from ...qgis_io.images import image_of
from ...qgis_io.threads import QtExecutor
from ..rows.area_key import AreaKey, area_key
from .questions import Question, Questions

SIZE = QSize(240, 160)  # pixels: twice what a row shows, for screens of high resolution
_LARGEST_FILE = 2 << 20
_IN_MEMORY = 300  # of at most 150 kB each
_ON_DISK = 2000
_AT_ONCE = 4
_NEWEST = -1
_GREY = QColor(128, 128, 128)  # seen on light and on dark


@dataclass(frozen=True)
class _Key:
    """Which picture. A portal gives an item a new time when its thumbnail changes (milliseconds)."""

    item: AreaKey
    modified: int

    @property
    def stem(self) -> str:
        """How the files of its item begin: portals that are copies of each other share the ids of items."""
        return f"{self.item.area_id}-{sha256(self.item.portal.encode()).hexdigest()[:8]}-"


@dataclass(frozen=True)
class _Wish:
    """A picture that somebody wants to see. Without a portal only the disk can have it."""

    key: _Key
    item: Optional[Item] = None
    connection: Optional[Connection] = None


class Thumbnails(QObject):
    """The thumbnails that lists show. `arrived` tells the id of an item whose picture can be had now.

    `folder` keeps the pictures from one session to the next.
    """

    arrived = pyqtSignal(str)
    _decoded = pyqtSignal(object, QImage)

    def __init__(
        self, questions: Questions, folder: Optional[Path] = None, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._questions = questions
        self._folder = folder or _profile_folder()
        self._placeholder = placeholder()
        self._pixmaps: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._wishes: dict[_Key, _Wish] = {}
        self._seen: set[_Key] = set()  # asked for; not again before forget_failures()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)  # all that one painting of a list wishes for goes together
        self._soon.timeout.connect(self._look_on_disk)
        self._decoded.connect(self._keep)

    def pixmap(self, item: Item, connection: Connection) -> QPixmap:
        """The picture of `item`, at most `SIZE` large, or a placeholder while there is none."""
        key = _Key(area_key(connection.url, item.id), round(item.modified.timestamp() * 1000))
        return self._pixmap(_Wish(key, item, connection))

    def pixmap_on_disk(self, item: AreaKey) -> QPixmap:
        """The newest picture that this computer has of an item, or a placeholder; asks no portal."""
        return self._pixmap(_Wish(_Key(item, _NEWEST)))

    def forget_failures(self) -> None:
        """Pictures that could not be had are asked for again, as after a refresh."""
        self._seen &= set(self._pixmaps)

    def _pixmap(self, wish: _Wish) -> QPixmap:
        found = self._pixmaps.get(wish.key)
        if found is not None:
            self._pixmaps.move_to_end(wish.key)
            return found
        if wish.key not in self._seen:
            self._seen.add(wish.key)
            self._wishes[wish.key] = wish
            self._soon.start()
        return self._placeholder

    def _look_on_disk(self) -> None:
        wishes, self._wishes = list(self._wishes.values()), {}
        self._questions.run(lambda question: self._from_disk(wishes, question), self._ask_portals, _ignore)

    def _ask_portals(self, missing: Sequence[_Wish]) -> None:
        """One question for each connection, so that it signs in once."""
        by_connection: dict[Connection, list[_Wish]] = {}
        for wish in missing:
            if wish.connection is not None and wish.item is not None and wish.item.thumbnail:
                by_connection.setdefault(wish.connection, []).append(wish)
        for connection, wishes in by_connection.items():
            self._questions.ask(connection, self._fetching(wishes), _ignore, _ignore)

    def _keep(self, key: _Key, image: QImage) -> None:
        self._pixmaps[key] = self._pixmaps[replace(key, modified=_NEWEST)] = QPixmap.fromImage(image)
        while len(self._pixmaps) > _IN_MEMORY:
            dropped, _ = self._pixmaps.popitem(last=False)
            self._seen.discard(dropped)
        self.arrived.emit(key.item.area_id)

    # ---- in other threads ---------------------------------------------------------------------

    def _from_disk(self, wishes: Sequence[_Wish], question: Question) -> list[_Wish]:
        """Shows what is on disk, and returns the wishes that are left."""
        missing = []
        for wish in wishes:
            image = QImage() if question.is_cancelled() else _read(self._file(wish.key))
            if image.isNull():
                missing.append(wish)
            else:
                self._decoded.emit(wish.key, image)
        return missing

    def _fetching(self, wishes: Sequence[_Wish]):
        def fetch(portal: Portal) -> None:
            with QtExecutor(_AT_ONCE) as executor:
                for _ in executor.map(lambda wish: self._fetch(portal, wish), wishes):
                    """Each shows its picture itself."""
            _sweep(self._folder)

        return fetch

    def _fetch(self, portal: Portal, wish: _Wish) -> None:
        try:
            image = image_of(portal.thumbnail(wish.item) or b"", SIZE)
        except (Cancelled, SignInRequired):
            raise  # the same for all others
        except OfflineMapError:
            return  # the others may be there
        if image.isNull():
            return
        self._decoded.emit(wish.key, image)
        self._save(wish.key, image)

    def _save(self, key: _Key, image: QImage) -> None:
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        with suppress(OfflineMapError, OSError):  # a full disk costs the cache, not the picture
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._file(key), bytes(content))
            for old in self._folder.glob(f"{key.stem}*.png"):
                if old != self._file(key):
                    old.unlink()

    def _file(self, key: _Key) -> Path:
        if key.modified != _NEWEST:
            return self._folder / f"{key.stem}{key.modified}.png"
        return max(self._folder.glob(f"{key.stem}*.png"), default=self._folder / "none.png")


def placeholder() -> QPixmap:
    """A folded map in grey, for items whose picture is not there."""
    pixmap = QPixmap(SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(_GREY)
    ground.setAlpha(40)
    painter.fillRect(pixmap.rect(), ground)
    painter.setPen(QPen(_GREY, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(_folded_map(QRectF(76, 48, 88, 64)))
    painter.end()
    return pixmap


def _folded_map(box: QRectF) -> QPainterPath:
    """Three panels, the middle one lower."""
    fold, third = box.height() / 6, box.width() / 3
    xs = [box.left() + third * i for i in range(4)]
    lift = (0.0, fold, 0.0, fold)
    path = QPainterPath()
    path.moveTo(xs[0], box.top() + lift[0])
    for x, down in zip(xs[1:], lift[1:]):
        path.lineTo(x, box.top() + down)
    for x, down in zip(reversed(xs), reversed(lift)):
        path.lineTo(x, box.bottom() - fold + down)
    path.closeSubpath()
    for x, down in zip(xs[1:3], lift[1:3]):
        path.moveTo(x, box.top() + down)
        path.lineTo(x, box.bottom() - fold + down)
    return path


def _profile_folder() -> Path:
    return Path(QgsApplication.qgisSettingsDirPath()) / "offline_map_areas" / "thumbnails"


def _read(path: Path) -> QImage:
    try:
        with path.open("rb") as file:
            return image_of(file.read(_LARGEST_FILE + 1), SIZE)
    except OSError:
        return QImage()


def _sweep(folder: Path) -> None:
    """Drops the oldest pictures beyond the number that is kept."""
    with suppress(OSError):
        files = sorted(folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
        for old in files[:-_ON_DISK]:
            old.unlink()


def _ignore(_outcome: object) -> None:
    """A list without pictures is still a list."""
