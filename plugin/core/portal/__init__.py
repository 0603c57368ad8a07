"""ArcGIS portals: their addresses, how one signs in, and what they answer."""

ARCGIS_ONLINE = "https://www.arcgis.com"
