"""One history: what users, colleagues, networks and servers do, and what must hold then.

steps = drawn(setting)
Run(server, maps, folder, setting, steps).run() # raises Violation
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
import shutil
from typing import Any, Optional

from tests.portal import Behaviour

from .agreement import Agreement, folded
from .chance import Chance
from .client import Client, Outcome
from .colleague import Colleague
from .model import Backup, Model, Rules, Violation
from .qgis_client import QgisClient, QgisProcess
from .server import Server
from .steps import FAULTS_OF_NETWORK, Setting, Step
from .town import OWNER
from .user_edits import LocalUser

_USUAL = vars(Behaviour())
_MOST_SYNCS = 8
_VERIFIED = 5
"""Of so many histories, one has its maps verified."""
_MOST_CLIENTS = 4
_NOTHING = ("nothing to do it with", "read-only", "locked")
_IN_QGIS = 2
"""Synchronisations of a history that run in QGIS, if any do."""


class Run:
    """`maps` are the folders that were downloaded, by model of the replica; `folder` is empty. With `qgis`
    the clients synchronise there twice."""

    def __init__(
        self,
        server: Server,
        maps: dict[str, Path],
        folder: Path,
        setting: Setting,
        steps: Sequence[Step],
        qgis: Optional[QgisProcess] = None,
    ) -> None:
        self._qgis = qgis
        syncs = [step.number for step in steps if step.what == "sync"] if qgis else []
        self._in_qgis = set(Random(f"qgis {setting.seed}").sample(syncs, min(_IN_QGIS, len(syncs))))
        self._server, self._folder, self._setting, self._steps = server, folder, setting, steps
        self._map = maps[setting.model]
        behaviour = {name: value for name, value in setting.behaviour.items() if value != _USUAL.get(name)}
        self.told = [f"    {setting.model}, signs in: {setting.signs_in}, {behaviour}"]
        self.counts: Counter[str] = Counter(histories=1)
        self._busy: list[Client] = []
        self._doubled = self._copied = self._lost = False
        self._changed_layer: Optional[int] = None
        self._clients: list[Client] = []
        self._backups: dict[str, tuple[Path, Backup]] = {}
        self._abandoned: set[str] = set()  # replicas of which a restored folder does not know
        self._lagging: set[str] = set()  # were told that what the service filled is not known

    def run(self) -> None:
        server, setting = self._server, self._setting
        server.begin(setting.model, setting.behaviour)
        may = {name: setting.behaviour[f"allow_others_{name}"] for name in ("update", "delete")}
        self._model = Model(server.rows(), Rules(OWNER if setting.signs_in else "", **may))
        for number in range(setting.clients):
            self._new_client(self._map, f"machine {number}")
        for step in self._steps:
            self._model.step = step.number
            self._take(step)
        self._settle()
        self._check()
        self._end()

    def _new_client(self, source: Path, machine: str) -> Client:
        name = f"client {len(self._clients)}"
        folder = self._folder / f"Karte ü {name}"
        client = Client(name, folder, machine, self._setting.signs_in)
        if self._qgis:
            client = QgisClient(name, folder, self._qgis)
        shutil.copytree(source, client.folder)
        self._clients.append(client)
        return client

    def _count(self, step: Step) -> None:
        self.counts["operations"] += 1
        self.counts["faults"] += step.is_fault
        self.counts[f"operation: {step.what}"] += 1
        if step.fault:
            self.counts[f"fault: {step.fault[1]}"] += 1
        if step.kill:
            self.counts[f"fault: kill at a {step.kill.what}"] += 1
        if step.meanwhile:
            self.counts["fault: something happens during a sync"] += 1

    def _tell(self, step: Any, text: str) -> None:
        self.told.append(f"{step}  →  {text}")

    # -- steps

    def _take(self, step: Step) -> None:
        self._count(step)
        client = self._clients[step.actor % len(self._clients)]
        kind, _, name = step.what.partition(" ")
        if kind in ("local", "direct"):
            chance = Chance(step.number, step.seed)
            whole_rows = bool(self._busy) and self._setting.behaviour["whole_rows"]
            if kind == "direct" and whole_rows:
                self._tell(step, "not while whole rows are sent")
                return
            user: Any = LocalUser(client, self._model)
            if kind == "direct":
                self._look()
                user = Colleague(self._server, self._model)
            told = user.run(name, chance) or "nothing to do it with"
            self.counts["operations without effect"] += told in _NOTHING
            self._tell(step, told)
            return
        getattr(self, f"_{kind}")(step, client)

    def _look(self) -> None:
        """What the client that waits has done so far."""
        if self._busy:
            self._model.observe(self._busy[-1].name, self._server.rows())

    def _sync(self, step: Step, client: Client) -> None:
        whole_rows = bool(self._busy) and self._setting.behaviour["whole_rows"]
        if client in self._busy or len(self._busy) > 1 or whole_rows:
            self._tell(step, "not now")
            return
        self._look()
        self._busy.append(client)
        if step.fault:
            path, kind, at, times = step.fault
            self._doubled |= kind == "Doubled"
            self._server.fault(path, kind, FAULTS_OF_NETWORK[kind], at, times)

        in_qgis = step.number in self._in_qgis

        def meanwhile() -> None:
            for inner in step.meanwhile:
                if not in_qgis or inner.what.startswith("local"):
                    self._take(inner)

        synchronise = (
            client.synchronise_in_qgis if isinstance(client, QgisClient) and in_qgis else client.synchronise
        )
        outcome = synchronise(step.direction, step.rollback, step.kill, step.at, meanwhile)
        self._server.calm()
        if outcome.error and self._changed_layer is None:
            self._model.failed(client.name)
        self._tell(step, _said(outcome) + (", in QGIS" if in_qgis else ""))
        self.counts["synchronisations in QGIS"] += in_qgis
        self._busy.pop()
        was_changed = self._judge(client, outcome)
        if self._changed_layer is not None and (was_changed or not outcome.error):
            raise Violation(f"{client.name} was synchronised with a service that has another schema")
        is_plain = not (outcome.error or step.meanwhile or step.fault)
        if step.rollback and is_plain and outcome.refused and was_changed:
            raise Violation(f"{client.name} sent some edits without the others")

    def _judge(self, client: Client, outcome: Outcome) -> bool:
        """Whether the service has other rows than before."""
        if "filled" in outcome.notices:
            self._lagging.add(client.name)
        if "contested" in outcome.notices:
            self._model.contested(client.name)
        was_changed = self._model.observe(client.name, self._server.rows())
        if outcome.error == "crash":
            raise Violation(f"{client.name} crashed: {outcome.text}")
        if not outcome.error:
            self._model.settled(client.name)
        return was_changed

    def _copy(self, step: Step, client: Client) -> None:
        if self._busy or len(self._clients) >= _MOST_CLIENTS:
            self._tell(step, "not now")
            return
        machine = client.machine if step.seed % 2 else f"machine {len(self._clients)}"
        other = self._new_client(client.folder, machine)
        self._model.copy(client.name, other.name)
        self._copied = True
        self._tell(step, f"{client.name} is copied to {other.name} on {machine}")

    def _back_up(self, step: Step, client: Client) -> None:
        if self._qgis:  # which knows by the birth of files that they are others
            self._tell(step, "not with QGIS")
            return
        place = self._folder / f"{client.name} backup"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(client.folder, place)
        self._backups[client.name] = (place, self._model.back_up(client.name))
        self._tell(step, f"{client.name} is backed up")

    def _restore(self, step: Step, client: Client) -> None:
        if client.name not in self._backups:
            self._tell(step, "there is no backup")
            return
        place, wishes = self._backups[client.name]
        before = client.state()
        shutil.rmtree(client.folder)
        shutil.copytree(place, client.folder)
        client.born += 1
        self._abandon(before, client.state())
        self._model.restore(client.name, wishes)
        self._copied = True
        self._tell(step, f"{client.name} is as it was backed up")

    def _abandon(self, before: dict[str, Any], now: dict[str, Any]) -> None:
        """Of a replica that the backup does not name nobody knows any more."""
        replica, name = before.get("replica", ""), before.get("replica_name", "")
        lost = [replica] if replica != now.get("replica", "") else []
        if name and name != now.get("replica_name", ""):
            lost += self._server.replicas_named(name)
        self._abandoned |= set(map(folded, lost))

    def _unregister(self, step: Step, client: Client) -> None:
        self._lost = True
        self._server.unregister(step.seed % 1000 / 1000)
        self._tell(step, "a replica is unregistered")

    def _raise_floor(self, step: Step, client: Client) -> None:
        if "Sync" not in self._setting.behaviour["capabilities"].split(","):
            # Without replicas there are no rows to begin with again: the map has to be downloaded anew.
            self._tell(step, "not without replicas")
            return
        self._lost = True
        self._server.raise_floor()
        self._tell(step, "the floor is raised")

    def _change_schema(self, step: Step, client: Client) -> None:
        if self._changed_layer is None:
            self._changed_layer = step.seed % 3
            self._server.change_schema(self._changed_layer)
        self._tell(step, f"layer {self._changed_layer} has another field")

    def _restore_schema(self, step: Step, client: Client) -> None:
        if self._changed_layer is not None:
            self._server.restore_schema(self._changed_layer)
            self._changed_layer = None
        self._tell(step, "no layer has another field")

    def _revoke_tokens(self, step: Step, client: Client) -> None:
        self._server.revoke_tokens()
        self._tell(step, "tokens end")

    def _forget_jobs(self, step: Step, client: Client) -> None:
        self._server.forget_jobs()
        self._tell(step, "jobs vanish")

    def _forget_files(self, step: Step, client: Client) -> None:
        self._server.forget_files()
        self._tell(step, "result files vanish")

    def _switch(self, step: Step, client: Client) -> None:
        random = Random(step.seed)
        drawn = vars(Behaviour.drawn(random))
        names = random.sample(
            ("key_case", "url_key", "guids", "repeated_adds", "results_inside", "generations", "job_polls",
             "transfer_limit", "limit_flag_in", "missing_deletes"), 3,
        )  # fmt: skip
        changes = {name: drawn[name] for name in names}
        self._server.switch(changes)
        self._tell(step, f"{changes}")

    # -- the end

    def _settle(self) -> None:
        """Nothing goes wrong any more; until nothing moves."""
        if self._changed_layer is not None:
            self._server.restore_schema(self._changed_layer)
        self._model.step = 1_000_000
        calm, count = 0, len(self._clients)
        for turn in range(_MOST_SYNCS * count):
            client = self._clients[turn % count]
            outcome = client.synchronise()
            self._tell(f"    end: {client.name}", _said(outcome))
            self.counts["synchronisations in the end"] += 1
            self._judge(client, outcome)
            if outcome.error and turn >= count:
                # What was lost before may be noticed once, and no more.
                raise Violation(f"{client.name} cannot be synchronised: {outcome.error}: {outcome.text}")
            calm = 0 if outcome.moved or outcome.error else calm + 1
            if calm >= count:
                return
        raise Violation("it never comes to rest")

    def _check(self) -> None:
        found = Agreement(self._server, self._model, self._clients, self._lagging)
        wrong = found.wrong_rows()
        if self._setting.seed % _VERIFIED == 0:
            wrong += found.wrong_files()
        wrong += found.wrong_replicas(self._abandoned)
        legitimate = {"repeated delete"}
        legitimate |= {"repeated addition"} if self._doubled or self._copied else set()
        # A package tells one generation of all layers; a copy has rows that its package had not, and so has a
        # client whose second registration is interrupted.
        if self._setting.model == "PerReplica" or self._copied or self._lost:
            legitimate.add("invented generation")
        wrong += found.misuse(legitimate)
        if wrong:
            raise Violation("\n".join(wrong))

    def _end(self) -> None:
        for client in self._clients:
            outcome = client.finish()
            if outcome.error:
                raise Violation(f"{client.name} cannot be finished: {outcome.error} {outcome.text}")
        left = [one for one in self._server.replicas() if folded(one) not in self._abandoned]
        if left:
            raise Violation(f"orphans after the end: {left}")


def _said(outcome: Outcome) -> str:
    if outcome.error:
        return f"{outcome.error} {outcome.text}"
    notices = f", {', '.join(outcome.notices)}" if outcome.notices else ""
    return f"moved {outcome.moved}, refused {outcome.refused}{notices}"
