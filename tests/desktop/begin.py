"""QGIS runs this text when it has started (`--code`); it has no file name of its own."""

from importlib import import_module
import json
import os
import sys

told = json.loads(os.environ["TOUR"])
sys.path.insert(0, told["root"])
import_module(f"tests.desktop.{told['module']}").begin()
