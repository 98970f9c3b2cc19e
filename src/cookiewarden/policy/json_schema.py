"""The JSON Schema (2020-12) of a policy file, for editors and for programs that write policies.

It is made from the tables of keys by which the loader reads, and from one schema for each check of a value. A date of
TOML is a string to JSON Schema: taplo and others pass it on as ``2026-11-22``.
Rule: the schema accepts each file that the loader accepts. It rejects what can be told from the file alone: it sees no
bases, so it demands no name of the site, and it compares no two declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cookiewarden.policy import values as check
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, LIFETIME, REPORTABLE, Category, Kind
from cookiewarden.policy.keys import (
    CATEGORY_TEXTS,
    COOKIES,
    ONLY,
    REQUIRED,
    SECTION_SAYS,
    SECTIONS,
    TOP,
    Key,
)
from cookiewarden.policy.profiles import every_profile, profile_names
from cookiewarden.policy.statistics import WEB_ADDRESS, data_lifetime, web_address
from cookiewarden.policy.storage import OF_COOKIES, contacted_hosts, kind

#: Names the schema. The number changes only if files that the schema accepted are rejected by the next one.
SCHEMA_ID = "urn:cookiewarden:policy:1"

_Schema = dict[str, Any]

# Each pattern is one of the ECMAScript that other languages read in the same way: no lookaround, no classes like \s.
_NOT_BLANK = r"[^ \t\r\n\f\v]"
_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
_NAME = r"^[^\x00-\x1f\x7f;=*]*\*?[^\x00-\x1f\x7f;=*]*$"
_NOT_A_NAME = r"^ | $|, "
# A label of a host, in any script: ASCII has letters, digits, - and _.
_LABEL = r"[^\x00-,./:-@\[-^`{-\x7f]+"
_HOST = rf"{_LABEL}(\.{_LABEL})*\.?"
_ADDRESS = r"\[[^/]*\]"


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file, a new one at each call.

    >>> schema = policy_schema()
    >>> schema["$id"], sorted(schema["properties"])[:2]
    ('urn:cookiewarden:policy:1', ['categories', 'cookies'])
    """
    sections = {name: _table(keys) for name, keys in SECTIONS.items()}
    texts = _table(CATEGORY_TEXTS)
    sections["categories"] = _object({category.value: texts for category in Category})
    sections["cookies"] = {"type": "array", "items": _declaration()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Policy file of cookiewarden",
        "description": "Which cookies a site sets. The middleware and the pages for visitors follow it.",
        **_object({
            **{name: _value(key) for name, key in TOP.items()},
            **{name: {"description": says, **sections[name]} for name, says in SECTION_SAYS.items()},
        }),
    }  # fmt: skip


def _object(properties: Mapping[str, _Schema]) -> _Schema:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


def _table(keys: Mapping[str, Key]) -> _Schema:
    return _object({name: _value(key) for name, key in keys.items()})


def _value(key: Key) -> _Schema:
    """Return the schema of a key: what it says, its value, its default and an example."""
    schema = {"description": key.says, **_VALUES[key.check]()}
    if key.default is not None:
        schema["default"] = key.default
    if key.example is not None:
        schema["examples"] = [key.example]
    return schema


def _declaration() -> _Schema:
    schema = _table(COOKIES)
    name, names = schema["properties"]["name"], schema["properties"]["names"]
    others = [word.value for word in Kind if word is not Kind.COOKIE]
    # What is not a cookie may have any line as its name, and every name of a cookie is such a line.
    of_cookies = {"name": _value_of(name), "names": _value_of(names)}
    name |= _line()
    del names["anyOf"]
    names |= _one_or_more(_line())
    return {
        **schema,
        "required": [*REQUIRED],
        "oneOf": [{"required": ["name"]}, {"required": ["names"]}],
        "allOf": [
            _if("kind", {"enum": others}, {"properties": dict.fromkeys(OF_COOKIES, False)}, {"properties": of_cookies}),
            _if("kind", {"const": Kind.HOST.value}, {"required": ["hosts"], "properties": {"hosts": {"minItems": 1}}}),
            _if("same_site", {"const": "None"}, {"required": ["secure"], "properties": {"secure": {"const": True}}}),
            *(
                # A flag that is false says nothing.
                _if(
                    key,
                    {"const": True} if COOKIES[key].check is check.flag else {},
                    {"properties": {"category": {"const": only.category.value}}},
                )
                for key, only in ONLY.items()
            ),
        ],
    }


