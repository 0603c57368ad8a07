"""The stand-in in a process of its own, so that clients can be forked from one without threads.

    server = Server(folder)
    server.begin("PerLayer", {"guids": "lower"})     # a service as in the beginning, and nothing recorded
    server.edit(POSTS, updates=[…])                  # as another client does
    server.rows()                                    # what the service has

Calls travel as pickles through a pipe; a refusal of the service comes back as ValueError.
"""

from __future__ import annotations

from multiprocessing.connection import Connection, Pipe
import os
from pathlib import Path
import signal
from typing import Any, Optional

from tests.portal import Behaviour, PortalStandIn, faults, make_editable
from tests.portal.feature_service import FeatureServiceStandIn

from .town import FILES, LAYERS, POSTS, Town, fill_service, make_town

MODELS = ("PerLayer", "PerReplica")
_FIELD = "later"


class Server:
    """The near end."""

    def __init__(self, folder: Path) -> None:
        self._pipe, far = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._pipe.close()
            _serve(far, folder)
            os._exit(0)
        far.close()
        self.places: dict[str, dict[str, str]] = self._call("places")

    def __getattr__(self, name: str) -> Any:
        return lambda *values, **options: self._call(name, *values, **options)

    def _call(self, name: str, *values: Any, **options: Any) -> Any:
        self._pipe.send((name, values, options))
        kind, answer = self._pipe.recv()
        if kind == "refused":
            raise ValueError(answer)
        return answer

    def stop(self) -> None:
        self._pipe.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _serve(pipe: Connection, folder: Path) -> None:
    far = _FarEnd(folder)
    while True:
        try:
            name, values, options = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("done", getattr(far, name)(*values, **options)))
        except ValueError as error:
            pipe.send(("refused", str(error)))


class _FarEnd:
    def __init__(self, folder: Path) -> None:
        self._towns: dict[str, Town] = {model: make_town(folder / model, model) for model in MODELS}
        self._portals = {model: PortalStandIn(town.content).start() for model, town in self._towns.items()}
        self._model = MODELS[0]
        self._service: Optional[FeatureServiceStandIn] = None

    def places(self) -> dict[str, dict[str, str]]:
        return {
            model: {"url": self._portals[model].url, "web_map": town.web_map, "area": town.area}
            for model, town in self._towns.items()
        }

    def begin(self, model: str, behaviour: dict[str, Any]) -> None:
        self._model = model
        town, portal = self._towns[model], self._portals[model]
        portal.script.clear()
        portal.record.__init__()  # type: ignore[misc]
        self._service = fill_service(town.content, town.whole, behaviour=Behaviour(**behaviour))
        make_editable(town.content)
        service, given = self._service, self._service.behaviour
        if not (given.allow_others_update and given.allow_others_delete):
            service.administrators = {"colleague"}

    @property
    def service(self) -> FeatureServiceStandIn:
        assert self._service is not None
        return self._service

    # -- what goes wrong

    def fault(self, path: str, kind: str, values: tuple[Any, ...], at: int, times: Optional[int]) -> None:
        self._portals[self._model].fault(path, getattr(faults, kind)(*values), at=at, times=times)

    def calm(self) -> None:
        self._portals[self._model].script.clear()

    def revoke_tokens(self) -> None:
        self._portals[self._model].tokens.revoke_all()

    def forget_jobs(self) -> None:
        self.service.jobs.forget()

    def forget_files(self) -> None:
        self.service.jobs.forget_files()

    def unregister(self, choose: float) -> None:
        known = sorted(self.service.own_replicas(), key=lambda one: one.created)
        if known:
            self.service.delete_replica(known[int(choose * len(known))].id)

    def raise_floor(self) -> None:
        self.service.raise_floor()

    def switch(self, changes: dict[str, Any]) -> None:
        for name, value in changes.items():
            setattr(self.service.behaviour, name, value)

    def change_schema(self, layer: int) -> None:
        self.service.add_field(layer, {"name": _FIELD, "type": "esriFieldTypeString", "length": 20})

    def restore_schema(self, layer: int) -> None:
        self.service.remove_field(layer, _FIELD)

    # -- what is seen and done directly

    def edit(self, layer: int, **edits: Any) -> None:
        behaviour = self.service.behaviour
        whole, behaviour.whole_rows = behaviour.whole_rows, False
        try:
            self.service.edit(layer, **edits)
        finally:
            behaviour.whole_rows = whole

    def rows(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Table → {GUID} → values, files among the tables."""
        service = self.service
        found = {name: service.rows(layer) for name, layer in LAYERS.items() if layer in service.layers}
        return {**found, FILES: service.attachments(POSTS)}

    def doubles(self) -> list[str]:
        """GlobalIDs that more than one current row has."""
        found = []
        for layer in self.service.layers.values():
            for table in (layer.rows, layer.attachments):
                ids = [row[table.global_id] for row in table.rows()]
                found += sorted({one for one in ids if ids.count(one) > 1})
        return found

    def replicas(self) -> list[str]:
        return sorted(one.id for one in self.service.own_replicas())

    def replicas_named(self, name: str) -> list[str]:
        return sorted(one.id for one in self.service.own_replicas() if name in one.name)

    def misuse(self) -> list[tuple[str, str]]:
        return [(one.category, one.sentence) for one in self.service.misuse]

    def requests(self) -> int:
        return len(self._portals[self._model].asked())
