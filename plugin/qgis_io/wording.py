"""Errors of the core in the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication

from ..core.errors import OfflineMapError

if TYPE_CHECKING:
    from ..core.offline.plan import Notice

# Where scripts/translations.py files the sentences of the error tree.
_CONTEXT = "OfflineMapError"


def in_words(error: OfflineMapError) -> str:
    """What failed, why, and what to do next: translated templates, then the values."""
    templates = filter(None, (error.template, error.next_template))
    # A value may be the error behind this one.
    values = {
        name: in_words(value) if isinstance(value, OfflineMapError) else value
        for name, value in error.values.items()
    }
    return " ".join(_translated(template).format(**values) for template in templates)


def notice_in_words(notice: Notice) -> str:
    """The sentence of a notice, or of an error that was made one."""
    translated = QCoreApplication.translate("Notice", notice.template)
    if translated == notice.template:
        translated = _translated(notice.template)
    return translated.format(**notice.values)


def _translated(template: str) -> str:
    return QCoreApplication.translate(_CONTEXT, template)
