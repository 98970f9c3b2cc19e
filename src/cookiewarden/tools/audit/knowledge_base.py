"""What a policy declares, as knowledge bases that the Website Auditing Tool of the EDPB imports.

The format is the one that its version 1.3.0 exports and imports: an array of two bases, each with its entries. One is
for cookies, the other one for local storage.
Rule: an entry says what the site declares. What is known of a cookie of this name stands in its comment only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from cookiewarden.errors import printable
from cookiewarden.policy.declaration import Category, Declaration, Kind
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.policy import Policy
from cookiewarden.tools.audit.audit_json import moment_text
from cookiewarden.tools.audit.rows import Lookup

#: The tool's words for kinds of declarations. It has none for the others.
_BASES = {Kind.COOKIE: "cookie", Kind.LOCAL_STORAGE: "localstorage"}
#: The tool offers a fixed list of categories, and filters by them. "?" is its word for unknown.
_TECHNICAL, _EXEMPT, _STATISTICS, _LOOK, _UNKNOWN = (
    "Technical",
    "Analytics (exempted)",
    "Analytics (non exempted)",
    "Content customisation",
    "?",
)
#: An entry with this domain holds for each site that is audited.
_ANY_DOMAIN = "*"
#: What the tool would read as an expression, because it turns a pattern into one, and replaces only the "*".
#: It searches names for that expression, so "^" and "$" keep a pattern from finding a part of another name.
_SPECIAL = re.compile(r"[\\^$.|?+()\[\]{}]")


def knowledge_base_text(policy: Policy, known: Lookup, moment: float) -> str:
    """Return the knowledge bases of a policy as JSON, in ASCII. ``known`` finds a well-known cookie.

    ``moment``: when the entries are said to be made, in seconds since 1970-01-01 UTC. A base without entries is left
    out, except that of cookies.

    >>> cookies = [{"name": "_ga_*", "category": "statistical", "purpose": "Counts visits", "lifetime": "13 months"}]
    >>> policy = Policy.from_mapping({"site": {"name": "Shop"}, "cookies": cookies})
    >>> base, = json.loads(knowledge_base_text(policy, lambda name: None, 0.0))
    >>> entry = base["knowledges"][0]
    >>> entry["name"], entry["category"], entry["controller"]
    ('^_ga_*$', 'Analytics (non exempted)', 'Shop')
    """
    bases = [_base(policy, kind, known, moment_text(moment)) for kind in _BASES]
    return json.dumps([one for one in bases if one["knowledges"] or one["category"] == "cookie"], indent=2) + "\n"


def _base(policy: Policy, kind: Kind, known: Lookup, made: str) -> Mapping[str, Any]:
    site = printable(policy.site.name)
    return {
        "name": f"{site}: declared {'cookies' if kind is Kind.COOKIE else 'local storage'}",
        "author": printable(policy.site.operator or policy.site.name),
        "category": _BASES[kind],
        # A site speaks for itself here; whoever audits it may raise this.
        "trustLevel": "informative",
        "used": True,
        "created_at": made,
        "knowledges": [
            _entry(policy, declaration, name, known, made)
            for declaration in policy.declarations
            if declaration.kind is kind
            for name in declaration.names
        ],
    }


def _entry(policy: Policy, declaration: Declaration, name: str, known: Lookup, made: str) -> Mapping[str, Any]:
    is_cookie = declaration.kind is Kind.COOKIE
    hint = known(name.encode()) if is_cookie else None
    return {
        **(_cookie_key(declaration, name) if is_cookie else {"script": "", "key": name}),
        "kind": _BASES[declaration.kind],
        "category": _category(declaration),
        "source": f"The cookie policy of {printable(policy.site.name)}",
        "controller": printable(policy.provider_of(declaration)),
        "date": "",
        "policy": "",
        "reference": "",
        # The tool shows a comment as HTML.
        "comment": "<br>".join(escape(printable(line)) for line in _comment(policy, declaration, name, hint)),
        "created_at": made,
        "updated_at": made,
    }


def _cookie_key(declaration: Declaration, name: str) -> Mapping[str, Any]:
    is_pattern = "*" in name
    return {
        "domain": declaration.domain or _ANY_DOMAIN,
        "name": "^" + _SPECIAL.sub(r"\\\g<0>", name) + "$" if is_pattern else name,
        # The tool works this out for what is typed in, and takes it as given from a file.
        "wildcard_match": int(is_pattern),
    }


def _category(declaration: Declaration) -> str:
    """Return the tool's category if a declaration settles it: "third-party" does not say what a cookie is for."""
    if declaration.category is Category.NECESSARY:
        return _TECHNICAL
    if declaration.category is Category.STATISTICAL:
        return _EXEMPT if declaration.needs_objection else _STATISTICS
    return _LOOK if declaration.appearance else _UNKNOWN


def _comment(policy: Policy, declaration: Declaration, name: str, hint: KnownCookie | None) -> Iterator[str]:
    asked = "waits for consent" if declaration.needs_consent else "needs no consent"
    yield f"Purpose: {declaration.purpose}"
    yield f"Category: {declaration.category.value}; it {asked}"
    facts: Sequence[tuple[str, object]] = (
        ("Kept for", "" if declaration.lifetime is None else declaration.lifetime.text),
        ("Domain", declaration.domain),
        ("Path", declaration.path),
        ("Why it is necessary", declaration.reason),
        ("Function", declaration.function),
        ("Contacted hosts", ", ".join(declaration.hosts)),
        ("Hosts of the site", ", ".join(policy.site.hosts)),
        ("Source", declaration.source),
    )
    yield from (f"{label}: {fact}" for label, fact in facts if fact)
    if declaration.kind is Kind.LOCAL_STORAGE and "*" in name:
        yield "The name is a pattern, and the tool finds keys by their exact name only: look for such keys by hand"
    if hint is not None:
        lifetime = f", {hint.lifetime}" if hint.lifetime else ""
        yield (
            f"Hint, not from the policy: {hint.provider} sets a cookie of this name ({hint.category.value}{lifetime}; "
            f"{hint.source})"
        )
