"""Our converter in the form that the reference renderer's tool can call: `…:convert`."""

from plugin.layers.renderers.renderer import make_renderer


def convert(json, layer):
    """The renderer of a layer for this JSON."""
    return make_renderer(json, layer.geometryType(), layer.fields(), [])
