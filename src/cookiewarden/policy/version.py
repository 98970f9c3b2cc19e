"""The version of a policy: digests, per category, of what a visitor consents to.

Rule: the same policy has the same digests on every machine. No translation, contact, date or necessary cookie moves
them.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping

from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category, Declaration
from cookiewarden.policy.site import Site

_DIGEST_CHARACTERS = 8


def version_digests(site: Site, declarations: Iterable[Declaration]) -> Mapping[Category, str]:
    """Per category, a short digest of what a visitor consents to, the same on every machine.

    It covers the site's own version, or without one the consent-needing declarations: names, provider,
    lifetime, anonymized, and the purpose in the default language. No translation, contact, date or necessary
    cookie moves it.
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
    """The version of a policy as a whole: the site's own, or one derived from those of its categories."""
    return site.version or _digest(list(digests.values()))


def _digest(content: object) -> str:
    octets = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
    return urlsafe_b64encode(hashlib.sha256(octets).digest())[:_DIGEST_CHARACTERS].decode()
