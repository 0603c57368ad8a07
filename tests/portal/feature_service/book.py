"""The server's book: what a client sent that a good client never sends."""

from __future__ import annotations

from dataclasses import dataclass
import threading

# Generations: newer than the server's, older than the client has shown to know, or never given to it.
NEWER, BACKWARDS, INVENTED = "newer generation", "generation backwards", "invented generation"
UNKNOWN_ROW, UNKNOWN_FIELD, FIXED_FIELD = "unknown GlobalID", "unknown field", "field not editable"
EVERY_REPLICA, PACKAGED_REPLICA = "every replica", "packaged replica"
IGNORED_EDITS, WRONG_MODEL, TWO_AT_ONCE = "ignored edits", "wrong model", "two at once"
# Right after a lost answer if the client could not know better; needless where it could have asked.
REPEATED_ADD, REPEATED_DELETE = "repeated addition", "repeated delete"


@dataclass(frozen=True)
class Misuse:
    category: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.category}: {self.sentence}"


class Book:
    """Safe to read while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Misuse] = []

    def note(self, category: str, sentence: str) -> None:
        with self._lock:
            self._entries.append(Misuse(category, sentence))

    def forget(self) -> None:
        with self._lock:
            self._entries.clear()

    def entries(self, but: tuple[str, ...] = ()) -> list[Misuse]:
        with self._lock:
            return [entry for entry in self._entries if entry.category not in but]
