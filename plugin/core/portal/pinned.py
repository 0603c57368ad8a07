"""A transport that connects to the addresses that were judged, whatever a name leads to by then.

TLS, `Host` and the pool of connections go by the name as ever. Behind a proxy nothing is pinned:
the proxy looks names up.
"""

from __future__ import annotations

from typing import Any

from requests.adapters import HTTPAdapter
import urllib3  # type: ignore[import-untyped]  # 1.26 has no types

from .reach import Resolver
from .urls import Origin


class PinnedTransport(HTTPAdapter):
    """requests' own transport, with `resolver` in the place of the system's look-up."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver  # first: the base class makes the pools
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _pinned(urllib3.HTTPConnectionPool, "http", self._resolver),
            "https": _pinned(urllib3.HTTPSConnectionPool, "https", self._resolver),
        }


def _pinned(pool: Any, scheme: str, resolver: Resolver) -> type:
    """A kind of pool whose connections go to what `resolver` says, one address after the other."""

    class Connection(pool.ConnectionCls):  # type: ignore[misc]
        _dns_host: str  # what urllib3 connects to; all else of it goes by `host`, which follows from this

        def _new_conn(self) -> Any:
            name = self._dns_host
            refused = urllib3.exceptions.NewConnectionError(self, "no address")
            try:
                for address in resolver(Origin(scheme, name, self.port)):
                    self._dns_host = address
                    try:
                        return super()._new_conn()
                    except (
                        urllib3.exceptions.NewConnectionError,
                        urllib3.exceptions.ConnectTimeoutError,
                    ) as error:
                        refused = error
                raise refused
            finally:
                self._dns_host = name

    class Pool(pool):  # type: ignore[misc]
        ConnectionCls = Connection

    return Pool
