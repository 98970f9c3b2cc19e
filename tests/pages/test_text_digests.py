"""The digests of what visitors read: those of the bodies, each made once, and dropped when a policy is."""

import hashlib

import pytest

from cookiewarden import Policy
from cookiewarden.pages.response import Response
from cookiewarden.pages.router import Pages
from cookiewarden.pages.text_digests import TextDigests
from cookiewarden.policy.consent import UNDECIDED
from exchanges import POLICY

SITES = [Policy.from_mapping({**POLICY, "site": {"name": name}}) for name in ("Town", "Park")]


@pytest.fixture
def made():
    """Return what was asked for so far."""
    return []


@pytest.fixture
def digests(made):
    """Return the digests of bodies that say what was asked for."""

    def answer(policy, request, consent, body, now, *, is_exempt):
        assert (consent, body, is_exempt) == (UNDECIDED, None, False)
        made.append(f"{policy.site.name} {request.mount} {request.path} {request.query_values['lang']}")
        return Response(200, {}, made[-1].encode())

    return TextDigests("/cookies", answer)


def test_each_digest_is_that_of_a_body(digests, made):
    found = digests.of(SITES[0], "/portal", "fr")
    assert made == ["Town /portal /cookies.json ['fr']", "Town /portal /cookies/banner ['fr']"]
    expected = [hashlib.sha256(body.encode()).hexdigest() for body in made]
    assert found == dict(zip(("policy", "banner"), expected, strict=True))


def test_each_is_made_once_for_a_site_a_mount_and_a_language(digests, made):
    cases = [(site, mount, language) for site in SITES for mount in ("", "/portal") for language in ("fr", "nl")]
    first = [digests.of(*case) for case in cases]
    assert len(set(made)) == len(made) == 2 * len(cases)
    assert [digests.of(*case) for case in cases] == first
    assert len(made) == 2 * len(cases)


def test_those_of_a_policy_that_may_be_replaced_are_dropped(digests, made):
    digests.of(SITES[0], "", "fr")
    digests.forget()
    digests.of(SITES[0], "", "fr")
    assert len(made) == 4


def test_the_pages_drop_them_when_a_policy_is_loaded_anew():
    pages = Pages("/cookies")
    before = pages.digests.of(SITES[0], "", "fr")
    assert pages.digests.of(SITES[0], "", "fr") is before
    pages.reloaded([SITES[0]])
    anew = pages.digests.of(SITES[0], "", "fr")
    assert anew is not before
    assert anew == before
