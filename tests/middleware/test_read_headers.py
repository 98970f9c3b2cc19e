"""Which headers of the request a response depends on: caches must keep such responses apart, and others together."""

import pytest

from choices import value_of
from cookiewarden import asgi, banner_of, consent_of, frame_of, wsgi
from exchanges import POLICY, SECRET_KEY, SentRequest, Wrapped
from paged import Site

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
EXEMPT = {"consent_needed": lambda carrier: False}
GPC = (("sec-gpc", "1"),)
FRAMED = (("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "iframe"))
CONTEXT = {"Sec-Fetch-Site", "Sec-Fetch-Dest", "Sec-Fetch-Storage-Access"}
IGNORING = {**POLICY, "signals": {"gpc": []}}
UNASKED = {**POLICY, "cookies": [one for one in POLICY["cookies"] if one["category"] != "third-party"]}


def visitor(*granted):
    return (f"cookies_preferences={value_of(POLICY, SECRET_KEY, *granted).decode()}",)


def vary_after(module, view, cookies=(), headers=(), **options):
    """Return what a view returned, and what its response varies by besides Cookie and the language."""
    answers = []

    def noted(carrier):
        answers.append(view(carrier))
        return ()

    left = Wrapped(module, **options).ask(SentRequest(cookies=cookies, headers=headers), noted)
    names = [value.decode() for name, value in left if name == b"vary"]
    assert len(names) == len(set(names))
    return answers[0], set(names) - {"Cookie", "Accept-Language"}


@MODULES
@pytest.mark.parametrize("headers", [(), GPC, (("sec-gpc", "0"),)])
@pytest.mark.parametrize(
    ("cookies", "options", "names"),
    [
        ((), {}, {"Sec-GPC"}),
        ((), {"policy": {**POLICY, "signals": {"gpc": ["statistical"]}}}, {"Sec-GPC"}),
        ((), {"policy": IGNORING}, set()),
        ((), {"policy": UNASKED}, set()),
        ((), EXEMPT, set()),
        (visitor("statistical"), {}, set()),
    ],
)
def test_a_page_with_a_banner_depends_on_the_signal_if_the_banner_asks_about_its_kinds(
    module, cookies, options, names, headers
):
    assert vary_after(module, banner_of, cookies, headers, **options)[1] == names


def allows(category):
    return lambda carrier: consent_of(carrier).allows(category)


@MODULES
@pytest.mark.parametrize(
    ("category", "granted", "headers", "allowed", "names"),
    [
        ("statistical", None, (), False, set()),
        ("statistical", None, FRAMED, False, set()),
        ("statistical", [], FRAMED, False, set()),
        ("statistical", ["statistical"], (), True, CONTEXT),
        ("statistical", ["statistical"], FRAMED, False, CONTEXT),
        ("statistical", ["statistical", "third-party"], (), True, set()),
        ("statistical", ["statistical", "third-party"], FRAMED, True, set()),
        ("third-party", ["third-party"], FRAMED, True, set()),
        ("third-party", ["statistical"], FRAMED, False, set()),
        ("third-party", None, GPC, False, set()),
        ("necessary", None, FRAMED, True, set()),
    ],
)
def test_what_may_be_set_depends_on_whose_page_asks_only_if_that_decides(
    module, category, granted, headers, allowed, names
):
    cookies = () if granted is None else visitor(*granted)
    assert vary_after(module, allows(category), cookies, headers) == (allowed, names)


@MODULES
@pytest.mark.parametrize(
    ("category", "granted", "headers", "allowed", "names"),
    [
        ("third-party", None, (), True, {"Sec-GPC"}),
        ("third-party", None, GPC, False, {"Sec-GPC"}),
        ("third-party", ["third-party"], GPC, True, set()),
        ("third-party", [], GPC, False, set()),
        ("statistical", None, (), True, {"Sec-GPC"}),
        ("statistical", None, FRAMED, True, {"Sec-GPC"}),
        ("statistical", None, (*FRAMED, *GPC), False, {"Sec-GPC", *CONTEXT}),
        ("statistical", None, GPC, True, {"Sec-GPC", *CONTEXT}),
        ("statistical", ["statistical", "third-party"], GPC, True, set()),
    ],
)
def test_without_need_of_consent_the_signal_decides(module, category, granted, headers, allowed, names):
    cookies = () if granted is None else visitor(*granted)
    assert vary_after(module, allows(category), cookies, headers, **EXEMPT) == (allowed, names)


@MODULES
def test_without_need_of_consent_a_signal_that_is_ignored_decides_nothing(module):
    assert vary_after(module, allows("third-party"), (), GPC, policy=IGNORING, **EXEMPT) == (True, set())


@MODULES
def test_a_frame_depends_on_what_its_kind_depends_on(module):
    def view(carrier):
        return "<iframe" in frame_of(carrier, "statistical", "/map", title="Map")

    assert vary_after(module, view, visitor("statistical")) == (True, CONTEXT)
    assert vary_after(module, view, visitor("statistical"), FRAMED) == (False, CONTEXT)


@MODULES
def test_a_header_that_the_app_lists_is_not_listed_again(module):
    def view(carrier):
        banner_of(carrier)
        banner_of(carrier)
        return [("Vary", "sec-gpc, Cookie"), ("Vary", "Accept-Language")]

    left = Wrapped(module).ask(view=view)
    assert [value for name, value in left if name == b"vary"] == [b"sec-gpc, Cookie", b"Accept-Language"]


@pytest.mark.parametrize(
    ("policy", "headers", "is_listed"), [(POLICY, [], True), (POLICY, GPC, True), (IGNORING, GPC, False)]
)
def test_the_banner_alone_depends_on_it_as_well(policy, headers, is_listed):
    answer = Site(policy=policy).ask("/cookies/banner", headers=headers)
    assert answer.list_of("vary") == {"Cookie", "Accept-Language"} | ({"Sec-GPC"} if is_listed else set())
    assert answer.list_of("cache-control") == {"public", "no-cache"}


@pytest.mark.parametrize("path", ["/cookies/preferences", "/cookies/preferences.json"])
def test_what_shows_a_choice_is_kept_nowhere(path):
    answer = Site().ask(path, headers=GPC)
    assert answer.list_of("cache-control") == {"no-store"}
