"""The button *Help* of a question."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QMessageBox

from ...qgis_io.guide import open_guide


def add_help(box: QMessageBox, section: str) -> None:
    """Adds a button that opens a section of the guide, and leaves the question open."""
    button = box.addButton(QMessageBox.StandardButton.Help)
    button.clicked.disconnect()  # which would end the question
    button.clicked.connect(lambda _checked: open_guide(section))
