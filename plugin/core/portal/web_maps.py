"""Finding a web map that has map areas: by words, by whose it is, or by a link to it.

A portal marks web maps with map areas by two type keywords.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
import re
from typing import Optional

from ..errors import BadInput, BrokenAnswer, ItemNotFound
from ..json_value import objects_of, text_of, whole_of
from .items import Item, Portal, parse_item
from .urls import ItemId, item_id

WEB_MAP, MAP_AREA = "Web Map", "Map Area"
_AREAS_KEYWORD = "Offline Map Areas"
# A phrase also matches longer types that begin with it, so these are taken out again.
_WITH_AREAS = f'type:"{WEB_MAP}" -type:"Web Mapping Application" typekeywords:"{_AREAS_KEYWORD}"'
_PAGE = 25
_LONGEST_GET = 1500  # characters of a query; a member of many groups has a longer one
_MOST_WORDS = 12
_NO_WORD = re.compile(r"[\W_]+")


class Whose(Enum):
    """Among which web maps to look."""

    ALL = "all"  # that the user may see
    MINE = "mine"
    GROUPS = "groups"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class WebMapPage:
    """One page of a search. `total` counts all pages; `next_start` asks for the next, 0 after the last."""

    items: tuple[Item, ...]
    total: int
    next_start: int


def has_areas(web_map: Item) -> bool:
    """True when the portal marks `web_map` as one with map areas."""
    return _AREAS_KEYWORD in web_map.type_keywords


def search_web_maps(portal: Portal, words: str, whose: Whose, start: int = 1) -> WebMapPage:
    """The web maps with map areas that contain all `words`, or words that begin so; latest first.

    Raises `SignInRequired` for an anonymous visitor who asks for what is his own.
    """
    whom = _whom(portal, whose)
    if whom is None:
        return WebMapPage((), 0, 0)
    query = " ".join(filter(None, (_WITH_AREAS, whom, _word_terms(words))))
    session = portal.session
    ask = session.get_json if len(query) <= _LONGEST_GET else session.post_json
    values = {
        "q": query,
        "num": str(_PAGE),
        "start": str(start),
        "sortField": "modified",
        "sortOrder": "desc",
    }
    answer = ask(f"{session.rest}/search", values)
    found = tuple(
        parse_item(json)
        for json in objects_of(answer, "results")
        if item_id(json.get("id")) and text_of(json, "type") == WEB_MAP
    )
    following = whole_of(answer, "nextStart") or 0
    return WebMapPage(
        found, max(whole_of(answer, "total") or 0, len(found)), following if following > start else 0
    )


def web_maps_in_sight(portal: Portal, is_member: bool) -> tuple[Item, ...]:
    """The latest web maps with map areas that concern a user: one page each of the own ones, those of the
    groups and of the organisation; for visitors, of all that they may see. Nothing twice.
    """
    whose = (Whose.MINE, Whose.GROUPS, Whose.ORGANISATION) if is_member else (Whose.ALL,)
    found = (item for one in whose for item in search_web_maps(portal, "", one).items)
    return tuple({item.id: item for item in found}.values())


def find_web_map(portal: Portal, wanted: ItemId) -> Item:
    """The web map with this id, or the one that the map area with this id belongs to.

    Raises `BadInput` when the item is of another kind, `ItemNotFound`, `AccessDenied` …
    """
    item = portal.item(wanted)
    if item.type == MAP_AREA:
        owners = portal.related(wanted, "Map2Area", "reverse")
        if not owners:
            raise ItemNotFound(
                "The web map of the map area “{title}” no longer exists, or you may not see it.",
                next_step="Ask the owner of the map area.",
                title=item.title,
            )
        item = owners[0]
    if item.type != WEB_MAP:
        raise BadInput(
            "“{title}” is not a web map but of the type {type}.",
            next_step="Use the link of a web map that has map areas.",
            title=item.title,
            type=item.type or "unknown",
        )
    return item


def _whom(portal: Portal, whose: Whose) -> Optional[str]:
    """The terms that narrow a search to `whose` web maps; None when there can be none."""
    if whose is Whose.ALL:
        return ""
    if whose is Whose.ORGANISATION:
        return f"orgid:{_plain(text_of(portal.info().json, 'id'))}"
    user = portal.session.get_json(f"{portal.session.rest}/community/self")
    if whose is Whose.MINE:
        return f'owner:"{_plain(text_of(user, "username"))}"'
    groups = [group for json in objects_of(user, "groups") if (group := item_id(json.get("id")))]
    return f"({' OR '.join(f'group:{group}' for group in groups)})" if groups else None


def _plain(value: str) -> str:
    """A name or id of the portal's, fit for a query."""
    if not value or '"' in value or "\\" in value:
        raise BrokenAnswer(
            "The portal does not say who is signed in.", next_step="Contact the portal's administrator."
        )
    return value


def _word_terms(words: str) -> str:
    """Each word, whole or as a beginning; what the query language would understand is left out."""
    found = _NO_WORD.sub(" ", words).lower().split()[:_MOST_WORDS]
    return " ".join(f"({word} OR {word}*)" for word in found)
