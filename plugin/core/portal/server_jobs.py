"""Jobs of servers: those of feature services (`status`) and of geoprocessing services (`jobStatus`).

Source: the ArcGIS REST API, and answers of servers, which vary in the letter case and blanks of a word.
"""

from __future__ import annotations

import re
from typing import Optional

from ..errors import (
    AccessDenied,
    ItemNotFound,
    JobFailed,
    JobGone,
    NetworkError,
    PortalError,
    ServerBusy,
    SignInRequired,
    UnsafeRedirect,
)
from ..host import Clock, Feedback, pause
from ..json_value import Json, folded_keys, json_list, json_object, json_string
from .bodies import timed_out
from .session import PortalSession

_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.5, 15.0, 1.5  # seconds
_FAILURES = 5  # of the line, one after the other
_ENDED = ("completed", "completedwitherrors", "succeeded")
_FAILED = ("failed", "timedout", "cancelled", "canceled", "deleted")
_VANISHED = re.compile(
    r"not found|not exist|no longer|does not have|\bgone\b|expired|invalid job", re.IGNORECASE
)


def wait_for_job(
    session: PortalSession, status_url: str, clock: Clock, feedback: Feedback, deadline: float
) -> Json:
    """The last answer of a job's status address, once the job has ended; the pauses between grow.

    `deadline` in the clock's monotonic seconds. A word that is not known means that the job still runs; one
    that completed with errors has ended too, and its result says which. Raises `JobFailed`, `JobGone` where
    the server no longer knows the job, `TimedOut` after the deadline (the job goes on), `PortalError`,
    `NetworkError`, `Cancelled`.
    """
    seconds, failures = _FIRST_PAUSE, 0
    asked = session.asked(status_url)
    while True:
        try:
            answer = session.get_json(status_url)
        except (NetworkError, ServerBusy) as error:
            failures += 1
            if failures >= _FAILURES or isinstance(error, UnsafeRedirect):
                raise
        except PortalError as error:
            raise _vanished(error, asked.host) or error from error
        else:
            failures = 0
            word = _word(answer)
            if word in _ENDED:
                return answer
            if word in _FAILED:
                raise JobFailed(
                    "A job at “{host}” failed: {message}",
                    next_step=(
                        "Try again later. If this keeps happening, contact the administrator of the service."
                    ),
                    host=asked.host,
                    message=asked.repeated(_reason(answer)) or "no reason given",
                )
        if clock.monotonic() >= deadline:
            raise timed_out(asked.host)
        pause(min(seconds, max(0.0, deadline - clock.monotonic())), clock, feedback)
        seconds = min(seconds * _GROWTH, _LONGEST_PAUSE)


def job_gone(host: str) -> JobGone:
    """The job, or what it made, is no longer at `host`."""
    return JobGone(
        "“{host}” no longer knows the job that it was given, so it is not known whether the job was done.",
        next_step="Try again: the next run first finds out what was done.",
        host=host,
    )


def _vanished(error: PortalError, host: str) -> Optional[JobGone]:
    if isinstance(error, (SignInRequired, AccessDenied)):
        return None
    gone = isinstance(error, ItemNotFound) or _VANISHED.search(str(error.values.get("message", "")))
    return job_gone(host) if gone else None


def _word(answer: Json) -> str:
    """The word for the state of a job, in lower case, without blanks, underscores and prefix."""
    values = folded_keys(answer)
    stated = json_string(values.get("status")) or json_string(values.get("jobstatus"))
    word = re.sub(r"[\s_-]", "", stated).casefold()
    return word[len("esrijob") :] if word.startswith("esrijob") else word


def _reason(answer: Json) -> str:
    """What the server says of a failure: its `error`, else the messages that are errors, else all of them."""
    values = folded_keys(answer)
    error = values.get("error")
    if isinstance(error, str):
        return error
    stated = folded_keys(json_object(error))
    texts = [stated.get("message"), stated.get("description"), *json_list(stated.get("details"))]
    if not any(texts):
        messages = [folded_keys(json_object(one)) for one in json_list(values.get("messages"))]
        errors = [one for one in messages if json_string(one.get("type")).endswith("Error")]
        texts = [one.get("description") for one in errors or messages]
    return " ".join(filter(None, map(json_string, texts)))
