"""QGIS runs this text when it has started (`--code`); it has no file name of its own."""

import json
import os
import sys

sys.path.insert(0, json.loads(os.environ["TOUR"])["root"])

from tests.desktop import tour

tour.begin()
