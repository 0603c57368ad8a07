"""What a download will fetch, what it cannot, and what the user should know: pure.

From a web map, a map area and parameters to a `Plan`; no request, no file. The rules are those
of the ArcGIS preplanned workflow: one geodatabase per feature
service, one tile package per tiled service, tied to layers by the URL of the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional
from urllib.parse import quote

from ..errors import NoPackage, OfflineMapError
from ..notice import Notice, notice
from ..offline_map.layout import earlier_package_name
from ..portal.map_areas import MapArea, Package, PackageKind
from ..portal.urls import same_service, service_key
from ..web_map import LayerKind, LayerRole, MapLayer, WebMap, why_online_only
from .parameters import DownloadParameters

_KIND_OF_LAYER = {
    LayerKind.FEATURES: PackageKind.GEODATABASE,
    LayerKind.TILES: PackageKind.TILES,
    LayerKind.VECTOR_TILES: PackageKind.VECTOR_TILES,
}
_BASEMAP_ROLES = (LayerRole.BASEMAP, LayerRole.REFERENCE)


@dataclass(frozen=True)
class ReferenceBasemap:
    """A tile package that is on this machine already and takes the basemap's place.

    `path` is what the .mmap says, relative to its package folder or absolute.
    """

    file: Path
    path: str
    vector: bool
    spatial_reference: Mapping[str, Any]


@dataclass(frozen=True)
class PlannedLayer:
    """One layer or table and the package that it lives in, or why there is none.

    Features that the web map itself holds have neither.
    """

    layer: MapLayer
    package: Optional[Package] = None
    error: Optional[OfflineMapError] = None

    @property
    def is_table(self) -> bool:
        """True for the web map's tables."""
        return self.layer.role is LayerRole.TABLE


@dataclass(frozen=True)
class Plan:
    """All that a job needs to know before its first byte. Sizes in bytes."""

    web_map: WebMap
    area: MapArea
    parameters: DownloadParameters
    layers: tuple[PlannedLayer, ...]
    notices: tuple[Notice, ...]
    reference_basemap: Optional[ReferenceBasemap]

    @property
    def packages(self) -> tuple[Package, ...]:
        """Every package to fetch, once, in the order of the layers that need it."""
        wanted = {planned.package.item.id: planned.package for planned in self.layers if planned.package}
        return tuple(wanted.values())

    @property
    def bytes(self) -> int:
        """What the portal says the packages weigh."""
        return sum(package.item.size for package in self.packages)

    def carried_by(self, package: Package) -> tuple[MapLayer, ...]:
        """The layers and tables that fail when `package` does."""
        return tuple(
            planned.layer
            for planned in self.layers
            if planned.package and planned.package.item.id == package.item.id
        )


def make_plan(
    web_map: WebMap,
    area: MapArea,
    parameters: DownloadParameters,
    reference_basemap: Optional[ReferenceBasemap] = None,
    notices: tuple[Notice, ...] = (),
) -> Plan:
    """Ties layers to packages. `reference_basemap` is given only where it is to be used."""
    return _Planner(web_map, area, parameters, reference_basemap).plan(notices)


def earlier_file_name(package: Package) -> str:
    """The name that version 0.1.0 gave it; see `earlier_package_name`."""
    return earlier_package_name(package.item.id, package.kind.suffix_of(package.item.name))


def path_of(planned: PlannedLayer, files: Mapping[str, str]) -> str:
    """The `path` member of a layer in the .mmap, empty without a package; see `offline_map_json`."""
    name = files.get(planned.package.item.id) if planned.package else None
    if not planned.package or not name:
        return ""
    layer_id = planned.layer.layer_id if planned.package.kind is PackageKind.GEODATABASE else None
    query = "" if layer_id is None else f"?itemId={layer_id}"
    return f"file:./{name}{query}"


def offline_map_json(plan: Plan, files: Mapping[str, str]) -> dict[str, Any]:
    """The `map` object of the .mmap: the author's web map, each layer with its `path`.

    `files` holds the names of the packages that came, by item id: layers of others keep their
    place but get no path. A basemap that was not asked for is left out; a reference basemap stands
    in its place and, as in ArcGIS, gives the map its spatial reference.
    """
    paths = {id(planned.layer.json): path_of(planned, files) for planned in plan.layers}
    read_only = not plan.parameters.update_mode.value.startswith("sync")
    content: dict[str, Any] = _with_paths(plan.web_map.json, paths, read_only)
    if plan.reference_basemap:
        content["baseMap"] = {
            "title": plan.web_map.basemap_title,
            "baseMapLayers": [_reference_layer(plan.reference_basemap)],
        }
        content["spatialReference"] = dict(plan.reference_basemap.spatial_reference)
    elif not plan.parameters.include_basemap:
        content["baseMap"] = {"title": plan.web_map.basemap_title, "baseMapLayers": []}
    return content


