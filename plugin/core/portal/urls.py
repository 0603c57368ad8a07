"""Addresses: what a user pastes, what a portal answers, and which of them belong together.

Every URL that is sent anywhere is first taken apart here and put together again from checked
parts. So two parsers never read one address in two ways, which is how a token would come to a
host that only looks like the portal (user@host, backslashes, other ports, odd numbers).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
import ipaddress
import re
from typing import NewType, Optional
import unicodedata
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from ..errors import BadInput
from ..json_value import json_string
from ..untrusted.secrets import redact
from . import ARCGIS_ONLINE

ItemId = NewType("ItemId", str)

_ID = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_ID_IN_PATH = re.compile(
    r"/content/(?:users/[^/]+/(?:[^/]+/)?)?items/([0-9a-f]{32})(?![0-9a-f])", re.IGNORECASE
)
_ID_PARAMETERS = ("id", "webmap", "itemid")
_AUTHORITY = re.compile(r"([a-z0-9_](?:[a-z0-9._-]*)|\[[0-9a-f:.]+\])(?::([0-9]{1,5})?)?")
# A host with a port, or one of several labels whose last is no number and no single letter.
_ADDRESS = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*:[0-9]+|[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,})(?:/\S*)?$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# A portal's own address ends where its pages, services or sharing API begin.
_PORTAL_PAGES = re.compile(r"/(?:home|apps|sharing|webadaptor|rest)(?=/|$)", re.IGNORECASE)
_SERVER_PAGES = re.compile(r"/rest(?:/admin)?/(?:services|info|directories)(?=/|$)", re.IGNORECASE)
# Kept as sent: they are legal in a path or query, or already are percent escapes.
_SAFE = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port: the unit that a secret belongs to."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (
            "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        )


@dataclass(frozen=True)
class WebUrl:
    """A checked http(s) address without fragment; `str()` is the one spelling that is sent."""

    origin: Origin
    path: str = ""
    query: str = ""

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Names and values of the query, decoded."""
        return parse_qsl(self.query, keep_blank_values=True)

    def without_values(self, secrets: frozenset[str]) -> WebUrl:
        """The same address without the query parameters that carry one of `secrets`."""
        kept = [(name, value) for name, value in self.parameters if value not in secrets]
        return self if len(kept) == len(self.parameters) else replace(self, query=urlencode(kept))

    def __str__(self) -> str:
        return f"{self.origin}{self.path}" + (f"?{self.query}" if self.query else "")


def parse_url(text: str) -> WebUrl:
    """The address in `text`, taken apart and checked.

    Raises ValueError for anything but http(s), a user name before the host, control
    characters, and hosts or ports that are none.
    """
    if _CONTROL.search(text):
        raise ValueError("control character")
    parts = urlsplit(text)
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("scheme")
    authority = parts.netloc.lower()
    if not authority.isascii():
        authority = authority.encode("idna").decode("ascii")
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        raise ValueError("host")
    port = int(found[2]) if found[2] else _DEFAULT_PORTS[parts.scheme]
    if not 0 < port < 65536:
        raise ValueError("port")
    origin = Origin(parts.scheme, _checked_host(found[1]), port)
    return WebUrl(origin, quote(parts.path, safe=_SAFE), quote(parts.query, safe=_SAFE))


def _checked_host(host: str) -> str:
    if host.startswith("["):
        return ipaddress.IPv6Address(host[1:-1]).compressed
    if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        # Resolvers read 127.1 and 0x7f000001 as addresses too: only the plain form passes.
        return str(ipaddress.IPv4Address(host))
    return host


def join_url(base: WebUrl, reference: str) -> WebUrl:
    """`reference`, absolute or relative to `base`, checked as `parse_url` does."""
    if _CONTROL.search(reference):
        raise ValueError("control character")
    return parse_url(urljoin(str(base), reference))


def same_or_upgraded(one: WebUrl, other: WebUrl) -> bool:
    """The same origin, or the same host reached by https instead of http."""
    if one.origin.host != other.origin.host:
        return False
    return one.origin == other.origin or (one.origin.scheme, other.origin.scheme) == ("http", "https")


def arcgis_environment(host: str) -> Optional[str]:
    """Which ArcGIS Online a host belongs to: "", "dev" or "qa"; None when it is none of its hosts.

    Hosts of one environment (organisations, hosted services, basemaps) share its tokens.
    """
    if not host.endswith(".arcgis.com"):
        return None
    label = host.split(".")[-3]
    found = re.search(r"(dev|qa)(?:ext)?$", label)
    return found[1] if found else ""


def server_root(url: WebUrl) -> Optional[str]:
    """The address of the ArcGIS Server site that serves `url`; None if it is no service."""
    found = _SERVER_PAGES.search(url.path)
    return f"{url.origin}{url.path[: found.start()]}" if found else None


