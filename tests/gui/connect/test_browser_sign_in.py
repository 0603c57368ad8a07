"""The recipe for the browser, walked to its end in a real window.

Only QGIS Desktop opens a browser, so it is started here, with a browser of three lines. QGIS' own
OAuth2 listens for what comes back, and the portal checks the proof key.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.house.source import ROOT

INI = """
[qgis]
checkVersion=false
showTips340=false
showTips344=false
firstRunVersionFlag=34000
newProjectDefault=false
[core]
NewsFeed\\httpfeedqgisorg\\disabled=true
[migration]
fileVersion=2
settings=true
"""

BROWSER = """#!/bin/sh
echo "$1" >> {log}
exec {python} -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()' "$1"
"""

# Runs in QGIS: makes the configuration as the form does, signs in twice, tells what the form says.
INSIDE = """
import json, os, sys, time
sys.path.insert(0, {root!r})
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTimer
from qgis.utils import iface

def walk():
    from plugin.gui.connections.form import ConnectionDialog
    from plugin.gui.jobs.questions import Questions
    from plugin.qgis_io.connections import Connection
    from plugin.qgis_io.stored_sign_in import SignInWay, oauth_values, store_sign_in

    QgsApplication.authManager().setMasterPassword("a master password", True)
    questions, said = Questions(), []
    values = oauth_values({portal!r}, "crews01")
    authcfg = store_sign_in(SignInWay.BROWSER, {portal!r}, "Town", values, "")
    for _ in range(2):
        connection = Connection("Town", {portal!r}, authcfg)
        form = ConnectionDialog(questions, connection, parent=iface.mainWindow())
        form.show()
        end = time.monotonic() + 30
        while form.resultText.text()[:6] in ("", "Asking") and time.monotonic() < end:
            QCoreApplication.processEvents()
        said.append(form.resultText.text())
    questions.close()
    with open({answer!r}, "w") as file:
        json.dump(said, file)
    os._exit(0)

QTimer.singleShot(500, walk)
"""


@pytest.mark.timeout(150)
def test_the_configuration_of_the_recipe_signs_in(running, tmp_path):
    if not (shutil.which("qgis") and shutil.which("xvfb-run")):
        pytest.skip("a window needs QGIS Desktop and xvfb-run")
    running.sharing.oauth.clients["crews01"] = "http://127.0.0.1:7070/"
    running.sharing.oauth.user_in_browser = "ranger"
    answer, opened, script = tmp_path / "answer.json", tmp_path / "opened", tmp_path / "inside.py"
    script.write_text(INSIDE.format(root=str(ROOT), portal=running.url, answer=str(answer)))
    browser = tmp_path / "xdg-open"
    browser.write_text(BROWSER.format(log=opened, python=sys.executable))
    browser.chmod(0o755)
    settings = tmp_path / "profiles" / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(INI)
    (tmp_path / "run").mkdir(mode=0o700)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QGIS_")} | {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "BROWSER": str(browser),
        "QT_QPA_PLATFORM": "xcb",
        "LIBGL_ALWAYS_SOFTWARE": "1",
    }
    command = ["xvfb-run", "-a", "qgis", "--nologo", "--noversioncheck", "--noplugins"]
    command += ["--profiles-path", str(tmp_path / "profiles"), "--code", str(script)]
    subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    said = json.loads(answer.read_text())
    assert said == ["Found “Portal stand-in”.\nSigned in as Ranger"] * 2
    assert len(opened.read_text().splitlines()) == 1  # the second time QGIS still has the token
    assert "code_challenge_method=S256" in opened.read_text()
    assert len(running.asked("/oauth2/token")) == 1
    assert not running.secrets_seen()
