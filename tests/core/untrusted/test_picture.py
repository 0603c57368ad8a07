"""Pictures are judged by their headers, drawings by every word: before anything is unpacked or opened."""

import gzip
import struct
import zlib

import pytest
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice
from qgis.PyQt.QtGui import QColor, QImage

from plugin.core.untrusted.picture import judge_picture
from tests.fixtures.pictures import black_png, chunk, data_url, svg


def painted(width, height, kind):
    """A picture as Qt writes it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#a05020"))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(content)


def gif(width, height, frames=((0, 0, 2, 1),), screen_colours=True):
    """A GIF with a table of two colours, and frames of (left, top, width, height)."""
    content = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80 if screen_colours else 0, 0, 0)
    content += b"\0\0\0\xff\xff\xff" if screen_colours else b""
    content += b"\x21\xf9\x04\0\0\0\0\0" + b"\x21\xfe\x03abc\x02de\0"
    for left, top, wide, high in frames:
        content += b"\x2c" + struct.pack("<HHHHB", left, top, wide, high, 0x81) + bytes(12)
        content += b"\x02\x02\x44\x01\0"
    return content + b"\x3b"


def webp(kind, sides):
    content = kind + struct.pack("<I", len(sides)) + sides
    return b"RIFF" + struct.pack("<I", 4 + len(content)) + b"WEBP" + content + bytes(10)


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPG", ".jpg"), ("BMP", ".bmp")])
@pytest.mark.parametrize("size", [(1, 1), (301, 17), (17, 301)])
def test_sizes_are_read_as_they_were_written(kind, suffix, size):
    picture = judge_picture(painted(*size, kind))
    assert (picture.suffix, picture.width, picture.height) == (suffix, *size)
    assert not picture.is_drawing


def test_sizes_of_kinds_that_qt_does_not_write():
    assert judge_picture(gif(320, 200)).width == 320
    assert judge_picture(gif(320, 200, [(0, 0, 9, 9), (300, 100, 100, 200)])).height == 300
    assert judge_picture(gif(5, 4, screen_colours=False)).height == 4
    extended = webp(b"VP8X", bytes(4) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"))
    assert (judge_picture(extended).width, judge_picture(extended).height) == (640, 480)
    lossless = webp(b"VP8L", b"\x2f" + (639 | 479 << 14).to_bytes(4, "little"))
    assert (judge_picture(lossless).width, judge_picture(lossless).height) == (640, 480)
    lossy = webp(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 640, 480))
    assert (judge_picture(lossy).width, judge_picture(lossy).height) == (640, 480)


def jpeg_of(width, height, scans=1):
    content = bytearray(painted(8, 8, "JPG"))
    frame = next(at for at in range(len(content)) if content[at : at + 2] in (b"\xff\xc0", b"\xff\xc2"))
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content) + b"\xff\xda\0\x08" * (scans - 1)


def png_of(width, height):
    """A header alone."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


BOMBS = {
    "a black square of 110 kB": black_png(30_000, 30_000),
    "png of many pixels": png_of(4097, 4097),
    "png too wide": png_of(8193, 1),
    "png of no size": png_of(0, 5),
    "png with texts of gigabytes": black_png(
        8, 8, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(8_000_000), 9)) * 9
    ),
    "jpeg": jpeg_of(30_000, 30_000),
    "jpeg with scans": jpeg_of(800, 800, 65),
    "gif": gif(30_000, 30_000),
    "gif whose frame is larger": gif(2, 2, [(0, 0, 30_000, 30_000)]),
    "bmp": b"BM" + bytes(12) + struct.pack("<Iii", 40, 30_000, -30_000) + bytes(40),
    "webp": webp(b"VP8X", bytes(4) + b"\xff\xff\xff" * 2),
    "large file": painted(9, 9, "PNG") + bytes(8 << 20),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", BOMBS)
def test_a_picture_that_unpacks_to_too_much_is_refused(name):
    with pytest.raises(ValueError, match="too "):
        judge_picture(BOMBS[name])


