"""manifest.json: every file of an offline map, its size, hash and origin.

What the portal gave never changes but by an update, so its hashes prove it; working copies and
the project are the user's, so the manifest holds their origin only. Members that this version does
not know are kept when a manifest is written again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
import hashlib
import json
from pathlib import Path
import re
from typing import Any, Optional

from ..host import Silent
from ..json_value import Json, json_string
from ..storage import file_sha256
from ..untrusted.path import stays_inside
from ..working_copy.replica_state import RegistrationState
from .json_file import read_json_file, unreadable, write_json_file
from .layout import GEODATABASE_SUFFIX, MapFolder, is_picture_file, is_work_file

_DIGEST = "sha256"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OF_MANIFEST = (
    "version", "files", "workingCopies", "plugin", "area", "webMap", "portal", "parameters",
    "layerErrors", "tableErrors", "run", "registration", "ended", "webMapTitle",
)  # fmt: skip
_OF_FILE = ("path", "bytes", "sha256", "item", "coming")
_OF_ITEM = ("id", "revision", "etag")
_OF_AREA = ("id", "title", "packages")
_OF_REGISTRATION = ("state", "reason", "replica", "revision")


@dataclass(frozen=True)
class PackageFile:
    """A package that arrived whole: what the manifest will say of it."""

    item_id: str
    name: str
    bytes: int
    sha256: str
    revision: str
    etag: str


@dataclass(frozen=True)
class SourceItem:
    """The item of the portal that a package came from, and the revision that it had."""

    id: str
    revision: str
    etag: str
    others: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Json) -> SourceItem:
        return cls(
            id=_text(content["id"]),
            revision=_text(content["revision"]),
            etag=_text(content.get("etag", "")),
            others=_others(content, _OF_ITEM),
        )

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "revision": self.revision, "etag": self.etag, **self.others}


@dataclass(frozen=True)
class ManifestFile:
    """A file as the portal gave it. `item` is that of a package; documents and pictures have none.

    `coming` is what an update puts in its place: while that runs, the file may be either.
    """

    path: str  # relative to the folder, with forward slashes
    bytes: int
    sha256: str
    item: Optional[SourceItem] = None
    coming: Optional[ManifestFile] = None
    others: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Json) -> ManifestFile:
        if not _is_count(content["bytes"]) or not _SHA256.fullmatch(content["sha256"]):
            raise ValueError("no size and hash")
        return cls(
            path=_inside(content["path"]),
            bytes=content["bytes"],
            sha256=content["sha256"],
            item=SourceItem.from_json(_object(content["item"])) if "item" in content else None,
            coming=cls._coming(content),
            others=_others(content, _OF_FILE),
        )

    @classmethod
    def _coming(cls, content: Json) -> Optional[ManifestFile]:
        if "coming" not in content:
            return None
        coming = {name: value for name, value in _object(content["coming"]).items() if name != "coming"}
        return cls.from_json({**coming, "path": content["path"]})

    def to_json(self) -> dict[str, Any]:
        known: dict[str, Any] = {"path": self.path, "bytes": self.bytes, "sha256": self.sha256}
        if self.item:
            known["item"] = self.item.to_json()
        if self.coming:
            known["coming"] = {k: v for k, v in self.coming.to_json().items() if k != "path"}
        return {**known, **self.others}

    @property
    def versions(self) -> tuple[ManifestFile, ...]:
        """What the file may be: one thing, but for while an update runs, or after one that was killed."""
        return (self, self.coming) if self.coming else (self,)


@dataclass(frozen=True)
class Registration:
    """That of one geodatabase: `reason` tells why it was refused, `replica` its id at the service.

    `revision` is that of the package whose rows the working copy has, where updates brought them.
    """

    state: RegistrationState
    reason: str = ""
    replica: str = ""
    revision: str = ""
    others: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Json) -> Registration:
        return cls(
            state=RegistrationState(content["state"]),
            reason=_text(content.get("reason", "")),
            replica=_text(content.get("replica", "")),
            revision=_text(content.get("revision", "")),
            others=_others(content, _OF_REGISTRATION),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "state": self.state.value,
            "reason": self.reason,
            "replica": self.replica,
            **({"revision": self.revision} if self.revision else {}),
            **self.others,
        }


@dataclass(frozen=True)
class ManifestArea:
    """The map area: `packages` are the item ids of all that it had, also of those that were not wanted."""

    id: str
    title: str
    packages: tuple[str, ...]
    others: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Json) -> ManifestArea:
        return cls(
            id=_text(content["id"]),
            title=_text(content["title"]),
            packages=tuple(_text(one) for one in _list(content["packages"])),
            others=_others(content, _OF_AREA),
        )

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title, "packages": list(self.packages), **self.others}


@dataclass(frozen=True)
class Manifest:
    """What manifest.json says of an offline map.

    `parameters` as `DownloadParameters.as_json` spells them; errors by the id of the layer or table, as
    `OfflineMapError.as_json` spells them; `registrations` by the item id of each geodatabase; `run` tells
    of the download itself: when it `finished`, and the SHA-256 of its `report`. `ended` is the moment from
    which no service knows of the map any more, in ISO 8601; empty for one in use.
    """

    plugin: str
    area: ManifestArea
    web_map_id: str
    portal_url: str
    parameters: Json
    files: tuple[ManifestFile, ...]
    working_copies: tuple[str, ...]  # paths relative to the folder
    layer_errors: Mapping[str, Json]
    table_errors: Mapping[str, Json]
    registrations: Mapping[str, Registration]
    run: Json
    version: int = 1
    ended: str = ""
    web_map_title: str = ""  # empty in those of 0.1.0
    others: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Json) -> Manifest:
        """Raises `ValueError`, `TypeError` or `KeyError` for what is no manifest or names files elsewhere."""
        files = tuple(ManifestFile.from_json(_object(file)) for file in _list(content["files"]))
        parameters = _object(content["parameters"])
        _text(parameters["updateMode"])
        if not _is_count(content["version"]):
            raise TypeError("no version")
        return cls(
            plugin=_text(content["plugin"]),
            area=ManifestArea.from_json(_object(content["area"])),
            web_map_id=_text(content["webMap"]),
            portal_url=_text(content["portal"]),
            parameters=parameters,
            files=files,
            working_copies=tuple(_inside(path) for path in _list(content["workingCopies"])),
            layer_errors=_objects(content["layerErrors"]),
            table_errors=_objects(content["tableErrors"]),
            registrations=_registrations(content.get("registration"), files),
            run={name: value for name, value in _object(content["run"]).items() if name != _DIGEST},
            version=content["version"],
            ended=_text(content.get("ended", "")),
            web_map_title=_text(content.get("webMapTitle", "")),
            others=_others(content, _OF_MANIFEST),
        )

    def to_json(self) -> dict[str, Any]:
        """The content of manifest.json."""
        return {
            "version": self.version,
            "files": [file.to_json() for file in self.files],
            "workingCopies": list(self.working_copies),
            "plugin": self.plugin,
            "area": self.area.to_json(),
            "webMap": self.web_map_id,
            "portal": self.portal_url,
            "parameters": dict(self.parameters),
            "layerErrors": dict(self.layer_errors),
            "tableErrors": dict(self.table_errors),
            "run": dict(self.run),
            "registration": {item: one.to_json() for item, one in self.registrations.items()},
            **({"ended": self.ended} if self.ended else {}),
            **({"webMapTitle": self.web_map_title} if self.web_map_title else {}),
            **self.others,
        }

    @property
    def update_mode(self) -> str:
        """As the .marea spells it."""
        return str(self.parameters["updateMode"])

    @property
    def finished(self) -> str:
        """When its download was finished; empty where that is not told."""
        return json_string(self.run.get("finished"))

    @property
    def revisions(self) -> dict[str, str]:
        """The revision that the rows or tiles of each package have, by item id."""
        packages = {file.item.id: file.item.revision for file in self.files if file.item}
        updated = {item: one.revision for item, one in self.registrations.items() if one.revision}
        return {item: updated.get(item, revision) for item, revision in packages.items()}


def has_manifest(folder: Path) -> bool:
    """True for offline maps that this plugin made, and may write into."""
    return MapFolder(folder).manifest.is_file()


def read_manifest(folder: Path) -> Manifest:
    """Raises `Damaged` for a manifest.json that cannot be read, or that names files elsewhere."""
    path = MapFolder(folder).manifest
    content = read_json_file(path)
    try:
        return Manifest.from_json(content)
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable(path) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes manifest.json, with a hash of all that it says. Raises `StorageError`."""
    content = manifest.to_json()
    content["run"][_DIGEST] = _digest(content)
    write_json_file(MapFolder(folder).manifest, content, indent=1)


