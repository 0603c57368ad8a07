"""The bytes of one file that have arrived, and the proof of what they are.

A file grows as `<name>.part`. Beside it stands `<name>.part.json`, a JSON value a line: first
which version of the file the bytes are of, then a checkpoint for every MiB that arrived, the
sha256 of all bytes up to there. Only bytes that a checkpoint proves are ever continued. So it
does not matter in which order the two files reach the disk, nor what a power cut leaves of
either: zeros, bytes of another version or a torn line prove nothing, and are fetched again.

Version 0.1.0 wrote the first line only, without `"checkpoints"`: its bytes count as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
import hashlib
import json
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Optional

from ..host import Feedback, raise_if_cancelled
from ..storage import flush, growing_name, move, storage
from ..untrusted.json_text import parse_json
from .file_version import FileVersion

_STEP = 1 << 20  # bytes between two checkpoints: what is lost at most when the process is killed


class _Checkpoint(NamedTuple):
    """`sha256` of the first `bytes` bytes; empty where version 0.1.0 kept none."""

    bytes: int
    sha256: str


class Part:
    """What is there of the file `target`. `subject` names the package in errors.

    `revision` is any text that changes when the item does: bytes of another revision are never
    continued. `bytes` are those that count, and `version` is theirs. The methods that touch the
    disk raise `StorageError`.
    """

    def __init__(self, target: Path, revision: str, subject: str):
        self.bytes = 0
        self.version = FileVersion()
        self._target = target
        self._revision = revision
        self._subject = subject
        self._path = growing_name(target)
        self._proof_path = self._path.with_name(f"{self._path.name}.json")
        self._digest = hashlib.sha256()
        self._noted = 0  # bytes at the last checkpoint
        self._files: Optional[tuple[BinaryIO, BinaryIO]] = None

    def take_up(self, feedback: Feedback) -> None:
        """Counts the bytes that an earlier run left, as far as they are proven; obeys cancel."""
        version, checkpoints = self._read_proof()
        if not version.validator:
            return
        proven = self._prove(checkpoints, feedback)
        if proven:
            self.version = version
            self._write_proof(proven)

    def start_again(self, version: FileVersion) -> None:
        """Drops what is there: the bytes to come are of `version`."""
        # In this order: at no moment do bytes stand beside the proof of others.
        with storage(self._subject):
            self._proof_path.unlink(missing_ok=True)
            self._path.write_bytes(b"")
        self.bytes, self.version, self._digest, self._noted = 0, version, hashlib.sha256(), 0
        self._write_proof([])

    @contextmanager
    def growing(self) -> Iterator[None]:
        """While it lasts, `append` adds to the bytes; whatever ends it, they are kept."""
        with (
            self._storing(),
            self._path.open("r+b") as part,
            self._proof_path.open("ab") as proof,
        ):
            part.seek(part.truncate(self.bytes))
            self._files = part, proof
            try:
                yield
            finally:
                self._note()
                self._files = None

    def append(self, block: bytes) -> None:
        """Adds what has arrived."""
        if self._files is None:
            raise RuntimeError("a part grows only while it is open")
        self._files[0].write(block)
        self._digest.update(block)
        self.bytes += len(block)
        if self.bytes - self._noted >= _STEP:
            self._note()

    def finish(self) -> str:
        """Gives the whole file its name, flushed; returns its sha256 as hex digits."""
        with self._storing():
            flush(self._path)
            move(self._path, self._target)
            self._proof_path.unlink(missing_ok=True)
        return self._digest.hexdigest()

    def discard(self) -> None:
        """Removes the bytes and their proof."""
        with storage(self._subject):
            self._proof_path.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
        self.bytes, self.version = 0, FileVersion()

    @contextmanager
    def _storing(self) -> Iterator[None]:
        """As `storage`; that what has arrived is kept is said where the next run can prove some of it."""
        try:
            yield
        except OSError as error:
            with storage(self._subject, keeps=bool(self._noted and self.version.validator)):
                raise error

    def _note(self) -> None:
        """Writes down a checkpoint, after the bytes that it proves."""
        if self._files and self.bytes > self._noted:
            part, proof = self._files
            part.flush()
            proof.write(_line(_Checkpoint(self.bytes, self._digest.hexdigest())))
            proof.flush()
            self._noted = self.bytes

    def _read_proof(self) -> tuple[FileVersion, list[_Checkpoint]]:
        """What the proof says, up to a line that cannot be read; of another revision, nothing."""
        with storage(self._subject):
            lines = self._proof_path.read_bytes().splitlines() if self._proof_path.is_file() else []
            size = self._path.stat().st_size if self._path.is_file() else 0
        head = next(_values(lines[:1]), None)
        if not isinstance(head, dict) or head.get("revision") != self._revision:
            return FileVersion(), []
        if "checkpoints" not in head:
            return FileVersion.from_json(head), [_Checkpoint(size, "")]
        return FileVersion.from_json(head), list(_checkpoints(lines[1:]))

    def _prove(self, checkpoints: list[_Checkpoint], feedback: Feedback) -> list[_Checkpoint]:
        """The checkpoints that the bytes bear out; counts the bytes up to the last of them."""
        proven: list[_Checkpoint] = []
        with storage(self._subject):
            if not self._path.is_file():
                return []
            with self._path.open("rb") as part:
                digest = hashlib.sha256()
                for checkpoint in checkpoints:
                    _hash_up_to(checkpoint.bytes, part, digest, feedback)
                    sha256 = digest.hexdigest()
                    if part.tell() != checkpoint.bytes or checkpoint.sha256 not in ("", sha256):
                        break
                    proven.append(_Checkpoint(checkpoint.bytes, sha256))
                    self.bytes, self._digest = checkpoint.bytes, digest.copy()
        self._noted = self.bytes
        return proven if self.bytes else []

    def _write_proof(self, checkpoints: list[_Checkpoint]) -> None:
        head = {"revision": self._revision, **asdict(self.version), "checkpoints": "sha256"}
        growing = growing_name(self._proof_path)
        with storage(self._subject, keeps=bool(checkpoints)):
            growing.write_bytes(b"".join(_line(value) for value in (head, *checkpoints)))
            flush(growing)
            move(growing, self._proof_path)


def _line(value: Any) -> bytes:
    return json.dumps(value).encode("ascii") + b"\n"


def _values(lines: list[bytes]) -> Iterator[Any]:
    """Each line's, up to one that is torn."""
    for line in lines:
        try:
            yield parse_json(line)
        except ValueError:
            return


def _checkpoints(lines: list[bytes]) -> Iterator[_Checkpoint]:
    """Each line's, up to one that is none, or goes back."""
    last = 0
    for value in _values(lines):
        if not (
            isinstance(value, list) and list(map(type, value)) == [int, str] and value[0] > last and value[1]
        ):
            return
        last = value[0]
        yield _Checkpoint(*value)


def _hash_up_to(end: int, part: BinaryIO, digest: hashlib._Hash, feedback: Feedback) -> None:
    """Hashes on from where `part` stands, to `end` or the end of the file."""
    left = end - part.tell()
    while left > 0 and (block := part.read(min(_STEP, left))):
        raise_if_cancelled(feedback)
        digest.update(block)
        left -= len(block)
