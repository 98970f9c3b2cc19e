"""Reads values from a JSON document that somebody else wrote: everything may be missing, or of another type.

Rule: never raise, whatever the document holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def at(value: Any, *keys: str) -> Any:
    """Return what stands under keys in nested objects; ``None`` if it is missing.

    >>> at({"log": {"version": "1.2"}}, "log", "version"), at([], "log") is None
    ('1.2', True)
    """
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def text_at(value: Any, *keys: str) -> str:
    """Return the text under keys; ``""`` if it is missing, or not a text."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def list_at(value: Any, *keys: str) -> list[Any]:
    """Return the list under keys; an empty one if it is missing, or not a list."""
    found = at(value, *keys)
    return found if isinstance(found, list) else []


def items_at(value: Any, *keys: str) -> list[tuple[str, Any]]:
    """Return the keys and values of the object under keys; an empty list if it is missing, or not an object.

    >>> items_at({"a": {"b": 1}}, "a"), items_at({"a": 5}, "a")
    ([('b', 1)], [])
    """
    found = at(value, *keys)
    return [*found.items()] if isinstance(found, Mapping) else []


def moment_at(value: Any, *keys: str) -> float | None:
    """Return the moment under keys, in seconds since 1970-01-01 UTC; ``None`` if it is missing, or not a date.

    >>> moment_at({"start": "1970-01-01T00:01:00.000Z"}, "start"), moment_at({"start": 5}, "start") is None
    (60.0, True)
    """
    try:
        moment = datetime.fromisoformat(text_at(value, *keys))
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None
