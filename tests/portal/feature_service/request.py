"""One request to a feature service: who asks, and its parameters, whose letter case does not matter."""

from __future__ import annotations

from dataclasses import dataclass
import json
from typing import Any, Optional

from ..record import Asked
from ..tokens import Refusal
from .spelling import bare_guid


def bad_parameter(name: str) -> Refusal:
    return Refusal(400, "Unable to complete operation.", details=(f"'{name}' parameter is invalid.",))


@dataclass
class ServiceRequest:
    """`user` is "" for somebody who is not signed in; `url` the service's; `now` in seconds."""

    asked: Asked
    user: str
    url: str
    now: float

    def __post_init__(self) -> None:
        sent = {**self.asked.query, **self.asked.form}
        self._sent = {name.lower(): value for name, value in sent.items()}

    def has(self, name: str) -> bool:
        return bool(self._sent.get(name.lower(), "").strip())

    def text(self, name: str, default: str = "") -> str:
        return self._sent.get(name.lower(), "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        text = self.text(name, str(default)).lower()
        if text not in ("true", "false"):
            raise bad_parameter(name)
        return text == "true"

    def number(self, name: str, default: Optional[int] = None) -> Optional[int]:
        try:
            return int(self.text(name)) if self.has(name) else default
        except ValueError:
            raise bad_parameter(name) from None

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of the words, whatever its letter case; the first one where nothing is said."""
        text = self.text(name, choices[0]).lower()
        for choice in choices:
            if choice.lower() == text:
                return choice
        raise bad_parameter(name)

    def json(self, name: str, kind: type, default: Any = None) -> Any:
        if not self.has(name):
            return default
        try:
            value = json.loads(self.text(name))
        except ValueError:
            raise bad_parameter(name) from None
        if not isinstance(value, kind):
            raise bad_parameter(name)
        return value

    def numbers(self, name: str) -> list[int]:
        """`0,1,2` or `[0, 1, 2]`."""
        text = self.text(name).strip("[]")
        try:
            return [int(part) for part in text.split(",") if part.strip()]
        except ValueError:
            raise bad_parameter(name) from None

    def guid(self, name: str) -> str:
        guid = bare_guid(self.text(name))
        if guid is None:
            raise bad_parameter(name)
        return guid
