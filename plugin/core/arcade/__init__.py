"""Arcade, Esri's expression language, read into a tree and said again as a QGIS expression.

What it means was taken from the ArcGIS Maps SDK for JavaScript 4.34, evaluated over rows with
values, with nulls and with zeros (tests/arcade/values.json holds what it answered). What
cannot be said with the same meaning is refused by name: an expression is right, or not there.
"""