def is_as_written(folder: Path) -> Optional[bool]:
    """Whether manifest.json says what was written; None where it carries no hash, as that of 0.1.0.

    The hash tells of bits that turned, not of somebody who changes both. Raises `Damaged`.
    """
    content = read_json_file(MapFolder(folder).manifest)
    run = content.get("run")
    written = run.get(_DIGEST) if isinstance(run, dict) else None
    return None if written is None else bool(written == _digest(content))


def _digest(content: Json) -> str:
    run = {name: value for name, value in content["run"].items() if name != _DIGEST}
    text = json.dumps({**content, "run": run}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def files_of(folder: Path, packages: Iterable[PackageFile]) -> tuple[ManifestFile, ...]:
    """What the manifest says of the finished content of `folder`: documents, packages, pictures."""
    there = MapFolder(folder)
    documents = (there.package_info, there.map_document, there.area_document)
    pictures = sorted(path for path in there.pictures.glob("*") if is_picture_file(path.name))
    return (
        *(_plain_file(there, path) for path in documents),
        *(_package(there, file) for file in packages),
        *(_plain_file(there, path) for path in pictures),
    )


def work_files_of(folder: Path) -> tuple[str, ...]:
    """The paths of the working copies, copied tiles and the project, relative to `folder`."""
    there = MapFolder(folder)
    return tuple(sorted(_relative(there, path) for path in there.work.iterdir() if is_work_file(path.name)))


def same_registration(files: Iterable[ManifestFile], state: RegistrationState) -> dict[str, Registration]:
    """Every geodatabase in one state, by item id."""
    return {
        file.item.id: Registration(state)
        for file in files
        if file.item and file.path.lower().endswith(GEODATABASE_SUFFIX)
    }


def _registrations(content: object, files: Iterable[ManifestFile]) -> dict[str, Registration]:
    """Version 0.1.0 wrote the text “pending” for the whole map, or nothing where the mode needs none."""
    if content is None:
        return same_registration(files, RegistrationState.NONE)
    if isinstance(content, str):
        return same_registration(files, RegistrationState(content))
    return {item: Registration.from_json(one) for item, one in _objects(content).items()}


def _plain_file(folder: MapFolder, path: Path) -> ManifestFile:
    return ManifestFile(_relative(folder, path), path.stat().st_size, file_sha256(path, Silent()))


def _package(folder: MapFolder, file: PackageFile) -> ManifestFile:
    item = SourceItem(file.item_id, file.revision, file.etag)
    return ManifestFile(_relative(folder, folder.packages / file.name), file.bytes, file.sha256, item)


def _relative(folder: MapFolder, path: Path) -> str:
    return path.relative_to(folder.root).as_posix()


def _others(content: Json, known: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in known}


def _inside(path: object) -> str:
    """A path that stays in the folder. Raises `ValueError` for any other."""
    if not stays_inside(_text(path)):
        raise ValueError("a path that leads elsewhere")
    return _text(path)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError("no object")
    return value


def _objects(value: object) -> dict[str, Json]:
    return {name: _object(one) for name, one in _object(value).items()}


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value
