"""How far inward a host lies, and whether a portal may lead there.

An answer of a portal may name any host: services, redirects, pictures. A portal in the internet
leads to nothing of a private network and nothing of this computer, unless the user lets it.
Names count by the addresses that they resolve to, since a name says nothing about where it leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
import ipaddress
import socket
import threading
from typing import Callable, Optional, Union

from ..errors import PrivateNetwork
from .urls import Origin

# The addresses at which an origin is connected; none where a proxy looks its name up.
# Raises `OSError` for a name that cannot be resolved.
Resolver = Callable[[Origin], Sequence[str]]
# Whether the user lets the portal at a host lead to another host, which has this address inside.
Consent = Callable[[str, str, str], bool]

_IP = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
# IPv6 addresses that stand for the IPv4 address in their last 32 bits: compatible and mapped ones
# (RFC 4291, 2.5.5), those of NAT64 (RFC 6052, 2.1).
_HOLDING_IPV4 = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96")))


class Depth(IntEnum):
    """How far inward an address lies. A portal leads no further than it lies itself."""

    INTERNET = 0
    PRIVATE = 1  # a private network, this computer, or no address to connect to at all
    LINK = 2  # what this computer's own link alone knows, as the metadata services of clouds


def depth_of(address: str) -> Depth:
    """The depth of an IP address. Raises `ValueError` for what is none."""
    ip = _meant(ipaddress.ip_address(address.partition("%")[0]))
    if ip.is_link_local:
        return Depth.LINK
    site_local = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    inside = not ip.is_global or ip.is_multicast or ip.is_reserved or site_local
    return Depth.PRIVATE if inside else Depth.INTERNET


def _meant(ip: _IP) -> _IP:
    """The IPv4 address that an IPv6 address stands for, if it does; 6to4 is RFC 3056."""
    if isinstance(ip, ipaddress.IPv4Address) or ip == ipaddress.IPv6Address("::1"):
        return ip
    if any(ip in network for network in _HOLDING_IPV4):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.sixtofour or ip


def depth_by_name(host: str) -> Depth:
    """The depth that a host has whatever it resolves to: that of an address, of a name without a dot."""
    try:
        return depth_of(host)
    except ValueError:
        name = host.rstrip(".")
        return Depth.PRIVATE if "." not in name or name.endswith(".localhost") else Depth.INTERNET


def look_up(origin: Origin) -> Sequence[str]:
    """A `Resolver`: what this computer's own look-up says."""
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except UnicodeError:  # a part of the name that is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, "no name of a host") from None
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class ResolvedOnce:
    """A `Resolver` that asks another one once for each host, and keeps to what it said."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._lock = threading.Lock()
        self._known: dict[str, Sequence[str]] = {}

    def __call__(self, origin: Origin) -> Sequence[str]:
        with self._lock:
            if origin.host not in self._known:
                self._known[origin.host] = tuple(self._resolver(origin))
            return self._known[origin.host]


class Reach:
    """Where the answers of one portal may lead. Any thread may ask."""

    def __init__(self, resolver: Resolver, consent: Optional[Consent]) -> None:
        self._resolver, self._consent = resolver, consent
        self._lock = threading.Lock()
        self._home: Optional[Depth] = None
        self._agreed: dict[str, bool] = {}

    def require(self, target: Origin, portal: Origin) -> None:
        """Raises `PrivateNetwork` where `target` lies further inward than the portal, and nobody wants that.

        Raises `OSError` for a name that cannot be resolved.
        """
        allowed = self._depth_of_portal(portal)
        addresses = self._addresses(target)
        address = max(addresses, key=depth_of, default=target.host)
        depth = max(depth_by_name(target.host), depth_by_name(address))
        if depth <= allowed or (depth is Depth.PRIVATE and self._agrees(portal.host, target.host, address)):
            return
        if depth is Depth.LINK:
            raise PrivateNetwork(
                "“{portal}” refers to “{host}” ({address}), an address that is valid only on this "
                "computer's own network link. No request was sent there.",
                next_step="Contact the portal's administrator.",
                portal=portal.host,
                host=target.host,
                address=address,
            )
        raise PrivateNetwork(
            "“{portal}”, a portal on the internet, refers to “{host}” ({address}) in a private network "
            "or on this computer. No request was sent there.",
            next_step="If that host belongs to your organization, add it to “Hosts in private networks” in"
            " the QGIS options, Offline Map Areas (setting plugins/offline_map_areas/private_hosts).",
            portal=portal.host,
            host=target.host,
            address=address,
        )

    def _depth_of_portal(self, portal: Origin) -> Depth:
        """Found at the first request and kept: later its owner could let the name lead inward.

        Of several addresses the outermost counts, so that a portal in the internet gains nothing by
        one more. What cannot be looked up is taken for a portal in the internet.
        """
        with self._lock:
            if self._home is None:
                try:
                    outermost = min(map(depth_of, self._addresses(portal)), default=Depth.INTERNET)
                except OSError:
                    return depth_by_name(portal.host)
                self._home = max(depth_by_name(portal.host), outermost)
            return self._home

    def _addresses(self, origin: Origin) -> Sequence[str]:
        try:
            depth_of(origin.host)
        except ValueError:
            return self._resolver(origin)
        return (origin.host,)

    def _agrees(self, portal: str, host: str, address: str) -> bool:
        """What the user says; asked at the first request to a host."""
        if host not in self._agreed:
            self._agreed[host] = self._consent is not None and self._consent(portal, host, address)
        return self._agreed[host]
