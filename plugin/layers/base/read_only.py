"""What may be edited, as a layer shows it: its flag “read-only”, and the reason in its description."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Optional

from qgis.core import QgsMapLayer, QgsVectorLayer

from ...core.offline_map.copy_rights import rights_of_copy
from ...core.offline_map.layout import WORKING_COPY_SUFFIX
from ...core.offline_map.rights import LayerRights
from ...core.untrusted.text import inert
from ...qgis_io.wording import notice_in_words
from .identity import READ_ONLY, RIGHTS_TOLD
from .source import file_of, table_of


@dataclass(frozen=True)
class ShownRights:
    """What a layer shows.

    `ours` is why the plugin made it read-only, "" where it did not: what the user made so stays so. `told` is
    what the plugin wrote into `abstract`, the description: another text there is the user's.
    """

    read_only: bool
    ours: str
    told: str
    abstract: str

    def after(self, rights: LayerRights) -> ShownRights:
        """What the layer shows with these rights."""
        words = inert(notice_in_words(rights.reason)) if rights.reason else ""
        # Version 0.1.0 did not note what it wrote.
        told = self.told or (self.abstract if self.ours else "")
        kept = replace(self, told=words, abstract=words if self.abstract == told else self.abstract)
        if rights.read_only:
            return replace(kept, read_only=True, ours=words)
        return replace(kept, read_only=self.read_only and not self.ours, ours="")


def show_rights(layers: Iterable[QgsMapLayer]) -> None:
    """Has the layers of working copies show what these let be edited now; others stay as they are."""
    rights = RightsOfFiles()
    for layer in layers:
        if isinstance(layer, QgsVectorLayer):
            found = rights.of(file_of(layer), table_of(layer))
            if found:
                show_layer_rights(layer, found)


def show_layer_rights(layer: QgsVectorLayer, rights: LayerRights) -> None:
    """A layer that is being edited stays editable until that ends: its working copy refuses what it must."""
    shown = ShownRights(
        layer.readOnly(),
        layer.customProperty(READ_ONLY, ""),
        layer.customProperty(RIGHTS_TOLD, ""),
        layer.metadata().abstract(),
    )
    after = shown.after(rights)
    if after == shown:
        return
    layer.setReadOnly(after.read_only)
    for name, text in ((READ_ONLY, after.ours), (RIGHTS_TOLD, after.told)):
        if text:
            layer.setCustomProperty(name, text)
        else:
            layer.removeCustomProperty(name)
    metadata = layer.metadata()
    metadata.setAbstract(after.abstract)
    layer.setMetadata(metadata)


class RightsOfFiles:
    """Reads the rights of each working copy once."""

    def __init__(self) -> None:
        self._read = cache(rights_of_copy)

    def of(self, file: Optional[Path], table: str) -> Optional[LayerRights]:
        """None for a table that is in no working copy of an offline map."""
        if file is None or file.suffix.lower() != WORKING_COPY_SUFFIX:
            return None
        return self._read(file).get(table)