def reference_path(directory: str, name: str) -> str:
    """The `path` of a reference basemap in the .mmap.

    A relative directory counts from the parent of the offline map, which lies two levels above
    the package folder.
    """
    folder = Path(directory)
    if folder.is_absolute():
        return "file://" + quote((folder / name).as_posix())
    return "file:" + quote(f"../../{(folder / name).as_posix()}")


class _Planner:
    """Carries what every rule looks at."""

    def __init__(
        self,
        web_map: WebMap,
        area: MapArea,
        parameters: DownloadParameters,
        reference_basemap: Optional[ReferenceBasemap],
    ):
        self._web_map = web_map
        self._area = area
        self._parameters = parameters
        self._reference = reference_basemap
        self._notices: list[Notice] = []
        self._expected_basemap = (
            parameters.reference_basemap_filename if not parameters.reference_basemap_directory else ""
        )
        # A package that the author made himself takes precedence over the portal's own.
        self._packages = sorted(area.packages, key=lambda package: not package.custom)

    def plan(self, notices: tuple[Notice, ...]) -> Plan:
        layers = tuple(self._planned_layers())
        # What of the area could not be read is no error of a layer, but the user should know.
        unread = [Notice(error.code, error.template, error.values) for error in self._area.warnings]
        return Plan(
            self._web_map,
            self._area,
            self._parameters,
            layers,
            (*notices, *unread, *self._notices),
            self._reference,
        )

    def _planned_layers(self) -> Iterator[PlannedLayer]:
        for layer in self._web_map.walk():
            basemap = layer.role in _BASEMAP_ROLES
            if layer.kind is LayerKind.GROUP or (basemap and not self._wants_basemap_layers()):
                continue
            if layer.kind is LayerKind.ONLINE_ONLY:
                self._notices.append(why_online_only(layer))
                continue
            if layer.kind is LayerKind.MAP_FEATURES:
                yield PlannedLayer(layer)
                continue
            package = self._package_of(layer)
            if package:
                yield PlannedLayer(layer, package)
            elif basemap and self._expected_basemap:
                self._notices.append(
                    notice(
                        "basemap_expected",
                        "The basemap is expected on this device: {name}.",
                        name=self._expected_basemap,
                    )
                )
            else:
                yield PlannedLayer(layer, error=_no_package(layer))

    def _wants_basemap_layers(self) -> bool:
        return self._parameters.include_basemap and not self._reference

    def _package_of(self, layer: MapLayer) -> Optional[Package]:
        kind = _KIND_OF_LAYER[layer.kind]
        for package in self._packages:
            same = same_service(package.service_url, layer.service_url)
            if package.kind is kind and same and _holds(package, layer):
                return package
        return self._custom_basemap() if layer.role is LayerRole.BASEMAP else None

    def _custom_basemap(self) -> Optional[Package]:
        """A tile package of the author's that belongs to no layer is meant as the basemap."""
        services = {service_key(layer.service_url) for layer in self._web_map.walk() if layer.url}
        for package in self._packages:
            unclaimed = service_key(package.service_url) not in services
            if package.custom and unclaimed and package.kind is not PackageKind.GEODATABASE:
                return package
        return None


def _holds(package: Package, layer: MapLayer) -> bool:
    if package.kind is not PackageKind.GEODATABASE:
        return True
    return layer.layer_id is not None and (not package.layer_ids or layer.layer_id in package.layer_ids)


def _no_package(layer: MapLayer) -> NoPackage:
    return NoPackage(
        "The map area has no package for “{layer}”.",
        next_step="Ask the map's author to set up the map area again.",
        layer=layer.title,
    )


def _with_paths(value: Any, paths: Mapping[int, str], read_only: bool) -> Any:
    if isinstance(value, Mapping):
        copy = {key: _with_paths(member, paths, read_only) for key, member in value.items()}
        path = paths.get(id(value))
        if path:
            copy["path"] = path
            if read_only and "?itemId=" in path:
                copy["capabilities"] = "Query"
        return copy
    if isinstance(value, list):
        return [_with_paths(member, paths, read_only) for member in value]
    return value


def _reference_layer(basemap: ReferenceBasemap) -> dict[str, Any]:
    return {
        "id": "reference_basemap",
        "title": basemap.file.stem,
        "layerType": "VectorTileLayer" if basemap.vector else "ArcGISTiledMapServiceLayer",
        "path": basemap.path,
        "opacity": 1,
        "visibility": True,
    }
