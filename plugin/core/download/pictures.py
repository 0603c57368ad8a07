"""Pictures that symbols name by URL: fetched at download, and found again in the offline map.

They lie in `pictures/`, each named by its address, so that the same map gives the same folder.
A web map may name pictures anywhere in the world: the session sends secrets to the portal and its
servers only, and nothing is asked of addresses inside of a private network that the portal itself
is not in. A picture that cannot be had is told and its symbol stands in; it fails no download.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
import re
from typing import Any, Optional
import uuid

from ..errors import (
    BadInput,
    BrokenAnswer,
    Cancelled,
    OfflineMapError,
    StorageError,
    TimedOut,
    UnsafeRedirect,
)
from ..host import Clock, Executor, Feedback, raise_if_cancelled
from ..notice import Notice, notice
from ..offline_map.ready_map import FeatureSource, OfflineMap
from ..portal.session import PortalSession
from ..portal.urls import WebUrl, is_inside, is_link_local, parse_url
from ..storage import storage, write_whole
from ..web_map import MapLayer, drawing_info

PICTURE_FOLDER = "pictures"
_KINDS = frozenset({"esriPMS", "esriPFS", "CIMPictureMarker", "CIMPictureFill", "CIMPictureStroke"})
_LARGEST = 8 << 20  # bytes of one picture
_LARGEST_TOGETHER = 64 << 20
_MOST = 500
_SECONDS = 90.0  # for all pictures together: the map is worth more than they are
_DEEPEST = 40
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), ".png"),
    (re.compile(rb"\xff\xd8\xff"), ".jpg"),
    (re.compile(rb"GIF8[79]a"), ".gif"),
    (re.compile(rb"BM.{12}", re.DOTALL), ".bmp"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), ".webp"),
    (re.compile(rb"[^\x00]{0,4000}<svg[\s>]", re.DOTALL), ".svg"),
)


@dataclass(frozen=True)
class Picture:
    """A picture as the JSON names it (`said`), and the address that it stands for."""

    said: str
    address: str


def pictures_of(layer: MapLayer, service_layer: Mapping[str, Any]) -> tuple[Picture, ...]:
    """The pictures that a layer's symbols name by URL, each once."""
    definition = layer.json.get("layerDefinition")
    drawn = (drawing_info(layer.json, service_layer), definition)
    found = dict.fromkeys(url for json in drawn for url in _urls(json, 0))
    return tuple(Picture(said, address) for said in found if (address := _address(said, layer.url)))


