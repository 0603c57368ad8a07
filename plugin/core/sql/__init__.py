"""Filters as map authors write them (the standardised SQL of ArcGIS), read into a tree and said
again in the SQL of SQLite or as a QGIS expression. What has no equal there is refused by name.
"""
