"""A preferences cookie that no sibling host can plant: its name's prefixes, what they force, and the hint at start."""

import json
import logging

import pytest

from choices import SIX_MONTHS, preferences
from cookiewarden import Consent, OptionError, Policy, PolicyError, PolicySet, asgi, consent_of, wsgi
from cookiewarden.http.hosts import may_have_siblings
from cookiewarden.http.set_cookie import parse_set_cookie
from exchanges import NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies
from refusals import refuse_all

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
HOST_NAMES = ["__Host-cookies_preferences", "__host-c", "__HOST-c", "__Host-Http-c", "__hOST-hTTP-c"]
OTHER_NAMES = ["__Secure-c", "__secure-c", "__Http-c", "__HTTP-c"]


def named(name, **more):
    return {**POLICY, "preferences": {"name": name, **more}}


def site_at(*hosts, **preferences):
    return {**POLICY, "site": {"name": "Exampletown", "hosts": list(hosts)}, "preferences": preferences}


@MODULES
@pytest.mark.parametrize("name", HOST_NAMES + OTHER_NAMES)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("secure", [None, True])
def test_a_prefix_forces_what_browsers_demand_whatever_the_scheme(module, name, scheme, secure):
    app = Wrapped(module, policy=named(name), secure=secure)
    (line,) = set_cookies(app.ask(SentRequest(scheme=scheme), refuse_all))
    cookie = parse_set_cookie(line, host="data.example.org", scheme="https", now=float(NOW))
    assert cookie.name == name.encode()
    assert (cookie.secure, cookie.http_only, cookie.cookie_path, cookie.host_only) == (True, True, b"/", True)
    assert cookie.attribute(b"domain") is None
    assert cookie.refusals == ()
    assert cookie.expiry == NOW + SIX_MONTHS
    value = line.partition(b"=")[2].partition(b";")[0]
    assert preferences(named(name)).load([value], NOW).is_decided


@MODULES
@pytest.mark.parametrize("name", OTHER_NAMES)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_deletion_of_an_older_host_only_cookie_obeys_the_prefix_too(module, name, scheme):
    policy = named(name, domain="example.org")
    value = preferences(policy).dump(Consent.of(()), NOW)
    lines = set_cookies(
        Wrapped(module, policy=policy).ask(SentRequest(scheme=scheme, cookies=(f"{name}={value}",)), refuse_all)
    )
    assert len(lines) == 2
    for line in lines:
        cookie = parse_set_cookie(line, host="data.example.org", now=float(NOW))
        assert (cookie.secure, cookie.http_only or not name.lower().startswith("__http"), cookie.refusals) == (
            True,
            True,
            (),
        )


@pytest.mark.parametrize("name", ["cookies_preferences", "_Host-c", "__Hostc", "x__Host-c", "__Securec"])
def test_without_a_prefix_only_https_makes_the_cookie_secure(name):
    (line,) = set_cookies(Wrapped(wsgi, policy=named(name)).ask(SentRequest(scheme="http"), refuse_all))
    assert b"Secure" not in line.partition(b"; ")[2]


# At start.


@MODULES
@pytest.mark.parametrize("name", HOST_NAMES + OTHER_NAMES)
def test_a_prefix_with_secure_false_is_a_problem_at_start(module, name):
    with pytest.raises(OptionError, match=f"secure: .*{name}.*"):
        Wrapped(module, policy=named(name), secure=False)


def test_each_site_with_a_prefix_is_named_together_with_other_problems():
    sites = [
        Policy.from_mapping({"site": {"name": name, "hosts": [name]}, "preferences": {"name": f"__Host-{name[0]}"}})
        for name in ("town.example", "park.example")
    ]
    with pytest.raises(OptionError) as error:
        wsgi.CookieWardenMiddleware(None, policy=PolicySet(sites), secret_key="short", secure=False)
    assert [line.partition(":")[0] for line in str(error.value).splitlines()] == ["secret_key", "secure", "secure"]


