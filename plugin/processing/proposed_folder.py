"""Folders that the dialogs of algorithms propose; scripts and models name theirs themselves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from qgis.core import QgsProcessingParameterFolderDestination

from .algorithm import Algorithm


def folder_destination(
    algorithm: Algorithm, name: str, label: str, propose: Callable[[], Path]
) -> QgsProcessingParameterFolderDestination:
    """A folder that is asked for. Its dialog proposes one instead of a temporary folder, which would die with
    QGIS; nothing is looked up for algorithms that are only listed.
    """
    parameter = QgsProcessingParameterFolderDestination(name, label)
    if algorithm.is_for_use:
        parameter.setGuiDefaultValueOverride(str(propose()))
    return parameter


def parent_folder() -> Path:
    """Where offline maps go, as the options say."""
    from ..qgis_io.settings import root_folder

    return root_folder()


def free_folder(name: str) -> Path:
    """One below it that is not there, nor begun."""
    from ..core.offline_map.layout import MapFolder

    names = (name if number == 1 else f"{name} {number}" for number in count(1))
    folders = (parent_folder() / one for one in names)
    return next(one for one in folders if not (one.exists() or MapFolder(one).partial.exists()))
