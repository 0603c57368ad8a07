"""QGIS starts without the parts of the plugin that nobody has asked for yet."""

import subprocess
import sys

from .source import ROOT

START = """
import sys
import qgis.gui, qgis.utils, qgis.PyQt.QtWidgets
by_qgis = set(sys.modules)
import plugin.main, plugin.processing.provider
import plugin.gui.dock, plugin.gui.dropping, plugin.gui.locator, plugin.gui.browser.provider
import plugin.gui.jobs.private_host, plugin.gui.options.options_factory
import plugin.layers.open_project.edited_layers, plugin.layers.open_project.saved_projects
LATER = {"requests", "urllib3", "sqlite3", "dataclasses", "difflib", "html", "numpy"}
LATER |= {"plugin.core.host", "plugin.core.offline_map.layout", "plugin.core.portal.urls"}
LATER |= {"plugin.core.untrusted.json_text", "plugin.gui.attaching", "plugin.layers.base.read_only"}
LATER |= {"plugin.qgis_io.connections", "plugin.qgis_io.settings"}
print(sorted(LATER & set(sys.modules) - by_qgis))
"""


def test_the_start_loads_what_it_needs_alone():
    """Without `requests` and `sqlite3`, which would take longer than all of the plugin's own share of it, and
    without addresses, connections and settings, JSON, and what attaches files, which nobody has asked for.
    """
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
