"""Pictures from outside as images: of the kind that their header says, never larger than wanted."""

import pytest
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage

from plugin.qgis_io.images import image_of
from tests.core.untrusted.test_picture import painted
from tests.fixtures.pictures import black_png, svg

SIZE = QSize(240, 160)


@pytest.mark.parametrize("kind", ["PNG", "JPG", "BMP"])
def test_pictures_of_the_usual_kinds_fit(kind):
    assert image_of(painted(1200, 800, kind), SIZE).size() == SIZE
    assert image_of(painted(800, 1200, kind), SIZE).height() == SIZE.height()
    assert image_of(painted(100, 50, kind), SIZE).size() == QSize(100, 50)
    assert image_of(painted(1200, 800, kind)).size() == QSize(1200, 800)
    assert not image_of(painted(4096, 1, kind), SIZE).isNull()


def test_what_may_not_be_shown_is_no_image(tmp_path):
    red = QImage(8, 8, QImage.Format.Format_RGB32)
    red.fill(QColor("red"))
    assert red.save(str(tmp_path / "private.png"))
    drawing = svg(f"<image width='8' height='8' xlink:href='{tmp_path}/private.png'/>")
    whole = painted(9, 9, "PNG")
    for content in (b"", drawing, drawing.decode().encode("utf-16"), svg("<rect/>"), black_png(30_000, 1)):
        assert image_of(content).isNull()
    for content in (whole[:60], whole[:8] + b"\xff" * 500, whole + bytes(8 << 20)):
        assert image_of(content).isNull()