def _value_of(schema: _Schema) -> _Schema:
    """Return the schema of a value without what it says."""
    return {word: value for word, value in schema.items() if word not in ("description", "default", "examples")}


def _if(key: str, value: _Schema, then: _Schema, otherwise: _Schema | None = None) -> _Schema:
    """Return a schema for an object that depends on the value of one of its keys."""
    schema = {"if": {"required": [key], "properties": {key: value}}, "then": then}
    return schema if otherwise is None else {**schema, "else": otherwise}


def _string(pattern: str) -> _Schema:
    return {"type": "string", "pattern": pattern}


def _line() -> _Schema:
    return _string(_LINE)


def _text() -> _Schema:
    words = _string(_NOT_BLANK)
    tags = {"pattern": f"^(?:{check.LANGUAGE.pattern})$"}
    by_language = {"type": "object", "propertyNames": tags, "additionalProperties": words, "minProperties": 1}
    return {"anyOf": [words, by_language]}


def _name() -> _Schema:
    return {"type": "string", "minLength": 1, "pattern": _NAME, "not": {"pattern": _NOT_A_NAME}}


def _lifetime(*words: str) -> _Schema:
    return _string(f"^(?:{'|'.join((*words, LIFETIME.pattern))})$")


def _one_of(words: Iterable[str]) -> _Schema:
    return {"enum": list(words)}


def _one_or_many(item: _Schema) -> _Schema:
    """Return the schema of a list of strings, for which a single one may stand."""
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _one_or_more(item: _Schema) -> _Schema:
    """Return the same, if the list must not be empty, and its items differ."""
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "uniqueItems": True}]}


def _contacted_hosts() -> _Schema:
    one, many = _one_or_many(_string(rf"^(\*\.)?{_HOST}(:[1-9][0-9]{{0,4}})?$"))["anyOf"]
    return {"anyOf": [one, {**many, "uniqueItems": True}]}


#: The schema of each value, by the check of the loader.
_VALUES: Mapping[Callable[..., Any], Callable[[], _Schema]] = {
    check.text: _text,
    check.one_line: _line,
    check.version: _line,
    check.list_of_strings: lambda: _one_or_many({"type": "string", "minLength": 1}),
    check.table_of_strings: lambda: {"type": "object", "additionalProperties": _name()},
    check.hosts: lambda: _one_or_many(_string(rf"^(\*|(\*\.)?{_HOST}|{_ADDRESS})$")),
    check.calendar_date: lambda: _string(f"^{check.DATE.pattern}$"),
    check.language_tag: lambda: _string(f"^(?:{check.LANGUAGE.pattern})$"),
    check.language_tags: lambda: _one_or_more(_string(f"^(?:{check.LANGUAGE.pattern})$")),
    check.flag: lambda: {"type": "boolean"},
    check.report_only: lambda: {"anyOf": [{"type": "boolean"}, *_one_or_many(_one_of(REPORTABLE))["anyOf"]]},
    check.refusable: lambda: {"anyOf": [{"const": False}, *_one_or_many(_one_of(CONSENT_CATEGORIES))["anyOf"]]},
    check.category: lambda: _one_of(Category),
    check.cookie_name: _name,
    check.cookie_names: lambda: _one_or_more(_name()),
    check.token: lambda: _string(f"^{check.TOKEN.pattern.replace('*', '')}$"),
    check.absolute_path: lambda: _string(r"^/[^\x00-\x1f\x7f;]*$"),
    check.domain: lambda: _string(rf"^\.?({_HOST}|{_ADDRESS})$"),
    check.lifetime: lambda: _lifetime("session"),
    check.choice_lifetime: _lifetime,
    check.same_site: lambda: _one_of(check.SAME_SITE),
    profile_names: lambda: _one_or_more(_one_of(every_profile())),
    data_lifetime: _lifetime,
    web_address: lambda: _string(f"^{WEB_ADDRESS.pattern}$"),
    contacted_hosts: _contacted_hosts,
    kind: lambda: _one_of(Kind),
}
