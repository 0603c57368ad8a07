"""A private portal in a headless run: the authentication database, its password file, AUTHCFG."""

import json
from pathlib import Path
import subprocess

import pytest

from tests.portal import CANYONLANDS, CANYONLANDS_AREA, OWNER, PASSWORD, canyonlands

MASTER = "correct horse battery staple"
# Run once, as an administrator would: makes the database, and prints the ids of its configurations.
STORE = """
import json, sys
from qgis.core import QgsApplication, QgsAuthMethodConfig
master, configurations = json.loads(sys.stdin.read())
application = QgsApplication([], False)
application.initQgis()
manager = QgsApplication.authManager()
manager.setMasterPassword(master, True)
ids = []
for method, values in configurations:
    config = QgsAuthMethodConfig(method)
    config.setName(method)
    config.setConfigMap(values)
    manager.storeAuthenticationConfig(config)
    ids.append(config.id())
print(json.dumps(ids))
"""


@pytest.fixture
def park(portal, samples):
    """The private canyonlands map; its files come from a second origin, by redirect."""
    return portal(canyonlands(samples, access="private", own_service=True), redirect_data=True)


@pytest.fixture
def unattended(qgis_process, tmp_path, park):
    """`unattended(method, with_password=True)` downloads with a stored configuration of that kind."""
    store = tmp_path / "auth"
    store.mkdir()
    password = tmp_path / "master.txt"
    password.write_text(MASTER)
    values = {
        "Basic": {"username": OWNER, "password": PASSWORD},
        "EsriToken": {"token": park.tokens.issue(OWNER).text},
    }

    def call(method, with_password=True):
        made = subprocess.run(
            ["/usr/bin/python3", "-c", STORE],
            input=json.dumps([MASTER, [[method, values[method]]]]),
            env={**qgis_process.environment, "QGIS_AUTH_DB_DIR_PATH": str(store)},
            capture_output=True,
            text=True,
            check=True,
        )
        (authcfg,) = json.loads(made.stdout.splitlines()[-1])
        inputs = {
            "PORTAL": park.url,
            "AUTHCFG": authcfg,
            "WEB_MAP": CANYONLANDS,
            "MAP_AREA": CANYONLANDS_AREA,
            "OUTPUT": str(tmp_path / "Canyonlands"),
        }
        environment = {"QGIS_AUTH_DB_DIR_PATH": str(store)}
        if with_password:
            environment["QGIS_AUTH_PASSWORD_FILE"] = str(password)
        return qgis_process("downloadmaparea", inputs, **environment), values[method]

    return call


@pytest.mark.parametrize("method", ["Basic", "EsriToken"])
def test_a_private_map_is_taken_offline_and_no_secret_leaves_the_portal(unattended, park, method):
    (code, answer, error), values = unattended(method)
    assert code == 0, error
    assert answer["results"]["LAYER_ERRORS"] == 0
    assert park.asked(origin="storage")
    assert park.secrets_seen() == []
    assert bool(park.asked("/generateToken")) is (method == "Basic")
    folder = Path(answer["results"]["OUTPUT"])
    secrets = [*values.values(), *{asked.token for asked in park.asked() if asked.token}]
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(secret.encode() in content for secret in secrets if secret != OWNER)
    assert not any(secret in json.dumps(answer["log"]) + error for secret in secrets if secret != OWNER)
    assert all("token" not in asked.query for asked in park.asked())


def test_a_locked_store_is_refused_in_one_sentence_before_any_request(unattended, park):
    (code, answer, error), _ = unattended("Basic", with_password=False)
    assert (code, answer) == (1, None)
    assert "The authentication database of QGIS is locked." in error
    assert "Traceback" not in error
    assert park.asked() == []
