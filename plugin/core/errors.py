"""Everything that can go wrong, as one tree.

    OfflineMapError
    ├── BadInput              a parameter or a file the user chose; raised before any request
    │   └── NoPortal          nothing at the given address answers as a portal does
    ├── Cancelled             the user stopped the job
    ├── StorageError          disk full, no permission, a path that is too long
    │   └── AlreadyWritten    another program wrote the same file at the same time
    ├── NetworkError          no usable answer came
    │   ├── NoConnection      name, route, TLS, refused or dropped connection
    │   ├── TimedOut          nothing arrived within the deadline
    │   ├── BrokenAnswer      HTML instead of JSON, broken JSON, a wrong length
    │   ├── PrivateNetwork    a portal in the internet leads into a private network
    │   └── UnsafeRedirect    to http from https, to another scheme, or in circles
    ├── PortalError           the portal answered, and the answer is an error
    │   ├── SignInRequired    498, 499: no token, or one that is no longer valid
    │   │   └── StoreLocked   what signs in lies in a store that is locked
    │   ├── AccessDenied      403: signed in, but not allowed
    │   ├── ItemNotFound      gone, or not visible to this user
    │   ├── ServerBusy        429 and 5xx, after all retries
    │   ├── JobFailed         a job of a server ended, and says that it failed
    │   ├── JobGone           a job of a server, or its result, is no longer there: nobody knows how it ended
    │   ├── ReplicaLost       a service no longer knows a replica, or the changes since its generation
    │   ├── NotPackaged       the portal is still packaging this map area, or failed to
    │   └── NoPackage         a layer that could go offline has no package in this area
    └── PackageError          a package or an offline map on disk
        ├── Damaged           does not hold what its own index or header says
        ├── Unsupported       well formed, but of a kind that is not read
        └── Untrusted         built to harm: names outside the folder, bombs, unknown triggers

Every error says what failed and why (`text`) and what to do next (`next_step`). Both are
templates with named values, so that a shell can translate the template before the values go
in; `str(error)` is the English sentence. Values never hold a token or a full request URL.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Optional


class OfflineMapError(Exception):
    """Base of the tree: a template, its values, and the next step.

    `text` and `next_step` are whole sentences with `{name}` placeholders; `values` fill both.
    `report` is the report.json of the job that ended with this error, where one was written.
    """

    code: ClassVar[str] = "error"
    report: Optional[Path] = None

    def __init__(self, text: str, *, next_step: str = "", **values: object) -> None:
        self.template = text
        self.next_template = next_step
        self.values = values
        super().__init__(text)

    @property
    def text(self) -> str:
        """What failed and why, in English."""
        return self.template.format(**self.values)

    @property
    def next_step(self) -> str:
        """What the user can do about it, in English; empty when there is nothing to do."""
        return self.next_template.format(**self.values)

    def __str__(self) -> str:
        return f"{self.text} {self.next_step}".strip()

    def as_json(self) -> dict[str, str]:
        """The `error` object of report.json: code, text, next."""
        return {"code": self.code, "text": self.text, "next": self.next_step}


class BadInput(OfflineMapError):
    """A parameter or a file that the user chose cannot be used."""

    code = "bad_input"


class NoPortal(BadInput):
    """Nothing at the given address answers as a portal does: mistyped, or a network's own page."""

    code = "no_portal"


class Cancelled(OfflineMapError):
    """The user stopped the job."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__("Cancelled.")


class StorageError(OfflineMapError):
    """The disk or the file system refused."""

    code = "storage"


class AlreadyWritten(StorageError):
    """Another program, or another run, wrote the same file at the same time: that one stays."""

    code = "already_written"


class NetworkError(OfflineMapError):
    """No usable answer came."""

    code = "network"


class NoConnection(NetworkError):
    """Name, route, TLS, refused or dropped connection."""

    code = "no_connection"


class TimedOut(NetworkError):
    """Nothing arrived within the deadline."""

    code = "timed_out"


class BrokenAnswer(NetworkError):
    """HTML instead of JSON, broken JSON, or a wrong length."""

    code = "broken_answer"


class PrivateNetwork(NetworkError):
    """A portal leads to a host that lies further inward than the portal itself; nothing was asked there."""

    code = "private_network"


class UnsafeRedirect(NetworkError):
    """A redirect that is not followed: downgrade, other scheme, circle."""

    code = "unsafe_redirect"


class PortalError(OfflineMapError):
    """The portal answered with an error."""

    code = "portal"


class SignInRequired(PortalError):
    """498 or 499: no token, or one that is no longer valid."""

    code = "sign_in_required"


class StoreLocked(SignInRequired):
    """The host keeps what signs in behind a master password, and did not get it."""


class AccessDenied(PortalError):
    """403: signed in, but not allowed."""

    code = "access_denied"


class ItemNotFound(PortalError):
    """Gone, or not visible to this user."""

    code = "item_not_found"


class ServerBusy(PortalError):
    """429 or 5xx, after all retries."""

    code = "server_busy"


class JobFailed(PortalError):
    """A job of a server ended, and says that it failed; what it did before may have stayed."""

    code = "job_failed"


class JobGone(PortalError):
    """The server no longer knows a job or no longer has its result: how it ended has to be found out."""

    code = "job_gone"


class ReplicaLost(PortalError):
    """A service no longer knows a replica, or the changes since its generation."""

    code = "replica_lost"


class NotPackaged(PortalError):
    """The portal is still packaging this map area, or failed to."""

    code = "not_packaged"


class NoPackage(PortalError):
    """A layer that could go offline has no package in this map area."""

    code = "no_package"


class PackageError(OfflineMapError):
    """A package or an offline map on disk cannot be used."""

    code = "package"


class Damaged(PackageError):
    """The file does not hold what its own index or header says."""

    code = "damaged"


class Unsupported(PackageError):
    """Well formed, but of a kind that is not read."""

    code = "unsupported"


class Untrusted(PackageError):
    """Built to harm."""

    code = "untrusted"


AWAY = (NoConnection, TimedOut, ServerBusy)
"""What a portal that is away for a while is known by: asking again later may help."""
