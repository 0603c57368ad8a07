"""The page in the options of QGIS."""