def _urls(json: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(json, Mapping):
        url = json.get("url")
        if str(json.get("type")) in _KINDS and isinstance(url, str) and url and not json.get("imageData"):
            yield url
    inner = json.values() if isinstance(json, Mapping) else json if isinstance(json, list) else ()
    for member in inner:
        yield from _urls(member, depth + 1)


def _address(said: str, layer_url: str) -> str:
    """Where a picture lies; empty for none. Services name theirs by their place below the layer."""
    if said.startswith("//"):
        return f"https:{said}"
    if _SCHEME.match(said):
        return said if said[:4].lower() == "http" else ""
    return f"{layer_url}/images/{said}" if layer_url else ""


class PictureFiles:
    """The pictures in the folder of an offline map."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / PICTURE_FOLDER

    def read(self, layer: MapLayer, service_layer: Mapping[str, Any]) -> dict[str, bytes]:
        """The bytes of the pictures of a layer that are there, by the URL that its symbols say."""
        there = self._there()
        found = {}
        for picture in pictures_of(layer, service_layer):
            file = there.get(_stem(picture.address))
            if file and file.stat().st_size <= _LARGEST:
                found[picture.said] = file.read_bytes()
        return found

    def fetch(
        self,
        offline_map: OfflineMap,
        session: PortalSession,
        executor: Executor,
        clock: Clock,
        feedback: Feedback,
    ) -> tuple[Notice, ...]:
        """Fetches what is missing and removes what belongs to no layer; says what could not be had.

        Raises `StorageError` and `Cancelled`.
        """
        wanted = sorted(set(_wanted(offline_map)))
        self._remove_others({_stem(address) for address in wanted})
        there = self._there()
        missing = [address for address in wanted if _stem(address) not in there]
        budget = _Budget(clock, session.address)

        def fetch(address: str) -> Optional[Notice]:
            raise_if_cancelled(feedback)
            try:
                content = session.get_bytes(budget.allowed(address), limit=_LARGEST)
                budget.spend(len(content))
                with storage(PICTURE_FOLDER):
                    self.folder.mkdir(exist_ok=True)
                write_whole(self.folder / f"{_stem(address)}{_suffix(content)}", content)
            except (Cancelled, StorageError):
                raise
            except OfflineMapError as error:
                return _not_fetched(address, error)
            return None

        told = list(executor.map(fetch, missing[:_MOST]))
        told += [_not_fetched(address, _too_many()) for address in missing[_MOST:][:1]]
        return tuple(one for one in told if one)

    def _remove_others(self, stems: set[str]) -> None:
        """Removes what an earlier run left and no layer wants, unfinished files too."""
        if not self.folder.is_dir():
            return
        finished = self._there()
        with storage(PICTURE_FOLDER):
            for path in self.folder.iterdir():
                if path.stem not in stems or finished.get(path.stem) != path:
                    path.unlink()
            if not any(self.folder.iterdir()):
                self.folder.rmdir()

    def _there(self) -> dict[str, Path]:
        """The finished pictures by the stem of their names."""
        if not self.folder.is_dir():
            return {}
        suffixes = {suffix for _, suffix in _SIGNATURES}
        return {path.stem: path for path in sorted(self.folder.iterdir()) if path.suffix in suffixes}


def _wanted(offline_map: OfflineMap) -> Iterable[str]:
    for ready_map in offline_map.maps:
        for entry in ready_map.layers:
            if isinstance(entry.source, FeatureSource):
                for picture in pictures_of(entry.layer, entry.source.service_layer):
                    yield picture.address


class _Budget:
    """What all pictures of a download may take together, and where they may come from."""

    def __init__(self, clock: Clock, portal: WebUrl) -> None:
        self._clock, self._portal = clock, portal
        self._end = clock.monotonic() + _SECONDS
        self._left = _LARGEST_TOGETHER

    def allowed(self, address: str) -> str:
        """The address to ask. Raises what speaks against asking it."""
        if self._clock.monotonic() > self._end:
            raise TimedOut("The pictures of this map take too long.")
        if self._left <= 0:
            raise BrokenAnswer("The pictures of this map are too large.")
        try:
            url = parse_url(address)
        except ValueError:
            raise BadInput("Its address cannot be used.") from None
        host, home = url.origin.host, self._portal.origin
        inward = is_inside(host) and not is_inside(home.host)
        if inward or (is_link_local(host) and not is_link_local(home.host)):
            raise UnsafeRedirect("Its address lies in a private network.")
        # As browsers do on a page with https: old web maps name pictures by http that servers have by both.
        if home.scheme == "https" and url.origin.scheme == "http":
            url = replace(url, origin=replace(url.origin, scheme="https", port=_https_port(url.origin.port)))
        return str(url)

    def spend(self, size: int) -> None:
        """Counts bytes that came."""
        self._left -= size


def _https_port(port: int) -> int:
    return 443 if port == 80 else port


def _too_many() -> OfflineMapError:
    return BadInput("This map names more than {most} pictures.", most=_MOST)


def _not_fetched(address: str, error: OfflineMapError) -> Notice:
    return notice(
        "picture",
        "The picture “{picture}” is not in the offline map: {reason}",
        picture=_shown(address),
        reason=Notice(error.code, error.template, error.values),
    )


def _shown(address: str) -> str:
    """Host and last name of an address: nothing that could hold a secret."""
    try:
        url = parse_url(address)
    except ValueError:
        return "?"
    return f"{url.origin.host}/…/{PurePosixPath(url.path).name}"[:120]


def _stem(address: str) -> str:
    """The name of a picture: always the same for one address."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, address))


def _suffix(content: bytes) -> str:
    """The suffix for what the bytes are. Raises `BrokenAnswer` for what is no picture."""
    for signature, suffix in _SIGNATURES:
        if signature.match(content):
            return suffix
    raise BrokenAnswer("What came is no picture.")
