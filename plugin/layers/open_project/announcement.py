"""What the main window should hear of: in a module of its own, which loads in no time."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, pyqtSignal


class _Announcement(QObject):
    """`groups_added`: an open project got groups of an offline map, and its decorations may have changed."""

    groups_added = pyqtSignal()


announcement = _Announcement()
