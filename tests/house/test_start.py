"""QGIS starts without the parts of the plugin that nobody has asked for yet."""

import subprocess
import sys

from .source import ROOT

START = """
import sys
import plugin.main, plugin.processing.provider
import plugin.gui.dock, plugin.gui.dropping, plugin.gui.locator, plugin.gui.browser.provider
import plugin.gui.jobs.private_host, plugin.gui.options.options_factory
import plugin.gui.attaching
import plugin.layers.open_project.edited_layers, plugin.layers.open_project.saved_projects
LATER = {"requests", "urllib3", "sqlite3", "plugin.core.portal.urls", "plugin.qgis_io.connections"}
print(sorted({*LATER, "plugin.qgis_io.settings", "plugin.core.offline_map.layout"} & set(sys.modules)))
"""


def test_the_start_loads_what_it_needs_alone():
    """Without `requests` and `sqlite3`, which would take longer than all of the plugin's own share of it, and
    without addresses, connections and settings, which nobody has asked for.
    """
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
