"""An offline map that is registered, synchronised or finished, disturbed at calls that change the disk.

`python -m tests.trust.kept_map WORK MODE FIRST EVERY FOLDER`, with `interpose.c` loaded before the C library,
disturbs every so many of the calls, from the first one on, and prints a line of JSON for each, an `Outcome`.

Portal and map are made once. Each trial is a fork of that process, the portal in it included, with the map as
it was; the process that is disturbed is a fork again. Wherever that was, the same work started again ends
well, and then

- the working copy and the service are equal, and the service has what it has after a calm run: every edit of
  both sides, once;
- the service knows one replica, which is that of the working copy; of a finished map none;
- the map is whole, its manifest tells the truth, and no other files lie there than after a calm run.
"""

from __future__ import annotations

from collections.abc import Callable
import ctypes
import errno
import json
import os
from pathlib import Path
import shutil
import sys
import traceback
from typing import Any, NamedTuple, Optional

from plugin.core.errors import OfflineMapError
from plugin.core.host import Silent
from plugin.core.offline_map.layout import MapFolder
from plugin.core.offline_map.manifest import read_manifest
from plugin.core.offline_map.registrations import registrations_of
from plugin.core.offline_map.removal import free_place, sweep
from plugin.core.offline_map.verification import verify_offline_map
from plugin.core.storage import GROWING
from plugin.core.update.finish import retry_orphans
from plugin.core.update.orphans import Orphan
from tests.core.update.both_sides import LAYERS, differences
from tests.core.update.scheduled_map import ScheduledMap, change_town
from tests.core.update.scheduled_map import differences as packaged_differences
from tests.core.update.town_edits import edit_everything, edit_there
from tests.core.update.town_map import TownMap
from tests.core.update.updating import misuse, refusals, update
from tests.fixtures.synced_town import HYDRANTS, guid_of
from tests.portal import PortalContent, PortalStandIn

from .python_calls import in_fork

MODES = {"killed": "", "disk full": str(errno.ENOSPC)}
_MINUTES = ("created_date", "last_edited_date")


class Outcome(NamedTuple):
    """`ended`: code and text of the error of the disturbed run, None where it was killed; `wrong` what does
    not hold after the second run.
    """

    call: str
    ended: Optional[list[Optional[str]]]
    wrong: list[str]

    @property
    def is_right(self) -> bool:
        """A disk that refuses ends the work with an error of storage, or does no harm."""
        return not self.wrong and (self.ended is None or self.ended[0] in (None, "storage"))


class SavedOrphans:
    """What a profile remembers, through the end of a process."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def orphans(self) -> list[Orphan]:
        kept = json.loads(self._file.read_text()) if self._file.exists() else []
        return [Orphan(*one) for one in kept]

    def remember(self, orphan: Orphan) -> None:
        self._keep([*self.orphans(), orphan])

    def forget(self, orphan: Orphan) -> None:
        self._keep([one for one in self.orphans() if one != orphan])

    def _keep(self, orphans: list[Orphan]) -> None:
        self._file.write_text(json.dumps([list(vars(one).values()) for one in orphans]))


class KeptMap:
    """The town's map and its portal. What is disturbed is below `folder`/town."""

    def __init__(self, folder: Path, make: Callable[..., TownMap]) -> None:
        self.watched = folder / "town"
        self.watched.mkdir()
        self._kept, self._orphans = folder / "kept", folder / "orphans.json"
        self.town = make(self._serve, self.watched)
        self.town.orphans = SavedOrphans(self._orphans)
        self.town.download()
        self._aside = free_place(self.town.folder)

    def keep(self) -> None:
        """Every trial begins with the map and the portal as they are now."""
        shutil.copytree(self.town.folder.parent, self._kept)
        self.town.portal.pause()

    def restore(self) -> None:
        """In the process of a trial."""
        shutil.rmtree(self.town.folder.parent)
        shutil.copytree(self._kept, self.town.folder.parent)
        self._orphans.unlink(missing_ok=True)
        for file in self.town.left_in_scratch():
            file.unlink()
        self.town.portal.go_on()

    def sweep(self) -> None:
        """What the next session of QGIS does, and the next contact with the portal."""
        sweep(self._aside)
        retry_orphans(self.town.around(), self.town.portal.url, Silent())

    def names(self) -> list[str]:
        """What lies in the folder of the maps, but reports, saved edits, and what goes within a day."""
        there = self.town.folder.parent
        names = (path.relative_to(there) for path in there.rglob("*") if GROWING not in path.name)
        return sorted(str(name) for name in names if "updates" not in name.parts)

    def rows_there(self) -> list[str]:
        """What the service has, without what tells the time of the run."""
        service = self.town.service
        rows = [service.rows(layer) for layer in LAYERS] + [service.attachments(HYDRANTS)]
        return sorted(
            repr(sorted((key, value) for key, value in row.items() if key not in (*_MINUTES, "OBJECTID")))
            for layer in rows
            for row in layer.values()
        )

    @staticmethod
    def _serve(content: PortalContent) -> PortalStandIn:
        return PortalStandIn(content).start()


