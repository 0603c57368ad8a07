"""An offline map as a project of QGIS."""
