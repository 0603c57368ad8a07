"""The zip that is installed: what is in it, what is not, and what is refused."""

import os
import subprocess
import sys
import zipfile

import pytest

from .source import ROOT

ROOT_FILES = {"__init__.py", "metadata.txt", "LICENSE", "README.md", "CHANGELOG.md"}
ROOT_FOLDERS = {"plugin", "ui", "i18n", "resources", "help"}
LIMIT = 25 * 1024 * 1024  # bytes; the repository's


def build(folder, **environment):
    return subprocess.run(
        [ROOT / "scripts" / "package.sh", folder],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def scan(folder):
    command = [sys.executable, ROOT / "scripts" / "scan.py", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("offline_map_areas.*.zip"))


@pytest.fixture
def names(archive):
    with zipfile.ZipFile(archive) as package:
        return package.namelist()


def test_one_top_folder_with_what_ships(names):
    assert {name.split("/")[0] for name in names} == {"offline_map_areas"}
    top = {name.split("/")[1] for name in names}
    assert top == ROOT_FILES | ROOT_FOLDERS


def test_nothing_that_must_not_ship(names):
    parts = {part for name in names for part in name.split("/")}
    assert not [
        part for part in parts if part.startswith(".") or part in {"tests", "__pycache__", "__MACOSX"}
    ]
    assert not [name for name in names if name.endswith((".pyc", ".orig", ".rej", "~")) or "\\" in name]


def test_every_module_ships(names):
    source = {str(path.relative_to(ROOT)) for path in (ROOT / "plugin").rglob("*.py")}
    assert source <= {name.removeprefix("offline_map_areas/") for name in names}


def test_the_guide_ships_with_its_pictures(names):
    guide = {str(path.relative_to(ROOT)) for path in (ROOT / "help").rglob("*") if path.is_file()}
    assert guide == {name.removeprefix("offline_map_areas/") for name in names if "/help/" in name}


def test_every_translation_is_compiled(names):
    for path in (ROOT / "i18n").glob("*.ts"):
        assert f"offline_map_areas/i18n/{path.stem}.qm" in names


def test_it_is_small_and_nothing_in_it_is_executable(archive):
    assert archive.stat().st_size < LIMIT
    with zipfile.ZipFile(archive) as package:
        assert not [entry for entry in package.infolist() if entry.external_attr >> 16 & 0o111]


def test_the_same_source_gives_the_same_bytes(archive, tmp_path):
    assert build(tmp_path).returncode == 0
    assert (tmp_path / archive.name).read_bytes() == archive.read_bytes()


def test_a_release_with_placeholders_is_refused(tmp_path):
    if "example.org" not in (ROOT / "metadata.txt").read_text("utf-8"):
        pytest.skip("metadata.txt holds no placeholder any more")
    done = build(tmp_path, RELEASE="1")
    assert done.returncode != 0
    assert "email=" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_repository_accepts_it(archive, tmp_path):
    with zipfile.ZipFile(archive) as package:
        package.extractall(tmp_path)
    done = scan(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "text", "finding"),
    [
        ("a.py", "import pickle\n", "B403"),
        ("a.py", 'def sign_in(token="secret"):\n    return token\n', "B107"),
        ("a.py", "assert True\n", "B101"),
        ("a.json", '{"item": "4f1f0b7c9e2a4d6f8b3c5e7a9d1f2b48"}\n', "Hex High Entropy String"),
        ("run.sh", "true\n", "refused"),
        (".flake8", "", "refused"),
    ],
)
def test_the_scan_finds_what_the_repository_finds(tmp_path, name, text, finding):
    (tmp_path / "clean.py").write_text("ANSWER = 42\n")
    assert scan(tmp_path).returncode == 0
    (tmp_path / name).write_text(text)
    done = scan(tmp_path)
    assert done.returncode == 1
    assert finding in done.stdout