class Work(NamedTuple):
    """`prepare` the map, `run` what is disturbed, which `keeps` the map or takes it away.

    `wrong_between` is what must not be after a run that was disturbed, before any other, and `wrong_after`
    what must not be in the end.
    """

    prepare: Callable[[Any], None]
    run: Callable[[TownMap], Any]
    synchronises: bool = True
    keeps: bool = True
    make: Callable[..., TownMap] = TownMap
    wrong_between: Callable[[Any], list[str]] = lambda _town: []
    wrong_after: Callable[[Any], list[str]] = lambda _town: []


def _prepare_sync(town: TownMap) -> None:
    """Edits on both sides, and nobody has registered the map."""
    town.register()
    edit_everything(town)
    edit_there(town)
    town.forget_registration()


def _prepare_finish(town: TownMap) -> None:
    town.register()
    edit_everything(town)


def _register(town: TownMap) -> None:
    for problem in town.register().problems.values():
        raise problem


def _finish(town: TownMap) -> None:
    """One that has gone needs no second run."""
    if MapFolder(town.folder).manifest.exists():
        town.finish(discard=True)


def _prepare_deltas(town: ScheduledMap) -> None:
    for number in (1, 2):
        change_town(town, number)
        town.packaged.refresh()
    _note_news(town)


def _prepare_package(town: ScheduledMap) -> None:
    """Rows that came, changed and went."""
    change_town(town, 1)
    town.packaged.remove(HYDRANTS, guid_of("Hydrants", 7))
    town.packaged.refresh(with_delta=False)
    _note_news(town)


def _note_news(town: ScheduledMap) -> None:
    """The rows that an update brings."""
    town.news = {one[:2] for one in packaged_differences(town)}


def _half(town: ScheduledMap) -> list[str]:
    """The map is whole at any time, and its rows are all old or all new."""
    wrong = [str(one.error) for one in verify_offline_map(town.folder, Silent()).errors]
    changed = {one[:2] for one in packaged_differences(town)}
    return wrong + ([f"half: {changed}"] if changed not in (set(), town.news) else [])


def _behind(town: ScheduledMap) -> list[str]:
    wrong = [f"{one}" for one in packaged_differences(town)]
    if (town.folder / "updates" / "incoming").exists():
        wrong.append("files that arrived are left")
    if town.manifest().revisions[town.town.package] != town.portal_revision():
        wrong.append("the manifest has another revision")
    return wrong


WORKS = {
    "registration": Work(edit_there, _register),
    "sync": Work(_prepare_sync, update),
    "finish": Work(_prepare_finish, _finish, synchronises=False, keeps=False),
    "finish, kept": Work(
        _prepare_finish, lambda town: town.finish(discard=True, delete=False), synchronises=False
    ),
    "deltas": Work(
        _prepare_deltas,
        update,
        synchronises=False,
        make=ScheduledMap,
        wrong_between=_half,
        wrong_after=_behind,
    ),
    "package": Work(
        _prepare_package,
        update,
        synchronises=False,
        make=ScheduledMap,
        wrong_between=_half,
        wrong_after=_behind,
    ),
}


