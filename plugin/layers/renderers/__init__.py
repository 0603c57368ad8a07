"""Esri's renderers as QGIS renderers: our own reading of the JSON, the same in every QGIS."""
