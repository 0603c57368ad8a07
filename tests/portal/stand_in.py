"""`PortalStandIn`: the origins, their tokens, faults and record, as one context manager."""

from __future__ import annotations

from pathlib import Path
import tempfile
from types import TracebackType
from typing import Optional, TypeVar

from .content import PortalContent
from .faults import Fault, Script
from .federated import FederatedServer, Stranger
from .record import Asked, Record
from .sharing import Addresses, Sharing
from .storage import Storage
from .tls import Certificates
from .tokens import PORTAL, SERVER, StandInClock, Tokens
from .wire import Origin

_Fault = TypeVar("_Fault", bound=Fault)


class PortalStandIn:
    """A portal on loopback that serves `content`.

    - `web_adaptor`: the first part of the path, as an Enterprise portal has it; "" as in ArcGIS Online.
    - `redirect_data`: files come from object storage by redirect (ArcGIS Online); else directly (Enterprise).
    - `tls`: https with a throw-away certificate; `certificates.authority` is the file to trust.
    - `server_takes_portal_tokens`: the federated server does not insist on tokens of its own.
    - `certified_host`, `certified_days`: whom the certificate names, and how long it holds; 0 is no time.
    - `server_tls`: https for the federated server; as `tls` where it is not said.

    Running, it offers `url` (what a user would type), `rest`, `server_url`, `storage_url`, `stranger_url`
    and `data_origin`, the name of the origin that sends files; `tokens`, `clock`, `content` and `sharing`
    may be used and changed at any time.
    """

    def __init__(
        self,
        content: Optional[PortalContent] = None,
        *,
        web_adaptor: str = "portal",
        redirect_data: bool = False,
        tls: bool = False,
        server_tls: Optional[bool] = None,
        server_takes_portal_tokens: bool = False,
        certified_host: str = "127.0.0.1",
        certified_days: int = 2,
    ) -> None:
        self.content = PortalContent() if content is None else content
        self.clock = StandInClock()
        self.tokens = Tokens(self.clock)
        self.record = Record()
        self.script = Script()
        self.certificates: Optional[Certificates] = None
        self.data_origin = "storage" if redirect_data else "portal"
        self._tls, self._web_adaptor = tls, web_adaptor
        self._server_tls = tls if server_tls is None else server_tls
        self._server_takes = (SERVER, PORTAL) if server_takes_portal_tokens else (SERVER,)
        self._certified = (certified_host, certified_days)
        self._folder: Optional[tempfile.TemporaryDirectory[str]] = None
        self._addresses = Addresses()
        self._storage = Storage(self.content, self.clock)
        storage = self._storage if redirect_data else None
        self.sharing = Sharing(self.content, self.tokens, self._addresses, storage, web_adaptor)
        self._origins: list[Origin] = []

    def start(self) -> PortalStandIn:
        context = None
        if self._tls or self._server_tls:
            self._folder = tempfile.TemporaryDirectory(prefix="portal-stand-in-")
            self.certificates = Certificates(Path(self._folder.name), *self._certified)
            context = self.certificates.server_context()
        sites = (
            ("portal", self.sharing, self._tls),
            ("storage", self._storage, self._tls),
            ("server", self._federated_server(), self._server_tls),
            ("stranger", Stranger(self._addresses), False),
        )
        self._origins = [
            Origin(name, site, self.record, self.script, context if secure else None)
            for name, site, secure in sites
        ]
        portal, storage, federated, stranger = (origin.url for origin in self._origins)
        self.url = f"{portal}/{self._web_adaptor}" if self._web_adaptor else portal
        self.rest = f"{self.url}/sharing/rest"
        self.storage_url, self.server_url, self.stranger_url = storage, f"{federated}/arcgis", stranger
        self._addresses.portal, self._addresses.server = self.url, self.server_url
        self._storage.url = storage
        for origin in self._origins:
            origin.start()
        return self

    def _federated_server(self) -> FederatedServer:
        return FederatedServer(self.content, self.tokens, self._addresses, self.clock, self._server_takes)

    def pause(self) -> None:
        """Nobody is answered before `go_on`, which is for one fork of this process, or for itself."""
        for origin in self._origins:
            origin.pause()

    def go_on(self) -> None:
        for origin in self._origins:
            origin.start()

    def stop(self) -> None:
        for origin in self._origins:
            origin.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> PortalStandIn:
        return self.start()

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()

    def fault(
        self,
        path: str,
        fault: _Fault,
        *,
        at: int = 1,
        times: Optional[int] = 1,
        origin: Optional[str] = None,
        method: Optional[str] = None,
    ) -> _Fault:
        """Plans `fault` for requests whose path ends like the glob `path`, and returns it.

        It strikes at the `at`-th of them from now on and `times` times in a row (None: for ever).
        """
        self.script.add(path, fault, at=at, times=times, origin=origin, method=method)
        return fault

    def asked(
        self, path: str = "*", *, origin: Optional[str] = None, method: Optional[str] = None
    ) -> list[Asked]:
        """The requests so far whose path ends like the glob `path`, in order of arrival."""
        return self.record.asked(path, origin=origin, method=method)

    def bytes_sent(self, item_id: str) -> int:
        """Body bytes of the item's data, from whichever origin they came."""
        return sum(asked.bytes_sent for asked in self.asked(f"/{item_id}/data"))

    def secrets_seen(self, *origins: str) -> list[tuple[Asked, frozenset[str]]]:
        """Requests to these origins (default: storage and stranger) that carried a secret."""
        wanted = origins or ("storage", "stranger")
        return [(asked, asked.secrets) for asked in self.asked() if asked.origin in wanted and asked.secrets]