@pytest.mark.parametrize("secure", [None, True])
@pytest.mark.parametrize("name", HOST_NAMES)
def test_a_prefix_is_no_problem_unless_secure_is_false(name, secure):
    Wrapped(wsgi, policy=named(name), secure=secure)


@pytest.mark.parametrize("name", HOST_NAMES)
def test_a_host_prefix_with_a_domain_is_a_problem_at_start(name):
    with pytest.raises(PolicyError, match=r"preferences\.domain"):
        Policy.from_mapping(named(name, domain="example.org"))


@MODULES
def test_a_reload_to_a_prefix_with_secure_false_changes_nothing_and_is_logged(module, tmp_path, caplog):
    path = tmp_path / "cookies.json"
    path.write_text(json.dumps(POLICY))
    app = Wrapped(module, policy=path, secure=False)
    path.write_text(json.dumps(named("__Host-c")))
    assert app.reload() is False
    assert "__Host-c" in caplog.text
    (line,) = set_cookies(app.ask(SentRequest(), refuse_all))
    assert line.startswith(b"cookies_preferences=")


# The hint.


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("data.example.org", True),
        ("www.example.org", True),
        ("a.b.example.org", True),
        ("*.example.org", True),
        ("data.example.co.uk", True),
        ("*.example.com.au", True),
        ("xn--bcher-kva.example.org", True),
        ("ville.example.fr", True),
        ("example.org", False),
        ("example.co.uk", False),
        ("example.gov.au", False),
        ("example.ac.at", False),
        ("localhost", False),
        ("*", False),
        ("*.org", False),
        ("*.co.uk", False),
        ("127.0.0.1", False),
        ("[::1]", False),
        ("[::ffff:1.2.3.4]", False),
        ("", False),
    ],
)
def test_which_hosts_may_have_siblings(host, expected):
    assert may_have_siblings(host) is expected


def hints_of(module, caplog, **options):
    caplog.clear()
    with caplog.at_level(logging.INFO, "cookiewarden"):
        app = Wrapped(module, **options)
        app.ask(SentRequest(), lambda carrier: [("X-Choice", str(consent_of(carrier).is_decided))])
        app.reload()
    return [record for record in caplog.records if "__Host-" in record.getMessage()]


@MODULES
@pytest.mark.parametrize("secure", [None, True])
def test_the_hint_is_logged_once_at_start(module, secure, caplog):
    (record,) = hints_of(module, caplog, policy=site_at("data.example.org", "example.org"), secure=secure)
    assert record.levelname == "INFO"
    assert "data.example.org" in record.getMessage()
    assert "__Host-cookies_preferences" in record.getMessage()


@MODULES
@pytest.mark.parametrize(
    "options",
    [
        {"policy": site_at("data.example.org"), "secure": False},
        {"policy": site_at("example.org", "localhost", "*")},
        {"policy": site_at("data.example.org", domain="example.org")},
        {"policy": site_at("data.example.org", name="__Host-choice")},
        {"policy": site_at("data.example.org", name="__Secure-choice")},
        {"policy": {"site": {"name": "Exampletown"}}},
    ],
    ids=["not over https", "no siblings", "a domain", "a host prefix", "another prefix", "no hosts"],
)
def test_there_is_no_hint_when_it_would_not_help(module, options, caplog):
    assert hints_of(module, caplog, **options) == []


def test_the_hint_names_ten_of_many_sites(caplog):
    sites = PolicySet(
        Policy.from_mapping({"site": {"name": f"s{at}", "hosts": [f"s{at}.example.org"]}}) for at in range(30)
    )
    (record,) = hints_of(wsgi, caplog, policy=sites)
    assert "s0.example.org" in record.getMessage()
    assert "and 20 more" in record.getMessage()


def test_the_default_name_stays_that_of_the_published_policies():
    assert Policy.from_mapping(POLICY).preferences.name == "cookies_preferences"
    assert preferences(key=SECRET_KEY).name == b"cookies_preferences"
