"""Esri's popups as map tips of QGIS."""
