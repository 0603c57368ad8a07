"""What works behind the windows, and how it makes itself heard."""

from __future__ import annotations

from dataclasses import dataclass

from .notices import Notices
from .questions import PortalQuestions
from .tasks import Jobs


@dataclass(frozen=True)
class Background:
    """`jobs` run algorithms, `questions` ask portals and read files, `notices` tell in the message bar."""

    jobs: Jobs
    questions: PortalQuestions
    notices: Notices
