"""Open layers that draw from another file from now on: a newer one of the same map stands beside theirs.

What a user made of a layer stays: its name, style, form, joins, filter, and which features are selected. Main
thread only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsDataProvider,
    QgsFeatureRequest,
    QgsMapLayer,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QUrl

from ...core.errors import BadInput
from ..base.source import file_of

_GLOBAL_ID = "globalid"


def repoint_layers(project: QgsProject, old: Path, new: Path) -> list[QgsMapLayer]:
    """Has the layers of `project` that draw from `old` draw from `new`; returns them.

    Raises `BadInput`, and changes nothing, while one of them is being edited.
    """
    layers = list(_layers_of(project, old))
    edited = [layer.name() for layer in layers if layer.isEditable()]
    if edited:
        raise BadInput(
            "Layers of “{file}” are being edited: {layers}.",
            next_step="Save or discard the edits and stop editing, then try again.",
            file=old.name,
            layers=", ".join(edited),
        )
    for layer in layers:
        _repoint(layer, new)
    return layers


def _layers_of(project: QgsProject, file: Path) -> Iterator[QgsMapLayer]:
    for layer in project.mapLayers().values():
        own = file_of(layer)
        if own is not None and own.resolve() == file.resolve():
            yield layer


def _repoint(layer: QgsMapLayer, new: Path) -> None:
    selected = _selected(layer)
    source = _source(layer, new)
    layer.setDataSource(source, layer.name(), layer.providerType(), QgsDataProvider.ProviderOptions())
    if isinstance(layer, QgsVectorLayer):
        layer.selectByIds(_rows(layer, selected))
    layer.triggerRepaint()


def _source(layer: QgsMapLayer, new: Path) -> str:
    """The source of the layer with another file in it."""
    registry, provider = QgsProviderRegistry.instance(), layer.providerType()
    parts = registry.decodeUri(provider, layer.source())
    if parts.get("url"):
        parts["url"] = QUrl.fromLocalFile(str(new)).toString()
    else:
        parts["path"] = str(new)
        parts.pop("vsiSuffix", None)
    return registry.encodeUri(provider, parts)


def _global_id(layer: QgsVectorLayer) -> int:
    names = [field.name().casefold() for field in layer.fields()]
    return names.index(_GLOBAL_ID) if _GLOBAL_ID in names else -1


def _selected(layer: QgsMapLayer) -> list[Any]:
    """The GlobalIDs of the features that are selected: row ids are others in another file."""
    if not isinstance(layer, QgsVectorLayer):
        return []
    position = _global_id(layer)
    return [one.attribute(position) for one in layer.selectedFeatures()] if position >= 0 else []


def _rows(layer: QgsVectorLayer, global_ids: Collection[Any]) -> list[int]:
    position = _global_id(layer)
    if not global_ids or position < 0:
        return []
    wanted = set(global_ids)
    request = QgsFeatureRequest().setSubsetOfAttributes([position])
    return [one.id() for one in layer.getFeatures(request) if one.attribute(position) in wanted]
