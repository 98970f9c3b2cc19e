"""The version of a policy: for each category, a digest of what a visitor consents to.

Rule: the same policy has the same digests on every machine. A new translation, contact, date or necessary cookie never
changes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category, Declaration
from cookiewarden.policy.site import Site

_DIGEST_CHARACTERS = 8


def version_digests(site: Site, declarations: Iterable[Declaration]) -> Mapping[Category, str]:
    """Return, for each category, a short digest of what a visitor consents to.

    It is the digest of the site's own version. Without one, it covers the declarations that need consent: names,
    provider, lifetime, anonymized, and the purpose in the default language.
    """
    by_category: dict[Category, list[list[object]]] = {category: [] for category in CONSENT_CATEGORIES}
    for declaration in declarations:
        if declaration.needs_consent:
            provider = declaration.provider or site.operator
            lifetime = declaration.lifetime
            by_category[declaration.category].append(
                [
                    sorted(declaration.names),
                    None if provider is None else str(provider),
                    None if lifetime is None else [lifetime.seconds],
                    declaration.anonymized,
                    str(declaration.purpose),
                ]
            )
    return {
        category: _digest([site.version] if site.version is not None else sorted(rows, key=json.dumps))
        for category, rows in by_category.items()
    }


def whole_version(site: Site, digests: Mapping[Category, str]) -> str:
    """Return the version of the whole policy: the site's own, or a digest of its categories' digests."""
    return site.version or _digest(list(digests.values()))


def _digest(content: object) -> str:
    from base64 import urlsafe_b64encode  # both here, for they take long to import
    from hashlib import sha256

    data = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
    return urlsafe_b64encode(sha256(data).digest())[:_DIGEST_CHARACTERS].decode()
