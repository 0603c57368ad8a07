"""Tile packages as layers of QGIS."""
