"""The user guide in the plugin's folder, which needs no network; scripts/guide.py makes its pages."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

_PAGES = Path(__file__).parents[2] / "help"


def guide_url(section: str) -> str:
    """The address of a chapter or section of the guide, by its anchor; `index` is its list of contents.

    Each has a page of its own: browsers may get the address of a file without its anchor.
    """
    return QUrl.fromLocalFile(str(_PAGES / f"{section}.html")).toString(
        QUrl.ComponentFormattingOption.FullyEncoded
    )


def open_guide(section: str) -> None:
    """Opens a page of the guide in the browser."""
    QDesktopServices.openUrl(QUrl(guide_url(section)))
