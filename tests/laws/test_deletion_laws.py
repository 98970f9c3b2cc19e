"""The laws of withdrawal over generated cookies (hypothesis): every added line deletes one refused cookie, and after
two visits a browser's jar holds none.
"""

from math import inf

from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import Category, Policy, consent_of, wsgi
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import SERVER_BLANKS, names_of
from cookiewarden.testing import preferences_cookie
from exchanges import (
    DOCUMENT,
    INSECURE_DOCUMENT,
    NOW,
    SECRET_KEY,
    SentRequest,
    Wrapped,
    kept_and_added,
    screened_by,
    set_cookies,
    through_asgi,
    through_wsgi,
)
from hypothesis_profiles import examples
from jar import Jar
from strategies import CATEGORIES, NAME_POOL, acts, as_text, consents, headers, lines, ugly

cookie_names = st.one_of(st.sampled_from(NAME_POOL).map(str.encode), ugly)
cookie_headers = st.lists(
    st.lists(st.tuples(cookie_names, ugly).map(b"=".join), min_size=1, max_size=30).map(b"; ".join),
    min_size=1,
    max_size=3,
)


@st.composite
def visitors(draw):
    """Draw a policy that declares every name, and the Cookie headers of a visitor who refused some categories."""
    named = draw(st.lists(st.sampled_from([*NAME_POOL, "_ga*", "*id"]), unique=True, max_size=4))
    cookies = [
        {"name": name, "category": draw(st.sampled_from(["necessary", *CATEGORIES])), "path": "/", "purpose": "Any"}
        for name in [*named, "*"]
    ]
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": cookies})
    consent = draw(consents)
    value = PreferencesCookie(policy, check_keys(SECRET_KEY)).dump(consent, consent.chosen_at)
    return policy, [f"{policy.preferences.name}={value}".encode(), *draw(cookie_headers)]


def sent_in(cookie_header):
    """Return the names that a server may read in a Cookie header."""
    pairs = (pair.partition(b"=") for pair in cookie_header.split(b";"))
    return {name.strip(b" \t") for name, equals, _ in pairs if equals}


@given(visitors(), headers, acts)
def test_every_added_line_deletes_one_sent_declared_and_refused_cookie(visitor, given_headers, act):
    policy, sent = visitor
    choices = []

    def acting(choice):
        act(choice)
        choices.append(choice)

    left, _ = screened_by(policy, given_headers, sent, acting)
    added = set_cookies(kept_and_added(given_headers, left)[1])
    own = policy.preferences.name.encode() + b"="
    deleting = [line for line in added if not line.startswith(own)]
    names_sent = set().union(*map(sent_in, sent))
    for line in deleting:
        (name,) = parse_set_cookie(line).names
        # Some servers strip a line before it goes out.
        assert names_of(line.strip(SERVER_BLANKS)) == (name,)
        assert parse_set_cookie(line, now=float(NOW)).expiry == -inf
        assert name in names_sent
        declaration = policy.declared.find(name)
        assert declaration is not None
        assert declaration.category is not Category.NECESSARY
        assert not choices[0].allows(declaration.category)
        assert not any(byte < 0x20 or byte == 0x7F for byte in line)
    assert len(deleting) <= 20
    assert sum(len(line) + len(b"Set-Cookie: \r\n") for line in deleting) <= 2048
    assert len(set(deleting)) == len(deleting)
    parents = {parse_set_cookie(line).attribute(b"domain") for line in deleting} - {None}
    seen = {parse_set_cookie(line).attribute(b"domain") or b"" for line in set_cookies(given_headers)}
    assert parents <= {domain.removeprefix(b".").lower() for domain in seen}


@given(visitors(), as_text, acts, st.sampled_from(["http", "https"]), st.sampled_from([DOCUMENT, INSECURE_DOCUMENT]))
def test_both_adapters_delete_alike(visitor, sent, act, scheme, asked):
    policy, cookies = visitor
    given_cookies = tuple(header.decode("latin-1") for header in cookies)
    request = SentRequest(scheme=scheme, cookies=given_cookies, path="/a/b", headers=asked)

    def view(carrier):
        act(consent_of(carrier))
        return sent

    options = {"policy": policy, "pages": None}
    assert through_asgi(view, request, **options) == through_wsgi(view, request, **options)