class Trials:
    """Of one work, on one map."""

    def __init__(self, work: Work, folder: Path) -> None:
        self._work, self._folder = work, folder
        self._kept = KeptMap(folder, work.make)
        work.prepare(self._kept.town)
        self._kept.keep()
        self._calm: dict[str, Any] = {}

    def calm(self) -> list[str]:
        """The calls of a run that nothing disturbs; what it leaves is what each must leave."""
        log = self._folder / "calls"
        ended, wrong, self._calm = self._trial({"TRUST_LOG": str(log)})
        if ended != [None, ""] or wrong:
            raise SystemExit(f"{ended} {wrong}")
        return [line.replace(str(self._kept.watched), "", 1) for line in log.read_text().splitlines()]

    def disturbed(self, call: str, failure: str) -> Outcome:
        """A run that ends at a call, which `calm` told, or to which that call fails."""
        number = call.split(" ", 1)[0]
        ended, wrong, left = self._trial({"TRUST_AT": number, "TRUST_ERRNO": failure})
        wrong += [f"{name} differ" for name in left if left[name] != self._calm[name]]
        return Outcome(call, ended, wrong)

    def _trial(self, environment: dict[str, str]) -> tuple[Any, list[str], dict[str, Any]]:
        def work(_tell: Callable[[Any], None]) -> Any:
            try:
                return self._in_trial(environment)
            except Exception:  # noqa: BLE001 - a fork must not go on with the work of its parent
                return [None, [traceback.format_exc()], {}]

        (told,) = in_fork(work)
        return tuple(told)

    def _in_trial(self, environment: dict[str, str]) -> Any:
        kept, town = self._kept, self._kept.town
        kept.restore()

        def client(_tell: Callable[[Any], None]) -> Any:
            _begin_to_count({"TRUST_PATH": str(kept.watched), **environment})
            return _outcome(self._work.run, town)

        ended = next(iter(in_fork(client)), None)
        wrong = [f"between: {one}" for one in self._work.wrong_between(town)]
        again = _outcome(self._work.run, town)
        wrong += [f"second run: {again}"] if again[0] else []
        kept.sweep()
        return ended, wrong + self._faults(), {"rows": kept.rows_there(), "files": kept.names()}

    def _faults(self) -> list[str]:
        """What does not hold, whatever a calm run leaves."""
        town, work = self._kept.town, self._work
        replicas = [one.id for one in town.service.own_replicas()]
        wrong = [f"misuse: {one}" for one in misuse(town)] if work.synchronises else []
        wrong += work.wrong_after(town)
        if not work.keeps:
            return wrong + ([f"replicas: {replicas}"] if replicas else [])
        manifest = read_manifest(town.folder)
        if registrations_of(town.folder, manifest) != manifest.registrations:
            wrong.append("the manifest is not true")
        if not verify_offline_map(town.folder, Silent()).is_whole:
            wrong.append("the map is not whole")
        if work.synchronises:
            refused = refusals(update(town))
            wrong += [f"{what}" for what in (differences(town), town.edits(), refused) if what]
        if replicas != ([town.state().replica] if work.synchronises else []):
            wrong.append(f"replicas: {replicas}")
        return wrong


def _begin_to_count(environment: dict[str, str]) -> None:
    os.environ.update({name: value for name, value in environment.items() if value})
    ctypes.CDLL(None).trust_begin()


def _outcome(run: Callable[[TownMap], Any], town: TownMap) -> list[Optional[str]]:
    try:
        run(town)
    except OfflineMapError as error:
        return [error.code, str(error)]
    except Exception:  # noqa: BLE001 - whatever it is, it is what the caller looks for
        return ["traceback", traceback.format_exc()]
    return [None, ""]


def main(work: str, mode: str, first: int, every: int, folder: Path) -> None:
    trials = Trials(WORKS[work], folder)
    for call in trials.calm()[first - 1 :: every]:
        print(json.dumps(trials.disturbed(call, MODES[mode])), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
    os._exit(0)  # threads of the portal may still wait
