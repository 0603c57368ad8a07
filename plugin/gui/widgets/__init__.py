"""Widgets that know nothing of maps."""
