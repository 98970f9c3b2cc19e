"""The words that a shell completes for an option, such as the profiles for ``--profile``.

Rule: what the words come from is imported only if a shell asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

_Completer = Callable[["click.Context", "click.Parameter", str], list[str]]


def completing(words: Callable[[], Iterable[str]]) -> _Completer:
    """Return what click calls for the words that begin as the user began.

    >>> completing(lambda: ["django", "flask"])(None, None, "fl")
    ['flask']
    """
    return lambda ctx, param, begun: [word for word in words() if word.startswith(begun)]  # noqa: ARG005 - of click


def profiles() -> Iterable[str]:
    """Return the names of the profiles."""
    from cookiewarden.policy.profiles import every_profile

    return every_profile()


def codes() -> Iterable[str]:
    """Return the codes of findings that can be left out."""
    from cookiewarden.policy.lint.rules import LINT, PROFILE_ASKS

    return [rule.code for rule in (PROFILE_ASKS, *LINT)]


def presets() -> Iterable[str]:
    """Return the presets, as ``init`` takes them."""
    from cookiewarden.policy.preset_files import preset_names

    return [name.removeprefix("preset:") for name in preset_names()]


def languages() -> Iterable[str]:
    """Return the languages that have a catalog."""
    from cookiewarden.pages.languages import OurLanguages

    return OurLanguages()


def choices() -> Iterable[str]:
    """Return what a visitor can have granted."""
    from cookiewarden.policy.declaration import CONSENT_CATEGORIES
    from cookiewarden.tools.explaining.circumstances import ALL, NONE, UNDECIDED_WORD

    return [*(category.value for category in CONSENT_CATEGORIES), ALL, NONE, UNDECIDED_WORD]
