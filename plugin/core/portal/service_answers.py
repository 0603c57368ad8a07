"""Answers of a feature service that may be large, may be jobs, and may lie at another address.

Servers answer an operation with its result, with the address of its result (under one of three keys), or
with the status address of a job. Addresses are judged as redirects are, and asked for by the session, which
judges where they lead and who gets a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import secrets
from typing import Callable, Optional

from ..errors import ItemNotFound
from ..host import Clock, Feedback
from ..json_value import Json, folded_keys, json_string
from ..storage import storage
from .changes_file import ChangesFile
from .generations import ServerGenerations
from .redirects import checked_target
from .server_jobs import job_gone, wait_for_job
from .session import PortalSession
from .urls import parse_url

_LONGEST_JOB = 2 * 3600.0  # seconds
_RESULT_KEYS = ("resulturl", "responseurl", "url")


@dataclass(frozen=True)
class ServiceAnswer:
    """What an operation gave: the members of its answer by key in lower case, and the changes if any came."""

    head: Json
    changes: Optional[ChangesFile]
    host: str

    @property
    def generations(self) -> ServerGenerations:
        """Those of the answer; some servers name them only in the file that it leads to."""
        return ServerGenerations.from_answer(self.head) or (
            self.changes.generations if self.changes else ServerGenerations()
        )

    @property
    def response_type(self) -> str:
        """As the service writes it; "" where it says nothing."""
        known = [self.head] + ([self.changes.head] if self.changes else [])
        return next(filter(None, (json_string(one.get("responsetype")) for one in known)), "")


class ServiceAnswers:
    """Asks on behalf of a feature service; large answers become files in `folder`."""

    def __init__(self, session: PortalSession, clock: Clock, feedback: Feedback, folder: Path):
        self._session = session
        self._clock = clock
        self._feedback = feedback
        self._folder = folder

    def file_of(self, url: str, values: Mapping[str, str]) -> ChangesFile:
        """The answer to a form, as it is."""
        path = self._new_path()
        self._session.post_to_file(url, values, path)
        return ChangesFile(path, self._session.asked(url))

    def answer_to(
        self, url: str, values: Mapping[str, str], on_status: Callable[[str], None]
    ) -> ServiceAnswer:
        """The result of an operation. `on_status` is told the address of a job before it is waited for."""
        file = self.file_of(url, values)
        status_url = json_string(file.head.get("statusurl"))
        if not status_url:
            return self._with_result(url, file.head, file)
        file.discard()
        address = self.address(url, status_url)
        on_status(address)
        return self.result_of_job(address)

    def result_of_job(self, status_url: str) -> ServiceAnswer:
        """The result of a job, once it has ended. Raises `JobFailed`, `JobGone`."""
        deadline = self._clock.monotonic() + _LONGEST_JOB
        job = wait_for_job(self._session, status_url, self._clock, self._feedback, deadline)
        path = self._new_path()
        with storage(path.name):
            path.write_text(json.dumps(job), encoding="utf-8")
        return self._with_result(
            status_url, folded_keys(job), ChangesFile(path, self._session.asked(status_url))
        )

    def _with_result(self, url: str, head: Json, file: ChangesFile) -> ServiceAnswer:
        """The changes lie where the answer says, else in the answer itself, else there are none."""
        asked = self._session.asked(url)
        reference = next(filter(None, (json_string(head.get(key)) for key in _RESULT_KEYS)), "")
        if not reference:
            if file.has_changes:
                return ServiceAnswer(head, file, asked.host)
            file.discard()
            return ServiceAnswer(head, None, asked.host)
        file.discard()
        path = self._new_path()
        address = self.address(url, reference)
        try:
            self._session.get_to_file(address, path)
        except ItemNotFound as error:
            raise job_gone(asked.host) from error
        return ServiceAnswer(head, ChangesFile(path, self._session.asked(address)), asked.host)

    def address(self, url: str, reference: str) -> str:
        """The address that the answer of `url` names. Raises `UnsafeRedirect`.

        Servers behind a proxy often name themselves by http where they are reached by https.
        """
        here = parse_url(url)
        plain = f"http://{here.origin.host}/"
        if here.origin.scheme == "https" and reference.lower().startswith(plain):
            reference = f"{here.origin}/{reference[len(plain) :]}"
        return str(checked_target(here, reference, "GET"))

    def _new_path(self) -> Path:
        return self._folder / f"answer-{secrets.token_hex(6)}.json"
