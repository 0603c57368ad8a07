"""What a user sees of a group of layers, as text that can be compared."""

import re

from qgis.core import QgsLayerTree, QgsMapLayer, QgsReadWriteContext
from qgis.PyQt.QtXml import QDomDocument

from plugin.layers.base.companions import is_companion
from plugin.layers.base.identity import MAP_FOLDER


def portrait(node, folder):
    """The lines of a group or layer of the legend and of all below, with everything that belongs to them.

    Ids that QGIS makes anew for every copy become the layers' names; `folder` becomes “FOLDER”.
    """
    text = "\n".join(_lines(node))
    for start in (str(folder), str(folder.resolve())):
        text = text.replace(start, "FOLDER")
    text = text.replace('dataSource="./', 'dataSource="FOLDER/qgis/')
    ids = {match["id"]: match["name"] for match in _LAYER.finditer(text)}
    for layer_id in sorted(ids, key=len, reverse=True):
        text = text.replace(layer_id, ids[layer_id])
    text = _COMPANION.sub("COMPANION", text)
    text = re.sub(r"\{[0-9a-f]{8}-[0-9a-f-]{27}\}", "{#}", text)  # symbol layers
    return "\n".join(line for part in text.split(_STYLE) for line in sorted(part.splitlines()))


_STYLE = "----"
_LAYER = re.compile(r"^layer id=(?P<id>\S+) name=(?P<name>.+)$", re.MULTILINE)
# Ids of layers that the legend does not show, as QGIS makes them.
_COMPANION = re.compile(r"\w+_[0-9a-f]{8}_(?:[0-9a-f]{4}_){3}[0-9a-f]{12}")


def _lines(node):
    kind = "group" if QgsLayerTree.isGroup(node) else "layer"
    properties = {
        key: node.customProperty(key) for key in sorted(node.customProperties()) if key != MAP_FOLDER
    }
    yield f"{kind} {node.name()!r} {properties}"
    yield f"checked={node.itemVisibilityChecked()} expanded={node.isExpanded()}"
    if kind == "group":
        yield f"exclusive={node.isMutuallyExclusive()}"
        if node.groupLayer():
            yield from _layer_lines(node.groupLayer())
        for child in node.children():
            # Companions have a place in groups that were added, where nobody sees it.
            if QgsLayerTree.isGroup(child) or not is_companion(child.layer()):
                yield _STYLE
                yield from _lines(child)
    elif node.layer() is not None:
        yield from _layer_lines(node.layer())


def _layer_lines(layer):
    yield f"layer id={layer.id()} name={layer.name()}"
    yield f"{type(layer).__name__} {layer.name()!r} {layer.source()} valid={layer.isValid()}"
    yield f"flags={int(layer.flags())} read only={getattr(layer, 'readOnly', bool)()}"
    yield f"crs={layer.crs().authid()} opacity={layer.opacity():.4f} mode={int(layer.blendMode())}"
    yield f"scales={layer.hasScaleBasedVisibility()} {layer.minimumScale()} {layer.maximumScale()}"
    yield f"tips={layer.mapTipsEnabled()} {layer.mapTipTemplate()}"
    metadata = layer.metadata()
    yield f"{metadata.title()} {metadata.abstract()} {metadata.rights()}"
    if hasattr(layer, "subsetString"):
        yield f"filter={layer.subsetString()}"
    if layer.temporalProperties() is not None:
        times = layer.temporalProperties()
        fields = [getattr(times, name, str)() for name in ("startField", "endField")]
        yield f"time={times.isActive()} {fields}"
    document = QDomDocument("qgis")
    layer.exportNamedStyle(document, QgsReadWriteContext(), QgsMapLayer.StyleCategory.AllStyleCategories)
    # Profiles get colours by chance, and are drawn in no map.
    yield re.sub(r"<elevation .*?</elevation>", "", document.toString(), flags=re.DOTALL)
