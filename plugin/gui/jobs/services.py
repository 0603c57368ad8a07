"""What every page of the dock needs behind it."""

from __future__ import annotations

from dataclasses import dataclass

from .notices import Notices
from .questions import Questions
from .tasks import Jobs


@dataclass(frozen=True)
class Services:
    """`jobs` run algorithms, `questions` ask portals and read files, `notices` tell in the message bar."""

    jobs: Jobs
    questions: Questions
    notices: Notices
