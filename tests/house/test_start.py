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
print(sorted({"requests", "urllib3", "sqlite3"} & set(sys.modules)))
"""


def test_the_start_loads_neither_requests_nor_sqlite():
    """They would take longer than all of the plugin's own share of a start."""
    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
