"""Arcade's dictionaries: what is under a key, in whatever case the key is written."""

from __future__ import annotations

from ..operators import any_of, equal
from ..values import (
    Kind,
    Value,
    choose,
    constant,
    failure,
    known_number,
    known_text,
    member_of,
    not_read,
    refused,
)
from .table import default_value


def entry(owner: Value, key: Value) -> Value:
    """`dictionary[key]`. Arcade fails where there is no such key."""
    known = known_text(key)
    if known is not None:
        name = member_of(owner.members, known)
        if name is None:
            raise refused()
        return owner.members[name]
    if key.kind is not Kind.TEXT or key.loose:
        raise refused()
    kinds = {value.kind for value in owner.members.values()}
    fails = failure(kinds.pop() if len(kinds) == 1 else Kind.TEXT)
    wanted = _lowered(key)
    return choose(
        [(equal(constant(name.lower()), wanted), value) for name, value in owner.members.items()], fails
    )


def paired(arguments: list[Value]) -> Value:
    """`Dictionary(key, value, …)`."""
    keys = [known_text(one) for one in arguments[::2]]
    if len(arguments) % 2 or any(key is None for key in keys):
        raise not_read("Dictionary")
    members = {str(key): value for key, value in zip(keys, arguments[1::2])}
    return Value(Kind.DICTIONARY, members=members)


def has_key(owner: Value, key: Value) -> Value:
    """`HasKey(dictionary, key)`."""
    if owner.kind is not Kind.DICTIONARY:
        raise not_read("HasKey")
    wanted = _lowered(key) if key.kind is Kind.TEXT else key
    return any_of([equal(constant(name.lower()), wanted) for name in owner.members])


def default_inside(owner: Value, key: Value, default: Value) -> Value:
    """`DefaultValue(dictionary, key, default)`, and of a list by position."""
    name, at = known_text(key), known_number(key)
    if owner.kind is Kind.DICTIONARY and name is not None:
        found = member_of(owner.members, name)
        return default_value(owner.members[found], default) if found else default
    if owner.kind is Kind.LIST and at is not None:
        inside = 0 <= at < len(owner.items)
        return default_value(owner.items[int(at)], default) if inside else default
    raise not_read("DefaultValue")


def _lowered(key: Value) -> Value:
    """A key of a dictionary, to be found in whatever case it is written."""
    known = known_text(key)
    if known is not None:
        return constant(known.lower())
    return Value(Kind.TEXT, f"lower({key.text})", nullable=key.nullable)
