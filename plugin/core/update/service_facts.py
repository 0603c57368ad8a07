"""What a feature service allows, taken down in the working copy so that it is known without a network.

The shape is that of `SERVICE_FACTS` in offline_map/copy_rights.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..portal.feature_service import FeatureService
from ..portal.service_info import LayerInfo, ServiceInfo


def service_facts(info: ServiceInfo, layers: Iterable[LayerInfo]) -> dict[str, Any]:
    """What the service and its layers say of editing."""
    return {
        "capabilities": sorted(info.capabilities),
        "layers": {
            str(layer.id): {
                "capabilities": sorted(layer.capabilities or info.capabilities),
                "ownership": dict(layer.ownership) or None,
            }
            for layer in layers
        },
        "versioned": info.has_versioned_data,
    }


def layers_of(service: FeatureService, info: ServiceInfo, wanted: Iterable[int]) -> list[LayerInfo]:
    """The layers of a package that the service still has. Raises `PortalError`, `NetworkError`."""
    return [service.layer(one) for one in wanted if one in info.layers or not info.layers]


def takes_edits(info: ServiceInfo) -> bool:
    """True where users other than its owner may change anything."""
    return not info.capabilities.isdisjoint(("create", "update", "delete", "editing"))
