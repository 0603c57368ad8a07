"""What happens in a history, drawn from its seed: the setting, and steps that are readable and independent of
each other, so that any of them may be left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Optional

from tests.portal import Behaviour

from .client import Kill
from .colleague import DIRECT
from .user_edits import DURING, LOCAL

FAULTS_OF_NETWORK = {
    "HangUp": (), "Unheard": (), "Status": (502,), "Html": (), "Body": (), "Truncated": (40,),
    "Doubled": (), "PortalFault": (498,),
}  # fmt: skip
"""Faults of the stand-in, with the values that make them."""
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
_RULES = (
    {"allow_others_update": False}, {"allow_others_delete": False},
    {"allow_others_update": False, "allow_others_delete": False},
)  # fmt: skip
_EVENTS = {"copy": 1.5, "unregister": 1.5, "raise_floor": 1.0, "switch": 2.0}
_BACKED_UP = ("back_up", "restore")
_OTHER_SCHEMA = ("change_schema", "restore_schema")


@dataclass(frozen=True)
class Step:
    """`actor` is the number of a client; `seed` makes what the step needs by chance; `meanwhile` happens
    while a synchronisation waits before its request `at`; `rollback` asks for all or nothing.
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
    rollback: bool = False

    @property
    def is_fault(self) -> bool:
        what = self.what in (*_EVENTS, "restore", "change_schema")
        return bool(self.fault or self.kill or self.meanwhile) or what

    def __str__(self) -> str:
        told = f"{self.number:3} {self.what} {self.actor}"
        told += f" {self.direction}" if self.direction != "both" else ""
        told += " all or nothing" if self.rollback else ""
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
        if random.random() < 0.12:
            behaviour.update(random.choice(_RULES))
        model = random.choice(("PerLayer", "PerLayer", "PerReplica"))
        return cls(seed, random.choice((2, 2, 3)), model, random.random() < 0.3, behaviour)


def drawn(setting: Setting) -> list[Step]:
    """At least twenty operations, and two faults among them."""
    random = Random(f"steps {setting.seed}")
    count = random.randint(22, 30)
    steps = [_drawn_step(random, number, setting.clients) for number in range(1, count + 1)]
    for pair, likely in ((_BACKED_UP, 0.15), (_OTHER_SCHEMA, 0.1)):
        if random.random() < likely:
            _put_pair(random, steps, pair)
    for place, number in enumerate(random.sample(range(setting.clients), setting.clients)):
        # Until it is registered, a client cannot edit.
        if random.random() < 0.8:
            first = _drawn_step(random, place + 2, setting.clients, "sync")
            steps[place + 1] = replace(first, actor=number, direction="both")
    syncs = [step for step in steps if step.what == "sync"]
    for _ in range(max(0, 4 - len(syncs))):
        place = random.randrange(len(steps))
        steps[place] = replace(_drawn_step(random, place + 1, setting.clients, "sync"), number=place + 1)
    quiet = [place for place, step in enumerate(steps) if step.what == "sync" and not step.is_fault]
    for place in quiet[: max(0, 2 - sum(step.is_fault for step in steps))]:
        actor = steps[place].actor
        steps[place] = replace(steps[place], **_trouble(random, place + 1, setting.clients, actor))
    return steps


def _put_pair(random: Random, steps: list[Step], pair: tuple[str, str]) -> None:
    """What is begun at one step and ended at a later one."""
    places = sorted(random.sample(range(4, len(steps)), 2))
    actor = steps[places[0]].actor
    for place, what in zip(places, pair):
        steps[place] = Step(place + 1, what, actor, steps[place].seed)


def _drawn_step(random: Random, number: int, clients: int, what: str = "") -> Step:
    kinds = {"local": 50.0, "direct": 18.0, "sync": 26.0, **_EVENTS}
    what = what or _one_of(random, kinds)
    actor, seed = random.randrange(clients), random.getrandbits(32)
    if what == "local":
        return Step(number, f"local {_one_of(random, LOCAL)}", actor, seed)
    if what == "direct":
        return Step(number, f"direct {_one_of(random, DIRECT)}", actor, seed)
    if what != "sync":
        return Step(number, what, actor, seed)
    direction = random.choices(("both", "upload", "download"), (8, 1, 1))[0]
    trouble = _trouble(random, number, clients, actor) if random.random() < 0.6 else {}
    rollback = random.random() < 0.1
    return Step(number, "sync", actor, seed, direction=direction, rollback=rollback, **trouble)


def _one_of(random: Random, weights: dict[str, Any]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def _trouble(random: Random, number: int, clients: int, actor: int) -> dict[str, Any]:
    kind = random.choices(("fault", "kill", "meanwhile", "both"), (4, 4, 4, 1))[0]
    found: dict[str, Any] = {}
    if kind in ("fault", "both"):
        times = random.choice((1, 1, 1, 1, 2, 10, None))
        found["fault"] = (
            random.choice(_PATHS),
            random.choice(list(FAULTS_OF_NETWORK)),
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
