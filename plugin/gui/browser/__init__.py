"""Offline map areas in the QGIS Browser."""
