"""A question to the user, in plain text, with a button that opens the guide."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...core.untrusted.text import inert
from ...qgis_io.guide import open_guide


def question_box(
    window: QWidget, name: str, title: str, text: str, more: str, section: str, *, warns: bool = False
) -> QMessageBox:
    """Without its answers; it deletes itself once it is answered.

    `name` is that of the object, `more` what stands below `text`, `section` the part of the guide that *Help*
    opens. `warns`: something may be lost.
    """
    box = QMessageBox(window)
    box.setObjectName(name)
    box.setIcon(QMessageBox.Icon.Warning if warns else QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(inert(more))
    _add_help(box, section)
    box.finished.connect(box.deleteLater)
    return box


def offer_cancel(box: QMessageBox) -> None:
    """*Cancel*, which is what *Enter* and *Esc* do."""
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)


def ask_whether(
    box: QMessageBox,
    answer: str,
    go_on: Callable[[], None],
    role: QMessageBox.ButtonRole = QMessageBox.ButtonRole.DestructiveRole,
) -> None:
    """Shows a question with one answer and *Cancel*, without keeping the user from the window."""
    offer_cancel(box)
    box.addButton(answer, role).clicked.connect(lambda _checked: go_on())
    box.open()


def _add_help(box: QMessageBox, section: str) -> None:
    """Its button opens the guide, and leaves the question open."""
    button = box.addButton(QMessageBox.StandardButton.Help)
    button.clicked.disconnect()  # which would end the question
    button.clicked.connect(lambda _checked: open_guide(section))
