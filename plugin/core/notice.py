"""What the user should know although nothing failed: losses, warnings, doubts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Something the user should know that is no error: a code, a template and its values."""

    code: str
    template: str
    values: Mapping[str, object]

    @property
    def text(self) -> str:
        """The sentence, in English."""
        return self.template.format(**self.values)

    def __str__(self) -> str:
        return self.text


def notice(code: str, template: str, **values: object) -> Notice:
    """A `Notice` whose template is a whole sentence with `{name}` placeholders."""
    return Notice(code, template, values)