QUOTED = Policy.from_mapping(
    {
        "site": {"name": "Exampletown"},
        "cookies": [{"name": '"', "category": "first-party", "purpose": "Any", "path": "/"}],
    }
)


@example((QUOTED, [preferences_cookie(QUOTED, SECRET_KEY, now=NOW).encode(), b'"=1']), [])
@given(visitors(), st.lists(lines(), max_size=6))
def test_screening_twice_is_screening_once_if_cookies_are_deleted_too(visitor, given_lines):
    policy, sent = visitor
    once, _ = screened_by(policy, [(b"set-cookie", line) for line in given_lines], sent)
    # Because of its name, some readers see no deletion in such a line: it is dropped, and added anew at the end.
    assert sorted(screened_by(policy, once, sent)[0]) == sorted(once)


def test_the_jar_distinguishes_cookies_as_browsers_do():
    jar = Jar()
    for line in ("a=1", "a=1; Path=/", "a=1; Path=/; Domain=town.example", "a=1; Path=/; Secure; Partitioned"):
        jar.store(line, "a.town.example", "https", "/x/y")
    jar.store("a=1; Domain=other.example", "a.town.example", "https", "/x/y")
    jar.store("__Host-a=1", "a.town.example", "https", "/")
    assert len(jar.cookies) == 4
    assert [(kept.domain, kept.path) for kept in jar.sent("b.town.example", "https", "/x")] == [("town.example", b"/")]
    assert len(jar.sent("a.town.example", "http", "/x/y")) == 3
    assert len(jar.sent("a.town.example", "http", "/xy")) == 2
    jar.store("a=; Max-Age=0; Path=/", "a.town.example", "http", "/")
    assert len(jar.cookies) == 4
    jar.store("a=; Max-Age=0; Path=/", "a.town.example", "https", "/")
    assert len(jar.cookies) == 3


HOST, SIBLING, PARENT = "a.town.example", "b.town.example", "town.example"
TOWN = Policy.from_mapping(
    {
        "site": {"name": "Exampletown", "hosts": [HOST]},
        "cookies": [
            {"name": "sid", "category": "necessary", "purpose": "Keeps the visitor signed in"},
            {"name": "_ga*", "category": "statistical", "purpose": "Counts visits"},
            {"name": "_pk", "category": "statistical", "anonymized": True, "purpose": "Counts visits, of nobody"},
            {"name": "theme", "category": "first-party", "purpose": "Colours", "path": "/x"},
            {"names": ["NID", "__Secure-n"], "category": "third-party", "purpose": "A map", "domain": PARENT},
            {"name": "__Host-t", "category": "third-party", "purpose": "A film"},
        ],
    }
)
REFUSABLE = ["_ga", "_ga_X", "_pk", "theme", "NID", "__Secure-n", "__Host-t"]
PAGES = ["/", "/x", "/x/", "/x/y", "/x/y/z", "/xy", "/caf%C3%A9/x", "/a//b"]
ATTRIBUTES = {
    "path": st.sampled_from(["", "", "; Path=/", "; Path=/x", "; Path=/x/", "; Path=/x/y", "; Path=x", "; Path"]),
    "domain": st.sampled_from(
        ["", "", "", f"; Domain={PARENT}", f"; Domain=.{HOST}", "; Domain=", "; Domain=else.example"]
    ),
    "flags": st.sampled_from(["", "", "; HttpOnly", "; Secure", "; Secure; SameSite=None; Partitioned"]),
    "end": st.sampled_from(["", "; Max-Age=999", "; Expires=Fri, 31 Dec 2100 00:00:00 GMT"]),
}


@st.composite
def set_by_app(draw, cookie_names):
    """Draw a page, and a line that the app sets there."""
    return draw(st.sampled_from(PAGES)), draw(st.sampled_from(cookie_names)) + "=1" + "".join(
        draw(attribute) for attribute in ATTRIBUTES.values()
    )


