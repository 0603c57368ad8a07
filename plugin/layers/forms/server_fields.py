"""Fields that the server fills, in features that are made here: new ones, copies, parts of a split one."""

from __future__ import annotations

from qgis.core import Qgis, QgsDefaultValue, QgsVectorLayer

_NEW_GLOBAL_ID = "upper(uuid())"


def set_global_id(layer: QgsVectorLayer, index: int) -> None:
    """Every feature that is made here gets a GlobalID of its own at once.

    So its form shows the one that it keeps, and what is related to it can be added before it is saved.
    """
    layer.setDefaultValueDefinition(index, QgsDefaultValue(_NEW_GLOBAL_ID))
    _set_policies(layer, index, "DefaultValue")


def leave_to_server(layer: QgsVectorLayer, index: int) -> None:
    """A feature that is made here has no value of such a field until the server gives it one."""
    _set_policies(layer, index, "UnsetField")


def _set_policies(layer: QgsVectorLayer, index: int, name: str) -> None:
    """What becomes of a field when a feature is split (since QGIS 3.30) or duplicated (since 3.38).

    Else QGIS takes over the value of the feature that it was made of.
    """
    if hasattr(layer, "setFieldSplitPolicy"):
        layer.setFieldSplitPolicy(index, getattr(Qgis.FieldDomainSplitPolicy, name))
    if hasattr(layer, "setFieldDuplicatePolicy"):
        layer.setFieldDuplicatePolicy(index, getattr(Qgis.FieldDuplicatePolicy, name))
