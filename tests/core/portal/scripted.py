"""A feature service whose every answer a test writes: on the federated server of the portal stand-in."""

import json

from plugin.core.host import Silent
from plugin.core.portal.feature_service import FeatureService
from tests.core.hosts import QuickClock
from tests.portal import Body, Fault


class ScriptedService:
    """`answers(operation, …)` plans what its next requests get, in order: JSON, bytes, or a fault."""

    def __init__(self, running, session, folder, feedback=None):
        self.running = running
        self.url = f"{running.server_url}/rest/services/town/FeatureServer"
        self.clock = QuickClock()
        self.folder = folder
        self.client = FeatureService(
            session, f"{self.url}/", clock=self.clock, feedback=feedback or Silent(), folder=folder
        )

    def answers(self, operation, *answers, origin="server"):
        for number, answer in enumerate(answers, 1):
            fault = answer if isinstance(answer, Fault) else Body(_bytes(answer))
            self.running.fault(operation, fault, at=number, origin=origin)

    def forms(self, operation):
        return [asked.form for asked in self.running.asked(operation, method="POST")]

    @property
    def left_files(self):
        return sorted(path.name for path in self.folder.iterdir())


def _bytes(answer):
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()
