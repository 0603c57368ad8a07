"""One history: what users, colleagues, networks and servers do, drawn from a seed, and what must hold then.

steps = drawn(seed)          # readable, and independent of each other: any of them may be left out
Run(town…, seed, steps).run() # raises Violation
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
import shutil
from typing import Any, Optional

from plugin.core.host import Silent
from plugin.core.offline_map.verification import verify_offline_map
from tests.portal import Behaviour

from .client import Client, Kill, Outcome
from .model import PARENTS, Model, Violation
from .qgis_client import QgisClient, QgisProcess
from .reading import positions_there, rows_of_copy
from .server import Server
from .town import FILES, LAYERS
from .user_edits import DIRECT, DURING, LOCAL, Chance, Colleague, LocalUser

_FAULTS = {
    "HangUp": (), "Unheard": (), "Status": (502,), "Html": (), "Body": (), "Truncated": (40,),
    "Doubled": (), "PortalFault": (498,),
}  # fmt: skip
_PATHS = (
    "/createReplica", "/synchronizeReplica", "/synchronizeReplica", "/synchronizeReplica", "/query",
    "/jobs/*", "/replicafilescache/*", "/attachments/*", "/replicas", "/replicas/*", "/unRegisterReplica",
    "/extractChanges", "/applyEdits", "*",
)  # fmt: skip
_SERVERS = (
    {}, {}, {}, {"sync_flags": {"supportsAsync": False}}, {"sync_flags": {"supportsAsync": False}},
    {"sync_flags": {"supportsSyncDirectionControl": False}},
    {"sync_flags": {"supportsRegisteringExistingData": False}},
    {"capabilities": "Create,Delete,Query,Update,Editing,ChangeTracking,Uploads"},
)  # fmt: skip
_USUAL = vars(Behaviour())
_MOST_SYNCS = 8
_VERIFIED = 5
"""Of so many histories, one has its maps verified."""
_MOST_CLIENTS = 4


@dataclass(frozen=True)
class Step:
    """`actor` is the number of a client; `seed` makes what the step needs by chance; `meanwhile` happens
    while a synchronisation waits before its request `at`.
    """

    number: int
    what: str
    actor: int
    seed: int
    fault: Optional[tuple[str, str, int, Optional[int]]] = None
    kill: Optional[Kill] = None
    at: int = 0
    meanwhile: tuple[Step, ...] = ()
    direction: str = "both"

    def __str__(self) -> str:
        told = f"{self.number:3} {self.what} {self.actor}"
        told += f" {self.direction}" if self.direction != "both" else ""
        told += f" fault {self.fault}" if self.fault else ""
        told += f" kill {self.kill.what} {self.kill.at}" if self.kill else ""
        if self.meanwhile:
            told += f" before request {self.at}: [" + "; ".join(map(str, self.meanwhile)) + "]"
        return told


@dataclass(frozen=True)
class Setting:
    """What is fixed for a whole history."""

    seed: int
    clients: int
    model: str
    signs_in: bool
    behaviour: dict[str, Any]

    @classmethod
    def drawn(cls, seed: int) -> Setting:
        random = Random(f"setting {seed}")
        behaviour = dict(vars(Behaviour.drawn(random)))
        behaviour.update(random.choice(_SERVERS))
        model = random.choice(("PerLayer", "PerLayer", "PerReplica"))
        return cls(seed, random.choice((2, 2, 3)), model, random.random() < 0.3, behaviour)


def drawn(setting: Setting) -> list[Step]:
    """At least twenty operations, and two faults among them."""
    random = Random(f"steps {setting.seed}")
    count = random.randint(22, 30)
    steps = [_drawn_step(random, number, setting.clients) for number in range(1, count + 1)]
    for place, number in enumerate(random.sample(range(setting.clients), setting.clients)):
        # Until it is registered, a client cannot edit.
        if random.random() < 0.8:
            first = _drawn_step(random, place + 2, setting.clients, "sync")
            steps[place + 1] = replace(first, actor=number, direction="both")
    syncs = [step for step in steps if step.what == "sync"]
    for _ in range(max(0, 4 - len(syncs))):
        place = random.randrange(len(steps))
        steps[place] = replace(_drawn_step(random, place + 1, setting.clients, "sync"), number=place + 1)
    quiet = [place for place, step in enumerate(steps) if step.what == "sync" and not _is_fault(step)]
    for place in quiet[: max(0, 2 - sum(map(_is_fault, steps)))]:
        actor = steps[place].actor
        steps[place] = replace(steps[place], **_trouble(random, place + 1, setting.clients, actor))
    return steps


def _is_fault(step: Step) -> bool:
    return bool(step.fault or step.kill or step.meanwhile or step.what in _EVENTS)


_EVENTS = ("copy", "unregister", "raise_floor", "switch")


def _drawn_step(random: Random, number: int, clients: int, what: str = "") -> Step:
    what = what or random.choices(("local", "direct", "sync", *_EVENTS), (50, 18, 26, 1.5, 1.5, 1, 2))[0]
    actor, seed = random.randrange(clients), random.getrandbits(32)
    if what == "local":
        return Step(number, f"local {_one_of(random, LOCAL)}", actor, seed)
    if what == "direct":
        return Step(number, f"direct {_one_of(random, DIRECT)}", actor, seed)
    if what != "sync":
        return Step(number, what, actor, seed)
    direction = random.choices(("both", "upload", "download"), (8, 1, 1))[0]
    trouble = _trouble(random, number, clients, actor) if random.random() < 0.6 else {}
    return Step(number, "sync", actor, seed, direction=direction, **trouble)


def _one_of(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def _trouble(random: Random, number: int, clients: int, actor: int) -> dict[str, Any]:
    kind = random.choices(("fault", "kill", "meanwhile", "both"), (4, 4, 4, 1))[0]
    found: dict[str, Any] = {}
    if kind in ("fault", "both"):
        times = random.choice((1, 1, 1, 1, 2, 10, None))
        found["fault"] = (
            random.choice(_PATHS),
            random.choice(list(_FAULTS)),
            random.choice((1, 1, 2, 3)),
            times,
        )
    if kind == "kill":
        what = random.choice(("request", "answer", "statement", "statement", "statement"))
        # The second half of its statements is where a synchronisation writes.
        first, last = random.choice(((1, 260), (180, 420))) if what == "statement" else (1, 16)
        found["kill"] = Kill(what, random.randint(first, last))
    if kind in ("meanwhile", "both"):
        found["at"] = random.randint(2, 16)
        found["meanwhile"] = tuple(
            _inner(random, 50 + number + 100 * index, clients, actor) for index in range(random.randint(1, 3))
        )
    return found


def _inner(random: Random, number: int, clients: int, syncing: int) -> Step:
    what = random.choices(
        ("local", "direct", "sync", "revoke_tokens", "forget_jobs", "forget_files"), (8, 4, 2, 1, 1, 1)
    )[0]
    actor, seed = random.randrange(clients), random.getrandbits(32)
    if what == "local" and random.random() < 0.7:
        actor = syncing
    names = {"local": DURING, "direct": DIRECT}.get(what)
    return Step(number, f"{what} {_one_of(random, names)}" if names else what, actor, seed)


class Run:
    """`maps` are the folders that were downloaded, by model of the replica; `folder` is empty. With `qgis`
    the clients synchronise there."""

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
        self._server, self._folder, self._setting, self._steps = server, folder, setting, steps
        self._map = maps[setting.model]
        behaviour = {name: value for name, value in setting.behaviour.items() if value != _USUAL.get(name)}
        self.told = [f"    {setting.model}, signs in: {setting.signs_in}, {behaviour}"]
        self.counts: Counter[str] = Counter(histories=1)
        self._busy: list[Client] = []
        self._doubled = self._copied = self._lost = False
        self._clients: list[Client] = []
        self._lagging: set[str] = set()  # were told that what the service filled is not known

    def run(self) -> None:
        server, setting = self._server, self._setting
        server.begin(setting.model, setting.behaviour)
        self._model = Model(server.rows())
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
        self.counts["faults"] += _is_fault(step)
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
            self._tell(step, user.run(name, chance) or "nothing to do it with")
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
            self._server.fault(path, kind, _FAULTS[kind], at, times)

        def meanwhile() -> None:
            for inner in step.meanwhile:
                if not self._qgis or inner.what.startswith("local"):
                    self._take(inner)

        outcome = client.synchronise(step.direction, False, step.kill, step.at, meanwhile)
        self._server.calm()
        if outcome.error:
            self._model.failed(client.name)
        self._tell(step, _said(outcome))
        self._busy.pop()
        self._judge(client, outcome)

    def _judge(self, client: Client, outcome: Outcome) -> None:
        if "filled" in outcome.notices:
            self._lagging.add(client.name)
        if "contested" in outcome.notices:
            self._model.contested(client.name)
        self._model.observe(client.name, self._server.rows())
        if outcome.error == "crash":
            raise Violation(f"{client.name} crashed: {outcome.text}")

    def _copy(self, step: Step, client: Client) -> None:
        if self._busy or len(self._clients) >= _MOST_CLIENTS:
            self._tell(step, "not now")
            return
        machine = client.machine if step.seed % 2 else f"machine {len(self._clients)}"
        other = self._new_client(client.folder, machine)
        self._model.copy(client.name, other.name)
        self._copied = True
        self._tell(step, f"{client.name} is copied to {other.name} on {machine}")

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
        self._model.step = 1_000_000
        calm, count = 0, len(self._clients)
        for turn in range(_MOST_SYNCS * count):
            client = self._clients[turn % count]
            outcome = client.synchronise()
            self._tell(f"    end: {client.name}", _said(outcome))
            self._judge(client, outcome)
            if outcome.error and turn >= count:
                # What was lost before may be noticed once, and no more.
                raise Violation(f"{client.name} cannot be synchronised: {outcome.error}: {outcome.text}")
            calm = 0 if outcome.moved or outcome.error else calm + 1
            if calm >= count:
                return
        raise Violation("it never comes to rest")

    def _check(self) -> None:
        rows = self._server.rows()
        wrong = [f"the service has {one} twice" for one in self._server.doubles()]
        for client in self._clients:
            wrong += self._wrong_in(client, rows)
            if self._setting.seed % _VERIFIED == 0:
                errors = verify_offline_map(client.folder, Silent()).errors
                wrong += [f"{client.name}: {one.path}: {one.error}" for one in errors]
        ids = sorted(_folded(one) for one in self._server.replicas())
        own = sorted(_folded(one.state().get("replica", "")) for one in self._clients)
        if ids != [one for one in own if one]:
            wrong.append(f"replicas {ids} for clients with {own}")
        legitimate = {"repeated delete"}
        legitimate |= {"repeated addition"} if self._doubled or self._copied else set()
        # A package tells one generation of all layers; a copy has rows that its package had not, and so has a
        # client whose second registration is interrupted.
        if self._setting.model == "PerReplica" or self._copied or self._lost:
            legitimate.add("invented generation")
        wrong += [
            f"misuse: {category}: {text}"
            for category, text in self._server.misuse()
            if category not in legitimate
        ]
        if wrong:
            raise Violation("\n".join(wrong))

    def _wrong_in(self, client: Client, there: Any) -> list[str]:
        here, wrong = rows_of_copy(client.copy)
        waiting = {(table, gid): operation for table, gid, operation in client.edits()}
        wrong = [f"{client.name}: {one}" for one in wrong]
        for key, operation in waiting.items():
            if not self._model.may_wait(key, operation):
                wrong.append(f"{client.name}: the edit {operation} of {key} does not go out")
        wrong += self._model.missing(
            client.name, [key for key in waiting if self._model.may_wait(key, waiting[key])]
        )
        for table in (*LAYERS, FILES):
            wrong += self._wrong_rows(client, table, here[table], there, waiting)
        return wrong

    def _wrong_rows(self, client: Client, table: str, here: Any, everything: Any, waiting: Any) -> list[str]:
        wrong, there = [], everything[table]
        inside = {gid for gid in there if _is_inside(table, there[gid], everything["Posts"])}
        for gid in here.keys() | inside:
            key = (table, gid)
            if key in waiting or self._model.is_hidden(key):
                continue
            if gid not in here:
                wrong.append(f"{client.name}: {key} is only at the service")
            elif gid not in there:
                wrong.append(f"{client.name}: {key} is not at the service")
            elif client.name not in self._lagging:
                wrong += [
                    f"{client.name}: {key} {cell} = {here[gid].get(cell)!r}, at the service {value!r}"
                    for cell, value in _of_service(table, there[gid]).items()
                    if here[gid].get(cell) != value
                ]
        return wrong

    def _end(self) -> None:
        for client in self._clients:
            outcome = client.finish()
            if outcome.error:
                raise Violation(f"{client.name} cannot be finished: {outcome.error} {outcome.text}")
        left = self._server.replicas()
        if left:
            raise Violation(f"orphans after the end: {left}")


def _said(outcome: Outcome) -> str:
    if outcome.error:
        return f"{outcome.error} {outcome.text}"
    notices = f", {', '.join(outcome.notices)}" if outcome.notices else ""
    return f"moved {outcome.moved}, refused {outcome.refused}{notices}"


def _folded(replica: str) -> str:
    return replica.strip("{}").casefold()


def _is_inside(table: str, row: Any, posts: Any) -> bool:
    if table in PARENTS:
        post = posts.get(row[PARENTS[table]])
        return post is not None and _is_inside("Posts", post, posts)
    return positions_there(row["geometry"])[0][0] <= 1_101_000


def _of_service(table: str, row: Any) -> dict[str, Any]:
    if table == FILES:
        return {name: row[name] for name in ("name", "contentType", "data", "size", "parentGlobalId")}
    return {name: positions_there(value) if name == "geometry" else value for name, value in row.items()}
