"""Describe our API in an OpenAPI 3.1 document.

Rule: the document says exactly what ``json`` and ``form`` do; a test calls the API as the document says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cookiewarden.pages.form import FORM_TYPE
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category, Kind


def openapi_document(base: str, languages: Iterable[str]) -> dict[str, Any]:
    """Return the document of an API whose pages live under the path ``base``, in these languages."""
    language = {
        "name": "lang",
        "in": "query",
        "description": f"The language of the texts: {', '.join(languages)}. By default, what Accept-Language asks for.",
        "schema": {"type": "string"},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cookie preferences",
            "version": "1",
            "description": "A visitor's choice about cookies, for single-page apps and banners of one's own.",
        },
        "paths": {
            f"{base}/preferences.json": {
                "get": {
                    "operationId": "getPreferences",
                    "summary": "The categories, which of them need consent, and the visitor's choice.",
                    "parameters": [language],
                    "responses": {"200": _json("The choice as it stands.", "Preferences")},
                },
                "put": {
                    "operationId": "putPreferences",
                    "summary": "Choose: grant the categories named, refuse the others. The response sets the cookie.",
                    "parameters": [language],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Choice"}}},
                    },
                    "responses": {
                        "200": _json("The choice as it stands now.", "Preferences"),
                        "400": _problem("The body is not a JSON document in UTF-8."),
                        "403": _problem("The request comes from another site."),
                        "413": _problem("The body is over 8 KiB."),
                        "415": _problem("The body is not application/json."),
                        "422": _problem("The document is not a choice; the detail says why."),
                    },
                },
            },
            f"{base}/preferences": {
                "post": {
                    "operationId": "postPreferences",
                    "summary": "Choose as a form of the pages does. With Accept: application/json, the response is the "
                    "choice; otherwise a redirect. Both set the cookie.",
                    "parameters": [language],
                    "requestBody": {
                        "required": True,
                        "content": {FORM_TYPE: {"schema": {"$ref": "#/components/schemas/ChoiceForm"}}},
                    },
                    "responses": {
                        "200": _json("The choice as it stands now.", "Preferences"),
                        "303": {"description": "The choice is made. Location is the page to go back to."},
                        "400": _problem("The body is not a form in UTF-8."),
                        "403": _problem("The request comes from another site."),
                        "413": _problem("The body is over 8 KiB."),
                        "415": _problem(f"The body is not {FORM_TYPE}."),
                        "422": _problem("The form is not a choice; the detail says why."),
                    },
                }
            },
            f"{base}.json": {
                "get": {
                    "operationId": "getPolicy",
                    "summary": "The cookie policy: every cookie, by category.",
                    "parameters": [language],
                    "responses": {"200": _json("The policy.", "Policy")},
                }
            },
        },
        "components": {"schemas": _schemas()},
    }


def _json(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _problem(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}


def _schemas() -> dict[str, Any]:
    text = {"type": "string"}
    maybe_text = {"type": ["string", "null"]}
    flag = {"type": "boolean"}
    category = {"type": "string", "enum": [category.value for category in Category]}
    digest = {"type": "string", "minLength": 8, "maxLength": 8, "pattern": "^[A-Za-z0-9_-]+$"}
    kind = {
        "category": category,
        "title": text,
        "published": {**maybe_text, "description": "The published title, if the site gave the category another one."},
        "explanation": text,
        "needs_consent": flag,
    }
    cookie = {
        "names": {"type": "array", "items": text, "minItems": 1},
        "kind": {
            "type": "string",
            "enum": [one.value for one in Kind],
            "description": "What the site declares: a cookie, other storage, or what the browser fetches or contacts.",
        },
        "provider": text,
        "function": maybe_text,
        "purpose": text,
        "lifetime": maybe_text,
        "anonymized": flag,
        "path": maybe_text,
        "domain": maybe_text,
        "hosts": {"type": "array", "items": text, "description": "The hosts that the browser contacts for it."},
        "reason": {"type": ["string", "null"], "description": "Why it is necessary, if the policy says so."},
    }
    rules = _object(
        {
            "profile": {"type": "string", "description": "The profile of the policy whose rules count."},
            "place": text,
            "laws": {"type": "array", "items": text, "minItems": 1},
            "consent": {"type": "array", "items": text, "description": "What needs consent there, and what does not."},
            "stated": {"type": "array", "items": text, "description": "What the site states about its statistics."},
            "evidence": {"type": ["string", "null"], "format": "uri", "description": "What lies behind that."},
        }
    )
    return {
        "Choice": {
            "type": "object",
            "required": ["granted"],
            "additionalProperties": False,
            "properties": {
                "granted": {
                    "type": "array",
                    "items": category,
                    "description": "The categories granted; the others are refused, and necessary is always on.",
                    "examples": [[category.value for category in CONSENT_CATEGORIES]],
                },
                "versions": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {category.value: digest for category in CONSENT_CATEGORIES},
                    "description": "The version of each category as it was shown; GET gives it. Consent to "
                    "another version than the one in force is stale, and asked for again. Without this field, consent "
                    "counts for the version in force.",
                },
            },
        },
        "ChoiceForm": {
            "type": "object",
            "required": ["choice"],
            "additionalProperties": False,
            "properties": {
                "choice": {
                    "type": "string",
                    "enum": ["accept", "refuse", "save", "grant"],
                    "description": "accept: grant what was shown. refuse: refuse all. save: grant what category names, "
                    "and refuse the rest of what was shown. grant: grant what category names, and change no other.",
                },
                "category": {"type": "array", "items": category},
                "versions": {
                    "type": "string",
                    "description": "The versions that were shown, such as statistical:YMb7qoXR third-party:T1PNoYwr.",
                },
                "next": {"type": "string", "description": "The path on this site that the redirect leads to."},
                "place": {
                    "type": "string",
                    "pattern": "^[A-Za-z0-9_-]{1,64}$",
                    "description": "The fragment that the redirect leads to.",
                },
            },
        },
        "Preferences": _object(
            {
                "site": text,
                "language": text,
                "version": text,
                "is_decided": {
                    "type": "boolean",
                    "description": "Whether anything was refused, or granted under this version.",
                },
                "is_stale": {"type": "boolean", "description": "Whether anything was granted under another version."},
                "is_asked": {"type": "boolean", "description": "Whether a banner is to be shown."},
                "chosen_at": {"type": ["string", "null"], "format": "date", "description": "The day, in UTC."},
                "categories": _list_of(
                    {
                        **kind,
                        "granted": {"type": ["boolean", "null"], "description": "null if it is undecided."},
                        "is_stale": flag,
                        "signal": {
                            "type": "boolean",
                            "description": "Whether a signal of the browser, such as Global Privacy Control, keeps "
                            "these cookies off. A grant under this version outweighs it.",
                        },
                        "version": {**maybe_text, "description": "To send back with a choice; null for necessary."},
                        "cookies": {
                            "type": "array",
                            "items": text,
                            "description": "The names of what the choice is about: of cookies, and of other storage.",
                        },
                    }
                ),
            }
        ),
        "Policy": _object(
            {
                "site": text,
                "name": text,
                "title": text,
                "language": text,
                "operator": maybe_text,
                "contact": maybe_text,
                "updated": {"type": ["string", "null"], "format": "date"},
                "version": text,
                "introduction": {"type": "array", "items": text},
                "categories": _list_of({**kind, "cookies": _list_of(cookie)}),
                "rules": {
                    **rules,
                    "type": ["object", "null"],
                    "description": "The rules that apply, if the policy names a profile.",
                },
            }
        ),
        "Problem": _object({"title": text, "status": {"type": "integer"}, "detail": text}),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _list_of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}
