"""The user guide in help/: made of its Markdown, whole by itself, with every page that the plugin opens."""

import ast
import importlib.util
from pathlib import Path
import re

import pytest
from qgis.PyQt.QtCore import QObject, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QMessageBox

from plugin.gui.widgets.question import question_box
from plugin.processing.provider import ALGORITHMS
from plugin.qgis_io import guide

from .source import MODULES, ROOT, tree

HELP = ROOT / "help"
OPENING = {"open_guide": 0, "guide_url": 0, "question_box": 5}  # which argument is the section
LIMIT = 2 * 1024 * 1024  # bytes; the most that the package should grow by


def script():
    """scripts/guide.py as a module."""
    spec = importlib.util.spec_from_file_location("guide", ROOT / "scripts" / "guide.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sections():
    """Every section that the code opens, by a literal."""
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", "")
                if name in OPENING and isinstance(node.args[OPENING[name]], ast.Constant):
                    yield node.args[OPENING[name]].value


def test_the_pages_follow_from_the_markdown():
    """`make guide` makes them."""
    assert {path.name: path.read_text("utf-8") for path in HELP.glob("*.html")} == script().pages()


def test_every_page_that_the_plugin_opens_is_there():
    opened = set(sections())
    assert {"update", "open-an-offline-map", "index"} <= opened
    assert {section for section in opened if not (HELP / f"{section}.html").is_file()} == set()


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda algorithm: algorithm.__name__)
def test_every_algorithm_leads_to_its_page(algorithm):
    page = Path(QUrl(algorithm().helpUrl()).toLocalFile())
    assert page.parent == HELP
    assert page.is_file()


def test_every_link_leads_to_a_heading():
    texts = {path.name: path.read_text("utf-8") for path in HELP.glob("*.html")}
    for name, text in texts.items():
        links = re.findall(r'(?:href="|url=)([^"]+)"', text)
        assert links, name
        for link in links:
            page, _, anchor = link.partition("#")
            assert (HELP / page).is_file(), link
            assert not anchor or f'id="{anchor}"' in texts[page], link


def test_the_pages_need_nothing_from_elsewhere():
    for path in [*HELP.glob("*.html"), HELP / "style.css"]:
        text = path.read_text("utf-8")
        assert not re.search(r"<script|@import|url\(|(src|href)=\"\w+:", text), path.name


def test_every_picture_is_shown_and_all_is_small():
    pages = "".join(path.read_text("utf-8") for path in HELP.glob("*.html"))
    pictures = [path for path in (HELP / "pictures").iterdir() if path.is_file()]
    assert [path.name for path in pictures if f'src="pictures/{path.name}"' not in pages] == []
    assert set(re.findall(r'src="pictures/([^"]+)"', pages)) == {path.name for path in pictures}
    assert sum(path.stat().st_size for path in HELP.rglob("*") if path.is_file()) < LIMIT


def test_a_link_out_of_the_guide_is_refused():
    with pytest.raises(ValueError, match=r"states\.md"):
        script()._shipped('<a href="states.md">', {})


class Browser(QObject):
    """Takes the pages that the desktop is asked to show."""

    def __init__(self):
        super().__init__()
        self.shown = []

    @pyqtSlot(QUrl)
    def show(self, url):
        self.shown.append(url.toLocalFile())


@pytest.fixture
def browser(qgis_app):
    taker = Browser()
    QDesktopServices.setUrlHandler("file", taker, "show")
    yield taker
    QDesktopServices.unsetUrlHandler("file")


@pytest.mark.parametrize("folder", ["Jürgen Müller", "a #1 50%25?", "地図"])
def test_the_guide_opens_wherever_the_profile_lies(browser, monkeypatch, folder):
    monkeypatch.setattr(guide, "_PAGES", Path("/home") / folder)
    assert "#" not in guide.guide_url("update")
    guide.open_guide("update")
    assert browser.shown == [f"/home/{folder}/update.html"]


def test_a_question_stays_open_while_its_help_is_read(browser, qgis_app):
    box = question_box(None, "box", "Title", "Text?", "More.", "finish")
    box.open()
    box.button(QMessageBox.StandardButton.Help).click()
    assert browser.shown == [str(HELP / "finish.html")]
    assert box.isVisible()
    box.close()
