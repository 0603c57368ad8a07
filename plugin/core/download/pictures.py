"""Fetches the pictures that symbols name by URL.

A web map may name pictures anywhere in the world: the session sends secrets to the portal and its
servers only, and judges every address (core/portal/reach.py). A picture that cannot be had is told
and its symbol stands in; it fails no download.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Optional

from ..errors import (
    BadInput,
    BrokenAnswer,
    Cancelled,
    OfflineMapError,
    StorageError,
    TimedOut,
)
from ..host import Clock, Executor, Feedback, raise_if_cancelled
from ..notice import Notice, notice
from ..offline_map.layout import is_picture_file
from ..offline_map.pictures import PictureFiles, pictures_of, stem_of, suffix_of
from ..offline_map.ready_map import FeatureSource, OfflineMap
from ..portal.session import PortalSession
from ..portal.urls import WebUrl, parse_url
from ..storage import storage, write_whole
from ..untrusted.picture import LARGEST_PICTURE

_LARGEST_TOGETHER = 64 << 20
_MOST = 500
_SECONDS = 90.0  # for all pictures together: the map is worth more than they are


def fetch_pictures(
    offline_map: OfflineMap,
    session: PortalSession,
    executor: Executor,
    clock: Clock,
    feedback: Feedback,
) -> tuple[Notice, ...]:
    """Fetches what is missing and removes what belongs to no layer; says what could not be had.

    Raises `StorageError` and `Cancelled`.
    """
    files = PictureFiles(offline_map.folder)
    wanted = sorted(set(_wanted(offline_map)))
    _remove_others(files, {stem_of(address) for address in wanted})
    there = files.by_stem()
    missing = [address for address in wanted if stem_of(address) not in there]
    budget = _Budget(clock, session.address)

    def fetch(address: str) -> Optional[Notice]:
        raise_if_cancelled(feedback)
        try:
            content = session.get_bytes(budget.allowed(address), limit=LARGEST_PICTURE)
            budget.spend(len(content))
            with storage(files.folder.name):
                files.folder.mkdir(exist_ok=True)
            write_whole(files.folder / f"{stem_of(address)}{suffix_of(content)}", content)
        except (Cancelled, StorageError):
            raise
        except OfflineMapError as error:
            return _not_fetched(address, error)
        return None

    told = list(executor.map(fetch, missing[:_MOST]))
    told += [_not_fetched(address, _too_many()) for address in missing[_MOST:][:1]]
    return tuple(one for one in told if one)


def _remove_others(files: PictureFiles, stems: set[str]) -> None:
    """Removes what an earlier run left and no layer wants, unfinished files too."""
    if not files.folder.is_dir():
        return
    finished = files.by_stem()
    with storage(files.folder.name):
        for path in filter(lambda path: is_picture_file(path.name), list(files.folder.iterdir())):
            if path.stem not in stems or finished.get(path.stem) != path:
                path.unlink()
        if not any(files.folder.iterdir()):
            files.folder.rmdir()


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
            raise TimedOut("The pictures of this map take too long to download.")
        if self._left <= 0:
            raise BrokenAnswer("The pictures of this map are too large.")
        try:
            url = parse_url(address)
        except ValueError:
            raise BadInput("Its address cannot be used.") from None
        # As browsers do on a page with https: old web maps name pictures by http that servers have by both.
        if self._portal.origin.scheme == "https" and url.origin.scheme == "http":
            url = replace(url, origin=replace(url.origin, scheme="https", port=_https_port(url.origin.port)))
        return str(url)

    def spend(self, size: int) -> None:
        """Counts bytes that came."""
        self._left -= size


def _https_port(port: int) -> int:
    return 443 if port == 80 else port


def _too_many() -> OfflineMapError:
    return BadInput("This map uses more than {most} pictures.", most=_MOST)


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
