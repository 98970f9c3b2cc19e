"""The policy page that we serve, imported again: the same facts, in each format and language."""

from pathlib import Path

import pytest

from cookiewarden import Policy, PolicySet
from imports import imported
from paged import Site

POLICIES = Path(__file__).parents[3] / "examples" / "policies"
HOSTS = sorted(policy.site.hosts[0] for policy in PolicySet.load(POLICIES).policies)
EXAMPLES = Site(policy=str(POLICIES))
RICH = {
    "site": {
        "name": "Exampletown",
        "hosts": ["data.example.org"],
        "updated": "2021-03-30",
        "languages": ["en", "fr", "nl", "de"],
    },
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "Keeps you signed in.", "lifetime": "session"},
        {
            "names": ["_ga", "_ga_*"],
            "category": "statistical",
            "purpose": "Counts.",
            "lifetime": "13 months",
            "provider": "Google",
        },
        {
            "name": "_pk_id*",
            "category": "statistical",
            "purpose": "Counts.",
            "lifetime": "30 minutes",
            "anonymized": True,
        },
        {
            "name": "theme",
            "category": "first-party",
            "purpose": "Colours.",
            "lifetime": "1 year",
            "function": "Everywhere",
        },
        {
            "name": "IDE",
            "category": "third-party",
            "purpose": "Advertises.",
            "lifetime": "390 days",
            "provider": "Google",
        },
        {"name": "cart", "kind": "local-storage", "category": "first-party", "purpose": "Keeps the basket."},
    ],
}


def facts_of(policy: Policy) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return the category and the lifetime of each name, by its kind."""
    return {
        (one.kind.value, name): (one.category.value, lifetime_of(one, policy))
        for one in policy.declarations
        for name in one.names
    }


def lifetime_of(one, policy: Policy) -> str:
    lifetime = one.lifetime
    if lifetime is None and policy.preferences.name in one.names:
        lifetime = policy.preferences.lifetime
    return lifetime.text if lifetime else ""


def imported_facts(body: str, format_: str) -> dict[tuple[str, str], tuple[str, str]]:
    found = imported(body, format_)
    return {
        (cookie.kind.value, name): (cookie.category.value, cookie.lifetime)
        for cookie in found.cookies
        for name in cookie.names
    }


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
@pytest.mark.parametrize(("format_", "suffix"), [("html", ""), ("md", ".md")])
class TestPolicyPages:
    @pytest.mark.parametrize("host", HOSTS)
    def test_the_page_of_an_example_imports_to_the_same_facts(self, host, format_, suffix, language):
        body = EXAMPLES.ask(f"/cookies{suffix}?lang={language}", host=host).text
        assert imported_facts(body, format_) == facts_of(PolicySet.load(POLICIES).for_host(host))

    def test_a_page_with_all_categories_and_kinds_imports_to_the_same_facts(self, format_, suffix, language):
        body = Site(policy=RICH).ask(f"/cookies{suffix}?lang={language}").text
        assert imported_facts(body, format_) == facts_of(Policy.from_mapping(RICH))

    def test_a_page_gives_its_introduction_back_and_nothing_is_left_out(self, format_, suffix, language):
        site = RICH["site"] | {"introduction": "Exampletown uses cookies to sell tickets."}
        body = Site(policy=RICH | {"site": site}).ask(f"/cookies{suffix}?lang={language}").text
        found = imported(body, format_)
        assert (found.facts.introduction, found.left_out) == (site["introduction"], ())
