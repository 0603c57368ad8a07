"""Offline Map Areas: preplanned map areas of ArcGIS web maps, offline, in QGIS."""


def classFactory(iface):  # noqa: N802 - the name QGIS calls
    """The plugin, made when QGIS asks for it; nothing is imported before."""
    from .plugin.main import Plugin  # noqa: PLC0415

    return Plugin(iface)
