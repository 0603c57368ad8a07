"""Titles of a portal are letters, wherever the windows show them."""

from dataclasses import replace

import pytest
from qgis.core import Qgis
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QImage, QTextDocument
from qgis.PyQt.QtWidgets import QMessageBox, QTextBrowser, QVBoxLayout, QWidget

from plugin.core.untrusted.text import inert
from plugin.gui.jobs.notices import Notices
from plugin.gui.jobs.removing import ask_removal
from plugin.gui.rows.area_model import AreaModel
from plugin.gui.rows.area_row import AreaRow

from .here import PLACE, WHOLE, here


@pytest.fixture
def title(tmp_path):
    """One that Qt would show as a red picture of this machine, and a link."""
    picture = QImage(60, 60, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff0000"))
    assert picture.save(str(tmp_path / "private.png"))
    return f'Old & new < town <img src="{tmp_path}/private.png"> <a href="file:///x">Click</a> &lt;b&gt;'


@pytest.fixture
def window(qgis_app):
    made = QWidget()
    made.resize(900, 400)
    yield made
    made.deleteLater()


def shows_red(widget, qgis_app):
    for _ in range(20):
        qgis_app.processEvents()
    drawn = widget.grab().toImage()
    return any(
        drawn.pixelColor(x, y).name() == "#ff0000"
        for x in range(0, drawn.width(), 4)
        for y in range(0, drawn.height(), 4)
    )


@pytest.mark.parametrize("kind", ["tell", "offer"])
def test_the_message_bar_shows_the_letters_of_a_title(window, qgis_app, title, kind):
    bar = QgsMessageBar(window)
    QVBoxLayout(window).addWidget(bar)
    window.show()
    said = f"“{title}”\nis here."
    if kind == "tell":
        Notices(bar).tell(said)
    else:
        Notices(bar).offer(said, Qgis.MessageLevel.Info, "Open", lambda: None)
    assert not shows_red(window, qgis_app)
    (shown,) = bar.currentItem().findChildren(QTextBrowser)
    assert said in shown.toPlainText()


def test_the_question_before_removal_shows_the_letters_of_titles(window, qgis_app, title):
    window.show()
    ask_removal(replace(here(WHOLE), title=title), [f"Edits in {title} are lost."], lambda: None, window)
    box = window.findChild(QMessageBox)
    assert not shows_red(box, qgis_app)
    assert title in box.text()
    assert str(PLACE) in box.informativeText()
    assert title in box.informativeText().replace("\u2060", "")
    box.close()


def test_the_tool_tip_of_a_row_shows_the_letters_of_titles(qgis_app, title):
    model = AreaModel()
    model.replace_all([AreaRow("a", title, title, here=here(WHOLE))])
    tip = model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert Qt.mightBeRichText(tip)
    shown = QTextDocument()
    shown.setHtml(tip)
    assert shown.toPlainText().split("\n")[:2] == [title, title]


def test_what_qt_would_guess_to_be_html_is_not(title):
    for text in (
        title,
        f"x\n{title}",
        f"  {title}",
        "<b>",
        "a < b > c",
        "&lt;",
        "<!DOCTYPE html>",
        "<?xml ?>",
    ):
        assert not Qt.mightBeRichText(inert(text))
