"""The laws of hiding request cookies, over generated policies, choices and Cookie headers with ugly bytes."""

from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import Category, Policy, asgi, wsgi
from cookiewarden.http.cookie import names_in
from cookiewarden.http.set_cookie_line import SERVER_BLANKS
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, SECRET_KEY, drive, http_environ, http_scope, wrap
from strategies import CATEGORIES, choices, names, policies, ugly

# A server would refuse a line break, and ASGI passes on whatever bytes come.
pieces = st.one_of(
    st.tuples(names, st.sampled_from([b"=", b"=", b"=", b"", b" = "]), ugly).map(b"".join), st.just(b""), ugly
)
fields = st.lists(pieces, min_size=1, max_size=6).map(b"; ".join)
signals = st.sampled_from(
    [[], [(b"sec-gpc", b"1")], [(b"sec-fetch-site", b"cross-site"), (b"sec-fetch-dest", b"iframe")]]
)
options = st.fixed_dictionaries({"hide_undeclared": st.booleans()})


def choice_of(policy, granted):
    """Return the Cookie header of a visitor who granted these categories; none before a choice."""
    return [] if granted is None else [preferences_cookie(policy, SECRET_KEY, *granted, now=NOW).encode()]


def seen_by_asgi(policy, cookies, headers=(), **given):
    """Return the Cookie headers that an app sees under ASGI."""
    seen = []

    async def app(scope, receive, send):
        seen.extend(value for name, value in scope["headers"] if name == b"cookie")

    scope = http_scope(headers=[(b"host", b"data.example.org"), *((b"cookie", one) for one in cookies), *headers])
    drive(wrap(asgi.CookieWardenMiddleware, app, policy=policy, pages=None, **given), scope)
    return seen


def seen_by_wsgi(policy, cookies, headers=(), **given):
    """Return the Cookie header that an app sees under WSGI, b"" for none."""
    seen = []

    def app(environ, start_response):
        seen.append(environ.get("HTTP_COOKIE", "").encode("latin-1"))
        return []

    named = {f"HTTP_{name.decode().upper().replace('-', '_')}": value.decode() for name, value in headers}
    environ = http_environ(HTTP_COOKIE=b"; ".join(cookies).decode("latin-1"), **named)
    wrap(wsgi.CookieWardenMiddleware, app, policy=policy, pages=None, **given)(environ, None)
    return seen[0]


def pieces_in(*values):
    """Return the cookies in Cookie headers, without the blanks around them."""
    stripped = (piece.strip(b" \t") for value in values for piece in value.split(b";"))
    return [piece for piece in stripped if piece]


def every_name_in(piece):
    """Return the names that readers find in one cookie, each also as a server that strips it would pass it on."""
    names = names_in(piece)
    return {*names, *(name.strip(SERVER_BLANKS) for name in names)}


def is_subsequence(part, whole):
    remaining = iter(whole)
    return all(any(one == other for other in remaining) for one in part)


@given(policies(), st.lists(fields, max_size=3), choices, signals, options)
@example(
    Policy.from_mapping(
        {"site": {"name": "Exampletown"}, "cookies": [{"name": "*", "category": "necessary", "purpose": "All"}]}
    ),
    [b"="],
    None,
    [],
    {"hide_undeclared": True},
)
def test_hiding_never_hides_a_necessary_cookie(policy, cookies, granted, headers, given_options):
    def is_necessary(piece):
        found = [(name, policy.declared.find(name)) for name in every_name_in(piece)]
        # A cookie without a name is malformed, so "*" does not cover it.
        return all(name and one is not None and one.category is Category.NECESSARY for name, one in found)

    sent = [*choice_of(policy, granted), *cookies]
    expected = [piece for piece in pieces_in(*sent) if is_necessary(piece)]
    left = pieces_in(*seen_by_asgi(policy, sent, headers, **given_options))
    assert is_subsequence(expected, left)
    assert is_subsequence(left, pieces_in(*sent))


@given(policies(), st.lists(fields, max_size=3), choices, signals, options)
def test_hiding_twice_is_hiding_once(policy, cookies, granted, headers, given_options):
    once = seen_by_asgi(policy, [*choice_of(policy, granted), *cookies], headers, **given_options)
    assert seen_by_asgi(policy, once, headers, **given_options) == once


@given(
    policies(),
    st.lists(fields, max_size=3),
    st.sets(st.sampled_from(CATEGORIES)),
    st.sets(st.sampled_from(CATEGORIES)),
    signals,
    options,
)
def test_granting_more_never_hides_more(policy, cookies, granted, more, headers, given_options):
    def left_of(categories):
        return pieces_in(*seen_by_asgi(policy, cookies + choice_of(policy, categories), headers, **given_options)[:-1])

    assert is_subsequence(left_of(granted), left_of(granted | more))


@given(policies(), st.lists(fields, max_size=3), choices, signals, options)
def test_both_adapters_hide_alike(policy, cookies, granted, headers, given_options):
    sent = [*choice_of(policy, granted), *cookies]
    by_asgi = seen_by_asgi(policy, sent, headers, **given_options)
    assert pieces_in(seen_by_wsgi(policy, sent, headers, **given_options)) == pieces_in(*by_asgi)


@given(policies(), st.lists(fields, max_size=3), choices)
def test_report_only_hides_nothing(policy, cookies, granted):
    sent = [*choice_of(policy, granted), *cookies]
    assert seen_by_asgi(policy, sent, report_only=True, hide_undeclared=True) == sent
