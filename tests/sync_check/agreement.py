"""What must hold when everything is calm: clients, service and model agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plugin.core.host import Silent
from plugin.core.offline_map.verification import verify_offline_map

from .client import Client
from .model import PARENTS, Model
from .reading import positions_there, rows_of_copy
from .server import Server
from .town import FILES, LAYERS


class Agreement:
    """`lagging` are clients that were told that they do not know what the service filled."""

    def __init__(self, server: Server, model: Model, clients: list[Client], lagging: set[str]) -> None:
        self._server, self._model, self._clients, self._lagging = server, model, clients, lagging
        self._rows: Any = server.rows()

    def wrong_rows(self) -> list[str]:
        wrong = [f"the service has {one} twice" for one in self._server.doubles()]
        for client in self._clients:
            wrong += self._wrong_in(client)
        return wrong

    def wrong_files(self) -> list[str]:
        """What verifying finds in the folders."""
        return [
            f"{client.name}: {one.path}: {one.error}"
            for client in self._clients
            for one in verify_offline_map(client.folder, Silent()).errors
        ]

    def wrong_replicas(self, abandoned: set[str]) -> list[str]:
        """`abandoned` are replicas, as `folded` has them, of which nobody can know any more."""
        there = sorted({folded(one) for one in self._server.replicas()} - abandoned)
        own = sorted(filter(None, (folded(one.state().get("replica", "")) for one in self._clients)))
        return [f"replicas {there} for clients with {own}"] if there != own else []

    def misuse(self, legitimate: set[str]) -> list[str]:
        """What the service noted in its book, but for what is legitimate."""
        return [
            f"misuse: {category}: {text}"
            for category, text in self._server.misuse()
            if category not in legitimate
        ]

    def _wrong_in(self, client: Client) -> list[str]:
        here, wrong = rows_of_copy(client.copy)
        waiting = {(table, gid): operation for table, gid, operation in client.edits()}
        wrong = [f"{client.name}: {one}" for one in wrong]
        for key, operation in waiting.items():
            if not self._model.may_wait(key, operation):
                wrong.append(f"{client.name}: the edit {operation} of {key} does not go out")
        wrong += self._model.missing(
            client.name, [key for key in waiting if self._model.may_wait(key, waiting[key])]
        )
        for table in (*LAYERS, FILES):
            wrong += self._different(client, table, here[table], waiting)
        return wrong

    def _different(self, client: Client, table: str, here: Any, waiting: Iterable[Any]) -> list[str]:
        wrong, there = [], self._rows[table]
        inside = {gid for gid in there if _is_inside(table, there[gid], self._rows["Posts"])}
        for gid in here.keys() | inside:
            key = (table, gid)
            if key in waiting or self._model.is_hidden(key):
                continue
            if gid not in here:
                wrong.append(f"{client.name}: {key} is only at the service")
            elif gid not in there:
                wrong.append(f"{client.name}: {key} is not at the service")
            elif client.name not in self._lagging:
                wrong += [
                    f"{client.name}: {key} {cell} = {here[gid].get(cell)!r}, at the service {value!r}"
                    for cell, value in _of_service(table, there[gid]).items()
                    if here[gid].get(cell) != value
                ]
        return wrong


def folded(replica: str) -> str:
    """The id of a replica, however it is spelled."""
    return replica.strip("{}").casefold()


def _is_inside(table: str, row: Any, posts: Any) -> bool:
    if table in PARENTS:
        post = posts.get(row[PARENTS[table]])
        return post is not None and _is_inside("Posts", post, posts)
    return positions_there(row["geometry"])[0][0] <= 1_101_000


def _of_service(table: str, row: Any) -> dict[str, Any]:
    if table == FILES:
        return {name: row[name] for name in ("name", "contentType", "data", "size", "parentGlobalId")}
    return {name: positions_there(value) if name == "geometry" else value for name, value in row.items()}
