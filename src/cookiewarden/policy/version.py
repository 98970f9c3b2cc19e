"""The version of a policy: for each category, a digest of what a visitor consents to.

Rule: the same policy has the same digests on every machine. A new translation, contact, date or necessary cookie never
changes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category, Declaration, Kind
from cookiewarden.policy.site import Site

_DIGEST_CHARACTERS = 8
_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def version_digests(site: Site, declarations: Iterable[Declaration]) -> Mapping[Category, str]:
    """Return, for each category, a short digest of what a visitor consents to.

    It is the digest of the site's own version. Without one, it covers the declarations that need consent: names,
    provider, lifetime, anonymized, the purpose in the default language, the kind if it is not a cookie, and the hosts.
    Where a profile decides whether a declaration needs consent, that counts in any case: other forms asked for it.
    """
    if site.version is not None:
        return _digests_of_version(site.version, declarations)
    by_category: dict[Category, list[str]] = {category: [] for category in CONSENT_CATEGORIES}
    for declaration in declarations:
        if declaration.needs_consent:
            by_category[declaration.category].append(consented_facts(site, declaration))
    return {category: _digest(sorted(rows)) for category, rows in by_category.items()}


def consented_facts(site: Site, declaration: Declaration) -> str:
    """Return, as a row of JSON, what a visitor consents to with one declaration.

    >>> from cookiewarden.policy.declaration import Text
    >>> purpose = Text({"en": "Counts visits"}, "en")
    >>> consented_facts(Site(purpose, "a.example"), Declaration(("_ga",), Category.STATISTICAL, purpose))
    '[["_ga"],null,null,false,"Counts visits"]'
    """
    provider, lifetime = declaration.provider or site.operator, declaration.lifetime
    # The library encodes each text; to encode a whole row with it takes twice as long.
    members = [
        f"[{','.join(map(_json, sorted(declaration.names)))}]",
        "null" if provider is None else _json(str(provider)),
        "null" if lifetime is None else f"[{'null' if lifetime.seconds is None else lifetime.seconds}]",
        "true" if declaration.anonymized else "false",
        _json(str(declaration.purpose)),
    ]
    # Only where they say anything, so that a version without them stays what it was.
    if declaration.kind is not Kind.COOKIE or declaration.hosts:
        members.append(f"[{','.join(map(_json, (declaration.kind, *sorted(declaration.hosts))))}]")
    return f"[{','.join(members)}]"


def _digests_of_version(version: str, declarations: Iterable[Declaration]) -> Mapping[Category, str]:
    rows = [(one.category, sorted(one.names), one.is_exempt) for one in declarations if one.is_exempt is not None]
    return {
        category: _digest([_json(version), *sorted(_json(row[1:]) for row in rows if row[0] is category)])
        for category in CONSENT_CATEGORIES
    }


def whole_version(site: Site, digests: Mapping[Category, str]) -> str:
    """Return the version of the whole policy: the site's own, or a digest of its categories' digests."""
    return site.version or _digest(map(_json, digests.values()))


def _digest(members: Iterable[str]) -> str:
    """Return the digest of a JSON list with these members, which are JSON themselves."""
    from base64 import urlsafe_b64encode  # both here, for they take long to import
    from hashlib import sha256

    data = f"[{','.join(members)}]".encode()
    return urlsafe_b64encode(sha256(data).digest())[:_DIGEST_CHARACTERS].decode()
