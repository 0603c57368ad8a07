"""Jobs and the files they leave: both are gone one day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
import json
import threading
from typing import Any, Optional
import uuid

from ..tokens import Refusal
from .behaviour import Behaviour, Json

PENDING, RUNNING, COMPLETED, FAILED = "Pending", "ExportChanges", "Completed", "Failed"

# What the work of a job gives: members of its page, and the content of its result file.
Outcome = tuple[Json, Optional[Json]]


@dataclass
class Job:
    id: str
    url: str
    submitted: float
    page: Json = field(default_factory=dict)
    status: str = PENDING
    asked: int = 0
    done: threading.Event = field(default_factory=threading.Event)


@dataclass
class _File:
    content: bytes
    last_asked: float


class Jobs:
    """`hold` keeps the work of new jobs waiting until `release`; `forget` loses all jobs and files."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._jobs: dict[str, Job] = {}
        self._files: dict[str, _File] = {}
        self._go = threading.Event()
        self._go.set()

    def hold(self) -> None:
        self._go.clear()

    def release(self) -> None:
        self._go.set()

    def forget(self) -> None:
        self._jobs.clear()
        self._files.clear()

    def forget_files(self) -> None:
        self._files.clear()

    # -- jobs

    def start(self, url: str, now: float, page: Json, work: Callable[[], Outcome]) -> Job:
        """Begins the work; `page` is what the job's page says from the start."""
        job = Job(uuid.uuid4().hex, url, now, page)
        self._jobs[job.id] = job
        if self.behaviour.job_seconds or not self._go.is_set():
            threading.Thread(target=self._work, args=(job, work), daemon=True).start()
        else:
            self._run(job, work)
        return job

    def _work(self, job: Job, work: Callable[[], Outcome]) -> None:
        threading.Event().wait(self.behaviour.job_seconds)
        self._go.wait(60)
        self._run(job, work)

    def _run(self, job: Job, work: Callable[[], Outcome]) -> None:
        try:
            page, result = work()
            job.page.update(page)
            if result is not None:
                job.page["resultUrl"] = self.keep(job.url, result, job.submitted)
            job.status = page.pop("status", COMPLETED)
        except Refusal as refusal:
            job.page["error"] = {**refusal.error, "description": refusal.error["message"]}
            job.status = FAILED
        finally:
            job.done.set()

    def told(self, job_id: str, now: float) -> Json:
        """The page of a job; 404 once it is forgotten."""
        job = self._jobs.get(job_id)
        limit = self.behaviour.jobs_forgotten_after
        if job is not None:
            job.asked += 1
        if job is None or (limit is not None and job.asked > limit):
            raise Refusal(404, "Job not found.", details=("The job does not exist or has expired.",))
        times = {"submissionTime": int(job.submitted * 1000), "lastUpdatedTime": int(now * 1000)}
        if not job.done.is_set() or job.asked <= self.behaviour.job_polls:
            known = {key: job.page[key] for key in ("replicaName", "replicaID") if key in job.page}
            return {**known, **times, "status": PENDING if job.asked <= 1 else RUNNING}
        return {**job.page, **times, "status": job.status}

    # -- files

    def keep(self, url: str, content: Any, now: float) -> str:
        """Stores a result; returns its address below the service's `url`."""
        name = f"{uuid.uuid4().hex}.json"
        text = json.dumps(content, ensure_ascii=False)
        self._files[name] = _File(text.encode(), now)
        return f"{url}/replicafilescache/{name}"

    def file(self, name: str, now: float) -> Optional[bytes]:
        """The content, if somebody asked for it lately."""
        found = self._files.get(name)
        if found is None or now - found.last_asked > self.behaviour.files_kept:
            self._files.pop(name, None)
            return None
        found.last_asked = now
        return found.content
