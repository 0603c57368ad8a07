"""A script, run with QGIS expressions for values."""
