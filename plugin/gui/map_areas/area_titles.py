"""The titles of map areas on the map: where they lie, and that they lie apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qgis.PyQt.QtCore import QRectF
from qgis.PyQt.QtGui import QFontMetricsF
from qgis.PyQt.QtWidgets import QApplication

from .area_shapes import PlacedShape

_WIDEST = 240.0  # pixels
_AIR = 4.0  # pixels to the edges of the view


class AreaTitles:
    """Finds a place for each of `titles`, by area id.

    `boxes` holds those that have one, in pixels of the sheet.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        self.boxes: dict[str, QRectF] = {}
        metrics = QFontMetricsF(QApplication.font())
        self._height = metrics.height() * 1.35
        self._widths = {
            area_id: min(metrics.horizontalAdvance(title), _WIDEST) + metrics.height()
            for area_id, title in titles.items()
        }
        self._settled: set[str] = set()  # areas that were in view as a whole

    def arrange(self, shapes: Mapping[str, PlacedShape], view: QRectF) -> tuple[list[QRectF], list[str]]:
        """A place for each title where none lies yet; one without room is left out.

        A title that can be seen stays where it is on the map, as do those of areas that are out of view.
        What is selected plays no part in it: titles stay where they are under a click. Gives the boxes where
        titles are gone, and the areas that have new ones.
        """
        before = self.boxes
        seen = [area_id for area_id in reversed(shapes) if shapes[area_id].box.intersects(view)]
        unseen = shapes.keys() - seen  # near, but not in view
        kept = {area_id: box for area_id, box in before.items() if area_id in unseen or box.intersects(view)}
        settled = {area_id for area_id in seen if view.contains(shapes[area_id].box)}
        no_room = settled & self._settled - before.keys()
        self.boxes, self._settled = dict(kept), settled
        for area_id in seen:  # the smallest first
            if area_id in kept or area_id in no_room:
                continue
            taken = self.boxes.values()
            boxes = self.candidates(area_id, shapes[area_id], view)
            free = next((box for box in boxes if not any(map(box.intersects, taken))), None)
            if free is not None:
                self.boxes[area_id] = free
        gone = [box for area_id, box in before.items() if area_id not in kept]
        return gone, [area_id for area_id in self.boxes if area_id not in kept]

    def candidates(self, area_id: str, shape: PlacedShape, view: QRectF) -> Iterator[QRectF]:
        """Boxes for a title, best first, moved into the view where they would stick out."""
        width, height, room = self._widths[area_id], self._height, _room(view)
        for place in shape.label_places(view):
            left = max(room.left(), min(place.x() - width / 2, room.right() - width))
            top = max(room.top(), min(place.y() - height / 2, room.bottom() - height))
            yield QRectF(left, top, width, height)


def _room(view: QRectF) -> QRectF:
    return view.adjusted(_AIR, _AIR, -_AIR, -_AIR)
