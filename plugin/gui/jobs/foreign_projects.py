"""Projects of offline maps that came from elsewhere: what is in them, and whether their user wants that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

from qgis.PyQt.QtCore import QCoreApplication, QLocale
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...core.errors import Damaged, PackageError
from ...core.host import Silent
from ...core.notice import Notice
from ...core.offline_map.layout import PACKAGE_INFO
from ...core.offline_map.local_maps import read_local_map
from ...core.offline_map.places import known_project
from ...core.storage import file_sha256
from ...core.untrusted.project_file import look_through_project
from ...qgis_io.made_here import is_answered, is_downloaded_here
from ...qgis_io.wording import in_words, notice_in_words
from ..widgets.question import question_box


@dataclass(frozen=True)
class ForeignProject:
    """A project that this profile neither wrote nor saved, nor was told what to do with.

    `is_of_own_map` where this profile downloaded the map, with a version that kept no record of projects;
    `edits` are those noted beside it. It holds what `contents` tell; `error` says why nobody can find out.
    """

    file: Path
    sha256: str
    map_folder: Path
    is_of_own_map: bool
    edits: int = 0
    contents: tuple[Notice, ...] = ()
    error: Optional[PackageError] = None


def find_foreign_project(path: Path, profile: Path) -> Optional[ForeignProject]:
    """The project that opening the offline map at `path` would come to, where its user is to be asked first.

    Takes time. Raises `StorageError`.
    """
    file = known_project(path, profile)
    if file is None:
        return None
    sha256 = file_sha256(file, Silent())
    if is_answered(sha256):
        return None
    folder = path.parent if path.name == PACKAGE_INFO else path
    here = read_local_map(folder)
    found = ForeignProject(file, sha256, folder, is_downloaded_here(folder, here.finished), here.edits)
    try:
        contents = look_through_project(file, folder)
        if file_sha256(file, Silent()) != sha256:
            raise Damaged("“{file}” changed while it was read.", next_step="Try again.", file=file.name)
    except PackageError as error:
        return replace(found, error=error)
    return replace(found, contents=contents)


def ask_project(
    found: ForeignProject,
    answered: Callable[[bool], None],
    cancelled: Callable[[], None],
    window: QWidget,
) -> None:
    """Asks, without keeping the user from the window, whether the project is wanted with its changes."""
    translate = QCoreApplication.translate
    text = translate(
        "ForeignProject", "“{title}” contains a project that this QGIS profile neither created nor saved."
    )
    box = question_box(
        window,
        "offlineMapAreasProject",
        translate("ForeignProject", "Open Offline Map"),
        text.format(title=found.map_folder.name),
        "\n\n".join(_paragraphs(found)),
        "a-map-that-somebody-handed-on",
    )
    as_drawn = box.addButton(
        translate("ForeignProject", "As the Author Drew It"), QMessageBox.ButtonRole.AcceptRole
    )
    changed = None
    if found.error is None:
        changed = box.addButton(
            translate("ForeignProject", "With the Changes"), QMessageBox.ButtonRole.AcceptRole
        )
    box.setDefaultButton(as_drawn)
    box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))

    def finish(_result: int) -> None:
        if box.clickedButton() in (as_drawn, changed):
            answered(box.clickedButton() == changed)
        else:
            cancelled()

    box.finished.connect(finish)
    box.open()


def _paragraphs(found: ForeignProject) -> list[str]:
    translate = QCoreApplication.translate
    if found.is_of_own_map:
        made = translate(
            "ForeignProject",
            "{folder}\nDownloaded by this QGIS profile with an earlier version of the plugin.",
        )
    else:
        made = translate("ForeignProject", "{folder}\nNot downloaded by this QGIS profile.")
    paragraphs = [made.format(folder=found.map_folder)]
    if found.edits:
        text = translate("ForeignProject", "Edits that came with it: {count}. They are kept.")
        paragraphs.append(text.format(count=QLocale().toString(found.edits)))
    if found.error is not None:
        return [*paragraphs, in_words(found.error)]
    if found.contents:
        listed = "\n".join(f"• {notice_in_words(one)}" for one in found.contents)
        paragraphs.append(
            translate("ForeignProject", "Besides the map, the project contains:") + f"\n{listed}"
        )
    else:
        paragraphs.append(translate("ForeignProject", "Nothing was found in it besides the map."))
    paragraphs.append(
        translate(
            "ForeignProject",
            "As the author drew it: a new project is created from the web map, and the one in the "
            "folder is left as it is. With the changes: the project is opened as it was saved, now and "
            "in future. Choose this only if you trust everybody who had the folder.",
        )
    )
    return paragraphs
