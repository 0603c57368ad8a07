"""Everything that needs no QGIS: the standard library, requests and numpy."""

TITLE = "Offline Map Areas"
"""The plugin's name, in every language."""