def test_pictures_as_large_as_allowed_are_not():
    assert judge_picture(png_of(8192, 2048)).width == 8192
    assert judge_picture(black_png(9, 9, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"b")) * 8)).height == 9
    assert judge_picture(jpeg_of(4096, 4096, 64)).height == 4096


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"rubbish",
        b"II*\0" + bytes(100),
        b"/* XPM */\nstatic char *x[] = {",
        b"P6 30000 30000 255\n",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff<svg xmlns",
        b"GIF89a",
        b"BM",
        b"RIFF\0\0\0\0WAVE" + bytes(40),
        painted(9, 9, "PNG")[:60],
        gzip.compress(svg("<rect width='8' height='8'/>")),
        svg("<rect width='8' height='8'/>").decode().encode("utf-16"),
        svg("<rect width='8' height='8'/>").decode().encode("utf-16-be"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + svg("").decode()).encode("utf-16"),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_picture_of_a_known_kind_is_refused(content):
    with pytest.raises(ValueError):
        judge_picture(content)


@pytest.mark.parametrize("kind", ["PNG", "JPG", "BMP", "GIF"])
def test_no_cut_or_changed_picture_ends_in_anything_but_an_answer(kind):
    whole = gif(9, 9) if kind == "GIF" else painted(9, 9, kind)
    for at in range(len(whole)):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            try:
                judge_picture(content)
            except ValueError:
                continue


# Drawings

