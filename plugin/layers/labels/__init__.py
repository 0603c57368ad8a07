"""Esri's labels as labels of QGIS."""
