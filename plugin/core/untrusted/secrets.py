"""Secrets stay out of messages, logs and files: those that are known, and what looks like one."""

from __future__ import annotations

from collections.abc import Set
import re
from urllib.parse import quote

_LEAST = 6  # characters: to look for less would take letters out of words and so tell what they are
_LABELLED = re.compile(
    r"""(?ix) ( (?:token|password|secret|auth_?token|signature|credential) ["']? \s*(?:[=:]|%3[ad])\s* ["']?
          | bearer\s+ )
        (?:(?!%26)[^\s&"',;}])+"""
)
_WORD = re.compile(r"\S+")


def redact(text: str, secrets: Set[str] = frozenset()) -> str:
    """`text` without `secrets`, as they are or percent-encoded, and without what looks like one.

    That is values of token, password and the like, bearers, and the account before the host of an address.
    """
    known = {form for one in secrets if len(one) >= _LEAST for form in (one, quote(one, safe=""))}
    if known:
        longest_first = sorted(known, key=len, reverse=True)
        text = re.sub("|".join(map(re.escape, longest_first)), "…", text, flags=re.IGNORECASE)
    if "@" in text:
        text = _WORD.sub(_without_account, text)
    return _LABELLED.sub(r"\1…", text)


def _without_account(word: re.Match[str]) -> str:
    """An address with “…” in place of the user and password before its host."""
    account, at, rest = word[0].rpartition("@")
    if ":" not in account:
        return word[0]
    scheme, separator, _ = account.rpartition("://")
    return f"{scheme}{separator}…{at}{rest}"