class Browser:
    """A visitor of the wrapped app, whose jar stores every response's cookies."""

    def __init__(self, scheme):
        self.jar, self.scheme, self._app = Jar(), scheme, Wrapped(wsgi, policy=TOWN, pages=None)
        self._document = DOCUMENT if scheme == "https" else INSECURE_DOCUMENT
        self.choice = []

    def visit(self, path, view=lambda carrier: ()):
        """Open a page, and store the cookies of the response."""
        names = [kept.name.decode() for kept in self.jar.sent(HOST, self.scheme, path)]
        cookies = "; ".join([*self.choice, *(f"{name}=1" for name in names if name != "cookies_preferences")])
        request = SentRequest(HOST, self.scheme, (cookies,) if cookies else (), path, headers=self._document)
        for line in set_cookies(self._app.ask(request, view)):
            if line.startswith(b"cookies_preferences="):
                self.choice = [line.partition(b";")[0].decode()]
            self.jar.store(line, HOST, self.scheme, path)


def choosing(act):
    """Return a view that acts on the visitor's choice."""

    def view(carrier):
        act(consent_of(carrier))
        return ()

    return view


def declaration_of(line):
    return TOWN.declared.find(line.partition("=")[0].encode()).names


def is_for_parent(line):
    return f"; Domain={PARENT}" in line


@examples(300)
@example(  # more places than lines
    scheme="https",
    by_app=[
        *(("/", f"_ga=1{domain}") for domain in ("", "; Domain=town.example", "; Domain=.a.town.example")),
        *(("/x/y/z", f"{name}=1") for name in ("_ga", "_ga_X")),
    ],
    necessary=[],
    by_sibling=[],
    page="/",
)
@given(
    scheme=st.sampled_from(["https", "https", "http"]),
    by_app=st.lists(set_by_app(REFUSABLE), max_size=6),
    necessary=st.lists(set_by_app(["sid"]), max_size=2),
    by_sibling=st.lists(set_by_app([*REFUSABLE, "sid"]), max_size=3),
    page=st.sampled_from(PAGES),
)
def test_no_refused_cookie_is_left_in_a_browser(scheme, by_app, necessary, by_sibling, page):
    browser = Browser(scheme)
    browser.visit("/", choosing(lambda choice: choice.grant("statistical", "first-party", "third-party")))
    for path, line in [*by_app, *necessary]:
        browser.visit(path, lambda carrier, line=line: [("Set-Cookie", line)])
    of_app = {kept for kept in browser.jar.cookies if kept.name.decode() in REFUSABLE}
    # A sibling cannot keep for itself what the app declares for the whole domain, or sets there.
    shared = {declaration_of(line) for _, line in by_app if is_for_parent(line)} | {declaration_of("NID=1")}
    for path, line in by_sibling:
        if not (is_for_parent(line) and declaration_of(line) in shared):
            browser.jar.store(line, SIBLING, scheme, path)
    others = set(browser.jar.cookies) - of_app
    browser.visit("/", choosing(lambda choice: choice.withdraw()))
    for path in [page, *PAGES]:
        browser.visit(path)
        browser.visit(path)
        still_sent = set(browser.jar.sent(HOST, scheme, path)) & of_app
        assert still_sent == set(), path
    assert others <= set(browser.jar.cookies)


@given(by_app=st.lists(set_by_app([*REFUSABLE, "sid"]), min_size=1, max_size=6), page=st.sampled_from(PAGES))
def test_a_browser_keeps_every_cookie_if_nothing_was_refused(by_app, page):
    browser = Browser("https")
    browser.visit("/", choosing(lambda choice: choice.grant("statistical", "first-party", "third-party")))
    for path, line in by_app:
        browser.visit(path, lambda carrier, line=line: [("Set-Cookie", line)])
    before = dict(browser.jar.cookies)
    browser.visit(page)
    assert browser.jar.cookies == before
