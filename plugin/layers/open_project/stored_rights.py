"""What may be edited, in the project that an offline map keeps on disk.

QGIS and QField read it there without this plugin. Nothing else of the project changes: it is not opened for
this, since whatever is opened and written again comes out as the QGIS that runs would have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import os
from pathlib import Path
from typing import Optional
import zipfile

from qgis.core import QgsProject, QgsProviderRegistry
from qgis.PyQt.QtXml import QDomDocument, QDomElement

from ...core.storage import growing, reading_error
from ...qgis_io.made_here import is_trusted, trust_project
from ..base.identity import READ_ONLY, RIGHTS_TOLD
from ..base.read_only import RightsOfFiles, ShownRights, show_rights
from .layers_of_map import draws_from

_XML = ".qgs"
_INDENT = 2  # as QGIS writes it


@dataclass(frozen=True)
class OpenProject:
    """The file of the project that is open, None for one without, and whether it has unsaved changes."""

    file: Optional[Path]
    unsaved: bool

    @classmethod
    def now(cls) -> OpenProject:
        """Main thread only."""
        project = QgsProject.instance()
        return cls(Path(project.fileName()) if project.fileName() else None, project.isDirty())

    def is_from(self, project_file: Path) -> bool:
        return self.file is not None and self.file.resolve() == project_file.resolve()


def store_rights(project_file: Path, opened: OpenProject) -> bool:
    """Has the layers of a project on disk show what their working copies let be edited now.

    Not while it is `opened` with changes that nobody has saved, nor where this profile does not trust it.
    True where it was written anew. Raises `StorageError`.
    """
    is_open = opened.is_from(project_file)
    if not project_file.is_file() or (is_open and opened.unsaved) or not is_trusted(project_file):
        return False
    try:
        with zipfile.ZipFile(project_file) as archive:
            members = [(info, archive.read(info)) for info in archive.infolist()]
    except OSError as error:
        raise reading_error(error, project_file.name) from error
    except zipfile.BadZipFile:
        return False  # whoever opens the project says so
    changed = {
        info.filename: _changed(content, project_file.parent)
        for info, content in members
        if info.filename.lower().endswith(_XML)
    }
    if not any(changed.values()):
        return False
    modified = project_file.stat()
    with growing(project_file) as path:
        with zipfile.ZipFile(path, "w") as archive:
            for info, content in members:
                archive.writestr(info, changed.get(info.filename) or content)
        if is_open:
            # Or QGIS would ask at the next save whether to overwrite it; `show_in_open_project` follows.
            os.utime(path, ns=(modified.st_atime_ns, modified.st_mtime_ns))
    trust_project(project_file)
    return True


def show_in_open_project(folder: Path, stored: Optional[Path]) -> None:
    """Has the open layers of files in a folder show the same; `stored` is the project that was written anew.

    Main thread only.
    """
    opened = OpenProject.now()
    project = QgsProject.instance()
    show_rights(layer for layer in project.mapLayers().values() if draws_from(layer, folder.resolve()))
    if stored is not None and opened.is_from(stored) and not opened.unsaved:
        project.setDirty(False)


def _changed(content: bytes, folder: Path) -> Optional[bytes]:
    """A project's XML with the layers as they must be; None where they are so."""
    document = QDomDocument()
    document.setContent(content)
    layers = document.documentElement().firstChildElement("projectlayers")
    rights = RightsOfFiles()
    changed = False
    for layer in map(_StoredLayer, _elements(layers, "maplayer")):
        found = rights.of(layer.file(folder), layer.table())
        if found:
            shown = layer.shown()
            after = shown.after(found)
            if after != shown:
                layer.show(after)
                changed = True
    return bytes(document.toByteArray(_INDENT)) if changed else None


class _StoredLayer:
    """A <maplayer> of a project."""

    def __init__(self, element: QDomElement) -> None:
        self._element = element
        provider = element.firstChildElement("provider").text()
        source = element.firstChildElement("datasource").text()
        self._parts = QgsProviderRegistry.instance().decodeUri(provider, source) if provider == "ogr" else {}

    def file(self, folder: Path) -> Optional[Path]:
        path = self._parts.get("path")
        return folder / path if path else None

    def table(self) -> str:
        return str(self._parts.get("layerName"))

    def shown(self) -> ShownRights:
        texts = [_value(self._property(name)) for name in (READ_ONLY, RIGHTS_TOLD)]
        return ShownRights(self._element.attribute("readOnly") == "1", *texts, self._abstract().text())

    def show(self, shown: ShownRights) -> None:
        self._element.setAttribute("readOnly", "1" if shown.read_only else "0")
        for name, text in ((READ_ONLY, shown.ours), (RIGHTS_TOLD, shown.told)):
            self._set_property(name, text)
        abstract = self._abstract()
        while abstract.hasChildNodes():
            abstract.removeChild(abstract.firstChild())
        abstract.appendChild(self._element.ownerDocument().createTextNode(shown.abstract))

    def _abstract(self) -> QDomElement:
        return self._element.firstChildElement("resourceMetadata").firstChildElement("abstract")

    def _properties(self) -> QDomElement:
        return self._element.firstChildElement("customproperties").firstChildElement("Option")

    def _property(self, name: str) -> Optional[QDomElement]:
        listed = _elements(self._properties(), "Option")
        return next((one for one in listed if one.attribute("name") == name), None)

    def _set_property(self, name: str, text: str) -> None:
        properties, found = self._properties(), self._property(name)
        if found is not None and not text:
            properties.removeChild(found)
        elif text:
            properties.setAttribute("type", "Map")  # an empty one has no type
            found = found or properties.appendChild(self._new_property(name)).toElement()
            found.setAttribute("value", text)

    def _new_property(self, name: str) -> QDomElement:
        made = self._element.ownerDocument().createElement("Option")
        made.setAttribute("name", name)
        made.setAttribute("type", "QString")
        return made


def _value(option: Optional[QDomElement]) -> str:
    return option.attribute("value") if option is not None else ""


def _elements(parent: QDomElement, name: str) -> Iterator[QDomElement]:
    element = parent.firstChildElement(name)
    while not element.isNull():
        yield element
        element = element.nextSiblingElement(name)
