"""Law 10 over generated headers and choices: no shared cache keeps what belongs to one visitor (hypothesis).

The model of a shared cache is written from RFC 9111 section 3, and shares no code with the package.
"""

from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Policy
from cookiewarden.http.set_cookie_line import SERVER_BLANKS
from cookiewarden.policy.consent import UNDECIDED
from exchanges import NOW, POLICY, kept_and_added, screened_by, set_cookies
from scenarios import chosen
from strategies import CATEGORIES, choices, ugly

DECLARED = Policy.from_mapping(POLICY)
BY_VISITOR = {"consented", "anonymized", "exempt"}

directives = st.sampled_from([
    b"public", b"PUBLIC", b"s-maxage=9", b"S-MaxAge", b"private", b"Private", b'private="x, public"', b"private=",
    b"no-store", b"no-store=x", b"max-age=9", b"no-cache", b'no-cache="a, private"', b"must-revalidate", b"!no-store",
    b'x="a\\", private, b"', b'"private', b'x="', b"y\\", b'content="ESI/1.0"', b"9", b"0", b"",
])  # fmt: skip
blanks = st.sampled_from([b"", b" ", b"\t", b" , "])
values = st.one_of(
    st.lists(st.tuples(blanks, directives, blanks).map(b"".join), max_size=4).map(b",".join), directives, ugly
)
cache_names = st.sampled_from([
    b"Cache-Control", b"cache-control", b"CACHE-CONTROL\t", b"Cache-Control: public,x", b"X-Accel-Expires",
    b"CDN-Cache-Control", b"Acme-CDN-Cache-Control", b"Surrogate-Control", b"edge-control",
    b"X-LiteSpeed-Cache-Control",
])  # fmt: skip
lines = st.sampled_from(
    [b"sid=1", b"_ga=1", b"theme=1", b"NID=1", b"_pk_id=1", b"_fbp=1", b"_ga=; Max-Age=0", b"=x", b"theme=;max-age=-1"]
)
responses = st.lists(
    st.one_of(
        st.tuples(cache_names, values),
        st.tuples(st.just(b"Set-Cookie"), lines),
        st.sampled_from([(b"Expires", b"Fri, 31 Dec 9999 00:00:00 GMT"), (b"Vary", b"Accept"), (b"Pragma", b"public")]),
    ),
    max_size=7,
)


def directives_of(value):
    """Return the directives of a list, in lower case. A comma in a quoted-string does not separate them."""
    found, one, is_quoted, is_escaped = [], b"", False, False
    for letter in (value[at : at + 1] for at in range(len(value))):
        if is_escaped:
            is_escaped = False
        elif is_quoted and letter == b"\\":
            is_escaped = True
        elif letter == b'"':
            is_quoted = not is_quoted
        elif letter == b"," and not is_quoted:
            found.append(one)
            one = b""
            continue
        one += letter
    return {member.strip(b" \t").lower() for member in [*found, one]}


def said(headers):
    """Yield each header as it is read on the wire: its name in lower case, and its value."""
    for name, value in headers:
        whole = name + b":" + value
        name, _, value = whole.partition(b":")
        yield name.strip(SERVER_BLANKS).lower(), value


def keepers(headers):
    """Return the shared caches that may keep a 200 to a GET.

    "all" reads every Cache-Control header (RFC 9111 3), "first" only the first one. A header for one cache names it.
    """
    spoken = [value for name, value in said(headers) if name == b"cache-control"]
    found = set()
    for cache, value in (("all", b",".join(spoken)), ("first", b"".join(spoken[:1]))):
        if directives_of(value).isdisjoint({b"private", b"no-store"}):
            found.add(cache)
    for name, value in said(headers):
        if name == b"x-accel-expires" and value.strip(b" \t") != b"0":
            found.add("nginx")
        if name.endswith((b"-cache-control", b"surrogate-control", b"edge-control")):
            found |= set() if b"no-store" in directives_of(value) else {name}
    return found


