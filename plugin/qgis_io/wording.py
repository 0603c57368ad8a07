"""Errors of the core in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Union

from qgis.PyQt.QtCore import QCoreApplication

from ..core.errors import OfflineMapError

if TYPE_CHECKING:
    from ..core.notice import Notice

# Where scripts/translations.py files the sentences of the error tree.
_CONTEXT = "OfflineMapError"


def in_words(error: OfflineMapError) -> str:
    """What failed, why, what to do next, and where the report is: translated templates, then the values."""
    templates = filter(None, (error.template, error.next_template))
    values = _values_in_words(error.values)
    sentences = [_translated(template).format(**values) for template in templates]
    if error.report:
        text = QCoreApplication.translate("OfflineMapError", "Details are in the report “{file}”.")
        sentences.append(text.format(file=error.report))
    return " ".join(sentences)


def reason_in_words(error: OfflineMapError) -> str:
    """What failed and why, without what to do next."""
    return _translated(error.template).format(**_values_in_words(error.values))


def notice_in_words(notice: Notice) -> str:
    """The sentence of a notice, or of an error that was made one."""
    translated = QCoreApplication.translate("Notice", notice.template)
    if translated == notice.template:
        translated = _translated(notice.template)
    return translated.format(**_values_in_words(notice.values))


def told_in_words(told: Union[OfflineMapError, Notice, str]) -> str:
    """Of whatever is told; text stays as it is."""
    return str(_in_any_words(told))


def _values_in_words(values: Mapping[str, object]) -> dict[str, object]:
    """The same, with words for the error or the notice that may stand behind what is said."""
    return {name: _in_any_words(value) for name, value in values.items()}


def _in_any_words(value: Any) -> object:
    if isinstance(value, OfflineMapError):
        return in_words(value)
    return notice_in_words(value) if hasattr(value, "template") else value


def _translated(template: str) -> str:
    return QCoreApplication.translate(_CONTEXT, template)


def as_html(text: str) -> str:
    """A text for the message bar, which takes all that it shows for HTML."""
    from html import escape  # noqa: PLC0415 - with a table of 2,231 names, which the start needs not load

    return escape(text, quote=False).replace("\n", "<br>")
