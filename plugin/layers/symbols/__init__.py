"""Esri's symbols as QGIS symbols: our own reading of the JSON, the same in every QGIS."""
