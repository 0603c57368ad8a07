"""The user guide, opened at one of its sections."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

_METADATA = Path(__file__).parents[3] / "metadata.txt"


def guide_url(section: str) -> str:
    """The address of a section of docs/user-guide.md, below the homepage that metadata.txt names."""
    metadata = ConfigParser(interpolation=None)
    metadata.read(_METADATA, encoding="utf-8")
    return f"{metadata['general']['homepage']}#{section}"


def open_guide(section: str) -> None:
    """Opens the user guide in the browser."""
    QDesktopServices.openUrl(QUrl(guide_url(section)))