PNG = black_png(4, 4)
HARMLESS = {
    "shapes": svg("<path d='M0 0L8 8' stroke='param(outline)'/><circle r='4'/>"),
    "a declaration": b'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n' + svg("<rect/>"),
    "a byte order mark": b"\xef\xbb\xbf" + svg("<rect/>"),
    "an old program's": svg(
        "<title>Mühle</title>",
        '<?xml version="1.0" encoding="UTF-8"?><!-- made -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    ),
    "a long preamble": svg("<rect/>", f"<!-- {'long ' * 3000} -->"),
    "an old program's notes": svg("<metadata><?xpacket begin='' id='W5'?><a/><?xpacket end='w'?></metadata>"),
    "its own parts": svg(
        "<defs><linearGradient id='a'><stop/></linearGradient><g id='b'><rect/></g></defs>"
        "<style>.c{fill:url(#a)}</style><use xlink:href='#b'/><path fill='url( &quot;#a&quot; )'/>"
    ),
    "a picture that it carries": svg(f"<image xlink:href='{data_url(PNG)}'/>"),
    "one in several lines": svg(f"<image href='{data_url(PNG)[:60]}\n{data_url(PNG)[60:]}'/>"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_drawings_that_refer_to_nothing_outside_are_shown(name):
    picture = judge_picture(HARMLESS[name])
    assert picture.is_drawing
    assert picture.content.startswith((b"<svg", b"<!--"))


def test_a_drawing_in_an_old_encoding_is_written_anew():
    old = '<?xml version="1.0" encoding="iso-8859-1"?>' + svg("<text>Mühle</text>").decode()
    assert "Mühle".encode() in judge_picture(old.encode("latin-1")).content
    assert b"<?xml" not in judge_picture(old.encode("latin-1")).content


HERE = "/home/somebody/private.png"
INNER = svg(f"<image xlink:href='{HERE}'/>")
OPENING = {
    "a file": svg(f"<image xlink:href='{HERE}'/>"),
    "a file's address": svg(f"<image xlink:href='file://{HERE}'/>"),
    "a share": svg(r"<image xlink:href='\\server\share\x.png'/>"),
    "a share with slashes": svg("<image xlink:href='//server/share/x.png'/>"),
    "the web": svg("<image xlink:href='https://example.org/x.png'/>"),
    "without a prefix": svg(f"<image href='{HERE}'/>"),
    "another prefix": svg(f"<image xmlns:y='http://www.w3.org/1999/xlink' y:href='{HERE}'/>"),
    "two prefixes": svg(f"<image xlink:href='{HERE}' href='#a'/>"),
    "two prefixes, turned": svg(f"<image href='#a' xlink:href='{HERE}'/>"),
    "written with references": svg("<image xlink:href='&#x2f;home/x.png'/>"),
    "blanks": svg(f"<image xlink:href  =\n ' {HERE}'/>"),
    "another's part": svg(f"<use xlink:href='{HERE}#a'/>"),
    "a style sheet": svg("<rect/>", f'<?xml-stylesheet type="text/css" href="{HERE}"?>'),
    "a style sheet after a declaration": svg(
        "<rect/>", f'<?xml version="1.0"?><?xml-stylesheet type="text/css" href="{HERE}"?>'
    ),
    "a style sheet by another name": svg("<rect/>", "<?xml-stylesheet hre&#102;='x'?>"),
    "an import": svg(f"<style>@import '{HERE}';</style>"),
    "an import in a section": svg(f"<style><![CDATA[@IMPORT url({HERE});]]></style>"),
    "a fill": svg(f"<rect fill='url({HERE})'/>"),
    "a fill with quotes": svg(f"<rect fill='URL( &quot;{HERE}&quot; )'/>"),
    "a fill by reference": svg(f"<rect fill='&#117;rl({HERE})'/>"),
    "a style": svg(f"<rect style='fill:url({HERE})'/>"),
    "a style with escapes": svg(rf"<rect style='fill:u\72l({HERE})'/>"),
    "a font": svg(f"<style>@font-face{{font-family:a;src:url({HERE})}}</style>"),
    "an entity": svg("<image xlink:href='&x;'/>", f'<!DOCTYPE svg [<!ENTITY x "{HERE}">]>'),
    "an outer entity": svg("<text>&x;</text>", f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{HERE}">]>'),
    "an outer declaration": svg("<rect/>", f"<!DOCTYPE svg SYSTEM '{HERE}' [ ]>"),
    "a long preamble": svg(f"<image xlink:href='{HERE}'/>", f"<!-- {'long ' * 3000} -->"),
    "a drawing in it": svg(f"<image xlink:href='{data_url(INNER, 'image/svg+xml')}'/>"),
    "a packed drawing in it": svg(f"<image xlink:href='{data_url(gzip.compress(INNER))}'/>"),
    "a wide drawing in it": svg(f"<image xlink:href='{data_url(INNER.decode().encode('utf-16'))}'/>"),
    "data without base64": svg(f"<image xlink:href='data:image/svg+xml,{HERE}'/>"),
    "data after data": svg(f"<image xlink:href='{data_url(PNG)}==PHN2Zz4='/>"),
    "another encoding": b'<?xml version="1.0" encoding="utf-7"?>' + svg("<rect/>"),
}


@pytest.mark.parametrize("name", OPENING)
def test_drawings_that_refer_to_anything_outside_are_refused(name):
    with pytest.raises(ValueError):
        judge_picture(OPENING[name])


def nested(depth, times):
    uses = [f"<use xlink:href='#g{i + 1}'/>" * times for i in range(depth)]
    parts = "".join(f"<g id='g{i}'>{use}</g>" for i, use in enumerate(uses))
    return svg(f"<defs>{parts}<rect id='g{depth}'/></defs><use xlink:href='#g0'/>")


COSTLY = {
    "a picture of 30,000 pixels a side": svg(f"<image xlink:href='{data_url(black_png(30_000, 30_000))}'/>"),
    "many pictures": svg(f"<image xlink:href='{data_url(black_png(4096, 4096))}'/>" * 2),
    "parts of parts": nested(9, 10),
    "a part of itself": svg("<g id='a'><use xlink:href='#a'/></g>"),
    "a long chain": nested(3000, 1),
    "elements": svg("<circle r='900000'/>" * 10_001),
    "a long path": svg(f"<path d='M0 0{'C1 2 3 4 5 6' * 30_000}'/>"),
    "a long polygon": svg(f"<polygon points='{'1,2 ' * 90_000}'/>"),
    "patterns": svg("<pattern id='p'/>" + "<rect fill='url(#p)'/>" * 20),
    "patterns by a style": svg("<pattern id='p'/><style>*{fill:url(#p)}</style>" + "<rect/>" * 20),
    "deep": svg("<g>" * 70 + "</g>" * 70),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", COSTLY)
def test_drawings_that_take_too_much_are_refused(name):
    with pytest.raises(ValueError):
        judge_picture(COSTLY[name])


@pytest.mark.parametrize("content", [b"<html/>", b"<svg", svg("<g>"), svg("</g>"), b"<svg/><svg/>", b"<"])
def test_what_is_no_drawing_is_refused(content):
    with pytest.raises(ValueError):
        judge_picture(content)
