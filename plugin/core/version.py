"""The plugin's version: metadata.txt is the one place that says it."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path


def plugin_version() -> str:
    """The `version` of metadata.txt."""
    metadata = ConfigParser(interpolation=None)
    metadata.read(Path(__file__).parents[2] / "metadata.txt", encoding="utf-8")
    return metadata["general"]["version"]
