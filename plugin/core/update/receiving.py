"""Changes that others made, taken into a working copy: rows and generations in one transaction."""

from __future__ import annotations

from ..errors import BrokenAnswer
from ..host import raise_if_cancelled
from ..portal.replica_answers import SyncAnswer
from .channel import reached
from .incoming import Incoming
from .service_link import ServiceLink


def receive_changes(link: ServiceLink) -> None:
    """Until the service has no more.

    Raises `PortalError`, `NetworkError`, `StorageError`, `Cancelled`; what came before is there then.
    """
    while True:
        raise_if_cancelled(link.feedback)
        before = link.copy.state.generations
        answer = link.fetch()
        _take_in(link, answer)
        if not answer.is_cut_off:
            return
        if link.copy.state.generations == before:
            raise BrokenAnswer(
                "“{service}” has more changes, but does not say how many it has sent so far.",
                next_step="Contact the administrator of the service.",
                service=link.copy.copy.title,
            )


def _take_in(link: ServiceLink, answer: SyncAnswer) -> None:
    copy = link.copy
    if answer.changes is None and answer.response_type.casefold().endswith("data"):
        # Whoever went on from the generation of such an answer would never get these changes.
        raise BrokenAnswer(
            "“{service}” says that it has changes, but sends none.",
            next_step="Try again. If this keeps happening, contact the administrator of the service.",
            service=copy.copy.title,
        )
    generations = reached(copy.state.generations, answer.generations)
    if answer.changes is None:
        with copy.transaction():
            copy.note(generations=generations)
        return
    incoming = Incoming(copy, answer.changes, link.service, link.folder)
    try:
        incoming.fetch(link.feedback)
        with copy.transaction():
            incoming.apply(link.report, link.feedback)
            copy.note(generations=generations)
    finally:
        incoming.discard()
