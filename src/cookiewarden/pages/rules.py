"""Say which rules apply to a site: the place, its laws, what needs no consent there, and what the site states.

Rule: the laws stand in their own words. What the page says of consent is what the policy in force does.
"""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale

from cookiewarden.pages.languages import Language
from cookiewarden.pages.wording import lifetime_in
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.profiles import rules_of


@dataclass(frozen=True, slots=True)
class AppliedRules:
    """The rules that apply to a site, in one language.

    ``laws``: each as the law names itself. ``consent``: what needs consent there, and what does not. ``stated``: what
    the site states about its anonymized statistics. ``evidence``: the address of what lies behind that, or ``""``.
    ``words``: the headings and labels, by keys such as ``"place"``.
    """

    profile: str
    place: str
    laws: tuple[str, ...]
    consent: tuple[str, ...]
    stated: tuple[str, ...]
    evidence: str
    words: dict[str, str]


def applied_rules(policy: Policy, language: Language) -> AppliedRules | None:
    """Return the rules that apply to a site, or ``None`` if it names no profile."""
    if not policy.profile:
        return None
    _ = language.say
    rules, statistics = rules_of(policy.profile), policy.statistics
    words = {
        "title": _("Rules that apply"),
        "place": _("Place"),
        "laws": _("Laws and guidance"),
    }
    # CLDR does not name every territory in every language that a site may add.
    named = language.locale.territories.get(rules.place) or Locale("en").territories.get(rules.place, "")
    place = _("California") if rules.place == "US-CA" else named
    if rules.exempts_statistics:
        consent = [_("Anonymized statistics need no consent under these rules. You can object to them at any time.")]
    else:
        consent = [_("Anonymized statistics need your consent under these rules.")]
    if rules.exempts_appearance:
        consent.append(
            _(
                "Cookies that only adapt the site to your wishes need no consent under these rules. You can object to "
                "them at any time."
            )
        )
    words["stated"] = _("What this site states about its anonymized statistics")
    stated = {
        _("They measure this site only."): statistics.this_site_only,
        _("They serve only those who run this site."): statistics.operator_only,
        _("They serve only to improve this site."): statistics.improvement_only,
        _("They are not combined with other data."): statistics.not_combined,
        _("They are not passed on to others."): statistics.not_shared,
        _("The network addresses of visitors are masked before use."): statistics.masked_address,
        _("They have little or no effect on privacy."): statistics.little_impact,
    }
    sentences = [sentence for sentence, is_stated in stated.items() if is_stated]
    if statistics.data_lifetime is not None:
        time = lifetime_in(statistics.data_lifetime, language)
        sentences.append(_("Their data are kept for %(time)s at most.", time=time))
    words["evidence"] = _("The assessment behind these statements")
    return AppliedRules(
        profile=policy.profile,
        place=place,
        laws=tuple(f"{source.law}, {source.section}" for source in rules.sources if source.is_shown),
        consent=tuple(consent),
        stated=tuple(sentences),
        evidence=statistics.evidence,
        words=words,
    )


def explanations_under(policy: Policy, language: Language) -> dict[Category, str]:
    """Return the explanations of the categories that need consent, or need none, otherwise than is published."""
    _ = language.say
    changed = {}
    if policy.profile and not rules_of(policy.profile).exempts_statistics:
        changed[Category.STATISTICAL] = _(
            "They record what visitors do on the site, to measure how it is used. They need your consent, even if the "
            "statistics are anonymized."
        )
    if any(one.appearance and one.needs_objection for one in policy.declarations):
        changed[Category.FIRST_PARTY] = _(
            "Also called internal cookies, though they are not necessary ones. The website that you visit stores them "
            "itself. They can serve to collect personal data, to follow what you do, and to advertise. They need your "
            "consent, unless they only adapt the site to your wishes. You can object to those, too: reject this kind."
        )
    return changed
