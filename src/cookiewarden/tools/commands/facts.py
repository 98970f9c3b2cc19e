"""The facts of a site, as options and answers say them: each is checked as the loader checks it in a policy file.

Rule: a question is asked again until its answer is right or empty, and only on a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cookiewarden.errors import did_you_mean, printable
from cookiewarden.tools.commands.catalogs import served

if TYPE_CHECKING:
    from cookiewarden.tools.first_policy import FirstFacts

#: The presets of services that stand before an app, which no file of a project names.
_SERVICES = ("aws", "azure", "cloudflare", "f5", "google", "haproxy", "imperva", "nginx")
_Check = Callable[[click.Context | None, click.Parameter | None, Any], Any]


def value_of(name: str) -> _Check:
    """Return a callback of click that checks the value of a key of ``[site]``, and raises ``click.BadParameter``.

    >>> value_of("languages")(None, None, ["FR", "en"])
    ('fr', 'en')
    """

    def check(ctx: click.Context | None, param: click.Parameter | None, value: Any) -> Any:
        from cookiewarden.policy import values
        from cookiewarden.policy.keys import SITE

        # A text here is one line in one language.
        reader = SITE[name].check if SITE[name].check is not values.text else values.one_line
        try:
            read = reader(value) if value else value
            return served(read) if name == "languages" else read
        except values.WrongValueError as wrong:
            raise click.BadParameter(printable(f"{wrong.message}; {wrong.remedy}"), ctx, param) from None

    return check


def names_of_presets(ctx: click.Context | None, param: click.Parameter | None, value: Sequence[str]) -> tuple[str, ...]:
    """Return presets as a policy names them. Raises ``click.BadParameter`` if there is no such preset.

    >>> names_of_presets(None, None, ["django", "preset:aws"])
    ('preset:django', 'preset:aws')
    """
    from cookiewarden.policy.preset_files import preset_names

    known = {name.partition(":")[2]: name for name in preset_names()}
    for word in value:
        if word.removeprefix("preset:") not in known:
            message = f'there is no preset "{word}"; {did_you_mean(word.removeprefix("preset:"), known)}'
            raise click.BadParameter(printable(message), ctx, param)
    return tuple(dict.fromkeys(known[word.removeprefix("preset:")] for word in value))


def ask_for(facts: FirstFacts) -> FirstFacts:
    """Ask for what is not known of a site, and return the facts with the answers. Raises ``click.Abort`` at the end."""
    if not facts.is_named:
        answer = _ask("Name of the site", value_of("name"), default=facts.name)
        facts = replace(facts, name=answer, is_named=True)
    if not facts.hosts:
        facts = replace(facts, hosts=_ask_list("Hosts, such as data.example.org", value_of("hosts")))
    if not facts.operator:
        facts = replace(facts, operator=_ask("Who runs the site", value_of("operator")))
    if not facts.contact:
        facts = replace(facts, contact=_ask("Address for questions", value_of("contact")))
    if not facts.languages:
        facts = replace(facts, languages=_ask_list("Languages, such as en, fr", value_of("languages")))
    services = _ask_list(f"Proxy or CDN in front of the app: {', '.join(_SERVICES)}", names_of_presets)
    return replace(facts, presets=tuple(dict.fromkeys((*facts.presets, *services))))


def _ask(question: str, check: _Check, default: str = "") -> str:
    """Return the checked answer, ``""`` if there is none. A wrong one is explained, and the question repeated."""
    hint = "" if default else " (Enter to leave it open)"
    answer: str = click.prompt(
        question + hint,
        default=default,
        show_default=bool(default),
        value_proc=lambda words: check(None, None, words.strip()),
    )
    return answer


def _ask_list(question: str, check: _Check) -> tuple[str, ...]:
    """Return the checked words of an answer, with commas or blanks between them."""
    answer: Sequence[str] = click.prompt(
        question + " (Enter to leave it open)",
        default="",
        show_default=False,
        value_proc=lambda words: check(None, None, words.replace(",", " ").split()),
    )
    return tuple(answer)
