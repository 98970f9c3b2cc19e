"""Hypothesis strategies for the laws: header lists, policies, choices and acts of a view, with ugly bytes."""

from hypothesis import strategies as st

from cookiewarden import Category, Consent, Policy
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from exchanges import NOW

CATEGORIES = [str(category) for category in CONSENT_CATEGORIES]
NAME_POOL = ["sid", "_ga", "_ga_X", "_pk_id", "theme", "NID", "é", "a b", '"q"', "[x]", "__Host-csrf", "x" * 300]
PATTERN_POOL = ["_ga*", "*id", "a*b", "é*", "*", "__Host-*"]


# Mostly bytes that browsers and servers read differently.
ugly = st.one_of(
    st.binary(max_size=12), st.text(alphabet=' \t=;,"\r\n\0\x0b\x0c\x85\xa0aé', max_size=8).map(str.encode)
)
names = st.one_of(st.sampled_from([*NAME_POOL, "_fbp", "SID", "sid "]).map(str.encode), ugly)
attributes = st.one_of(
    st.sampled_from([
        b"Path=/", b"Secure", b"Max-Age=0", b"max-age=-1", b"Max-Age=9", b"Max-Age", b"Max-Age=x", b"Domain=.a.example",
        b"Expires=Thu, 01 Jan 1970 00:00:00 GMT", b"Expires=Fri, 31 Dec 9999 00:00:00 GMT", b"Expires=", b"Partitioned",
        # Less than a day before ``NOW``.
        b"Expires=Sun, 15 Jun 2025 12:20:00 GMT",
    ]),
    ugly,
)  # fmt: skip


@st.composite
def lines(draw):
    """Draw a Set-Cookie header value: often a plain one, sometimes anything else."""
    if draw(st.integers(0, 9)) == 0:
        return draw(ugly)
    pair = draw(names) + draw(st.sampled_from([b"=", b"=", b"=", b"", b" = "])) + draw(ugly)
    return b";".join([pair, *draw(st.lists(attributes, max_size=4))])


set_cookie_names = st.sampled_from([b"set-cookie", b"Set-Cookie", b"SET-COOKIE ", b"set-cookie\t"])
other_names = st.one_of(
    st.sampled_from(
        [b"content-type", b"Cache-Control", b"vary", b"X-Set-Cookie", b"set-cookie2", b"\tset-cookie", b""]
    ),
    ugly,
)
other_values = st.one_of(
    st.sampled_from([b"public", b"max-age=9", b"no-store", b"Accept", b"*", b"cookie", b'x="public'] ), ugly
)  # fmt: skip
cache_names = st.sampled_from([b"Cache-Control", b"cache-control", b"Vary"])
headers = st.lists(
    st.one_of(
        st.tuples(set_cookie_names, lines()),
        st.tuples(cache_names, other_values),
        st.tuples(other_names, other_values),
    ),
    max_size=8,
)
choices = st.one_of(st.none(), st.sets(st.sampled_from(CATEGORIES)))
acts = st.sampled_from(["nothing", "reads", "grants", "withdraws"]).map({
    "nothing": lambda choice: None, "reads": lambda choice: choice.is_decided,
    "grants": lambda choice: choice.grant("statistical"), "withdraws": lambda choice: choice.withdraw(),
}.get)  # fmt: skip


@st.composite
def policies(draw):
    """Draw a policy that declares some names of the pool, each under any category."""
    chosen = draw(st.lists(st.sampled_from(NAME_POOL + PATTERN_POOL), unique=True, max_size=8))
    cookies = []
    for name in chosen:
        category = draw(st.sampled_from(["necessary", *CATEGORIES]))
        anonymized = {"anonymized": True} if category == "statistical" and draw(st.booleans()) else {}
        lifetime = draw(st.sampled_from([{}, {}, {"lifetime": "session"}, {"lifetime": "5 seconds"}]))
        cookies.append({"name": name, "category": category, "purpose": "A purpose", **anonymized, **lifetime})
    # What is not a cookie has no part in what becomes of one, even under its name.
    for name in draw(st.lists(st.sampled_from(NAME_POOL + PATTERN_POOL), unique=True, max_size=2)):
        category = draw(st.sampled_from(["necessary", *CATEGORIES]))
        cookies.append({"name": name, "kind": "local-storage", "category": category, "purpose": "A purpose"})
    return Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": cookies})


short_bytes = st.binary(max_size=30)
anything = st.one_of(
    short_bytes, short_bytes.map(bytearray), short_bytes.map(memoryview), st.text(max_size=30), st.none(), st.integers()
)
cookie_like = st.sampled_from(["Set-Cookie", b"set-cookie", bytearray(b"Set-Cookie "), memoryview(b"set-cookie")])
pairs = st.one_of(
    st.tuples(cookie_like, anything), st.tuples(anything, anything), st.tuples(anything, anything).map(list)
)

#: The versions under which stale grants were given.
_OTHER_VERSIONS = ["AAAAAAAA", "_-09azAZ"]

consents = st.builds(
    lambda answers, at: Consent(
        granted=frozenset(Category(word) for word, answer in answers.items() if answer != "no"),
        refused=frozenset(Category(word) for word, answer in answers.items() if answer == "no"),
        stale=frozenset(Category(word) for word, answer in answers.items() if answer in _OTHER_VERSIONS),
        versions={Category(word): answer for word, answer in answers.items() if answer in _OTHER_VERSIONS},
        chosen_at=float(at - at % 86_400),
    ),
    st.dictionaries(st.sampled_from(CATEGORIES), st.sampled_from(["yes", "no", *_OTHER_VERSIONS])),
    st.integers(NOW - 1_000_000, NOW),
)

as_text = st.lists(
    st.tuples(
        st.one_of(set_cookie_names, other_names).map(lambda name: name.decode("latin-1")),
        st.one_of(lines(), other_values).map(lambda value: value.decode("latin-1")),
    ),
    max_size=6,
)
