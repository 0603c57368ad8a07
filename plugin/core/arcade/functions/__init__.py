"""Arcade's functions in those of QGIS."""
