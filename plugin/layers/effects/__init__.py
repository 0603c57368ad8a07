"""Effects and blend modes of Esri's layers as those of QGIS."""
