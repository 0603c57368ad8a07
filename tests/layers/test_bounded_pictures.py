"""Which pictures a form decodes: real JPEGs that say their sides anywhere, GIFs with every kind of screen."""

import base64
import struct
import time

import numpy as np
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextScope
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice
from qgis.PyQt.QtGui import QImage

from plugin.layers.forms.bounded_pictures import is_bounded_picture
from tests.fixtures.pictures import black_png


def is_shown(content):
    scope = QgsExpressionContextScope()
    scope.setVariable("packed", base64.b64encode(content).decode())
    expression = QgsExpression(is_bounded_picture("@packed"))
    context = QgsExpressionContext()
    context.appendScope(scope)
    assert not expression.hasParserError()
    value = expression.evaluate(context)
    assert not expression.hasEvalError()
    return bool(value)


def photo(width, height, seed, grey=False):
    """Noise, which has every byte there is, as Qt writes it."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width * 4), dtype=np.uint8)
    image = QImage(noise.tobytes(), width, height, width * 4, QImage.Format.Format_RGB32)
    if grey:
        image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPEG", 90)
    return bytes(content)


def claiming(content, height, width, kind=0xC0, shift=0):
    """A JPEG that says these sides, behind a comment that shifts all that follows."""
    at = content.index(b"\xff\xc0\x00")
    comment = b"\xff\xfe" + struct.pack(">H", 2 + shift) + bytes(shift)
    head = bytes([0xFF, kind]) + content[at + 2 : at + 5] + struct.pack(">2H", height, width)
    return content[:2] + comment + content[2:at] + head + content[at + 9 :]


@pytest.fixture(scope="module")
def small(qgis_app):
    return {grey: photo(40, 30, 5, grey) for grey in (False, True)}


@pytest.mark.parametrize("shift", range(6))
@pytest.mark.parametrize("kind", [0xC0, 0xC1, 0xC2, 0xC9, 0xCF])
@pytest.mark.parametrize("grey", [False, True])
def test_a_jpeg_is_shown_up_to_8191_wherever_it_says_its_sides(small, grey, kind, shift):
    for height, width in ((1, 1), (30, 40), (8191, 8191), (255, 8191), (8191, 256), (4096, 7936)):
        assert is_shown(claiming(small[grey], height, width, kind, shift))
    for side in (8192, 8193, 8447, 0x3FFF, 0x4000, 0x7FFF, 0x8000, 0xC000, 65535):
        for other in (0, 1, 255, 8191, 65535):
            assert not is_shown(claiming(small[grey], side, other, kind, shift))
            assert not is_shown(claiming(small[grey], other, side, kind, shift))


def test_every_number_of_colours_counts(small):
    for colours in range(1, 11):
        length = struct.pack(">H", 8 + 3 * colours)
        for shift in range(3):
            frame = b"\xff\xc0" + length + b"\x08" + struct.pack(">2H", 9000, 3) + bytes([colours])
            assert not is_shown(b"\xff\xd8\xff\xfe" + struct.pack(">H", 2 + shift) + bytes(shift) + frame)


def test_qt_says_of_what_is_shown_what_it_claims(small):
    image = QImage.fromData(claiming(small[False], 300, 8191))
    assert (image.width(), image.height()) == (8191, 300)


def test_photos_of_cameras_are_shown(qgis_app):
    shown = [is_shown(photo(1600, 1200, seed, grey)) for seed in range(6) for grey in (False, True)]
    assert all(shown)


def test_a_claim_at_the_end_of_the_largest_file_is_seen_in_time(small):
    many = b"\xff\xfe\xff\xff" + bytes(range(1, 254)) * 258 + bytes(259)
    started = time.process_time()
    assert not is_shown(b"\xff\xd8" + many * 360 + claiming(small[False], 9, 9000)[2:])
    assert time.process_time() - started < 5


def gif(width, height, kind=b"GIF89a"):
    return kind + struct.pack("<2H", width, height) + b"\x80\x00\x00" + bytes(range(6)) + b",\0\0\0\0"


@pytest.mark.parametrize("kind", [b"GIF87a", b"GIF89a"])
def test_a_gif_is_shown_up_to_1791_and_never_without_a_screen(qgis_app, kind):
    for side in (1, 3, 64, 255, 256, 1023, 1024, 1791):
        for other in (1, 64, 640, 1024, 1791):
            assert is_shown(gif(side, other, kind))
            assert is_shown(gif(other, side, kind))
    for side in (0, 1792, 2047, 2048, 4096, 8191, 65535):
        for other in (0, 1, 3, 255, 256, 1791, 65535):
            assert not is_shown(gif(side, other, kind))
            assert not is_shown(gif(other, side, kind))


def test_a_png_is_shown_up_to_8191(qgis_app):
    assert is_shown(black_png(3, 8191))
    assert not is_shown(black_png(8192, 3))