def service_key(url: str) -> str:
    """What all spellings of one service's address share, and no other service has.

    It is the same service by http and https, with the usual port or none, with letters percent-encoded
    or not, in either Unicode form, in lower or upper case, with doubled slashes or one at the end, whatever
    session or query follows, and with the dot of the root behind the host or without.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url.strip().lower()
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    host = host.rstrip(".")
    place = f"{host}:{port}" if port and port not in _DEFAULT_PORTS.values() else host
    # Bytes that are no UTF-8 stay apart, rather than all become one sign.
    unsigned = _SESSION.sub("", parts.path)
    path = unicodedata.normalize("NFC", unquote(unsigned, errors="surrogateescape")).lower()
    return "/".join([place, *filter(None, path.split("/"))])


def same_service(one: str, other: str) -> bool:
    """True when two addresses mean one service."""
    return service_key(one) == service_key(other)


def system_key(url: str) -> str:
    """What all addresses of one portal share, and no other portal has: its host, port and context path.

    Scheme, case and a usual port that is named or not make no other portal; nor does the host of an
    organisation in ArcGIS Online. Empty for what is no address.
    """
    try:
        parsed = parse_url(url.lower())
    except ValueError:
        return ""
    environment = arcgis_environment(parsed.origin.host)
    if environment is not None:
        return f"{environment}.arcgis.com"
    host, port = _place(parsed.origin)
    return f"{host} {port or ''}{_portal_path(parsed)}"


def same_system(one: str, other: str) -> bool:
    """True when two addresses mean one portal; see `system_key`."""
    key = system_key(one)
    return bool(key) and key == system_key(other)


def _place(origin: Origin) -> tuple[str, Optional[int]]:
    """Host and port; no port where it is the usual one of the scheme."""
    return origin.host, None if origin.port == _DEFAULT_PORTS[origin.scheme] else origin.port


def _portal_path(url: WebUrl) -> str:
    found = _PORTAL_PAGES.search(url.path)
    return (url.path[: found.start()] if found else url.path).rstrip("/")


def portal_address(text: str) -> WebUrl:
    """The portal address in what a user typed or pasted: without page, query, fragment; https by default.

    `gis.example.org/portal/home/item.html?id=…` → `https://gis.example.org/portal`.
    Raises BadInput.
    """
    address = text.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        url = parse_url(address)
    except ValueError:
        raise BadInput(
            "“{address}” is not the address of a portal.",
            next_step="Enter an address like https://www.arcgis.com or https://gis.example.org/portal.",
            address=_shown(text),
        ) from None
    if url.origin.host == "arcgis.com":
        return parse_url(ARCGIS_ONLINE)
    return WebUrl(url.origin, _portal_path(url))


def is_address(text: str) -> bool:
    """True for what somebody means as an address, `gis.example.org/portal`; False for words to search by."""
    text = text.strip()
    return "://" in text or _ADDRESS.match(text) is not None


def portal_candidates(address: WebUrl) -> list[str]:
    """Where the portal of `address` may live, most likely first: as given, then the usual web adaptors."""
    root = str(address.origin)
    usual = [root, f"{root}/portal", f"{root}/arcgis"]
    return list(dict.fromkeys([str(address), *usual]))


def web_address(value: object) -> str:
    """A value of JSON that is an http(s) address, as it stands there; empty for anything else."""
    text = json_string(value).strip()
    try:
        parse_url(text)
    except ValueError:
        return ""
    return text


def item_id(value: object) -> Optional[ItemId]:
    """A value of JSON that is an item id: 32 hex digits, lower case; None for anything else."""
    return ItemId(value.lower()) if isinstance(value, str) and _ID.fullmatch(value) else None


def item_id_in(text: str) -> Optional[ItemId]:
    """The item id that `text` is or carries: 32 hex digits, or any URL of the item; else None."""
    text = text.strip()
    if found := item_id(text):
        return found
    try:
        parts = urlsplit(text)
    except ValueError:
        return None  # a host that cannot be one
    values = {
        name.lower(): value
        for part in (parts.fragment.rpartition("?")[2], parts.query)
        for name, value in parse_qsl(part)
    }
    for name in _ID_PARAMETERS:
        if found := item_id(values.get(name)):
            return found
    in_path = _ID_IN_PATH.search(parts.path)
    return ItemId(in_path[1].lower()) if in_path else None


def parse_web_map_reference(text: str) -> tuple[Optional[str], ItemId]:
    """(portal address or None, item id) of a web map, from its id or any URL that carries it.

    Item page, map viewers old and new, Field Maps links (with `portalURL`), REST addresses;
    any web adaptor. The portal is None for a bare id. Raises BadInput.
    """
    found = item_id_in(text)
    if found is None:
        raise BadInput(
            "“{reference}” does not contain a web map id.",
            next_step="Enter the id of the web map (32 digits and letters) or the address of its page.",
            reference=_shown(text),
        )
    if "/" not in text:
        return None, found
    parts = urlsplit(text.strip())
    named = {name.lower(): value for name, value in parse_qsl(parts.query)}.get("portalurl")
    if named:
        return str(portal_address(named)), found
    if (parts.hostname or "").endswith("arcgis.app"):
        return ARCGIS_ONLINE, found  # the apps have their own host, the map is in ArcGIS Online
    return str(portal_address(text)), found


def _shown(text: str) -> str:
    """What the user typed, short, and without account, token or a query that may hold one."""
    return redact(text.strip().partition("?")[0])[:80]
