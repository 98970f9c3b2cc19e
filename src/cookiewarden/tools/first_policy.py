"""Write a first policy file, with comments that say what to fill in.

Rule: the file loads as it is. What nobody has said yet stands in a comment, never as a made-up fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from cookiewarden.policy.preset_files import preset_names
from cookiewarden.policy.quoting import toml_string

_WIDTH = 110
_FILL_IN = "FILL IN: "


@dataclass(frozen=True, slots=True)
class FirstFacts:
    """What is known of a site when its first policy is written. What is empty is not known.

    ``day``: the day on which it is written. ``schema``: the path of the JSON Schema, relative to the file.
    ``is_named``: whether somebody said the name; otherwise it was taken from the project.
    """

    name: str
    day: date
    is_named: bool = True
    hosts: tuple[str, ...] = ()
    operator: str = ""
    contact: str = ""
    languages: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    schema: str = ""

    @property
    def to_fill_in(self) -> tuple[str, ...]:
        """The keys of ``[site]`` that somebody has to fill in or to check."""
        known = {"name": self.is_named, "hosts": self.hosts, "operator": self.operator, "contact": self.contact}
        return tuple(key for key, said in {**known, "languages": self.languages}.items() if not said)


def first_policy(facts: FirstFacts) -> str:
    """Return the text of the file, in TOML.

    >>> import tomllib
    >>> from cookiewarden.policy.policy import Policy
    >>> text = first_policy(FirstFacts("Exampletown", date(2026, 12, 1), presets=("preset:django",)))
    >>> Policy.from_mapping(tomllib.loads(text)).decide("sessionid=1").allowed
    True
    """
    return "".join(f"{line}\n" for line in _lines(facts))


def _lines(facts: FirstFacts) -> Iterator[str]:
    if facts.schema:
        yield f"#:schema {facts.schema}"
    yield from _comment(
        "The cookies of this site. The middleware lets no other cookie leave the app, and visitors read these facts "
        "on the pages that it serves. Search for FILL IN."
    )
    yield ""
    yield from _comment("Presets declare the cookies that frameworks and services set.")
    if facts.presets:
        yield f"extends = {_list(facts.presets)}"
    else:
        known = ", ".join(name.partition(":")[2] for name in preset_names())
        yield from _comment(f"{_FILL_IN}those of what your app is made with, if they are among these: {known}.")
        yield '# extends = ["preset:django"]'
    yield ""
    yield "[site]"
    if not facts.is_named:
        yield from _comment(_FILL_IN + "the name of the site, as visitors know it.")
    yield f"name = {_string(facts.name)}"
    bound_to = next((host for host in facts.hosts if "*" not in host), facts.name if facts.is_named else "")
    if bound_to:
        yield from _comment(
            "What the choices of visitors are bound to. "
            "Change it only before the site goes live, or every choice is lost."
        )
        yield f"id = {_string(bound_to)}"
    says = "the hosts that serve the site."
    if not bound_to:
        says += (
            " Without an id, the choices of visitors are bound to the first one, and without that to the name. "
            "Fill it in before the site goes live: on a live site, every choice is lost."
        )
    yield from _key("hosts", _list(facts.hosts) if facts.hosts else "", '["data.example.org"]', says)
    yield from _key(
        "operator",
        _string(facts.operator) if facts.operator else "",
        '"Town of Exampletown"',
        "who runs the site. Visitors read it, as the provider of each cookie that names none, too.",
    )
    yield from _key(
        "contact",
        _string(facts.contact) if facts.contact else "",
        '"privacy@example.org"',
        "where visitors send their questions.",
    )
    yield from _key(
        "languages",
        _list(facts.languages) if facts.languages else "",
        '["en", "fr"]',
        "the languages of the pages, the default one first. Without it, they are in all languages with a translation.",
    )
    yield from _comment("The day on which somebody last checked this file.")
    yield f"updated = {facts.day.isoformat()}"
    yield ""
    yield from _comment(
        "Declare every other cookie in a table of its own, such as this one without the # signs. The category is "
        'necessary, statistical, first-party or third-party; only "necessary" needs no consent. Add texts in other '
        "languages as purpose.fr and so on."
    )
    yield from (
        "#",
        "# [[cookies]]",
        '# name = "_ga*"               # a * stands for any characters',
        '# category = "statistical"',
        '# purpose = "Counts visits, so that we learn which pages people read."',
        '# provider = "Example Analytics"',
        '# lifetime = "13 months"      # or "session"',
    )


def _key(key: str, value: str, example: str, says: str) -> Iterator[str]:
    """Yield the line of a key, or what to fill in. ``value`` and ``example`` are TOML."""
    if value:
        yield f"{key} = {value}"
    else:
        yield from _comment(_FILL_IN + says)
        yield f"# {key} = {example}"


def _list(words: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_string, words))}]"


def _string(text: str) -> str:
    """Return a string of TOML, as people read it if they can."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else toml_string(text)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, _WIDTH)]
