"""Connections to portals, and the web map that is chosen there."""
