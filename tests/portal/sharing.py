"""The portal's own origin: `/<web adaptor>/sharing/rest`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
import json
import mimetypes
from pathlib import Path
import re
from typing import TYPE_CHECKING, Any, Optional, Union
from urllib.parse import urlsplit

from . import search
from .answers import Answer, Content, FileAnswer, error_answer, html_answer, json_answer, size_of
from .content import SERVER, Item, PortalContent, User
from .oauth import OAuth
from .record import Asked
from .tokens import SERVER as SERVER_AUDIENCE
from .tokens import Refusal, Token, Tokens, token_required

if TYPE_CHECKING:
    from .storage import Storage

Reply = Union[Answer, FileAnswer]


@dataclass
class Addresses:
    """URLs that are known once the sockets are open: portal base, federated server root."""

    portal: str = ""
    server: str = ""

    def live(self, value: Any) -> Any:
        """The JSON value with the server's address of this run."""
        return json.loads(json.dumps(value).replace(SERVER, self.server))


def no_such_item() -> Refusal:
    return Refusal(400, "Item does not exist or is inaccessible.", "CONT_0001")


def forbidden() -> Refusal:
    return Refusal(
        403, "You do not have permissions to access this resource or perform this operation.", "GWM_0003"
    )


class Sharing:
    """Answers for the portal. `page_limit` caps every page; `anonymous_refusal` is 499 or 403."""

    def __init__(
        self,
        content: PortalContent,
        tokens: Tokens,
        addresses: Addresses,
        storage: Optional[Storage],
        web_adaptor: str,
    ) -> None:
        self.content, self.tokens, self.addresses, self.storage = content, tokens, addresses, storage
        self.oauth = OAuth(tokens)
        self.page_limit = 100
        self.anonymous_refusal = 499
        self._root = f"/{web_adaptor}/sharing/rest" if web_adaptor else "/sharing/rest"
        item = r"/content/items/(?P<id>[0-9a-zA-Z]+)"
        self._routes: list[tuple[re.Pattern[str], Callable[..., Reply]]] = [
            (re.compile(pattern), route)
            for pattern, route in (
                ("", self._version),
                ("/info", self._info),
                ("/generateToken", self._generate_token),
                ("/oauth2/authorize", self.oauth.authorize),
                ("/oauth2/token", self.oauth.token),
                ("/portals/(?P<id>[0-9a-zA-Z]+)", self._portal_self),
                ("/community/self", self._community_self),
                ("/community/users/(?P<name>[^/]+)", self._community_user),
                ("/search", self._search),
                (item, self._item),
                (item + "/data", self._data),
                (item + "/relatedItems", self._related),
                (item + "/resources", self._resources),
                (item + "/resources/(?P<name>.+)", self._resource),
                (item + "/info/(?P<name>.+)", self._item_file),
            )
        ]

    def __call__(self, asked: Asked) -> Reply:
        if asked.method not in ("GET", "HEAD", "POST"):
            return html_answer("<h1>405 Method Not Allowed</h1>", 405)
        path = asked.path.rstrip("/")
        for pattern, route in self._routes if path.startswith(self._root) else ():
            match = pattern.fullmatch(path[len(self._root) :])
            if match is not None:
                try:
                    return route(asked, **match.groupdict())
                except Refusal as refusal:
                    return error_answer(refusal.error, asked)
        return html_answer("<h1>404 Not Found</h1>", 404)

    # -- who asks, and what they may see

    def _user(self, asked: Asked) -> Optional[User]:
        token = self.tokens.shown_by(asked)
        return self.content.users[token.user] if token else None

    def _may_see(self, user: Optional[User], item: Item) -> bool:
        access = item.json["access"]
        if access == "public" or (user is not None and user.name == item.json["owner"]):
            return True
        if user is None:
            return False
        return access == "org" or (access == "shared" and bool(user.groups & item.groups))

    def _visible_item(self, asked: Asked, item_id: str) -> Item:
        user = self._user(asked)
        item = self.content.items.get(item_id)
        if item is None:
            raise no_such_item()
        if not self._may_see(user, item):
            raise token_required() if user is None and self.anonymous_refusal == 499 else forbidden()
        return item

    # -- how it is told

    def _json(self, value: Any, asked: Asked) -> Reply:
        if asked.parameter("f") not in ("json", "pjson"):
            return html_answer("<html><head><title>REST Directory</title></head><body></body></html>")
        return json_answer(self.addresses.live(value), asked)

    def _file(self, content: Union[Content, dict[str, Any]], name: str, modified: float) -> FileAnswer:
        """JSON is answered in place; only files carry a name to be saved under, as clients rely on."""
        if isinstance(content, dict):
            text = json.dumps(self.addresses.live(content), ensure_ascii=False)
            return FileAnswer(text.encode(), "application/json;charset=utf-8", modified=modified)
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FileAnswer(content, content_type, Path(name).name, modified)

    # -- routes

    def _version(self, asked: Asked) -> Reply:
        return self._json({"currentVersion": "11.3", "enterpriseVersion": "11.3.0"}, asked)

    def _info(self, asked: Asked) -> Reply:
        info = {
            "owningSystemUrl": self.addresses.portal,
            "authInfo": {
                "tokenServicesUrl": f"{self.addresses.portal}/sharing/rest/generateToken",
                "isTokenBasedSecurity": True,
            },
        }
        answer = self._json(info, asked)
        if isinstance(answer, Answer):
            # Enterprise runs in a servlet container, which hands a session cookie to everybody.
            answer.headers["Set-Cookie"] = "JSESSIONID=6E5C0B1D; Path=/; HttpOnly"
        return answer

    def _generate_token(self, asked: Asked) -> Reply:
        if asked.parameter("request") == "getToken":
            return self._token_json(asked, self._exchanged(asked, asked.parameter("serverUrl")))
        if asked.method != "POST" or "password" in asked.query:
            raise Refusal(
                405, "Method not allowed.", details=("Credentials are taken from a POST form only.",)
            )
        if asked.parameter("token"):
            if not asked.parameter("serverUrl"):
                raise Refusal(400, "Unable to generate token.", details=("'serverUrl' must be specified.",))
            return self._token_json(asked, self._exchanged(asked, asked.parameter("serverUrl")))
        return self._token_json(asked, self._signed_in(asked))

    def _signed_in(self, asked: Asked) -> Token:
        user = self.content.users.get(asked.parameter("username"))
        if user is None or user.password != asked.parameter("password"):
            raise Refusal(400, "Unable to generate token.", details=("Invalid username or password.",))
        return self.tokens.issue(user.name, minutes=self._minutes(asked), **self._binding(asked))

    def _exchanged(self, asked: Asked, server_url: str) -> Token:
        """A token of the portal for one of its federated servers; with no `serverUrl` for itself.

        Who shows no token may have proved who they are at the HTTP layer, by a client certificate.
        """
        shown = self.tokens.shown_by(asked)
        user = shown.user if shown else asked.client_certificate
        if user not in self.content.users:
            raise token_required()
        binding = self._binding(asked)
        if shown and binding["referer"] is None:
            binding["referer"] = shown.referer
        if not server_url or same_site(server_url, self.addresses.portal):
            return self.tokens.issue(user, minutes=self._minutes(asked), **binding)
        if not same_site(server_url, self.addresses.server):
            raise Refusal(
                400,
                "Unable to generate token.",
                details=("Specified server is not federated with the portal.",),
            )
        return self.tokens.issue(user, audience=SERVER_AUDIENCE, minutes=self._minutes(asked), **binding)

    def _minutes(self, asked: Asked) -> float:
        text = asked.parameter("expiration")
        if not re.fullmatch(r"-?\d*", text):
            raise Refusal(400, "Unable to generate token.", details=("'expiration' is invalid.",))
        return min(float(text), 20160.0) if text and float(text) > 0 else 60.0

    def _binding(self, asked: Asked) -> dict[str, Optional[str]]:
        client = asked.parameter("client")
        if client in ("", "referer") and asked.parameter("referer"):
            return {"referer": asked.parameter("referer"), "address": None}
        if client == "referer":
            raise Refusal(400, "Unable to generate token.", details=("'referer' must be specified.",))
        address = {"requestip": asked.client, "ip": asked.parameter("ip")}.get(client)
        return {"referer": None, "address": address or None}

    def _token_json(self, asked: Asked, token: Token) -> Reply:
        ssl = self.addresses.portal.startswith("https:")
        return self._json({"token": token.text, "expires": int(token.expires * 1000), "ssl": ssl}, asked)

    def _portal_self(self, asked: Asked, id: str) -> Reply:
        user = self._user(asked)
        if id not in ("self", self.content.org_id):
            raise no_such_item()
        portal = urlsplit(self.addresses.portal)
        packaging = f"{SERVER}/rest/services/Utilities/OfflinePackaging/GPServer"
        answer: dict[str, Any] = {
            "id": self.content.org_id,
            "name": "Portal stand-in",
            "isPortal": True,
            "portalName": "Portal stand-in",
            "portalHostname": f"{portal.netloc}{portal.path}",
            "customBaseUrl": portal.hostname,
            "access": "public",
            "allSSL": portal.scheme == "https",
            "currentVersion": "11.3",
            "supportsOAuth": True,
            "supportedProtocols": {"http": portal.scheme == "http", "https": portal.scheme == "https"},
            "helperServices": {"packaging": {"url": packaging, "maxMapAreaItemsLimit": 16}},
        }
        if self.content.default_basemap is not None:
            answer["defaultBasemap"] = self.content.default_basemap
        if user is not None:
            answer["user"] = self._user_json(user)
        return self._json(answer, asked)

    def _community_self(self, asked: Asked) -> Reply:
        user = self._user(asked)
        if user is None:
            raise token_required()
        return self._json(self._user_json(user), asked)

    def _community_user(self, asked: Asked, name: str) -> Reply:
        """Profiles are for members of the organisation."""
        if self._user(asked) is None or name not in self.content.users:
            raise Refusal(400, "User does not exist or is inaccessible.", "COM_0018")
        return self._json(self._user_json(self.content.users[name]), asked)

    def _user_json(self, user: User) -> dict[str, Any]:
        return {
            "username": user.name,
            "fullName": user.name.title(),
            "orgId": self.content.org_id,
            "role": "org_publisher",
            "privileges": ["portal:user:createItem", "portal:user:viewOrgItems"],
            "groups": [{"id": group, "title": group} for group in sorted(user.groups)],
        }

    def _search(self, asked: Asked) -> Reply:
        user, query = self._user(asked), asked.parameter("q")
        try:
            # Items carry the server's symbolic address, the question its live one.
            test = search.parse(query.replace(self.addresses.server, SERVER))
        except ValueError:
            raise Refusal(400, "Unable to perform query.", details=("'q' parameter is invalid.",)) from None
        items = [
            item.json
            for item in list(self.content.items.values())
            if self._may_see(user, item) and test({**item.json, "groups": item.groups})
        ]
        sort_field = asked.parameter("sortField")
        if sort_field:
            items.sort(key=lambda item: str(item.get(sort_field, "")).lower())
            items = items[::-1] if asked.parameter("sortOrder") == "desc" else items
        return self._json({"query": query, **self._counted_page(asked, items, "results")}, asked)

    def _page(self, asked: Asked, rows: list[Any], start: int) -> tuple[list[Any], int, int]:
        """One page, the number asked for, and where the next one starts: -1 after the last.

        Pages count from 1, have 10 rows unless told and never more than the limit; a client that
        asks on at -1 gets nothing more.
        """
        num = min(self._number(asked, "num", r"[1-9]\d{0,8}", 10), self.page_limit)
        page = rows[start - 1 : start - 1 + num] if start > 0 else []
        return page, num, start + num if page and start + num <= len(rows) else -1

    def _counted_page(self, asked: Asked, rows: list[Any], key: str) -> dict[str, Any]:
        start = self._number(asked, "start", r"-1|[1-9]\d{0,8}", 1)
        page, num, next_start = self._page(asked, rows, start)
        return {"total": len(rows), "start": start, "num": num, "nextStart": next_start, key: page}

    def _number(self, asked: Asked, name: str, pattern: str, default: int) -> int:
        text = asked.parameter(name) or str(default)
        if not re.fullmatch(pattern, text):
            raise Refusal(400, "Invalid parameter.", details=(f"'{name}' parameter is invalid.",))
        return int(text)

    def _item(self, asked: Asked, id: str) -> Reply:
        return self._json(self._visible_item(asked, id).json, asked)

    def _data(self, asked: Asked, id: str) -> Reply:
        item = self._visible_item(asked, id)
        if item.data is None:
            return Answer(200, {"Content-Type": "text/plain;charset=utf-8"})
        if self.storage is not None and not isinstance(item.data, dict):
            return Answer(302, {"Location": self.storage.signed_url(item), "Cache-Control": "no-store"})
        return self._file(item.data, item.json["name"] or "data", item.json["modified"] / 1000)

    def _related(self, asked: Asked, id: str) -> Reply:
        item, user = self._visible_item(asked, id), self._user(asked)
        types = asked.parameter("relationshipTypes") or asked.parameter("relationshipType")
        direction = asked.parameter("direction", "forward")
        if not types or direction not in ("forward", "reverse"):
            name = "direction" if types else "relationshipType"
            raise Refusal(400, "Invalid parameter.", details=(f"'{name}' parameter is invalid.",))
        wanted = [name.strip() for name in types.split(",")]
        found = self.content.related(item.id, wanted, direction == "reverse")
        rows = [other.json for other in found if self._may_see(user, other)]
        page, num, next_start = self._page(asked, rows, self._start_or_key(asked))
        answer = {"total": len(rows), "num": num, "relatedItems": page}
        if next_start > 0:
            answer["nextKey"] = base64.urlsafe_b64encode(b"page %d" % next_start).decode()
        return self._json(answer, asked)

    def _start_or_key(self, asked: Asked) -> int:
        """`start` is a number, or the opaque `nextKey` of the page before."""
        try:
            return int(base64.b64decode(asked.parameter("start"), b"-_", True).removeprefix(b"page "))
        except (binascii.Error, ValueError):
            return self._number(asked, "start", r"-1|[1-9]\d{0,8}", 1)

    def _resources(self, asked: Asked, id: str) -> Reply:
        item = self._visible_item(asked, id)
        rows = [
            {
                "resource": name,
                "created": resource.created,
                "size": size_of(self._file(resource.content, name, 0).content),
                "access": "inherit",
            }
            for name, resource in item.resources.items()
        ]
        return self._json(self._counted_page(asked, rows, "resources"), asked)

    def _resource(self, asked: Asked, id: str, name: str) -> Reply:
        resource = self._visible_item(asked, id).resources.get(name)
        if resource is None:
            raise Refusal(404, "Resource does not exist or is inaccessible.", "CONT_0004")
        return self._file(resource.content, name, resource.created / 1000)

    def _item_file(self, asked: Asked, id: str, name: str) -> Reply:
        item = self._visible_item(asked, id)
        if name not in item.files:
            raise Refusal(404, "File not found.", "CONT_0002")
        return self._file(item.files[name], name, item.json["modified"] / 1000)


def same_site(url: str, root: str) -> bool:
    """Whether `url` lies on or below `root`; servers vary in case."""
    url, root = url.lower().rstrip("/"), root.lower().rstrip("/")
    return url == root or url.startswith(root + "/")
