"""Write the policy, a visitor's choice, and what the site heeds, as JSON objects.

Rule: the names of the members are part of the interface; ``openapi`` describes them. All texts are in one language.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cookiewarden.pages.document import Document, Row
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import Signals


def policy_state(policy: Policy, document: Document) -> dict[str, Any]:
    """Return the policy page as a JSON object."""
    site, rules = policy.site, document.rules
    return {
        "site": site.id,
        "name": document.site.text,
        "title": document.title,
        "language": document.language,
        "operator": site.operator and site.operator.in_language(document.language),
        "contact": site.contact and site.contact.in_language(document.language),
        "updated": site.updated and site.updated.isoformat(),
        "version": policy.version,
        "introduction": [passage.text for passage in document.introduction],
        "categories": [
            {
                "category": section.category.value,
                "title": section.title.text,
                "published": section.published or None,
                "explanation": section.explanation.text,
                "needs_consent": section.needs_consent,
                "cookies": [_cookie(row) for row in section.rows],
            }
            for section in document.sections
        ],
        "rules": rules
        and {
            "profile": rules.profile,
            "place": rules.place,
            "laws": list(rules.laws),
            "consent": list(rules.consent),
            "stated": list(rules.stated),
            "evidence": rules.evidence or None,
        },
    }


def choice_state(
    policy: Policy, document: Document, consent: Consent, is_exempt: bool, signals: Signals
) -> dict[str, Any]:
    """Return a visitor's choice as a JSON object."""
    chosen_at = consent.chosen_at
    return {
        "site": policy.site.id,
        "language": document.language,
        "version": policy.version,
        "is_decided": consent.is_decided,
        "is_stale": bool(consent.stale),
        "is_asked": not is_exempt and policy.is_asked(consent),
        "chosen_at": None if chosen_at is None else datetime.fromtimestamp(chosen_at, UTC).date().isoformat(),
        "categories": [
            {
                "category": section.category.value,
                "title": section.title.text,
                "published": section.published or None,
                "explanation": section.explanation.text,
                "needs_consent": section.needs_consent,
                "granted": section.category is Category.NECESSARY or consent.answer(section.category),
                "is_stale": section.category in consent.stale,
                "signal": section.category in signals.refused and not consent.grants(section.category),
                "version": policy.digests.get(section.category),
                "cookies": list(dict.fromkeys(name for row in section.rows for name in row.names)),
            }
            for section in document.sections
        ],
    }


def gpc_support(policy: Policy) -> dict[str, Any]:
    """Return the object that says that a site heeds Global Privacy Control, and since when (GPC, section 4.1)."""
    updated = policy.signals.gpc_updated
    return {"gpc": bool(policy.signals.gpc), "lastUpdate": updated and updated.isoformat()}


def _cookie(row: Row) -> dict[str, Any]:
    declaration = row.declaration
    return {
        "names": list(row.names),
        "kind": declaration.kind.value,
        "provider": row.provider.text,
        "function": row.function.text if declaration.function else None,
        "purpose": row.purpose.text,
        "lifetime": row.lifetime if row.is_lifetime_stated else None,
        "anonymized": declaration.anonymized,
        "path": declaration.path,
        "domain": declaration.domain,
        "hosts": list(declaration.hosts),
        "reason": row.reason and row.reason.text,
    }
