"""Where a pasted text leads: the connection and the web map, found by asking as little as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core.errors import AccessDenied, ItemNotFound, OfflineMapError, PortalError, SignInRequired
from ...core.portal.items import Item, Portal
from ...core.portal.urls import (
    ItemId,
    is_address,
    item_id_in,
    parse_web_map_reference,
    portal_address,
)
from ...core.portal.web_maps import find_web_map
from ...qgis_io.connections import Connection, connections_for, proposed_title, save_connection
from ..jobs.questions import Question, Questions
from .sign_in import SignInState, sign_in_state

# What another user of the same portal may see all the same.
_HIDDEN = (SignInRequired, AccessDenied, ItemNotFound)


@dataclass(frozen=True)
class _Found:
    """What a portal said. `state` only where it was not known before."""

    state: Optional[SignInState]
    web_map: Optional[Item]
    error: Optional[PortalError]


def is_link(text: str) -> bool:
    """True for a link, an item id or a portal's address; False for words."""
    return item_id_in(text) is not None or is_address(text)


class PastedLink(QObject):
    """Follows one link at a time. Portals that nobody knows are asked without signing in, and saved when they
    answer.

    `arrived` gives the saved connection, and the item of the web map or None for a portal's own address;
    `failed` the connection (without title: not saved) and the error.
    """

    arrived = pyqtSignal(object, object)
    failed = pyqtSignal(object, object)

    def __init__(self, questions: Questions, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self._question: Optional[Question] = None
        self._web_map: Optional[ItemId] = None

    def follow(self, text: str, current: Connection) -> str:
        """Follows what was pasted; a bare id belongs to `current`. The address that is asked.

        Raises `BadInput` for a text that leads nowhere.
        """
        portal: Optional[str] = None
        if item_id_in(text) is None:
            portal, self._web_map = str(portal_address(text)), None
        else:
            portal, self._web_map = parse_web_map_reference(text)
        known = connections_for(portal, current) if portal else [current]
        return self.ask(known or [Connection("", portal or "")])

    def ask(self, candidates: list[Connection]) -> str:
        """Asks for the same web map by the first of these connections that may see it."""
        self.cancel()
        connection, *others = candidates
        wanted = self._web_map

        def work(portal: Portal) -> _Found:
            state = None if connection.title else sign_in_state(portal)
            try:
                return _Found(state, find_web_map(portal, wanted) if wanted else None, None)
            except PortalError as error:
                return _Found(state, None, error)

        self._question = self._questions.ask(
            connection,
            work,
            lambda found: self._take(found, connection, others),
            lambda error: self._fail(connection, others, error),
        )
        return connection.url

    def cancel(self) -> None:
        """Waits for no answer any more."""
        if self._question is not None:
            self._question.cancel()
            self._question = None

    def _take(self, found: _Found, connection: Connection, others: list[Connection]) -> None:
        if found.state is not None:
            known = connections_for(found.state.url)
            if known:  # by another address
                self.ask(known)
                return
            title = proposed_title(found.state.portal, found.state.url)
            connection = Connection(title, found.state.url)
        if found.error is not None:
            self._fail(connection, others, found.error)
            return
        if found.state is not None:
            connection = save_connection(connection)
        self.arrived.emit(connection, found.web_map)

    def _fail(self, connection: Connection, others: list[Connection], error: OfflineMapError) -> None:
        if others and isinstance(error, _HIDDEN):
            self.ask(others)
        else:
            self.failed.emit(connection, error)