def sharing(headers):
    """Return the directives of Cache-Control that ask shared caches to keep the response."""
    names = set()
    for name, value in said(headers):
        if name == b"cache-control":
            names |= {one.partition(b"=")[0].strip(b" \t") for one in directives_of(value)}
    return names & {b"public", b"s-maxage"}


def consent_of_visitor(granted):
    """Return the visitor's consent, and the Cookie headers that carry it."""
    if granted is None:
        return UNDECIDED, ()
    return UNDECIDED.with_answers(granted, set(CATEGORIES) - granted, NOW), (chosen(*granted).encode(),)


def is_personal(lines, granted):
    """Return whether one of the lines that passed did so because of the visitor."""
    consent, _ = consent_of_visitor(granted)
    return any(DECLARED.decide(line, consent, now=NOW).reason in BY_VISITOR for line in lines)


def test_the_model_distinguishes_caches():
    assert keepers([(b"cache-control", b'max-age=9, private="x"')]) == {"all", "first"}
    assert keepers([(b"cache-control", b"max-age=9"), (b"cache-control", b"private")]) == {"first"}
    assert keepers([(b"cache-control", b'private, x="')]) == set()
    assert keepers([(b"cache-control", b'x="\\", private')]) == {"all", "first"}
    assert keepers([(b"cache-control", b"no-store"), (b"x-accel-expires", b"1")]) == {"nginx"}
    assert sharing([(b"cache-control: public, x", b"s-maxage=9")]) == {b"public"}


@given(
    responses, choices, st.sampled_from(["nothing", "grants", "withdraws"]), st.sampled_from([(), (b"theme=1; NID=1",)])
)
def test_no_shared_cache_keeps_a_response_with_a_line_for_one_visitor(given_headers, granted, act, sent):
    ways = {"grants": lambda choice: choice.grant(*CATEGORIES), "withdraws": lambda choice: choice.withdraw()}
    _, cookies = consent_of_visitor(granted)
    left, _ = screened_by(POLICY, given_headers, (*cookies, *sent), ways.get(act, lambda choice: None))
    kept, added = kept_and_added(given_headers, left)
    answers = {"grants": set(CATEGORIES), "withdraws": set()}.get(act, granted)
    if set_cookies(added) or is_personal(set_cookies(kept), answers):
        assert keepers(left) == set()
        assert sharing(left) == set()
    assert keepers(left) <= keepers(given_headers)


@given(responses, choices)
def test_nothing_changes_if_every_line_passes_for_all_visitors(given_headers, granted):
    consent, cookies = consent_of_visitor(granted)

    def is_for_all(header):
        if header[0] != b"Set-Cookie":
            return True
        decision = DECLARED.decide(header[1], consent, now=NOW)
        return decision.allowed and decision.reason not in BY_VISITOR

    sent = list(filter(is_for_all, given_headers))
    left, has_changed = screened_by(POLICY, sent, cookies)
    assert not has_changed
    assert all(one is header for one, header in zip(left, sent, strict=True))


@given(responses, choices)
def test_a_response_that_lost_all_its_lines_is_not_storable_unless_it_is_public(given_headers, granted):
    _, cookies = consent_of_visitor(granted)
    left, _ = screened_by(POLICY, given_headers, cookies)
    kept, added = kept_and_added(given_headers, left)
    if set_cookies(kept):
        return
    if len(kept) == len(given_headers) or sharing(given_headers):
        assert (left, added) == (kept, [])
    else:
        spoken = [value for name, value in said(left) if name == b"cache-control"]
        assert any(not directives_of(value).isdisjoint({b"private", b"no-store"}) for value in spoken)
        assert keepers(left) <= {"all", "first"}
        assert [one for one in left if one[0].lower().startswith(b"cache-control")][: -len(added) or None] == [
            one for one in given_headers if one[0].lower().startswith(b"cache-control")
        ]


@given(responses, choices)
def test_screening_twice_is_screening_once(given_headers, granted):
    _, cookies = consent_of_visitor(granted)
    cookies = (*cookies, b"theme=1; NID=1")
    left, _ = screened_by(POLICY, given_headers, cookies)
    assert screened_by(POLICY, left, cookies) == (left, False)
