"""How the folder of a web map or of a map area is called where nobody chose: as its title, and unique."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = 40  # of a title
_DIGITS = 6  # of an id
# What Windows refuses in names; and what addresses of files give another meaning, as QGIS reads its sources.
_REFUSED = re.compile(r'[<>:"/\\|?*%#]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*\.")
_TAG = re.compile(r"<[^<>]{0,200}>")


def folder_name(title: str, item_id: str) -> str:
    """At most 40 letters of the title and the first six of the id: `Elmsund, Old Town 3f2a91`.

    A name that Windows, macOS and Linux take. Marks of writing direction and other letters that nobody sees
    are left out.
    """
    text = _REFUSED.sub(" ", _TAG.sub(" ", unicodedata.normalize("NFC", title)))
    seen = "".join(" " if letter.isspace() else letter for letter in text if _is_seen(letter))
    words = _cut(" ".join(seen.split()).lstrip(". "))
    if _RESERVED.match(words):  # in Windows whatever follows the dot
        words = f"_{words}"
    return f"{words} {item_id[:_DIGITS]}".strip()


def _is_seen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] != "C"


def _cut(text: str) -> str:
    """The first letters, each with its accents."""
    end = _LETTERS
    while end and end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return text[:end].strip()
