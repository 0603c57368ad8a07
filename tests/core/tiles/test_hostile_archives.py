"""Archives built to harm, or broken: one clear error that names the file, nothing written."""

import struct
import zipfile

import pytest

from plugin.core.errors import BadInput, Damaged, Unsupported, Untrusted
from plugin.core.tiles.tile_package import open_tile_package
from tests.core.tiles.hostile import BUNDLE, TILES, good, refused, rewritten


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.txt",
        "/etc/passwd",
        "a/../../b",
        "C:/win.txt",
        "a\\..\\b",
        "tile/CON",
        "tile/nul.txt",
        "a/b./c",
        "a /b",
        "./a",
        "a//b",
        "bell\x07",
        "x" * 241,
    ],
)
def test_names_that_lead_elsewhere(tmp_path, name):
    error = refused(rewritten(good(tmp_path), {name: b"x"}), Untrusted)
    assert "unpack it into a new folder" in error.next_step
    assert [path.name for path in tmp_path.iterdir()] == ["town.tpkx"]


def test_a_nul_in_a_name(tmp_path):
    path = rewritten(good(tmp_path), {"nulXname": b"x"})
    path.write_bytes(path.read_bytes().replace(b"nulXname", b"nul\0name"))
    refused(path, Untrusted)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("twin", ["root.json", "ROOT.json", "tile", "root.json/x"])
def test_doubled_and_clashing_names(tmp_path, twin):
    path = good(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(twin, b"{}")
    refused(path, Untrusted)


def test_names_that_differ_by_the_form_of_an_accent_only(tmp_path):
    refused(rewritten(good(tmp_path), {"caf\u00e9": b"1", "cafe\u0301": b"2"}), Untrusted)


def test_links_are_refused(tmp_path):
    path = good(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    refused(path, Untrusted)


def directory_fields(content):
    """Offset of the directory's first record."""
    return struct.unpack_from("<I", content, content.rindex(b"PK\x05\x06") + 16)[0]


def test_overlapping_members(tmp_path):
    path = good(tmp_path)
    content = bytearray(path.read_bytes())
    first = directory_fields(content)
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    path.write_bytes(content)
    refused(path, Untrusted)


def test_encrypted_members(tmp_path):
    path = good(tmp_path)
    content = bytearray(path.read_bytes())
    content[directory_fields(content) + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in str(refused(path, Unsupported))


def test_other_compression(tmp_path):
    refused(good(tmp_path, compression=zipfile.ZIP_BZIP2), Unsupported)


def test_too_many_entries(tmp_path):
    path = tmp_path / "many.tpkx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(65_536):
            archive.writestr(zipfile.ZipInfo(f"f{number}"), b"")
    assert "unpack it into a new folder" in refused(path, Untrusted).next_step


def test_a_count_of_entries_that_is_not_there(tmp_path):
    path = good(tmp_path)
    content = bytearray(path.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<2H", 60_000, 60_000)
    path.write_bytes(content)
    refused(path, Damaged)


def test_a_bomb(tmp_path):
    path = rewritten(good(tmp_path), {BUNDLE: bytes(300 << 20)}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1 << 20
    refused(path, Untrusted)


def test_a_bomb_that_lies_about_its_size(tmp_path):
    path = rewritten(good(tmp_path), {BUNDLE: bytes(50 << 20)}, zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    at = content.index(BUNDLE.encode(), directory_fields(content)) - 46
    content[at + 24 : at + 28] = struct.pack("<I", 500_000)
    path.write_bytes(content)
    refused(path, Damaged)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_flipped_bits_in_documents_are_noticed(tmp_path, method):
    path = rewritten(good(tmp_path), {}, method)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("root.json").header_offset + 30 + len("root.json")
    content[start + 40] ^= 1
    path.write_bytes(content)
    refused(path, Damaged)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_cut_files(tmp_path, share):
    path = good(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(path, Damaged)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"<html>504 Gateway Time-out</html>", b"PK\x05\x06" + bytes(17)]
)
def test_files_that_are_no_archive(tmp_path, content):
    path = tmp_path / "town.tpkx"
    path.write_bytes(content)
    refused(path, Damaged)


def test_an_archive_that_is_no_tile_package(tmp_path):
    path = tmp_path / "letters.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "Dear all")
    assert "not a tile package" in str(refused(path, Damaged))


def test_paths_that_are_not_there(tmp_path):
    with pytest.raises(BadInput, match=r"gone\.tpk"):
        open_tile_package(tmp_path / "gone.tpk")
    with pytest.raises(Damaged):
        open_tile_package(tmp_path)


def test_zip64_is_read(tmp_path):
    path = tmp_path / "wide.tpkx"
    with zipfile.ZipFile(good(tmp_path)) as source, zipfile.ZipFile(path, "w") as archive:
        for info in source.infolist():
            with archive.open(zipfile.ZipInfo(info.filename), "w", force_zip64=True) as member:
                member.write(source.read(info))
    content = bytearray(path.read_bytes())
    start, end = directory_fields(content), content.rindex(b"PK\x05\x06")
    wide = widened(content[start:end])
    count = struct.unpack_from("<H", content, end + 10)[0]
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(wide), start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, start + len(wide), 1)
    end_record = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(content[:start] + wide + record + locator + end_record)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    with open_tile_package(path) as package:
        assert {tile[:3]: tile.data for tile in package.tiles()} == TILES


def widened(directory):
    """The directory with every size and offset in its zip64 extra field."""
    result, position = bytearray(), 0
    while position < len(directory):
        fields = list(struct.unpack_from("<4s6H3I5H2I", directory, position))
        name_size, extra_size, comment_size = fields[10:13]
        name = directory[position + 46 : position + 46 + name_size]
        extra = struct.pack("<2H3Q", 1, 24, fields[9], fields[8], fields[16])
        fields[8] = fields[9] = fields[16] = 0xFFFFFFFF
        fields[11], fields[12] = len(extra), 0
        result += struct.pack("<4s6H3I5H2I", *fields) + name + extra
        position += 46 + name_size + extra_size + comment_size
    return result
