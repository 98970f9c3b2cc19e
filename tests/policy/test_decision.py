"""The order of decision: malformed, deletion, necessary, undeclared, then consent; and the public ``decide``."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cookiewarden import Category, Consent, Policy, PolicySet, Reason
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.policy import judge as judging
from cookiewarden.policy.decision import ALLOWING
from cookiewarden.policy.judge import Judges

NOW = 1_700_000_000.0  # 2023-11-14
EPOCH = b"Thu, 01 Jan 1970 00:00:00 GMT"
S, F, T = Category.STATISTICAL, Category.FIRST_PARTY, Category.THIRD_PARTY


def cookie(name, category, **more):
    return {"name": name, "category": category, "purpose": "A purpose", **more}


POLICY = Policy.from_mapping(
    {
        "site": {"name": "Exampletown", "hosts": ["example.org"]},
        "cookies": [
            cookie("sid", "necessary"),
            cookie("_ga*", "statistical"),
            cookie("count", "statistical", anonymized=True),
            cookie("theme", "first-party"),
            cookie("_fbp", "third-party"),
        ],
    }
)

NONE = Consent()
ALL = Consent.of([S, F, T])
REFUSED = Consent.of([])
STALE_YES = Consent(granted=frozenset([S, F, T]), stale=frozenset([S, F, T]))
STALE_NO = Consent(refused=frozenset([S, F, T]), stale=frozenset([S, F, T]))
ONLY_F = Consent(granted=frozenset([F]))


@pytest.mark.parametrize(
    ("line", "consent", "reason"),
    [
        # Malformed comes before all else: a deletion, a necessary name, a grant.
        (b"", ALL, "malformed"),
        (b"sid", ALL, "malformed"),
        (b"=sid", ALL, "malformed"),
        (b"sid; Max-Age=0", ALL, "malformed"),
        (b"sid=1\r\n_ga=2", ALL, "malformed"),
        (b"sid=1\0", ALL, "malformed"),
        (b"sid=; Max-Age=0\n", ALL, "malformed"),
        # A deletion comes before the category of the cookie.
        (b"sid=; Max-Age=0", REFUSED, "deletion"),
        (b"_ga=; Max-Age=0", REFUSED, "deletion"),
        (b"unknown=; Max-Age=-1", NONE, "deletion"),
        (b"_fbp=; Expires=" + EPOCH, STALE_NO, "deletion"),
        # Necessary, whatever was chosen.
        (b"sid=1", NONE, "necessary"),
        (b"sid=1", REFUSED, "necessary"),
        (b"sid=1; Max-Age=00", REFUSED, "necessary"),
        (b"cookies_preferences=x", REFUSED, "necessary"),
        # Undeclared, whatever was granted.
        (b"unknown=1", ALL, "undeclared"),
        (b"SID=1", ALL, "undeclared"),
        (b"__Host-sid=1", ALL, "undeclared"),
        (b"sid\xa0=1", ALL, "undeclared"),
        (b"\x0bsid=1", ALL, "undeclared"),
        (b"\x0b=1", ALL, "malformed"),
        (b"si\xffd=1", ALL, "undeclared"),
        # Consent, per category.
        (b"_ga=1", NONE, "undecided"),
        (b"_ga=1", REFUSED, "refused"),
        (b"_ga=1", ALL, "consented"),
        (b"_ga=1", STALE_YES, "stale"),
        (b"_ga=1", STALE_NO, "refused"),
        (b"_ga=1", ONLY_F, "undecided"),
        (b"theme=1", ONLY_F, "consented"),
        (b"_fbp=1", NONE, "undecided"),
        (b"_fbp=1", Consent.of([S, F]), "refused"),
        (b"_fbp=1", Consent.of([T]), "consented"),
        # Anonymized statistics need no consent, but a refusal counts. A refusal outlives its version.
        (b"count=1", NONE, "anonymized"),
        (b"count=1", ONLY_F, "anonymized"),
        (b"count=1", ALL, "consented"),
        (b"count=1", REFUSED, "refused"),
        (b"count=1", STALE_YES, "anonymized"),
        (b"count=1", STALE_NO, "refused"),
        # A line that a browser would refuse is decided like any other.
        (b"sid=1; Domain=evil.test; SameSite=None; Partitioned", NONE, "necessary"),
        (b"_ga=1; Domain=evil.test; Secure", NONE, "undecided"),
        (b"sid=" + b"x" * 10_000, NONE, "necessary"),
    ],
)
def test_the_order_of_decision(line, consent, reason):
    decision = POLICY.decide(line, consent, now=NOW)
    assert decision.reason is Reason(reason)
    assert decision.allowed == (reason in {"deletion", "necessary", "anonymized", "consented"})


def test_the_values_of_the_reasons_are_fixed_and_these_allow():
    words = "malformed deletion necessary anonymized consented undecided refused stale undeclared no-policy exempt"
    assert {reason.value for reason in Reason} >= set(words.split())
    assert {reason.value for reason in ALLOWING} == {"deletion", "necessary", "anonymized", "consented", "exempt"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"sid=1", "no-policy"),
        (b"unknown=1; Path=/", "no-policy"),
        (b"unknown=; Max-Age=0", "deletion"),
        (b"unknown", "malformed"),
    ],
)
def test_for_a_host_without_a_policy_only_a_deletion_passes(line, reason):
    decision = PolicySet([POLICY]).decide(line, ALL, host="other.example", now=NOW)
    assert (decision.reason, decision.allowed) == (Reason(reason), reason == "deletion")
    assert not decision.declared


@pytest.mark.parametrize("pair", [b"_ga=", b'_ga=""', b"_ga=gone", b"_ga = a,b", b"_ga==="])
@pytest.mark.parametrize(
    "attributes",
    [
        b"Max-Age=0",
        b"max-age = 0 ",
        b";; MAX-AGE =  0 ;",
        b"Max-Age=-1",
        b"Max-Age=60; Max-Age=0",
        b"Max-Age=0; Expires=" + EPOCH + b"; Path=/; Domain=example.org; Secure; HttpOnly; SameSite=Lax",
        b"Expires=" + EPOCH,
        b"Expires=" + EPOCH + b"; Max-Age=0; Path=/",
        b"expires=Thu, 01-Jan-1970 00:00:00 GMT; Path=/",
        b"Expires=Thursday, 01-Jan-1970 00:00:01 GMT",
        b"Expires=Mon, 13 Nov 2023 22:13:20 GMT",
        b"Path=/a,b; Max-Age=0",
        b"Expires=Fri, 31 Dec 9999 23:59:59 GMT; Max-Age=0",
    ],
)
def test_a_line_that_every_engine_reads_as_a_deletion_passes(pair, attributes):
    assert POLICY.decide(pair + b"; " + attributes, now=NOW).reason is Reason.DELETION


@pytest.mark.parametrize(
    "attributes",
    [
        b"",
        b"Max-Age=1",
        b"Max-Age=0; Max-Age=60",
        b"Max-Age=0; Max-Age=x",
        b"Max-Age=0; Max-Age",
        b"Max-Age=0; MAX-age =\t9",
        b"Max-Age=0; Max-Age=" + b"9" * 1025,
        b"Max-Age",
        b"Max-Age=",
        b"Max-Age=00",
        b"Max-Age=-0",
        b"Max-Age=+0",
        b"Max-Age=-01",
        b"Max-Age=0.0",
        b"Max-Age=0, a=2",
        b"Max-Age=\xa00",
        b'Max-Age="0"',
        b"Max-Age=-99999999999999999999",
        b"XMax-Age=0",
        b"Max-Ages=0",
        b"x=Max-Age=0",
        b"Max-Age=; Expires=" + EPOCH,
        b"Max-Age=60; Expires=" + EPOCH,
        b"Expires",
        b"Expires=0",
        b"Expires=-1",
        b"Expires=Thu, 01-Jan-70 00:00:00 GMT",
        b"Expires=01 Jan 1970 00:00:00 GMT",
        b"Expires=Wed, 31 Dec 1969 23:59:59 GMT",
        b"Expires=Tue, 14 Nov 2023 22:13:20 GMT",
        b"Expires=" + EPOCH + b"; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
        b"Expires=Thu, 01 Jan 2099 00:00:00 GMT; Expires=" + EPOCH,
        # RFC 6265bis 5.1.1 takes the first month; here it is the word in place of the weekday.
        b"Expires=Dec, 01 Nov 2023 00:00:00 GMT",
        b"Expires=December, 01-Nov-2023 00:00:00 GMT",
        # An older Gecko reads a quoted attribute value, too, up to the closing quotation mark.
        b'Path="/; Max-Age=0; x="',
        b'x="; Max-Age=0',
        # libsoup reads no attributes after a comma in the name of an attribute.
        b"b,c; Max-Age=0",
        b"Max-Age=0; \x0bMax-Age=60",
        # It reads none after a control character or a byte beyond ASCII, either.
        b";\tMax-Age=0",
        b"Max-Age=0\t",
        b"x\t; Max-Age=0",
        b"x\x7f; Max-Age=0",
        b"Path=/\xc3\xa9; Max-Age=0",
        b"\x80; Expires=" + EPOCH,
    ],
)
def test_a_line_that_any_engine_may_store_is_not_a_deletion(attributes):
    decision = POLICY.decide(b"_ga=1; " + attributes, consent=(), now=NOW)
    assert (decision.reason, decision.allowed) == (Reason.REFUSED, False)


@pytest.mark.parametrize(
    ("name", "consent", "reason"),
    [
        (b"sid", NONE, "necessary"),
        (b"_ga", ALL, "consented"),
        (b"_ga", NONE, "deletion"),
        (b"_ga", REFUSED, "deletion"),
        (b"_ga", STALE_YES, "deletion"),
        (b"count", NONE, "anonymized"),
        (b"count", REFUSED, "deletion"),
        (b"unknown", ALL, "deletion"),
    ],
)
@pytest.mark.parametrize("date", [b"Mon, 13 Nov 2023 22:13:21 GMT", b"Tue, 14-Nov-2023 22:13:19 GMT"])
def test_a_deletion_that_expired_within_a_day_is_one_only_if_nothing_else_lets_it_pass(name, consent, reason, date):
    line = name + b"=; Path=/; Expires=" + date
    decision = POLICY.decide(line, consent, now=NOW)
    assert (decision.reason, decision.allowed) == (Reason(reason), True)
    assert not parse_set_cookie(line, now=NOW).is_deletion
    assert parse_set_cookie(line + b"; Max-Age=0", now=NOW).is_deletion


@pytest.mark.parametrize(
    "attributes",
    [
        # As WebOb writes it.
        b"Max-Age=0; Path=/; expires=Wed, 31-Dec-97 23:59:59 GMT",
        b"Max-Age=0; Expires=Fri, 31 Dec 9999 23:59:59 GMT",
        b"Max-Age=0; Expires=" + EPOCH + b"; Expires=Fri, 31 Dec 9999 23:59:59 GMT",
        b"Max-Age=0; Expires=Fri, 31 Dec 9999 23:59:59 GMT; Expires=" + EPOCH,
        b"Max-Age=0; Expires=Fri, 31-Dec-69 23:59:59 GMT",
        b"Max-Age=0; Expires=0",
        b"Max-Age=0; Expires=",
    ],
)
def test_max_age_0_before_an_expires_needs_another_because_libsoup_takes_the_last(attributes):
    line = b"_ga=1; " + attributes
    assert POLICY.decide(line, now=NOW).reason is Reason.DELETION
    assert not parse_set_cookie(line, now=NOW).is_deletion
    assert parse_set_cookie(line + b"; Max-Age=0", now=NOW).is_deletion


@pytest.mark.parametrize(
    "pair", [b"_ga=v\t", b"_ga=\t", b"_ga=4711\xe9", b"_ga=\xc3\xa9", b"_ga\t=", b"_ga\xa0=", b"_ga=\x7f"]
)
@pytest.mark.parametrize("attributes", [b"; Path=/; Max-Age=0", b";Expires=" + EPOCH])
def test_a_line_whose_attributes_libsoup_ignores_is_not_a_deletion(pair, attributes):
    assert POLICY.decide(pair + attributes, (), now=NOW).reason is Reason.REFUSED


@pytest.mark.parametrize("pair", [b'_ga="1', b'_ga="x;y"', b'_ga="\\"', b'_ga="a\\\\\\"', b'"_ga=1'])
def test_a_line_with_max_age_0_after_an_open_quotation_mark_is_not_a_deletion(pair):
    # An older Gecko reads up to the closing mark, and takes \" as part of the value.
    policy = Policy.from_mapping(
        {"site": {"name": "x"}, "cookies": [cookie("_ga", "statistical"), cookie('"_ga', "statistical")]}
    )
    assert not policy.decide(pair + b'; Max-Age=0; x="', now=NOW).allowed


@pytest.mark.parametrize(
    ("line", "host", "category"),
    [
        ("x=1", "www.example.org", F),
        ("x=1", "", F),
        ("x=1; Domain=example.org", "www.example.org", F),
        ("x=1; Domain=.Example.org", "WWW.example.org:8000", F),
        ("x=1; Domain=other.net", "www.example.org", T),
        ("x=1; Domain=other.net", "", T),
        ("x=1; Domain=ample.org", "example.org", T),
        ("x=1; Domain=other.net; Domain=", "example.org", F),
        ("x=1; Domain=example.org; Domain=other.net", "example.org", T),
        ("x=1; Domain=b.example.org", "example.org", T),
    ],
)
def test_the_domain_of_an_undeclared_line_only_labels_it(line, host, category):
    decision = POLICY.decide(line, ALL, host=host, now=NOW)
    assert (decision.category, decision.declared, decision.declaration) == (category, False, None)
    assert (decision.reason, decision.allowed) == (Reason.UNDECLARED, False)


def test_a_decision_names_its_declaration():
    decision = POLICY.decide("_ga_X=1; Domain=other.net", host="example.org", now=NOW)
    assert (decision.category, decision.declared, decision.names) == (S, True, (b"_ga_X",))
    assert decision.declaration.names == ("_ga*",)


@pytest.mark.parametrize("host", ["", "example.org", "evil.test", "EXAMPLE.org:99999", "\ud800", "[", "ü" * 300])
@pytest.mark.parametrize("scheme", ["", "http", "https", "\ud800"])
@pytest.mark.parametrize("path", ["", "/", "x", "/\ud800/x", "/€/"])
def test_host_scheme_and_path_do_not_change_the_decision(host, scheme, path):
    for line, reason in ((b"__Host-x=1; Domain=a.b", "undeclared"), (b"sid=1; Secure", "necessary")):
        assert POLICY.decide(line, host=host, scheme=scheme, path=path, now=NOW).reason == reason


@pytest.mark.parametrize(
    ("consent", "allowed"),
    [
        (None, False),
        ([], False),
        ("statistical", True),
        (["statistical"], True),
        ({"statistical", "necessary"}, True),
        (iter(["third-party", "statistical"]), True),
        ([Category.STATISTICAL], True),
        (["first-party"], False),
        ("necessary", False),
        (Consent.of(["statistical"]), True),
    ],
)
def test_consent_may_be_none_or_names_or_a_consent(consent, allowed):
    assert POLICY.decide("_ga=1", consent, now=NOW).allowed == allowed


@pytest.mark.parametrize(
    "consent", ["analytics", ["Statistical"], [""], [None], [1], ["statistical", "first_party"], [[]]]
)
@pytest.mark.parametrize("decider", [POLICY, PolicySet([POLICY])])
def test_a_word_that_is_not_a_category_is_an_error(consent, decider):
    with pytest.raises(ValueError, match="is not a category"):
        decider.decide("sid=1", consent, host="elsewhere.example")


def test_the_error_suggests_the_nearest_category():
    with pytest.raises(ValueError, match="did you mean statistical"):
        POLICY.decide("sid=1", ["statistics"])


@pytest.mark.parametrize("line", ["_gaé=1", b"_ga\xe9=1", bytearray(b"_ga\xe9=1"), memoryview(b"_ga\xe9=1")])
def test_a_line_is_bytes_or_a_latin_1_string(line):
    decision = POLICY.decide(line, "statistical", now=NOW)
    assert (decision.names, decision.allowed) == ((b"_ga\xe9",), True)


def test_a_string_beyond_latin_1_is_malformed():
    assert POLICY.decide("sid=€", now=NOW).reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (86_400, "deletion"),
        (1, "deletion"),
        (0, "undecided"),
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "deletion"),
        (datetime(1970, 1, 1, 2, 0, 1, tzinfo=timezone(timedelta(hours=2))), "deletion"),
        (datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), "undecided"),
        (None, "deletion"),
    ],
)
def test_now_is_seconds_or_an_aware_datetime_or_none_for_the_clock(now, reason):
    assert POLICY.decide(b"_ga=; Expires=" + EPOCH, now=now).reason == reason


def test_a_name_that_a_server_may_strip_must_also_be_allowed_after_stripping():
    cookies = [
        {"name": "_ga", "category": "statistical", "purpose": "Counts"},
        {"name": "*_ga", "category": "necessary", "purpose": "Not for this one"},
    ]
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": cookies})
    assert policy.decide("x_ga=1").reason is Reason.NECESSARY
    for blank in ("\x0b", "\x0c", "\x1f", "\x85", "\xa0"):
        assert policy.decide(f"{blank}_ga=1").reason is Reason.UNDECIDED
        assert policy.decide(f"{blank}x_ga=1").reason is Reason.NECESSARY


def test_a_mapping_is_not_a_list_of_categories():
    with pytest.raises(TypeError, match="mapping"):
        Policy.from_mapping({"site": {"name": "x"}}).decide("a=1", {"statistical": False})


def test_without_a_host_the_first_host_of_the_site_decides_the_label():
    policy = Policy.from_mapping({"site": {"name": "Exampletown", "hosts": ["*", "data.example.org"]}})
    assert policy.decide("a=1; Domain=ads.example").category is Category.THIRD_PARTY
    assert policy.decide("a=1; Domain=example.org").category is Category.FIRST_PARTY


def test_judges_forget_everything_when_together_they_remember_too_much(monkeypatch):
    monkeypatch.setattr(judging, "_REMEMBERED_VERDICTS", 100)
    judges = Judges()
    kept = judges.judge_of(POLICY.declared, Consent())
    for number in range(1000):
        judge = judges.judge_of(POLICY.declared, Consent.of([], chosen_at=float(number % 3)))
        assert judge.judge(b"n%d=1" % number, NOW).reason is Reason.UNDECLARED
        assert kept.judge(b"sid=1", NOW).reason is Reason.NECESSARY
        assert sum(len(one.by_name) for one in {kept, *judges._by_answers.values()}) <= 100


def test_there_are_no_more_judges_than_the_bound(monkeypatch):
    monkeypatch.setattr(judging, "_REMEMBERED_JUDGES", 3)
    judges = Judges()
    for policy in [Policy.from_mapping({"site": {"name": "Exampletown"}}) for _ in range(20)]:
        assert judges.judge_of(policy.declared, Consent()) is judges.judge_of(policy.declared, Consent())
        assert len(judges._by_answers) <= 3
